// Everything Greenery needs in Azure, in one resource group. This file composes; the modules make; rbac.bicep permits.
targetScope = 'subscription'

@description('Names the installation: dev, production.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Region; one with Flex Consumption.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Object id of who runs this installation; see docs/operations.md.')
@minLength(36)
@maxLength(36)
param operatorsId string

@description('Its name as Entra has it: a group\'s name, a user\'s principal name. It is the sign-in name in the database.')
@minLength(1)
param operatorsName string

@description('A group, so that people and the deployment can both be in it.')
@allowed(['Group', 'User', 'ServicePrincipal'])
param operatorsType string = 'Group'

@description('Recipient of infrastructure alerts, and owner of everything that has no owner of its own.')
@minLength(3)
param alertEmail string

// On, because customers' names and addresses lie there, and a stolen token alone then opens nothing. Off saves the price of
// six private endpoints: for a trial on invented data.
@description('Storage, vault and database let in the app\'s network and the addresses below only.')
param isPrivate bool = true

@description('IPv4 addresses or ranges outside the network, separated by commas: analysts, the shop\'s systems that upload drops.')
param allowedAddresses string = ''

@description('Object id of the identity that uploads drops; empty: operators do.')
param uploaderId string = ''

@description('NCRONTAB with seconds: when the daily run is due.')
param schedule string = '0 0 5 * * *'

@description('IANA zone of the shop.')
param timeZone string = 'Etc/UTC'

@description('Hours without a published run until health fails and an alert fires: a day, and two hours for a run.')
@minValue(1)
@maxValue(48)
param maximumAgeHours int = 26

@description('Sender of mail, one that SendGrid knows; empty: no mail.')
param mailFrom string = ''

@description('Whether messages go to a Teams channel too.')
param hasTeams bool = false

@description('Whether links in messages open the report without a key; their signing key is a secret in the vault.')
param hasSignedLinks bool = false

@description('Where people reach the app, for the links in messages; empty: its own address.')
param publicUrl string = ''

@description('Size of the database server.')
param databaseSku string = 'Standard_B2s'

@description('Its tier.')
@allowed(['Burstable', 'GeneralPurpose', 'MemoryOptimized'])
param databaseTier string = 'Burstable'

@description('Most instances of each group of functions that scales by itself. Fewer are taken where the database does not take their connections.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40

@description('max_connections of the database server, where it was changed; 0: the default of its size.')
@minValue(0)
param databaseConnections int = 0

var token = toLower(uniqueString(subscription().id, environmentName, location))
var name = 'greenery-${token}'
var tags = { 'azd-env-name': environmentName }
var addresses = map(filter(split(allowedAddresses, ','), address => !empty(trim(address))), address => trim(address))
var appName = 'func-${name}'
var url = empty(publicUrl) ? 'https://${appName}.azurewebsites.net' : publicUrl

// A scale-out must never be what keeps analysts from connecting: all instances of all groups together, each with a full
// pool, take three quarters of the server's connections at most. The run's own parallelism is bounded by the database
// long before. Azure applies maximumInstanceCount to each group: HTTP, Durable Functions, and the timer.
var poolSize = 20
var scalingGroups = 3
// Defaults of max_connections by size; of a size that is not here, those of the smallest that is sensible.
var connectionsBySize = {
  Standard_B1ms: 50
  Standard_B2s: 429
  Standard_B2ms: 859
  Standard_B4ms: 1718
  Standard_D2ds_v5: 859
  Standard_D4ds_v5: 1718
  Standard_D8ds_v5: 3437
  Standard_E2ds_v5: 1718
  Standard_E4ds_v5: 3437
}
var serverConnections = databaseConnections > 0 ? databaseConnections : (connectionsBySize[?databaseSku] ?? 429)
var affordableInstances = serverConnections * 3 / 4 / (poolSize * scalingGroups)
var instances = max(1, min(maximumInstances, affordableInstances))

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-greenery-${environmentName}'
  location: location
  tags: tags
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  name: 'monitoring'
  params: { name: name, location: location, tags: tags, alertEmail: alertEmail }
}

module hostStorage 'app/storage.bicep' = {
  scope: group
  name: 'host-storage'
  params: {
    name: 'sthost${token}'
    location: location
    tags: tags
    containers: ['packages']
    // What the host keeps can be made again.
    undeleteDays: 0
    isPrivate: isPrivate
    // Only the app uses this account.
    allowedAddresses: []
  }
}

module dataStorage 'app/storage.bicep' = {
  scope: group
  name: 'data-storage'
  params: {
    name: 'stdata${token}'
    location: location
    tags: tags
    containers: ['drops', 'reports']
    undeleteDays: 30
    isPrivate: isPrivate
    allowedAddresses: addresses
  }
}

module vault 'app/vault.bicep' = {
  scope: group
  name: 'vault'
  params: { name: 'kv-${token}', location: location, tags: tags, isPrivate: isPrivate, allowedAddresses: addresses }
}

module database 'app/database.bicep' = {
  scope: group
  name: 'database'
  params: {
    name: 'psql-${name}'
    location: location
    tags: tags
    isPrivate: isPrivate
    allowedAddresses: addresses
    version: '18'
    sku: { name: databaseSku, tier: databaseTier }
    storageGigabytes: 64
    backupDays: 14
    administrator: { id: operatorsId, name: operatorsName, type: operatorsType }
  }
}

module endpoints 'app/endpoints.bicep' = if (isPrivate) {
  scope: group
  name: 'endpoints'
  params: {
    name: name
    location: location
    tags: tags
    hostAccountId: hostStorage.outputs.id
    dataAccountId: dataStorage.outputs.id
    vaultId: vault.outputs.id
    databaseId: database.outputs.id
  }
}

module rbac 'rbac.bicep' = {
  scope: group
  name: 'rbac'
  params: {
    name: name
    location: location
    tags: tags
    hostAccountName: hostStorage.outputs.name
    dataAccountName: dataStorage.outputs.name
    vaultName: vault.outputs.name
    insightsName: monitoring.outputs.insightsName
    operators: { id: operatorsId, type: operatorsType }
    uploaderId: uploaderId
  }
}

module settings 'app/settings.bicep' = {
  scope: group
  name: 'settings'
  params: {
    warehouse: join(
      [
        'Host=${database.outputs.host}'
        'Database=${database.outputs.databaseName}'
        'Username=${rbac.outputs.identityName}'
        'SSL Mode=VerifyFull'
        'Maximum Pool Size=${poolSize}'
      ],
      ';'
    )
    blobEndpoint: dataStorage.outputs.blobEndpoint
    url: url
    vaultName: vault.outputs.name
    hostAccountName: hostStorage.outputs.name
    clientId: rbac.outputs.clientId
    insightsConnection: monitoring.outputs.connectionString
    run: { schedule: schedule, timeZone: timeZone, maximumAgeHours: maximumAgeHours }
    alerts: { owner: alertEmail, from: mailFrom, hasTeams: hasTeams, hasSignedLinks: hasSignedLinks }
  }
}

module function 'app/function.bicep' = {
  scope: group
  name: 'function'
  params: {
    name: appName
    planName: 'plan-${name}'
    location: location
    tags: tags
    identityId: rbac.outputs.identityId
    packagesUri: '${hostStorage.outputs.blobEndpoint}packages'
    subnetId: isPrivate ? endpoints!.outputs.appSubnetId : ''
    // The loader takes some 110 MB whatever a drop's size; the host and four loads at a time fit well.
    instanceMemory: 2048
    maximumInstances: instances
    settings: settings.outputs.settings
  }
}

module alerts 'app/alerts.bicep' = {
  scope: group
  name: 'alerts'
  params: {
    name: name
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    databaseId: database.outputs.id
    actionGroupId: monitoring.outputs.actionGroupId
    maximumAgeHours: maximumAgeHours
  }
}

// For the hook, the deployment workflow and docs/operations.md (`azd env get-values`).
output RESOURCE_GROUP string = group.name
output FUNCTION_APP string = function.outputs.name
output FUNCTION_URL string = url
output DATA_ACCOUNT string = dataStorage.outputs.name
output KEY_VAULT string = vault.outputs.name
output DATABASE_ID string = database.outputs.id
output DATABASE_HOST string = database.outputs.host
output DATABASE_NAME string = database.outputs.databaseName
output PIPELINE_ROLE string = rbac.outputs.identityName
output PIPELINE_ID string = rbac.outputs.principalId
