"""What an operator is told after the background work stood still: from when, until when (S17)."""

import json
import logging
from datetime import datetime, timedelta

from core.app.services import Services
from core.domain.event import EventPlace
from core.domain.history import Activity
from core.domain.interval import Interval
from core.domain.work import Source

log = logging.getLogger(__name__)

LAST = "standstill:last"
"""The cursor's name."""

WORTH_A_LOOK = timedelta(hours=1)
"""Shorter ones (a deployment) are listed, but do not call for anybody."""

SHOWN_FOR = timedelta(hours=24)

STOOD_STILL = "stood_still"
UNWATCHED = "unwatched"


async def report_standstill(span: Interval, services: Services) -> None:
    """List a standstill with the subscriptions that ran out in it, and keep it for the overview."""
    now = services.clock.now()
    subscriptions = [s for s in await services.subscriptions.all() if s.retired_until is None]
    ended = [s.expires_at for s in subscriptions if s.expires_at <= now]
    text = (
        f"nothing was synced from {_told(span.start)} to {_told(span.end)}; "
        f"{len(ended)} of {len(subscriptions)} subscriptions ran out"
    )
    if ended:
        text += f", the first at {_told(min(ended))}"
    text += "; everything is caught up with now"
    log.error(STOOD_STILL, extra={"since": span.start.isoformat(), "subscriptions": len(ended)})
    kept = {"start": span.start.isoformat(), "end": span.end.isoformat()}
    await services.cursors.put(LAST, json.dumps(kept))
    await services.activity.add(
        Activity(at=now, mapping_id=None, outcome=STOOD_STILL, text=text, source=Source.CATCH_UP)
    )


async def report_gap(place: EventPlace, since: datetime, services: Services) -> None:
    """List that a mailbox was not watched for a while, unless a standstill has told so already."""
    now = services.clock.now()
    log.warning("mailbox_was_unwatched", extra={"mailbox": place.mailbox})
    told = _read(await services.cursors.get(LAST))
    if told is not None and told.start <= since <= told.end and now - told.end < SHOWN_FOR:
        return
    text = (
        f"{place.environment}/{place.mailbox}: not watched from {_told(since)} to {_told(now)}; "
        "everything is caught up with now"
    )
    await services.activity.add(
        Activity(at=now, mapping_id=None, outcome=UNWATCHED, text=text, source=Source.CATCH_UP)
    )


async def hours_stood_still(services: Services) -> int:
    """Return for how many hours the last standstill lasted, 0 if it was short or long ago."""
    last = _read(await services.cursors.get(LAST))
    if last is None or services.clock.now() - last.end >= SHOWN_FOR:
        return 0
    lasted = last.end - last.start
    return round(lasted / timedelta(hours=1)) if lasted >= WORTH_A_LOOK else 0


def _read(stored: str | None) -> Interval | None:
    if stored is None:
        return None
    kept = json.loads(stored)
    return Interval(datetime.fromisoformat(kept["start"]), datetime.fromisoformat(kept["end"]))


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
