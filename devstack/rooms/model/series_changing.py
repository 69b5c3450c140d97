"""What is done to a whole series, or to one item and all that follow it (R-610..R-612, R-624)."""

from collections.abc import Iterable
from dataclasses import replace

from devstack.rooms.model.booking import Booking
from devstack.rooms.model.booking_change import check
from devstack.rooms.model.draft import Draft
from devstack.rooms.model.house import House
from devstack.rooms.model.internal_copies import keep_internally
from devstack.rooms.model.locking import require_unlocked
from devstack.rooms.model.person import Person
from devstack.rooms.model.refusal import MissingError
from devstack.rooms.model.saving import save
from devstack.rooms.model.series import Series
from devstack.rooms.model.series_items import (
    carried_over,
    keep_what_is_left,
    on_an_online_resource,
    reasons_against,
    settled,
    still_to_come,
)
from devstack.rooms.model.status import Status

SYNC_RELEVANT = ("begin", "end", "participants")
"""What splits a series when it is not changed for all items still to come (R-611)."""


def change_following(
    house: House, actor: Person, before: Booking, after: Booking, *, event: str | None
) -> Booking:
    """Store a change of one item and carry it over to all that follow; return the item.

    All or nothing, as the switch `series_conflicts` says. Changed for some and not for all of the
    items still to come, a sync-relevant change splits the series (R-611, switch `series_split`).
    """
    series = _series_of(house, before)
    later = _others(still_to_come(house, series.id, since=before.begin), before)
    for item in later:
        require_unlocked(house, actor, item)
    wanted = [after, *(carried_over(house, before, after, b, series.zone) for b in later)]
    stored = {b.id: b for b in (before, *later)}
    check(house, actor, before, after, leaving=stored)
    reasons = reasons_against(house, actor, [(stored[b.id], b) for b in wanted], stored)
    kept = settled(house, wanted, reasons, stored)
    if _splits(house, before, after):
        kept = _as_new_series(house, series, kept)
    booking = _saved(house, kept, after.id, event)
    for series_id in {series.id, booking.series_id or series.id}:
        keep_what_is_left(house, house.store.series[series_id])
    return booking


def cancel_series(
    house: House, actor: Person, booking_id: int, *, sends_mail: bool, cancels_appointment: bool
) -> Booking:
    """Annul what is still to come of a series, named by any of its bookings; one mail for all."""
    booking = house.store.booking(booking_id)
    series = _series_of(house, booking)
    items = still_to_come(house, series.id)
    for item in items:
        require_unlocked(house, actor, item)
        check(house, actor, item, replace(item, status=Status.CANCELLED))
    for at, item in enumerate(items):
        event = "cancelled" if sends_mail and at == 0 else None
        save(house, replace(item, status=Status.CANCELLED), event=event)
        if not cancels_appointment:
            keep_internally(house, item)
    return house.store.booking(booking_id)


def remove_rooms(house: House, actor: Person, booking_id: int) -> Booking:
    """Move all that is still to come of a series to an online resource; one mail for all."""
    booking = house.store.booking(booking_id)
    series = _series_of(house, booking)
    items = still_to_come(house, series.id)
    wanted = [on_an_online_resource(house, item) for item in items]
    for item, after in zip(items, wanted, strict=True):
        require_unlocked(house, actor, item)
        check(house, actor, item, after)
    if wanted:
        _saved(house, wanted, wanted[0].id, "changed")
    return house.store.booking(booking_id)


def end_series(
    house: House, actor: Person, before: Booking, after: Booking, *, event: str | None
) -> Booking:
    """Make an item a single booking and annul all that follow it."""
    series = _series_of(house, before)
    _annul(house, actor, _others(still_to_come(house, series.id, since=before.begin), before))
    alone = replace(after, series_id=None, series_item_id=None, is_first_series_item=False)
    check(house, actor, before, alone)
    stored = save(house, alone, event=event)
    keep_what_is_left(house, series)
    return stored


def store_series(
    house: House,
    actor: Person,
    draft: Draft,
    wanted: list[Booking],
    *,
    leaving: list[Booking],
    event: str | None,
) -> Booking:
    """Store the dates of a confirmed draft, its own booking first, as a new series.

    `leaving` are the items of the series that it takes the place of: a new pattern always
    recreates (R-610); both are linked.
    """
    assert draft.series is not None, "only drafts with a series come here"  # noqa: S101
    before = house.store.booking(draft.booking_id)
    going = {draft.booking_id, *(b.id for b in (*leaving, *wanted))}
    pairs = [(before, wanted[0]), *((None, b) for b in wanted[1:])]
    reasons = reasons_against(house, actor, pairs, going)
    kept = settled(house, wanted, reasons, {draft.booking_id: before})
    _annul(house, actor, leaving)
    series = replace(draft.series, predecessor_id=before.series_id)
    house.store.keep_series(series)
    items = [replace(b, series_id=series.id, is_first_series_item=b is kept[0]) for b in kept]
    booking = _saved(house, items, draft.booking_id, event)
    if before.series_id is not None:
        keep_what_is_left(house, house.store.series[before.series_id])
    return booking


def _splits(house: House, before: Booking, after: Booking) -> bool:
    relevant = any(getattr(before, name) != getattr(after, name) for name in SYNC_RELEVANT)
    if not relevant or house.switches["series_split"] != "splits" or before.series_id is None:
        return False
    coming = still_to_come(house, before.series_id)
    return any(b.begin < before.begin for b in coming)


def _as_new_series(house: House, series: Series, items: list[Booking]) -> list[Booking]:
    """Return the items as those of a new series that is linked to the old one."""
    new = replace(series, id=house.store.next_number("series"), predecessor_id=series.id)
    house.store.keep_series(new)
    return [
        replace(b, series_id=new.id, is_first_series_item=at == 0)
        for at, b in enumerate(sorted(items, key=lambda b: (b.begin, b.id)))
    ]


def _saved(house: House, items: Iterable[Booking], shown: int, event: str | None) -> Booking:
    """Save the items with one mail for all, and return the one that is shown."""
    for item in items:
        save(house, item, event=event if item.id == shown else None)
    return house.store.booking(shown)


def _annul(house: House, actor: Person, items: Iterable[Booking]) -> None:
    gone = [(item, replace(item, status=Status.CANCELLED)) for item in items]
    for item, after in gone:
        require_unlocked(house, actor, item)
        check(house, actor, item, after)
    for _, after in gone:
        save(house, after, event=None)


def _others(items: Iterable[Booking], than: Booking) -> list[Booking]:
    return [b for b in items if b.id != than.id]


def _series_of(house: House, booking: Booking) -> Series:
    series = house.store.series.get(booking.series_id or 0)
    if series is None:
        raise MissingError(f"Die Buchung {booking.id} gehört zu keiner Serie.")
    return series
