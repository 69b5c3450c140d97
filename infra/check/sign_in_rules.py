"""Who calls from outside proves itself; everybody else signs in, with an account of ours."""

from collections.abc import Iterator, Mapping

from infra.check.app_facts import AppFacts
from infra.check.deployment import Deployment
from infra.check.rules import CONFIG, same
from infra.check.setting_rules import OF_THE_PLATFORM
from infra.check.values import Resource, Unknown, Value

OPEN = ("/api/webhooks/", "/api/health")
"""What routes begin with that are reached without signing in; a new route is not one of them."""

_ENTRA = "identityProviders.azureActiveDirectory"
WANTED: Mapping[str, Value] = {
    "platform.enabled": True,
    "globalValidation.requireAuthentication": True,
    "globalValidation.unauthenticatedClientAction": "RedirectToLoginPage",
    "globalValidation.redirectToProvider": "azureactivedirectory",
    "httpSettings.requireHttps": True,
    "login.tokenStore.enabled": False,
    f"{_ENTRA}.enabled": True,
    f"{_ENTRA}.validation.allowedAudiences": [
        Unknown("signInClientId", "string"),
        Unknown("api://${signInClientId}", "string"),
    ],
    f"{_ENTRA}.registration.clientId": Unknown("signInClientId", "string"),
}


def sign_in_is_asked_for(deployment: Deployment, app: AppFacts) -> Iterator[str]:
    """Webhooks and health are reached without signing in; the console and all else are not."""
    found = [x for x in deployment.deployed(CONFIG) if x.body["name"] == "authsettingsV2"]
    if not found:
        yield "there is no sign-in"
    open_paths = {route for route in app.routes if route.startswith(OPEN)}
    for each in found:
        excluded = each.get("properties", "globalValidation", "excludedPaths")
        names = [str(path) for path in excluded] if isinstance(excluded, list) else []
        yield from same(names, open_paths, f"{each.at}: excluded path", "functions/")
        for path, value in WANTED.items():
            if _at(each, path) != value:
                yield f"{each.at}: {path} must be {_said(value)}"
        proof = _at(each, f"{_ENTRA}.registration.clientSecretSettingName")
        if proof not in OF_THE_PLATFORM:
            yield f"{each.at}: clientSecretSettingName: {proof} is no app setting"
        issuer = _at(each, f"{_ENTRA}.registration.openIdIssuer")
        if not str(getattr(issuer, "text", issuer)).endswith("${tenant.tenantId}/v2.0"):
            yield f"{each.at}: openIdIssuer must be of this tenant: others' people could sign in"


def _at(resource: Resource, path: str) -> Value:
    return resource.get("properties", *path.split("."))


def _said(value: Value) -> str:
    return "[…]" if isinstance(value, list) else repr(getattr(value, "text", value))
