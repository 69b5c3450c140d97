metadata description = 'Where logs and measures go, and whom alerts wake.'

@description('Required. Name of the Log Analytics workspace.')
param workspaceName string

@description('Required. Name of the Application Insights component.')
param componentName string

@description('Required. Name of the action group.')
param actionGroupName string

@description('Required. Azure region.')
param location string

@description('Required. Tags of every resource.')
param tags object

@description('Required. How many days logs are kept.')
@minValue(30)
@maxValue(730)
param retentionDays int

@description('Required. Gigabytes a day after which ingestion stops; -1 is without limit.')
param dailyQuotaGb int

@description('Required. Mail addresses that alerts go to.')
param alertMails array

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    workspaceCapping: {
      dailyQuotaGb: dailyQuotaGb
    }
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
    DisableIpMasking: false
  }
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'roomsync'
    enabled: true
    emailReceivers: [
      for (mail, index) in alertMails: {
        name: 'operator-${index}'
        emailAddress: mail
        useCommonAlertSchema: true
      }
    ]
  }
}

@description('Resource id of the workspace, for diagnostic settings.')
output workspaceId string = workspace.id

@description('Name of the component, for its role assignment.')
output componentName string = component.name

@description('Where telemetry is sent; holds no key that would be accepted.')
output connectionString string = component.properties.ConnectionString

@description('Resource id of the action group, for alerts.')
output actionGroupId string = actionGroup.id

@description('Id by which the workspace is asked.')
output workspaceCustomerId string = workspace.properties.customerId
