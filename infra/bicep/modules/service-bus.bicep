metadata description = 'The queues between whoever calls and whoever works. No keys.'

@description('Required. Name of the namespace.')
@minLength(6)
@maxLength(50)
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of every resource.')
param tags object

@description('Required. Resource id of the workspace that logs go to.')
param workspaceId string

// Sessions and duplicate detection cannot be changed once a queue exists. Looks and jobs are never
// recognised as duplicates: the one dropped may be the one that mattered (docs/triggers.md). What
// nobody takes in two weeks is set aside, never dropped. PT10M is ignored where it is not detected.
var queues = [
  {
    name: 'sync-items'
    hasSessions: true
    hasDuplicateDetection: false
    lock: 'PT1M'
  }
  {
    name: 'mailbox-jobs'
    hasSessions: true
    hasDuplicateDetection: false
    lock: 'PT1M'
  }
  {
    name: 'notices'
    hasSessions: false
    hasDuplicateDetection: true
    lock: 'PT30S'
  }
  {
    name: 'failed-items'
    hasSessions: false
    hasDuplicateDetection: false
    lock: 'PT30S'
  }
]

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: 'Standard'
    tier: 'Standard'
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: 'Enabled'
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for item in queues: {
    parent: namespace
    name: item.name
    properties: {
      requiresSession: item.hasSessions
      requiresDuplicateDetection: item.hasDuplicateDetection
      duplicateDetectionHistoryTimeWindow: 'PT10M'
      lockDuration: item.lock
      maxDeliveryCount: 10
      defaultMessageTimeToLive: 'P14D'
      deadLetteringOnMessageExpiration: true
      maxSizeInMegabytes: 5120
      enablePartitioning: false
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: namespace
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [
      {
        category: 'OperationalLogs'
        enabled: true
      }
    ]
  }
}

@description('Resource id, for alerts.')
output id string = namespace.id

@description('Name of the namespace.')
output name string = namespace.name

// Azure names no suffix of its own for Service Bus; its endpoint is https://<host>:443/.
@description('Host name of the namespace, which clients are given.')
output host string = split(split(namespace.properties.serviceBusEndpoint, '/')[2], ':')[0]

@description('Names of the queues, for role assignments.')
output queueNames array = [for item in queues: item.name]
