metadata description = 'The one identity that the app has: it opens storage, queues, vault, telemetry and Microsoft Graph.'

@description('Required. Name of the identity.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of every resource.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id, for the app that carries it.')
output id string = identity.id

@description('Object id of its service principal, for role assignments and Graph permissions.')
output principalId string = identity.properties.principalId

@description('Client id, by which the app picks it.')
output clientId string = identity.properties.clientId
