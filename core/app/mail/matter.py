"""What one mail is about: everything it may say, and to whom, as plain values."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.domain.directory import ErrorMail
from core.domain.interval import Interval
from core.domain.notice import NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Whoever gets the mail; `language` is a tag, "" for somebody who is not in the settings."""

    address: str
    name: str = ""
    language: str = ""
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One resource at one time, and why it was not to be had."""

    resource: str
    time: Interval
    code: str
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One mail, before it is put into words.

    `title` is "" when the meeting has none or none that we may know; with `is_private` it is never
    shown (D18). Links are "" where there is nothing to open.
    """

    notice_id: str
    kind: NoticeKind
    recipient: Recipient
    title: str = ""
    is_private: bool = False
    resources: tuple[str, ...] = ()
    resource_zone: ZoneInfo
    time: Interval | None = None
    parts: tuple[Part, ...] = ()
    is_series: bool = False
    booking_link: str = ""
    event_link: str = ""
    own: ErrorMail | None = None
