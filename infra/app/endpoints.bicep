// The private addresses of everything the app calls, in a network that is made here or in one that is there.

param name string
param location string
param tags object
param hostAccountId string
param dataAccountId string
param vaultId string

@description('Empty: the database is reached through the network without an endpoint of its own.')
param databaseId string

@description('Subnet of an existing network that the app goes out through, delegated to Microsoft.App/environments, /27 or larger; empty: a network is made.')
param appSubnetId string

@description('Subnet of an existing network for the endpoints.')
param endpointSubnetId string

@description('Resource group with the DNS zones, linked to the network; empty: they are made here.')
param dnsZonesGroupId string

var blobZone = 'privatelink.blob.${environment().suffixes.storage}'
var queueZone = 'privatelink.queue.${environment().suffixes.storage}'
var tableZone = 'privatelink.table.${environment().suffixes.storage}'
var vaultZone = 'privatelink.vaultcore.azure.net'
var databaseZone = 'privatelink.postgres.database.azure.com'

// Durable Functions keep state in blobs, queues and tables of the host's account; drops and reports are blobs.
var services = concat(
  [
    { name: 'host-blob', targetId: hostAccountId, service: 'blob', zone: blobZone }
    { name: 'host-queue', targetId: hostAccountId, service: 'queue', zone: queueZone }
    { name: 'host-table', targetId: hostAccountId, service: 'table', zone: tableZone }
    { name: 'data-blob', targetId: dataAccountId, service: 'blob', zone: blobZone }
    { name: 'vault', targetId: vaultId, service: 'vault', zone: vaultZone }
  ],
  empty(databaseId)
    ? []
    : [{ name: 'database', targetId: databaseId, service: 'postgresqlServer', zone: databaseZone }]
)

var makesNetwork = empty(appSubnetId)
var networkId = makesNetwork ? network!.outputs.id : split(appSubnetId, '/subnets/')[0]
var zonesPlace = split(dnsZonesGroupId, '/')

module network 'network.bicep' = if (makesNetwork) {
  name: 'network'
  params: {
    name: 'vnet-${name}'
    location: location
    tags: tags
  }
}

module zones 'zones.bicep' = if (empty(dnsZonesGroupId)) {
  name: 'zones'
  params: {
    name: 'vnet-${name}'
    tags: tags
    networkId: networkId
    zoneNames: concat([blobZone, queueZone, tableZone, vaultZone], empty(databaseId) ? [] : [databaseZone])
  }
}

module endpoints 'private-endpoint.bicep' = [
  for service in services: {
    name: 'endpoint-${service.name}'
    dependsOn: [zones]
    params: {
      name: 'pe-${service.name}-${name}'
      location: location
      tags: tags
      subnetId: makesNetwork ? network!.outputs.endpointSubnetId : endpointSubnetId
      zoneId: empty(dnsZonesGroupId)
        ? resourceId('Microsoft.Network/privateDnsZones', service.zone)
        : resourceId(zonesPlace[2], zonesPlace[4], 'Microsoft.Network/privateDnsZones', service.zone)
      targetId: service.targetId
      service: service.service
    }
  }
]

output appSubnetId string = makesNetwork ? network!.outputs.appSubnetId : appSubnetId
output networkName string = makesNetwork ? network!.outputs.name : ''
