"""A draft changed and confirmed: a single booking, an item of a series, a whole series."""

from dataclasses import replace

from devstack.rooms.model.booking import Booking, Change
from devstack.rooms.model.booking_change import changed, check, slot_of, status_for
from devstack.rooms.model.draft import Draft
from devstack.rooms.model.drafting import content, own_draft
from devstack.rooms.model.house import House
from devstack.rooms.model.locking import close
from devstack.rooms.model.person import Person
from devstack.rooms.model.saving import save
from devstack.rooms.model.series_changing import change_following, end_series, store_series
from devstack.rooms.model.series_drafting import giving_way, passed_on
from devstack.rooms.model.series_items import carried_over


def change_draft(
    house: House, actor: Person, draft: Draft, change: Change, *, to_series: bool = False
) -> Booking:
    """Change what a draft proposes and hold the changed slot; return the proposal.

    `to_series` is remembered: the confirmation carries the changes over to what follows.
    """
    stored, before = house.store.booking(draft.booking_id), content(house, draft)
    proposal = changed(house.store, before, change)
    leaving = {b.id for b in (*giving_way(house, draft), *draft.items)}
    check(house, actor, None if draft.is_new else stored, proposal, leaving=leaving)
    draft = replace(draft, to_series=draft.to_series or to_series)
    if draft.is_new:
        proposal = save(house, proposal, event=None)
    else:
        draft = replace(draft, proposal=proposal)
    house.store.keep_draft(draft)
    passed_on(house, actor, draft, before, proposal)
    return proposal


def confirm(
    house: House, actor: Person, draft_id: int, change: Change, *, to_series: bool = False
) -> Booking:
    """Store what the draft holds with the last changes; a refusal leaves the draft open."""
    draft = own_draft(house, actor, draft_id)
    stored = house.store.booking(draft.booking_id)
    before = content(house, draft)
    after = changed(house.store, before, change)
    wanted = change.status_id if change.status_id is not None else draft.wanted_status_id
    after = replace(
        after,
        status=status_for(actor, before.status, wanted),
        checked_in=before.checked_in or draft.checks_in,
    )
    event = None
    if draft.sends_mail:
        event = "confirmed" if draft.is_new else "changed"
    to_series = (to_series or draft.to_series) and stored.series_id is not None
    if draft.series is None and not draft.ends_series and not to_series:
        _check_single(house, actor, draft, stored, after)
    booking = _stored(house, actor, draft, (before, after), event, to_series=to_series)
    close(house, draft.id)
    return booking


def _stored(
    house: House,
    actor: Person,
    draft: Draft,
    change: tuple[Booking, Booking],
    event: str | None,
    *,
    to_series: bool,
) -> Booking:
    before, after = change
    stored = house.store.booking(draft.booking_id)
    if draft.series is not None:
        zone = draft.series.zone
        items = [carried_over(house, before, after, item, zone) for item in draft.items]
        leaving = giving_way(house, draft)
        _check_series(house, actor, draft, (stored, after), leaving)
        return store_series(house, actor, draft, [after, *items], leaving=leaving, event=event)
    if draft.ends_series:
        return end_series(house, actor, stored, after, event=event)
    if to_series:
        return change_following(house, actor, stored, after, event=event)
    return save(house, after, event=event)


def _check_single(
    house: House, actor: Person, draft: Draft, stored: Booking, after: Booking
) -> None:
    if draft.is_new:
        unmoved = slot_of(stored) == slot_of(after) and house.switches["rules_at"] == "open"
        check(house, actor, stored if unmoved else None, after)
    else:
        check(house, actor, stored, after)


def _check_series(
    house: House,
    actor: Person,
    draft: Draft,
    change: tuple[Booking, Booking],
    leaving: list[Booking],
) -> None:
    """Check the draft's own booking, which is refused as such whatever becomes of the others."""
    stored, after = change
    giving = {b.id for b in (*leaving, *draft.items)}
    unmoved = slot_of(stored) == slot_of(after)
    new = draft.is_new and (not unmoved or house.switches["rules_at"] == "confirm")
    check(house, actor, None if new else stored, after, leaving=giving)
