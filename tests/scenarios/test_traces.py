"""One action of a person is one trace, from notification to last write (docs/telemetry.md)."""

import re
from collections import Counter
from datetime import timedelta

import pytest

from core.app.measuring import take_measure
from core.app.sweep import sweep_links
from core.telemetry.recorder import Shares
from core.telemetry.vocabulary import ATTRIBUTES, EWS, GRAPH, ROOMS, SPANS
from tests.kit.telemetry import told, tree

WHEN = "tomorrow 09:00-10:00"
SUBJECT = "Fusion mit Weber"
BUSY = {"error": {"code": "ErrorServerBusy", "message": "The server is too busy."}}


@pytest.fixture
def telling(request):
    with told(getattr(request, "param", None)) as all_told:
        yield all_told


def since(telling, mark):
    """Return the spans that began after a moment of the notes' own clock."""
    return [span for span in telling.spans if span.start_time > mark]


def mark(telling):
    return telling.spans[-1].start_time


def calls_of(spans):
    """Return how many requests went to Exchange and ROOMS."""
    kinds = Counter(span.name.partition(" ")[0] for span in spans)
    return {"exchange": kinds[GRAPH.name] + kinds[EWS.name], "rooms": kinds[ROOMS.name]}


def sent(costs):
    calls = [call for call in costs.calls if not call.is_login]
    rooms = sum(call.side == "rooms" for call in calls)
    return {"exchange": len(calls) - rooms, "rooms": rooms}


def in_its_lines(lines, names):
    """Tell whether names come in this order, each once a line."""
    rest = iter(line.strip() for line in lines)
    return all(any(line == name for line in rest) for name in names)


ON_PREMISES = {"webhook graph": "webhook exchange", "look push": "look wake_up"}


def there(world, *names):
    """Return the names as they are where mailboxes are on premises."""
    if world.company.exchange != "ews":
        return list(names)
    return [ON_PREMISES.get(name, name.replace("graph ", "ews ")) for name in names]


async def test_what_is_booked_in_outlook_is_one_trace_to_the_write_in_rooms(telling, world):
    before = mark(telling)
    async with world.counts() as costs:
        await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
        await world.settles()
    spans = since(telling, before)
    confirmed = next(span for span in spans if span.name.startswith("rooms confirming"))
    lines = tree(telling.trace(confirmed))
    assert in_its_lines(
        lines,
        there(
            world,
            "webhook graph",
            "send sync-items",
            "look push",
            "graph reading an event of mailbox",
            "rooms opening a booking",
            "rooms confirming a booking",
            "graph updating an event of mailbox",
            "table mappings transact",
        ),
    )
    assert [line for line in lines if not line.startswith(" ")] == there(world, "webhook graph")
    assert calls_of(spans) == sent(costs)


async def test_what_is_booked_in_rooms_is_one_trace_to_the_event(telling, world):
    before = mark(telling)
    async with world.counts() as costs:
        await world.rooms("anna").books("Säntis", at=WHEN, participants=["marc"])
        await world.settles()
    spans = since(telling, before)
    created = next(span for span in spans if "creating an event" in span.name)
    lines = tree(telling.trace(created))
    assert in_its_lines(
        lines,
        ["webhook rooms", "send sync-items", "look push", created.name, "table mappings transact"],
    )
    assert [line for line in lines if not line.startswith(" ")] == ["webhook rooms"]
    assert calls_of(spans) == sent(costs)


async def test_a_look_that_answers_several_notifications_is_linked_to_the_others(telling, world):
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    before = mark(telling)
    await world.push(duplicate=1.0)
    await world.outlook("anna").moves(event, to="tomorrow 11:00-12:00")
    await world.settles()
    await world.push_is_back()
    spans = since(telling, before)
    looks = [s for s in spans if s.name == "look push" and s.attributes["roomsync.merged"]]
    sends = {span.context.span_id: span for span in spans if span.name == "send sync-items"}
    linked = [link.context.span_id for look in looks for link in look.links]
    assert linked
    assert set(linked) <= set(sends)
    for look in looks:
        assert look.parent.span_id in sends
        assert look.attributes["roomsync.merged"] >= len(look.links)


async def test_a_try_again_goes_on_in_the_same_trace(telling, world):
    await world.rooms_fault("PUT", "reservation/confirm", status=503, body=BUSY)
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=4)
    (broken,) = [
        span
        for span in telling.spans
        if span.name == "rooms confirming a booking" and not span.status.is_ok
    ]
    trace = telling.trace(broken)
    looks = [span for span in trace if span.name.startswith("look ")]
    assert [look.attributes["roomsync.attempt"] for look in looks] == [0, 1]
    assert looks[0].attributes["roomsync.outcome"] == "again"
    assert looks[0].attributes["roomsync.error"] == "ServiceUnavailableError"
    assert (looks[0].status.is_ok, looks[0].status.description) == (
        False,
        "ServiceUnavailableError",
    )
    roots = [line for line in tree(trace) if not line.startswith(" ")]
    assert roots == there(world, "webhook graph")


@pytest.mark.parametrize("telling", [Shares(0.0, 0.0)], indirect=True)
async def test_what_failed_is_kept_whatever_the_share(telling, world):
    await world.rooms_fault("PUT", "reservation/confirm", status=503, body=BUSY)
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=4)
    names = {span.name for span in telling.spans}
    assert names >= {
        *there(world, "look push", "graph reading an event of mailbox"),
        "rooms opening a booking",
        "rooms confirming a booking",
    }
    ways = {
        span.context.trace_id for span in telling.spans if span.attributes.get("roomsync.error")
    }
    assert {span.context.trace_id for span in telling.spans} == ways


async def test_what_a_round_finds_is_a_trace_of_its_own_linked_to_the_round(telling, world):
    await world.push(silent=True)
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=2)
    await world.push_is_back()
    created = next(span for span in telling.spans if "creating an event" in span.name)
    lines = tree(telling.trace(created))
    assert in_its_lines(lines, ["found poll", "look poll", created.name])
    assert lines[0] == "found poll"
    found = telling.trace(created)[0]
    (link,) = found.links
    round_ = [s for s in telling.spans if s.context.trace_id == link.context.trace_id]
    (job,) = [span for span in round_ if span.name.startswith("job")]
    assert link.context.span_id in {span.context.span_id for span in round_}
    assert job.name == "job poll_rooms"
    assert job.links[0].context.span_id in {s.context.span_id for s in telling.spans}
    kinds = (found.attributes["roomsync.trace"], job.attributes["roomsync.trace"])
    assert kinds == ("action", "round")


async def test_a_mail_belongs_to_the_action_that_it_answers(telling, world):
    await world.rooms("marc").books("Säntis", at=WHEN)
    await world.settles()
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    trace = telling.trace_of("mail room_removed")
    lines = tree(trace)
    assert in_its_lines(
        lines, there(world, "webhook graph", "look push", "send notices", "mail room_removed")
    )
    (mail,) = [span for span in trace if span.name == "mail room_removed"]
    inside = [s.name for s in trace if s.parent and s.parent.span_id == mail.context.span_id]
    assert any(name.startswith(("graph ", "ews ")) for name in inside)


async def test_telemetry_holds_nothing_of_a_meeting_and_nobody(telling, world):
    await world.rooms_fault("PUT", "reservation/confirm", status=500, body={"title": SUBJECT})
    await world.graph_fault("PATCH", "/events", status=503, body=BUSY)
    event = await world.outlook("anna").books(
        "Säntis", at=WHEN, subject=SUBJECT, attendees=["marc"]
    )
    await world.advances(minutes=4)
    await world.outlook("anna").makes_private(event)
    await world.settles()
    told_of = "\n".join(telling.texts)
    names = [str(each["name"]) for each in world.company.persons.values()]
    assert [w for w in (SUBJECT, "Weber", "@", "http", *names) if w in told_of] == []
    assert re.findall(r"AAMk|AQMk|Bearer|eyJ|clientState", told_of) == []


async def test_spans_and_numbers_have_the_names_of_the_vocabulary(telling, world):
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=6)
    own = {span.name: {span.by, *span.attributes} for span in SPANS}
    for span in telling.spans:
        first, _, rest = span.name.partition(" ")
        known = own[first] | {"roomsync.error", "roomsync.trace"}
        assert set(span.attributes) <= known & set(ATTRIBUTES), span.name
        assert rest, span.name
        assert "roomsync.trace" in span.attributes
    numbers = {name for name, _ in telling.metrics}
    assert numbers >= {
        "roomsync.notifications",
        "roomsync.looks",
        "roomsync.changes",
        "roomsync.change.latency",
        "roomsync.change.part",
        "roomsync.calls",
        "roomsync.backlog",
        "roomsync.dead_letters",
        "roomsync.subscriptions",
        "roomsync.subscriptions.next_expiry",
        "roomsync.poll.age",
        "roomsync.parked",
        "roomsync.push.silent",
        "roomsync.stopped",
        "roomsync.exchange.in_flight",
    }


async def test_how_things_stand_is_told_by_the_timer_that_measures(telling, world):
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=3)
    app = world.host.app
    services = await app.services()
    places = (await services.roster.directory()).synced_places()
    now = services.clock.now()
    for minutes, place in enumerate(places):
        await services.measures.note_full_look(place, now - timedelta(minutes=minutes))
    await sweep_links(services)
    await take_measure(services, app.counts)
    metrics = telling.metrics
    assert metrics["roomsync.subscriptions", (("state", "active"),)] == len(places)
    assert metrics["roomsync.subscriptions", (("state", "failed"),)] == 0
    assert metrics["roomsync.subscriptions.next_expiry", ()] > 1800  # on premises: forty minutes
    assert metrics["roomsync.reconcile.age", ()] == (len(places) - 1) * 60
    assert 0 <= metrics["roomsync.poll.age", ()] <= 60
    assert metrics["roomsync.differences.open", ()] == 0
    assert metrics["roomsync.stopped", ()] == 0
    assert metrics["roomsync.backlog", (("queue", "sync-items"), ("state", "active"))] == 1
    assert metrics["roomsync.dead_letters", (("queue", "failed-items"),)] == 0
    assert metrics["roomsync.push.silent", (("kind", "rooms"),)] == 0
    assert metrics["roomsync.parked", (("kind", "mailbox"),)] == 0


async def test_what_goes_wrong_is_counted_where_it_happens(telling, world):
    await world.graph_fault("GET", "/events", status=429, body=BUSY, headers={"Retry-After": "7"})
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=2)
    metrics = telling.metrics
    counted = {
        (name, dict(attributes).get("class", "")): n for (name, attributes), n in metrics.items()
    }
    assert counted["roomsync.retries", "connectivity"] >= 1
    throttled = [dict(attributes) for name, attributes in metrics if name == "roomsync.throttled"]
    assert throttled
    assert {each["system"] for each in throttled} <= {"graph", "ews"}
    assert all(each["mailbox"] for each in throttled)


async def test_telemetry_costs_no_call(a_world):
    async def played():
        world = await a_world()
        async with world.counts() as costs:
            await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
            await world.settles()
        return (
            [(call.side, call.method) for call in costs.calls],
            dict(world.bus.calls),
        )

    without = await played()
    with told():
        assert await played() == without
