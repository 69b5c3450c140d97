metadata description = 'Exchange Resource Sync for ROOMS: everything in one resource group. It only wires; each module has one concern.'

targetScope = 'resourceGroup'

// ---- What is always needed

@description('Required. Short name of this installation, such as dev or prod; part of resource names and tags.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('Required. Address of the ROOMS installation, such as https://rooms.example.com.')
@minLength(8)
param roomsBaseUrl string

// ---- ROOMS and Exchange

@description('Optional. Mandator of the ROOMS installation.')
param roomsMandator string = 'Default'

@description('Optional. Address that ROOMS gives tokens at.')
param roomsTokenUrl string = ''

@description('Optional. Whom ROOMS gives tokens to.')
param roomsClientId string = ''

@description('Optional. Tenant that Microsoft Graph is asked in; a GUID.')
param graphTenantId string = tenant().tenantId

@description('Optional. Application that Microsoft Graph is asked as; empty: the identity of the app, which needs no secret.')
param graphClientId string = ''

@description('Optional. Further secrets that lie in the vault: rooms-client-secret, graph-client-secret, graph-environments, ews-environments.')
param furtherSecrets array = []

@description('Optional. App settings with other values than their defaults, by name (docs/app-settings.md).')
param settings object = {}

@description('Optional. Address of the webhooks where it is not the app\'s own host name, up to and without /graph.')
param webhookBaseUrl string = ''

// ---- People

@description('Optional. Application id of the registration that people sign in to the console with; empty: nobody can.')
param signInClientId string = ''

@description('Optional. Mail addresses that alerts go to.')
param alertMails array = []

@description('Optional. Other thresholds of alerts than the usual ones, by name of the alert (docs/runbooks.md).')
param alertThresholds object = {}

@description('Optional. Where docs/runbooks.md is published; alerts lead there.')
param runbooksUrl string = 'docs/runbooks.md'

@description('Optional. Object id of the person or pipeline that sets secrets in the vault.')
param deployerPrincipalId string = ''

@description('Optional. What the deployer is.')
@allowed([
  'User'
  'Group'
  'ServicePrincipal'
])
param deployerPrincipalType string = 'User'

// ---- Size

@description('Optional. Azure region with Flex Consumption and Python 3.13.')
param location string = resourceGroup().location

@description('Optional. Redundancy of tables and blobs.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
param storageSku string = 'Standard_LRS'

@description('Optional. Instances that always wait for webhooks.')
@minValue(1)
param alwaysReadyHttp int = 1

@description('Optional. Instances that always wait for looks; 0: the first look after a pause may wait two minutes (docs/limits.md).')
@minValue(0)
param alwaysReadyWorkers int = 0

@description('Optional. How many instances each group of functions may grow to.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 40

@description('Optional. Memory of an instance in megabytes.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('Optional. Whether instances are spread over zones; the platform then keeps two of each group of functions waiting (docs/cost.md).')
param zoneRedundant bool = false

@description('Optional. How many days logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Optional. Gigabytes of logs a day after which no more are taken; -1 is without limit.')
param logDailyQuotaGb int = 1

// ---- Network

@description('Optional. Whether storage and vault answer in a virtual network only. Service Bus Standard cannot; it takes the identity only.')
param isPrivate bool = false

@description('Optional. Addresses that the app calls out from, in the network that is made where isPrivate is on and no subnets are given.')
param networkAppPrefix string = '10.240.0.0/27'

@description('Optional. Addresses of the private endpoints in that network.')
param networkEndpointPrefix string = '10.240.0.32/27'

@description('Optional. Resource id of a subnet of yours that the app calls out from, such as to Exchange on premises; delegated to Microsoft.App/environments.')
param appSubnetId string = ''

@description('Optional. Resource id of a subnet of yours for private endpoints.')
param endpointSubnetId string = ''

@description('Optional. Resource ids of your private DNS zones, by kind: blob, table, vault.')
param privateDnsZones object = {}

@description('Optional. Tags of every resource.')
param tags object = {}

var token = uniqueString(resourceGroup().id, environmentName)
var allTags = union(tags, { 'azd-env-name': environmentName, product: 'exchange-resource-sync' })
var storageName = 'strs${token}'
var busName = 'sb-roomsync-${token}'
var vaultName = 'kv-rs-${token}'
var componentName = 'appi-roomsync-${token}'
var appName = 'func-roomsync-${token}'
var packageContainer = 'deployment-package'
var makesNetwork = isPrivate && (empty(appSubnetId) || empty(endpointSubnetId))

module identity 'modules/identity.bicep' = {
  name: 'app-identity'
  params: {
    name: 'id-roomsync-${token}'
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'app-monitoring'
  params: {
    workspaceName: 'log-roomsync-${token}'
    componentName: componentName
    actionGroupName: 'ag-roomsync-${token}'
    location: location
    tags: allTags
    retentionDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
    alertMails: alertMails
  }
}

module storage 'modules/storage.bicep' = {
  name: 'app-storage'
  params: {
    name: storageName
    location: location
    tags: allTags
    skuName: storageSku
    isPrivate: isPrivate
    workspaceId: monitoring.outputs.workspaceId
    packageContainer: packageContainer
  }
}

module bus 'modules/service-bus.bicep' = {
  name: 'service-bus'
  params: {
    name: busName
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
  }
}

module keyVault 'modules/key-vault.bicep' = {
  name: 'key-vault'
  params: {
    name: vaultName
    location: location
    tags: allTags
    isPrivate: isPrivate
    workspaceId: monitoring.outputs.workspaceId
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'app-alerts'
  params: {
    prefix: 'roomsync-${environmentName}'
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    namespaceId: bus.outputs.id
    storageId: storage.outputs.id
    actionGroupId: monitoring.outputs.actionGroupId
    runbooksUrl: runbooksUrl
    thresholds: alertThresholds
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'app-workbook'
  params: {
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
  }
}

module roles 'modules/roles.bicep' = {
  name: 'app-roles'
  params: {
    principalId: identity.outputs.principalId
    deployerPrincipalId: deployerPrincipalId
    deployerPrincipalType: deployerPrincipalType
    storageName: storage.outputs.name
    namespaceName: bus.outputs.name
    queueNames: bus.outputs.queueNames
    vaultName: keyVault.outputs.name
    componentName: monitoring.outputs.componentName
  }
}

module network 'modules/network.bicep' = if (makesNetwork) {
  name: 'app-network'
  params: {
    name: 'vnet-roomsync-${token}'
    location: location
    tags: allTags
    appPrefix: networkAppPrefix
    endpointPrefix: networkEndpointPrefix
  }
}

module blobEndpoint 'modules/private-endpoint.bicep' = if (isPrivate) {
  name: 'private-endpoint-blob'
  params: {
    name: 'pe-${storageName}-blob'
    location: location
    tags: allTags
    subnetId: makesNetwork ? network!.outputs.endpointSubnetId : endpointSubnetId
    targetId: storage.outputs.id
    groupId: 'blob'
    dnsZoneId: contains(privateDnsZones, 'blob') ? privateDnsZones.blob : ''
  }
}

module tableEndpoint 'modules/private-endpoint.bicep' = if (isPrivate) {
  name: 'private-endpoint-table'
  params: {
    name: 'pe-${storageName}-table'
    location: location
    tags: allTags
    subnetId: makesNetwork ? network!.outputs.endpointSubnetId : endpointSubnetId
    targetId: storage.outputs.id
    groupId: 'table'
    dnsZoneId: contains(privateDnsZones, 'table') ? privateDnsZones.table : ''
  }
}

module vaultEndpoint 'modules/private-endpoint.bicep' = if (isPrivate) {
  name: 'private-endpoint-vault'
  params: {
    name: 'pe-${vaultName}'
    location: location
    tags: allTags
    subnetId: makesNetwork ? network!.outputs.endpointSubnetId : endpointSubnetId
    targetId: keyVault.outputs.id
    groupId: 'vault'
    dnsZoneId: contains(privateDnsZones, 'vault') ? privateDnsZones.vault : ''
  }
}

// The package is read with a role that has to be there before the app is.
module app 'modules/function-app.bicep' = {
  name: 'function-app'
  params: {
    name: appName
    planName: 'plan-roomsync-${token}'
    location: location
    tags: allTags
    identityId: identity.outputs.id
    packageContainerUrl: '${storage.outputs.blobEndpoint}${packageContainer}'
    alwaysReadyHttp: alwaysReadyHttp
    alwaysReadyWorkers: alwaysReadyWorkers
    maximumInstances: maximumInstances
    instanceMemoryMB: instanceMemoryMB
    zoneRedundant: zoneRedundant
    appSubnetId: makesNetwork ? network!.outputs.appSubnetId : appSubnetId
  }
  dependsOn: [
    roles
  ]
}

module appSettings 'modules/app-settings.bicep' = {
  name: 'app-settings'
  params: {
    appName: app.outputs.name
    identityClientId: identity.outputs.clientId
    blobEndpoint: storage.outputs.blobEndpoint
    tableEndpoint: storage.outputs.tableEndpoint
    busHost: bus.outputs.host
    vaultUri: keyVault.outputs.uri
    telemetryConnectionString: monitoring.outputs.connectionString
    webhookBaseUrl: empty(webhookBaseUrl) ? 'https://${app.outputs.hostName}/api/webhooks' : webhookBaseUrl
    graphTenantId: graphTenantId
    graphClientId: empty(graphClientId) ? identity.outputs.clientId : graphClientId
    roomsBaseUrl: roomsBaseUrl
    roomsMandator: roomsMandator
    roomsTokenUrl: roomsTokenUrl
    roomsClientId: roomsClientId
    furtherSecrets: furtherSecrets
    settings: settings
  }
}

module signIn 'modules/sign-in.bicep' = if (!empty(signInClientId)) {
  name: 'sign-in'
  params: {
    appName: app.outputs.name
    clientId: signInClientId
    tenantId: tenant().tenantId
    proofSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
  }
  dependsOn: [
    appSettings
  ]
}

@description('Name of the function app.')
output FUNCTION_APP_NAME string = app.outputs.name

@description('Public host name of the function app.')
output FUNCTION_APP_HOST string = app.outputs.hostName

@description('Client id of the identity: whom Exchange scopes.')
output IDENTITY_CLIENT_ID string = identity.outputs.clientId

@description('Object id of the identity: whom Microsoft Graph grants permissions.')
output IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId

@description('Name of the vault that secrets are set in.')
output KEY_VAULT_NAME string = keyVault.outputs.name

@description('For the command line on another machine: ROOMSYNC_TABLES_ENDPOINT.')
output TABLES_ENDPOINT string = storage.outputs.tableEndpoint

@description('For the command line on another machine: ROOMSYNC_BUS_NAMESPACE.')
output BUS_NAMESPACE string = bus.outputs.host

@description('Action group for alerts of yours.')
output ACTION_GROUP_ID string = monitoring.outputs.actionGroupId

@description('For questions to the logs: az monitor log-analytics query -w (docs/runbooks.md).')
output LOG_WORKSPACE_ID string = monitoring.outputs.workspaceCustomerId
