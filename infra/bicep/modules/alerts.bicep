metadata description = 'What wakes somebody. Each alert has its query, its threshold and its page in docs/runbooks.md, by the same name.'

@description('Required. What names of rules begin with.')
param prefix string

@description('Required. Azure region of the workspace.')
param location string

@description('Required. Tags of every resource.')
param tags object

@description('Required. Resource id of the workspace that is asked.')
param workspaceId string

@description('Required. Resource id of the Service Bus namespace.')
param namespaceId string

@description('Required. Resource id of the storage account.')
param storageId string

@description('Required. Resource id of the action group that is told.')
param actionGroupId string

@description('Required. Where the runbooks are published.')
param runbooksUrl string

@description('Required. Other thresholds than these, by name of the alert.')
param thresholds object

var usual = {
  'poll-stopped': 10
  guard: 0
  parked: 0
  forbidden: 0
  'push-silent': 0
  subscriptions: 0
  'secret-ends': 30
  'backlog-age': 15
  'no-change': 1
  'dead-letters': 0
  'given-up': 0
  'bus-throttled': 10
  'storage-unavailable': 99
}

var limits = union(usual, thresholds)

// It alerts when each of the last `times` windows is beyond the threshold: with one, its query may sum
// the window up; with more, Azure sorts its rows into them and refuses a query without TimeGenerated.
// Alerts end by themselves when that is over.
var logAlerts = [
  {
    name: 'poll-stopped'
    title: 'Nothing is synced: ROOMS is not asked any more'
    severity: 0
    every: 'PT5M'
    window: 'PT15M'
    times: 1
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    query: loadTextContent('../../queries/alerts/poll-stopped.kql')
    divided: []
  }
  {
    name: 'guard'
    title: 'The guard has stopped a mailbox'
    severity: 1
    every: 'PT5M'
    window: 'PT15M'
    times: 1
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    query: loadTextContent('../../queries/alerts/guard.kql')
    divided: []
  }
  {
    name: 'parked'
    title: 'ROOMS or an environment of Exchange does not answer'
    severity: 1
    every: 'PT5M'
    window: 'PT15M'
    times: 1
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    query: loadTextContent('../../queries/alerts/parked.kql')
    divided: [
      {
        name: 'Kind'
        operator: 'Include'
        values: [
          '*'
        ]
      }
    ]
  }
  {
    name: 'forbidden'
    title: 'A system says that the app may not'
    severity: 1
    every: 'PT5M'
    window: 'PT15M'
    times: 1
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    query: loadTextContent('../../queries/alerts/forbidden.kql')
    divided: [
      {
        name: 'System'
        operator: 'Include'
        values: [
          '*'
        ]
      }
    ]
  }
  {
    name: 'push-silent'
    title: 'Changes are found that nobody told of'
    severity: 2
    every: 'PT5M'
    window: 'PT15M'
    times: 1
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    query: loadTextContent('../../queries/alerts/push-silent.kql')
    divided: [
      {
        name: 'Kind'
        operator: 'Include'
        values: [
          '*'
        ]
      }
    ]
  }
  {
    name: 'subscriptions'
    title: 'Subscriptions are not renewed, or have ended'
    severity: 2
    every: 'PT15M'
    window: 'PT15M'
    times: 2
    aggregation: 'Minimum'
    operator: 'GreaterThan'
    query: loadTextContent('../../queries/alerts/subscriptions.kql')
    divided: [
      {
        name: 'State'
        operator: 'Include'
        values: [
          '*'
        ]
      }
    ]
  }
  {
    name: 'secret-ends'
    title: 'A secret or certificate in the vault ends soon'
    severity: 2
    every: 'PT1H'
    window: 'P1D'
    times: 1
    aggregation: 'Maximum'
    operator: 'LessThan'
    query: loadTextContent('../../queries/alerts/secret-ends.kql')
    divided: []
  }
  {
    name: 'backlog-age'
    title: 'Looks wait too long'
    severity: 2
    every: 'PT5M'
    window: 'PT10M'
    times: 2
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    query: loadTextContent('../../queries/alerts/backlog-age.kql')
    divided: [
      {
        name: 'Queue'
        operator: 'Include'
        values: [
          '*'
        ]
      }
    ]
  }
  {
    name: 'no-change'
    title: 'No change was mirrored for a day'
    severity: 2
    every: 'PT1H'
    window: 'P1D'
    times: 1
    aggregation: 'Maximum'
    operator: 'LessThan'
    query: loadTextContent('../../queries/alerts/no-change.kql')
    divided: []
  }
]

// Where the platform itself is the better witness: it sees what an app that is down cannot tell.
var metricAlerts = [
  {
    name: 'dead-letters'
    title: 'Messages were set aside: a worker has died over them'
    severity: 2
    scope: namespaceId
    metric: 'DeadletteredMessages'
    space: 'Microsoft.ServiceBus/namespaces'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    window: 'PT5M'
    divided: [
      {
        name: 'EntityName'
        operator: 'Include'
        values: [
          '*'
        ]
      }
    ]
  }
  {
    name: 'given-up'
    title: 'Something was given up and waits for a person'
    severity: 2
    scope: namespaceId
    metric: 'ActiveMessages'
    space: 'Microsoft.ServiceBus/namespaces'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    window: 'PT5M'
    divided: [
      {
        name: 'EntityName'
        operator: 'Include'
        values: [
          'failed-items'
        ]
      }
    ]
  }
  {
    name: 'bus-throttled'
    title: 'Service Bus refuses: its credits are used up'
    severity: 3
    scope: namespaceId
    metric: 'ThrottledRequests'
    space: 'Microsoft.ServiceBus/namespaces'
    aggregation: 'Total'
    operator: 'GreaterThan'
    window: 'PT15M'
    divided: []
  }
  {
    name: 'storage-unavailable'
    title: 'Tables or blobs do not answer'
    severity: 1
    scope: storageId
    metric: 'Availability'
    space: 'Microsoft.Storage/storageAccounts'
    aggregation: 'Average'
    operator: 'LessThan'
    window: 'PT15M'
    divided: []
  }
]

resource logRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for item in logAlerts: {
    name: '${prefix}-${item.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: item.title
      description: '${item.title}. What to do: ${runbooksUrl}#${item.name}'
      severity: item.severity
      enabled: true
      scopes: [
        workspaceId
      ]
      evaluationFrequency: item.every
      windowSize: item.window
      criteria: {
        allOf: [
          {
            query: item.query
            timeAggregation: item.aggregation
            metricMeasureColumn: 'Value'
            dimensions: item.divided
            operator: item.operator
            threshold: limits[item.name]
            failingPeriods: {
              numberOfEvaluationPeriods: item.times
              minFailingPeriodsToAlert: item.times
            }
          }
        ]
      }
      actions: {
        actionGroups: [
          actionGroupId
        ]
      }
      autoMitigate: true
      skipQueryValidation: true
    }
  }
]

resource metricRules 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for item in metricAlerts: {
    name: '${prefix}-${item.name}'
    location: 'global'
    tags: tags
    properties: {
      description: '${item.title}. What to do: ${runbooksUrl}#${item.name}'
      severity: item.severity
      enabled: true
      scopes: [
        item.scope
      ]
      evaluationFrequency: 'PT5M'
      windowSize: item.window
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: 'measured'
            metricName: item.metric
            metricNamespace: item.space
            timeAggregation: item.aggregation
            operator: item.operator
            threshold: limits[item.name]
            dimensions: item.divided
          }
        ]
      }
      actions: [
        {
          actionGroupId: actionGroupId
        }
      ]
      autoMitigate: true
    }
  }
]
