"""`.bicepparam` files: what they give exists, what is required is given, settings are known."""

import re
from collections.abc import Iterator, Mapping

from infra.check.alert_rules import WANTED
from infra.check.app_facts import AppFacts
from infra.check.evaluate import Evaluator
from infra.check.setting_rules import NOT_IN_AZURE
from infra.check.source import given_twice, read_parameters, read_source
from infra.check.types import Node, kind_of
from infra.check.values import Unknown, Value

OF_AZD, OF_PEOPLE = "main.bicepparam", "prod.bicepparam"
VARIABLES = {
    "deployerPrincipalId": "AZURE_PRINCIPAL_ID",
    "deployerPrincipalType": "AZURE_PRINCIPAL_TYPE",
    "environmentName": "AZURE_ENV_NAME",
    "location": "AZURE_LOCATION",
    "settings": "APP_SETTINGS",
}
"""Those that azd sets, or that would be called too little; all others are called as parameters."""
NOT_BY_AZD = frozenset({"graphTenantId", "networkAppPrefix", "networkEndpointPrefix", "tags"})
"""Their defaults do, or a file of one's own."""


def parameter_file_faults(name: str, texts: Mapping[str, str], app: AppFacts) -> Iterator[str]:
    """Yield what is wrong with one parameter file."""
    path, given = read_parameters(name, texts[name])
    for key in sorted(given_twice(texts[name])):
        yield f"{name}: {key} is given twice"
    target = path.removeprefix("./")
    if target not in texts:
        yield f"{name}: there is no {target}"
        return
    wanted = read_source(target, texts[target]).declared("parameters")
    for key in sorted(given.keys() - wanted.keys()):
        yield f"{name}: {key} is no parameter of {target}"
    for key in sorted(k for k, x in wanted.items() if x["default"] is None and k not in given):
        yield f"{name}: {key} is required by {target}"
    evaluator = Evaluator(_nothing)
    values = {key: evaluator.of(expression) for key, expression in given.items()}
    yield from _zone_faults(name, values)
    yield from _kept_promises(name, values)
    for key in sorted(values.keys() & wanted.keys()):
        value, usual = values[key], evaluator.of(wanted[key]["default"])
        yield from (f"{name}: {fault}" for fault in value_faults(key, value, wanted[key]))
        yield from (f"{name}: {fault}" for fault in _unknown_names(key, value, app))
        yield from (f"{name}: {fault}" for fault in _variable_faults(key, value, usual))
    if name == OF_AZD:
        for key in sorted(wanted.keys() - given.keys() - NOT_BY_AZD):
            yield f"{name}: {key} cannot be set by azd"


def default_faults(name: str, text: str) -> Iterator[str]:
    """Yield which defaults of a file are none of what its parameters may be."""
    evaluator = Evaluator(_nothing)
    for key, declared in read_source(name, text).declared("parameters").items():
        if declared["default"] is not None:
            value = evaluator.of(declared["default"])
            yield from (f"{name}: {fault}" for fault in value_faults(key, value, declared))


def _kept_promises(name: str, values: Mapping[str, Value]) -> Iterator[str]:
    """Hold the files to what is said of them elsewhere."""
    if "alertMails" not in values:
        yield f"{name}: alertMails is not given: nobody would be told"
    if name == OF_PEOPLE and values.get("zoneRedundant") is not True:
        yield f"{name}: zoneRedundant must be true: infra/policies.py says that prod has it"


def _variable_faults(key: str, value: Value, usual: Value) -> Iterator[str]:
    """Each variable has the name of its parameter, and is worth its default if nobody sets it."""
    while isinstance(value, Unknown) and value.text in {"int", "bool", "json"}:
        value = value.arguments[0]
    if not isinstance(value, Unknown) or value.text != "readEnvironmentVariable":
        return
    wanted = VARIABLES.get(key) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).upper()
    variable, *otherwise = value.arguments
    if variable != wanted:
        yield f"{key} must read {wanted}, not {variable}"
    is_known = isinstance(usual, str | int | list | dict)
    if otherwise and is_known and str(otherwise[0]) != _written(usual):
        yield f"{key}: without {variable} it is {otherwise[0]!r}, in main.bicep {_written(usual)!r}"


def _written(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unknown_names(key: str, value: Value, app: AppFacts) -> Iterator[str]:
    """Yield names that nobody would look at: of settings, of alerts."""
    if not isinstance(value, dict):
        return
    if key == "settings":
        for unknown in sorted(value.keys() - app.settings):
            yield f"settings.{unknown} is no setting of the app"
        for secret in sorted(value.keys() & app.secrets):
            yield f"settings.{secret} is a secret: it belongs into the vault"
        for other in sorted(value.keys() & NOT_IN_AZURE - app.secrets):
            yield f"settings.{other} is for one's own machine"
    if key == "alertThresholds":
        for unknown in sorted(value.keys() - WANTED.keys()):
            yield f"alertThresholds.{unknown} is no alert"


def _zone_faults(name: str, given: Mapping[str, Value]) -> Iterator[str]:
    """Of each group that waits, two have to stand in different zones, and storage in all."""
    if given.get("zoneRedundant") is not True:
        return
    for key, usual in (("alwaysReadyHttp", 1), ("alwaysReadyWorkers", 0)):
        if given.get(key, usual) == 1:
            yield f"{name}: {key}: zones need two always-ready ones of each group"
    sku = given.get("storageSku", "Standard_LRS")
    if isinstance(sku, str) and not sku.endswith("ZRS"):
        yield f"{name}: storageSku: {sku} lies in one zone; the host cannot work without it"


def _nothing(name: str) -> Value:
    raise KeyError(name)


def value_faults(key: str, value: Value, declared: Node) -> Iterator[str]:
    """Yield why a parameter may not have a value."""
    kind, wanted = kind_of(value), declared["type"]
    if kind and kind != wanted:
        yield f"{key} must be of type {wanted}, not {kind}"
        return
    for decorator in declared["decorators"] or ():
        argument = decorator["argument"]
        match decorator["type"], value:
            case "allowed", str() | int() if value not in argument:
                yield f"{key}: {value!r} is none of {argument}"
            case "min_value", int() if value < argument:
                yield f"{key}: {value} is less than {argument}"
            case "max_value", int() if value > argument:
                yield f"{key}: {value} is more than {argument}"
