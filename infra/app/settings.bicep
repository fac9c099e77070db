// The app's settings. Every Greenery setting that Azure needs is here by name; those left out have the right default there
// (Sql, the folder beside the program; DropsContainer, since Drops is an address) or are for other hosts (ApiKey, LocalData).

@export()
type runSettings = {
  @description('NCRONTAB with seconds: when the daily run is due.')
  schedule: string
  @description('IANA name of the zone whose calendar makes the business date.')
  timeZone: string
  @description('Hours after which data without a published run counts as old.')
  maximumAgeHours: int
}

@export()
type alertSettings = {
  @description('Recipient of run alerts and of everything without an owner.')
  owner: string
  @description('Sender of the mail; empty: no mail, and no secret is asked for.')
  from: string
  @description('Whether there is a Teams channel; if so its URL is a secret in the vault.')
  hasTeams: bool
  @description('Whether links in messages are signed; if so the key is a secret in the vault.')
  hasSignedLinks: bool
}

@description('Npgsql connection string without a password: the library then signs in with an Entra token.')
param warehouse string
param blobEndpoint string
param url string
param vaultName string
param hostAccountName string
param clientId string
param insightsConnection string
param run runSettings
param alerts alertSettings

var greenery = {
  Greenery__Warehouse: warehouse
  Greenery__Drops: '${blobEndpoint}drops'
  Greenery__Reports: '${blobEndpoint}reports'
  Greenery__Url: url
  Greenery__Schedule: run.schedule
  Greenery__TimeZone: run.timeZone
  Greenery__MaxAge: '${run.maximumAgeHours}:00'
  Greenery__Alerts__Owner: alerts.owner
}

// References, not values: the app's settings hold no secret, and a rotated one is picked up within a day or at a restart.
var mail = empty(alerts.from)
  ? {}
  : {
      Greenery__Alerts__Email__From: alerts.from
      Greenery__Alerts__Email__ApiKey: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=sendgrid-key)'
    }
var teams = alerts.hasTeams
  ? { Greenery__Alerts__Teams__team__Url: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=teams-url)' }
  : {}

// A secret that is not there yet is an incident on the other channels and no reason not to run. The earlier key is there
// while keys are changed only: its reference that leads nowhere is no incident.
var links = alerts.hasSignedLinks
  ? {
      Greenery__Links__Key: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=report-link-key)'
      Greenery__Links__PreviousKey: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=report-link-key-before)'
    }
  : {}

// The host's own storage and telemetry, by identity: no connection string with a key anywhere.
var host = {
  AzureWebJobsStorage__accountName: hostAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: clientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'
  // Which identity DefaultAzureCredential takes, for the drops and the database.
  AZURE_CLIENT_ID: clientId
}

output settings object = union(host, greenery, mail, teams, links)
