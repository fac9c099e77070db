// The secrets that cannot be identities: SendGrid's key, the Teams URL and the key that signs links. People put them in
// (docs/operations.md); they never pass through a template, its parameters or its history.

param name string
param location string
param tags object
param isPrivate bool

@description('IPv4 addresses or ranges outside the network that may come in when it is private.')
param allowedAddresses string[]

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    // Roles, not access policies: rbac.bicep says who may read secrets, with all other roles.
    enableRbacAuthorization: true
    enableSoftDelete: true
    // A thief of an administrator's token cannot destroy what he has deleted. `azd down --purge` cannot either: the name
    // is free again after the retention.
    enablePurgeProtection: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: isPrivate && empty(allowedAddresses) ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      bypass: 'None'
      ipRules: [for address in allowedAddresses: { value: address }]
    }
  }
}

output id string = vault.id
output name string = vault.name
output uri string = vault.properties.vaultUri
