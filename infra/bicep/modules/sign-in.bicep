metadata description = 'The platform\'s sign-in before the console. Whoever calls webhooks and health proves itself otherwise.'

@description('Required. Name of the function app.')
param appName string

@description('Required. Application (client) id of the registration that people sign in to (infra/scripts/sign-in.sh).')
param clientId string

@description('Required. Tenant that its users are in.')
param tenantId string

@description('Required. Name of the setting that holds the client id of the identity which proves the app: no secret.')
param proofSettingName string

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

// Every path of its own: whether patterns work here is not said anywhere. A new webhook is a line here.
resource signIn 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: {
      enabled: true
      runtimeVersion: '~1'
    }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
      excludedPaths: [
        '/api/health'
        '/api/webhooks/exchange'
        '/api/webhooks/graph'
        '/api/webhooks/graph/lifecycle'
        '/api/webhooks/rooms'
        '/api/webhooks/rooms/openapi.json'
      ]
    }
    httpSettings: {
      requireHttps: true
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: clientId
          clientSecretSettingName: proofSettingName
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [
            clientId
            'api://${clientId}'
          ]
        }
      }
    }
    login: {
      tokenStore: {
        enabled: false
      }
    }
  }
}
