// The alert rules. Each alert has its section in docs/operations.md: what it means, and what to do.
//
// "No run was published" is asked of the log, not of an availability test on /api/health: that test would have to carry
// the function key in clear in its own properties, for every reader of the resource group, and would keep the app awake.
// The log's silence counts as well: an app that is stopped, or cannot log, logs no published run.

param name string
param location string
param tags object
param workspaceId string
param databaseId string

@description('Whether the database is watched: a rule watches what is in its own subscription.')
param hasDatabaseAlerts bool

param actionGroupId string

@description('Hours without a published run until an alert fires: a day and the time a daily run may take.')
param maximumAgeHours int

// The words are those of src/Greenery/Hosting/HostLog.cs and Alerts/AlertLog.cs; a test holds them together. A message comes
// with its values in the text or, from an exporter that sends templates, beside it.
var runEnds = '''
AppTraces
| where Message startswith "Run " and Message has " ended as "
| extend State = coalesce(tostring(Properties.State), tostring(Properties.prop__State), extract("^Run [0-9]+ ended as ([a-z_]+)", 1, Message))
'''

var logAlerts = [
  {
    name: 'no-run-published'
    description: 'No run was published in ${maximumAgeHours} hours: readers see old data.'
    severity: 1
    // Longer than the windows there are, so the query says it itself. No row at all is a count of 0 too.
    query: '${runEnds}| where TimeGenerated > ago(${maximumAgeHours}h)\n| summarize Found = countif(State startswith "published")'
    window: 'P1D'
    range: 'P2D'
    every: 'PT1H'
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'run-failed'
    description: 'Infrastructure failed a run: database, storage, or the host. Nothing was published.'
    severity: 1
    query: '${runEnds}| summarize Found = countif(State == "failed")'
    window: 'PT15M'
    range: null
    every: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'run-held-back'
    description: 'Checks failed, or a drop or model was refused: nothing, or not all, was published; readers see earlier data.'
    severity: 2
    query: '${runEnds}| summarize Found = countif(State in ("checks_failed", "refused", "published_in_part"))'
    window: 'PT15M'
    range: null
    every: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'channel-dead'
    description: 'A channel to people (mail, Teams) keeps failing: what Greenery has to say does not reach them.'
    severity: 2
    query: 'AppTraces\n| where Message startswith "Channel " and Message has " is dead: "\n| summarize Found = count()'
    window: 'PT1H'
    range: null
    every: 'PT15M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'setting-wrong'
    description: 'A setting that runs do without is wrong: a part is missing, such as messages, reports or telemetry.'
    severity: 2
    query: 'AppTraces\n| where Message startswith "Setting " and Message has " Runs go on without it."\n| summarize Found = count()'
    window: 'PT1H'
    range: null
    every: 'PT15M'
    operator: 'GreaterThan'
    threshold: 0
  }
]

var databaseAlerts = [
  {
    name: 'database-down'
    description: 'The database server does not answer.'
    severity: 1
    metric: 'is_db_alive'
    window: 'PT5M'
    every: 'PT1M'
    aggregation: 'Maximum'
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'database-cpu'
    description: 'The database has been busy for an hour: runs take longer, and a burstable server runs out of credits.'
    severity: 3
    metric: 'cpu_percent'
    window: 'PT1H'
    every: 'PT15M'
    aggregation: 'Average'
    operator: 'GreaterThan'
    threshold: 90
  }
  {
    name: 'database-storage'
    description: 'The database fills its storage; full, it only reads.'
    severity: 2
    metric: 'storage_percent'
    window: 'PT15M'
    every: 'PT15M'
    aggregation: 'Average'
    operator: 'GreaterThan'
    threshold: 80
  }
]

resource logs 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in logAlerts: {
    name: '${name}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: alert.name
      description: '${alert.description} docs/operations.md: ${alert.name}'
      severity: alert.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: alert.every
      windowSize: alert.window
      overrideQueryTimeRange: alert.range
      // A new workspace has not seen a trace yet.
      skipQueryValidation: true
      // One mail when it starts, one when it is over, not one every evaluation.
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: alert.query
            metricMeasureColumn: 'Found'
            timeAggregation: 'Total'
            operator: alert.operator
            threshold: alert.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [actionGroupId] }
    }
  }
]

resource metrics 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in (hasDatabaseAlerts ? databaseAlerts : []): {
    name: '${name}-${alert.name}'
    location: 'global'
    tags: tags
    properties: {
      description: '${alert.description} docs/operations.md: ${alert.name}'
      severity: alert.severity
      enabled: true
      scopes: [databaseId]
      evaluationFrequency: alert.every
      windowSize: alert.window
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.metric
            metricName: alert.metric
            timeAggregation: alert.aggregation
            operator: alert.operator
            threshold: alert.threshold
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupId }]
    }
  }
]
