"""Somebody at Outlook: plain Graph calls, as any client makes them (devstack.md 3)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.kit.canary import TEXT
from tests.kit.moments import ZONE, Slot
from tests.kit.views import EventView

if TYPE_CHECKING:
    from tests.kit.world import World

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EventRef:
    """An event in the mailbox of the person or resource with this short name.

    A date of a series names its `series` and its `original_start`, too.
    """

    mailbox: str
    event_id: str
    series: str | None = field(default=None, compare=False)
    original_start: datetime | None = field(default=None, compare=False)


class OutlookUser:
    """Acts as `name`; with `mailbox` in somebody else's calendar, as a delegate does."""

    def __init__(self, world: "World", name: str, mailbox: str | None = None) -> None:
        self._world, self.name, self.mailbox = world, name, mailbox or name

    async def books(
        self,
        *rooms: str,
        at: str,
        subject: str = "Planung",
        attendees: list[str] | None = None,
        private: bool = False,
        **more: Any,
    ) -> EventRef:
        """Make an event and invite rooms (as resources) and people."""
        self._world.secrets.saw(subject, private=private)
        body = {
            "subject": subject,
            **self.times(at),
            "attendees": self._lines(rooms, attendees or []),
            "sensitivity": "private" if private else "normal",
            "body": {"contentType": "text", "content": TEXT},
            **more,
        }
        made = await self._call("POST", "events", body, "books")
        return EventRef(self.mailbox, made["id"])

    async def sees(self, event: EventRef) -> EventView:
        """Return the event as it is now."""
        return await self._world.event(event)

    async def moves(self, event: EventRef, to: str) -> None:
        await self.changes(event, **self.times(to))

    async def renames(self, event: EventRef, subject: str) -> None:
        self._world.secrets.saw(subject, private=(await self.sees(event)).private)
        await self.changes(event, subject=subject)

    async def makes_private(self, event: EventRef) -> None:
        # What was told of it until now was no secret.
        self._world.lets_a_moment_pass()
        self._world.secrets.saw((await self.sees(event)).subject, private=True)
        await self.changes(event, sensitivity="private")

    async def makes_public(self, event: EventRef) -> None:
        self._world.secrets.published((await self.sees(event)).subject)
        await self.changes(event, sensitivity="normal")

    async def shows_as(self, event: EventRef, word: str) -> None:
        await self.changes(event, showAs=word)

    async def wants_reminder(self, event: EventRef, minutes: int) -> None:
        await self.changes(event, isReminderOn=True, reminderMinutesBeforeStart=minutes)

    async def writes_location(self, event: EventRef, text: str) -> None:
        """Type into the location field; no room is touched by that (R-503)."""
        await self.changes(event, location={"displayName": text})

    async def invites(self, event: EventRef, *names: str) -> None:
        """Add people or rooms; everybody else stays invited."""
        lines = (await self._world.graph_event(self.mailbox, event))["attendees"]
        rooms = [n for n in names if n in self._world.company.resources]
        people = [n for n in names if n not in rooms]
        await self.changes(event, attendees=[*lines, *self._lines(rooms, people)])

    async def uninvites(self, event: EventRef, *names: str) -> None:
        """Take people or rooms off."""
        gone = {self._world.company.address(n).lower() for n in names}
        lines = (await self._world.graph_event(self.mailbox, event))["attendees"]
        kept = [a for a in lines if a["emailAddress"]["address"].lower() not in gone]
        await self.changes(event, attendees=kept)

    async def swaps_room(self, event: EventRef, old: str, new: str) -> None:
        """Replace a room in one save, as Outlook's room finder does."""
        gone = self._world.company.address(old).lower()
        lines = (await self._world.graph_event(self.mailbox, event))["attendees"]
        kept = [a for a in lines if a["emailAddress"]["address"].lower() != gone]
        await self.changes(event, attendees=[*kept, *self._lines([new], [])])

    async def changes(self, event: EventRef, **members: Any) -> None:
        """Save some properties of an event."""
        await self._call("PATCH", f"events/{event.event_id}", members, "changes")

    async def deletes(self, event: EventRef) -> None:
        await self._call("DELETE", f"events/{event.event_id}", None, "deletes")

    async def cancels(self, event: EventRef, comment: str = "") -> None:
        await self._call("POST", f"events/{event.event_id}/cancel", {"comment": comment}, "cancels")

    async def purges(self, event: EventRef) -> None:
        """Delete for good, past Deleted Items."""
        await self._call("POST", f"events/{event.event_id}/permanentDelete", None, "purges")

    async def restores(self, event: EventRef) -> None:
        """Drag an event back from Deleted Items."""
        body = {"destinationId": "calendar"}
        await self._call("POST", f"events/{event.event_id}/move", body, "restores")

    async def answers(self, invitation: EventRef, word: str) -> None:
        """Accept, tentativelyAccept or decline an invitation in one's own calendar."""
        await self._call(
            "POST", f"events/{invitation.event_id}/{word}", {"sendResponse": True}, word
        )

    async def copies(self, event: EventRef, to: str) -> EventRef:
        """Copy an event to another time; hidden properties go along, as in Outlook (S40)."""
        shown = await self._world.graph_event(self.mailbox, event)
        kept = ("subject", "attendees", "location", "sensitivity", "showAs")
        body = {name: shown[name] for name in kept} | self.times(to)
        original = await self.sees(event)
        oid = original.oid or original.buffer_of
        if oid is not None:
            body["singleValueExtendedProperties"] = [
                {"id": self._world.link_property, "value": oid}
            ]
        made = await self._call("POST", "events", body, "copies")
        return EventRef(self.mailbox, made["id"])

    async def links(self, event: EventRef, oid: str) -> None:
        """Write the property that links an event, as the add-in does."""
        link = [{"id": self._world.link_property, "value": oid}]
        body = {"singleValueExtendedProperties": link}
        await self._call("PATCH", f"events/{event.event_id}", body, "links")

    async def finds(self, subject: str | None = None) -> EventRef:
        """Return the only living event of this calendar (with this subject)."""
        alive = [
            e
            for e in await self._world.events(self.mailbox)
            if e.is_alive and subject in (None, e.subject)
        ]
        assert len(alive) == 1, f"{self.mailbox} has {len(alive)} events, not one: {alive}"
        return EventRef(self.mailbox, alive[0].event_id)

    async def _call(self, method: str, path: str, body: Body | None, deed: str) -> Body:
        company = self._world.company
        url = f"users/{company.address(self.mailbox)}/{path}"
        self._world.lets_a_moment_pass()
        answer = await self._world.says_to_graph(self.name, method, url, body)
        if not answer.is_success:
            raise RefusedByOutlookError(f"{method} {url}: {answer.text}")
        if deed:
            self._world.deeds.note(self.name, deed)
        content: Body = answer.content
        return content

    def times(self, phrase: str) -> Body:
        """Return `start` and `end` of a save."""
        return graph_times(self._world.slot(phrase))

    def _lines(self, rooms: tuple[str, ...] | list[str], people: list[str]) -> list[Body]:
        address = self._world.company.address
        return [
            *({"type": "required", "emailAddress": _named(address(n), n)} for n in people),
            *({"type": "resource", "emailAddress": _named(address(n), n)} for n in rooms),
        ]


class RefusedByOutlookError(AssertionError):
    """Outlook does not let this user do this."""


def graph_times(slot: Slot) -> Body:
    """Return `start` and `end` as Outlook in Zurich sends them."""
    return {
        side: {
            "dateTime": moment.astimezone(ZONE).replace(tzinfo=None).isoformat(),
            "timeZone": "Europe/Zurich",
        }
        for side, moment in (("start", slot.start), ("end", slot.end))
    }


def _named(address: str, name: str) -> dict[str, str]:
    return {"address": address, "name": name}
