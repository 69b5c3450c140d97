"""The platform tells its warnings and nothing of single executions (ADR 0047)."""

import json
from collections.abc import Iterator, Mapping

from infra.check.deployment import Deployment
from infra.check.papers import HOST

MODE = ("telemetryMode",)
LEVELS = ("logging", "logLevel")
OWN = ("logging", "applicationInsights")

WANTED: Mapping[tuple[str, ...], tuple[object, str]] = {
    MODE: (
        "ApplicationInsights",
        "in any other mode no level holds back requests and measures of its own",
    ),
    (*LEVELS, "default"): ("Warning", "what goes well is told by the app"),
    (*LEVELS, "Function"): ("None", "lines of the app come from the app, errors by their class"),
    (*LEVELS, "Host.Results"): ("None", "a request each, with the text of its error"),
    (*OWN, "enableDependencyTracking"): (False, "its calls to storage and queues, one by one"),
    (*OWN, "enableLiveMetrics"): (False, "it would ask for orders each second"),
    (*OWN, "enablePerformanceCountersCollection"): (False, "rows each minute that nobody reads"),
    (*OWN, "httpAutoCollectionOptions", "enableHttpTriggerExtendedInfoCollection"): (
        False,
        "requests of webhooks, past the levels",
    ),
    (*OWN, "samplingSettings", "isEnabled"): (False, "of warnings none may be missing"),
    (*OWN, "snapshotConfiguration", "isEnabled"): (False, "memory of the process, private things"),
}
"""What `host.json` says, and what would come otherwise."""

NEVER = (*OWN, "enableQueryStringTracing")
"""Would write addresses with what is behind the question mark: keys of Exchange on premises."""


def host_faults(_: Deployment, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield where the platform would tell more, or less, than it should."""
    try:
        host = json.loads(texts.get(HOST, ""))
    except ValueError as error:
        yield f"host.json: no JSON: {error}"
        return
    for path, (value, why) in WANTED.items():
        if _at(host, path) != value:
            yield f"host.json: {'.'.join(path)} must be {json.dumps(value)}: {why}"
    levels = _at(host, LEVELS)
    for category in sorted(levels.keys() if isinstance(levels, dict) else ()):
        if (*LEVELS, category) not in WANTED:
            yield f"host.json: {'.'.join(LEVELS)}: {category} was asked for by nobody"
    if _at(host, NEVER):
        yield f"host.json: {'.'.join(NEVER)}: keys stand there"


def _at(found: object, path: tuple[str, ...]) -> object:
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found
