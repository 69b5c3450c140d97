"""What people do in ROOMS and in Outlook: plain HTTP calls in their own names (contract 3)."""

from dataclasses import dataclass
from typing import Any

import httpx

from devstack.demo.working_days import ZONE, Slot
from devstack.kit.world import Person

Json = dict[str, Any]
_CAMEL = {"X-JsonPropertyFormat": "camel"}
_IMMUTABLE = 'IdType="ImmutableId"'


class RefusedToPersonError(Exception):
    """ROOMS or Outlook does not let a person do something; the text has the answer."""


@dataclass(frozen=True, slots=True)
class Office:
    """The two systems that people work with."""

    client: httpx.AsyncClient
    exchange: str
    rooms: str
    mandator: str


class Outlook:
    """Somebody at Outlook; `mailbox` is the calendar, one's own or one's principal's."""

    def __init__(self, office: Office, person: Person) -> None:
        self._office = office
        self._headers = {"Authorization": f"Bearer user:{person.mail}", "Prefer": _IMMUTABLE}

    async def creates(self, mailbox: str, event: Json) -> str:
        """Return the id of the new event."""
        made = await self.calls("POST", mailbox, "events", event)
        return str(made["id"])

    async def reads(self, mailbox: str, event_id: str) -> Json:
        return await self.calls("GET", mailbox, f"events/{event_id}")

    async def saves(self, mailbox: str, event_id: str, changes: Json) -> None:
        await self.calls("PATCH", mailbox, f"events/{event_id}", changes)

    async def deletes(self, mailbox: str, event_id: str) -> None:
        await self.calls("DELETE", mailbox, f"events/{event_id}")

    async def cancels(self, mailbox: str, event_id: str) -> None:
        await self.calls("POST", mailbox, f"events/{event_id}/cancel", {"comment": ""})

    async def finds(self, mailbox: str, start: str, end: str, title: str) -> str | None:
        """Look up an event in the calendar; None = it does not show there."""
        query = f"startDateTime={start}&endDateTime={end}"
        shown = await self.calls("GET", mailbox, f"calendarView?{query}")
        return next((str(e["id"]) for e in shown["value"] if e["subject"] == title), None)

    async def answers(self, mailbox: str, event_id: str, word: str) -> None:
        await self.calls("POST", mailbox, f"events/{event_id}/{word}", {"sendResponse": True})

    async def calls(self, method: str, mailbox: str, path: str, body: Json | None = None) -> Json:
        url = f"{self._office.exchange}/v1.0/users/{mailbox}/{path}"
        return await _called(self._office.client, method, url, self._headers, body)


class RoomsDesk:
    """Somebody at ROOMS; `add_in` marks the calls that the add-in in Outlook makes."""

    def __init__(self, office: Office, person: Person, *, add_in: bool = False) -> None:
        self._office = office
        self._headers = {"APIKEY": person.pin, **_CAMEL}
        if add_in:
            self._headers["X-Acts-As"] = "add-in"

    async def opens(self, booking: Json) -> int:
        """Block a slot and return the number of the draft."""
        draft = await self._calls("POST", "v1.0/reservation/create", booking)
        return int(draft["tempdataContextId"])

    async def confirms(self, draft: int, **more: object) -> Json:
        """Make a draft a booking, or save what was edited."""
        body = {"tempdataContextId": draft, **more}
        return await self._calls("PUT", "v1.0/reservation/confirm", body)

    async def drops(self, draft: int) -> None:
        await self._calls("PUT", f"v1.0/reservation/abort?tempdataContextId={draft}")

    async def books(self, booking: Json, **more: object) -> int:
        """Return the id of the new booking."""
        return int((await self.confirms(await self.opens(booking), **more))["id"])

    async def saves(self, booking_id: int, changes: Json) -> None:
        await self._calls("PUT", f"v2.0/bookings/{booking_id}/update", changes)

    async def changes_people(
        self, booking_id: int, joins: list[Json], leave: frozenset[str]
    ) -> None:
        """Open the booking, add and take off participants, save."""
        opened = await self._calls("POST", f"v1.0/reservation/edit/{booking_id}")
        known = {str(p["eMail"]).lower() for p in joins} | leave
        people = opened["booking"]["participantDtoList"]
        kept = [p for p in people if str(p["eMail"]).lower() not in known]
        await self.confirms(int(opened["tempdataContextId"]), teilnehmerList=[*kept, *joins])

    async def finds(self, start: str, end: str, room: int) -> int | None:
        """Look up one's own booking of a room in the plan; None = there is none."""
        query = f"filter.start={start}&filter.end={end}&filter.resourceId={room}"
        found: Any = await self._calls("GET", f"v2.0/bookings/find?{query}")
        return next((int(b["id"]) for b in found if b["status"].startswith("Besetzt")), None)

    async def cancels(self, booking_id: int) -> None:
        await self._calls("PUT", f"v1.0/bookings/{booking_id}/cancel")

    async def status_named(self, name: str) -> int:
        """Return the id of a status: ids differ per installation."""
        known: Any = await self._calls("GET", "v1.0/status")
        return next(int(status["id"]) for status in known if status["name"] == name)

    async def _calls(self, method: str, path: str, body: Json | None = None) -> Json:
        url = f"{self._office.rooms}/{self._office.mandator}/api/{path}"
        return await _called(self._office.client, method, url, self._headers, body)


async def _called(
    client: httpx.AsyncClient, method: str, url: str, headers: dict[str, str], body: Json | None
) -> Json:
    answer = await client.request(method, url, json=body, headers=headers)
    if not answer.is_success:
        raise RefusedToPersonError(f"{method} {url}: {answer.status_code} {answer.text[:300]}")
    content: Json = answer.json() if answer.content else {}
    return content


def graph_times(slot: Slot) -> Json:
    """Return `start` and `end` as Outlook in Zurich sends them."""
    return {
        side: {
            "dateTime": moment.astimezone(ZONE).replace(tzinfo=None).isoformat(),
            "timeZone": ZONE.key,
        }
        for side, moment in (("start", slot.start), ("end", slot.end))
    }


def graph_attendee(address: str, name: str, kind: str = "required") -> Json:
    return {"type": kind, "emailAddress": {"address": address, "name": name}}


def rooms_person(person: Person | str) -> Json:
    """Return a participant: a person of ROOMS, or an outsider by address."""
    if isinstance(person, str):
        return {"eMail": person, "name": person.split("@", 1)[0], "isExternal": True}
    return {"id": person.rooms_id, "eMail": person.mail, "name": person.name}
