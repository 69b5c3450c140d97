"""What a call is named by in telemetry: in fixed words, without whom or what it is about."""

import re
from functools import lru_cache

from core.errors import ThrottledError
from core.telemetry.metrics import count
from core.telemetry.tracing import Noted, span
from core.telemetry.vocabulary import EWS, GRAPH, ROOMS, TABLE, THROTTLED

_MAILBOX = re.compile(r"\bmailbox .*")
_RESOURCE = re.compile(r"\bresource \S+")
_ID = re.compile(r" \S*\d\S*")


@lru_cache(512)
def call_name(doing: str) -> str:
    """Return what is done, as errors say it, without ids: "reading an event of mailbox"."""
    return _ID.sub("", _RESOURCE.sub("resource", _MAILBOX.sub("mailbox", doing)))


def graph_call(doing: str, environment: str, mailbox: str | None) -> Noted:
    """Return the span of a request to Graph."""
    return span(
        GRAPH,
        call_name(doing),
        {
            "peer.service": "graph",
            "roomsync.environment": environment,
            "roomsync.mailbox": mailbox,
        },
    )


def ews_call(doing: str, environment: str, mailbox: str | None) -> Noted:
    """Return the span of a request to Exchange on premises."""
    return span(
        EWS,
        call_name(doing),
        {"peer.service": "ews", "roomsync.environment": environment, "roomsync.mailbox": mailbox},
    )


def rooms_call(doing: str) -> Noted:
    """Return the span of a request to ROOMS."""
    return span(ROOMS, call_name(doing), {"peer.service": "rooms"})


def table_call(table: str, deed: str, *, is_current: bool = True) -> Noted:
    """Return the span of a call of Table Storage."""
    return span(TABLE, f"{table} {deed}", {"peer.service": "tables"}, is_current=is_current)


def note_throttled(
    error: Exception, system: str, environment: str = "", mailbox: str | None = None
) -> None:
    """Count an error that asks for a pause."""
    if isinstance(error, ThrottledError):
        count(THROTTLED, system=system, environment=environment, mailbox=mailbox or "")
