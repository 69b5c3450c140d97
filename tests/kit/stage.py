"""The stage of a scenario: both simulators, the app between them, one clock that waits.

Nothing on it is a mock: the simulators answer every byte, the app runs with its real adapters and
its real functions; only the network, the queues and the tables live in memory.
"""

import json
import os
import random
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from core.adapters.servicebus.bus import Outgoing
from core.adapters.tables.subscription_store import TableSubscriptionStore
from core.app.subscription_book import SubscriptionBook
from core.app.sweep_parts import HAND, ROOMS_HAND
from core.bootstrap import App, Outside, replace_app
from core.domain.ids import MappingId
from core.settings import Settings
from devstack.exchange.model.mailbox import SYSTEM_SENDER
from devstack.exchange.simulator import ExchangeSimulator
from devstack.kit.clock import VirtualClock
from devstack.kit.world import World as WorldFile
from devstack.rooms.simulator import RoomsSimulator
from devstack.rooms.webhooks import Target
from tests.kit import canary, ews_faults
from tests.kit.canary import WATCH, Kind
from tests.kit.company import Company
from tests.kit.direct import Direct
from tests.kit.host import Host
from tests.kit.interruptions import Interruptions
from tests.kit.memory_queue import MemoryBus
from tests.kit.memory_tables import MemoryTables
from tests.kit.on_premises import EWS, GRAPH, adapter_to
from tests.kit.quiet import Motor
from tests.kit.web import Web
from tests.kit.wire import Call, Said, Wire, said

EXCHANGE_URL = "http://127.0.0.1:7080"
ROOMS_URL = "http://127.0.0.1:7081"
HOST_URL = "http://127.0.0.1:7071"
ROOMS_WEBHOOK = f"{HOST_URL}/api/webhooks/rooms"
WEBHOOK_SECRET = "c2NlbmFyaW8tc2VjcmV0LTEyMzQ1Njc4"
A_DAY_OF_SIGNS = 48
"""Statuses that a server on premises sends in a day, each half an hour (EWS StatusFrequency)."""
A_WHOLE_WINDOW = 402
"""Days of ROOMS in one answer. In slices, as the app asks, they would be half of all calls of a
full pass; that slices leave nothing out is asked in tests/unit/app/test_sweep.py.
"""
A_MOMENT = timedelta(milliseconds=10)
LINK_PROPERTY = "String {00337680-3e6d-4c15-97a0-97c65a1b1a23} Name AppointmentOid"


class KeptBus(MemoryBus):
    """Remembers every message that was ever sent: for the search for secrets."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self.sent: list[tuple[str, bytes]] = []

    async def send(self, queue: str, messages: Sequence[Outgoing]) -> None:
        """Send, and keep the bodies."""
        self.sent += [(queue, message.body) for message in messages]
        await super().send(queue, messages)

    async def send_raw(self, queue: str, body: bytes, *, session: str) -> None:
        """Put any message into a queue, as a foreign or broken sender would."""
        await self.send(queue, [Outgoing(body=body, message_id="raw", session=session)])


@dataclass
class Stage:
    """Everything that is not a person: made by `begins`, let go by `ends`."""

    company: Company
    seed: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    link_property: str = LINK_PROPERTY

    def __post_init__(self) -> None:
        start = datetime.fromisoformat(self.company.start)
        self.clock = VirtualClock(start)
        self.interruptions = Interruptions()
        self.tables = MemoryTables()
        self.tables.interruptions = self.interruptions
        self.bus = KeptBus(self.clock)
        self.bus.interruptions = self.interruptions
        self._ids = random.Random(self.seed)  # noqa: S311 - repeatable ids, no secrets
        self.host = Host(self._new_app)
        self.exchange = self._new_exchange()
        self.booking_system = self._new_booking_system()
        self.motor = Motor(
            clock=self.clock,
            agendas=(self.exchange.agenda, self.booking_system.agenda),
            bus=self.bus,
            host=self.host,
        )
        self.graph = self._client("exchange", self.exchange.app, f"{EXCHANGE_URL}/v1.0/")
        self.rest = self._client("rooms", self.booking_system.app, f"{ROOMS_URL}/Default/api/")
        self._exchange_control = self._client(
            "exchange", self.exchange.app, f"{EXCHANGE_URL}/_control/"
        )
        self._rooms_control = self._client(
            "rooms", self.booking_system.app, f"{ROOMS_URL}/_control/"
        )
        self.log = WATCH.log

    # Time

    async def settles(self) -> None:
        """Let happen what happens by itself: notifications, work, answers, early retries."""
        await self.motor.settle()

    async def steps(self) -> bool:
        """Do only the next thing; tell whether nothing is left to do."""
        return await self.motor.step()

    async def advances(self, *, timers: Collection[str] | None = None, **by: float) -> None:
        """Let time pass (`minutes=5`), with all timers or only those named."""
        await self.motor.advance(timedelta(**by), timers)

    async def days_go_by(self, days: int, *, at_a_time: int = 5) -> None:
        """Let days pass, with the timers that care and sweep once in a while: months go fast."""
        pushing = self.exchange.ews.pushing
        pushing.status_pace = A_DAY_OF_SIGNS
        while days > 0:
            await self.advances(days=min(days, at_a_time), timers=())
            days -= at_a_time
            for timer in ("subscription_care", "room_policies"):
                await self.runs(timer)
            await self.full_pass()
        pushing.status_pace = 1

    async def runs(self, timer: str) -> None:
        """Run a timer function now, e.g. "rooms_poll"."""
        await self.motor.run(timer)

    async def full_pass(self) -> None:
        """Look at everything again, whatever the triggers said."""
        await self._app_call("POST", "/api/dev/full-pass")
        await self.settles()

    def lets_a_moment_pass(self) -> None:
        """Nobody acts twice in the same millisecond: stamps of two changes differ."""
        self.clock.advance(A_MOMENT)

    # The app and its surroundings

    @property
    def app(self) -> App:
        return self.host.app

    def restarts(self) -> None:
        """Replace the process by a new one: everything it knew by heart is gone."""
        self.host.restart()

    def clears_failed_items(self) -> int:
        """Take what was given up out of its queue, as an operator does; return how much it was."""
        count = 0
        while (batch := self.bus.next_batch("failed-items")) is not None:
            for message in batch.messages:
                self.bus.complete(message)
            count += len(batch.messages)
            self.bus.release(batch)
        return count

    async def imports(self) -> None:
        """Give the app the settings of the company as they are now."""
        await self._app_call("PUT", "/api/dev/world", self.company.as_settings())
        await self.settles()

    async def app_answers(self, path: str) -> Any:
        """Return the JSON of a page of the app."""
        return (await self._app_call("GET", path)).json()

    async def posts(self, path: str, **request: Any) -> httpx.Response:
        """POST to the app as anybody on the internet can; return the answer."""
        return await self.calls_app("POST", path, **request)

    async def calls_app(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Call the app as anybody on the internet can; return the answer."""
        async with httpx.AsyncClient(transport=self.host, base_url=HOST_URL) as client:
            return await client.request(method, path, **request)

    async def exchange_control(self, name: str, order: dict[str, Any]) -> Any:
        """Use the Exchange simulator's control (devstack.md 5)."""
        return await _ordered(self._exchange_control, name, order)

    async def rooms_control(self, name: str, order: dict[str, Any]) -> Any:
        """Use the ROOMS simulator's control (devstack.md 5)."""
        return await _ordered(self._rooms_control, name, order)

    async def exchange_control_delete(self, name: str) -> None:
        """Take back what a control call set."""
        assert (await self._exchange_control.delete(name)).is_success

    async def rooms_control_delete(self, name: str) -> None:
        """Take back what a control call set."""
        assert (await self._rooms_control.delete(name)).is_success

    async def graph_fault(self, method: str, path: str, times: int = 1, **do: object) -> None:
        """Let the service's next matching Graph calls fail: `do` as in devstack.md 5.

        With mailboxes on premises, those of EWS that do the same.
        """
        match = {"method": method, "path": path, "actor": "service"}
        if self.company.exchange != EWS:
            await self.exchange_control("faults", {"match": match, "times": times, "do": do})
        if self.company.exchange != GRAPH:
            await self.exchange_control(*ews_faults.order_of(method, path, times, dict(do)))

    async def rooms_fault(self, method: str, path: str, times: int = 1, **do: object) -> None:
        """Let the service's next matching ROOMS calls fail."""
        match = {"method": method, "path": path, "actor": "service"}
        await self.rooms_control("faults", {"match": match, "times": times, "do": do})

    async def push(self, **knobs: object) -> None:
        """Say how notifications of both systems travel: silent=True, drop=, duplicate=, ..."""
        await self.exchange_control("notifications", dict(knobs))
        await self.rooms_control("notifications", dict(knobs))

    async def push_is_back(self) -> None:
        """Let notifications travel as usual again."""
        await self.push()

    # Making and ending

    async def begins(self) -> None:
        """Load everything, subscribe, and forget what that took."""
        canary.begin()
        self.log.lines.clear()
        WATCH.plants(Kind.PERSON, *(str(p["name"]) for p in self.company.persons.values()))
        file = WorldFile.model_validate(self.company.as_world())
        self.exchange.load(file)
        self.booking_system.load(file)
        await self.imports()
        await self._was_swept()
        self.calls.clear()
        self.bus.sent.clear()

    async def _was_swept(self) -> None:
        """Let the sweep have come round just now: its first run ever would find everything."""
        cursors = (await self.app.services()).cursors
        for hand in (HAND, ROOMS_HAND):
            await cursors.put(hand, json.dumps({"until": self.clock.now().isoformat()}))

    async def ends(self) -> None:
        """Let go of everything."""
        replace_app(None)
        for client in (self.graph, self.rest, self._exchange_control, self._rooms_control):
            await client.aclose()
        await self.exchange.close()
        await self.booking_system.aclose()

    # What another depth has otherwise (tests/simulation/ports)

    def _new_exchange(self) -> ExchangeSimulator:
        return ExchangeSimulator(self.clock, seed=self.seed, transport=self.host)

    def _new_booking_system(self) -> RoomsSimulator:
        target = Target(url=ROOMS_WEBHOOK, secret=WEBHOOK_SECRET)
        return RoomsSimulator(clock=self.clock, seed=self.seed, webhook=target, transport=self.host)

    async def says_to_graph(
        self, name: str, method: str, path: str, body: dict[str, Any] | None = None
    ) -> Said:
        """Let somebody say something to Graph; the path begins with `users/`."""
        headers = {
            "Authorization": f"Bearer user:{self.company.address(name)}",
            "Prefer": 'IdType="ImmutableId"',
        }
        return said(await self.graph.request(method, path, json=body, headers=headers))

    async def says_to_rooms(
        self,
        name: str,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        acts_as: str = "",
    ) -> Said:
        """Let somebody say something to ROOMS, by itself or by the add-in."""
        headers = {"APIKEY": self.company.persons[name]["pin"], "X-JsonPropertyFormat": "camel"}
        if acts_as:
            headers["X-Acts-As"] = acts_as
        return said(await self.rest.request(method, path, json=body, headers=headers))

    def _outside(self) -> Outside:
        wires = {
            side: Wire(
                side, app, now=self.clock.now, log=self.calls, interruptions=self.interruptions
            )
            for side, app in (
                ("graph", self.exchange.app),
                ("rooms", self.booking_system.app),
            )
        }
        return Outside(
            clock=self.clock,
            tables=self.tables,
            bus=self.bus,
            counts=self.bus,
            graph_transport=wires["graph"],
            ews_adapter=adapter_to(
                self.exchange.app,
                now=self.clock.now,
                log=self.calls,
                interruptions=self.interruptions,
            ),
            rooms_transport=wires["rooms"],
            web_transport=self._web(),
            new_id=self._new_id,
            rooms_slice_days=A_WHOLE_WINDOW,
        )

    def _web(self) -> Web:
        """Return what anybody finds at the addresses of a world."""
        return Web(
            {
                EXCHANGE_URL: Direct(self.exchange.app),
                ROOMS_URL: Direct(self.booking_system.app),
                HOST_URL: self.host,
            }
        )

    def _new_app(self) -> App:
        app = App(self._app_settings(), self._outside())
        # What it believes for a minute it believes for one of the world's: days pass in a moment.
        app.subscription_book = SubscriptionBook(
            TableSubscriptionStore(app.tables), lambda: self.clock.now().timestamp()
        )
        return app

    def _app_settings(self) -> Settings:
        login, registration = self.exchange.credentials, self.booking_system.registration
        values = {
            "dev_routes": True,
            "dev_role": "admin",
            "tables_connection": "in memory",
            "bus_connection": "in memory",
            "graph_base_url": f"{EXCHANGE_URL}/v1.0",
            "graph_authority": EXCHANGE_URL,
            "graph_tenant_id": login.tenant,
            "graph_client_id": login.client_id,
            "graph_client_secret": login.client_secret,
            "ews_environments": self._ews_environments(),
            "rooms_base_url": ROOMS_URL,
            "rooms_api_key": registration.api_key,
            "rooms_token_url": f"{ROOMS_URL}/connect/token",
            "rooms_client_id": registration.client_id,
            "rooms_client_secret": registration.client_secret,
            "rooms_webhook_secrets": WEBHOOK_SECRET,
            "webhook_base_url": f"{HOST_URL}/api/webhooks",
            "mail_sender": SYSTEM_SENDER,
            "booking_url": f"{ROOMS_URL}/bookings/{{booking_id}}",
            "appointment_oid_property": LINK_PROPERTY,
            "fingerprint_keys": "1:scenario-fingerprint-key",
            "directory_max_age_s": 3600,
        }
        settings = _settings(repr(_environment()), **(values | self.settings))
        WATCH.plants_settings(settings)
        return settings

    def _ews_environments(self) -> dict[str, Any]:
        account = self.exchange.service_account
        return {
            environment["id"]: {
                "url": f"{EXCHANGE_URL}/{environment['id']}/EWS/Exchange.asmx",
                "user": account.user,
                "password": account.password,
                "auth": "basic",
                "server": "Exchange2016",
                "networks": ["127.0.0.0/8"],
            }
            for environment in self.company.environments()
            if environment["kind"] == EWS
        }

    def _new_id(self) -> MappingId:
        return MappingId(str(uuid.UUID(int=self._ids.getrandbits(128), version=4)))

    def _client(self, side: str, app: Any, base_url: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=Wire(side, app, now=self.clock.now), base_url=base_url)

    async def _app_call(self, method: str, path: str, content: object = None) -> httpx.Response:
        async with httpx.AsyncClient(transport=self.host, base_url=HOST_URL) as client:
            answer = await client.request(method, path, json=content)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer


_known_settings: dict[str, Settings] = {}


def _settings(environment: str, **values: Any) -> Settings:
    """Return the settings of an app; the same ones are read once, which takes as long as an act."""
    key = f"{environment} {values!r}"
    if key not in _known_settings:
        _known_settings[key] = Settings(**values)
    return _known_settings[key]


def _environment() -> list[tuple[str, str]]:
    return sorted(item for item in os.environ.items() if item[0].startswith("ROOMSYNC_"))


async def _ordered(client: httpx.AsyncClient, name: str, order: dict[str, Any]) -> Any:
    answer = await client.post(name, json=order)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None
