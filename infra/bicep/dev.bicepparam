// To try it: smallest and cheapest, addresses open, no zones.
using './main.bicep'

param environmentName = 'dev'
param roomsBaseUrl = readEnvironmentVariable('ROOMS_BASE_URL', 'https://rooms.example.com')
param furtherSecrets = json(readEnvironmentVariable('FURTHER_SECRETS', '[]'))
param signInClientId = readEnvironmentVariable('SIGN_IN_CLIENT_ID', '')
param alertMails = json(readEnvironmentVariable('ALERT_MAILS', '[]'))
param deployerPrincipalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param storageSku = 'Standard_LRS'
param alwaysReadyHttp = 1
param alwaysReadyWorkers = 0
param instanceMemoryMB = 2048
param logRetentionDays = 30
param logDailyQuotaGb = 1
