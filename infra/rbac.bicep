// Who may do what: the app's identity and every role assignment of this installation, in this file and nowhere else.
// Each is at the smallest scope that does the job. Roles in the database are in hooks/roles.sql.

param name string
param location string
param tags object
param hostAccountName string
param dataAccountName string
param vaultName string
param insightsName string

@description('People who run this installation: write secrets, look into drops and reports.')
param operators { id: string, type: 'Group' | 'User' | 'ServicePrincipal' }

@description('Object id of what uploads the drops (an identity of the shop\'s systems); empty: operators upload.')
param uploaderId string

var roles = {
  blobOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' // Storage Blob Data Contributor
  blobReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1' // Storage Blob Data Reader
  queueContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // Storage Queue Data Contributor
  tableContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User
  secretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7' // Key Vault Secrets Officer
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher
}

resource hostAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: hostAccountName
}

resource dataAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: dataAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource drops 'containers' existing = {
      name: 'drops'
    }

    resource reports 'containers' existing = {
      name: 'reports'
    }
  }
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource pipeline 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${name}'
  location: location
  tags: tags
}

// The host leases and deletes blobs of its own (keys, timers, packages), which takes the owner's role; the account is its alone.
resource hostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hostAccount
  name: guid(hostAccount.id, pipeline.id, roles.blobOwner)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobOwner)
    principalId: pipeline.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// Durable Functions: work items are queue messages, ...
resource hostQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hostAccount
  name: guid(hostAccount.id, pipeline.id, roles.queueContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.queueContributor)
    principalId: pipeline.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// ... histories of orchestrations are tables. They make both themselves, so a single queue or table cannot be the scope.
resource hostTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hostAccount
  name: guid(hostAccount.id, pipeline.id, roles.tableContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.tableContributor)
    principalId: pipeline.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// The pipeline reads drops and never touches them: no row is lost by its fault.
resource drops 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: dataAccount::blobs::drops
  name: guid(dataAccount::blobs::drops.id, pipeline.id, roles.blobReader)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobReader)
    principalId: pipeline.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// It writes reports.
resource reports 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: dataAccount::blobs::reports
  name: guid(dataAccount::blobs::reports.id, pipeline.id, roles.blobContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor)
    principalId: pipeline.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// For Key Vault references. It can read secrets, not list, write or delete them; the vault holds only this app's.
resource secrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, pipeline.id, roles.secretsUser)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.secretsUser)
    principalId: pipeline.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// Sending telemetry where the connection string alone is not enough.
resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, pipeline.id, roles.metricsPublisher)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.metricsPublisher)
    principalId: pipeline.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// People put secrets in and rotate them.
resource operatorSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, operators.id, roles.secretsOfficer)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.secretsOfficer)
    principalId: operators.id
    principalType: operators.type
  }
}

// People correct a drop, bring an overwritten one back, read reports; not the host's account, which holds code and keys.
resource operatorFiles 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: dataAccount
  name: guid(dataAccount.id, operators.id, roles.blobContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor)
    principalId: operators.id
    principalType: operators.type
  }
}

// The shop's systems write drops and nothing else.
resource uploads 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(uploaderId)) {
  scope: dataAccount::blobs::drops
  name: guid(dataAccount::blobs::drops.id, uploaderId, roles.blobContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor)
    principalId: uploaderId
    principalType: 'ServicePrincipal'
  }
}

output identityId string = pipeline.id
output identityName string = pipeline.name
output clientId string = pipeline.properties.clientId
output principalId string = pipeline.properties.principalId
