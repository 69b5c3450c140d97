"""What becomes of a drift from one check to the next (R-841)."""

from dataclasses import replace
from datetime import timedelta

from core.domain.drift import Drift, DriftKind, DriftState, Element, drift_id
from core.domain.event import EventPlace
from core.domain.ids import person_mailbox
from core.drift.life import after_check, decided
from tests.unit.builders import ANNA, CONTOSO, LINK, NOW

HOME = EventPlace(CONTOSO, person_mailbox(ANNA))


def a_drift(**facts):
    defaults = {
        "id": "d1",
        "place": HOME,
        "mandator": "Default",
        "element": Element.SINGLE,
        "kind": DriftKind.DIFFERS,
        "digest": "a",
        "found_at": NOW,
        "checked_at": NOW,
    }
    return Drift(**{**defaults, **facts})


LATER = NOW + timedelta(days=1)
AGAIN = a_drift(found_at=LATER, checked_at=LATER)


def next_of(known, *found, now=LATER):
    return after_check([known], found, now)


def test_what_is_found_is_open():
    assert after_check([], [a_drift()], NOW) == [a_drift()]


def test_found_again_it_stays_open_and_remembers_since_when():
    (kept,) = next_of(a_drift(), AGAIN)

    assert (kept.state, kept.found_at, kept.checked_at) == (DriftState.OPEN, NOW, LATER)


def test_gone_it_is_closed_by_itself():
    (gone,) = next_of(a_drift())

    assert gone.state is DriftState.CLOSED


def test_ignored_it_stays_so_until_either_side_changes():
    ignored = decided(a_drift(), DriftState.IGNORED, "ignore", NOW)

    (same,) = next_of(ignored, AGAIN)
    (other,) = next_of(ignored, replace(AGAIN, digest="b"))

    assert (same.state, same.decision) == (DriftState.IGNORED, "ignore")
    assert (other.state, other.decision) == (DriftState.OPEN, "")
    assert next_of(ignored)[0].state is DriftState.CLOSED


def test_resolved_it_is_open_again_only_if_it_is_still_there_after_a_while():
    resolved = decided(a_drift(), DriftState.RESOLVED, "use_rooms", NOW)
    soon = replace(AGAIN, checked_at=NOW + timedelta(minutes=5))

    assert next_of(resolved, soon)[0].state is DriftState.RESOLVED
    assert next_of(resolved, AGAIN)[0].state is DriftState.OPEN
    assert next_of(resolved) == []


def test_what_was_closed_and_comes_back_is_new():
    (back,) = next_of(a_drift(state=DriftState.CLOSED), AGAIN)

    assert (back.state, back.found_at) == (DriftState.OPEN, LATER)
    assert next_of(a_drift(state=DriftState.CLOSED)) == []


def test_the_same_meeting_has_the_same_name_and_each_date_its_own():
    assert drift_id(HOME, mapping_id=LINK) == drift_id(HOME, mapping_id=LINK, event_id="e")
    assert drift_id(HOME, mapping_id=LINK) != drift_id(HOME, mapping_id=LINK, original_start=NOW)
