"""A series in a draft: drawn up, single dates moved, dropped (rooms-api 4, recurrence)."""

from dataclasses import replace
from datetime import datetime

from devstack.rooms.model.booking import Booking, Change
from devstack.rooms.model.booking_change import changed, check
from devstack.rooms.model.draft import Draft
from devstack.rooms.model.drafting import content, own_draft
from devstack.rooms.model.house import House
from devstack.rooms.model.person import Person
from devstack.rooms.model.refusal import MissingError
from devstack.rooms.model.saving import save
from devstack.rooms.model.series_building import Wish, built
from devstack.rooms.model.series_items import (
    Reasons,
    carried_over,
    reasons_against,
    still_to_come,
)


def draw_up(house: House, actor: Person, draft_id: int, wish: Wish) -> Draft:
    """Draw up a series in a draft; calling again replaces it («create or update»).

    A date that cannot be had stays in the draft with its reasons; only the first, the draft's own
    booking, is refused.
    """
    draft = own_draft(house, actor, draft_id)
    before = content(house, draft)
    series, items = built(house, actor, before, wish)
    drawn = replace(draft, series=series, items=items[1:], held=frozenset(), ends_series=False)
    return _with_first(house, actor, drawn, before, items[0])


def move_item(
    house: House,
    actor: Person,
    draft_id: int,
    item_id: int,
    *,
    start: datetime | None,
    end: datetime | None,
    resource_id: int | None,
) -> tuple[Draft, Booking]:
    """Give one date of a draft another time or room; return the draft and the date."""
    draft = own_draft(house, actor, draft_id)
    present = next((i for i in _all(house, draft) if i.series_item_id == item_id), None)
    if present is None or draft.series is None:
        raise MissingError(f"Der tempdataContext {draft_id} hat keinen Serientermin {item_id}.")
    wanted = Change(begin=start, end=end, resource_id=resource_id)
    moved = changed(house.store, present, wanted)
    if present.id == draft.booking_id:
        return _with_first(house, actor, draft, present, moved), moved
    items = tuple(moved if i.id == moved.id else i for i in draft.items)
    return _kept(house, actor, replace(draft, items=items)), moved


def drop_series(house: House, actor: Person, draft_id: int) -> Draft:
    """Remove the whole series from a draft; the booking itself stays in it.

    In the edit of a series item without a new pattern the booking becomes a single one at the
    confirmation, unless the switch `series_delete_in_edit` says that nothing happens.
    """
    draft = own_draft(house, actor, draft_id)
    before = content(house, draft)
    ends = draft.series is None and before.series_id is not None
    ends = ends and house.switches["series_delete_in_edit"] == "ends"
    dropped = replace(draft, series=None, items=(), held=frozenset(), ends_series=ends)
    house.store.keep_draft(dropped)
    if draft.series is not None:
        first = replace(before, is_first_series_item=False, series_item_id=None)
        if draft.is_new:
            save(house, first, event=None)
        else:
            stored = house.store.booking(draft.booking_id)
            first = replace(
                first,
                is_first_series_item=stored.is_first_series_item,
                series_item_id=stored.series_item_id,
            )
            house.store.keep_draft(replace(dropped, proposal=first))
    return house.store.drafts[draft.id]


def passed_on(house: House, actor: Person, draft: Draft, before: Booking, after: Booking) -> Draft:
    """Pass a change of the draft's booking on to the other dates that are drawn up in it."""
    if draft.series is None:
        return draft
    zone = draft.series.zone
    items = tuple(carried_over(house, before, after, item, zone) for item in draft.items)
    return _kept(house, actor, replace(draft, items=items))


def validated(house: House, actor: Person, draft: Draft) -> tuple[Draft, Reasons]:
    """Ask again what stands against each date; what became free is held from now on."""
    reasons = _reasons(house, actor, replace(draft, held=frozenset()))
    held = frozenset(i.id for i in draft.items if i.id not in reasons)
    if held != draft.held:
        draft = replace(draft, held=held)
        house.store.keep_draft(draft)
    return draft, reasons


def dates(house: House, draft: Draft) -> tuple[Booking, ...]:
    """Return all dates of a draft's series, the booking's own first; without a series none."""
    return () if draft.series is None else _all(house, draft)


def giving_way(house: House, draft: Draft) -> list[Booking]:
    """Return the items of the present series that a new pattern takes the place of (R-610)."""
    stored = house.store.booking(draft.booking_id)
    if draft.is_new or stored.series_id is None:
        return []
    later = still_to_come(house, stored.series_id, since=stored.begin)
    return [b for b in later if b.id != stored.id]


def _all(house: House, draft: Draft) -> tuple[Booking, ...]:
    return content(house, draft), *draft.items


def _with_first(
    house: House, actor: Person, draft: Draft, before: Booking, first: Booking
) -> Draft:
    """Put the first date in its place, which is checked like any other change of the draft."""
    stored = None if draft.is_new else house.store.booking(draft.booking_id)
    leaving = {b.id for b in giving_way(house, draft)} | {item.id for item in draft.items}
    if (before.begin, before.end, before.resource_id) != (
        first.begin,
        first.end,
        first.resource_id,
    ):
        check(house, actor, stored, first, leaving=leaving)
    if draft.is_new:
        save(house, first, event=None)
        return _kept(house, actor, draft)
    return _kept(house, actor, replace(draft, proposal=first))


def _kept(house: House, actor: Person, draft: Draft) -> Draft:
    house.store.keep_draft(draft)
    return validated(house, actor, draft)[0]


def _reasons(house: House, actor: Person, draft: Draft) -> Reasons:
    """Return what stands against the dates; the slots that the draft itself holds do not count."""
    leaving = {b.id for b in (*draft.items, *giving_way(house, draft))}
    pairs = [(None, item) for item in draft.items]
    first = content(house, draft)
    found = reasons_against(house, actor, [(first, first), *pairs], leaving)
    return {number: against for number, against in found.items() if number != first.id}
