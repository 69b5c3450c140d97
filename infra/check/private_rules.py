"""With `isPrivate` tables, blobs and secrets answer in the network only; without it everywhere."""

from collections.abc import Iterator, Mapping

from infra.check.deployment import Deployment, deployment_of
from infra.check.rules import NETWORK, SITE, STORAGE, VAULT
from infra.check.values import Unknown, Value

ENDPOINT = "Microsoft.Network/privateEndpoints"
GROUP = "Microsoft.Network/networkSecurityGroups"
ENDPOINTS = {("account.id", "blob"), ("account.id", "table"), ("vault.id", "vault")}
"""What is reached through the network, and as what."""
_NO_SUBNETS: Mapping[str, Value] = {"appSubnetId": "", "endpointSubnetId": ""}
_SUBNETS_OF_THEIRS: Mapping[str, Value] = {"appSubnetId": "one", "endpointSubnetId": "other"}


def private_faults(texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what stays open although it should not, or is shut although nobody asked for it."""
    closed = deployment_of(texts, {"isPrivate": True, **_NO_SUBNETS})
    yield from _access_faults(closed, "isPrivate", "Disabled", "Deny")
    opened = deployment_of(texts, {"isPrivate": False, **_NO_SUBNETS})
    yield from _access_faults(opened, "not isPrivate", "Enabled", "Allow")
    theirs = deployment_of(texts, {"isPrivate": True, **_SUBNETS_OF_THEIRS})
    for deployment in (closed, theirs):
        found = {_endpoint(each.get("properties")) for each in deployment.deployed(ENDPOINT)}
        if found != ENDPOINTS:
            yield f"isPrivate: private endpoints must be {sorted(ENDPOINTS)}, not {sorted(found)}"
    for each in theirs.deployed(NETWORK):
        yield f"{each.at}: is made although there are subnets to be used"
    for each in opened.deployed(ENDPOINT):
        yield f"{each.at}: is there without isPrivate"
    for site in closed.deployed(SITE):
        if site.get("properties", "virtualNetworkSubnetId") is None:
            yield f"{site.at}: isPrivate: it is outside of the network and reaches nothing"
    for group in closed.deployed(GROUP):
        rules = group.get("properties", "securityRules")
        for rule in rules if isinstance(rules, list) else []:
            yield from (f"{group.at}: {fault}" for fault in _rule_faults(rule))


def _access_faults(deployment: Deployment, when: str, access: str, action: str) -> Iterator[str]:
    for type_ in (STORAGE, VAULT):
        for each in deployment.deployed(type_):
            if each.get("properties", "publicNetworkAccess") != access:
                yield f"{each.at}: {when}: publicNetworkAccess must be {access}"
            if each.get("properties", "networkAcls", "defaultAction") != action:
                yield f"{each.at}: {when}: networkAcls.defaultAction must be {action}"


def _endpoint(properties: Value) -> tuple[str, str]:
    match properties:
        case {"privateLinkServiceConnections": [{"properties": dict(about)}]}:
            target, groups = about.get("privateLinkServiceId"), about.get("groupIds")
            if isinstance(target, Unknown) and isinstance(groups, list) and len(groups) == 1:
                return target.text, str(groups[0])
    return "", ""


def _rule_faults(rule: Value) -> Iterator[str]:
    about = rule.get("properties") if isinstance(rule, dict) else None
    if not isinstance(about, dict) or about.get("direction") != "Inbound":
        return
    if about.get("access") != "Deny" and about.get("sourceAddressPrefix") == "*":
        yield "a rule lets anybody in"
