"""The verdict on a day: what is written to `demo-report.json` and printed as a table."""

import json
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from devstack.demo.day import KINDS, Book, Cancel, Delete, Expect, TakeRoomOff
from devstack.demo.playing import Course, Played
from devstack.kit.journal import iso

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All figures; `failures` is empty only if the day went as it should."""

    content: Json
    failures: tuple[str, ...]
    kinds: tuple[tuple[str, Json], ...]

    @property
    def ok(self) -> bool:
        return not self.failures

    def write(self, path: Path) -> None:
        """Write the figures as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            json.dumps(self.content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def report_on(course: Course, activity: Sequence[Json]) -> Report:
    """Judge a course by what was seen, and by how the service says each change came to it."""
    since = course.started
    entries = [a for a in activity if datetime.fromisoformat(a["at"]) >= since]
    arrived = Counter(entry["source"] for entry in entries)
    given_up = [entry["text"] for entry in entries if entry["outcome"] == "given_up"]
    failures = (*_failures(course, arrived), *(f"given up: {text}" for text in given_up))
    kinds = tuple((kind, _figures_of(kind, course.played)) for kind in KINDS)
    content = {
        "ok": not failures,
        "failures": list(failures),
        "started": iso(since),
        "seconds": round((datetime.now(UTC) - since).total_seconds(), 1),
        "actions": len(course.played),
        "persons": len({played.action.who for played in course.played}),
        "created": _mirrored(course.played, Book),
        "updated": _mirrored_updates(course.played),
        "cancelled": _mirrored(course.played, Cancel, Delete, TakeRoomOff),
        "kept": _with(course.played, Expect.KEPT),
        "left_alone": _with(course.played, Expect.ALONE),
        "refused": _with(course.played, Expect.REFUSED),
        "overruled": _with(course.played, Expect.OVERRULED),
        "linked_pairs": course.linked_pairs,
        "retries_pending": course.retries_pending,
        "service_writes": {side.lower(): n for side, n in course.service_writes.items()},
        "echo_writes": len(course.echoes),
        "differences": len(course.differences),
        "arrived": {name: arrived.pop(name, 0) for name in ("push", "poll", "delta")} | arrived,
        "latency_ms": latencies([p.latency_ms for p in course.played if p.latency_ms is not None]),
        "kinds": dict(kinds),
        "echo_write_list": course.echoes,
        "difference_list": [str(difference) for difference in sorted(course.differences)],
    }
    return Report(content=content, failures=failures, kinds=kinds)


def latencies(values: Sequence[float]) -> Json:
    """Return count, median, 95th percentile and largest of some milliseconds."""
    if not values:
        return {"count": 0, "p50": None, "p95": None, "max": None}
    ordered = sorted(values)
    last = len(ordered) - 1
    return {
        "count": len(ordered),
        "p50": round(statistics.median(ordered)),
        "p95": round(ordered[min(last, round(0.95 * last + 0.499))]),
        "max": round(ordered[-1]),
    }


def _failures(course: Course, arrived: Counter[str]) -> list[str]:
    found = [*course.troubles]
    if course.differences:
        found.append(f"{len(course.differences)} differences between what is and what should be")
    if course.echoes:
        found.append(f"{len(course.echoes)} echo writes")
    found += [
        f"{number} changes arrived by {source}, not by push"
        for source, number in sorted(arrived.items())
        if source != "push"
    ]
    if not arrived:
        found.append("no change arrived at all")
    return found


def _figures_of(kind: str, played: Sequence[Played]) -> Json:
    mine = [p for p in played if p.kind == kind]
    measured = [p.latency_ms for p in mine if p.latency_ms is not None]
    return {
        "actions": len(mine),
        "as_expected": sum(p.is_as_expected for p in mine),
        "latency_ms": latencies(measured),
    }


def _mirrored(played: Sequence[Played], *deeds: type) -> int:
    return sum(_is_mirrored(p) and isinstance(p.action.deed, deeds) for p in played)


def _mirrored_updates(played: Sequence[Played]) -> int:
    others = (Book, Cancel, Delete, TakeRoomOff)
    return sum(_is_mirrored(p) and not isinstance(p.action.deed, others) for p in played)


def _is_mirrored(played: Played) -> bool:
    return played.is_as_expected and played.action.expect in {Expect.MIRRORED, Expect.HELD}


def _with(played: Sequence[Played], expect: Expect) -> int:
    return sum(p.is_as_expected and p.action.expect is expect for p in played)
