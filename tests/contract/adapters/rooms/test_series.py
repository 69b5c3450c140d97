"""Series through the adapter: each date with its answer, whole series changed, cancelled, read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from core.adapters.rooms.series import RoomsSeries
from core.domain.booking import BookingStatus
from core.domain.changes import BookingChanges
from core.domain.expansion import occurrences
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.meeting import Attendee
from core.domain.refusal import RefusalCode
from core.domain.series import (
    WORKING_DAYS,
    Pattern,
    PatternKind,
    Recurrence,
    SeriesRange,
    WallSpan,
    Weekday,
    WeekIndex,
)
from core.domain.series_draft import SeriesDraft, WantedDate
from core.domain.series_shape import shape_of
from core.errors import (
    BookingRefusedError,
    LockedError,
    SeriesNotTakenError,
    ServiceUnavailableError,
)
from core.ports.rooms import BookingQuery
from devstack.kit.world import World
from tests.contract.adapters.rooms.conftest import (
    ANNA,
    BEAT,
    OID,
    OTHER_ROOM,
    PERSONS,
    ROOM,
    START,
    WORLD,
    requests_to,
)
from tests.simulation.ports.bookings import ModelBookings
from tests.simulation.ports.room_series import ModelSeries

ONLINE = ResourceId(105)
DAILY = Pattern(kind=PatternKind.DAILY)
BERN = "Europe/Zurich"


@pytest.fixture(autouse=True)
def with_an_online_resource(simulator):
    load(simulator)


def load(simulator, *, zone=BERN, **more):
    online = {"rooms_id": 105, "name": "Online", "mode": "None", "online": True}
    persons = [{**p, "time_zone": zone} for p in WORLD["persons"]]
    world = {**WORLD, "persons": persons, "resources": [*WORLD["resources"], online], **more}
    simulator.load(World.model_validate(world))


@pytest.fixture
async def series(rooms, rooms_line):
    if isinstance(rooms, ModelBookings):
        return ModelSeries(
            rooms_line, rooms, person_at=PERSONS.get, known_names=lambda: ["Carla Rossi"]
        )
    return RoomsSeries(
        rooms._connection, rooms, person_at=PERSONS.get, known_names=lambda: ["Carla Rossi"]
    )


def a_series(pattern=DAILY, *, first="2026-03-10T09:00", many=4, zone=BERN, room=ROOM, **changes):
    """Return a draft of `many` dates of an hour; `without` are the places of cancelled ones."""
    start = datetime.fromisoformat(first)
    rule = Recurrence(
        pattern=pattern,
        range=SeriesRange(first=start.date()),
        span=WallSpan(start=start, end=start + timedelta(hours=1)),
        zone=zone,
    )
    dates = [
        WantedDate(original_start=o.original_start, time=o.time)
        for o in islice(occurrences(rule), many)
    ]
    values = {
        "appointment_oid": OID,
        "title": "Planung",
        "recurrence": rule,
        "dates": tuple(dates),
        "resource": room,
        "organizer": ANNA,
        "attendees": (
            Attendee("beat@contoso.example", "Beat Kunz"),
            Attendee("guest@fabrikam.example", "Guest"),
        ),
    }
    return SeriesDraft(**(values | changes))


def with_dates(draft, **by_place):
    """Return a draft with some dates moved (an Interval), in another room, or left out (None)."""
    dates = list(draft.dates)
    for name, other in by_place.items():
        at = int(name.removeprefix("d"))
        if isinstance(other, Interval):
            dates[at] = replace(dates[at], time=other)
        elif other is not None:
            dates[at] = replace(dates[at], resource=other)
        else:
            dates[at] = None
    return replace(draft, dates=tuple(d for d in dates if d is not None))


def hour(day, start, minutes=60):
    begin = datetime(2026, 3, day, start, tzinfo=UTC)
    return Interval(begin, begin + timedelta(minutes=minutes))


async def booked(series, draft):
    return await series.confirm_series(await series.open_series(draft))


async def taken(beat, resource, start, end, **more):
    """Let Beat have a resource, in ROOMS itself."""
    slot = {"ressourceId": resource, "start": start, "end": end}
    await beat.post("v2.0/bookings/quickbooking", json={**slot, **more})


def told(outcome):
    """Return for each date the day with what became of it."""
    words = []
    for answer in outcome.answers:
        day = answer.date.original_start.day
        if answer.refusal is not None:
            words.append((day, answer.refusal.code.value))
        else:
            words.append((day, "left" if answer.booking is None else answer.booking.resource))
    return words


def active(simulator):
    """Return what occupies resources in ROOMS: resource and begin."""
    found = [
        (b.resource_id, b.begin)
        for b in simulator.house.store.bookings.values()
        if b.is_active and b.resource_id != 9900
    ]
    return sorted(found, key=lambda pair: pair[1])


@pytest.mark.parametrize(
    ("pattern", "many", "expected"),
    [
        (DAILY, 3, ["03-10T08", "03-11T08", "03-12T08"]),
        (
            Pattern(kind=PatternKind.WEEKLY, interval=2, weekdays=frozenset({Weekday.TUESDAY})),
            3,
            ["03-10T08", "03-24T08", "04-07T07"],
        ),
        (
            Pattern(kind=PatternKind.ABSOLUTE_MONTHLY, day_of_month=10),
            3,
            ["03-10T08", "04-10T07", "05-10T07"],
        ),
        (
            Pattern(
                kind=PatternKind.RELATIVE_MONTHLY,
                weekdays=frozenset({Weekday.TUESDAY}),
                index=WeekIndex.SECOND,
            ),
            2,
            ["03-10T08", "04-14T07"],
        ),
        (Pattern(kind=PatternKind.WEEKLY, weekdays=WORKING_DAYS), 5, None),
    ],
)
async def test_a_series_is_booked_by_one_draft(series, simulator, pattern, many, expected):
    draft = a_series(pattern, many=many, room=OTHER_ROOM)

    outcome = await booked(series, draft)

    assert [a.refusal for a in outcome.answers] == [None] * many
    times = [a.booking.time for a in outcome.answers]
    assert times == [d.time for d in draft.dates]
    if expected:
        assert [t.start.strftime("%m-%dT%H") for t in times] == expected
    assert {a.booking.series_id for a in outcome.answers} == {outcome.series_id}
    assert {a.booking.appointment_oid for a in outcome.answers} == {OID}
    assert {a.booking.title for a in outcome.answers} == {"Planung"}
    assert all(len(a.booking.participants) == 2 for a in outcome.answers)
    writes = [r.operation for r in requests_to(simulator) if r.method != "GET"]
    assert writes == [
        "Bookings_Create",
        "Bookings_CreateSerieForReservation",
        "Bookings_Confirm",
    ]
    assert simulator.controls.mails.since(0) == []


async def test_the_pattern_is_read_back_as_it_was_written(series):
    for pattern in (
        DAILY,
        Pattern(
            kind=PatternKind.WEEKLY,
            weekdays=frozenset({Weekday.TUESDAY, Weekday.SUNDAY}),
        ),
        Pattern(kind=PatternKind.WEEKLY, weekdays=WORKING_DAYS),
        Pattern(kind=PatternKind.ABSOLUTE_MONTHLY, interval=2, day_of_month=10),
        Pattern(
            kind=PatternKind.RELATIVE_MONTHLY,
            weekdays=frozenset({Weekday.SUNDAY}),
            index=WeekIndex.LAST,
        ),
    ):
        outcome = await booked(series, a_series(pattern, many=2, room=OTHER_ROOM))
        item = next(a.booking for a in outcome.answers if a.booking)
        assert item.series_pattern == pattern
        await series.cancel_series(item)


async def test_what_rooms_made_in_another_zone_is_read_as_exceptions(
    series, rooms, simulator, control, beat
):
    """As in the vendor's example, three years on: made in Bern for New York (R-661, R-662)."""
    load(simulator, zone="America/New_York")
    await control("switches", {"series_zone": "location"})
    body = {
        "ressourceId": 102,
        "beginn": "2026-10-23T07:00:00Z",
        "ende": "2026-10-23T08:00:00Z",
    }
    opened = (await beat.post("v1.0/reservation/create", json=body)).json()
    context = {"tempdataContextId": opened["tempdataContextId"]}
    rule = {"recurrenceType": "Daily", "iterations": 11}
    await beat.post("v1.0/reservation/recurrence/create", json={**context, **rule})
    await beat.put("v1.0/reservation/confirm", json=context)
    sample = await rooms.get_booking(opened["reservationId"])

    items = await series.read_series(sample)

    shape = shape_of(items[0].series_pattern, [b.time for b in items], "America/New_York")
    assert len(shape.moved) == 7
    assert (shape.missing, shape.stray) == ((), ())


async def test_a_year_of_weeks_costs_a_dozen_calls_at_most(series, simulator):
    weekly = Pattern(kind=PatternKind.WEEKLY, weekdays=frozenset({Weekday.TUESDAY}))

    outcome = await booked(series, a_series(weekly, many=52))

    assert len({a.booking.booking_id for a in outcome.answers}) == 52
    assert len(requests_to(simulator)) <= 9


async def test_dates_that_are_taken_are_refused_and_the_others_booked(series, simulator, beat):
    await taken(beat, 101, "2026-03-11T08:30:00Z", "2026-03-11T09:00:00Z", title="Geheim")

    outcome = await booked(series, a_series(many=5, first="2026-03-10T09:00"))

    assert told(outcome) == [(10, 101), (11, "occupied"), (12, 101), (13, 101), (14, "closed")]
    assert all("Geheim" not in a.refusal.text for a in outcome.answers if a.refusal)
    anna = [(r, b.day) for r, b in active(simulator)]
    assert anna == [(101, 10), (101, 11), (101, 12), (101, 13)]  # the 11th is Beat's


async def test_refused_dates_may_stay_in_rooms_without_a_room(series, simulator, beat):
    await taken(beat, 102, "2026-03-11T08:00:00Z", "2026-03-11T09:00:00Z")

    outcome = await booked(series, a_series(room=OTHER_ROOM, keeps_roomless=True))

    second = outcome.answers[1]
    assert (second.refusal.code, second.booking.resource) == (RefusalCode.OCCUPIED, ONLINE)
    assert second.booking.series_id == outcome.series_id


async def test_the_first_date_that_is_free_begins_the_series(series, simulator, beat):
    """Blocking time on Monday the 9th, closed on the weekend before it."""
    outcome = await booked(series, a_series(first="2026-03-07T09:00", many=5))

    assert told(outcome) == [
        (7, "closed"),
        (8, "closed"),
        (9, "blocking_time"),
        (10, 101),
        (11, 101),
    ]
    assert [b.day for _, b in active(simulator)] == [10, 11]


async def test_when_nothing_can_be_had_nothing_is_written(series, simulator):
    draft = a_series(Pattern(kind=PatternKind.WEEKLY, weekdays=frozenset({Weekday.SUNDAY})))

    opened = await series.open_series(draft)
    outcome = await series.confirm_series(opened)

    assert (opened.context, outcome.series_id) == (None, None)
    assert {code for _, code in told(outcome)} == {"closed"}
    assert [r for r in requests_to(simulator) if r.method != "GET"] == []


async def test_what_stands_against_all_dates_is_asked_once(series, simulator):
    """Nothing longer than half an hour."""
    draft = a_series(room=OTHER_ROOM)
    simulator.house.store.keep_resource(
        replace(simulator.house.store.resources[102], max_minutes=30)
    )

    outcome = await booked(series, draft)

    assert {code for _, code in told(outcome)} == {"too_long"}
    assert len(requests_to(simulator, "Bookings_Create")) == 1
    assert active(simulator) == []


async def test_exceptions_and_cancelled_dates_are_booked_as_they_are(series, simulator):
    """Another hour, another room, cancelled: three writes beside the series itself."""
    draft = with_dates(
        a_series(many=6, first="2026-03-10T09:00", room=OTHER_ROOM),
        d1=hour(11, 13, 30),
        d2=ROOM,
        d3=None,
    )

    outcome = await booked(series, draft)

    assert told(outcome) == [(10, 102), (11, 102), (12, 101), (14, 102), (15, 102)]
    assert outcome.answers[1].booking.time == hour(11, 13, 30)
    assert [(r, b.day, b.hour) for r, b in active(simulator)] == [
        (102, 10, 8),
        (102, 11, 13),
        (101, 12, 8),
        (102, 14, 8),
        (102, 15, 8),
    ]
    assert len(requests_to(simulator, "Bookings_UpdateSeriesItem")) == 2
    assert len(requests_to(simulator, "Bookings_Cancel")) == 1


async def test_an_exception_that_is_taken_is_refused(series, simulator, beat):
    await taken(beat, 102, "2026-03-11T13:00:00Z", "2026-03-11T14:00:00Z")
    draft = with_dates(a_series(room=OTHER_ROOM), d1=hour(11, 13, 30))

    outcome = await booked(series, draft)

    assert told(outcome) == [(10, 102), (11, "occupied"), (12, 102), (13, 102)]


async def test_an_exception_whose_own_slot_is_taken_at_the_start_is_left_to_others(
    series, simulator, beat
):
    """The rule's first slot is taken, the moved date is free: the series begins after it."""
    await taken(beat, 102, "2026-03-10T08:00:00Z", "2026-03-10T09:00:00Z")
    draft = with_dates(a_series(room=OTHER_ROOM), d0=hour(10, 13, 30))

    outcome = await booked(series, draft)

    assert told(outcome) == [(10, "left"), (11, 102), (12, 102), (13, 102)]


async def test_an_organizer_in_another_zone_gets_the_dates_that_were_meant(series, simulator):
    """ROOMS computes in New York, the rule in Bern: three weeks differ (R-660, R-662)."""
    load(simulator, zone="America/New_York")
    weekly = Pattern(kind=PatternKind.WEEKLY, weekdays=frozenset({Weekday.TUESDAY}))
    draft = a_series(weekly, first="2026-03-03T09:00", many=6)

    outcome = await booked(series, draft)

    local = [a.booking.time.start.astimezone(ZoneInfo(BERN)).hour for a in outcome.answers]
    assert local == [9] * 6
    assert len(requests_to(simulator, "Bookings_UpdateSeriesItem")) == 3


@pytest.mark.parametrize(
    ("switches", "pattern"),
    [
        (
            {"series_week_start": "sunday"},
            Pattern(
                kind=PatternKind.WEEKLY,
                interval=2,
                weekdays=frozenset({Weekday.TUESDAY, Weekday.SUNDAY}),
                first_weekday=Weekday.MONDAY,
            ),
        ),
        (
            {"series_short_months": "skipped"},
            Pattern(kind=PatternKind.ABSOLUTE_MONTHLY, day_of_month=31),
        ),
        ({"validation_state": "2 valid"}, DAILY),
        ({"series_link": "first_item"}, DAILY),
        ({"timestamps": "naive"}, DAILY),
    ],
)
async def test_however_rooms_reads_a_pattern_no_date_is_wrong(
    series, simulator, control, switches, pattern
):
    await control("switches", switches)
    draft = a_series(pattern, room=OTHER_ROOM)

    outcome = await booked(series, draft)

    wanted = {d.time.start for d in draft.dates}
    assert {b for _, b in active(simulator)} <= wanted
    assert [a.booking.time.start for a in outcome.answers if a.booking] == sorted(
        b for _, b in active(simulator)
    )
    assert all(a.refusal is None for a in outcome.answers)


@pytest.mark.parametrize(
    "switches",
    [
        {"series_conflicts": "left_out"},
        {"series_conflicts": "without_room", "refusal": "200"},
        {"series_conflicts": "refused"},
        {"series_conflicts": "refused", "refusal": "200"},
    ],
)
async def test_however_rooms_treats_conflicts_the_answers_are_the_same(
    series, simulator, control, beat, switches
):
    await control("switches", switches)
    await taken(beat, 102, "2026-03-11T08:00:00Z", "2026-03-11T09:00:00Z")

    outcome = await booked(series, a_series(room=OTHER_ROOM))

    assert told(outcome) == [(10, 102), (11, "occupied"), (12, 102), (13, 102)]
    assert len(active(simulator)) == 4


@pytest.mark.parametrize(
    "pattern",
    [
        Pattern(kind=PatternKind.ABSOLUTE_YEARLY, day_of_month=10, month=3),
        Pattern(kind=PatternKind.RELATIVE_MONTHLY, weekdays=WORKING_DAYS, index=WeekIndex.LAST),
    ],
)
async def test_what_rooms_cannot_say_is_known_without_asking(series, simulator, pattern):
    with pytest.raises(SeriesNotTakenError):
        await series.open_series(a_series(pattern, many=2))

    assert requests_to(simulator) == []


@pytest.mark.parametrize("shape", ["4xx", "200"])
async def test_a_series_beyond_the_limit_is_not_taken_and_leaves_no_draft(
    series, simulator, control, shape
):
    load(simulator, user_groups=[{"id": 1, "members": [11], "max_daily": 2}])
    await control("switches", {"refusal": shape})

    with pytest.raises(SeriesNotTakenError):
        await series.open_series(a_series(many=6, room=OTHER_ROOM))

    assert simulator.house.store.drafts == {}


async def test_without_an_online_resource_a_partly_refused_series_is_not_taken(
    series, simulator, beat
):
    simulator.load(World.model_validate(WORLD))
    await taken(beat, 102, "2026-03-11T08:00:00Z", "2026-03-11T09:00:00Z")

    with pytest.raises(SeriesNotTakenError):
        await series.open_series(a_series(room=OTHER_ROOM))

    assert (simulator.house.store.drafts, len(active(simulator))) == ({}, 1)


async def test_a_date_that_only_a_draft_holds_makes_us_wait(series, beat):
    await beat.post(
        "v1.0/reservation/create",
        json={
            "ressourceId": 102,
            "beginn": "2026-03-11T08:00:00Z",
            "ende": "2026-03-11T09:00:00Z",
        },
    )

    with pytest.raises(LockedError):
        await series.open_series(a_series(room=OTHER_ROOM))


async def test_a_drawn_up_series_is_dropped(series, simulator):
    opened = await series.open_series(a_series(room=OTHER_ROOM))
    held = len(simulator.house.store.drafts)

    await series.abort_series(opened)
    await series.abort_series(opened)

    assert (held, simulator.house.store.drafts, active(simulator)) == (1, {}, [])


@pytest.mark.parametrize("path", ["recurrence/create", "recurrence/update"])
@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"half_answer": True}, {"fail_after_success": 504}]
)
@pytest.mark.over_http
async def test_a_failure_while_it_is_drawn_up_leaves_no_draft(
    series, simulator, control, path, fault
):
    await control("faults", {"match": {"path": path}, "times": 1, "do": fault})
    draft = with_dates(a_series(room=OTHER_ROOM), d1=hour(11, 13, 30))

    with pytest.raises(ServiceUnavailableError):
        await series.open_series(draft)

    assert simulator.house.store.drafts == {}
    assert active(simulator) == []


@pytest.mark.over_http
async def test_a_confirmation_whose_answer_is_lost_is_found_by_its_link(
    series, rooms, simulator, control
):
    fault = {"fail_after_success": 504}
    await control("faults", {"match": {"path": "reservation/confirm"}, "times": 1, "do": fault})
    draft = a_series(room=OTHER_ROOM)

    with pytest.raises(ServiceUnavailableError):
        await series.confirm_series(await series.open_series(draft))

    found = await rooms.find_bookings(BookingQuery(organizer=ANNA))
    assert [b.time for b in found if b.appointment_oid == OID] == [d.time for d in draft.dates]
    assert await series.read_series(found[0]) == tuple(found)


@pytest.fixture
async def four(series):
    """Four days in Titlis from 10 March on."""
    outcome = await booked(series, a_series(room=OTHER_ROOM))
    return [a.booking for a in outcome.answers]


async def test_a_series_is_read_by_two_calls_with_what_was_cancelled(
    series, rooms, simulator, four
):
    await rooms.cancel_booking(four[1].booking_id)
    before = len(requests_to(simulator))

    found = await series.read_series(four[0])

    assert [b.booking_id for b in found] == [b.booking_id for b in four]
    assert [b.status is BookingStatus.CANCELLED for b in found] == [False, True, False, False]
    assert len(requests_to(simulator)) - before == 2


async def test_a_cancelled_last_date_is_found_by_who_knows_of_it(series, rooms, four):
    await rooms.cancel_booking(four[3].booking_id)
    span = Interval(four[0].time.start, four[3].time.end)

    known = await series.read_series(four[0], span)
    unknown = await series.read_series(four[0])

    assert (len(known), len(unknown)) == (4, 3)


async def test_a_date_of_another_organizer_is_not_lost(series, rooms, four):
    await rooms.update_booking(four[2], BookingChanges(organizer=BEAT))

    found = await series.read_series(four[0])

    assert [b.organizer for b in found] == [ANNA, ANNA, BEAT, ANNA]


async def test_a_single_booking_is_a_series_of_its_own(series, book):
    single = await book()

    assert await series.read_series(single) == (single,)


@pytest.mark.parametrize(
    "changes",
    [
        BookingChanges(title="Neu"),
        BookingChanges(title="Neu", attendees=(Attendee("beat@contoso.example"),)),
        BookingChanges(title="Neu", organizer=BEAT),
        BookingChanges(title="Neu", resource=ROOM),
        BookingChanges(title="Neu", time=hour(10, 12)),
    ],
)
async def test_a_whole_series_is_changed_by_its_first_date(series, four, changes):
    after = await series.update_following(four[0], changes)

    assert [b.booking_id for b in after] == [b.booking_id for b in four]
    assert {b.title for b in after} == {"Neu"}
    assert {len(b.participants) for b in after} == {1 if changes.attendees else 2}
    assert {b.organizer for b in after} == {changes.organizer or ANNA}
    assert {b.resource for b in after} == {changes.resource or OTHER_ROOM}
    assert {b.time.start.hour for b in after} == {12 if changes.time else 8}
    assert {b.series_id for b in after} == {four[0].series_id}


@pytest.mark.over_http
async def test_no_change_is_no_write(series, simulator, four):
    before = len([r for r in requests_to(simulator) if r.method != "GET"])

    await series.update_following(four[0], BookingChanges())

    assert len([r for r in requests_to(simulator) if r.method != "GET"]) == before


async def test_another_pattern_takes_the_place_of_the_old_one(series, simulator, four):
    """Its own old slots do not stand in its way; the first item is kept (R-610)."""
    every_other = Pattern(kind=PatternKind.DAILY, interval=2)
    draft = a_series(every_other, many=4, room=OTHER_ROOM, title="Neu")

    opened = await series.open_series(draft, four[0])
    outcome = await series.confirm_series(opened)

    assert told(outcome) == [(10, 102), (12, 102), (14, 102), (16, 102)]
    assert outcome.answers[0].booking.booking_id == four[0].booking_id
    assert {a.booking.title for a in outcome.answers} == {"Neu"}
    assert outcome.series_id != four[0].series_id
    assert len(active(simulator)) == 4


@pytest.mark.parametrize("many", [2, 6])
async def test_a_series_becomes_shorter_or_longer_and_keeps_its_exceptions(
    series, rooms, simulator, four, many
):
    await rooms.update_booking(four[1], BookingChanges(time=hour(11, 13)))
    draft = with_dates(a_series(many=many, room=OTHER_ROOM), d1=hour(11, 13))

    outcome = await series.confirm_series(await series.open_series(draft, four[0]))

    assert [a.booking.time for a in outcome.answers] == [d.time for d in draft.dates]
    assert len(active(simulator)) == many


async def test_a_single_booking_becomes_the_first_of_a_series(series, simulator, book):
    single = await book(time=hour(10, 8), resource=OTHER_ROOM)

    opened = await series.open_series(a_series(room=OTHER_ROOM), single)
    outcome = await series.confirm_series(opened)

    assert told(outcome) == [(10, 102), (11, 102), (12, 102), (13, 102)]
    assert outcome.answers[0].booking.booking_id == single.booking_id
    assert len(active(simulator)) == 4


async def test_what_is_dropped_or_refused_leaves_the_old_series_as_it_was(series, simulator, four):
    later = a_series(first="2026-03-10T12:00", room=OTHER_ROOM)
    sundays = Pattern(kind=PatternKind.WEEKLY, weekdays=frozenset({Weekday.SUNDAY}))

    await series.abort_series(await series.open_series(later, four[0]))
    refused = await series.open_series(a_series(sundays), four[0])
    outcome = await series.confirm_series(refused)

    assert (refused.context, {code for _, code in told(outcome)}) == (None, {"closed"})
    assert simulator.house.store.drafts == {}
    assert await series.read_series(four[0]) == tuple(four)


async def test_a_series_in_somebodys_editor_is_not_replaced_now(series, simulator, beat, four):
    await beat.post(f"v1.0/reservation/edit/{four[0].booking_id}")

    with pytest.raises(LockedError):
        await series.open_series(a_series(many=2, room=OTHER_ROOM), four[0])

    assert len(simulator.house.store.drafts) == 1


async def test_this_and_following_may_come_back_as_another_series(series, four):
    after = await series.update_following(four[2], BookingChanges(time=hour(12, 12)))

    left = await series.read_series(four[0])
    assert [b.booking_id for b in after] == [b.booking_id for b in four[2:]]
    assert after[0].series_id != four[0].series_id
    assert [b.booking_id for b in left] == [b.booking_id for b in four[:2]]


@pytest.mark.parametrize("shape", ["4xx", "200"])
async def test_a_change_that_one_date_cannot_take_is_refused(series, control, beat, four, shape):
    await control("switches", {"refusal": shape})
    await taken(beat, 102, "2026-03-12T12:00:00Z", "2026-03-12T13:00:00Z")

    with pytest.raises(BookingRefusedError) as no:
        await series.update_following(four[0], BookingChanges(time=hour(10, 12)))

    assert no.value.code is RefusalCode.OCCUPIED
    assert await series.read_series(four[0]) == tuple(four)


async def test_an_item_in_somebodys_editor_is_a_lock_not_a_refusal(series, beat, four):
    await beat.post(f"v1.0/reservation/edit/{four[2].booking_id}")

    for write in (
        lambda: series.update_following(four[0], BookingChanges(title="Neu")),
        lambda: series.cancel_series(four[0]),
        lambda: series.remove_rooms(four[0]),
    ):
        with pytest.raises(LockedError):
            await write()

    assert await series.read_series(four[0]) == tuple(four)


async def test_one_date_is_changed_as_any_booking(series, rooms, four):
    await rooms.update_booking(four[1], BookingChanges(title="Eigener", time=hour(11, 12)))

    after = await series.read_series(four[0])

    assert [b.title for b in after] == ["Planung", "Eigener", "Planung", "Planung"]
    assert {b.series_id for b in after} == {four[0].series_id}


async def test_a_series_is_cancelled_from_now_on(series, simulator, clock, four):
    clock.advance(datetime(2026, 3, 11, 8, 30, tzinfo=UTC) - START)

    after = await series.cancel_series(four[3])

    cancelled = [b.status is BookingStatus.CANCELLED for b in after]
    assert cancelled == [False, False, True, True]
    assert simulator.controls.mails.since(0) == []


async def test_cancelling_what_is_no_series_returns_what_is_there(series, book):
    single = await book()

    after = await series.cancel_series(single)

    assert [b.status for b in after] == [single.status]


async def test_a_series_loses_its_rooms(series, four):
    after = await series.remove_rooms(four[0])

    assert [b.resource for b in after] == [ONLINE] * 4


@pytest.mark.over_http
async def test_answers_in_pascal_case_are_read(series, simulator, rooms):
    rooms._connection._http.headers["X-JsonPropertyFormat"] = "pascal"

    outcome = await booked(series, a_series(room=OTHER_ROOM))

    assert told(outcome) == [(10, 102), (11, 102), (12, 102), (13, 102)]
