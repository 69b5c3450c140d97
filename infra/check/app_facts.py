"""What the app itself says it needs around it: settings, tables, queues, routes, functions."""

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr

from core.adapters.servicebus.bus import QUEUES
from core.adapters.tables.provision import TABLE_NAMES
from core.settings import Settings

PREFIX = "ROOMSYNC_"
_CREDENTIALS = frozenset({"graph_environments", "ews_environments"})
"""Settings that hold secrets among other things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppFacts:
    """All of it, by name."""

    settings: frozenset[str]
    secrets: frozenset[str]
    """Those of the settings whose values nobody may read."""
    sample: frozenset[str]
    """What `local.settings.sample.json` lists."""
    tables: frozenset[str]
    queues: frozenset[str]
    session_queues: frozenset[str]
    routes: frozenset[str]
    """Paths as they are called from outside."""
    functions: frozenset[str]
    connections: frozenset[str]
    """Prefixes of the settings that triggers connect by."""


def read_app_facts(project: Path) -> AppFacts:
    """Return the facts of the app in this folder; nothing of it is run but its settings' class."""
    sample = json.loads((project / "local.settings.sample.json").read_text("utf-8"))["Values"]
    host = json.loads((project / "host.json").read_text("utf-8"))
    prefix = host["extensions"]["http"]["routePrefix"]
    calls = [call for path in sorted(project.glob("functions/*.py")) for call in _calls(path)]
    triggers = [given for name, given in calls if name == "service_bus_queue_trigger"]
    return AppFacts(
        settings=frozenset(f"{PREFIX}{name.upper()}" for name in Settings.model_fields),
        secrets=frozenset(f"{PREFIX}{name.upper()}" for name in _secrets()),
        sample=frozenset(name for name in sample if name.startswith(PREFIX)),
        tables=frozenset(TABLE_NAMES),
        queues=frozenset(QUEUES),
        session_queues=frozenset(
            given["queue_name"] for given in triggers if given.get("is_sessions_enabled")
        ),
        routes=frozenset(f"/{prefix}/{given['route']}" for name, given in calls if name == "route"),
        functions=frozenset(given["0"] for name, given in calls if name == "function_name"),
        connections=frozenset(given["connection"] for given in triggers),
    )


def _secrets() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        kinds = (field.annotation, *get_args(field.annotation))
        if SecretStr in kinds or name in _CREDENTIALS:
            yield name


def _calls(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the decorators of a file with those of their arguments that are plain values."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        for call in getattr(node, "decorator_list", ()):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                given = {str(number): each for number, each in enumerate(call.args)}
                given |= {each.arg or "": each.value for each in call.keywords}
                plain = {
                    key: each.value for key, each in given.items() if isinstance(each, ast.Constant)
                }
                yield call.func.attr, plain
