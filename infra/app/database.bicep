// PostgreSQL Flexible Server, or an elastic cluster of it (Citus): the warehouse. There are no passwords: people and the
// pipeline sign in with Entra tokens.

param name string
param location string
param tags object
param isPrivate bool

@description('IPv4 addresses or ranges of people and tools outside the network.')
param allowedAddresses string[]

@description('One server, or a cluster whose nodes share the tables.')
@allowed(['server', 'cluster'])
param kind string

@description('Nodes of the cluster, each of the size and with the storage below, and each paid for.')
param nodes int

@description('The database. Of a cluster it is the one that the cluster has.')
param databaseName string

@description('Size: Burstable for a shop of some million events a day; a D-series when cpu alerts say so.')
param sku { name: string, tier: 'Burstable' | 'GeneralPurpose' | 'MemoryOptimized' }

@description('GiB, of a cluster on each node. It can grow and never shrink; a cluster\'s does not grow by itself.')
param storageGigabytes int

@description('Days to which the server can be taken back, 7 to 35.')
@minValue(7)
@maxValue(35)
param backupDays int

@description('A standby in another zone: what compute and storage cost is doubled. Not with Burstable.')
param isZoneRedundant bool

@description('Backups in the paired region too, which are paid for there as well. Azure takes it when the server is made, not later.')
param isGeoRedundant bool

@description('Who may make roles in the database: a group, so that people and the deployment can both be in it.')
param administrator { id: string, name: string, type: 'Group' | 'User' | 'ServicePrincipal' }

// Greenery needs 15 or later and is tested on 18; elastic clusters have 17.
var isCluster = kind == 'cluster'
var version = isCluster ? '17' : '18'

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2025-08-01' = {
  name: name
  location: location
  tags: tags
  sku: sku
  properties: {
    version: version
    // A password would be one more secret to keep, rotate and leak.
    authConfig: { activeDirectoryAuth: 'Enabled', passwordAuth: 'Disabled', tenantId: tenant().tenantId }
    // Full storage makes the server read-only in the middle of a run.
    storage: { storageSizeGB: storageGigabytes, autoGrow: isCluster ? 'Disabled' : 'Enabled' }
    cluster: isCluster ? { clusterSize: nodes } : null
    // The whole warehouse can be built again from the drops; the backup is the quick way and keeps the ledgers.
    backup: { backupRetentionDays: backupDays, geoRedundantBackup: isGeoRedundant ? 'Enabled' : 'Disabled' }
    // A run waits out a restart of minutes, and readers come back with it: a standby is for those who cannot wait.
    highAvailability: { mode: isZoneRedundant ? 'ZoneRedundant' : 'Disabled' }
    // Sunday 10:00 UTC: when neither the daily run nor people are at work.
    maintenanceWindow: { customWindow: 'Enabled', dayOfWeek: 0, startHour: 10, startMinute: 0 }
    // On even where the app has a private endpoint: without a firewall rule no client connects, and analysts' addresses
    // (and, for the minute it takes, the deployment's own) can be let in without a gateway into the network.
    network: { publicNetworkAccess: 'Enabled' }
  }
}

// One after the other, here and below: the server refuses a change while another is under way.
resource database 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2025-08-01' = if (!isCluster) {
  parent: server
  name: databaseName
  properties: { charset: 'UTF8', collation: 'en_US.utf8' }
}

resource administrators 'Microsoft.DBforPostgreSQL/flexibleServers/administrators@2025-08-01' = {
  parent: server
  name: administrator.id
  dependsOn: [database]
  properties: {
    principalName: administrator.name
    principalType: administrator.type
    tenantId: tenant().tenantId
  }
}

// Without a network of its own the app comes from any address of Azure's. The rule lets all of Azure reach the sign-in,
// other people's subscriptions too; what keeps them out is that there is no password to guess.
resource azure 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2025-08-01' = if (!isPrivate) {
  parent: server
  name: 'azure'
  dependsOn: [administrators]
  properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
}

@batchSize(1)
resource people 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2025-08-01' = [
  for (address, i) in allowedAddresses: {
    parent: server
    name: 'allowed-${i}'
    dependsOn: [azure, administrators]
    properties: {
      startIpAddress: contains(address, '/') ? parseCidr(address).network : address
      endIpAddress: contains(address, '/') ? parseCidr(address).broadcast : address
    }
  }
]

output id string = server.id
output host string = server.properties.fullyQualifiedDomainName
output name string = server.name
