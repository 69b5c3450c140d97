"""Somebody at Outlook, whatever the service uses; meetings are known by what all systems share."""

from datetime import UTC

from core.domain.ids import ICalUid
from tests.contract.adapters.graph.conftest import WINDOW, an_event


class Outlook:
    """Served by Graph's face of the simulator, wherever the mailbox is; Exchange follows at once.

    Members are Graph's: that is the language of the simulator's users. What they mean for the port
    is for the tests to say.
    """

    def __init__(self, http, simulator, mail):
        self._http, self._simulator, self._mail = http, simulator, mail

    async def books(self, **members):
        """Return the iCalUId of a new event."""
        return ICalUid((await self._asks("POST", "events", an_event(**members)))["iCalUId"])

    async def shows(self, event):
        """Return a whole event by itself or its iCalUId, None when it is not there."""
        uid = getattr(event, "ical_uid", event)
        found = await self._asks("GET", f"events?$filter=iCalUId eq '{uid}'")
        return found["value"][0] if found["value"] else None

    async def changes(self, event, **members):
        shown = await self.shows(event)
        return await self._asks("PATCH", f"events/{shown['id']}", members)

    async def deletes(self, event):
        await self._asks("DELETE", f"events/{(await self.shows(event))['id']}")

    async def dates(self, series, window=WINDOW, most=999):
        """Return the dates that a window shows of a series of this person's."""
        start, end = (f"{m.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for m in (window.start, window.end))
        query = f"startDateTime={start}&endDateTime={end}&$top={most}"
        master = await self.shows(getattr(series, "master", series))
        return (await self._asks("GET", f"events/{master['id']}/instances?{query}"))["value"]

    async def changes_date(self, series, number, **members):
        date = (await self.dates(series))[number]
        await self._asks("PATCH", f"events/{date['id']}", members)

    async def deletes_date(self, series, number):
        date = (await self.dates(series))[number]
        await self._asks("DELETE", f"events/{date['id']}")

    async def _asks(self, method, path, body=None):
        headers = {"Authorization": f"Bearer user:{self._mail}", "Prefer": 'IdType="ImmutableId"'}
        url = f"v1.0/users/{self._mail}/{path}"
        answer = await self._http.request(method, url, json=body, headers=headers)
        assert answer.is_success, answer.text
        await self._simulator.agenda.run_due()
        return answer.json() if answer.content else None


def days(first, end, zone="Europe/Zurich"):
    """Return the members of an event of whole days, `end` not among them."""
    start, until = (
        {"dateTime": f"2026-{day}T00:00:00", "timeZone": zone} for day in (first, end)
    )  # fmt: skip
    return {"isAllDay": True, "start": start, "end": until}


def times(day, start, end, zone="Europe/Zurich"):
    """Return the members of an event of some hours."""
    bounds = ({"dateTime": f"2026-{day}T{clock}:00", "timeZone": zone} for clock in (start, end))
    return dict(zip(("start", "end"), bounds, strict=True))
