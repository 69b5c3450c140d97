"""`roomsync differences`, as an operator types it (S35, R-840 ... R-847)."""

import asyncio
import json

import pytest

from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.scan import PartState, ScanPart

WHEN = "tomorrow 09:00-10:00"


async def running(world, ended):
    """Let the app work while a command waits for it."""
    while not ended.done():
        await world.settles()
        await asyncio.sleep(0.02)
    return await ended


@pytest.fixture
def waiting(world, operator):
    async def run(*arguments):
        return await running(world, asyncio.ensure_future(operator(*arguments)))

    return run


@pytest.fixture
async def renamed(world):
    """A meeting whose event was renamed, and nobody told of it."""
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    await world.push(silent=True)
    await world.outlook("anna").renames(event, "Budget")
    await world.advances(minutes=3, timers=())
    yield event
    await world.push_is_back()
    await world.advances(minutes=65, timers=["full_sweep"])


async def the_id(operator):
    listed = await operator("differences", "list")
    return listed.out.splitlines()[1].split()[0]


async def test_a_scan_of_a_world_in_step_ends_with_0(waiting, world):
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.advances(minutes=3, timers=())

    ended = await waiting("differences", "scan")

    assert ended.code == 0
    assert "Comparing all mailboxes" in ended.out
    assert "0 differences." in ended.out
    assert "No differences." in (await waiting("differences", "list")).out


@pytest.mark.usefixtures("renamed")
async def test_what_differs_is_found_listed_and_shown_without_a_word_of_it(waiting):
    scanned = await waiting("differences", "scan", "--mailbox", "anna.meier@contoso.example")
    listed = await waiting("differences", "list")
    shown = await waiting("differences", "show", await the_id(waiting))
    with_words = await waiting("differences", "show", await the_id(waiting), "--words")

    assert scanned.code == 1
    assert "1 differences." in scanned.out
    assert "open differs subject" in listed.words
    assert "Exchange use Exchange" in listed.words
    assert "use Exchange: the event was changed after the booking" in shown.words
    assert "a change that nobody told of" in shown.words
    assert "(not told)" in shown.out
    assert "Budget" not in listed.out + shown.out
    assert "Budget" in with_words.out


@pytest.mark.usefixtures("renamed")
async def test_the_plan_comes_first_and_with_yes_it_is_done(waiting, world):
    await waiting("differences", "scan")
    name = await the_id(waiting)

    planned = await waiting("differences", "use-exchange", name)
    before = len(world.service_writes())
    done = await waiting("differences", "use-exchange", name, "--yes")
    await world.settles()

    assert "Update booking (subject): it was changed in Exchange (R-310)" in planned.words
    assert "1 of 1 can be done: 1 writes to ROOMS, 0 to Exchange, 0 mails." in planned.out
    assert "Nothing was written" in planned.out
    assert before == len(world.service_writes()) - 1
    assert "1 queued: the app does it now." in done.out
    await world.then_rooms_has("Säntis", WHEN, title="Budget")
    assert "resolved" in (await waiting("differences", "list", "--all")).out


@pytest.mark.usefixtures("renamed")
async def test_filters_mean_what_they_say_and_nothing_named_is_nothing_done(waiting, world):
    await waiting("differences", "scan")

    nothing = await waiting("differences", "use-rooms", "--yes")
    elsewhere = await waiting("differences", "use-rooms", "--resource", "102", "--yes")
    unknown = await waiting("differences", "show", "ffff")
    there = await waiting("differences", "use-rooms", "--resource", "101", "--yes")
    await world.settles()

    assert nothing.code == 2
    assert "say --all" in nothing.err
    assert "0 of 0 can be done" in elsewhere.out
    assert "ffff names no difference" in unknown.err
    assert "1 queued" in there.out
    await world.then_outlook_has("anna", WHEN)


@pytest.mark.usefixtures("renamed")
async def test_a_list_is_narrowed_by_everything_that_the_page_narrows_by(waiting, operator):
    await waiting("differences", "scan")

    for option, fits, fits_not in (
        ("--cause", "lost_notification", "policy"),
        ("--newer", "exchange", "rooms"),
        ("--field", "subject", "time"),
        ("--element", "single", "series"),
        ("--kind", "differs", "missing_in_rooms"),
        ("--state", "open", "ignored"),
        ("--mailbox", "p11", "p12"),
        ("--text", "meier säntis", "Budget"),
        ("--from", "2026-03-03", "2026-03-04"),
    ):
        found = await operator("differences", "list", option, fits)
        none = await operator("differences", "list", option, fits_not)
        assert "open differs subject" in found.words, option
        assert "No differences." in none.out, option


@pytest.mark.usefixtures("renamed")
async def test_a_list_is_told_to_programs_as_the_json_api_has_it(waiting):
    await waiting("differences", "scan")

    told = json.loads((await waiting("differences", "list", "--json")).out)

    (found,) = told["differences"]
    assert (found["state"], found["kind"], found["newer"]) == ("open", "differs", "exchange")
    assert [field["field"] for field in found["fields"]] == ["subject"]
    assert told["known_otherwise"] == []
    assert "Budget" not in json.dumps(told)


@pytest.mark.usefixtures("renamed")
async def test_in_a_narrow_terminal_each_difference_is_a_paragraph(waiting, monkeypatch):
    await waiting("differences", "scan")
    monkeypatch.setenv("COLUMNS", "80")

    first, *lines = (await waiting("differences", "list")).out.splitlines()

    assert first.split()[1:] == ["open", "differs", "subject"]
    assert lines[0].startswith("    When: 2026-03-03 08:00-09:00 UTC; Mailbox: contoso/p11;")
    assert "Recommended: use Exchange" in lines[1]
    assert max(map(len, lines)) <= 80


@pytest.mark.usefixtures("renamed")
async def test_what_is_ignored_is_on_no_list_of_open_ones_and_checking_leaves_it_so(waiting):
    await waiting("differences", "scan")
    name = await the_id(waiting)

    ignored = await waiting("differences", "ignore", name)
    checked = await waiting("differences", "check", name)

    assert "1 ignored until either side changes." in ignored.out
    assert checked.code == 0
    assert "ignored" in checked.out
    assert "No differences." in (await waiting("differences", "list")).out


async def test_one_meeting_is_compared_at_once_without_a_scan(waiting, world, renamed):
    booking = await world.booking_of(renamed)

    ended = await waiting("differences", "scan", "--item", str(booking.booking_id))

    assert ended.code == 1
    assert "open differs subject" in ended.words
    assert "Nothing has been scanned yet" in (await waiting("differences", "progress")).out


async def test_a_second_scan_is_refused_with_how_far_the_first_one_is(operator, waiting, world):
    await operator("differences", "scan", "--no-wait")

    ended = await operator("differences", "scan")
    told = await operator("differences", "progress")

    assert ended.code == 2
    assert "a scan of all mailboxes runs since" in ended.err
    assert "runs: 0 of" in told.out
    await world.settles()
    assert "is done" in (await operator("differences", "progress")).out


async def test_mailboxes_that_were_not_compared_are_named_with_what_to_do(operator, world):
    await operator("differences", "scan", "--no-wait")
    await world.settles()
    services = await world.app.services()
    scan, now = await services.drifts.scan(), world.clock.now()
    for mailbox, state in (("p11", PartState.PARKED), ("p12", PartState.FAILED)):
        place = EventPlace(EnvironmentId("contoso"), MailboxKey(mailbox))
        await services.drifts.note(scan, ScanPart(place=place, state=state, at=now))

    told = await operator("differences", "progress")

    assert "is done: 4 of 6 mailboxes" in told.words
    assert "Not compared: contoso/p11: no answer, see `roomsync status`" in told.words
    assert "Not compared: contoso/p12: it failed again and again" in told.words


async def test_a_span_that_is_over_is_not_scanned(operator):
    ended = await operator("differences", "scan", "--until", "2020-01-01")

    assert ended.code == 2
    assert "only what is to come is compared" in ended.err


async def test_what_was_refused_is_on_the_same_list(a_world, operator_of):
    world = await a_world(resources={"Pilatus": {"opening_hours": {"mon-fri": "07:00-19:00"}}})
    event = await world.outlook("anna").books("Pilatus", at="today 18:30-20:00")
    await world.settles()
    await world.advances(minutes=3, timers=())
    operator = operator_of(world)

    plain = await operator("differences", "list")
    await operator("differences", "scan", "--no-wait")
    await world.settles()
    scanned = await operator("differences", "list")

    assert "refused" in plain.out
    assert "Outside the opening hours" in plain.out
    assert len(scanned.out.splitlines()) == 2
    assert "missing in ROOMS" in scanned.out
    await world.outlook("anna").deletes(event)
