"""How often the service called whom: Graph and ROOMS from their logs, tables and queues from it."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from devstack.demo.stage import Stage

Json = dict[str, Any]
NAMES = ("graph", "rooms", "tables", "queues")
_CLOSES_A_DRAFT = {"Bookings_Confirm", "Bookings_Abort"}


@dataclass(frozen=True, slots=True)
class Gauge:
    """Where the counters stood at one moment."""

    requests: tuple[int, int]
    tables: int
    queues: int


async def read_gauge(stage: Stage, requests: tuple[int, int]) -> Gauge:
    """Return where the app's counters stand; `requests` are the last numbers of both logs."""
    content = await stage.get(f"{stage.addresses.host}/api/dev/counters")
    tables, queues = content["tables"], content["queues"]
    return Gauge(requests, sum(tables.values()), sum(queues.values()))


async def calls_since(stage: Stage, before: Gauge) -> tuple[Counter[str], Gauge]:
    """Return the calls of the service since `before` by NAMES, and where things stand now."""
    exchange, rooms = await stage.requests(before.requests)
    last = (last_number(exchange, before.requests[0]), last_number(rooms, before.requests[1]))
    now = await read_gauge(stage, last)
    return (
        Counter(
            graph=count_graph(exchange),
            rooms=count_rooms(rooms),
            tables=now.tables - before.tables,
            queues=now.queues - before.queues,
        ),
        now,
    )


def count_graph(entries: Iterable[Json]) -> int:
    """Count the service's requests to Graph; tokens and the envelope of a batch are none."""
    return sum(
        entry["actor"] == "service" and "/v1.0/" in entry["path"] and "$batch" not in entry["path"]
        for entry in entries
    )


def count_rooms(entries: Iterable[Json]) -> int:
    """Count the service's requests to ROOMS; all calls of one draft count as one."""
    return sum(
        entry["actor"] == "service" and entry["operation"] not in _CLOSES_A_DRAFT
        for entry in entries
    )


def per_change(total: Mapping[str, int], number: int) -> Json:
    """Return the mean number of calls by NAMES."""
    return {name: round(total[name] / number, 2) if number else None for name in NAMES}


def middle(counted: Sequence[Mapping[str, int]]) -> Json:
    """Return the median number of calls by NAMES: a timer's calls in one sample do not show."""
    return {name: statistics.median(calls[name] for calls in counted) for name in NAMES}


def last_number(entries: list[Json], known: int) -> int:
    """Return the number of the last entry, `known` when there is none."""
    return int(entries[-1]["number"]) if entries else known
