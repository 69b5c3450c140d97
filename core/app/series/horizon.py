"""How far ahead the dates of a series are dealt with (D14, R-640, R-644)."""

from datetime import datetime, timedelta

from core.app.series.read_event import ReadEvent
from core.app.services import Services
from core.app.whereabouts import Found
from core.domain.ids import ResourceId
from core.domain.work import Source, WorkItem
from core.sync.context import Context
from core.sync.translate import invited_resources

ASKED_AGAIN = timedelta(hours=20)
"""ROOMS' own window is not known: whether it has moved on is tried about once a day."""


async def horizon_of(
    found: Found, read: ReadEvent, item: WorkItem, context: Context, services: Services
) -> tuple[datetime, bool]:
    """Return until when dates are booked: a year, less where a resource is not to be had so early.

    What ROOMS said is too far ahead is left alone until a day has passed; True: that is why.
    """
    latest = context.now + timedelta(days=services.limits.series_ahead_days)
    event = read.event
    if event is None:
        return latest, False
    asked = set[ResourceId]()
    for each in (event.master, *event.exceptions.values()):
        asked |= set(invited_resources(each, context.directory))
    for resource in asked:
        if context.directory.is_resource_synced(resource):
            place = context.directory.resources[resource].place
            policy = await services.policies.usable(place)
            if policy is not None and policy.is_applied and policy.booking_window_days is not None:
                days = timedelta(days=policy.booking_window_days)
                latest = min(latest, context.now + days)
    bounded = _as_before(found, item, context, latest)
    return bounded, bounded < latest


def _as_before(found: Found, item: WorkItem, context: Context, latest: datetime) -> datetime:
    """Return `latest`, or what ROOMS may take by now of what it called too far ahead.

    Its window moves on with time: what was beyond it then is beyond it by as much now.
    """
    series = found.mapping.series
    if series is None or series.horizon is None or series.asked_at is None:
        return latest
    if item.source is Source.OPERATOR:
        return latest
    passed = context.now - series.asked_at
    moved = series.horizon if passed < ASKED_AGAIN else series.horizon + passed
    return min(latest, max(moved, context.now))
