"""What is done to data and secrets is told to the workspace, and nothing that nobody reads."""

from collections.abc import Iterator, Mapping

from infra.check.deployment import Deployment
from infra.check.kql import tables_of
from infra.check.papers import queries_of
from infra.check.rules import BLOBS, NAMESPACE, SITE, VAULT
from infra.check.values import Reference, Resource

TYPE = "Microsoft.Insights/diagnosticSettings"

WANTED: Mapping[str, Mapping[str, str]] = {
    VAULT: {"AuditEvent": "AZKVAuditLogs"},
    NAMESPACE: {"OperationalLogs": "AZMSOperationalLogs"},
    BLOBS: {"StorageWrite": "StorageBlobLogs", "StorageDelete": "StorageBlobLogs"},
}
"""By what is watched: each category of its log, and the table that queries find it in."""

ASKED_FOR_IT = frozenset({VAULT, NAMESPACE})
"""They write into a table of their own only where that is said."""

NO_LOG = {SITE: "its log has addresses with their keys, and no level holds it back (ADR 0047)"}


def diagnostic_faults(deployment: Deployment, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is not told, told to nobody, or told where nobody looks."""
    told = dict(_settings(deployment))
    for type_ in sorted(WANTED.keys() - told.keys()):
        yield f"{type_}: has no diagnostic setting"
    for type_, setting in told.items():
        if type_ not in WANTED:
            why = NO_LOG.get(type_, "nobody asks for it (infra/check/diagnostic_rules.py)")
            yield f"{setting.at}: {type_} has a diagnostic setting: {why}"
            continue
        yield from _faults(type_, setting)
    read = {table for query in queries_of(texts).values() for table in tables_of(query)}
    for table in sorted({each for tables in WANTED.values() for each in tables.values()} - read):
        yield f"infra/queries: no query reads {table}"


def _settings(deployment: Deployment) -> Iterator[tuple[str, Resource]]:
    for each in deployment.deployed(TYPE):
        scope = each.body.get("scope")
        if isinstance(scope, Reference) and each.get("properties", "workspaceId") is not None:
            yield scope.type, each


def _faults(type_: str, setting: Resource) -> Iterator[str]:
    logged = _categories(setting, "logs")
    for category in sorted(WANTED[type_].keys() - logged):
        yield f"{setting.at}: {category} must be logged"
    for category in sorted(logged - WANTED[type_].keys()):
        yield f"{setting.at}: {category} is logged and read by nobody"
    for category in sorted(_categories(setting, "metrics")):
        yield f"{setting.at}: {category} is copied: Azure keeps measures, alerts read those"
    kind = setting.get("properties", "logAnalyticsDestinationType")
    if type_ in ASKED_FOR_IT and kind != "Dedicated":
        yield f"{setting.at}: must be Dedicated: else it lies in a table that no query reads"


def _categories(setting: Resource, kind: str) -> set[str]:
    found = setting.get("properties", kind)
    listed = found if isinstance(found, list) else []
    return {str(x.get("category")) for x in listed if isinstance(x, dict) and x.get("enabled")}
