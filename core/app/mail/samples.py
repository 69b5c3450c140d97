"""What previews are about: a meeting that nobody has, in every kind of mail."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.app.mail.matter import Matter, Part, Recipient
from core.domain.directory import ErrorMail
from core.domain.interval import Interval
from core.domain.notice import NoticeKind
from core.domain.refusal import RefusalCode

TIME = Interval(datetime(2026, 3, 3, 8, 0, tzinfo=UTC), datetime(2026, 3, 3, 9, 30, tzinfo=UTC))
ZONE = ZoneInfo("Europe/Zurich")
WEEK = timedelta(days=7)

TITLES = {
    "de": "Quartalsplanung",
    "en": "Quarterly planning",
    "fr": "Planification trimestrielle",
    "it": "Pianificazione trimestrale",
}
CODES = {
    NoticeKind.ROOM_REMOVED: RefusalCode.BLOCKING_TIME,
    NoticeKind.ROOM_KEPT: RefusalCode.CLOSED,
    NoticeKind.CANCEL_REFUSED: RefusalCode.NOT_ALLOWED,
}
WITHOUT_REASON = {
    NoticeKind.GIVEN_UP,
    NoticeKind.DECLINED,
    NoticeKind.NOT_SYNCED,
    NoticeKind.DIRECT_ITEM,
}


def sample(
    kind: NoticeKind,
    language: str,
    *,
    resource: str = "Säntis",
    own: ErrorMail | None = None,
    is_series: bool = False,
) -> Matter:
    """Return what a mail of this kind may be about, for a reader of this language."""
    code = CODES.get(kind, RefusalCode.OCCUPIED)
    dates = [TIME] if not is_series else [_later(TIME, n) for n in range(3)]
    parts = [Part(resource=resource, time=time, code=code) for time in dates]
    return Matter(
        notice_id="sample",
        kind=kind,
        recipient=Recipient(
            address="anna.meier@example.com", name="Anna Meier", language=language, zone=ZONE
        ),
        title=TITLES.get(language.partition("-")[0], TITLES["en"]),
        resources=(resource,),
        resource_zone=ZONE,
        time=TIME,
        parts=() if kind in WITHOUT_REASON else tuple(parts),
        is_series=is_series,
        booking_link="https://rooms.example.com/bookings/4711",
        event_link="https://outlook.example.com/owa/?itemid=sample",
        own=own,
    )


def _later(time: Interval, weeks: int) -> Interval:
    return Interval(time.start + weeks * WEEK, time.end + weeks * WEEK)
