"""What somebody types as a zone and as a time, for the command line, the API and the page alike."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.app.free_busy.question import QuestionRefusedError, Refused
from core.domain.interval import YEARS, Interval


def zone_asked(name: str) -> ZoneInfo:
    """Return an IANA zone; QuestionRefusedError for a name that nobody knows."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise QuestionRefusedError(
            f"the time zone {name[:60]!r} is unknown: use an IANA name such as Europe/Zurich",
            Refused.UNKNOWN_ZONE,
            name=name[:60],
        ) from None


def window_asked(
    starts: str, ends: str, zone: ZoneInfo, now: datetime, *, days: int = 1
) -> Interval:
    """Return the time between two texts, each a day or a moment on the zone's clock.

    No start is today, no end is `days` days from the start's; a day as end is part of it. A moment
    with an offset is taken by that. QuestionRefusedError for what is neither, or runs backwards.
    """
    first = _read(starts, zone) if starts else now.astimezone(zone).date()
    last = _read(ends, zone) if ends else _day_of(first, zone) + timedelta(days=days - 1)
    start = first if isinstance(first, datetime) else _midnight(first, zone)
    end = last if isinstance(last, datetime) else _midnight(last + timedelta(days=1), zone)
    if end <= start:
        raise QuestionRefusedError("the time must end after it begins", Refused.BACKWARDS)
    return Interval(start, end)


def _read(text: str, zone: ZoneInfo) -> date | datetime:
    found: date | datetime | None
    try:
        if len(text.strip()) <= len("2026-03-03"):
            found = date.fromisoformat(text.strip())
        else:
            moment = datetime.fromisoformat(text.strip())
            found = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.year not in YEARS:
        raise QuestionRefusedError(
            f"{text[:40]!r} is no time: write 2026-03-03 or 2026-03-03T14:00", Refused.UNKNOWN_TIME
        )
    return found


def _day_of(start: date | datetime, zone: ZoneInfo) -> date:
    return start.astimezone(zone).date() if isinstance(start, datetime) else start


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
