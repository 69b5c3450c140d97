"""What one part is told of another is the right thing: addresses, identities, secrets, names.

Two addresses are both texts: a compiler takes one for the other, and so does Azure.
"""

from collections.abc import Iterator, Mapping

from infra.check.app_facts import PREFIX, AppFacts
from infra.check.deployment import Deployment, deployment_of
from infra.check.rules import BLOBS, SITE
from infra.check.setting_rules import NOT_IN_AZURE, REFERENCE
from infra.check.values import Resource, Unknown, Value, variants

CLIENT, IDENTITY = "identity.properties.clientId", "identity.id"
BLOB, TABLE = (f"account.properties.primaryEndpoints.{kind}" for kind in ("blob", "table"))
BUS = "split(split(namespace.properties.serviceBusEndpoint)[2])[0]"
VAULT = "vault.properties.vaultUri"

SETTINGS: Mapping[str, str] = {
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": f"ClientId=${{{CLIENT}}};Authorization=AAD",
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "component.properties.ConnectionString",
    "AzureWebJobsStorage__blobServiceUri": BLOB,
    "AzureWebJobsStorage__clientId": CLIENT,
    "AzureWebJobsStorage__tableServiceUri": TABLE,
    "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID": CLIENT,
    "PYTHON_ENABLE_OPENTELEMETRY": "true",
    "ROOMSYNC_BUS_NAMESPACE": BUS,
    "ROOMSYNC_IDENTITY_CLIENT_ID": CLIENT,
    "ROOMSYNC_TABLES_ENDPOINT": TABLE,
    "ROOMSYNC_VAULT_URL": VAULT,
    "ServiceBusConnection__clientId": CLIENT,
    "ServiceBusConnection__fullyQualifiedNamespace": BUS,
}
"""Where app settings come from; those of people are not among them."""

OUTPUTS: Mapping[str, str] = {
    "ACTION_GROUP_ID": "actionGroup.id",
    "BUS_NAMESPACE": BUS,
    "FUNCTION_APP_HOST": "site.properties.defaultHostName",
    "IDENTITY_CLIENT_ID": CLIENT,
    "IDENTITY_PRINCIPAL_ID": "identity.properties.principalId",
    "LOG_WORKSPACE_ID": "workspace.properties.customerId",
    "TABLES_ENDPOINT": TABLE,
}
"""What scripts and people take from a deployment, besides the names of app and vault."""
NAMES = frozenset({"FUNCTION_APP_NAME", "KEY_VAULT_NAME"})

OPTIONAL_TYPES = ("Microsoft.Network/",)
OPTIONAL_PLACES = ("modules/sign-in.bicep", "modules/roles.bicep: secretsOfficer")
"""What may be there or not: by its type, or its file and maybe its name there."""

AFTER = {
    "modules/function-app.bicep": ("modules/roles.bicep", "it reads its package with a role"),
    "modules/sign-in.bicep": ("modules/app-settings.bicep", "it names one of them"),
}


def wiring_faults(deployment: Deployment, texts: Mapping[str, str], app: AppFacts) -> Iterator[str]:
    """Yield what is told the wrong thing."""
    yield from _setting_faults(_settings(deployment), app)
    yield from _secret_faults(texts, app)
    for site in deployment.deployed(SITE):
        yield from _identity_faults(site)
        yield from _package_faults(site, deployment)
    for name, origin in OUTPUTS.items():
        if name not in deployment.outputs:
            yield f"main.bicep: output {name} is missing: scripts and pages name it"
        elif origin_of(deployment.outputs[name]) != origin:
            yield f"main.bicep: output {name} must be {origin}"
    for name in sorted(deployment.outputs.keys() - OUTPUTS.keys() - NAMES):
        yield f"main.bicep: output {name} is read by nobody; outputs are kept with the deployment"
    yield from _module_faults(deployment)
    yield from _place_faults(deployment)


def origin_of(value: Value) -> str:
    """Return where a value comes from, or what it is."""
    return value.text if isinstance(value, Unknown) else str(value)


def _settings(deployment: Deployment) -> Mapping[str, Value]:
    for each in deployment.resources:
        values = each.get("properties")
        if each.body.get("name") == "appsettings" and isinstance(values, dict):
            return values
    return {}


def _setting_faults(values: Mapping[str, Value], app: AppFacts) -> Iterator[str]:
    for name, origin in SETTINGS.items():
        if name in values and origin_of(values[name]) != origin:
            yield f"app setting {name} must be {origin}"
    base = [origin_of(each) for each in variants(values.get("ROOMSYNC_WEBHOOK_BASE_URL"))]
    if not any("/" + each.partition("}/")[2] + "/graph" in app.routes for each in base):
        yield "app setting ROOMSYNC_WEBHOOK_BASE_URL: there is no route <it>/graph"


def _secret_faults(texts: Mapping[str, str], app: AppFacts) -> Iterator[str]:
    """Each secret has the name of its setting; what people set is never in its place."""
    secrets = app.secrets - NOT_IN_AZURE
    names = {each: each.removeprefix(PREFIX).lower().replace("_", "-") for each in secrets}
    given: dict[str, Value] = {
        "furtherSecrets": list(names.values()),
        "settings": dict.fromkeys(secrets, "from a parameter"),
    }
    values = _settings(deployment_of(texts, given))
    for setting, name in sorted(names.items()):
        wanted = f"{REFERENCE}${{{VAULT}}}secrets/{name})"
        if setting in values and origin_of(values[setting]) != wanted:
            yield f"app setting {setting} must be {wanted}, whatever parameters say"


def _identity_faults(site: Resource) -> Iterator[str]:
    carried = site.get("identity", "userAssignedIdentities")
    opens = ("functionAppConfig", "deployment", "storage", "authentication")
    of_package = site.get("properties", *opens, "userAssignedIdentityResourceId")
    found = {
        "identity": next(iter(carried)) if isinstance(carried, dict) and carried else "",
        "keyVaultReferenceIdentity": f"${{{_of(site, 'keyVaultReferenceIdentity')}}}",
        ".".join(opens): f"${{{origin_of(of_package)}}}",
    }
    for name, origin in found.items():
        if origin != f"${{{IDENTITY}}}":
            yield f"{site.at}: {name} must be the one identity: another has no roles"


def _package_faults(site: Resource, deployment: Deployment) -> Iterator[str]:
    where = site.get("properties", "functionAppConfig", "deployment", "storage", "value")
    places = {
        f"${{{BLOB}}}{origin_of(each.body['name'])}"
        for each in deployment.deployed(f"{BLOBS}/containers")
    }
    if origin_of(where) not in places:
        yield f"{site.at}: its package is looked for in {origin_of(where)}: there is no container"


def _of(resource: Resource, name: str) -> str:
    return origin_of(resource.get("properties", name))


def _module_faults(deployment: Deployment) -> Iterator[str]:
    symbols = {each.path: each.symbol for each in deployment.modules}
    names = [origin_of(each.name) for each in deployment.modules]
    for module in deployment.modules:
        if names.count(origin_of(module.name)) > 1:
            yield f"{module.file}: {module.symbol}: another module has its name, too"
        if module.path in AFTER:
            first, why = AFTER[module.path]
            if symbols.get(first) not in module.after:
                yield f"{module.file}: {module.symbol} must depend on {first}: {why}"


def _place_faults(deployment: Deployment) -> Iterator[str]:
    made = {
        (each.type, origin_of(each.body.get("name")))
        for each in deployment.resources
        if not each.is_existing
    }
    for each in deployment.resources:
        location = each.body.get("location")
        if location not in (None, "global", Unknown("location", "string")):
            yield f"{each.at}: must lie in the region of the parameter location"
        is_optional = each.type.startswith(OPTIONAL_TYPES) or each.at.startswith(OPTIONAL_PLACES)
        if each.is_conditional and not (each.is_existing or is_optional):
            yield f"{each.at}: must always be there"
        name = origin_of(each.body.get("name"))
        if each.is_existing and (each.type, name) not in made:
            yield f"{each.at}: refers to {name}, which is not made here"
