// One storage account. There are two: what the host keeps for itself, and the shop's files. Who may write into the host's
// account can replace the app's code and read its function keys, so no person and no uploader gets a role there.

param name string
param location string
param tags object

@description('Containers to make.')
param containers string[]

@description('Days in which deleted or overwritten blobs can be brought back; 0: not at all.')
param undeleteDays int

@description('Copies in other zones: some 25% more a GiB. Like the next, for a new account: Azure moves an old one on request only.')
param isZoneRedundant bool

@description('Copies in the paired region: about twice as much a GiB, and the traffic there.')
param isGeoRedundant bool

@description('Let in private endpoints and the addresses below only.')
param isPrivate bool

@description('IPv4 addresses or ranges outside the network that may come in when it is private.')
param allowedAddresses string[]

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  // Drops are read within a day; by default three copies in one zone are enough for what the shop can send again.
  sku: { name: isGeoRedundant ? (isZoneRedundant ? 'Standard_GZRS' : 'Standard_GRS') : (isZoneRedundant ? 'Standard_ZRS' : 'Standard_LRS') }
  properties: {
    // A key gives full access and leaves no user name in the logs: only Entra identities are allowed.
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    // Customers' addresses are stored here: no user can make a container public.
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    // An address on the list needs the public endpoint, restricted to the list; without one it is off.
    publicNetworkAccess: isPrivate && empty(allowedAddresses) ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      // Nothing of Azure's own has to get past the list: the app comes through its endpoint.
      bypass: 'None'
      ipRules: [for address in allowedAddresses: { value: address, action: 'Allow' }]
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    // A drop overwritten by mistake is an older version, not a loss.
    isVersioningEnabled: undeleteDays > 0
    deleteRetentionPolicy: { enabled: undeleteDays > 0, days: undeleteDays > 0 ? undeleteDays : null }
    containerDeleteRetentionPolicy: { enabled: undeleteDays > 0, days: undeleteDays > 0 ? undeleteDays : null }
  }

  resource container 'containers' = [
    for container in containers: {
      name: container
      properties: { publicAccess: 'None' }
    }
  ]
}

// Versions would be kept for ever; after the days in which they can be asked for, they only cost.
resource oldVersions 'Microsoft.Storage/storageAccounts/managementPolicies@2025-01-01' = if (undeleteDays > 0) {
  parent: account
  name: 'default'
  dependsOn: [blobs]
  properties: {
    policy: {
      rules: [
        {
          name: 'old-versions'
          type: 'Lifecycle'
          enabled: true
          definition: {
            actions: { version: { delete: { daysAfterCreationGreaterThan: undeleteDays } } }
            filters: { blobTypes: ['blockBlob'] }
          }
        }
      ]
    }
  }
}

output id string = account.id
output name string = account.name
output blobEndpoint string = account.properties.primaryEndpoints.blob
