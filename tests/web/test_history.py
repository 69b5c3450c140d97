"""The history of a meeting and looks by hand: the JSON API, and pages that tell no more than it."""

import json

import pytest

from tests.web.trouble import OWN, deeds, does, done, reads
from web.access import Role
from web.links import history_of

WHEN, SECRET = "tomorrow 09:00-10:00", "Kündigung Muster"
DAY = "2026-03-03"
SLOT = {"resource": "Säntis", "begins": f"{DAY}T09:00", "ends": f"{DAY}T10:00"}


async def page(world, path, **params):
    return await world.calls_app("GET", f"/api/console/{path}", params=params)


async def test_a_meeting_is_found_by_every_name_and_its_history_is_told_the_same(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, subject=SECRET)
    await world.settles()
    shown = await world.graph_event("anna", event)
    booking = await world.booking_of(event)
    (link,) = [each async for each in (await world.app.services()).mappings.all()]

    names = [str(booking.booking_id), f"p11/{shown['id']}", shown["id"], link.id, shown["iCalUId"]]
    names += [f"Säntis {DAY} 09:30", "Säntis 3.3.2026 09:00-10:00"]
    told = [await reads(world, "history", item=name) for name in names]

    assert {json.dumps({**each, "at": ""}, sort_keys=True) for each in told} == {
        json.dumps({**told[0], "at": ""}, sort_keys=True)
    }
    (entry,) = told[0]["entries"]
    assert [step["name"] for step in entry["steps"]] == ["CreateBooking", "UpdateEvent (link)"]
    assert entry["exchange"]
    assert entry["rooms"]
    assert {"R-400", "R-210"} <= told[0]["rule_texts"].keys()
    assert SECRET not in json.dumps(told, ensure_ascii=False)

    exported = await page(world, "history/export.json", item=link.id)
    assert exported.headers["content-disposition"].startswith("attachment; ")
    assert {**exported.json(), "at": ""} == {**told[3], "at": ""}


async def test_of_a_private_meeting_neither_history_nor_plan_tell_what_and_when(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, subject=SECRET, private=True)
    await world.settles()
    booking = await world.booking_of(event)
    await world.outlook("anna").moves(event, to="tomorrow 11:00-12:00")

    html = (await page(world, "history", item=str(booking.booking_id))).text
    plan = (await does(world, "looks", item=str(booking.booking_id), dry_run=True)).json()

    (look,) = plan["looks"]
    assert [step["name"] for step in look["foreseen"]["steps"]] == ["UpdateBooking"]
    assert look["foreseen"]["changed"] == []
    for word in (SECRET, "Säntis</h2>", "3 March", "11:00", "Anna"):
        assert word not in html.split('id="meeting"')[1], word
    await world.settles()


async def test_a_look_by_hand_is_foreseen_queued_answered_and_written_down(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, title="Plan")
    await world.settles()

    foreseen = (await does(world, "looks", item=str(booking.booking_id), dry_run=True)).json()
    assert foreseen["looks"][0]["foreseen"]["steps"] == []
    assert await deeds(world) == []

    (look,) = (await done(world, "looks", item=str(booking.booking_id)))["looks"]
    assert await reads(world, f"looks/{look['trace_id']}") == {
        "is_there": False,
        "at": None,
        "outcome": "",
        "text": "",
        "link": "",
        "steps": [],
    }
    await world.settles()

    answer = await reads(world, f"looks/{look['trace_id']}")
    assert (answer["is_there"], answer["steps"]) == (True, [])
    (deed,) = await deeds(world)
    assert (deed["kind"], deed["details"]) == ("looks_asked", [str(booking.booking_id)])
    last = (await reads(world, "history", item=str(booking.booking_id)))["entries"][-1]
    assert (last["kind"], last["trace_id"]) == ("answer", look["trace_id"])


async def test_whatever_is_in_a_slot_is_listed_foreseen_and_looked_at(world):
    await world.rooms("anna").books("Säntis", at=WHEN, title="Plan")
    await world.settles()

    shown = await reads(world, "slots", **SLOT)
    (meeting,) = shown["meetings"]
    assert (meeting["state"], meeting["witnesses"]) == ("linked", ["exchange", "link", "rooms"])
    foreseen = (await does(world, "slots/looks", **SLOT, dry_run=True)).json()
    assert [look["item"] for look in foreseen["looks"]] == [meeting["item"]]
    asked = await done(world, "slots/looks", **SLOT)
    await world.settles()

    assert (await reads(world, f"looks/{asked['looks'][0]['trace_id']}"))["is_there"]
    (deed,) = await deeds(world)
    assert deed["details"] == ["resource 101, 2026-03-03 08:00 to 2026-03-03 09:00 UTC"]


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("history", {"item": "4711"}, 404),
        ("history", {"item": "what"}, 422),
        ("history", {}, 422),
        ("history", {"item": f"Säntis {DAY} 09:00"}, 422),
        ("slots", SLOT | {"resource": "Nowhere"}, 422),
        ("slots", SLOT | {"ends": "2026-03-20T09:00"}, 422),
        ("slots", SLOT | {"begins": "soon"}, 422),
    ],
)
async def test_what_cannot_be_asked_is_a_problem_that_says_why(world, path, asked, status):
    answer = await page(world, f"v1/{path}", **asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_page_says_in_place_what_it_does_not_understand(world):
    answer = await page(world, "history", item="what")
    assert answer.status_code == 404
    assert "is not understood" in answer.text
    assert (await page(world, "history", item="4711")).status_code == 200
    assert (await page(world, "history")).status_code == 200


async def test_a_slot_with_one_meeting_leads_to_it_and_one_with_several_lets_choose(world):
    await world.rooms("anna").books("Säntis", at=WHEN, title="Plan")
    await world.rooms("marc").books("Säntis", at="tomorrow 10:00-11:00", title="Plan")
    await world.settles()

    one = await page(world, "history", item=f"Säntis {DAY} 09:30")
    assert one.status_code == 303
    assert one.headers["location"].startswith("/api/console/history?item=")
    several = await page(world, "history", item=f"Säntis {DAY} 09:00-11:00")
    assert several.text.count('<li class="card') == 2


async def test_a_slot_tells_when_of_those_that_are_not_private_and_nothing_of_the_others(world):
    await world.outlook("anna").books("Säntis", at=WHEN, subject=SECRET, private=True)
    await world.rooms("marc").books("Säntis", at="tomorrow 10:00-11:00", title="Plan")
    await world.settles()

    html = (await page(world, "history", item=f"Säntis {DAY} 09:00-11:00")).text

    assert "<b>3 Mar 10:00\u201311:00</b>" in html
    assert "3 Mar 09:00" not in html


async def test_what_cannot_be_foreseen_says_why_and_can_be_asked_for_all_the_same(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, title="Plan")
    await world.settles()
    await world.graph_fault("GET", "/events/", times=1000, status=503)

    (look,) = (await does(world, "looks", item=str(booking.booking_id), dry_run=True)).json()[
        "looks"
    ]
    assert look["foreseen"]["outcome"] == "unforeseen"
    assert look["foreseen"]["reason"]
    assert look["foreseen"]["steps"] == []

    (queued,) = (await done(world, "looks", item=str(booking.booking_id)))["looks"]
    await world.exchange_control_delete("faults")
    await world.settles()
    assert (await reads(world, f"looks/{queued['trace_id']}"))["is_there"]


async def test_a_page_stops_asking_for_an_answer_that_does_not_come(world):
    waits = {"trace": "none", "look": "1177", "item": "1177"}
    first = (await page(world, "history/answers", **waits)).text
    assert 'hx-trigger="load delay:1s"' in first
    assert "asked=1" in first
    assert "delay:5s" in (await page(world, "history/answers", **waits, asked="40")).text
    last = (await page(world, "history/answers", **waits, asked="200")).text
    assert "No answer yet" in last
    assert "hx-get" not in last


async def test_a_viewer_reads_all_of_it_and_is_offered_nothing_to_do(world, as_role):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, title="Plan")
    await world.settles()
    as_role(Role.VIEWER)
    answer = await page(world, "history", item=str(booking.booking_id))
    assert answer.status_code == 200
    assert "hx-post" not in answer.text
    refused = await world.calls_app(
        "POST", "/api/console/history/look", data={"item": str(booking.booking_id)}, headers=OWN
    )
    assert refused.status_code == 403


async def test_the_day_leads_to_the_history_of_what_it_shows(world):
    await world.rooms("anna").books("Säntis", at=WHEN, title="Plan")
    await world.settles()
    (link,) = [each async for each in (await world.app.services()).mappings.all()]

    html = (await page(world, "day", day=DAY)).text

    assert html.count(f'href="{history_of(link.id)}"') == 2
