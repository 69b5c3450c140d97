"""The workbook is one that the portal can open, and asks only for what is told."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from infra.check.deployment import Deployment
from infra.check.kql import query_faults
from infra.check.papers import WORKBOOK, loaded_by
from infra.check.values import Unknown
from infra.check.vocabulary_rules import vocabulary_faults

TYPE = "Microsoft.Insights/workbooks"
TEXT, QUERY, PARAMETERS = 1, 3, 9
"""Kinds of items; others exist and are not used."""
TIME = 4
"""The kind of parameter that a span of time is."""
PLACE = "<workspace>"
SHOWN_AS = frozenset({"tiles", "table", "linechart", "areachart", "barchart"})


def workbook_faults(deployment: Deployment, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the workbook and with how it is deployed."""
    found = [each for each in deployment.resources if each.type == TYPE]
    if not found:
        yield f"there is no {TYPE}"
    for each in found:
        said = str(each.get("properties", "serializedData"))
        loads = any(loaded_by(each.file, part) == WORKBOOK for part in said.split("'"))
        if not loads or PLACE not in said:
            yield f"{each.at}: must load {WORKBOOK} and replace {PLACE}"
        if each.get("properties", "sourceId") != Unknown("workspace.id"):
            yield f"{each.at}: sourceId must be the workspace: elsewhere nobody looks for it"
    try:
        workbook = json.loads(texts.get(WORKBOOK, ""))
    except ValueError as error:
        yield f"workbook: no JSON: {error}"
        return
    yield from (f"workbook: {fault}" for fault in _faults(workbook))


def _faults(workbook: Mapping[str, Any]) -> Iterator[str]:
    if workbook.get("version") != "Notebook/1.0":
        yield "version must be Notebook/1.0"
    if workbook.get("fallbackResourceIds") != [PLACE]:
        yield f"fallbackResourceIds must be {PLACE}, which Bicep replaces"
    items = workbook.get("items", [])
    names = [item.get("name") for item in items if item.get("type") != TEXT]
    if len(set(names)) < len(names) or None in names:
        yield "each part that is no text has a name of its own"
    times = {
        parameter["name"]
        for item in items
        if item.get("type") == PARAMETERS
        for parameter in item["content"].get("parameters", [])
        if parameter.get("type") == TIME
    }
    for item in items:
        yield from (f"{item.get('name', 'text')}: {fault}" for fault in _item_faults(item, times))


def _item_faults(item: Mapping[str, Any], times: set[str]) -> Iterator[str]:
    content = item.get("content", {})
    match item.get("type"):
        case 1:
            if not content.get("json"):
                yield "an empty text"
        case 9:
            if content.get("version") != "KqlParameterItem/1.0":
                yield "version must be KqlParameterItem/1.0"
        case 3:
            yield from _query_faults(content, times)
        case kind:
            yield f"items of type {kind} are not known here"


def _query_faults(content: Mapping[str, Any], times: set[str]) -> Iterator[str]:
    if content.get("version") != "KqlItem/1.0" or content.get("queryType") != 0:
        yield "must be a KqlItem/1.0 that asks logs"
    if content.get("resourceType") != "microsoft.operationalinsights/workspaces":
        yield "must ask a workspace"
    if content.get("timeContextFromParameter") not in times:
        yield "its time must come from a parameter that there is"
    if content.get("visualization") not in SHOWN_AS:
        yield f"is shown as {content.get('visualization')}: one of {sorted(SHOWN_AS)}"
    if not content.get("title"):
        yield "has no title"
    query = content.get("query", "")
    yield from query_faults(query)
    yield from vocabulary_faults(query)
