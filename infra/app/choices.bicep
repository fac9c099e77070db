// What an installation may be made of: how many instances a database affords, and which parameters do not go together. A
// fault says what was found, what is expected and what to set, with the names of the variables that azd takes.

@export()
type databaseChoice = {
  @description('Resource id, or RESOURCE-GROUP/NAME, of a server that is there; empty: one is made.')
  existing: string
  kind: 'server' | 'cluster'
  @description('Nodes of a cluster.')
  nodes: int
  sku: string
  tier: string
  @description('max_connections where the size does not say it; 0: the size does.')
  connections: int
  @description('Name of the database; empty: the usual one.')
  databaseName: string
  isZoneRedundant: bool
  hasEndpoint: bool
}

@export()
type networkChoice = {
  isPrivate: bool
  appSubnetId: string
  endpointSubnetId: string
  dnsZonesGroupId: string
}

@export()
type poolChoice = {
  @description('Connections of one instance.')
  size: int
  @description('Groups of functions that Azure scales each by itself.')
  groups: int
}

@export()
@description('Subscription, resource group and name of a server that is there, from its id or RESOURCE-GROUP/NAME.')
func serverPlace(existing string, subscriptionId string) { subscriptionId: string, group: string, name: string } => {
  subscriptionId: startsWith(existing, '/') ? (split(existing, '/')[?2] ?? '') : subscriptionId
  group: startsWith(existing, '/') ? (split(existing, '/')[?4] ?? '') : (split(existing, '/')[?0] ?? '')
  name: startsWith(existing, '/') ? (split(existing, '/')[?8] ?? '') : (split(existing, '/')[?1] ?? '')
}

@export()
@description('max_connections of the server, or of each node; 0: not known.')
func serverConnections(choice databaseChoice, sizes object) int =>
  choice.connections > 0 ? choice.connections : empty(choice.existing) ? (sizes[?choice.sku].?connections ?? 0) : 0

// Azure keeps 15 for replication and monitoring. A cluster lets clients have one part in as many as it has nodes, because
// each may need a connection from node to node.
// https://learn.microsoft.com/azure/postgresql/configure-maintain/concepts-limits,
// https://learn.microsoft.com/azure/postgresql/elastic-clusters/how-to-network-elastic-clusters-default-maximum-connections
@export()
@description('Connections that clients may have altogether.')
func clientConnections(choice databaseChoice, sizes object) int =>
  max(0, serverConnections(choice, sizes) / (choice.kind == 'cluster' ? max(1, choice.nodes) : 1) - 15)

// Three quarters, so that a scale-out never keeps analysts from connecting.
@export()
@description('Instances of each group whose full pools the database takes; 0: not even one.')
func affordableInstances(choice databaseChoice, sizes object, pool poolChoice) int =>
  clientConnections(choice, sizes) * 3 / 4 / (pool.size * pool.groups)

@export()
@description('The database: what is wrong, each a sentence; none: nothing.')
func databaseFaults(choice databaseChoice, sizes object, pool poolChoice) string[] =>
  filter(
    [
      !empty(choice.existing) && (empty(serverPlace(choice.existing, 'x').name) || empty(serverPlace(choice.existing, 'x').group) || (startsWith(choice.existing, '/') && !contains(toLower(choice.existing), '/providers/microsoft.dbforpostgresql/flexibleservers/')))
        ? 'EXISTING_DATABASE is \'${choice.existing}\'; expected the resource id of a PostgreSQL flexible server (/subscriptions/.../Microsoft.DBforPostgreSQL/flexibleServers/NAME), or RESOURCE-GROUP/NAME in this subscription.'
        : ''
      !empty(choice.existing) && choice.connections == 0
        ? 'DATABASE_CONNECTIONS is 0, and the size of an existing server is not known here; expected its max_connections, or how many of them Greenery may count on. Ask the server: show max_connections.'
        : ''
      empty(choice.existing) && !contains(sizes, choice.sku) && choice.connections == 0
        ? 'DATABASE_SKU is \'${choice.sku}\', which is not in database-sizes.json; expected one that is there, such as Standard_B2s or Standard_D2ds_v5. For another size set DATABASE_CONNECTIONS to its max_connections too.'
        : ''
      empty(choice.existing) && contains(sizes, choice.sku) && (sizes[?choice.sku].?tier ?? '') != choice.tier
        ? 'DATABASE_TIER is ${choice.tier}, and DATABASE_SKU ${choice.sku} is of tier ${sizes[?choice.sku].?tier ?? ''}; set DATABASE_TIER to that one.'
        : ''
      serverConnections(choice, sizes) > 0 && affordableInstances(choice, sizes, pool) == 0
        ? '${choice.connections > 0 ? 'DATABASE_CONNECTIONS' : 'DATABASE_SKU ${choice.sku}'}${choice.kind == 'cluster' ? ', divided by ${choice.nodes} nodes,' : ''} leaves clients ${clientConnections(choice, sizes)} connections of ${serverConnections(choice, sizes)}; expected ${(pool.size * pool.groups * 4 + 2) / 3} at least: one instance of each of ${pool.groups} scaling groups has a pool of ${pool.size}, and three quarters are the pools\'. ${!empty(choice.existing) ? 'Take a larger server.' : choice.kind == 'cluster' ? 'Set fewer CLUSTER_NODES or a larger DATABASE_SKU.' : 'Set DATABASE_SKU to Standard_B2s or a larger size.'}'
        : ''
      empty(choice.existing) && choice.isZoneRedundant && choice.tier == 'Burstable'
        ? 'IS_ZONE_REDUNDANT is true, and a Burstable server cannot have a standby; set DATABASE_TIER to GeneralPurpose and DATABASE_SKU to Standard_D2ds_v5, say, or IS_ZONE_REDUNDANT to false.'
        : ''
      empty(choice.existing) && choice.kind == 'cluster' && !contains(['', 'postgres'], choice.databaseName)
        ? 'WAREHOUSE_NAME is \'${choice.databaseName}\', and a cluster that is made here has one database, postgres; leave WAREHOUSE_NAME empty.'
        : ''
      empty(choice.existing) && !choice.hasEndpoint
        ? 'HAS_DATABASE_ENDPOINT is false, and the app would not reach the server that is made here; expected false only with EXISTING_DATABASE, where that server is reached through the network already. Set it to true.'
        : ''
    ],
    fault => !empty(fault)
  )

@export()
func isSubnet(id string) bool =>
  startsWith(id, '/subscriptions/') && contains(toLower(id), '/providers/microsoft.network/virtualnetworks/') && !empty(split(id, '/')[?10] ?? '') && (split(id, '/')[?9] ?? '') == 'subnets'

@export()
@description('The network: what is wrong.')
func networkFaults(choice networkChoice) string[] =>
  filter(
    [
      !choice.isPrivate && !(empty(choice.appSubnetId) && empty(choice.endpointSubnetId) && empty(choice.dnsZonesGroupId))
        ? 'IS_PRIVATE is false, and APP_SUBNET_ID, ENDPOINT_SUBNET_ID or DNS_ZONES_GROUP_ID is set: an open installation has no network. Set IS_PRIVATE to true, or leave them empty.'
        : ''
      empty(choice.appSubnetId) != empty(choice.endpointSubnetId)
        ? '${empty(choice.appSubnetId) ? 'APP_SUBNET_ID' : 'ENDPOINT_SUBNET_ID'} is empty, and ${empty(choice.appSubnetId) ? 'ENDPOINT_SUBNET_ID' : 'APP_SUBNET_ID'} is not; expected both (an existing network) or neither (one is made).'
        : ''
      !empty(choice.appSubnetId) && !isSubnet(choice.appSubnetId)
        ? 'APP_SUBNET_ID is \'${choice.appSubnetId}\'; expected the resource id of a subnet (/subscriptions/.../virtualNetworks/NAME/subnets/NAME).'
        : ''
      !empty(choice.endpointSubnetId) && !isSubnet(choice.endpointSubnetId)
        ? 'ENDPOINT_SUBNET_ID is \'${choice.endpointSubnetId}\'; expected the resource id of a subnet (/subscriptions/.../virtualNetworks/NAME/subnets/NAME).'
        : ''
      !empty(choice.appSubnetId) && toLower(choice.appSubnetId) == toLower(choice.endpointSubnetId)
        ? 'APP_SUBNET_ID and ENDPOINT_SUBNET_ID are the same subnet; the app\'s is delegated to Microsoft.App/environments and takes no private endpoints. Set two subnets.'
        : ''
      !empty(choice.dnsZonesGroupId) && (length(split(choice.dnsZonesGroupId, '/')) != 5 || !startsWith(choice.dnsZonesGroupId, '/subscriptions/'))
        ? 'DNS_ZONES_GROUP_ID is \'${choice.dnsZonesGroupId}\'; expected the resource id of a resource group (/subscriptions/ID/resourceGroups/NAME).'
        : ''
      !empty(choice.dnsZonesGroupId) && empty(choice.appSubnetId)
        ? 'DNS_ZONES_GROUP_ID is set without APP_SUBNET_ID: the zones there are not linked to the network that is made here. Set the subnets of a network they are linked to, or leave it empty.'
        : ''
    ],
    fault => !empty(fault)
  )

// Azure refuses another start of a budget that is there: it must not follow from the day of the deployment.
@export()
@description('The budget: what is wrong.')
func budgetFaults(amount int, start string) string[] =>
  amount > 0 && !(length(start) == 10 && endsWith(start, '-01'))
    ? [
        'BUDGET_START is \'${start}\', and MONTHLY_BUDGET ${amount}; expected the first day of the month in which the budget is made, such as 2026-12-01. Set it once and leave it: Azure refuses to change it.'
      ]
    : []
