// For people who book: spread over zones, two of everything waiting, logs for three months.
using './main.bicep'

param environmentName = 'prod'
param roomsBaseUrl = readEnvironmentVariable('ROOMS_BASE_URL', 'https://rooms.example.com')
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
