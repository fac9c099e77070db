// PostgreSQL Flexible Server: the warehouse. There are no passwords: people and the pipeline sign in with Entra tokens.

param name string
param location string
param tags object
param isPrivate bool

@description('IPv4 addresses or ranges of people and tools outside the network.')
param allowedAddresses string[]

@description('Major version. Greenery needs 15 or later and is tested on 18.')
@allowed(['16', '17', '18'])
param version string

@description('Size: Burstable for a shop of some million events a day; a D-series when cpu alerts say so.')
param sku { name: string, tier: 'Burstable' | 'GeneralPurpose' | 'MemoryOptimized' }

@description('GiB. It can grow and never shrink.')
param storageGigabytes int

@description('Days to which the server can be taken back, 7 to 35.')
@minValue(7)
@maxValue(35)
param backupDays int

@description('Who may make roles in the database: a group, so that people and the deployment can both be in it.')
param administrator { id: string, name: string, type: 'Group' | 'User' | 'ServicePrincipal' }

var databaseName = 'greenery'

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
    storage: { storageSizeGB: storageGigabytes, autoGrow: 'Enabled' }
    // The whole warehouse can be built again from the drops; the backup is the quick way and keeps the ledgers.
    backup: { backupRetentionDays: backupDays, geoRedundantBackup: 'Disabled' }
    // A standby doubles the price. A run waits out a restart of minutes, readers come back with it.
    highAvailability: { mode: 'Disabled' }
    // Sunday 10:00 UTC: when neither the daily run nor people are at work.
    maintenanceWindow: { customWindow: 'Enabled', dayOfWeek: 0, startHour: 10, startMinute: 0 }
    // On even where the app has a private endpoint: without a firewall rule no client connects, and analysts' addresses
    // (and, for the minute it takes, the deployment's own) can be let in without a gateway into the network.
    network: { publicNetworkAccess: 'Enabled' }
  }
}

// One after the other, here and below: the server refuses a change while another is under way.
resource database 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2025-08-01' = {
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
output databaseName string = database.name
