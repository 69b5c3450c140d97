metadata description = 'The workbook on the portal: the overview of the console, from telemetry, so that it is there when the app is not.'

@description('Required. Azure region.')
param location string

@description('Required. Tags of every resource.')
param tags object

@description('Required. Resource id of the workspace that it asks.')
param workspaceId string

resource overview 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(workspaceId, 'roomsync-overview')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'ROOMS sync: overview'
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: workspaceId
    serializedData: replace(loadTextContent('../../workbook/overview.json'), '<workspace>', workspaceId)
  }
}
