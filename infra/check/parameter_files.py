"""`.bicepparam` files: what they give exists, what is required is given, settings are known."""

from collections.abc import Iterator, Mapping

from infra.check.alert_rules import WANTED
from infra.check.app_facts import AppFacts
from infra.check.evaluate import Evaluator
from infra.check.setting_rules import NOT_IN_AZURE
from infra.check.source import given_twice, read_parameters, read_source
from infra.check.types import Node, kind_of
from infra.check.values import Value


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
    yield from _zone_faults(name, {key: evaluator.of(x) for key, x in given.items()})
    for key, expression in given.items():
        if key in wanted:
            value = evaluator.of(expression)
            yield from (f"{name}: {fault}" for fault in _value_faults(key, value, wanted[key]))
            for fault in _unknown_names(key, value, app):
                yield f"{name}: {fault}"


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


def _value_faults(key: str, value: Value, declared: Node) -> Iterator[str]:
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
