// The host: a Flex Consumption plan and the app on it. It costs what it runs, and sleeps between.

param name string
param planName string
param location string
param tags object

@description('The identity the app signs in with, everywhere.')
param identityId string

@description('Container of the package that `azd deploy` uploads.')
param packagesUri string

@description('Subnet the app goes out through; empty: through Azure\'s own addresses.')
param subnetId string

@description('MB an instance has: 512, 2048 or 4096.')
@allowed([512, 2048, 4096])
param instanceMemory int

@description('Most instances at a time.')
@minValue(1)
@maxValue(1000)
param maximumInstances int

@description('Instances spread over zones. It costs nothing by itself; the host\'s account must be zone redundant too.')
param isZoneRedundant bool

@description('Every app setting by name.')
param settings object

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true, zoneRedundant: isZoneRedundant }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  // azd finds the app of its service by this tag.
  tags: union(tags, { 'azd-service-name': 'pipeline' })
  kind: 'functionapp,linux'
  // An identity of its own account, not the app's: roles are there before the app starts, and survive its replacement.
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // Without this, Key Vault references are resolved with an identity that the app does not have.
    keyVaultReferenceIdentity: identityId
    // Everything the app calls is found through the network, where there is one. Who calls the app needs its key; the
    // links in people's mail have to work from anywhere.
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    publicNetworkAccess: 'Enabled'
    functionAppConfig: {
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packagesUri
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: maximumInstances
        // No instance is kept warm: a daily run does not mind a cold start of seconds, and timers wake the app.
        alwaysReady: []
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      http20Enabled: true
      appSettings: [for setting in items(settings): { name: setting.key, value: setting.value }]
    }
  }

  // Publishing with user name and password would be a way in past Entra.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

output id string = app.id
output name string = app.name
