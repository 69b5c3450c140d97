"""Differences in the JSON API: found, told without a word of titles, put right as was shown."""

import json

import pytest

from core.domain.deed import DeedKind
from core.domain.scan import PartState, ScanPart
from tests.web.drifting import ELSE, WHEN, comes_back, drifts_apart, scans
from tests.web.trouble import deeds, does, done, reads
from web.access import Role


async def test_what_differs_is_listed_without_titles_and_shown_with_them_to_the_entitled(
    world, as_role
):
    await drifts_apart(world)

    found = await scans(world)

    assert {name: (d["kind"], d["newer"], d["advice"]) for name, d in found.items()} == {
        "p11": ("differs", "exchange", "use_exchange"),
        "p12": ("differs", "rooms", "use_rooms"),
    }
    assert [f["field"] for f in found["p12"]["fields"]] == ["time"]
    assert "Budget" not in json.dumps(found)
    shown = await reads(world, f"differences/{found['p11']['name']}")
    (subject,) = [v for v in shown["values"] if v["field"] == "subject"]
    assert (subject["exchange"], subject["newer"]) == ("Budget", "exchange")
    as_role(Role.VIEWER)
    hidden = await reads(world, f"differences/{found['p11']['name']}")
    (subject,) = [v for v in hidden["values"] if v["field"] == "subject"]
    assert subject["is_hidden"]
    assert "Budget" not in json.dumps(hidden)
    as_role(Role.ADMIN)
    await comes_back(world)


async def test_nothing_is_told_of_a_private_meeting_to_anybody(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, sensitivity="private")
    await world.settles()
    await world.push(silent=True)
    await world.outlook("anna").moves(event, to=ELSE)
    await world.advances(minutes=3, timers=())

    (found,) = (await scans(world)).values()

    assert (found["is_private"], found["time"], found["fields"]) == (True, None, [])
    shown = await reads(world, f"differences/{found['name']}")
    assert all(v["rooms"] is v["exchange"] is None for v in shown["values"])
    assert shown["event_changed_at"] is not None
    await comes_back(world)


async def test_filters_narrow_the_list_and_count_what_is_in_each_state(world, as_role):
    await drifts_apart(world)
    found = await scans(world)

    async def those(**asked):
        answer = await reads(world, "differences", **asked)
        return [each["mailbox"]["mailbox"] for each in answer["differences"]]

    assert await those(newer="rooms") == ["p12"]
    assert await those(field="subject") == ["p11"]
    assert await those(mailbox="contoso/p12") == ["p12"]
    assert await those(resource=101) == ["p11"]
    assert await those(kind="missing_in_rooms") == []
    assert await those(search="eiger") == ["p12"]
    assert await those(search="anna meier") == ["p11"]
    assert await those(state="ignored") == []
    assert sorted(await those(state="all", cause="lost_notification")) == ["p11", "p12"]
    await done(world, "differences/ignore", names=[found["p11"]["name"]])
    counted = await reads(world, "differences", limit=1)
    assert counted["states"] == {"open": 1, "resolved": 0, "ignored": 1, "closed": 0}
    as_role(Role.VIEWER)
    assert await those(search="anna meier", state="all") == []
    wrong = await world.calls_app("GET", "/api/console/v1/differences?mailbox=nobody@x.example")
    assert wrong.status_code == 422
    as_role(Role.ADMIN)
    await comes_back(world)


async def test_only_what_was_shown_is_done_and_who_did_it_is_written_down(world):
    event, _ = await drifts_apart(world)
    found = await scans(world)
    name = found["p11"]["name"]

    tried = (await does(world, "differences/use-rooms", names=[name, "nothing"])).json()
    (plan,) = tried["plans"]
    assert (plan["rooms_writes"], plan["exchange_writes"], plan["mails"]) == (0, 1, 1)
    assert (tried["missing"], tried["done"]) == (["nothing"], [])
    other = await does(
        world, "differences/use-rooms", names=[name], plans={name: "another"}, dry_run=False
    )
    assert other.json()["not_done"] == [{"name": name, "problem": "changed"}]
    assert (await world.event(event)).subject == "Budget"

    settled = await does(
        world, "differences/use-rooms", names=[name], plans={name: plan["plan"]}, dry_run=False
    )

    assert settled.json()["done"] == [name]
    await world.settles()
    assert (await world.event(event)).subject != "Budget"
    deed, scan = sorted(await deeds(world), key=lambda each: each["kind"])
    assert (deed["who"], deed["kind"]) == ("developer", DeedKind.DIFFERENCES_SETTLED)
    assert deed["details"] == [f"{name} use_rooms"]
    assert (scan["kind"], scan["details"]) == (DeedKind.SCAN_BEGUN, ["all mailboxes"])
    await comes_back(world)


async def test_all_that_fit_a_filter_are_put_right_together(world):
    await drifts_apart(world)
    await scans(world)

    meant = {"filter": {"state": "open"}}
    shown = (await does(world, "differences/use-exchange", **meant)).json()["plans"]
    plans = {plan["name"]: plan["plan"] for plan in shown}
    answer = await does(world, "differences/use-exchange", **meant, plans=plans, dry_run=False)

    assert len(answer.json()["done"]) == 2
    assert answer.json()["left"] == 0
    await world.settles()
    await world.then_outlook_has("marc", WHEN)
    assert (await reads(world, "differences"))["total"] == 0
    assert (await reads(world, "differences", state="resolved"))["total"] == 2
    await comes_back(world)


async def test_checked_again_what_is_gone_is_closed(world):
    await drifts_apart(world)
    found = await scans(world)
    await comes_back(world)
    await world.advances(minutes=3, timers=())

    checked = (await does(world, "differences/check", names=[found["p11"]["name"]])).json()

    assert [each["state"] for each in checked["differences"]] == ["closed"]
    neither = await does(world, "differences/check")
    assert (neither.status_code, neither.json()["detail"]) == (
        422,
        "give either names or a filter",
    )
    await does(world, "differences/check", filter={})


async def test_how_many_mailboxes_were_not_compared_is_told_beside_those_that_were(world):
    await does(world, "differences/scan")
    await world.settles()
    services = await world.app.services()
    scan, directory = await services.drifts.scan(), await services.roster.directory()
    place = directory.persons[11].place
    parked = ScanPart(place=place, state=PartState.PARKED, at=world.clock.now())
    await services.drifts.note(scan, parked)

    at = (await reads(world, "differences/scan"))["scan"]

    assert (at["is_running"], at["done"], at["unread"], at["mailboxes"]) == (False, 5, 1, 6)
    for language, told in (
        ("en", "Not compared, as without an answer or failed: 1."),
        ("de", "Nicht verglichen, da ohne Antwort oder fehlgeschlagen: 1."),
    ):
        page = await world.calls_app(
            "GET", "/api/console/differences/scan", headers={"accept-language": language}
        )
        assert told in page.text


async def test_a_scan_that_runs_is_not_begun_twice(world):
    await does(world, "differences/scan")

    again = await does(world, "differences/scan", person=11)

    assert again.status_code == 409
    assert "0 of 6 mailboxes are done" in again.json()["detail"]
    at = (await reads(world, "differences/scan"))["scan"]
    assert (at["is_running"], at["done"], at["mailboxes"]) == (True, 0, 6)
    await world.settles()
    assert not (await reads(world, "differences/scan"))["scan"]["is_running"]


@pytest.mark.parametrize("by", ["item", "series"])
async def test_one_meeting_or_series_is_compared_at_once(world, by):
    weekly = {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
        "range": {"type": "numbered", "startDate": "2026-03-03", "numberOfOccurrences": 3},
    }
    series = await world.outlook("anna").books("Säntis", at=WHEN, recurrence=weekly)
    await world.settles()
    items = await world.bookings_of(series)
    await world.push(silent=True)
    await world.rooms("anna").moves(items[1], to="2026-03-10 14:00-15:00")
    await world.advances(minutes=3, timers=())
    named = {"item": str(items[0].booking_id)}
    if by == "series":
        named = {"series": (await world.booking(items[1])).series}

    answer = (await does(world, "differences/scan", **named)).json()

    assert [(d["element"], d["newer"]) for d in answer["differences"]] == [("date", "rooms")]
    assert answer["scan"] is None
    unknown = await does(world, "differences/scan", series=999)
    assert unknown.status_code == 422
    await comes_back(world)


async def test_what_was_refused_is_known_without_a_comparison(world):
    await world.rooms_control("resources", {"rooms_id": 103, "active": False})
    event = await world.outlook("anna").books("Pilatus", at=WHEN)
    await world.settles()
    world.expected.stays_different(event, "missing", "it is switched off", shown="inactive")

    (known,) = (await reads(world, "differences/otherwise"))["differences"]

    assert (known["kind"], known["code"]) == ("refused", "inactive")
    compared = (await does(world, "differences/scan", item=known["item"])).json()
    assert [d["cause"] for d in compared["differences"]] in ([], ["refused"])
