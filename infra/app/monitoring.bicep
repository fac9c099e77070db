// Where the app's log goes, and whom an alert tells.

param name string
param location string
param tags object

@description('Recipient of alerts.')
param alertEmail string

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-${name}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    // The ledgers of runs, drops and checks are in the database for good; the log is for the question "what happened".
    retentionInDays: 30
    // A loop that logs must not become a bill: a daily run writes some megabytes.
    workspaceCapping: { dailyQuotaGb: 1 }
    // Readers of the log need a role; a workspace key opens nothing.
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${name}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    // The connection string says where, not who: the app signs in with its identity (Monitoring Metrics Publisher).
    DisableLocalAuth: true
  }
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${name}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'greenery'
    enabled: true
    // Not through Greenery's own channels: they may be what is broken.
    emailReceivers: [{ name: 'operators', emailAddress: alertEmail, useCommonAlertSchema: true }]
  }
}

output workspaceId string = workspace.id
output workspaceName string = workspace.name
output insightsName string = insights.name
output connectionString string = insights.properties.ConnectionString
output actionGroupId string = people.id
