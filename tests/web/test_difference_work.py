"""The dialog of differences carries its work: ten at a time, only what was shown."""

import re
from urllib.parse import urlencode

import pytest

from tests.kit.outlook import EventRef
from tests.web.drifting import comes_back, drifts_apart, scans
from tests.web.trouble import OWN, reads
from web.access import Role

FORM = {**OWN, "content-type": "application/x-www-form-urlencoded", "hx-request": "true"}
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


async def posts(world, path, **fields):
    return await world.calls_app(
        "POST", f"/api/console/differences/{path}", content=urlencode(fields), headers=FORM
    )


async def goes_on(world, answer):
    """Send what the dialog carries, as it does by itself."""
    assert answer.status_code == 200, answer.text
    return await posts(world, "work", **dict(HIDDEN.findall(answer.text)))


@pytest.fixture
async def dozen(world):
    """Twelve meetings of Anna, all renamed without a word."""
    for hour in range(8, 20):
        await world.outlook("anna").books("Säntis", at=f"tomorrow {hour:02d}:00-{hour:02d}:30")
    await world.settles()
    await world.push(silent=True)
    for event in await world.calendar("anna"):
        await world.outlook("anna").renames(EventRef("anna", event.event_id), "Budget")
    await world.advances(minutes=3, timers=())
    await scans(world)
    yield world
    await comes_back(world)


async def test_many_are_planned_and_done_ten_at_a_time(dozen):
    first = await posts(dozen, "plan?newer=exchange", wanted="use_exchange", all="yes")

    assert "Use Exchange for 12 differences" in first.text
    assert "Both sides are being read: 10 of 12." in first.text
    assert 'hx-trigger="load"' in first.text
    planned = await goes_on(dozen, first)
    assert "12 writes to ROOMS" in planned.text
    assert "load" not in planned.text
    doing = await goes_on(dozen, planned)
    assert "10 of 12 done." in doing.text
    waiting = await goes_on(dozen, doing)
    assert "12 answers are to come." in waiting.text
    await dozen.settles()
    finished = await goes_on(dozen, waiting)
    assert "12 differences were put right." in finished.text
    assert finished.headers["hx-trigger"] == "work-done"
    bookings = [b for b in await dozen.bookings() if b.is_alive]
    assert {b.title for b in bookings} == {"Budget"}


async def test_closed_in_the_middle_the_rest_stays_open(dozen):
    planned = await goes_on(dozen, await posts(dozen, "plan", wanted="use_exchange", all="yes"))
    await goes_on(dozen, planned)

    await dozen.settles()

    assert (await reads(dozen, "differences"))["total"] == 2


async def test_ignored_they_are_ignored_and_checked_again_they_are_told(dozen):
    checked = await posts(dozen, "plan", wanted="check", all="yes")
    assert "0 of 12 done." in checked.text
    finished = await goes_on(dozen, await goes_on(dozen, checked))
    assert "12 are still there." in finished.text
    shown = await posts(dozen, "plan", wanted="ignore", all="yes")
    assert "Nothing is written, nobody gets a mail." in shown.text
    finished = await goes_on(dozen, await goes_on(dozen, shown))
    assert "12 differences are ignored." in finished.text
    assert (await reads(dozen, "differences", state="ignored"))["total"] == 12


async def test_a_mailbox_that_does_not_answer_keeps_no_other_waiting(world):
    await drifts_apart(world)
    await scans(world)
    await world.graph_fault("GET", "marc.weber", times=100, status=503)

    planned = await posts(world, "plan", wanted="use_exchange", all="yes")
    checked = await goes_on(world, await posts(world, "plan", wanted="check", all="yes"))

    assert "its mailbox or ROOMS does not answer" in planned.text
    assert "1 write to ROOMS" in planned.text
    assert "1 cannot be done" in planned.text
    assert "2 are still there." in checked.text
    assert "does not answer" in checked.text
    await world.exchange_control_delete("faults")
    await comes_back(world)


async def test_what_changes_after_it_was_shown_is_not_done(world):
    event, _ = await drifts_apart(world)
    found = await scans(world)
    planned = await posts(world, "plan", wanted="use_rooms", only=found["p11"]["name"])
    await world.outlook("anna").moves(event, to="tomorrow 15:00-16:00")

    done = await goes_on(world, planned)

    assert "1 was not done." in done.text
    assert (await world.event(event)).subject == "Budget"
    await comes_back(world)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("plan", {"wanted": "use_rooms"}),
        ("plan", {"wanted": "delete_all", "only": "1"}),
        ("work", {"wanted": "use_rooms", "phase": "planned"}),
        ("work", {"wanted": "use_rooms", "phase": "doing", "number": "x"}),
        ("compare", {"target": "mailbox"}),
        ("compare", {"target": "item", "value": "nonsense"}),
        ("compare", {"target": "all", "first_day": "yesterday"}),
        ("compare", {"target": "all", "last_day": "2020-01-01"}),
    ],
)
async def test_what_makes_no_sense_is_told_in_the_dialog(world, path, fields):
    answer = await posts(world, path, **fields)

    assert answer.status_code == 422
    assert answer.headers["hx-retarget"] == "#dialog"
    assert "Not understood" in answer.text


async def test_a_viewer_reads_and_finds_no_button_and_no_title(world, as_role):
    await drifts_apart(world)
    name = (await scans(world))["p11"]["name"]
    as_role(Role.VIEWER)

    listed = await world.calls_app("GET", "/api/console/differences")
    shown = await world.calls_app("GET", f"/api/console/differences/{name}")

    assert "Säntis" in listed.text
    assert 'data-all="name"' not in listed.text
    assert "not told in your role" in shown.text
    assert "Budget" not in listed.text + shown.text
    as_role(Role.ADMIN)
    await comes_back(world)


async def test_the_overview_says_how_many_there_are_and_leads_to_them(world):
    await drifts_apart(world)
    await scans(world)

    page = await world.calls_app("GET", "/api/console")

    assert '<a href="/api/console/differences">2 differences are open</a>' in page.text
    await comes_back(world)


async def test_from_a_difference_the_history_of_its_meeting_is_one_step(world):
    await drifts_apart(world)
    found = (await scans(world))["p11"]

    shown = await world.calls_app("GET", f"/api/console/differences/{found['name']}")

    (address,) = re.findall(r'href="(/api/console/history[^"]+)"', shown.text)
    assert found["link"] in address
    assert (await world.calls_app("GET", address)).status_code == 200
    await comes_back(world)


async def test_a_series_is_narrowed_to_and_its_dates_are_chosen_as_a_whole(world):
    weekly = {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
        "range": {"type": "numbered", "startDate": "2026-03-03", "numberOfOccurrences": 3},
    }
    series = await world.outlook("anna").books(
        "Säntis", at="tomorrow 09:00-10:00", recurrence=weekly
    )
    await world.settles()
    items = await world.bookings_of(series)
    await world.push(silent=True)
    for item, day in ((items[1], "2026-03-10"), (items[2], "2026-03-17")):
        await world.rooms("anna").moves(item, to=f"{day} 14:00-15:00")
    await world.advances(minutes=3, timers=())
    await scans(world)
    number = (await world.booking(items[1])).series

    listed = await world.calls_app("GET", f"/api/console/differences?series={number}")
    plan = await posts(world, f"plan?series={number}", wanted="use_rooms", all="yes")

    assert listed.text.count("all of series") == 2
    assert "Use ROOMS for 2 differences" in plan.text
    assert "2 writes to Exchange" in plan.text
    finished = await goes_on(world, plan)
    await world.settles()
    assert "2 differences were put right." in (await goes_on(world, finished)).text
    assert (await reads(world, "differences"))["total"] == 0
    await comes_back(world)


@pytest.mark.parametrize("wanted", ["use_rooms", "ignore"])
async def test_what_is_gone_before_it_is_done_is_told_as_not_done(world, wanted):
    await drifts_apart(world)
    name = (await scans(world))["p11"]["name"]
    shown = await posts(world, "plan", wanted=wanted, only=name)
    drifts = (await world.app.services()).drifts
    (drift,) = [each for each in await drifts.all() if each.id == name]
    await drifts.remove(drift)

    done = await goes_on(world, shown)

    assert "1 was not done." in done.text
    await comes_back(world)
