"""Depth `ports` tells the same as the adapters do of the same simulators, value by value."""

import pytest

from core.adapters.graph.calendar import GraphCalendar
from core.bootstrap.network_ports import NetworkPorts
from core.bootstrap.outside import Outside
from core.domain.ids import BookingId, EnvironmentId, EventId
from core.domain.interval import Interval
from core.errors import NotFoundError, ServiceUnavailableError
from core.ports.rooms import BookingQuery
from tests.kit.closing import assert_closed
from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment
from tests.kit.outlook import EventRef
from tests.kit.recurring import FIRST, items, weekly
from tests.kit.wire import Wire
from tests.kit.world import World
from tests.simulation.ports.world import a_ports_world

CONTOSO = EnvironmentId("contoso")


@pytest.fixture
async def world():
    made = await a_ports_world(seed=7)
    yield made
    await made.ends()


@pytest.fixture
async def lived_in(world):
    """A world in which people did this and that; everything is at rest."""
    anna, lea = world.outlook("anna"), world.rooms("lea")
    await anna.books("Säntis", at="tomorrow 09:00-10:00", attendees=["marc", "guest@fabrikam.ch"])
    private = await anna.books("Eiger", at="tomorrow 11:00-12:00", subject="Arzt", private=True)
    gone = await anna.books("Pilatus", at="tomorrow 14:00-15:00", subject="Fällt aus")
    series = await anna.books(
        "Säntis", at=FIRST, subject="Woche", attendees=["lea"], recurrence=weekly(times=5)
    )
    await lea.books("Pilatus", at="in 3 days 09:00-10:00", participants=["anna", "Frau Muster"])
    await lea.books("Eiger", at="in 4 days 09:00-10:00", title="Geheim", private=True)
    await lea.books_series("Eiger", at=FIRST, recurrence=items(number=4))
    await world.settles()
    await anna.cancels(gone)
    await anna.shows_as(private, "oof")
    dates = await anna.dates(series)
    await anna.moves(dates[1], "2026-03-10 15:00-16:00")
    await anna.deletes(dates[2])
    await world.settles()
    return world


@pytest.fixture
async def network(lived_in):
    """The real adapters on the simulators of the same world."""
    wires = {
        side: Wire(side, app, now=lived_in.clock.now)
        for side, app in (
            ("graph", lived_in.exchange.app),
            ("rooms", lived_in.booking_system.app),
        )
    }
    outside = Outside(graph_transport=wires["graph"], rooms_transport=wires["rooms"])
    roster = (await lived_in.app.services()).roster
    ports = NetworkPorts(lived_in._app_settings(), outside, roster=roster, clock=lived_in.clock)
    yield ports
    await ports.close()


async def places(world):
    """Return every mailbox of the settings."""
    directory = await (await world.app.services()).roster.directory()
    known = (*directory.persons.values(), *directory.resources.values())
    return [entry.place for entry in known if entry.place.environment == CONTOSO]


async def test_every_event_and_series_is_read_alike(lived_in, network):
    services = await lived_in.app.services()
    model, graph = services.calendars[CONTOSO], network.calendar(CONTOSO)
    assert isinstance(graph, GraphCalendar)
    now = lived_in.clock.now()
    window = Interval(now, now.replace(year=now.year + 1))
    seen = 0
    for place in await places(lived_in):
        shown = [event async for event in model.list_events(place, window)]
        assert shown == [event async for event in graph.list_events(place, window)]
        for event in shown:
            seen += 1
            assert await model.get_event(place, event.event_id) == event
            assert await model.find_by_ical_uid(place, event.ical_uid) == (
                await graph.find_by_ical_uid(place, event.ical_uid)
            )
            if event.series_master is not None:
                master = event.series_master
                told = await model.get_series(place, master)
                assert told == await graph.get_series(place, master)
    assert seen > 20


async def test_a_delta_round_tells_the_same_changes(lived_in, network):
    services = await lived_in.app.services()
    model, graph = services.calendars[CONTOSO], network.calendar(CONTOSO)
    now = lived_in.clock.now()
    window = Interval(now, now.replace(year=now.year + 1))
    lived_in.exchange.switches.set("delta_empty_pages", False)
    for place in await places(lived_in):
        ours = await model.changes(place, window, None)
        theirs = await graph.changes(place, window, None)
        assert (ours.events, ours.removed, ours.is_last) == (
            theirs.events,
            theirs.removed,
            theirs.is_last,
        )


async def test_every_booking_is_read_alike(lived_in, network):
    services = await lived_in.app.services()
    listed = await services.rooms.find_bookings(BookingQuery())
    assert listed == await network.rooms.find_bookings(BookingQuery())
    assert len(listed) > 10
    for booking in listed:
        assert await network.rooms.get_booking(booking.booking_id) == booking
        if booking.series_id is not None:
            assert await services.series.read_series(booking) == (
                await network.series.read_series(booking)
            )
    with pytest.raises(NotFoundError):
        await services.rooms.get_booking(BookingId(1))


async def test_an_onlooker_sees_the_same(lived_in):
    whole = World.all_events(lived_in), World.bookings(lived_in)
    events, bookings = await whole[0], await whole[1]
    # What a rule is called is nobody's concern here.
    unnamed = [_without_zone(e) for e in await lived_in.all_events()]
    assert unnamed == [_without_zone(e) for e in events]
    assert await lived_in.bookings() == bookings
    assert lived_in.all_dates() == World.all_dates(lived_in)
    for event in events:
        ref = EventRef(event.mailbox, event.event_id)
        assert _without_zone(await lived_in.event(ref)) == _without_zone(event)


def _without_zone(event):
    if event.recurrence is not None:
        event.recurrence["range"].pop("recurrenceTimeZone", None)
    return event


async def test_every_call_is_noted_with_what_it_may_change(lived_in):
    written = {(c.side, c.method) for c in lived_in.service_writes()}
    assert {("graph", "update_event"), ("rooms", "confirm_draft")} <= written
    read = {(c.side, c.method) for c in lived_in.calls if c.is_read}
    assert {("graph", "get_event"), ("rooms", "get_booking")} <= read
    assert not {("graph", "get_event"), ("rooms", "get_booking")} & written
    await assert_closed(lived_in)


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("port", ["graph.create_event", "rooms.confirm_draft"])
@pytest.mark.parametrize("error", [WorkerKilledError, lambda: ServiceUnavailableError("down")])
async def test_a_call_can_be_struck_before_and_after_its_effect(world, port, moment, error):
    world.interruptions.strike(f"^{port}$", error, moment=moment)
    await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.rooms("lea").books("Eiger", at="tomorrow 09:00-10:00")
    await world.settles()
    await world.advances(minutes=5, timers=())
    await world.then_rooms_has("Säntis", "tomorrow 09:00-10:00", organizer="anna")
    await world.then_outlook_has("lea", "tomorrow 09:00-10:00", rooms=["Eiger"])
    await assert_closed(world)


async def test_what_people_may_not_do_is_refused_here_too(lived_in):
    with pytest.raises(AssertionError, match="occupied"):
        await lived_in.rooms("marc").books("Säntis", at="tomorrow 09:00-10:00")
    missing = EventRef("anna", EventId("AAkALg" + "A" * 80))
    with pytest.raises(AssertionError, match="404"):
        await lived_in.outlook("anna").deletes(missing)
