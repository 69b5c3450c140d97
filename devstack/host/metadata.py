"""The functions of an app as its own metadata describes them (`function.json` equivalents)."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from devstack.host.routes import RouteTemplate, compile_route
from devstack.host.schedule import Schedule, parse_schedule

AuthLevel = Literal["anonymous", "function", "admin"]
_SETTING = re.compile(r"%([^%]+)%")


class AppDefinitionError(Exception):
    """The app asks for something the local host cannot give; the text names function and cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpFunction:
    """A function behind an HTTP route; no methods means all."""

    name: str
    function_id: str
    parameter: str
    route: RouteTemplate
    methods: frozenset[str]
    auth: AuthLevel
    bindings: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFunction:
    """A function on a schedule (UTC, six fields or a time span)."""

    name: str
    function_id: str
    parameter: str
    schedule: Schedule
    run_on_startup: bool
    bindings: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BusFunction:
    """A function on a Service Bus queue."""

    name: str
    function_id: str
    parameter: str
    queue: str
    connection: str
    sessions: bool
    many: bool
    bindings: tuple[dict[str, Any], ...]


Function = HttpFunction | TimerFunction | BusFunction


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the worker library returns per function: name, id, its bindings as JSON texts."""

    name: str
    function_id: str
    raw_bindings: tuple[str, ...]


def describe(
    indexed: Iterable[Indexed], prefix: str, environment: Mapping[str, str] | None = None
) -> list[Function]:
    """Turn indexed functions into what the host serves; `%NAME%` is replaced by app settings."""
    env = os.environ if environment is None else environment
    return [_describe(function, prefix, env) for function in indexed]


def _describe(function: Indexed, prefix: str, env: Mapping[str, str]) -> Function:
    bindings = tuple(json.loads(text) for text in function.raw_bindings)
    _refuse_unknown(function.name, bindings)
    trigger = next(b for b in bindings if b["type"].lower().endswith("trigger"))
    try:
        return _build(function, trigger, bindings, prefix, env)
    except ValueError as error:
        raise AppDefinitionError(f"function {function.name}: {error}") from error


def _build(
    function: Indexed,
    trigger: dict[str, Any],
    bindings: tuple[dict[str, Any], ...],
    prefix: str,
    env: Mapping[str, str],
) -> Function:
    name, function_id, parameter = function.name, function.function_id, trigger["name"]
    match trigger["type"]:
        case "httpTrigger":
            route = str(trigger.get("route") or name)
            return HttpFunction(
                name=name,
                function_id=function_id,
                parameter=parameter,
                route=compile_route(f"{prefix}/{route}" if prefix else route),
                methods=frozenset(str(m).upper() for m in trigger.get("methods") or ()),
                auth=_auth_level(trigger),
                bindings=bindings,
            )
        case "timerTrigger":
            return TimerFunction(
                name=name,
                function_id=function_id,
                parameter=parameter,
                schedule=parse_schedule(_resolved(trigger["schedule"], env)),
                run_on_startup=bool(trigger.get("runOnStartup")),
                bindings=bindings,
            )
        case _:
            return BusFunction(
                name=name,
                function_id=function_id,
                parameter=parameter,
                queue=_resolved(trigger["queueName"], env),
                connection=_connection(str(trigger["connection"]), env),
                sessions=bool(trigger.get("isSessionsEnabled")),
                many=str(trigger.get("cardinality", "one")).lower() == "many",
                bindings=bindings,
            )


def _refuse_unknown(name: str, bindings: tuple[dict[str, Any], ...]) -> None:
    served = {"httpTrigger", "timerTrigger", "serviceBusTrigger", "http"}
    for binding in bindings:
        if binding["type"] not in served or "topicName" in binding:
            raise AppDefinitionError(
                f"function {name}: the local host does not serve the binding"
                f" {binding['type']!r} ({binding['name']}); it serves HTTP, timers and"
                " Service Bus queues"
            )


def _auth_level(trigger: dict[str, Any]) -> AuthLevel:
    match str(trigger.get("authLevel") or "function").lower():
        case "anonymous":
            return "anonymous"
        case "function":
            return "function"
        case "admin":
            return "admin"
        case other:
            raise ValueError(f"unknown authLevel {other!r}")


def _resolved(text: str, env: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        setting = found[1]
        if setting not in env:
            raise ValueError(f"app setting {setting!r}, used as %{setting}%, is missing")
        return env[setting]

    return _SETTING.sub(value, text)


def _connection(setting: str, env: Mapping[str, str]) -> str:
    for name in (setting, f"AzureWebJobs{setting}"):
        if value := env.get(name):
            return value
    raise ValueError(f"app setting {setting!r} with the Service Bus connection string is missing")
