"""What must hold of the deployment whatever else changes: no keys, least rights, nothing forgotten.

Each rule yields what is wrong, with the file and what to do; `FIXED` is the list of single values.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from infra.check.app_facts import AppFacts
from infra.check.deployment import Deployment
from infra.check.values import Reference, Resource, Unknown, Value, variants

type Rule = Callable[[Deployment, AppFacts], Iterator[str]]

STORAGE = "Microsoft.Storage/storageAccounts"
NAMESPACE = "Microsoft.ServiceBus/namespaces"
QUEUE = f"{NAMESPACE}/queues"
TABLE = f"{STORAGE}/tableServices/tables"
BLOBS = f"{STORAGE}/blobServices"
VAULT = "Microsoft.KeyVault/vaults"
WORKSPACE = "Microsoft.OperationalInsights/workspaces"
COMPONENT = "Microsoft.Insights/components"
PLAN, SITE = "Microsoft.Web/serverfarms", "Microsoft.Web/sites"
CONFIG = f"{SITE}/config"
PASSWORDS = f"{SITE}/basicPublishingCredentialsPolicies"
ROLE = "Microsoft.Authorization/roleAssignments"
NETWORK = "Microsoft.Network/virtualNetworks"
ACTION_GROUP = "Microsoft.Insights/actionGroups"


class Fixed(NamedTuple):
    """A value that every resource of a type has, and why."""

    type: str
    path: str
    value: Value
    why: str


FIXED = (
    Fixed(STORAGE, "properties.allowSharedKeyAccess", False, "nobody opens it with a key"),
    Fixed(STORAGE, "properties.defaultToOAuthAuthentication", True, "the portal asks who it is"),
    Fixed(STORAGE, "properties.allowBlobPublicAccess", False, "no blob is anybody's"),
    Fixed(STORAGE, "properties.allowCrossTenantReplication", False, "nothing leaves the tenant"),
    Fixed(STORAGE, "properties.minimumTlsVersion", "TLS1_2", "TLS 1.2 or newer"),
    Fixed(STORAGE, "properties.supportsHttpsTrafficOnly", True, "nothing in clear text"),
    Fixed(f"{BLOBS}/containers", "properties.publicAccess", "None", "no blob is anybody's"),
    Fixed(BLOBS, "properties.deleteRetentionPolicy.enabled", True, "a package can be got back"),
    Fixed(NAMESPACE, "sku.name", "Standard", "sessions need it, more is not needed"),
    Fixed(NAMESPACE, "sku.tier", "Standard", "sessions need it, more is not needed"),
    Fixed(NAMESPACE, "properties.disableLocalAuth", True, "nobody opens it with a key"),
    Fixed(NAMESPACE, "properties.publicNetworkAccess", "Enabled", "Standard has no other way in"),
    Fixed(NAMESPACE, "properties.minimumTlsVersion", "1.2", "TLS 1.2 or newer"),
    Fixed(QUEUE, "properties.deadLetteringOnMessageExpiration", True, "nothing vanishes"),
    Fixed(QUEUE, "properties.maxDeliveryCount", 10, "the worker counts on it"),
    Fixed(QUEUE, "properties.defaultMessageTimeToLive", "P14D", "longer than any retry waits"),
    Fixed(VAULT, "properties.enableRbacAuthorization", True, "roles decide, not access policies"),
    Fixed(VAULT, "properties.enableSoftDelete", True, "a secret can be got back"),
    Fixed(VAULT, "properties.softDeleteRetentionInDays", 90, "as long as docs/operations.md says"),
    Fixed(VAULT, "properties.enablePurgeProtection", True, "nobody removes it for good"),
    Fixed(WORKSPACE, "properties.features.disableLocalAuth", True, "nobody writes with a key"),
    Fixed(COMPONENT, "properties.DisableLocalAuth", True, "nobody writes with a key"),
    Fixed(COMPONENT, "properties.IngestionMode", "LogAnalytics", "classic mode is gone"),
    Fixed(ACTION_GROUP, "properties.enabled", True, "alerts reach somebody"),
    Fixed(PLAN, "sku.name", "FC1", "Flex Consumption"),
    Fixed(PLAN, "sku.tier", "FlexConsumption", "Flex Consumption"),
    Fixed(PLAN, "properties.reserved", True, "Python needs Linux"),
    Fixed(SITE, "kind", "functionapp,linux", "Python needs Linux"),
    Fixed(SITE, "identity.type", "UserAssigned", "roles are there before the app is"),
    Fixed(SITE, "properties.publicNetworkAccess", "Enabled", "Graph and ROOMS call from outside"),
    Fixed(SITE, "properties.httpsOnly", True, "nothing in clear text"),
    Fixed(SITE, "properties.siteConfig.minTlsVersion", "1.2", "TLS 1.2 or newer"),
    Fixed(SITE, "properties.siteConfig.scmMinTlsVersion", "1.2", "TLS 1.2 or newer"),
    Fixed(SITE, "properties.functionAppConfig.runtime.name", "python", "what the app is"),
    Fixed(SITE, "properties.functionAppConfig.runtime.version", "3.13", "what the app needs"),
    Fixed(
        SITE,
        "properties.functionAppConfig.deployment.storage.authentication.type",
        "UserAssignedIdentity",
        "the package is read without a key",
    ),
    Fixed(
        SITE,
        "properties.functionAppConfig.scaleAndConcurrency.triggers.http.perInstanceConcurrency",
        32,
        "unset it is 1 for Python: a second notification would wait for a cold start",
    ),
    Fixed(PASSWORDS, "properties.allow", False, "nobody deploys with a password"),
)

ROLES = {
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": ("Storage Blob Data Owner", STORAGE),
    "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": ("Storage Table Data Contributor", STORAGE),
    "090c5cfd-751d-490a-894a-3ce6f1109419": ("Azure Service Bus Data Owner", QUEUE),
    "4633458b-17de-408a-b874-0445c86b69e6": ("Key Vault Secrets User", VAULT),
    "3913510d-42f4-4e42-8a64-420c390055eb": ("Monitoring Metrics Publisher", COMPONENT),
}
"""Every role of the app's identity, and what kind of resource it is for (ADR 0036)."""

PRINCIPAL = Unknown("identity.properties.principalId")
"""Whose roles they are."""

OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
"""Key Vault Secrets Officer: for whoever deploys."""

REFUSED_BY_FLEX = frozenset(
    {
        "appSettings",  # have a child of their own
        "ftpsState",
        "functionAppScaleLimit",
        "functionsRuntimeScaleMonitoringEnabled",
        "linuxFxVersion",
        "netFrameworkVersion",
        "preWarmedInstanceCount",
        "use32BitWorkerProcess",
        "windowsFxVersion",
    }
)
"""Properties of siteConfig that Flex Consumption answers 400 to."""


def values_are_fixed(deployment: Deployment, _: AppFacts) -> Iterator[str]:
    """Every line of FIXED holds, and there is something that it holds of."""
    for fixed in FIXED:
        found = deployment.deployed(fixed.type)
        if not found:
            yield f"there is no {fixed.type}"
        for resource in found:
            values = variants(resource.get(*fixed.path.split(".")))
            if values != (fixed.value,):
                yield f"{resource.at}: {fixed.path} must be {fixed.value!r}: {fixed.why}"


def roles_are_least(deployment: Deployment, app: AppFacts) -> Iterator[str]:
    """Hold the identity to the roles of ROLES, each at its scope, each queue its own."""
    found: set[tuple[str, str, str]] = set()
    names = [str(each.body["name"]) for each in deployment.deployed(ROLE)]
    for resource in deployment.deployed(ROLE):
        if names.count(str(resource.body["name"])) > 1:
            yield f"{resource.at}: another assignment has its name, too"
        role, scope = _role(resource), resource.body.get("scope")
        if not isinstance(scope, Reference):
            yield f"{resource.at}: has no scope: it would hold for the whole resource group"
            continue
        if resource.get("properties", "principalId") == Unknown("deployerPrincipalId", "string"):
            if (role, scope.type) != (OFFICER, VAULT):
                yield f"{resource.at}: whoever deploys sets secrets, nothing else"
            continue
        if resource.get("properties", "principalId") != PRINCIPAL:
            yield f"{resource.at}: a role for somebody who is neither the app nor whoever deploys"
            continue
        kind = resource.get("properties", "principalType")
        if resource.is_conditional or kind != "ServicePrincipal":
            yield f"{resource.at}: must always be there, with principalType ServicePrincipal"
        is_queue = scope.type == QUEUE
        found.add((role, scope.type, str(scope.name) if is_queue else ""))
    wanted = {
        (role, scope, name)
        for role, (_, scope) in ROLES.items()
        for name in (app.queues if scope == QUEUE else [""])
    }
    for role, scope, name in sorted(wanted - found):
        yield f"roles: {ROLES[role][0]} on {scope} {name} is missing"
    for role, scope, name in sorted(found - wanted):
        yield f"roles: {role} on {scope} {name} is more than the app needs (ADR 0036)"


def queues_are_the_codes(deployment: Deployment, app: AppFacts) -> Iterator[str]:
    """There is each queue that the code uses, with sessions where its trigger reads sessions."""
    found = {str(each.body["name"]): each for each in deployment.deployed(QUEUE)}
    yield from same(found.keys(), app.queues, "queue", "core/adapters/servicebus/bus.py")
    for name, queue in found.items():
        has_sessions = queue.get("properties", "requiresSession")
        if has_sessions is not (name in app.session_queues):
            yield f"{queue.at}: {name}: requiresSession must be as in functions/workers.py"
        detects = queue.get("properties", "requiresDuplicateDetection")
        if detects is not (name == "notices"):
            yield f"{queue.at}: {name}: only notices may be recognised as duplicates (design 6)"


def tables_are_the_codes(deployment: Deployment, app: AppFacts) -> Iterator[str]:
    """There is each table that the code opens."""
    found = {str(each.body["name"]) for each in deployment.deployed(TABLE)}
    yield from same(found, app.tables, "table", "core/adapters/tables/provision.py")


def app_fits_flex(deployment: Deployment, app: AppFacts) -> Iterator[str]:
    """Nothing that Flex Consumption refuses; instances wait for webhooks; names are functions'."""
    for site in deployment.deployed(SITE):
        config = site.get("properties", "siteConfig")
        named = set(config) if isinstance(config, dict) else set()
        for name in sorted(REFUSED_BY_FLEX & named):
            yield f"{site.at}: siteConfig.{name}: Flex Consumption refuses it"
        yield from _ready_faults(site, app)
        if site.get("properties", "siteConfig", "alwaysOn"):
            yield f"{site.at}: siteConfig.alwaysOn: Flex Consumption has alwaysReady instead"
        if site.get("properties", "clientCertEnabled"):
            yield f"{site.at}: clientCertEnabled: neither Graph nor ROOMS has a certificate"
    for network in deployment.deployed(NETWORK):
        if "Microsoft.App/environments" not in str(network.get("properties", "subnets")):
            yield f"{network.at}: no subnet is delegated to Microsoft.App/environments"
    if {each.body["name"] for each in deployment.deployed(PASSWORDS)} != {"ftp", "scm"}:
        yield f"{PASSWORDS}: ftp and scm are both to be switched off"


def _ready_faults(site: Resource, app: AppFacts) -> Iterator[str]:
    ready = site.get("properties", "functionAppConfig", "scaleAndConcurrency", "alwaysReady")
    listed = ready if isinstance(ready, list) else []
    groups = [str(each.get("name")) for each in listed if isinstance(each, dict)]
    if "http" not in groups:
        yield f"{site.at}: alwaysReady: http is missing: Graph does not wait for a cold start"
    for group in groups:
        name = group.removeprefix("function:")
        if group != "http" and name not in app.functions:
            yield f"{site.at}: alwaysReady: there is no function {name}"


def parameters_are_described(deployment: Deployment, _: AppFacts) -> Iterator[str]:
    """Each parameter says whether it is required, what it is, and tells the truth about that."""
    for each in deployment.parameters:
        word = "Optional. " if each.has_default else "Required. "
        if not each.description.startswith(word):
            yield f"{each.file}: {each.name}: its description must begin with {word.strip()}"


def _role(resource: Resource) -> str:
    definition = resource.get("properties", "roleDefinitionId")
    is_call = isinstance(definition, Unknown) and definition.arguments
    return str(definition.arguments[-1]) if is_call and isinstance(definition, Unknown) else ""


def same(found: Iterable[str], wanted: Iterable[str], what: str, where: str) -> Iterator[str]:
    """Yield what one list has and the other has not."""
    for name in sorted(set(wanted) - set(found)):
        yield f"{what} {name} is missing; {where} has it"
    for name in sorted(set(found) - set(wanted)):
        yield f"{what} {name} is in no code; see {where}"


RULES: tuple[Rule, ...] = (
    values_are_fixed,
    roles_are_least,
    queues_are_the_codes,
    tables_are_the_codes,
    app_fits_flex,
    parameters_are_described,
)
