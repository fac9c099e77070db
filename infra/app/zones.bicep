// The DNS zones in which private endpoints put their names, and the network that asks them.

param name string
param tags object

@description('The network, of whatever resource group.')
param networkId string

param zoneNames string[]

// A link is what makes the public name of a service resolve to its private address inside the network.
resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in zoneNames: {
    name: zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, i) in zoneNames: {
    parent: zones[i]
    name: name
    location: 'global'
    tags: tags
    properties: {
      virtualNetwork: { id: networkId }
      // Only endpoints write into these zones, machines do not.
      registrationEnabled: false
    }
  }
]
