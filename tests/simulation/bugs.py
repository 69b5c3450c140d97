"""Deliberate bugs, to show that the simulation can fail: none simply crashes.

`python -m tests.simulation.bugs [name ...]` puts one after the other into a copy of the project and
plays histories until one goes wrong; var/simulation-bugs.json says after how many.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.playing import PORTS, PROTOCOL

PROJECT = Path(__file__).parents[2]
REPORT = Path("var/simulation-bugs.json")
COPIED = ("core", "devstack", "functions", "tests", "web", "function_app.py", "host.json")
SEEDS = 50
FOUND_AT = re.compile(r"^seed (\d+):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Bug:
    """A change of one place in the code; `area` is what it is spread over.

    What only the wire shows is looked for in `depth` protocol.
    """

    name: str
    area: str
    path: str
    right: str
    wrong: str
    depth: str = PORTS


BUGS = (
    # Planner
    Bug(
        "the other side wins a time that both changed, and is not told",
        "planner",
        "core/sync/merge.py",
        "        case False, True:\n            return there, there",
        "        case False, True:\n            return here, there",
    ),
    Bug(
        "who was uninvited in Exchange stays in ROOMS",
        "planner",
        "core/sync/merge.py",
        "for_rooms = [a for h, a in there.items() if h not in gone]",
        "for_rooms = list(there.values())",
    ),
    Bug(
        "who is added in ROOMS is not invited",
        "planner",
        "core/sync/merge.py",
        "    for_exchange += [a for a in added_there if hashed(a) not in covered]\n",
        "",
    ),
    Bug(
        "a meeting made private later keeps its title in ROOMS",
        "planner",
        "core/sync/merge.py",
        "subject=rules.neutral_title if masked else subject[1],",
        "subject=subject[1],",
    ),
    Bug(
        "a new organizer is a guest of the own meeting",
        "planner",
        "core/sync/move.py",
        "return tuple(line for line, p in known if p is None or p.id != pair.booking.organizer)",
        "return tuple(line for line, _ in known)",
    ),
    Bug(
        "the old event stays when a meeting is handed over",
        "planner",
        "core/sync/move.py",
        "    if old is not None:\n        steps.append(DeleteEvent",
        "    if old is None:\n        steps.append(DeleteEvent",
    ),
    # Apply
    Bug(
        "a half-made event is not looked for",
        "apply",
        "core/app/counterpart.py",
        "return next((e for e in found if e.is_organizer and not e.is_cancelled), None)",
        "return None",
    ),
    Bug(
        "a cancellation is taken for done without being asked for",
        "apply",
        "core/app/apply.py",
        "return fold(seen, step, await services.rooms.cancel_booking(step.booking_id))",
        "return fold(seen, step, await services.rooms.get_booking(step.booking_id))",
    ),
    Bug(
        "people are left out of what is changed in ROOMS",
        "apply",
        "core/app/apply.py",
        "await services.rooms.update_booking(booking, step.changes))",
        "await services.rooms.update_booking(booking, replace(step.changes, attendees=None)))",
    ),
    Bug(
        "a half-made booking is not looked for",
        "apply",
        "core/app/counterpart.py",
        "        if _carries(booking, seen):\n            seen = seen.with_booking(booking)\n",
        "        if _carries(booking, seen):\n",
    ),
    # Ingest
    Bug(
        "of a batch of notifications only the first counts",
        "ingest",
        "core/app/ingest_graph.py",
        "    await queue.send(looks)\n",
        "    await queue.send(looks[:1])\n",
    ),
    Bug(
        "every version of a booking counts as dealt with",
        "ingest",
        "core/app/locate_booking.py",
        "    return set(item.versions) <= set(link.settled)",
        "    return bool(item.versions)",
    ),
    Bug(
        "delta stores where it is before its looks are queued",
        "ingest",
        "core/app/catch_up.py",
        "        await services.queue.send(looks)\n        queued += len(looks)\n",
        "        queued += len(looks)\n",
    ),
    Bug(
        "the poll of ROOMS queues nothing",
        "ingest",
        "core/app/poll_rooms.py",
        "await services.queue.send(",
        "len(",
    ),
    # Retry
    Bug(
        "what fails for a moment is not tried again",
        "retry",
        "core/app/work_batch.py",
        "    await services.queue.schedule(replace(item, attempt=item.attempt + 1), due)\n",
        "",
    ),
    Bug(
        "Graph's 503 counts as final",
        "retry",
        "core/app/failures.py",
        "        case TransientError():\n            return error.retry_class",
        "        case TransientError():\n            return None",
    ),
    Bug(
        "a lock in ROOMS is a refusal at once",
        "retry",
        "core/sync/retry.py",
        "return len(self.delays_s(RetryClass.LOCKED))",
        "return 0",
    ),
    Bug(
        "two tries have to do",
        "retry",
        "core/sync/retry.py",
        "        if attempt > len(table):",
        "        if attempt > 2:",
    ),
    # Ids
    Bug(
        "the link of an event is looked for with its letters as they are",
        "ids",
        "core/adapters/graph/bodies.py",
        '"value": oid.lower()}]}',
        '"value": oid.upper()}]}',
        PROTOCOL,
    ),
    Bug(
        "ROOMS gets another link than Exchange",
        "ids",
        "core/sync/compose.py",
        "        appointment_oid=mapping,\n        title=",
        "        appointment_oid=MappingId(mapping[::-1]),\n        title=",
    ),
    Bug(
        "a copy is taken for a meeting of its own",
        "ids",
        "core/app/locate_event.py",
        "    if not event.is_organizer:\n        return await _by_participants_copy",
        "    if event.is_cancelled:\n        return await _by_participants_copy",
    ),
    # Queues
    Bug(
        "of a batch only two looks are taken",
        "queues",
        "core/app/work_batch.py",
        "    for item in merged(now_due):",
        "    for item in merged(now_due)[:2]:",
    ),
    Bug(
        "what belongs to another session is dropped",
        "queues",
        "core/app/sync_item.py",
        "            await services.queue.send([replace(item, key=key)])\n",
        "",
    ),
    Bug(
        "an item that another worker is creating is taken all the same",
        "queues",
        "core/app/observe.py",
        "    if pending is not None and pending.lease_until > context.now:",
        "    if pending is not None and pending.lease_until < context.now:",
    ),
    # Time zones
    Bug(
        "times go out as UTC under the mailbox's zone",
        "time zones",
        "core/adapters/graph/times.py",
        "return moment.astimezone(zone).replace(tzinfo=None).isoformat()",
        'return moment.astimezone(zone_of("UTC")).replace(tzinfo=None).isoformat()',
        PROTOCOL,
    ),
    Bug(
        "a series keeps its distance from UTC over a change of the clocks",
        "time zones",
        "core/domain/interval.py",
        "    return moment.astimezone(zone).replace(tzinfo=None, fold=0)",
        "    hours = 1 if zone.key == 'Europe/Zurich' else 0\n"
        "    return moment.replace(tzinfo=None, fold=0, hour=(moment.hour + hours) % 24)",
    ),
    Bug(
        "times go to ROOMS as wall time",
        "time zones",
        "core/adapters/rooms/requests.py",
        '    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"',
        '    return moment.replace(tzinfo=None, hour=(moment.hour + 1) % 24).isoformat() + "Z"',
        PROTOCOL,
    ),
    # Privacy
    Bug(
        "a look logs what it sees",
        "privacy",
        "core/app/sync_item.py",
        "    is_series_now = seen.event",
        '    __import__("logging").getLogger(__name__).debug("look", extra={"at": seen})\n'
        "    is_series_now = seen.event",
    ),
    Bug(
        "a span says what the meeting is called",
        "privacy",
        "core/app/sync_item.py",
        "    is_series_now = seen.event",
        "    from core.telemetry.tracing import annotate\n"
        '    annotate("roomsync.environment", seen.event and seen.event.subject)\n'
        "    is_series_now = seen.event",
    ),
    Bug(
        "the history says what the meeting is called",
        "privacy",
        "core/app/remember.py",
        "outcome=ended.plan.outcome,",
        'outcome=f"{ended.plan.outcome} {seen.event and seen.event.subject}",',
    ),
    Bug(
        "an error repeats what Graph says",
        "privacy",
        "core/adapters/graph/failures.py",
        'while {doing}{_trace(reply)}"',
        'while {doing}{_trace(reply)} {reply.content!r}"',
        PROTOCOL,
    ),
)


def main(names: list[str]) -> int:
    """Try all bugs, or those named; the exit code is 1 if one was not found."""
    chosen = [bug for bug in BUGS if not names or any(name in bug.name for name in names)]
    results = []
    for bug in chosen:
        found_at = seeds_until_found(bug)
        results.append({"bug": bug.name, "area": bug.area, "found_after_seeds": found_at})
        sys.stdout.write(f"{found_at or 'NOT FOUND'}: {bug.area}: {bug.name}\n")
        sys.stdout.flush()
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    return 0 if all(result["found_after_seeds"] for result in results) else 1


def seeds_until_found(bug: Bug) -> int | None:
    """Return after how many histories a bug was found, None if not at all."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        copy_to(copy)
        put_in(bug, copy)
        played = subprocess.run(
            [sys.executable, "-m", "tests.simulation"],
            cwd=copy,
            env=os.environ
            | {"SEEDS": str(SEEDS), "FIRST_SEED": "0", "UNTIL_WRONG": "1", "DEPTH": bug.depth},
            capture_output=True,
            text=True,
            check=False,
        )
        found = FOUND_AT.search(played.stdout)
        if found is None and played.returncode:
            raise RuntimeError(f"with {bug.name!r} nothing was played: {played.stderr}")
        return None if found is None else int(found[1]) + 1


def copy_to(folder: Path) -> None:
    """Copy all that a history needs."""
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("node_modules", "__pycache__")
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder / name)


def put_in(bug: Bug, project: Path) -> None:
    """Write a bug into a copy of the project; a ValueError if its place is not there any more."""
    path = project / bug.path
    text = path.read_text(encoding="utf-8")
    if text.count(bug.right) < 1:
        raise ValueError(f"{bug.path} has no place for the bug {bug.name!r}: adapt it")
    path.write_text(text.replace(bug.right, bug.wrong), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
