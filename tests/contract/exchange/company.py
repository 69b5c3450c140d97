"""A small company on the simulator, and short words for what its people do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from devstack.exchange.model.timing import AT_ONCE, Timing
from devstack.exchange.simulator import ExchangeSimulator
from devstack.kit.clock import VirtualClock
from devstack.kit.shelf import Shelf
from devstack.kit.world import World
from tests.contract.exchange.checked_transport import CheckedTransport
from tests.contract.exchange.endpoint import LIFECYCLE, NOTIFY, Endpoint
from tests.contract.exchange.graph_types import GraphTypes

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
BASE = "http://127.0.0.1:7080"
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
PROPERTY = "String {00020329-0000-0000-c000-000000000046} Name AppointmentOid"

ANNA, BOB, BOSS = "anna@contoso.example", "bob@contoso.example", "boss@contoso.example"
SAENTIS, EIGER, CAR = "saentis@contoso.example", "eiger@contoso.example", "car@contoso.example"
CARLA, DORA, ZOE = "carla@contoso.example", "dora@onprem.example", "zoe@partner.example"
TEAM = "team@contoso.example"

WORLD: dict[str, Any] = {
    "environments": [
        {"id": "contoso", "domains": ["contoso.example"]},
        {"id": "cellar", "kind": "ews", "domains": ["onprem.example"]},
    ],
    "persons": [
        {"mail": ANNA, "name": "Anna Meier", "rooms_id": 1, "aliases": ["a.meier@contoso.example"]},
        {"mail": BOB, "name": "Bob Kunz", "rooms_id": 2},
        {"mail": BOSS, "name": "Beatrice Boss", "rooms_id": 3, "delegates": [BOB]},
        {"mail": CARLA, "name": "Carla Ohne", "rooms_id": 4, "mailbox": False},
        {"mail": DORA, "name": "Dora Keller", "rooms_id": 5},
        {"mail": ZOE, "name": "Zoe Fremd", "rooms_id": 6},
    ],
    "locations": [{"id": 1, "name": "Bern"}],
    "resources": [
        {"rooms_id": 101, "name": "Säntis", "mail": SAENTIS},
        {"rooms_id": 102, "name": "Eiger", "mail": EIGER, "capacity": 4},
        {"rooms_id": 103, "name": "Auto", "mail": CAR, "type": "Fahrzeug"},
    ],
    "groups": [{"id": "g1", "mail": TEAM, "members": [BOB, BOSS]}],
}


def world(**changes: Any) -> World:
    """Return the company, with some of its parts replaced."""
    return World.model_validate(WORLD | changes)


def resource(policy: dict[str, Any], mail: str = SAENTIS, **more: Any) -> dict[str, Any]:
    """Return one resource with a processing policy, for a world of its own."""
    return {
        "rooms_id": 101, "name": "Säntis", "mail": mail, "calendar_processing": policy, **more
    }  # fmt: skip


def at(moment: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": moment, "timeZone": zone}


def invited(*mails: str, **kinds: str) -> list[dict[str, Any]]:
    """Return attendees: rooms as resources, people as required."""
    rooms = (SAENTIS, EIGER, CAR)
    return [
        {
            "type": kinds.get(mail.split("@")[0], "resource" if mail in rooms else "required"),
            "emailAddress": {"address": mail, "name": mail.split("@")[0]},
        }
        for mail in mails
    ]


def meeting(
    *mails: str, hour: int = 9, day: int = 3, hours: int = 1, **more: Any
) -> dict[str, Any]:
    """Return an event of March 2026 (UTC) with these attendees."""
    return {
        "subject": "Budget",
        "start": at(f"2026-03-{day:02d}T{hour:02d}:00:00"),
        "end": at(f"2026-03-{day:02d}T{hour + hours:02d}:00:00"),
        "attendees": invited(*mails),
        **more,
    }


class Person:
    """Somebody at the Graph face; calls fail the test unless they end as expected."""

    def __init__(self, client: httpx.AsyncClient, authorization: str, own: str) -> None:
        self.client, self.own = client, own
        self.headers = {"Authorization": authorization}

    async def call(
        self, method: str, path: str, body: Any = None, *, expect: int | None = None, **headers: str
    ) -> httpx.Response:
        """Send one request; `expect` is the status it must end with."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = path if path.startswith("http") else f"/v1.0/{path}"
        answer = await self.client.request(method, url, json=body, headers=self.headers | named)
        if expect is not None:
            assert answer.status_code == expect, answer.text
        return answer

    async def get(self, path: str, expect: int = 200, **headers: str) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.call("GET", path, expect=expect, **headers)).json()
        return answer

    async def create(
        self, body: dict[str, Any], mailbox: str | None = None, expect: int = 201, **headers: str
    ) -> dict[str, Any]:
        path = f"users/{mailbox or self.own}/events"
        answer: dict[str, Any] = (
            await self.call("POST", path, body, expect=expect, **headers)
        ).json()
        return answer

    async def change(
        self,
        event: dict[str, Any],
        mailbox: str | None = None,
        *,
        expect: int = 200,
        if_match: str | None = None,
        **members: Any,
    ) -> dict[str, Any]:
        """PATCH an event with these members."""
        headers = {} if if_match is None else {"If_Match": if_match}
        path = f"users/{mailbox or self.own}/events/{event['id']}"
        answer: dict[str, Any] = (
            await self.call("PATCH", path, members, expect=expect, **headers)
        ).json()
        return answer

    async def do(
        self, action: str, event: dict[str, Any], mailbox: str | None = None, *, expect: int = 202,
        **parameters: Any,
    ) -> httpx.Response:  # fmt: skip
        path = f"users/{mailbox or self.own}/events/{event['id']}/{action}"
        return await self.call("POST", path, parameters, expect=expect)

    async def delete(
        self, event: dict[str, Any], mailbox: str | None = None, expect: int = 204
    ) -> None:
        await self.call(
            "DELETE", f"users/{mailbox or self.own}/events/{event['id']}", expect=expect
        )

    async def read(
        self, event: dict[str, Any], mailbox: str | None = None, expect: int = 200, **headers: str
    ) -> dict[str, Any]:
        return await self.get(
            f"users/{mailbox or self.own}/events/{event['id']}", expect, **headers
        )

    async def events(self, mailbox: str | None = None, query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (
            await self.get(f"users/{mailbox or self.own}/events{query}")
        )["value"]
        return found

    async def only(self, mailbox: str | None = None) -> dict[str, Any]:
        """Return the one event of a mailbox."""
        (event,) = await self.events(mailbox)
        return event


class Company:
    """The simulator with a virtual clock, an endpoint for its notifications, and its people."""

    def __init__(
        self,
        types: GraphTypes | None,
        *,
        shelf: Shelf | None = None,
        timing: Timing = AT_ONCE,
        start: datetime = START,
        seed: int = 1,
    ) -> None:
        self.clock, self.endpoint = VirtualClock(start), Endpoint()
        self.sim = ExchangeSimulator(
            self.clock,
            seed=seed,
            shelf=shelf,
            timing=timing,
            transport=httpx.ASGITransport(self.endpoint),
        )
        self.transport = CheckedTransport(httpx.ASGITransport(self.sim.app), types)
        self.client = httpx.AsyncClient(transport=self.transport, base_url=BASE)

    def outlook(self, mail: str) -> Person:
        return Person(self.client, f"Bearer user:{mail}", mail)

    async def service(self) -> Person:
        answer = await self.token()
        return Person(self.client, f"Bearer {answer.json()['access_token']}", ANNA)

    async def token(self, **form: str) -> httpx.Response:
        """Ask for an application token; `form` replaces what a good request says."""
        known = self.sim.credentials
        good = {
            "grant_type": "client_credentials",
            "client_id": known.client_id,
            "client_secret": known.client_secret,
            "scope": "https://graph.microsoft.com/.default",
        }
        url = f"/{form.pop('tenant', known.tenant)}/oauth2/v2.0/token"
        return await self.client.post(url, data=good | form)

    async def subscribe(
        self, mailbox: str, service: Person | None = None, expect: int = 201, **members: Any
    ) -> dict[str, Any]:
        """Subscribe to a mailbox, as the service unless somebody else is given."""
        service = service or await self.service()
        prefer = members.pop("prefer", IMMUTABLE["Prefer"])
        body = {
            "changeType": "created,updated,deleted",
            "notificationUrl": f"{NOTIFY}?env=contoso",
            "lifecycleNotificationUrl": LIFECYCLE,
            "resource": f"users/{mailbox}/events",
            "expirationDateTime": (self.clock.now() + timedelta(days=2)).isoformat(),
            "clientState": "secret",
        } | members
        answer: dict[str, Any] = (
            await service.call("POST", "subscriptions", body, expect=expect, Prefer=prefer)
        ).json()
        return answer

    async def control(self, method: str, path: str, body: Any = None, expect: int = 200) -> Any:
        answer = await self.client.request(method, f"/_control/{path}", json=body)
        assert answer.status_code == expect, answer.text
        return answer.json()

    async def switch(self, **values: Any) -> None:
        await self.control("POST", "switches", values)

    async def mails(self, kind: str | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.control("GET", "mails")
        return [mail for mail in found if kind in (None, mail["kind"])]

    async def requests(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.control("GET", "requests")
        return found

    async def settle(self) -> None:
        """Let everything happen that is due now."""
        await self.sim.agenda.run_due()

    async def advance(self, seconds: float) -> None:
        """Move on, stopping at every moment at which something is due."""
        target = self.clock.now() + timedelta(seconds=seconds)
        await self.settle()
        while (due := self.sim.agenda.next_due()) is not None and due <= target:
            self.clock.move_to(max(due, self.clock.now()))
            await self.settle()
        self.clock.move_to(target)
        await self.settle()

    async def close(self) -> None:
        await self.client.aclose()
        await self.sim.close()
