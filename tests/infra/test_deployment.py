"""What would be deployed: nothing is wrong with it, and everything that could be is noticed."""

import pytest

from infra.check.faults import all_faults
from infra.check.rules import FIXED
from infra.check.source import BicepError
from infra.check.types import find_types, load_types
from tests.kit.worse import (
    APP,
    BUS,
    MAIN,
    MONITORING,
    NETWORK,
    PROD,
    PROJECT,
    ROLES,
    SETTINGS,
    SIGN_IN,
    STORAGE,
    VAULT,
    Change,
)


@pytest.fixture(scope="module")
def types():
    place = find_types(PROJECT)
    return None if place is None else load_types(place)


def without_resource(text: str, symbol: str) -> str:
    """Return a file without one of its resources."""
    start = text.index(f"resource {symbol} ")
    return text[:start] + text[text.index("\n}", start) + 2 :].lstrip("]")


def test_nothing_is_wrong(texts, app, types):
    assert all_faults(texts, app, types) == []


@pytest.mark.parametrize(
    ("symbol", "told"),
    [
        ("hostBlobs", "Storage Blob Data Owner"),
        ("tables", "Storage Table Data Contributor"),
        ("secrets", "Key Vault Secrets User"),
        ("telemetry", "Monitoring Metrics Publisher"),
    ],
)
def test_a_role_that_is_gone_is_missed(texts, app, symbol, told):
    changed = texts | {ROLES: without_resource(texts[ROLES], symbol)}

    assert any(told in fault and "missing" in fault for fault in all_faults(changed, app, None))


@pytest.mark.parametrize("fixed", FIXED, ids=lambda fixed: f"{fixed.type}: {fixed.path}")
def test_each_lock_that_is_undone_is_noticed(texts, app, fixed):
    """Every line of FIXED is changed in turn, wherever it stands."""
    name = fixed.path.rpartition(".")[2]
    said = f"'{fixed.value}'" if isinstance(fixed.value, str) else str(fixed.value).lower()
    changed = {
        file: text.replace(f" {name}: {said}", f" {name}: {_other(fixed.value)}")
        for file, text in texts.items()
    }

    faults = all_faults(changed, app, None)

    assert any(f"{fixed.path} must be" in fault for fault in faults)


def _other(value: object) -> str:
    if isinstance(value, bool):
        return str(not value).lower()
    return "7" if isinstance(value, int) else "'Other'"


A_CATEGORY = "      {\n        category: 'AllMetrics'\n        enabled: true\n      }\n"
LOG_OF_THE_APP = """resource siteLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: site
  properties: {
    workspaceId: identityId
  }
}

"""

CHANGES = [
    (SETTINGS, "  ROOMSYNC_GUARD_CREATES: ''\n", "", "ROOMSYNC_GUARD_CREATES is missing"),
    (SETTINGS, "ROOMSYNC_GUARD_CREATES: ''", "ROOMSYNC_GARD: ''",
     "ROOMSYNC_GARD is read by nobody"),
    (SETTINGS, "  ServiceBusConnection__clientId: identityClientId\n", "",
     "ServiceBusConnection__clientId is missing"),
    (SETTINGS, "ROOMSYNC_GUARD_CANCELS: ''", "ROOMSYNC_GUARD_CANCELS: 20", "only texts"),
    (SETTINGS, "'@Microsoft.KeyVault(SecretUri=${secretUri}/rooms-api-key)'", "roomsClientId",
     "ROOMSYNC_ROOMS_API_KEY is a secret"),
    (SETTINGS, "  ROOMSYNC_GRAPH_AUTHORITY: ''\n",
     "  ROOMSYNC_GRAPH_AUTHORITY: ''\n  AzureWebJobsStorage: ''\n", "has no place"),
    (SETTINGS, "  ROOMSYNC_GRAPH_AUTHORITY: ''\n",
     "  ROOMSYNC_GRAPH_AUTHORITY: ''\n  ROOMSYNC_DEV_ROLE: ''\n", "not meant for Azure"),
    (SETTINGS, "ServiceBusConnection__credential: 'managedidentity'",
     "ServiceBusConnection__credential: 'key'", "must be managedidentity"),
    (ROLES, "  scope: queues[index]\n", "", "has no scope"),
    (ROLES, "scope: queues[index]", "scope: namespace", "more than the app needs"),
    (ROLES, "keyVaultSecretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'",
     "keyVaultSecretsOfficer: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'", "whoever deploys sets"),
    (BUS, "    name: 'mailbox-jobs'\n    hasSessions: true",
     "    name: 'mailbox-jobs'\n    hasSessions: false", "requiresSession"),
    (BUS, "    hasDuplicateDetection: false\n    lock: 'PT1M'",
     "    hasDuplicateDetection: true\n    lock: 'PT1M'", "recognised as duplicates"),
    (BUS, "name: 'failed-items'", "name: 'failed'", "queue failed-items is missing"),
    (STORAGE, "  'givenup'\n", "", "table givenup is missing"),
    (STORAGE, "  'givenup'\n", "  'givenup'\n  'other'\n", "table other is in no code"),
    (STORAGE, "category: 'StorageWrite'", "category: 'StorageRead'", "StorageWrite must be logged"),
    (STORAGE, "  scope: blobs\n", "  scope: account\n", "has no diagnostic setting"),
    (STORAGE, "  scope: blobs\n", "  scope: account\n", "nobody asks for it"),
    (STORAGE, "category: 'StorageWrite'", "category: 'StorageRead'", "StorageRead is logged and"),
    (VAULT, "    logs: [\n",
     f"    metrics: [\n{A_CATEGORY}    ]\n    logs: [\n", "AllMetrics is copied"),
    (BUS, "    logAnalyticsDestinationType: 'Dedicated'\n", "", "a table that no query reads"),
    (APP, "resource noFtp ", f"{LOG_OF_THE_APP}resource noFtp ", "addresses with their keys"),
    ("../queries/who-touched.kql", "AZKVAuditLogs", "StorageBlobLogs",
     "no query reads AZKVAuditLogs"),
    (VAULT, "        category: 'AuditEvent'\n        enabled: true",
     "        category: 'AuditEvent'\n        enabled: false", "AuditEvent must be logged"),
    (SIGN_IN, "        '/api/webhooks/rooms'\n", "", "/api/webhooks/rooms is missing"),
    (SIGN_IN, "        '/api/health'\n", "        '/api/health'\n        '/api/console'\n",
     "/api/console is in no code"),
    (SIGN_IN, "requireAuthentication: true", "requireAuthentication: false", "must be True"),
    (SIGN_IN, "    platform: {\n      enabled: true", "    platform: {\n      enabled: false",
     "platform.enabled"),
    (APP, "alwaysReady: concat(readyForHttp, readyForLooks)", "alwaysReady: readyForLooks",
     "http is missing"),
    (APP, "'function:sync_items'", "'function:sync_item'", "there is no function sync_item"),
    (APP, "      alwaysOn: false\n", "      alwaysOn: false\n      ftpsState: 'Disabled'\n",
     "Flex Consumption refuses it"),
    (APP, "    keyVaultReferenceIdentity: identityId\n", "", "keyVaultReferenceIdentity"),
    (NETWORK, "'Microsoft.App/environments'", "'Microsoft.Web/serverFarms'", "delegated"),
    (MAIN, "@description('Optional. Mandator", "@description('Mandator", "begin with Optional."),
    (MAIN, "    skuName: storageSku\n", "", "skuName is missing"),
    (MAIN, "    skuName: storageSku\n", "    skuName: storageSku\n    size: storageSku\n",
     "size is not a parameter"),
    (PROD, "alwaysReadyHttp = 2", "alwaysReadyHttp = 0", "0 is less than 1"),
    (PROD, "alwaysReadyWorkers = 2", "alwaysReadyWorkers = 1", "two always-ready ones"),
    (PROD, "alwaysReadyHttp = 2", "alwaysReadyHttp = 1", "two always-ready ones"),
    (PROD, "alwaysReadyHttp = 2", "alwaysReadyHttp = 'two'", "must be of type int"),
    (PROD, "storageSku = 'Standard_GZRS'", "storageSku = 'Premium_LRS'", "is none of"),
    (PROD, "storageSku = 'Standard_GZRS'", "storageSku = 'Standard_GRS'", "lies in one zone"),
    (PROD, "param storageSku = 'Standard_GZRS'\n", "", "lies in one zone"),
    (PROD, "ROOMSYNC_DIFFERENCES_SCAN:", "ROOMSYNC_DIFFERENCE_SCAN:", "is no setting of the app"),
    (PROD, "param environmentName = 'prod'\n", "", "environmentName is required"),
    (PROD, "zoneRedundant = true", "zonesRedundant = true", "is no parameter"),
    (PROD, "param maximumInstances = 40\n", "param maximumInstances = 40\n" * 2, "given twice"),
    (PROD, "param settings = {", "param alertThresholds = {\n  gard: 1\n}\nparam settings = {",
     "alertThresholds.gard is no alert"),
    (SETTINGS, "settings, wired", "wired", "settings: declared and never used"),
    (STORAGE, "allowSharedKeyAccess: false",
     "allowSharedKeyAccess: false\n    // listKeys(", "not wanted here"),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[3])
def test_what_is_changed_for_the_worse_is_noticed(texts, app, change):
    assert Change(*change).is_noticed(texts, app)


@pytest.mark.parametrize(
    "change",
    [
        (SETTINGS, "union(defaults", "union(default", "default: declared nowhere"),
        (MAIN, "bus.outputs.host", "bus.outputs.hostName", "nothing is called hostName"),
        (MAIN, "'modules/storage.bicep'", "'modules/store.bicep'", "there is no such file"),
        (APP, "  tags: tags\n", "  tags: tags\n  label: 'tags'\n", "another name"),
        (BUS, "resource namespace", "resource namespace =", "cannot be read"),
    ],
    ids=lambda change: change[3],
)
def test_a_file_that_would_be_read_wrongly_is_refused(texts, app, change):
    worse = Change(*change)

    with pytest.raises(BicepError, match=worse.told):
        all_faults(worse.of(texts), app, None)


@pytest.mark.parametrize(
    "change",
    [
        (
            STORAGE,
            "tableServices/tables@2025-06-01",
            "tableServices/tables@2020-01-01",
            "is unknown",
        ),
        (STORAGE, "kind: 'StorageV2'", "kind: 'StorageV9'", "is none of"),
        (STORAGE, "    accessTier: 'Hot'\n", "    accessTear: 'Hot'\n", "no such property"),
        (STORAGE, "  sku: {\n    name: skuName\n  }\n", "", ".sku: is missing"),
        (
            MONITORING,
            "groupShortName: 'roomsync'",
            "groupShortName: 'exchange-roomsync'",
            "too long",
        ),
        (MONITORING, "enabled: true", "enabled: 'yes'", "is not a bool"),
        (SIGN_IN, "name: 'authsettingsV2'", "name: 'authSettingsV2'", "is none of"),
        (SIGN_IN, "'RedirectToLoginPage'", "'Redirect'", "is none of"),
        (NETWORK, "priority: 100", "priority: '100'", "is not a int"),
        (APP, "serverFarmId: plan.id", "serverFarmId: plan", "its id?"),
        (BUS, "  tags: tags\n  sku", "  tags: name\n  sku", "stands where an object is wanted"),
    ],
    ids=lambda change: change[3],
)
def test_what_the_compiler_would_refuse_is_refused(texts, app, types, change):
    if types is None:
        pytest.skip("the compiler's types are not at hand")
    assert Change(*change).is_noticed(texts, app, types)


def test_the_queues_are_those_that_everything_was_tried_with(texts, app):
    """The local broker stands in for what Bicep makes: locks and windows must be the same."""
    from devstack.bus.queues import PRODUCT_QUEUES  # noqa: PLC0415 - only here
    from infra.check.deployment import deployment_of  # noqa: PLC0415 - as above
    from infra.check.rules import QUEUE  # noqa: PLC0415 - as above

    seconds = {"PT30S": 30.0, "PT1M": 60.0, "PT10M": 600.0}
    deployed = {
        each.get("name"): each.get("properties")
        for each in deployment_of(texts).resources
        if each.type == QUEUE and not each.is_existing
    }

    assert deployed.keys() == PRODUCT_QUEUES.keys()
    for name, tried in PRODUCT_QUEUES.items():
        queue = deployed[name]
        assert queue["requiresSession"] == tried.requires_session
        assert seconds[queue["lockDuration"]] == tried.lock_duration_s
        assert queue["maxDeliveryCount"] == tried.max_delivery_count
        window = seconds[queue["duplicateDetectionHistoryTimeWindow"]]
        is_detecting = queue["requiresDuplicateDetection"]
        assert (window if is_detecting else None) == tried.duplicate_detection_window_s
