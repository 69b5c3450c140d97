"""The people of the bench: they act, and what both sides should show is kept in mind."""

import json
from datetime import datetime
from typing import Any

from standardwebhooks import Webhook

from devstack.demo.comparison import Comparison, Difference
from devstack.demo.day import Action
from devstack.demo.expectation import Meeting, Script
from devstack.demo.performing import Players
from devstack.demo.picture import EventView, Picture
from devstack.demo.roll import Roll
from devstack.demo.stage import Stage
from devstack.demo.working_days import ZONE, WorkingDays

Json = dict[str, Any]


class Crew:
    """Everybody, with the meetings they made. `read` are the last request numbers looked at."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        days = WorkingDays(datetime.now(ZONE).date())
        self._script = Script(stage.company, days)
        self._players = Players(stage.office, stage.company, days, stage.link_property)
        self.roll = Roll()
        self.expected: dict[str, Meeting] = {}
        self.read = (0, 0)
        self._picture = Picture()

    async def act(self, action: Action) -> None:
        """Do it, and expect it on both sides from now on.

        RefusedToPersonError or NothingThereError when it cannot be done.
        """
        before = self.expected.get(action.meeting)
        if before is not None:
            await self._players.find(action, before, self.roll)
        await self._players.perform(action, self.roll, self._picture)
        expected = self._script.after(before, action)
        if expected is not None:
            self.expected[action.meeting] = expected

    async def look_around(self) -> None:
        """Find all counterparts, for a comparison."""
        self._picture = await self.stage.picture()
        self.roll.look_again(self._picture)

    async def differences(self) -> list[Difference]:
        """Compare everything."""
        await self.look_around()
        return Comparison(self._picture, self.roll, self.stage.company).of_everything(self.expected)

    def standing_event(self) -> EventView:
        """Return an event that is linked and in step."""
        return next(e for e in self._picture.living_events() if e.link)

    def standing_booking(self) -> int:
        """Return the booking of that event."""
        booking = self._picture.booking_linked(self.standing_event().link or "")
        if booking is None:
            raise LookupError("the event has no booking")
        return booking.booking_id

    async def notify_unchanged(self) -> None:
        """Have Graph notify of an event as it is."""
        event = self.standing_event()
        order = {"mail": event.mailbox, "event_id": event.event_id}
        await self.stage.post(f"{self.stage.addresses.exchange}/_control/notify", order)

    async def send_webhook(self, content: Json, signer: Webhook, now: datetime) -> None:
        """Send a signed webhook as ROOMS does."""
        text, number = json.dumps(content), f"bench-{now.timestamp()}"
        headers = {
            "webhook-id": number,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signer.sign(number, now, text),
        }
        url = f"{self.stage.addresses.host}/api/webhooks/rooms"
        answer = await self.stage.client.post(url, content=text, headers=headers)
        answer.raise_for_status()
