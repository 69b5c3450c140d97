// For people who book: spread over zones, logs for three months. Zones cost: the platform keeps two of
// each of fifteen groups of functions waiting (docs/cost.md). Without them a zone that fails is a standstill
// until it is back; nothing is lost by it.
using './main.bicep'

param environmentName = 'prod'
param roomsBaseUrl = readEnvironmentVariable('ROOMS_BASE_URL')
param furtherSecrets = json(readEnvironmentVariable('FURTHER_SECRETS', '[]'))
param signInClientId = readEnvironmentVariable('SIGN_IN_CLIENT_ID', '')
param alertMails = json(readEnvironmentVariable('ALERT_MAILS', '[]'))
param deployerPrincipalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param storageSku = 'Standard_GZRS'
param zoneRedundant = true
param alwaysReadyHttp = 2
param alwaysReadyWorkers = 2
param maximumInstances = 40
param instanceMemoryMB = 2048
param logRetentionDays = 90
param logDailyQuotaGb = 10
param settings = {
  ROOMSYNC_DIFFERENCES_SCAN: 'incremental'
}
