"""A running stack as people and onlookers see it: over HTTP only.

It has the methods of `tests.kit.world.World`, so the people of the simulation work in it.
"""

import contextlib
from datetime import datetime, timedelta
from typing import Any

import httpx

from core.app.dead_letters import Line, Wanted, list_dead_letters
from core.bootstrap import App
from core.domain.ids import MappingId
from core.domain.mapping import Mapping as Link
from core.errors import RoomSyncError
from core.settings import Settings
from devstack.addresses import Addresses
from devstack.exchange.graph.recurrences import read_recurrence
from devstack.exchange.model.recurrence import Recurrence
from devstack.kit.clock import SharedClock
from devstack.stack.stack_file import APPOINTMENT_OID_PROPERTY
from roomsync.local_settings import PREFIX, STACK_FILE, read_values
from tests.kit.company import Company
from tests.kit.deeds import Deeds
from tests.kit.outlook import EventRef
from tests.kit.outlook_series import SeriesInOutlook
from tests.kit.processes import NO_TLS
from tests.kit.secrets import Secrets
from tests.kit.sides import HORIZON, STEP
from tests.kit.sights import A_WHILE
from tests.kit.views import BookingView, EventView, booking_view, event_view
from tests.kit.wire import Said, said
from tests.kit.world import World
from tests.series_histories.playing import LENIENT

type Json = dict[str, Any]

SYSTEMS = ("exchange", "rooms")
PATIENCE_S = 150
EVERYTHING = Wanted()


def soak_company(start: str) -> Company:
    """Return the company of a simulated history: rooms with Sync-Master that take conflicts."""
    company = Company(start=start)
    for name in ("Säntis", "Eiger", "Pilatus"):
        company.resources[name] |= {"sync_master": True, "calendar_processing": LENIENT}
    return company


class FarWorld(World):
    """The stack that runs at `addresses`, with `company` loaded by `begins`."""

    def __init__(self, addresses: Addresses, company: Company) -> None:
        self.addresses, self.company = addresses, company
        self.link_property = APPOINTMENT_OID_PROPERTY
        self.clock = SharedClock(addresses.run_dir / "clock.json")
        self.secrets, self.deeds = Secrets(self.clock), Deeds(self.clock)
        # A connection each: processes are killed between calls.
        limits = httpx.Limits(max_keepalive_connections=0)
        self.client = httpx.AsyncClient(
            timeout=PATIENCE_S, limits=limits, trust_env=False, verify=NO_TLS
        )
        self._dates: list[EventView] = []
        self._rules: dict[str, Json | None] = {}
        self._app: App | None = None
        self.jumped: list[datetime] = []

    async def begins(self) -> None:
        """Give the whole stack the company, and nothing of what was before."""
        await self.orders("stack", "reset", {"world": self.company.as_world()})

    async def ends(self) -> None:
        """Let go of all connections."""
        if self._app is not None:
            await self._app.close()
        await self.client.aclose()

    # People

    def outlook(self, name: str, mailbox: str | None = None) -> SeriesInOutlook:
        """Return somebody at Outlook."""
        return FarOutlook(self, name, mailbox)

    def lets_a_moment_pass(self) -> None:
        """Time passes by itself here."""

    async def says_to_graph(
        self, name: str, method: str, path: str, body: Json | None = None
    ) -> Said:
        """Let somebody say something to Graph; the path begins with `users/`."""
        headers = {
            "Authorization": f"Bearer user:{self.company.address(name)}",
            "Prefer": 'IdType="ImmutableId"',
        }
        url = f"{self.addresses.exchange}/v1.0/{path}"
        return said(await self.client.request(method, url, json=body, headers=headers))

    async def says_to_rooms(
        self, name: str, method: str, path: str, body: Json | None = None, *, acts_as: str = ""
    ) -> Said:
        """Let somebody say something to ROOMS."""
        headers = {"APIKEY": self.company.persons[name]["pin"], "X-JsonPropertyFormat": "camel"}
        if acts_as:
            headers["X-Acts-As"] = acts_as
        url = f"{self.addresses.rooms}/Default/api/{path}"
        return said(await self.client.request(method, url, json=body, headers=headers))

    # Sights

    async def all_events(self) -> list[EventView]:
        """Return every copy of every event; `all_dates` tells of the same moment afterwards."""
        state = await self.shows("exchange", "state")
        found = [
            event_view(self.company.name_of(mail), shown, self.company)
            for mail, mailbox in state["mailboxes"].items()
            for shown in mailbox["events"]
        ]
        masters = [e for e in found if e.is_series and e.is_alive]
        self._rules = {e.event_id: e.recurrence for e in masters}
        self._dates = [
            date for name in {e.mailbox for e in masters} for date in await self._dates_in(name)
        ]
        return found

    def all_dates(
        self, start: datetime | None = None, end: datetime | None = None
    ) -> list[EventView]:
        """Return the dates of series as `all_events` has found them."""
        now = self.clock.now()
        begins, ends = start or now - A_WHILE, end or now + HORIZON + STEP
        return [d for d in self._dates if d.slot.start < ends and d.slot.end > begins]

    async def bookings(self) -> list[BookingView]:
        """Return all bookings, cancelled ones included."""
        state = await self.shows("rooms", "state")
        return [booking_view(shown, self.company) for shown in state["bookings"]]

    def windows(self) -> dict[str, datetime]:
        """Return nothing: this company's rooms can be booked beyond every horizon."""
        return {}

    def rule_of(self, event_id: str) -> Json | None:
        """Return the recurrence of a series as `all_events` has found it."""
        return self._rules.get(event_id)

    async def _dates_in(self, name: str) -> list[EventView]:
        now, found = self.clock.now(), []
        begins, ends = now - A_WHILE, now + HORIZON + 3 * STEP
        path = (
            f"users/{self.company.address(name)}/calendarView"
            f"?startDateTime={begins:%Y-%m-%dT00:00:00Z}&endDateTime={ends:%Y-%m-%dT00:00:00Z}"
            "&$top=999&$expand=singleValueExtendedProperties"
            f"($filter=id eq '{self.link_property}')"
        )
        while path:
            answer = await self.says_to_graph(name, "GET", path)
            assert answer.is_success, answer.text
            for shown in answer.content["value"]:
                if shown["type"] in ("occurrence", "exception"):
                    shown.setdefault("singleValueExtendedProperties", [])
                    shown |= {"immutableId": shown["id"], "isDeleted": False}
                    master = shown["seriesMasterId"]
                    found.append(event_view(name, shown, self.company, master_id=master))
            following = answer.content.get("@odata.nextLink", "")
            path = following.partition("/v1.0/")[2]
        return found

    # What an operator can read

    async def links(self) -> dict[MappingId, Link]:
        """Return the table of links."""
        services = await self._operator().services()
        return {mapping.id: mapping async for mapping in services.mappings.all()}

    async def given_up(self) -> list[Line]:
        """Return what was given up or set aside."""
        return await list_dead_letters(EVERYTHING, await self._operator().services())

    async def rows(self) -> list[tuple[str, str]]:
        """Return every row of every table as text, with the table's name."""
        store = self._operator().state_store
        return [(table, str(row)) for table in store.tables async for row in store.rows(table)]

    async def evidence(self) -> Json:
        """Return what helps to understand a history, as far as the stack still answers."""
        host = self.addresses.host
        places = {
            "exchange-requests": self.url("exchange", "requests?since=0"),
            "rooms-requests": self.url("rooms", "requests?since=0"),
            "activity": f"{host}/api/console/activity.json?limit=5000",
            "exchange-state": self.url("exchange", "state"),
            "rooms-state": self.url("rooms", "state"),
        }
        found: Json = {}
        for name, url in places.items():
            with contextlib.suppress(httpx.HTTPError, ValueError):
                found[name] = (await self.client.get(url)).json()
        with contextlib.suppress(RoomSyncError):
            found["links"] = [str(link) for link in (await self.links()).values()]
        return found

    def _operator(self) -> App:
        if self._app is None:
            values = read_values(self.addresses.run_dir / STACK_FILE)
            self._app = App(
                Settings(**{k.removeprefix(PREFIX).lower(): v for k, v in values.items()})
            )
        return self._app

    # Control

    def url(self, part: str, path: str) -> str:
        """Return the address of a control call of the stack, its broker or a simulator."""
        base = getattr(self.addresses, part)
        return f"{base}/_control/{path}" if part in SYSTEMS else f"{base}/{path}"

    async def shows(self, part: str, path: str) -> Any:
        """Return what a control call shows."""
        answer = await self.client.get(self.url(part, path))
        answer.raise_for_status()
        return answer.json()

    async def orders(self, part: str, path: str, order: Json | None = None) -> None:
        """Make a control call; what it refuses is told."""
        answer = await self.client.post(self.url(part, path), json=order)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"

    async def takes_back(self, part: str, path: str) -> None:
        """Take back what a control call has set."""
        (await self.client.delete(self.url(part, path))).raise_for_status()

    def jumps(self, by: timedelta) -> None:
        """Let the clock jump in the middle of whatever goes on."""
        self.jumped.append(self.clock.now())
        self.clock.write_offset(self.clock.offset() + by)


class FarOutlook(SeriesInOutlook):
    """Knows a series by what Graph has shown of it."""

    def _known_rule(self, series: EventRef) -> Recurrence:
        world = self._world
        assert isinstance(world, FarWorld)
        rule = read_recurrence(world.rule_of(series.event_id), "recurrence")
        assert rule is not None, "the event is no series (any more)"
        return rule
