// A private address for one service of one resource, and its name in the network's DNS.

param name string
param location string
param tags object
param subnetId string

@description('The DNS zone that gets its name.')
param zoneId string

@description('The resource that gets the address.')
param targetId string

@description('The service of the resource: blob, queue, table, vault, postgresqlServer.')
param service string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: service
        properties: { privateLinkServiceId: targetId, groupIds: [service] }
      }
    ]
  }
}

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-07-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [{ name: service, properties: { privateDnsZoneId: zoneId } }]
  }
}
