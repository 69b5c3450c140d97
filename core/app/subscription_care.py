"""Finds out which mailboxes need care for their subscription: that is all its timer does.

Of a thousand mailboxes a handful do at a time; our own table tells which, in one read.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.app.patiently import send_patiently
from core.app.services import Services
from core.app.subscribe import Callbacks, end_subscription, is_as_it_must_be, is_left_over
from core.domain.event import EventPlace
from core.domain.job_kind import JobKind
from core.domain.subscription import Subscription
from core.domain.work import MailboxJob

COMPARED_AT_HOUR, CARE_MINUTES = 3, 15
"""When (UTC) the subscriptions of the service are compared with ours; the timer's own interval."""


async def request_subscription_care(callbacks: Callbacks, services: Services) -> None:
    """Queue care where it is due, and end what watches mailboxes that no longer are synced.

    Once a day what the service has is compared with our table.
    """
    directory, now = await services.roster.directory(), services.clock.now()
    synced, known = directory.synced_places(), await services.subscriptions.all()
    watching = _watching(synced, known, now)
    due = [
        place for place in synced if not _is_well(watching.get(place, []), callbacks, services, now)
    ]
    jobs = [MailboxJob(kind=JobKind.SUBSCRIBE, place=place, requested_at=now) for place in due]
    if now.hour == COMPARED_AT_HOUR and now.minute < CARE_MINUTES:
        jobs.append(MailboxJob(kind=JobKind.COMPARE_SUBSCRIPTIONS, place=None, requested_at=now))
    await send_patiently(jobs, services.queue.send_jobs)
    # Last, as Exchange is asked for it: who does not answer keeps nobody else waiting for care.
    for subscription in known:
        if subscription.place not in watching:
            await end_subscription(subscription, services)
        elif is_left_over(subscription, now):
            await services.subscriptions.remove(subscription.subscription_id)


def _watching(
    synced: Iterable[EventPlace], known: Iterable[Subscription], now: datetime
) -> dict[EventPlace, list[Subscription]]:
    """Return the subscriptions in use of each synced mailbox."""
    watching: dict[EventPlace, list[Subscription]] = {place: [] for place in synced}
    for subscription in known:
        is_used = subscription.retired_until is None and not is_left_over(subscription, now)
        if is_used and subscription.place in watching:
            watching[subscription.place].append(subscription)
    return watching


def _is_well(
    known: Sequence[Subscription], callbacks: Callbacks, services: Services, now: datetime
) -> bool:
    """Tell whether a mailbox is watched as it must be; by two at once it is looked into."""
    return len(known) == 1 and is_as_it_must_be(known[0], callbacks, services, now)
