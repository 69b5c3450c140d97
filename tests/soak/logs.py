"""What the request logs, mails, tables and log files of a running stack tell."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from devstack.demo.writes import Write, read_writes
from devstack.kit.journal import MailEntry
from tests.kit.canary_stack import (
    log_sizes,
    plant_subscriptions,
    see_console,
    see_logs,
    see_queues,
    stack_watch,
)
from tests.kit.mails import error_mails
from tests.kit.pages import MEETINGS
from tests.kit.views import BookingView, EventView
from tests.soak.world import SYSTEMS, FarWorld

type Json = dict[str, Any]

READS = ("GET", "HEAD")


class Logs:
    """Reads on from where it has read before; `latencies_ms` grow with each measure."""

    def __init__(self, world: FarWorld) -> None:
        self._world = world
        self._read = dict.fromkeys(SYSTEMS, 0)
        self._mails = 0
        self._logged: dict[str, int] = {}
        self.latencies_ms: list[float] = []

    async def begin(self) -> None:
        """Forget what was before this history."""
        await self.skip()
        await self.told()
        self._logged = log_sizes(self._world.addresses.run_dir)

    async def measure(self) -> None:
        """Note how long changes took to the other side since the last look, jumps left out."""
        exchange, rooms = await self._requests()
        writes = read_writes(exchange, rooms, self._world.link_property)
        owners = self._owners(await self._world.all_events(), await self._world.bookings())
        self.latencies_ms += latencies_of(writes, owners, self._world.jumped)

    async def skip(self) -> None:
        """Read on to the present."""
        await self._requests()

    async def writes(self) -> list[str]:
        """Return what the service has written since it was read last."""
        found = []
        for system, lines in zip(SYSTEMS, await self._requests(), strict=True):
            found += [
                f"{system}: {line['method']} {line['path']}"
                for line in lines
                if line["actor"] == "service" and is_write(line)
            ]
        return found

    async def told(self) -> set[str]:
        """Return who got an error mail since the last question."""
        shown = await self._world.shows("exchange", f"mails?since={self._mails}")
        self._mails = max([self._mails, *(line["number"] for line in shown)])
        mails = [MailEntry(**_as_entry(line)) for line in shown]
        return {name for mail in error_mails(mails, self._world.company) for name in mail.to}

    async def leaks(self) -> list[str]:
        """Return where canaries are that must not be there; none is told again (P9).

        Telemetry is in the log of the host (`TELLING`), so that all of it is searched there.
        """
        world, run_dir = self._world, self._world.addresses.run_dir
        people = [str(p["name"]) for p in world.company.persons.values()]
        watch = stack_watch(run_dir, world.secrets.titles, people)
        plant_subscriptions(watch, await world.shows("exchange", "state"))
        see_logs(watch, run_dir, self._logged)
        see_queues(watch, run_dir)
        for table, row in await world.rows():
            watch.saw(f"table {table}", row)
        links = sorted(str(link) for link in await world.links())
        await see_console(watch, world.addresses.host, links[:MEETINGS])
        return watch.complaints() + await self._private_titles()

    async def _private_titles(self) -> list[str]:
        """Return where titles of private meetings are that only their people may know."""
        world = self._world
        rooms = {name for name, entry in world.company.resources.items() if entry.get("mail")}
        events = [*await world.all_events(), *world.all_dates()]
        mails = [MailEntry(**_as_entry(m)) for m in await world.shows("exchange", "mails?since=0")]
        return world.secrets.leaked(
            resource_events=[event for event in events if event.mailbox in rooms],
            mails=[mail for mail in mails if mail.kind in ("error", "other")],
        )

    async def _requests(self) -> list[list[Json]]:
        found = []
        for system in SYSTEMS:
            lines = await self._world.shows(system, f"requests?since={self._read[system]}")
            self._read[system] = max([self._read[system], *(line["number"] for line in lines)])
            found.append(lines)
        return found

    def _owners(
        self, events: Iterable[EventView], bookings: Iterable[BookingView]
    ) -> dict[object, str]:
        """Return the links by everything that a request can name."""
        address = self._world.company.address
        owners: dict[object, str] = {}
        for event in events:
            if event.oid and event.is_organizer:
                owners[event.event_id] = owners[event.oid] = event.oid
                owners[address(event.mailbox), event.subject] = event.oid
        for booking in bookings:
            if booking.oid:
                owners[booking.booking_id] = booking.oid
        return owners


def is_write(line: Mapping[str, Any]) -> bool:
    """Tell whether a request changed a stored value, or is one that does when there is need."""
    if line["changed"]:
        return True
    is_event = str(line["operation"] or "").startswith("event.")
    is_booking = str(line["operation"] or "").startswith("Bookings")
    return line["method"] not in READS and 0 < line["status"] < 400 and (is_event or is_booking)


def latencies_of(
    writes: Iterable[Write], owners: Mapping[object, str], jumps: Iterable[datetime] = ()
) -> list[float]:
    """Return the milliseconds from each change of a user to the service's next on the other side.

    What the clock has jumped in between of is left out, and what nothing followed on: it was
    overtaken by another change, or needed none.
    """
    jumps, found = list(jumps), []
    waiting: dict[tuple[str, str], datetime] = {}
    for write in sorted(writes, key=lambda write: write.at):
        owner = next((owners[name] for name in write.about if name in owners), None)
        if owner is None or not write.changed:
            continue
        if not write.by_service:
            waiting.setdefault((owner, write.side), write.at)
            continue
        for side in {side for o, side in waiting if o == owner and side != write.side}:
            since = waiting.pop((owner, side))
            if not any(since <= jump <= write.at for jump in jumps):
                found.append((write.at - since).total_seconds() * 1000)
    return found


def _as_entry(line: Json) -> Json:
    kept = {k: v for k, v in line.items() if k != "from"}
    return kept | {"sender": line["from"]}
