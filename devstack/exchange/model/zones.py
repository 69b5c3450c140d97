"""Names of time zones: Windows names and IANA names in, both out (graph-calendar 10)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

UTC_LABEL = "UTC"
STORED_IN_UTC = "tzone://Microsoft/Utc"
LEGACY_CUSTOM = "tzone://Microsoft/Custom"

# Zones that share their rules with several Windows zones: what Windows itself calls them.
WINDOWS_NAMES = {
    "Etc/UTC": UTC_LABEL,
    "UTC": UTC_LABEL,
    "Etc/GMT": UTC_LABEL,
    "Europe/London": "GMT Standard Time",
    "Europe/Dublin": "GMT Standard Time",
    "Europe/Lisbon": "GMT Standard Time",
    "America/Toronto": "Eastern Standard Time",
    "America/Mexico_City": "Central Standard Time (Mexico)",
    "Asia/Singapore": "Singapore Standard Time",
    "Asia/Hong_Kong": "China Standard Time",
    **dict.fromkeys(
        [
            "Europe/Zurich",
            "Europe/Vienna",
            "Europe/Rome",
            "Europe/Amsterdam",
            "Europe/Oslo",
            "Europe/Stockholm",
            "Europe/Luxembourg",
            "Europe/Vaduz",
            "Europe/Monaco",
            "Europe/Malta",
            "Europe/Busingen",
        ],
        "W. Europe Standard Time",
    ),
    **dict.fromkeys(
        ["Europe/Madrid", "Europe/Brussels", "Europe/Copenhagen"], "Romance Standard Time"
    ),
    **dict.fromkeys(
        ["Europe/Prague", "Europe/Belgrade", "Europe/Ljubljana", "Europe/Bratislava"],
        "Central Europe Standard Time",
    ),
    **dict.fromkeys(
        ["Europe/Zagreb", "Europe/Sarajevo", "Europe/Skopje"], "Central European Standard Time"
    ),
    **dict.fromkeys(
        ["Europe/Helsinki", "Europe/Sofia", "Europe/Tallinn", "Europe/Riga", "Europe/Vilnius"],
        "FLE Standard Time",
    ),
    "Europe/Athens": "GTB Standard Time",
}
_BY_FOLDED_NAME = {name.casefold(): iana for name, iana in WINDOWS_TO_OLSON.items()}
_SAMPLES = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=9 * n) for n in range(82)]


class UnknownTimeZoneError(ValueError):
    """A name that is neither a Windows nor an IANA time zone."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone under the name somebody gave it, and the IANA key that computes with it."""

    name: str
    iana: str

    @property
    def info(self) -> ZoneInfo:
        return ZoneInfo(self.iana)


@cache
def zone(name: str) -> Zone:
    """Return the zone of a Windows or IANA name; anything else is an UnknownTimeZoneError."""
    if name.casefold() in ("utc", "etc/utc", "etc/gmt"):
        return Zone(name, "UTC")
    iana = _BY_FOLDED_NAME.get(name.casefold())
    if iana is not None:
        return Zone(name, iana)
    if name in available_timezones():
        return Zone(name, name)
    raise UnknownTimeZoneError(f"{name!r} is neither a Windows nor an IANA time zone")


@cache
def windows_name(iana: str) -> str:
    """Return the Windows name of an IANA zone, by its rules where Windows has no own entry."""
    if iana in WINDOWS_NAMES:
        return WINDOWS_NAMES[iana]
    by_place = {olson: name for name, olson in reversed(WINDOWS_TO_OLSON.items())}
    if iana in by_place:
        return by_place[iana]
    alike = [
        name
        for name, olson in WINDOWS_TO_OLSON.items()
        if _rules(olson) == _rules(iana) and _changes(olson) == _changes(iana)
    ]
    continent = iana.split("/", maxsplit=1)[0]
    near = [name for name in alike if WINDOWS_TO_OLSON[name].startswith(f"{continent}/")]
    return next(iter(near + alike), UTC_LABEL)


def is_windows_name(name: str) -> bool:
    return name == UTC_LABEL or name.casefold() in _BY_FOLDED_NAME


def windows_names() -> list[str]:
    return sorted({*WINDOWS_TO_OLSON, UTC_LABEL})


def iana_names() -> set[str]:
    return available_timezones()


@cache
def _rules(iana: str) -> tuple[timedelta | None, ...]:
    return tuple(_offset(iana, moment) for moment in _SAMPLES)


@cache
def _changes(iana: str) -> tuple[datetime, ...]:
    """Return the hours in which the zone changes its offset."""
    found = []
    for before, after in pairwise(_SAMPLES):
        offset = _offset(iana, before)
        while before < after and offset != _offset(iana, after):
            before += timedelta(hours=1)  # noqa: PLW2901 - it walks to the change
            if _offset(iana, before) != offset:
                found.append(before)
                break
    return tuple(found)


def _offset(iana: str, moment: datetime) -> timedelta | None:
    return moment.astimezone(ZoneInfo(iana)).utcoffset()
