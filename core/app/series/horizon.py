"""How far ahead the dates of a series are dealt with (D14, R-640, R-644)."""

from datetime import datetime, timedelta

from core.app.series.read import ReadEvent
from core.app.services import Services
from core.app.whereabouts import Found
from core.domain.ids import ResourceId
from core.domain.work import Source, WorkItem
from core.sync.context import Context
from core.sync.translate import invited_resources

ASKED_AGAIN = timedelta(hours=20)
"""ROOMS' own window is not known: whether it has moved on is tried about once a day."""

BY_HAND = frozenset({Source.OPERATOR})


async def horizon_of(
    found: Found, read: ReadEvent, item: WorkItem, context: Context, services: Services
) -> datetime:
    """Return until when dates are booked: a year, less where a resource is not to be had so early.

    What ROOMS said is too far ahead is left alone until a day has passed.
    """
    latest = context.now + timedelta(days=services.limits.series_ahead_days)
    event = read.event
    if event is None:
        return latest
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
    return _as_before(found, item, context, latest)


def _as_before(found: Found, item: WorkItem, context: Context, latest: datetime) -> datetime:
    series = found.mapping.series
    if series is None or series.horizon is None or item.source in BY_HAND:
        return latest
    if series.asked_at is not None and context.now - series.asked_at < ASKED_AGAIN:
        return min(latest, max(series.horizon, context.now))
    return latest
