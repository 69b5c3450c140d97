"""`roomsync dead-letters`: listed with reason and state, done again or dropped, shown first."""

import json

import pytest

SOON, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
WRONG = {"error": {"code": "ErrorPropertyValidationFailure", "message": "Something is wrong."}}


@pytest.fixture
async def stuck(world):
    """Anna's booking was moved in ROOMS, and Exchange did not take it."""
    booking = await world.rooms("anna").books("Säntis", at=SOON, title="Planung")
    await world.settles()
    await world.graph_fault("PATCH", "/events/", times=1000, status=400, body=WRONG)
    await world.rooms("anna").moves(booking, to=LATER)
    await world.settles()
    await world.exchange_control_delete("faults")
    return booking


async def in_step(world):
    await world.full_pass()
    await world.then_outlook_has("anna", LATER)


async def the_letter(operator):
    return json.loads((await operator("dead-letters", "list", "--json")).out)[0]["letter"]


async def test_an_empty_list_says_so(operator):
    ended = await operator("dead-letters", "list")
    assert (ended.code, ended.out.strip()) == (0, "Nothing was given up.")
    assert json.loads((await operator("dead-letters", "list", "--json")).out) == []


async def test_the_list_tells_reason_mailbox_and_state_and_no_title(operator, world, stuck):
    ended = await operator("dead-letters", "list")
    assert "InvalidPayloadError contoso/p11" in ended.words
    assert "open linked" in ended.words
    (line,) = json.loads((await operator("dead-letters", "list", "--json")).out)
    assert line["history"] == f"roomsync history {line['link']}"
    assert (line["state"], line["link_state"], line["times"]) == ("open", "linked", 1)
    assert "Planung" not in ended.out + json.dumps(line)
    different = await operator("differences", "list")
    assert "InvalidPayloadError: see `roomsync dead-letters list`" in different.words
    await replayed(operator, world)


async def replayed(operator, world):
    await operator("dead-letters", "replay", "--all", "--yes")
    await in_step(world)


async def test_one_is_shown_with_what_a_look_would_do_now(operator, world, stuck):
    ended = await operator("dead-letters", "show", await the_letter(operator))
    assert ended.code == 0
    assert "Reason InvalidPayloadError: Graph answered 400" in ended.words
    assert "Now Update event (time): it was changed in ROOMS" in ended.words
    await replayed(operator, world)
    left = await operator("dead-letters", "list")
    assert left.out.strip() == "Nothing was given up."


async def test_a_replay_is_shown_first_and_done_when_asked(operator, world, stuck):
    dry = await operator("dead-letters", "replay", "--mailbox", "p11", "--dry-run")
    assert "Would replay: 1. Nothing was changed." in dry.words
    assert len(json.loads((await operator("dead-letters", "list", "--json")).out)) == 1

    program = await operator("dead-letters", "replay", "--all", "--json")
    assert json.loads(program.out)["dry_run"] is True
    done = await operator("dead-letters", "replay", await the_letter(operator), "--yes")
    assert "Replayed: 1." in done.words
    await in_step(world)
    assert await world.differences() == []


async def test_dropped_it_is_off_the_list(operator, world, stuck):
    dropped = await operator("dead-letters", "drop", "--reason", "Invalid", "--yes", "--json")
    assert len(json.loads(dropped.out)["dropped"]) == 1
    assert await world.differences() == []
    await in_step(world)


async def test_who_asks_for_a_look_that_is_given_up_again_is_told(operator, world, stuck):
    await world.graph_fault("PATCH", "/events/", times=1000, status=400, body=WRONG)
    work = (await world.app.services()).activity
    before = len([a for a in await work.latest(50) if a.outcome == "given_up"])
    (line,) = json.loads((await operator("dead-letters", "list", "--json")).out)
    await operator("sync", line["link"])
    await world.settles()
    assert len([a for a in await work.latest(50) if a.outcome == "given_up"]) == before + 1
    await world.exchange_control_delete("faults")
    await replayed(operator, world)


async def test_garbage_cannot_be_replayed(operator, world):
    await world.bus.send_raw("sync-items", b"{ not json", session="contoso/p11")
    await world.settles()
    ended = await operator("dead-letters", "replay", "--all", "--yes")
    assert ended.code == 1
    assert "1 cannot be replayed: nobody can read them; drop them." in ended.words
    shown = await operator("dead-letters", "show", await the_letter(operator))
    assert "not a look: nothing to ask for" in shown.words
    assert "not json" not in shown.out
    await operator("dead-letters", "drop", "--older-than", "0m", "--newer-than", "9d", "--yes")
    await operator("dead-letters", "drop", "--all", "--yes")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["replay"], "name letters, give a filter, or say --all"),
        (["drop", "--yes"], "name letters, give a filter, or say --all"),
        (["list", "--older-than", "soon"], "'soon' is no age: write 30m, 12h or 7d"),
        (["list", "--mailbox", "nobody@contoso.example"], "is not in the settings"),
        (["show", "failed-items:99"], "not on the list: failed-items:99"),
    ],
)
async def test_what_is_not_understood_is_said(operator, typed, said):
    ended = await operator("dead-letters", *typed)
    assert ended.code == 2
    assert said in ended.err
