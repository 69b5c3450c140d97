metadata description = 'Every setting of the app (docs/app-settings.md), written as a whole: what is not here is removed.'

@description('Required. Name of the function app.')
param appName string

@description('Required. Client id of the identity.')
param identityClientId string

@description('Required. Address of its blobs.')
param blobEndpoint string

@description('Required. Address of its tables.')
param tableEndpoint string

@description('Required. Host name of the Service Bus namespace.')
param busHost string

@description('Required. Address of the Key Vault, with a slash at its end.')
param vaultUri string

@description('Required. Where telemetry is sent.')
param telemetryConnectionString string

@description('Required. Where Exchange and ROOMS reach the app, up to and without /graph.')
param webhookBaseUrl string

@description('Required. Tenant that Microsoft Graph is asked in.')
param graphTenantId string

@description('Required. Application that Microsoft Graph is asked as; that of the identity needs no secret.')
param graphClientId string

@description('Required. Address of the ROOMS installation.')
param roomsBaseUrl string

@description('Required. Mandator of the ROOMS installation.')
param roomsMandator string

@description('Required. Address that ROOMS gives tokens at; empty: it is asked with the key only.')
param roomsTokenUrl string

@description('Required. Whom ROOMS gives tokens to.')
param roomsClientId string

@description('Required. Secrets besides those always needed that lie in the vault.')
param furtherSecrets array

@description('Required. Settings with other values than their defaults, by name.')
param settings object

var secretUri = '${vaultUri}secrets'

// Empty is the app's own default, which is said once: in core/settings.py.
var defaults = {
  ROOMSYNC_GRAPH_BASE_URL: ''
  ROOMSYNC_GRAPH_AUTHORITY: ''
  ROOMSYNC_GRAPH_PARALLEL: ''
  ROOMSYNC_SUBSCRIPTION_MINUTES: ''
  ROOMSYNC_PROBE_ADDRESSES: ''
  ROOMSYNC_APPOINTMENT_OID_PROPERTY: ''
  ROOMSYNC_MAIL_SENDER: ''
  ROOMSYNC_MAIL_ENVIRONMENT: ''
  ROOMSYNC_MAIL_LANGUAGE: ''
  ROOMSYNC_MAIL_TEMPLATES: ''
  ROOMSYNC_OPERATOR_MAILS: ''
  ROOMSYNC_DIFFERENCES_SCAN: ''
  ROOMSYNC_BOOKING_URL: ''
  ROOMSYNC_RETRY_DELAYS: ''
  ROOMSYNC_PARKING_FAILURES: ''
  ROOMSYNC_PARKING_ENVIRONMENT_FAILURES: ''
  ROOMSYNC_PARKING_WINDOW_MINUTES: ''
  ROOMSYNC_PARKING_FIRST_MINUTES: ''
  ROOMSYNC_PARKING_LONGEST_MINUTES: ''
  ROOMSYNC_GUARD_CREATES: ''
  ROOMSYNC_GUARD_CANCELS: ''
  ROOMSYNC_GUARD_BUFFERS: ''
  ROOMSYNC_GUARD_MISSING: ''
  ROOMSYNC_SERIES_AHEAD_DAYS: ''
  ROOMSYNC_KEEP_LINKS_DAYS: ''
  ROOMSYNC_KEEP_ACTIVITY_DAYS: ''
  ROOMSYNC_KEEP_NOTICES_DAYS: ''
  ROOMSYNC_DIRECTORY_MAX_AGE_S: ''
  ROOMSYNC_TELEMETRY: ''
  ROOMSYNC_TRACE_SHARE: ''
  ROOMSYNC_TRACE_SHARE_OF_ROUNDS: ''
}

var wired = {
  AzureWebJobsStorage__blobServiceUri: blobEndpoint
  AzureWebJobsStorage__tableServiceUri: tableEndpoint
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  ServiceBusConnection__fullyQualifiedNamespace: busHost
  ServiceBusConnection__credential: 'managedidentity'
  ServiceBusConnection__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: telemetryConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identityClientId
  // The app sends its own telemetry: the host must not send the same lines once more.
  PYTHON_ENABLE_OPENTELEMETRY: 'true'
  ROOMSYNC_TABLES_ENDPOINT: tableEndpoint
  ROOMSYNC_BUS_NAMESPACE: busHost
  ROOMSYNC_IDENTITY_CLIENT_ID: identityClientId
  ROOMSYNC_VAULT_URL: vaultUri
  ROOMSYNC_GRAPH_TENANT_ID: graphTenantId
  ROOMSYNC_GRAPH_CLIENT_ID: graphClientId
  ROOMSYNC_WEBHOOK_BASE_URL: webhookBaseUrl
  ROOMSYNC_ROOMS_BASE_URL: roomsBaseUrl
  ROOMSYNC_ROOMS_MANDATOR: roomsMandator
  ROOMSYNC_ROOMS_TOKEN_URL: roomsTokenUrl
  ROOMSYNC_ROOMS_CLIENT_ID: roomsClientId
}

// Without a version: a new one is taken over within a day, or at the next restart.
var fromVault = {
  ROOMSYNC_ROOMS_API_KEY: '@Microsoft.KeyVault(SecretUri=${secretUri}/rooms-api-key)'
  ROOMSYNC_ROOMS_WEBHOOK_SECRETS: '@Microsoft.KeyVault(SecretUri=${secretUri}/rooms-webhook-secrets)'
  ROOMSYNC_FINGERPRINT_KEYS: '@Microsoft.KeyVault(SecretUri=${secretUri}/fingerprint-keys)'
  ROOMSYNC_ROOMS_CLIENT_SECRET: contains(furtherSecrets, 'rooms-client-secret') ? '@Microsoft.KeyVault(SecretUri=${secretUri}/rooms-client-secret)' : ''
  ROOMSYNC_GRAPH_CLIENT_SECRET: contains(furtherSecrets, 'graph-client-secret') ? '@Microsoft.KeyVault(SecretUri=${secretUri}/graph-client-secret)' : ''
  ROOMSYNC_GRAPH_ENVIRONMENTS: contains(furtherSecrets, 'graph-environments') ? '@Microsoft.KeyVault(SecretUri=${secretUri}/graph-environments)' : ''
  ROOMSYNC_EWS_ENVIRONMENTS: contains(furtherSecrets, 'ews-environments') ? '@Microsoft.KeyVault(SecretUri=${secretUri}/ews-environments)' : ''
}

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(defaults, settings, wired, fromVault)
}
