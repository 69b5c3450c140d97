"""The day that `make demo` plays is as long and as varied as promised."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from devstack.demo.company import Company
from devstack.demo.day import KINDS, Book, Change, InviteRoomToo, kind_of
from devstack.demo.expectation import Meeting, Script
from devstack.demo.script import THE_DAY
from devstack.demo.working_days import WorkingDays
from devstack.stack.world_file import DEMO_COMPANY, read_world


@pytest.fixture
def company():
    return Company(read_world(DEMO_COMPANY))


def test_at_least_ten_people_do_at_least_sixty_things_with_six_resources(company):
    actions = list(THE_DAY.actions)
    rooms = {
        action.deed.room
        for action in actions
        if isinstance(action.deed, Book | Change | InviteRoomToo) and action.deed.room
    }

    assert len(actions) >= 60
    assert len({action.who for action in actions}) >= 10
    assert len(rooms) >= 6
    assert {company.room(name).name for name in rooms} == rooms


def test_every_kind_of_action_occurs():
    kinds = Counter(kind_of(a, part) for part in THE_DAY.rounds for a in part.actions)

    assert set(kinds) == set(KINDS)


def test_everything_in_the_script_fits_together(company):
    script = Script(company, WorkingDays(date(2026, 3, 6)))
    expected: dict[str, Meeting] = {}
    for action in THE_DAY.actions:
        after = script.after(expected.get(action.meeting), action)
        if after is not None:
            expected[action.meeting] = after

    alive = [m for m in expected.values() if m.has_event and m.has_booking]
    assert len(alive) >= 12, "something is left to be compared at the end"
    assert expected["budget"].title == "Budget 2027, zweite Lesung"
    assert not expected["budget"].has_event
    assert expected["standup"].room == "Thames"
    assert expected["board"].organizer == "emily"


def test_working_days_leave_out_weekends_and_holidays():
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    days = WorkingDays(friday, holidays=frozenset({monday}))

    assert days.day(1) == date(2026, 3, 10)
    assert days.day(-1) == date(2026, 3, 5)


def test_a_slot_is_wall_time_in_zurich():
    slot = WorkingDays(date(2026, 3, 27)).slot("1 09:00-10:30")  # the clocks change on Sunday

    assert slot.start == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)
    assert slot.end == datetime(2026, 3, 30, 8, 30, tzinfo=UTC)


def test_a_phrase_that_is_no_slot_is_refused_with_an_example():
    with pytest.raises(ValueError, match='as "1 09:00-10:00"'):
        WorkingDays(date(2026, 3, 27)).slot("Monday 9-10")
