"""A company in the cloud with an installation in its cellar, and stories told with exchangelib."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from exchangelib import Account, CalendarItem, EWSDateTime, EWSTimeZone
from exchangelib.extended_properties import ExtendedProperty

from tests.contract.exchange.company import ANNA, BOB, CAR, EIGER, SAENTIS, Company
from tests.contract.exchange.ews_client import PAGE, InProcessAdapter, account

DORA, EMIL = "dora@onprem.example", "emil@onprem.example"
KELLER, STOLLEN = "keller@onprem.example", "stollen@onprem.example"
BERLIN = EWSTimeZone("Europe/Berlin")

WORLD: dict[str, Any] = {
    "environments": [
        {"id": "contoso", "domains": ["contoso.example"]},
        {"id": "cellar", "kind": "ews", "domains": ["onprem.example"]},
        {"id": "attic", "kind": "ews", "domains": ["attic.example"]},
    ],
    "persons": [
        {"mail": ANNA, "name": "Anna Meier", "rooms_id": 1},
        {"mail": BOB, "name": "Bob Kunz", "rooms_id": 2},
        {"mail": DORA, "name": "Dora Keller", "rooms_id": 5, "aliases": ["d.k@onprem.example"]},
        {"mail": EMIL, "name": "Emil Gruber", "rooms_id": 6, "delegates": [DORA]},
        {"mail": "ina@attic.example", "name": "Ina Dach", "rooms_id": 7},
    ],
    "locations": [{"id": 1, "name": "Bern"}],
    "resources": [
        {"rooms_id": 101, "name": "Säntis", "mail": SAENTIS},
        {"rooms_id": 102, "name": "Eiger", "mail": EIGER},
        {"rooms_id": 103, "name": "Auto", "mail": CAR, "type": "Fahrzeug"},
        {"rooms_id": 104, "name": "Keller", "mail": KELLER},
        {"rooms_id": 105, "name": "Stollen", "mail": STOLLEN},
    ],
    "groups": [{"id": "g1", "mail": "team@onprem.example", "members": [EMIL, BOB]}],
}


class AppointmentOid(ExtendedProperty):
    property_set_id = "00337680-3E6D-4C15-97A0-97C65A1B1A23"
    property_name = "AppointmentOid"
    property_type = "String"


class PublicNote(ExtendedProperty):
    property_set_id = "00020329-0000-0000-c000-000000000046"
    property_name = "Note"
    property_type = "String"


class CleanGlobalObjectId(ExtendedProperty):
    distinguished_property_set_id = "Meeting"
    property_id = 0x23
    property_type = "Binary"


CalendarItem.register("appointment_oid", AppointmentOid)
CalendarItem.register("public_note", PublicNote)
CalendarItem.register("global_id", CleanGlobalObjectId)


def at(hour: int, minute: int = 0, *, day: int = 3, zone: EWSTimeZone = BERLIN) -> EWSDateTime:
    """Return a moment of March 2026 on a clock in Berlin."""
    return EWSDateTime(2026, 3, day, hour, minute, tzinfo=zone)


class Cellar:
    """What a story does; everything here blocks and belongs into a thread beside the loop."""

    def __init__(self, company: Company, adapter: type[InProcessAdapter]) -> None:
        self.company, self.adapter = company, adapter
        self._loop = asyncio.get_running_loop()
        self._accounts: dict[tuple[str, str], Account] = {}

    def wait[R](self, deed: Coroutine[Any, Any, R]) -> R:
        return asyncio.run_coroutine_threadsafe(deed, self._loop).result(timeout=30)

    def mailbox(self, mail: str, page: str = PAGE, **more: Any) -> Account:
        """Return a mailbox as the service account opens it; `more` makes a fresh login."""
        service = self.company.sim.service_account
        key = (mail, page)
        if more or key not in self._accounts:
            user, password = more.pop("login", (service.user, service.password))
            made = account(mail, user, password, page, **more)
            if more:
                return made
            self._accounts[key] = made
        return self._accounts[key]

    def new(self, mail: str = DORA, **members: Any) -> CalendarItem:
        """Return an item of Tuesday nine o'clock that is not saved yet."""
        account = self.mailbox(mail)
        given = {"subject": "Budget", "start": at(9), "end": at(10)} | members
        return CalendarItem(account=account, folder=account.calendar, **given)

    def book(self, mail: str = DORA, **members: Any) -> CalendarItem:
        """Save an item, invitations included."""
        item = self.new(mail, **members)
        item.save(send_meeting_invitations="SendToAllAndSaveCopy")
        self.settle()
        return item

    def only(self, mail: str = DORA) -> CalendarItem:
        """Return the one item of a calendar with all its fields."""
        (item,) = self.mailbox(mail).calendar.all()
        return item

    def settle(self) -> None:
        self.wait(self.company.settle())

    def advance(self, seconds: float) -> None:
        self.wait(self.company.advance(seconds))

    def switch(self, **values: Any) -> None:
        self.wait(self.company.switch(**values))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        return self.wait(self.company.control(method, path, body))

    def mails(self, kind: str | None = None) -> list[tuple[str, list[str]]]:
        """Return kind and recipients of all mails so far."""
        return [(m["kind"], m["to"]) for m in self.wait(self.company.mails(kind))]

    def calls(self) -> list[str]:
        return [r["operation"] for r in self.wait(self.company.requests())]


def story(test: Callable[[Cellar], None]) -> Callable[[Cellar], Awaitable[None]]:
    """Let a test that blocks run in a thread, so that the simulator goes on beside it."""

    @functools.wraps(test)
    async def told(cellar: Cellar) -> None:
        await asyncio.to_thread(test, cellar)

    return told
