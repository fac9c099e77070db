// What the resources log for themselves, into the workspace: every diagnostic setting of this installation, in this file. The
// app's own log and metrics come through Application Insights, which would only say the same again. The plan, endpoints,
// zones, identity, action group and alerts have no log; an existing server's or network's is its owner's.

@description('audit: who read or changed secrets, drops, reports and the log itself. all: everything, at several times the price.')
@allowed(['audit', 'all'])
param level string

param workspaceName string
param vaultName string
param dataAccountName string
param hostAccountName string
param appName string

@description('Empty: the server is not this installation\'s.')
param serverName string

@description('Empty: the network is not this installation\'s, or there is none.')
param networkName string

var isAll = level == 'all'
var logs = [{ categoryGroup: isAll ? 'allLogs' : 'audit', enabled: true }]
var metrics = isAll ? [{ category: 'AllMetrics', enabled: true }] : []

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: workspaceName
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource dataAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: dataAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }
}

resource hostAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: hostAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }

  resource queues 'queueServices' existing = {
    name: 'default'
  }

  resource tables 'tableServices' existing = {
    name: 'default'
  }
}

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2025-08-01' existing = {
  name: empty(serverName) ? 'none' : serverName
}

resource app 'Microsoft.Web/sites@2024-11-01' existing = {
  name: appName
}

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' existing = {
  name: empty(networkName) ? 'none' : networkName
}

// Who asked the log what: it holds messages of runs.
resource ofWorkspace 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: workspace
  name: 'greenery'
  properties: { workspaceId: workspace.id, logs: logs, metrics: metrics }
}

resource ofVault 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'greenery'
  properties: { workspaceId: workspace.id, logs: logs, metrics: metrics }
}

// Drops hold customers' names and addresses: who read them can be asked for later.
resource ofDrops 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: dataAccount::blobs
  name: 'greenery'
  properties: { workspaceId: workspace.id, logs: logs, metrics: metrics }
}

// The host asks its account many times a minute (docs/operations.md, "The timer"): an entry for each is for a search only.
resource ofHostBlobs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (isAll) {
  scope: hostAccount::blobs
  name: 'greenery'
  properties: { workspaceId: workspace.id, logs: logs, metrics: metrics }
}

resource ofHostQueues 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (isAll) {
  scope: hostAccount::queues
  name: 'greenery'
  properties: { workspaceId: workspace.id, logs: logs, metrics: metrics }
}

resource ofHostTables 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (isAll) {
  scope: hostAccount::tables
  name: 'greenery'
  properties: { workspaceId: workspace.id, logs: logs, metrics: metrics }
}

// PostgreSQL's messages may quote a value of a row, which the pipeline's own log does not: only where it is wanted.
resource ofServer 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (isAll && !empty(serverName)) {
  scope: server
  name: 'greenery'
  properties: { workspaceId: workspace.id, logs: logs, metrics: metrics }
}

resource ofApp 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (isAll) {
  scope: app
  name: 'greenery'
  properties: {
    workspaceId: workspace.id
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: metrics
  }
}

resource ofNetwork 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (isAll && !empty(networkName)) {
  scope: network
  name: 'greenery'
  properties: { workspaceId: workspace.id, logs: logs, metrics: metrics }
}
