metadata description = 'Tables with the state of the sync, blobs for the host and the deployment package. No keys.'

@description('Required. Name of the storage account.')
@minLength(3)
@maxLength(24)
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of every resource.')
param tags object

@description('Required. Redundancy; Standard_ZRS and Standard_GZRS need a region with zones.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
param skuName string

@description('Required. Whether the account answers to private endpoints only.')
param isPrivate bool

@description('Required. Resource id of the workspace that is told who writes blobs.')
param workspaceId string

@description('Required. Name of the container that the deployment package lies in.')
param packageContainer string

// Each table that the code opens (core/adapters/tables/provision.py; compared by make infra-check).
var tableNames = [
  'mappings'
  'pointers'
  'settings'
  'subscriptions'
  'cursors'
  'activity'
  'guard'
  'policies'
  'notices'
  'waiting'
  'outbox'
  'push'
  'breakers'
  'parked'
  'givenup'
  'measures'
  'deeds'
  'drifts'
  'scans'
  'selftests'
]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: skuName
  }
  properties: {
    accessTier: 'Hot'
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: 14
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 14
    }
  }
}

resource package 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: packageContainer
  properties: {
    publicAccess: 'None'
  }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for tableName in tableNames: {
    parent: tableService
    name: tableName
  }
]

// Whoever touches the deployment package changes what runs: that is logged. Of tables nothing is: a
// line for each of their calls would cost more than the calls, and Azure measures them by itself.
resource blobDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageWrite'
        enabled: true
      }
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

@description('Name of the account.')
output name string = account.name

@description('Resource id, for private endpoints.')
output id string = account.id

@description('Address of the blobs, with a slash at its end.')
output blobEndpoint string = account.properties.primaryEndpoints.blob

@description('Address of the tables, with a slash at its end.')
output tableEndpoint string = account.properties.primaryEndpoints.table
