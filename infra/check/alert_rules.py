"""Nothing that somebody has to know of is without its alert, its query and its runbook."""

import re
from collections.abc import Iterator, Mapping

from infra.check.deployment import Deployment
from infra.check.kql import query_faults
from infra.check.papers import ALERTS, QUERIES, RUNBOOKS, loaded_by, queries_of
from infra.check.values import Reference, Resource, Unknown, Value, variants
from infra.check.vocabulary_rules import told_in, vocabulary_faults

LOG, METRIC = "Microsoft.Insights/scheduledQueryRules", "Microsoft.Insights/metricAlerts"
ACTION_GROUP = "Microsoft.Insights/actionGroups"

WANTED = {
    "dead-letters": "DeadletteredMessages",
    "given-up": "ActiveMessages",
    "push-silent": "roomsync.push.silent",
    "subscriptions": "roomsync.subscriptions",
    "secret-ends": "secret_ends",
    "backlog-age": "roomsync.queue.wait",
    "guard": "roomsync.guard.trips",
    "forbidden": "roomsync.forbidden",
    "poll-stopped": "roomsync.poll.age",
    "no-change": "roomsync.changes",
    "parked": "roomsync.parked",
    "bus-throttled": "ThrottledRequests",
    "storage-unavailable": "Availability",
}
"""Each alert, and a metric or event that it has to look at."""

SECTIONS = ("**It means**", "**Look**", "**Do**", "**Over when**")
"""What a runbook says."""

_LED_TO = re.compile(r"`([a-z-]+\.kql)`")


def alert_faults(deployment: Deployment, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with alerts, their queries and their runbooks."""
    rules = [each for each in deployment.resources if each.type in {LOG, METRIC}]
    names = {name_of(rule): rule for rule in rules}
    for name in sorted(WANTED.keys() - names.keys()):
        yield f"alert {name} is missing (infra/check/alert_rules.py)"
    for name in sorted(names.keys() - WANTED.keys()):
        yield f"alert {name}: what it looks at belongs into WANTED (infra/check/alert_rules.py)"
    books = _runbooks(texts.get(RUNBOOKS, ""))
    for name, rule in names.items():
        yield from _rule_faults(name, rule)
        yield from (_log_faults if rule.type == LOG else _metric_faults)(name, rule, texts)
        if name not in books:
            yield f"docs/runbooks.md: {name}: there is no such heading"
    for name, book in books.items():
        yield from (f"docs/runbooks.md: {name}: {each} is missing" for each in _lacks(book))
        if name not in names:
            yield f"docs/runbooks.md: {name}: there is no such alert"


def query_file_faults(deployment: Deployment, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with queries, and those that nobody leads to."""
    loaded = {
        loaded_by(rule.file, path) for rule in deployment.resources for path in _loaded(rule.body)
    }
    runbooks = texts.get(RUNBOOKS, "")
    for name, query in queries_of(texts).items():
        said = f"infra/{name.removeprefix('../')}"
        if not query.startswith("// "):
            yield f"{said}: begins with no line that says the question"
        for fault in (*query_faults(query), *vocabulary_faults(query)):
            yield f"{said}: {fault}"
        if name.startswith(ALERTS):
            if name not in loaded:
                yield f"{said}: no alert asks it"
        elif name.removeprefix(QUERIES) not in runbooks:
            yield f"{said}: docs/runbooks.md leads nobody to it"
    led_to = {f"{QUERIES}{name}" for name in _LED_TO.findall(runbooks)}
    for name in sorted((loaded | led_to) - texts.keys()):
        yield f"infra/{name.removeprefix('../')}: there is no such file"


def _rule_faults(name: str, rule: Resource) -> Iterator[str]:
    if rule.get("properties", "enabled") is not True or rule.is_conditional:
        yield f"{rule.at}: {name} must always be on"
    severity = rule.get("properties", "severity")
    if not isinstance(severity, int) or not 0 <= severity <= 4:  # noqa: PLR2004 - Azure's own
        yield f"{rule.at}: {name}: severity is 0 to 4"
    if not str(_said(rule.get("properties", "description"))).endswith(f"#{name}"):
        yield f"{rule.at}: {name}: its description must lead to its runbook"
    if not _action_groups(rule):
        yield f"{rule.at}: {name} tells nobody"
    if not rule.get("properties", "scopes"):
        yield f"{rule.at}: {name} looks at nothing"
    criterion = criterion_of(rule)
    if type(criterion.get("threshold")) is not int:
        yield f"{rule.at}: {name}: has no threshold among those that can be set"


def _log_faults(name: str, rule: Resource, texts: Mapping[str, str]) -> Iterator[str]:
    criterion = criterion_of(rule)
    paths = list(_loaded(criterion.get("query")))
    query = texts.get(loaded_by(rule.file, paths[0]), "") if paths else ""
    if not paths:
        yield f"{rule.at}: {name}: its query must lie in a file of its own (loadTextContent)"
    elif name in WANTED and WANTED[name] not in told_in(query):
        yield f"{rule.at}: {name}: its query does not look at {WANTED[name]}"
    for column in ("Value", *_split(criterion)):
        if not re.search(rf"\b{column}\b", query):
            yield f"{rule.at}: {name}: its query makes no column {column}"
    if criterion.get("metricMeasureColumn") != "Value":
        yield f"{rule.at}: {name}: measures another column than Value"
    if _windows(criterion) != 1 and "TimeGenerated" not in query.rpartition("|")[2]:
        yield f"{rule.at}: {name}: Azure refuses several windows of a query without TimeGenerated"


def _metric_faults(name: str, rule: Resource, _: Mapping[str, str]) -> Iterator[str]:
    metric = criterion_of(rule).get("metricName")
    if name in WANTED and metric != WANTED[name]:
        yield f"{rule.at}: {name}: must look at {WANTED[name]}"


def criterion_of(rule: Resource) -> dict[str, Value]:
    """Return what a rule compares."""
    several = rule.get("properties", "criteria", "allOf")
    first = several[0] if isinstance(several, list) and several else {}
    return first if isinstance(first, dict) else {}


def _windows(criterion: Mapping[str, Value]) -> Value:
    periods = criterion.get("failingPeriods")
    return periods.get("numberOfEvaluationPeriods") if isinstance(periods, dict) else None


def _split(criterion: Mapping[str, Value]) -> list[str]:
    dimensions = criterion.get("dimensions")
    listed = dimensions if isinstance(dimensions, list) else []
    return [str(each["name"]) for each in listed if isinstance(each, dict)]


def _action_groups(rule: Resource) -> bool:
    actions = rule.get("properties", "actions")
    if isinstance(actions, dict):
        actions = actions.get("actionGroups")
    return isinstance(actions, list) and bool(actions)


def name_of(rule: Resource) -> str:
    """Return the name of an alert: that of its rule without the installation's."""
    return str(_said(rule.body["name"])).partition("}-")[2]


def _said(value: Value) -> Value:
    return value.text if isinstance(value, Unknown) else value


def _loaded(value: Value | Mapping[str, Value]) -> Iterator[str]:
    """Yield the files that a value is loaded from."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _loaded(item)
    elif isinstance(value, list):
        for item in value:
            yield from _loaded(item)
    elif isinstance(value, Unknown):
        if value.text == "load_text_content":
            yield from (str(each) for each in value.arguments)
        else:
            for argument in value.arguments:
                yield from _loaded(argument)
    elif value is not None and not isinstance(value, Reference | str | int):
        for each in variants(value):
            yield from _loaded(each)


def _runbooks(text: str) -> dict[str, str]:
    """Return the pages by anchor: headings of the second level with the name of an alert."""
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    found = {part.partition("\n")[0].strip(): part for part in parts}
    return {name: part for name, part in found.items() if re.fullmatch(r"[a-z][a-z-]*", name)}


def _lacks(book: str) -> list[str]:
    missing = [each for each in SECTIONS if each not in book]
    if "`" not in book:
        missing.append("a command to type")
    return missing
