"""Turns a wish for a series into its items: zone, days, limits (R-600, R-604, R-660)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from devstack.rooms.model.booking import Booking, occupying
from devstack.rooms.model.house import House
from devstack.rooms.model.person import Person
from devstack.rooms.model.recurrence import Reading, days, placed, weekday
from devstack.rooms.model.refusal import Reason, refuse
from devstack.rooms.model.series import Kind, Pattern, Series
from devstack.rooms.model.series_limits import MODEL_PARAMETER_ID, latest_day, most_items

ZONE_PARAMETER_ID = 114


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The pattern that is wanted, until `end` or for a number of dates.

    `end` is inclusive; whether it names a day or an instant is the switch `series_end_date`.
    """

    pattern: Pattern
    end: datetime | None = None
    iterations: int | None = None


def zone_of(house: House, creator: Person, master: Booking) -> str:
    """Return the zone in which the items of a new series are computed: the organizer's (R-660).

    With parameter 114 a person may have another source; else the switch `series_zone` decides.
    """
    adjustable = house.store.parameters[ZONE_PARAMETER_ID].value.lower() == "true"
    source = (creator.series_zone_source if adjustable else None) or house.switches["series_zone"]
    if source == "creator":
        return creator.time_zone
    if source == "location":
        resource = house.store.resources[master.resource_id]
        return house.store.locations[resource.location_id].time_zone
    return house.store.persons[master.organizer_id].time_zone


def built(
    house: House, creator: Person, master: Booking, wish: Wish, *, limited: bool = True
) -> tuple[Series, tuple[Booking, ...]]:
    """Return the series and all its items; the first is `master` on the first day that fits.

    The weekday of the master cannot be deselected in a weekly pattern (R-600).
    """
    name = zone_of(house, creator, master)
    zone = ZoneInfo(name)
    first = master.begin.astimezone(zone).date()
    pattern = _with_start(wish.pattern, first)
    last_day = _last_day(house, master, wish, zone)
    wish = replace(wish, pattern=pattern)
    chosen = _chosen(house, master, wish, (first, last_day), limited=limited)
    series = Series(
        id=house.store.next_number("series"),
        pattern=pattern,
        zone=name,
        last_day=last_day or chosen[-1],
        occurrences=len(chosen),
        by_date=last_day is not None,
    )
    return series, tuple(_item(house, master, day, zone, at) for at, day in enumerate(chosen))


def reading(house: House) -> Reading:
    """Return how this installation reads patterns."""
    switches = house.switches
    return Reading(
        week_starts_on=0 if switches["series_week_start"] == "sunday" else 1,
        short_months=str(switches["series_short_months"]),
        fifth_week=str(switches["series_fifth_week"]),
    )


def _with_start(pattern: Pattern, first: date) -> Pattern:
    if pattern.kind is not Kind.WEEKLY:
        return pattern
    return replace(pattern, days=tuple(sorted({*pattern.days, weekday(first)})))


def _last_day(house: House, master: Booking, wish: Wish, zone: ZoneInfo) -> date | None:
    if wish.end is None:
        return None
    if house.switches["series_end_date"] == "date":
        return wish.end.date()
    local = wish.end.astimezone(zone)
    reached = local.time() >= master.begin.astimezone(zone).time()
    return local.date() if reached else local.date() - timedelta(days=1)


def _chosen(
    house: House,
    master: Booking,
    wish: Wish,
    span: tuple[date, date | None],
    *,
    limited: bool,
) -> list[date]:
    if wish.end is None and wish.iterations is None:
        raise refuse(Reason.SERIES_ENDLESS, "endDate")
    first, last_day = span
    groups = [g for g in house.store.groups.values() if master.organizer_id in g.members]
    model = house.store.parameters[MODEL_PARAMETER_ID].value
    most = most_items(groups if limited else [], wish.pattern, model)
    latest = latest_day(groups if limited else [], wish.pattern, model, first)
    chosen: list[date] = []
    for day in takewhile(
        lambda d: last_day is None or d <= last_day,
        days(wish.pattern, first, reading(house)),
    ):
        if len(chosen) == wish.iterations:
            break
        if len(chosen) == most or (latest is not None and day > latest):
            if house.switches["series_over_limit"] == "refused":
                raise refuse(Reason.SERIES_LIMIT, "endDate" if last_day else "iterations")
            break
        chosen.append(day)
    if not chosen:
        raise refuse(Reason.SERIES_EMPTY, "endDate")
    return chosen


def _item(house: House, master: Booking, day: date, zone: ZoneInfo, at: int) -> Booking:
    store = house.store
    begin, end = placed(day, master.begin, master.end, zone)
    number = master.id if at == 0 else store.next_number("booking")
    item = replace(
        master,
        begin=begin,
        end=end,
        is_first_series_item=at == 0,
        series_item_id=store.next_number("series-item"),
    )
    if at:
        linked = house.switches["series_link"] == "every_item"
        item = replace(
            item,
            id=number,
            masked_identifier=store.guid("booking", number),
            series_id=None,
            temporary_until=None,
            sync_appointment_oid=master.sync_appointment_oid if linked else None,
            checked_in=False,
            checked_out=False,
            no_show=None,
        )
    return occupying(item, store.resources[item.resource_id])
