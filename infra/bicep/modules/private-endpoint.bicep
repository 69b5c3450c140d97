metadata description = 'One private way to one service.'

@description('Required. Name of the endpoint.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of every resource.')
param tags object

@description('Required. Resource id of the subnet that it stands in.')
param subnetId string

@description('Required. Resource id of what it leads to.')
param targetId string

@description('Required. Which part of the target: blob, table or vault.')
@allowed([
  'blob'
  'table'
  'vault'
])
param groupId string

@description('Optional. Resource id of the private DNS zone of this kind; empty: names are looked after elsewhere.')
param dnsZoneId string = ''

resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: groupId
        properties: {
          privateLinkServiceId: targetId
          groupIds: [
            groupId
          ]
        }
      }
    ]
  }
}

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = if (!empty(dnsZoneId)) {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: groupId
        properties: {
          privateDnsZoneId: dnsZoneId
        }
      }
    ]
  }
}
