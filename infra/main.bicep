// Everything Greenery needs in Azure, in one resource group. This file composes; the modules make; rbac.bicep permits.
targetScope = 'subscription'

import { affordableInstances, budgetFaults, databaseFaults, networkFaults, serverPlace } from 'app/choices.bicep'

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

@description('A PostgreSQL flexible server that is there, by its resource id or as RESOURCE-GROUP/NAME: the database is made in it. Empty: a server is made.')
param existingDatabase string = ''

@description('server, or cluster: an elastic cluster (Citus), made or existing. A cluster costs its nodes, each like a server.')
@allowed(['server', 'cluster'])
param databaseKind string = 'server'

@description('Nodes of a cluster that is made.')
@minValue(1)
param clusterNodes int = 2

@description('Name of the database; empty: greenery, and postgres on a cluster.')
param warehouseName string = ''

@description('Size of the database server, or of each node; database-sizes.json has those that are known.')
param databaseSku string = 'Standard_B2s'

@description('Its tier.')
@allowed(['Burstable', 'GeneralPurpose', 'MemoryOptimized'])
param databaseTier string = 'Burstable'

@description('GiB of storage, of a cluster on each node; it is paid for by its size, and never shrinks.')
@allowed([32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384])
param databaseStorage int = 64

@description('Most instances of each group of functions that scales by itself. Fewer are taken where the database does not take their connections.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40

@description('max_connections of the database server, where it was changed or the server exists; 0: the default of its size.')
@minValue(0)
param databaseConnections int = 0

@description('Whether the database gets a private endpoint; false for an existing server that the network reaches already.')
param hasDatabaseEndpoint bool = true

@description('Survives the loss of a zone: doubles the price of the database (a standby), and storage costs about a quarter more.')
param isZoneRedundant bool = false

@description('Backups and files also in the paired region: space for files costs about twice as much, and backups are paid for in both. For a new installation only.')
param isGeoRedundant bool = false

@description('Subnet of an existing network for the app, delegated to Microsoft.App/environments; empty: a network is made.')
param appSubnetId string = ''

@description('Subnet of an existing network for the private endpoints.')
param endpointSubnetId string = ''

@description('Resource group with the private DNS zones of an existing network; empty: they are made.')
param dnsZonesGroupId string = ''

@description('What resources log for themselves: none, audit (who read drops and secrets), or all, at several times the price.')
@allowed(['none', 'audit', 'all'])
param diagnostics string = 'audit'

@description('What a month may cost, in the currency of the bill, until a mail is sent; 0: no budget.')
@minValue(0)
param monthlyBudget int = 0

@description('First day of the month in which the budget is made, yyyy-MM-dd.')
param budgetStart string = ''

var token = toLower(uniqueString(subscription().id, environmentName, location))
var name = 'greenery-${token}'
var tags = { 'azd-env-name': environmentName }
var addresses = map(filter(split(allowedAddresses, ','), address => !empty(trim(address))), address => trim(address))
var appName = 'func-${name}'
var url = empty(publicUrl) ? 'https://${appName}.azurewebsites.net' : publicUrl

// A scale-out must never be what keeps analysts from connecting: all instances of all groups together, each with a full
// pool, take three quarters of the server's connections at most. The run's own parallelism is bounded by the database
// long before. Azure applies maximumInstanceCount to each group: HTTP, Durable Functions, and the timer. An instance
// needs 18 connections (FunctionLimits.Connections), so a smaller pool is no way out for a small server.
var pool = { size: 20, groups: 3 }
var sizes = loadJsonContent('database-sizes.json')
var database = {
  existing: existingDatabase
  kind: databaseKind
  nodes: clusterNodes
  sku: databaseSku
  tier: databaseTier
  connections: databaseConnections
  databaseName: warehouseName
  isZoneRedundant: isZoneRedundant
  hasEndpoint: hasDatabaseEndpoint
}
var instances = max(1, min(maximumInstances, affordableInstances(database, sizes, pool)))

// Everything is in the group, so nothing is made where its name cannot be said.
var faults = concat(
  databaseFaults(database, sizes, pool),
  networkFaults({
    isPrivate: isPrivate
    appSubnetId: appSubnetId
    endpointSubnetId: endpointSubnetId
    dnsZonesGroupId: dnsZonesGroupId
  }),
  budgetFaults(monthlyBudget, budgetStart)
)
var groupName = empty(faults) ? 'rg-greenery-${environmentName}' : fail(join(faults, ' '))

var hasExistingDatabase = !empty(existingDatabase)
var place = serverPlace(existingDatabase, subscription().subscriptionId)
var databaseName = empty(warehouseName) ? (databaseKind == 'cluster' ? 'postgres' : 'greenery') : warehouseName

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: groupName
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
    // What the host keeps can be made again: no copy in another region, and nothing to bring back.
    undeleteDays: 0
    isZoneRedundant: isZoneRedundant
    isGeoRedundant: false
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
    isZoneRedundant: isZoneRedundant
    isGeoRedundant: isGeoRedundant
    isPrivate: isPrivate
    allowedAddresses: addresses
  }
}

module vault 'app/vault.bicep' = {
  scope: group
  name: 'vault'
  params: { name: 'kv-${token}', location: location, tags: tags, isPrivate: isPrivate, allowedAddresses: addresses }
}

module server 'app/database.bicep' = if (!hasExistingDatabase) {
  scope: group
  name: 'database'
  params: {
    name: 'psql-${name}'
    location: location
    tags: tags
    isPrivate: isPrivate
    allowedAddresses: addresses
    kind: databaseKind
    nodes: clusterNodes
    databaseName: databaseName
    sku: { name: databaseSku, tier: databaseTier }
    storageGigabytes: databaseStorage
    backupDays: 14
    isZoneRedundant: isZoneRedundant
    isGeoRedundant: isGeoRedundant
    administrator: { id: operatorsId, name: operatorsName, type: operatorsType }
  }
}

module existingServer 'app/existing-database.bicep' = if (hasExistingDatabase) {
  scope: resourceGroup(
    hasExistingDatabase ? place.subscriptionId : subscription().subscriptionId,
    hasExistingDatabase ? place.group : groupName
  )
  name: 'database-${name}'
  params: { name: place.name, databaseName: databaseName, isCluster: databaseKind == 'cluster' }
}

var databaseId = hasExistingDatabase ? existingServer!.outputs.id : server!.outputs.id
var databaseHost = hasExistingDatabase ? existingServer!.outputs.host : server!.outputs.host

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
    databaseId: hasDatabaseEndpoint ? databaseId : ''
    appSubnetId: appSubnetId
    endpointSubnetId: endpointSubnetId
    dnsZonesGroupId: dnsZonesGroupId
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
        'Host=${databaseHost}'
        'Database=${databaseName}'
        'Username=${rbac.outputs.identityName}'
        'SSL Mode=VerifyFull'
        'Maximum Pool Size=${pool.size}'
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
    isZoneRedundant: isZoneRedundant
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
    databaseId: databaseId
    hasDatabaseAlerts: !hasExistingDatabase || toLower(place.subscriptionId) == toLower(subscription().subscriptionId)
    actionGroupId: monitoring.outputs.actionGroupId
    maximumAgeHours: maximumAgeHours
  }
}

module diagnosticSettings 'app/diagnostics.bicep' = if (diagnostics != 'none') {
  scope: group
  name: 'diagnostics'
  params: {
    level: diagnostics == 'all' ? 'all' : 'audit'
    workspaceName: monitoring.outputs.workspaceName
    vaultName: vault.outputs.name
    dataAccountName: dataStorage.outputs.name
    hostAccountName: hostStorage.outputs.name
    appName: function.outputs.name
    serverName: hasExistingDatabase ? '' : server!.outputs.name
    networkName: isPrivate ? endpoints!.outputs.networkName : ''
  }
}

module budget 'app/budget.bicep' = if (monthlyBudget > 0) {
  scope: group
  name: 'budget'
  params: { name: 'budget-${name}', amount: monthlyBudget, start: budgetStart, alertEmail: alertEmail }
}

// For the hook, the deployment workflow and docs/operations.md (`azd env get-values`).
output RESOURCE_GROUP string = group.name
output FUNCTION_APP string = function.outputs.name
output FUNCTION_URL string = url
output DATA_ACCOUNT string = dataStorage.outputs.name
output KEY_VAULT string = vault.outputs.name
output DATABASE_ID string = databaseId
output DATABASE_HOST string = databaseHost
output DATABASE_NAME string = databaseName
output ROLES_DATABASE string = databaseKind == 'cluster' ? databaseName : 'postgres'
output PIPELINE_ROLE string = rbac.outputs.identityName
output PIPELINE_ID string = rbac.outputs.principalId
