"""What an operator types to mean a slot: a resource, and moments on its wall clock or in UTC."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.app.console.wall import zone_named
from core.app.reference import UnknownItemError
from core.domain.directory import Directory, SyncedResource
from core.domain.ids import ResourceId
from core.domain.interval import YEARS, Interval
from core.domain.remark import Remark

NAMES = "name, number, address or r<number>"
WHEN = Remark("2026-03-10T09:00 on the resource's clock, or with Z or an offset")


def resource_named(text: str, directory: Directory) -> SyncedResource:
    """Return a resource of the settings; UnknownItemError when none or several are meant."""
    number = text.removeprefix("r")
    if number.isascii() and number.isdigit() and len(number) < 10:  # noqa: PLR2004 - 32 bits
        found = [directory.resources.get(ResourceId(int(number)))]
    elif "@" in text:
        found = [directory.resource_at(text)]
    else:
        wanted = text.casefold()
        found = [r for r in directory.resources.values() if r.name.casefold() == wanted]
    known = [resource for resource in found if resource is not None]
    if len(known) > 1:
        numbers = ", ".join(str(resource.id) for resource in known)
        raise UnknownItemError(
            Remark(
                "several resources are called {text}: name one of {numbers}",
                text=text,
                numbers=numbers,
            )
        )
    if not known:
        raise UnknownItemError(
            Remark(
                "resource {resource} is not in the settings: see `roomsync settings show`",
                resource=text,
            )
        )
    return known[0]


def moment_in(text: str, resource: SyncedResource) -> datetime:
    """Return a moment; without a zone it is on the resource's wall clock."""
    try:
        return on_the_clock(datetime.fromisoformat(text.strip()), resource)
    except ValueError:
        raise UnknownItemError(
            Remark("{text} is no moment: write {when}", text=repr(text[:40]), when=WHEN)
        ) from None


def on_the_clock(moment: datetime, resource: SyncedResource) -> datetime:
    """Return a moment with its zone, else the resource's; ValueError at the ends of the calendar.

    There no hour can be added, nor the zone changed.
    """
    if moment.year not in YEARS:
        raise ValueError(f"the year must be from {YEARS[0]} to {YEARS[-1]}")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone_of(resource))


def slot_at(text: str, resource: SyncedResource) -> Interval:
    """Return the minute that begins then."""
    moment = moment_in(text, resource)
    return Interval(moment, moment + timedelta(minutes=1))


def slot_between(begins: str, ends: str, resource: SyncedResource) -> Interval:
    """Return a span; UnknownItemError when it ends before it starts."""
    start, end = moment_in(begins, resource), moment_in(ends, resource)
    if end <= start:
        raise UnknownItemError(Remark("{ends} is not after {begins}", ends=ends, begins=begins))
    return Interval(start, end)


def zone_of(resource: SyncedResource) -> ZoneInfo:
    """Return the zone in which a resource's times are said."""
    return zone_named(resource.time_zone)
