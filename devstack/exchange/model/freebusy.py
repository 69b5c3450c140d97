"""When a mailbox is busy, as others may ask (graph-calendar 6)."""

from datetime import datetime, timedelta

from devstack.exchange.model.item import CALENDAR, Item
from devstack.exchange.model.series import Series
from devstack.exchange.model.values import ShowAs

DIGITS = {
    ShowAs.FREE: 0,
    ShowAs.TENTATIVE: 1,
    ShowAs.BUSY: 2,
    ShowAs.OUT_OF_OFFICE: 3,
    ShowAs.WORKING_ELSEWHERE: 4,
    ShowAs.UNKNOWN: 0,
}


def blocks(series: Series, mailbox: str, start: datetime, end: datetime) -> list[Item]:
    """Return what lies in the default calendar within [start, end), by start."""
    return [
        item for item in series.instances(mailbox, CALENDAR, start, end) if not item.is_cancelled
    ]


def availability(
    items: list[Item], start: datetime, end: datetime, interval: timedelta, elsewhere: int
) -> str:
    """Return one digit per interval; overlaps show the highest, `elsewhere` is 0 or 4."""
    digits = DIGITS | {ShowAs.WORKING_ELSEWHERE: elsewhere}
    shown = []
    moment = start
    while moment < end:
        until = min(moment + interval, end)
        shown.append(
            max((digits[i.private.show_as] for i in items if i.overlaps(moment, until)), default=0)
        )
        moment = until
    return "".join(map(str, shown))
