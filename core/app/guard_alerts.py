"""Which mailboxes the guard has stopped, and since when (design 6)."""

from dataclasses import dataclass
from datetime import datetime

from core.app.mass_loss import rooms_place
from core.app.services import Services
from core.domain.event import EventPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardAlert:
    """One mailbox, or the whole of ROOMS, that waits for a person."""

    place: EventPlace
    since: datetime

    @property
    def name(self) -> str:
        """Return what operators call it by."""
        return f"{self.place.environment}/{self.place.mailbox}"


async def guard_alerts(services: Services) -> tuple[GuardAlert, ...]:
    """Return what is stopped, the longest first: one read of all, and one of each stopped."""
    places = (
        *(await services.roster.directory()).synced_places(),
        rooms_place(services.rooms.mandator),
    )
    found = []
    for place in await services.guard.stopped(places):
        standing = await services.guard.standing(place)
        if standing.stopped_since is not None:
            found.append(GuardAlert(place=place, since=standing.stopped_since))
    return tuple(sorted(found, key=lambda alert: (alert.since, alert.name)))
