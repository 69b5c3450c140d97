"""When a mailbox is busy, as others may ask (graph-calendar 6)."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from devstack.exchange.model import zones
from devstack.exchange.model.item import CALENDAR, Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.series import Series
from devstack.exchange.model.values import ShowAs
from devstack.exchange.model.zones import Zone

DIGITS = {
    ShowAs.FREE: 0,
    ShowAs.TENTATIVE: 1,
    ShowAs.BUSY: 2,
    ShowAs.OUT_OF_OFFICE: 3,
    ShowAs.WORKING_ELSEWHERE: 4,
    ShowAs.UNKNOWN: 0,
}
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Block:
    """A span of a calendar and the item it is of.

    Whole days are those of the mailbox, in whatever zone they were entered: 2 March is 2 March
    (graph-calendar 10, unverified).
    """

    start: datetime
    end: datetime
    item: Item

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Tell whether it touches the half-open interval [start, end)."""
        return self.start < end and (self.end > start or self.start == self.end >= start)


def blocks(series: Series, mailbox: Mailbox, start: datetime, end: datetime) -> list[Block]:
    """Return what lies in the default calendar within [start, end), by start."""
    zone = zones.zone(mailbox.time_zone)
    # Whole days of another zone may lie a day off.
    items = series.instances(mailbox.guid, CALENDAR, start - A_DAY, end + A_DAY)
    found = [_block(item, zone) for item in items if not item.is_cancelled]
    return sorted((b for b in found if b.overlaps(start, end)), key=lambda b: (b.start, b.end))


def availability(
    found: list[Block], start: datetime, end: datetime, interval: timedelta, elsewhere: int
) -> str:
    """Return one digit per interval; overlaps show the highest, `elsewhere` is 0 or 4."""
    digits = DIGITS | {ShowAs.WORKING_ELSEWHERE: elsewhere}
    shown = []
    moment = start
    while moment < end:
        until = min(moment + interval, end)
        here = (digits[b.item.private.show_as] for b in found if b.overlaps(moment, until))
        shown.append(max(here, default=0))
        moment = until
    return "".join(map(str, shown))


def _block(item: Item, zone: Zone) -> Block:
    begins, ends = item.content.start, item.content.end
    if not item.content.is_all_day:
        return Block(begins.instant, ends.instant, item)
    days = (moment.wall().date() for moment in (begins, ends))
    first, last = (datetime.combine(day, time(), zone.info).astimezone(UTC) for day in days)
    return Block(first, last, item)
