// The network of a private installation, and the private addresses in it of everything the app calls.

param name string
param location string
param tags object
param hostAccountId string
param dataAccountId string
param vaultId string
param databaseId string

var blobZone = 'privatelink.blob.${environment().suffixes.storage}'
var queueZone = 'privatelink.queue.${environment().suffixes.storage}'
var tableZone = 'privatelink.table.${environment().suffixes.storage}'
var vaultZone = 'privatelink.vaultcore.azure.net'
var databaseZone = 'privatelink.postgres.database.azure.com'

// Durable Functions keep state in blobs, queues and tables of the host's account; drops and reports are blobs.
var services = [
  { name: 'host-blob', targetId: hostAccountId, service: 'blob', zone: blobZone }
  { name: 'host-queue', targetId: hostAccountId, service: 'queue', zone: queueZone }
  { name: 'host-table', targetId: hostAccountId, service: 'table', zone: tableZone }
  { name: 'data-blob', targetId: dataAccountId, service: 'blob', zone: blobZone }
  { name: 'vault', targetId: vaultId, service: 'vault', zone: vaultZone }
  { name: 'database', targetId: databaseId, service: 'postgresqlServer', zone: databaseZone }
]

module network 'network.bicep' = {
  name: 'network'
  params: {
    name: 'vnet-${name}'
    location: location
    tags: tags
    zoneNames: [blobZone, queueZone, tableZone, vaultZone, databaseZone]
  }
}

module endpoints 'private-endpoint.bicep' = [
  for service in services: {
    name: 'endpoint-${service.name}'
    params: {
      name: 'pe-${service.name}-${name}'
      location: location
      tags: tags
      subnetId: network.outputs.endpointSubnetId
      zoneName: service.zone
      targetId: service.targetId
      service: service.service
    }
  }
]

output appSubnetId string = network.outputs.appSubnetId
