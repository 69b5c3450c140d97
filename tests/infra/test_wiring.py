"""One part is told the right thing of another; what is shut is shut; strangers sign in nowhere."""

import dataclasses

import pytest

from infra.check.deployment import deployment_of
from infra.check.faults import all_faults
from infra.check.private_rules import private_faults
from infra.check.sign_in_rules import sign_in_is_asked_for
from tests.kit.worse import (
    APP,
    BUS,
    MAIN,
    NETWORK,
    PROD,
    ROLES,
    SETTINGS,
    SIGN_IN,
    STORAGE,
    VAULT,
    Change,
)

WRONG_THINGS = [
    (SETTINGS, "ROOMSYNC_TABLES_ENDPOINT: tableEndpoint", "ROOMSYNC_TABLES_ENDPOINT: blobEndpoint",
     "ROOMSYNC_TABLES_ENDPOINT must be account.properties.primaryEndpoints.table"),
    (MAIN, "tableEndpoint: storage.outputs.tableEndpoint",
     "tableEndpoint: storage.outputs.blobEndpoint", "AzureWebJobsStorage__tableServiceUri must be"),
    (SETTINGS, "ServiceBusConnection__clientId: identityClientId",
     "ServiceBusConnection__clientId: graphClientId", "ServiceBusConnection__clientId must be"),
    (MAIN, "identityClientId: identity.outputs.clientId",
     "identityClientId: identity.outputs.principalId", "ROOMSYNC_IDENTITY_CLIENT_ID must be"),
    (SETTINGS, "'ClientId=${identityClientId};Authorization=AAD'", "'Authorization=AAD'",
     "APPLICATIONINSIGHTS_AUTHENTICATION_STRING must be"),
    (SETTINGS, "PYTHON_ENABLE_OPENTELEMETRY: 'true'", "PYTHON_ENABLE_OPENTELEMETRY: 'false'",
     "PYTHON_ENABLE_OPENTELEMETRY must be true"),
    (SETTINGS, "ROOMSYNC_VAULT_URL: vaultUri", "ROOMSYNC_VAULT_URL: busHost",
     "ROOMSYNC_VAULT_URL must be vault.properties.vaultUri"),
    (BUS, "split(split(namespace.properties.serviceBusEndpoint, '/')[2], ':')[0]",
     "split(namespace.properties.serviceBusEndpoint, ':')[0]", "ROOMSYNC_BUS_NAMESPACE must be"),
    (MAIN, "/api/webhooks'", "/api/webhook'", "there is no route <it>/graph"),
    (SETTINGS, "${secretUri}/rooms-api-key)", "${secretUri}/rooms-webhook-secrets)",
     "ROOMSYNC_ROOMS_API_KEY must be"),
    (SETTINGS, "/fingerprint-keys)", "/fingerprint-key)", "ROOMSYNC_FINGERPRINT_KEYS must be"),
    (SETTINGS, "contains(furtherSecrets, 'graph-environments')",
     "contains(furtherSecrets, 'graph-environment')", "ROOMSYNC_GRAPH_ENVIRONMENTS must be"),
    (SETTINGS, "'${vaultUri}secrets'", "'${vaultUri}/secrets'", "ROOMSYNC_ROOMS_API_KEY must be"),
    (SETTINGS, "union(defaults, settings, wired, fromVault)",
     "union(defaults, wired, fromVault, settings)", "whatever parameters say"),
    (APP, "keyVaultReferenceIdentity: identityId", "keyVaultReferenceIdentity: 'SystemAssigned'",
     "keyVaultReferenceIdentity must be the one identity"),
    (APP, "            userAssignedIdentityResourceId: identityId\n", "",
     "authentication must be the one identity"),
    (APP, "userAssignedIdentities: {\n      '${identityId}': {}\n    }",
     "userAssignedIdentities: {}", "site: identity must be the one identity"),
    (MAIN, "blobEndpoint}${packageContainer}'", "blobEndpoint}packages'", "there is no container"),
    (MAIN, "  dependsOn: [\n    roles\n  ]\n", "", "app must depend on modules/roles.bicep"),
    (MAIN, "  dependsOn: [\n    appSettings\n  ]\n", "", "signIn must depend on"),
    (MAIN, "name: 'app-alerts'", "name: 'app-settings'", "another module has its name"),
    (MAIN, "    name: busName\n    location: location", "    name: busName\n    location: 'here'",
     "must lie in the region"),
    (MAIN, "    storageName: storage.outputs.name", "    storageName: 'other'",
     "refers to other, which is not made here"),
    (MAIN, "output FUNCTION_APP_HOST string", "output FUNCTION_HOST string",
     "FUNCTION_APP_HOST is missing"),
    (MAIN, "output IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId",
     "output IDENTITY_PRINCIPAL_ID string = identity.outputs.clientId",
     "IDENTITY_PRINCIPAL_ID must be identity.properties.principalId"),
    (ROLES, "    principalId: principalId\n", "    principalId: 'somebody'\n",
     "neither the app nor whoever deploys"),
    (ROLES, "principalType: 'ServicePrincipal'", "principalType: 'User'", "principalType Service"),
    (ROLES, "guid(namespace.id, queueName, principalId", "guid(namespace.id, principalId",
     "another assignment has its name"),
    (STORAGE, "@description('Name of the account.')",
     "// listServiceSas(\n@description('Name of the account.')", "not wanted here"),
    (PROD, "param settings = {", "param settings = {\n  ROOMSYNC_ROOMS_API_KEY: 'x'",
     "belongs into the vault"),
    (PROD, "param settings = {", "param settings = {\n  ROOMSYNC_DEV_ROLE: 'admin'",
     "for one's own machine"),
]  # fmt: skip

_PASSWORDS = "'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01'"
SOMETIMES = [
    (VAULT, "2021-05-01-preview' = {", "2021-05-01-preview' = if (isPrivate) {",
     "diagnostics: must always be there"),
    (APP, f"resource noScmPassword {_PASSWORDS} = {{",
     f"resource noScmPassword {_PASSWORDS} = if (zoneRedundant) {{",
     "noScmPassword: must always be there"),
    (MAIN, "'modules/service-bus.bicep' = {", "'modules/service-bus.bicep' = if (isPrivate) {",
     "namespace: must always be there"),
    (MAIN, "output BUS_NAMESPACE string",
     "output TELEMETRY string = monitoring.outputs.connectionString\n\noutput BUS_NAMESPACE string",
     "TELEMETRY is read by nobody"),
    (APP, "alwaysOn: false", "alwaysOn: true", "has alwaysReady instead"),
]  # fmt: skip

WRONG_DOORS = [
    (STORAGE, "isPrivate ? 'Disabled' : 'Enabled'", "'Enabled'", "Access must be Disabled"),
    (STORAGE, "isPrivate ? 'Deny' : 'Allow'", "isPrivate ? 'Allow' : 'Deny'",
     "not isPrivate: networkAcls.defaultAction must be Allow"),
    (VAULT, "isPrivate ? 'Disabled' : 'Enabled'", "'Enabled'", "Access must be Disabled"),
    (VAULT, "isPrivate ? 'Deny' : 'Allow'", "'Allow'", "defaultAction must be Deny"),
    (MAIN, "groupId: 'table'", "groupId: 'file'", "private endpoints must be"),
    (MAIN, "targetId: keyVault.outputs.id", "targetId: storage.outputs.id",
     "private endpoints must be"),
    (MAIN, "module tableEndpoint 'modules/private-endpoint.bicep' = if (isPrivate)",
     "module tableEndpoint 'modules/private-endpoint.bicep' = if (makesNetwork)",
     "private endpoints must be"),
    (MAIN, "module blobEndpoint 'modules/private-endpoint.bicep' = if (isPrivate) ",
     "module blobEndpoint 'modules/private-endpoint.bicep' = ", "is there without isPrivate"),
    (MAIN, "isPrivate && (empty(appSubnetId) || empty(endpointSubnetId))",
     "isPrivate && (empty(appSubnetId) || !empty(endpointSubnetId))", "subnets to be used"),
    (NETWORK, "direction: 'Inbound'\n          access: 'Deny'",
     "direction: 'Inbound'\n          access: 'Allow'", "lets anybody in"),
    (APP, "virtualNetworkSubnetId: empty(appSubnetId) ? null : appSubnetId",
     "virtualNetworkSubnetId: empty(appSubnetId) ? appSubnetId : null", "reaches nothing"),
    (SIGN_IN, "'RedirectToLoginPage'", "'AllowAnonymous'", "unauthenticatedClientAction must be"),
    (SIGN_IN, "requireHttps: true", "requireHttps: false", "requireHttps must be True"),
    (SIGN_IN, "azureActiveDirectory: {\n        enabled: true",
     "azureActiveDirectory: {\n        enabled: false", "azureActiveDirectory.enabled must be"),
    (SIGN_IN, "            'api://${clientId}'\n", "            'api://${appName}'\n",
     "allowedAudiences must be"),
    (SIGN_IN, "redirectToProvider: 'azureactivedirectory'", "redirectToProvider: 'aad'",
     "redirectToProvider must be"),
    (SIGN_IN, "${tenantId}/v2.0'", "${tenantId}/common/v2.0'", "others' people could sign in"),
    (MAIN, "'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'", "'OVERRIDE_USE_MI_FIC'",
     "is no app setting"),
    (APP, "    httpsOnly: true\n", "    httpsOnly: true\n    clientCertEnabled: true\n",
     "neither Graph nor ROOMS has a certificate"),
]  # fmt: skip


@pytest.mark.parametrize(
    "change", WRONG_THINGS + SOMETIMES + WRONG_DOORS, ids=lambda change: change[3]
)
def test_what_is_changed_for_the_worse_is_noticed(texts, app, change):
    assert Change(*change).is_noticed(texts, app)


def test_the_app_of_a_network_of_ones_own_is_in_it(texts):
    outside = Change(MAIN, "appSubnetId: makesNetwork ? network!.outputs.appSubnetId : appSubnetId",
                     "appSubnetId: appSubnetId", "")  # fmt: skip

    assert any("reaches nothing" in fault for fault in private_faults(outside.of(texts)))


def test_a_new_route_is_not_asked_to_be_open(texts, app):
    """What is no webhook is behind the sign-in until somebody decides otherwise."""
    more = dataclasses.replace(app, routes=app.routes | {"/api/admin/replay"})

    assert list(sign_in_is_asked_for(deployment_of(texts), more)) == []


def test_a_route_that_is_open_and_no_webhook_is_noticed(texts, app):
    worse = Change(SIGN_IN, "'/api/health'\n", "'/api/health'\n        '/api/admin/replay'\n", "")
    more = dataclasses.replace(app, routes=app.routes | {"/api/admin/replay"})

    faults = all_faults(worse.of(texts), more, None)

    assert any("excluded path /api/admin/replay" in fault for fault in faults)
