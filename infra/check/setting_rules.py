"""App settings: those of the code are those of Bicep and of the sample, secrets in the vault."""

from collections.abc import Iterator, Mapping

from infra.check.app_facts import AppFacts
from infra.check.deployment import Deployment
from infra.check.values import Resource, Unknown, Value, variants

NOT_IN_AZURE = frozenset(
    {
        "ROOMSYNC_CLOCK_FILE",  # development only, refused in Azure
        "ROOMSYNC_DEV_ROUTES",  # as above
        "ROOMSYNC_DEV_ROLE",  # as above
        "ROOMSYNC_TABLES_CONNECTION",  # holds a key; the identity opens the endpoint
        "ROOMSYNC_BUS_CONNECTION",  # as above
        "ROOMSYNC_QUEUE_COUNTS_URL",  # the local broker's
    }
)
"""Settings that Bicep leaves out on purpose."""

OF_THE_PLATFORM = frozenset(
    {
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "AzureWebJobsStorage__blobServiceUri",
        "AzureWebJobsStorage__clientId",
        "AzureWebJobsStorage__credential",
        "AzureWebJobsStorage__tableServiceUri",
        "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID",
        "PYTHON_ENABLE_OPENTELEMETRY",
    }
)
BY_IDENTITY = ("fullyQualifiedNamespace", "credential", "clientId")
"""What a trigger connects by; without the identity's id nothing wakes a sleeping app."""

REFUSED_BY_FLEX = frozenset(
    {
        "AzureWebJobsStorage",
        "ENABLE_ORYX_BUILD",
        "FUNCTIONS_EXTENSION_VERSION",
        "FUNCTIONS_WORKER_PROCESS_COUNT",
        "FUNCTIONS_WORKER_RUNTIME",
        "FUNCTIONS_WORKER_RUNTIME_VERSION",
        "SCM_DO_BUILD_DURING_DEPLOYMENT",
        "TZ",
        "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
        "WEBSITE_CONTENTSHARE",
        "WEBSITE_LOAD_CERTIFICATES",
        "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
        "WEBSITE_RUN_FROM_PACKAGE",
        "WEBSITE_TIME_ZONE",
        "WEBSITE_VNET_ROUTE_ALL",
    }
)

REFERENCE = "@Microsoft.KeyVault(SecretUri="


def settings_are_the_codes(deployment: Deployment, app: AppFacts) -> Iterator[str]:
    """Every setting of the code is set and no other; secrets are referred to."""
    found = [x for x in deployment.resources if x.body.get("name") == "appsettings"]
    values = found[0].get("properties") if len(found) == 1 else None
    if not isinstance(values, dict):
        yield "there must be one config called appsettings"
        return
    yield from _names(values, app)
    yield from _contents(found[0], values, app)


def sample_is_the_codes(_: Deployment, app: AppFacts) -> Iterator[str]:
    """List every setting in the sample for one's own machine."""
    for name in sorted(app.settings ^ app.sample):
        where = "is not in" if name in app.settings else "is in no code, only in"
        yield f"{name} {where} local.settings.sample.json"


def _names(values: Mapping[str, Value], app: AppFacts) -> Iterator[str]:
    connections = {f"{name}__{part}" for name in app.connections for part in BY_IDENTITY}
    wanted = (app.settings - NOT_IN_AZURE) | OF_THE_PLATFORM | connections
    for name in sorted(wanted - values.keys()):
        yield f"app setting {name} is missing"
    for name in sorted(values.keys() & REFUSED_BY_FLEX):
        yield f"app setting {name}: Flex Consumption has no place for it"
    for name in sorted(values.keys() - wanted - REFUSED_BY_FLEX):
        yield f"app setting {name} is read by nobody, or not meant for Azure"


def _contents(config: Resource, values: Mapping[str, Value], app: AppFacts) -> Iterator[str]:
    for name, value in values.items():
        texts = [x.text if isinstance(x, Unknown) else x for x in variants(value)]
        if not all(isinstance(text, str) for text in texts):
            yield f"{config.at}: {name}: only texts can be settings"
            continue
        referred = [str(text).startswith(REFERENCE) for text in texts if text]
        if name in app.secrets and not (referred and all(referred)):
            yield f"{config.at}: {name} is a secret: it must be a reference to the vault"
        if any(referred) and name not in app.secrets:
            yield f"{config.at}: {name} is no secret of core/settings.py, but in the vault"
        if name.endswith("__credential") and value != "managedidentity":
            yield f"{config.at}: {name} must be managedidentity"
