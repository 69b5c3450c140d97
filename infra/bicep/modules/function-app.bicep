metadata description = 'The Functions app on Flex Consumption, with the identity as its only way to anything.'

@description('Required. Name of the app.')
param name string

@description('Required. Name of its plan.')
param planName string

@description('Required. Azure region with Flex Consumption and Python 3.13.')
param location string

@description('Required. Tags of every resource.')
param tags object

@description('Required. Resource id of the identity.')
param identityId string

@description('Required. Address of the container that the deployment package lies in.')
param packageContainerUrl string

@description('Required. Instances that always wait for webhooks: a cold start takes longer than Microsoft Graph waits.')
@minValue(1)
param alwaysReadyHttp int

@description('Required. Instances that always wait for looks; 0: the first look after a pause may wait two minutes (docs/limits.md).')
@minValue(0)
param alwaysReadyWorkers int

@description('Required. How many instances each group of functions may grow to.')
@minValue(40)
@maxValue(1000)
param maximumInstances int

@description('Required. Memory of an instance in megabytes.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int

@description('Required. Whether instances are spread over zones; the platform then keeps two of each group of functions waiting (docs/cost.md).')
param zoneRedundant bool

@description('Optional. Resource id of the subnet that the app calls out from, delegated to Microsoft.App/environments.')
param appSubnetId string = ''

var readyForHttp = [
  {
    name: 'http'
    instanceCount: alwaysReadyHttp
  }
]
var readyForLooks = (alwaysReadyWorkers > 0) ? [
  {
    name: 'function:sync_items'
    instanceCount: alwaysReadyWorkers
  }
] : []

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

// Left out on purpose, Flex Consumption refuses them: ftpsState, linuxFxVersion, use32BitWorkerProcess.
resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(appSubnetId) ? null : appSubnetId
    siteConfig: {
      alwaysOn: false
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'python'
        version: '3.13'
      }
      scaleAndConcurrency: {
        alwaysReady: concat(readyForHttp, readyForLooks)
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstances
        // Unset, a Python instance takes one request at a time and every further one starts another.
        triggers: {
          http: {
            perInstanceConcurrency: 32
          }
        }
      }
    }
  }
}

resource noFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'scm'
  properties: {
    allow: false
  }
}

@description('Name of the app.')
output name string = site.name

@description('Its public host name.')
output hostName string = site.properties.defaultHostName
