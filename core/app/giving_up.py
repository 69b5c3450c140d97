"""Who hears of it when the sync of a meeting was given up: its organizer, once (R-803, S23).

Errors within the tries reach nobody (R-804). A mailbox that the guard has stopped is the
operator's matter.
"""

import uuid

from core.app.services import Services
from core.domain.ids import PersonId, is_resource_mailbox
from core.domain.mapping import Mapping
from core.domain.notice import Notice, NoticeKind
from core.domain.remaining import is_over, next_booking

NOTICES = uuid.UUID("5d0f2a0b-6a0a-4f3c-8d53-5a5f5d1a9e77")
"""The name space of the ids of these mails."""


async def tell_organizer(link: Mapping | None, services: Services) -> None:
    """Queue a mail about the link of a look that was given up; nothing if none is known.

    What the two sides last agreed on names the state: given up again and again, it is told once.
    """
    if link is None or link.event is None or is_resource_mailbox(link.home.mailbox):
        return
    now = services.clock.now()
    if is_over(link, now):
        return
    booking = next_booking(link, now)
    await services.queue.send_notice(
        Notice(
            id=_id_of(link),
            kind=NoticeKind.GIVEN_UP,
            mapping_id=link.id,
            person=PersonId(int(link.home.mailbox[1:])),
            parts=(),
            place=link.home,
            event_id=link.event.event_id,
            booking_id=booking.booking_id if booking else None,
            at=now,
        )
    )


def _id_of(link: Mapping) -> str:
    dates = () if link.series is None else link.series.dates
    baselines = (link.baseline, *(date.baseline for date in dates))
    agreed = "".join(repr(sorted(b.exchange.aspects.items())) for b in baselines if b is not None)
    return str(uuid.uuid5(NOTICES, f"{link.id}/{link.state}/{link.occasions}/{agreed}"))
