// A PostgreSQL server that is there, in whatever resource group: the pipeline's database in it, and nothing else. Its size,
// backup, firewall, log and administrators are its owner's.

param name string

@description('The database. It is made where it is missing.')
param databaseName string

@description('A cluster has its one database already, and refuses to make another.')
param isCluster bool

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2025-08-01' existing = {
  name: name
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2025-08-01' = if (!isCluster) {
  parent: server
  name: databaseName
  properties: { charset: 'UTF8', collation: 'en_US.utf8' }
}

output id string = server.id
output host string = server.properties.fullyQualifiedDomainName
