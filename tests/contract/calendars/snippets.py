"""Small calendar files, and what the import makes of them."""

from datetime import timedelta
from typing import Any

from devstack.calendars.content_lines import unfolded
from devstack.calendars.entries import Importable, NotImportable, Read, read_entries
from devstack.calendars.events import Setting, Translated
from devstack.calendars.places import Room
from devstack.calendars.spans import Span, read_span
from devstack.calendars.structure import CalendarFile, Component, read_calendars
from devstack.calendars.zones import ZoneBook
from devstack.exchange.model.zones import zone

ANNA = "anna.meier@contoso.example"
SAENTIS = "saentis@contoso.example"
SETTING = Setting(
    owner_mail=ANNA,
    owner=frozenset([ANNA, "a.meier@contoso.example"]),
    home=zone("Europe/Zurich"),
    room=Room(SAENTIS, "Säntis"),
    resources=frozenset([SAENTIS, "eiger@contoso.example"]),
)
USUAL = ("DTSTART:20260310T090000Z", "DTEND:20260310T100000Z")

OUTLOOK_ZONE = """BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE"""


def fixed_zone(tzid: str, offset: str, *more: str) -> str:
    """Return a VTIMEZONE without daylight saving time."""
    return "\n".join(
        [
            "BEGIN:VTIMEZONE",
            f"TZID:{tzid}",
            *more,
            "BEGIN:STANDARD",
            "DTSTART:19700101T000000",
            f"TZOFFSETFROM:{offset}",
            f"TZOFFSETTO:{offset}",
            "END:STANDARD",
            "END:VTIMEZONE",
        ]
    )


def vevent(*lines: str, uid: str = "1@client") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def vcalendar(*parts: str) -> str:
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR"])


def opened(text: str | bytes) -> CalendarFile:
    return read_calendars(unfolded(text if isinstance(text, bytes) else text.encode()))


def entries(text: str | bytes, setting: Setting = SETTING) -> tuple[Read, ...]:
    return read_entries(opened(text), setting)


def translated(*lines: str, before: tuple[str, ...] = (), setting: Setting = SETTING) -> Translated:
    """Return what one entry with these lines becomes; without a time it gets a usual one."""
    timed = any(line.startswith("DTSTART") for line in lines)
    (read,) = entries(vcalendar(*before, vevent(*(() if timed else USUAL), *lines)), setting)
    assert isinstance(read, Importable), read
    return read.translated


def event(*lines: str, **more: Any) -> dict[str, Any]:
    return translated(*lines, **more).event


def refusal(*lines: str, before: tuple[str, ...] = ()) -> str:
    """Return why an entry with these lines is not imported."""
    (read,) = entries(vcalendar(*before, vevent(*lines)))
    assert isinstance(read, NotImportable), read
    return read.reason


def component(*lines: str) -> Component:
    """Return a VEVENT with these lines alone."""
    return opened(vcalendar(vevent(*lines))).calendars[0].parts[0]


def span(*lines: str, zones: tuple[str, ...] = (), shift: timedelta = timedelta(0)) -> Span:
    calendar = opened(vcalendar(*zones, vevent(*lines))).calendars[0]
    return read_span(calendar.parts[-1], ZoneBook(calendar, SETTING.home), shift)
