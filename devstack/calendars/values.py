"""The value types of RFC 5545 (3.3), read by `icalendar`; what is none raises ValueError."""

import re
from datetime import date, datetime, timedelta

from icalendar import vDate, vDatetime, vDuration, vRecur, vUTCOffset
from icalendar.parser import Contentline, split_on_unescaped_comma, unescape_backslash

_DATE_TIME = re.compile(r"\d{8}T\d{6}Z?", re.ASCII)
_DURATION = re.compile(r"[+-]?P(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?", re.ASCII)
_OFFSET = re.compile(r"[+-]\d{4}(\d{2})?", re.ASCII)


def content_line(text: str) -> tuple[str, dict[str, str], str]:
    """Split a content line into name, parameters and value as written."""
    line = Contentline(text)  # type: ignore[no-untyped-call]
    if line.value_separator_index() < 0:
        raise ValueError("it has no colon")
    name, params, value = line.raw_parts()
    # A list is what an unquoted comma makes of a name: "CN=Muster, Hans".
    joined = {k.upper(): ",".join(v) if isinstance(v, list) else v for k, v in params.items()}
    return name.upper(), joined, value


def plain_text(escaped: str) -> str:
    return str(unescape_backslash(escaped))


def plain_texts(escaped: str) -> list[str]:
    return split_on_unescaped_comma(escaped)


def date_time(text: str) -> datetime:
    """Return a local time (naive) or, with `Z`, an aware one in UTC."""
    if not _DATE_TIME.fullmatch(text):
        raise ValueError(f"{text!r} is no date and time")
    moment: datetime = vDatetime.from_ical(text)  # type: ignore[no-untyped-call]
    return moment


def day(text: str) -> date:
    found: date = vDate.from_ical(text)  # type: ignore[no-untyped-call]
    return found


def duration(text: str) -> timedelta:
    if not _DURATION.fullmatch(text) or not any(c.isdigit() for c in text):
        raise ValueError(f"{text!r} is no duration")
    lasts: timedelta = vDuration.from_ical(text)  # type: ignore[no-untyped-call]
    return lasts


def utc_offset(text: str) -> timedelta:
    if not _OFFSET.fullmatch(text):
        raise ValueError(f"{text!r} is no offset from UTC")
    offset: timedelta = vUTCOffset.from_ical(text)  # type: ignore[no-untyped-call]
    return offset


def rule(text: str) -> vRecur:
    parsed: vRecur = vRecur.from_ical(text)
    return parsed
