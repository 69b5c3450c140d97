"""The pages in a real Chromium: what operators do, in both languages, light and dark, at 360 px."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import pytest_asyncio

from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.measure import Measure, classed, parts_of_ways
from tests.kit.world import a_world as make_world
from tests.web.browser import browser, served, visit
from tests.web.trouble import LATER, done, gives_up, reads
from web.render import NAVIGATION

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("chromium")]

PATHS = dict(NAVIGATION) | {"import": "/settings/import", "rooms": "/settings/rooms"}
ZURICH = {"time_zone": "Europe/Zurich"}
LEA = EventPlace(EnvironmentId("contoso"), MailboxKey("p13"))


async def has_a_past(world):
    """A day of five minutes and a month of hours, as the timer would have measured them."""
    measures, now = (await world.app.services()).measures, world.clock.now()
    for step in range(288, 0, -1):
        busy = 1 + (step * 7919 % 13) if 60 < step < 200 else step % 2
        await measures._fine.put(
            now - timedelta(minutes=5 * step), measured(now - timedelta(minutes=5 * step), busy)
        )
    for hour in range(720, 0, -1):
        busy = 40 + hour * 7919 % 50 if hour % 24 > 12 else hour % 5
        at = now - timedelta(hours=hour)
        await measures._hourly.put(at, measured(at, busy))


def measured(at, busy):
    return Measure(
        at=at,
        span_s=300,
        changes=busy,
        refused=busy // 9,
        latencies=classed([400 + 90 * n for n in range(busy)] + [2500] * (busy // 4)),
        waiting=busy // 3,
        later=busy % 2,
        dead=0,
        parts=parts_of_ways(
            {"provider": 300 + 11 * n, "queue": 20 + n * busy, "own": 120, "write": 200 + 30 * n}
            for n in range(busy)
        ),
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place():
    world = await make_world(resources=dict.fromkeys(("Säntis", "Eiger", "Pilatus"), ZURICH))
    try:
        await world.outlook("marc").books("Eiger", at="today 10:00-11:30", attendees=["lea"])
        await world.rooms("lea").books("Pilatus", at="today 13:00-14:00", title="Plan")
        await world.settles()
        await gives_up(world)
        await has_a_past(world)
        async with served(world) as address, browser() as started:
            yield SimpleNamespace(world=world, address=address, browser=started)
    finally:
        await world.ends()


@pytest.mark.parametrize("locale", ["en-GB", "de-CH"])
async def test_every_page_reads_well_without_an_error(place, locale):
    language = locale[:2]
    async with visit(place.browser, place.address, locale=locale) as reader:
        for name, path in PATHS.items():
            await reader.opens(path)
            assert await reader.page.get_attribute("html", "lang") == language
            assert await reader.page.locator("h1").count() == 1, path
            assert await reader.axe() == [], path
            await reader.picture(f"{name}-{language}")
        assert reader.errors == []


async def test_on_a_phone_in_the_dark_nothing_is_cut_off_and_all_is_readable(place):
    phone = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "locale": "de-CH"}
    async with visit(place.browser, place.address, **phone) as reader:
        for name, path in PATHS.items():
            await reader.opens(path)
            width = await reader.page.evaluate("document.documentElement.scrollWidth")
            assert width <= 360, path
            assert await reader.axe() == [], path
            await reader.picture(f"{name}-phone-dark")
        assert reader.errors == []


async def test_what_was_given_up_is_replayed_after_the_plan_was_shown(place):
    async with visit(place.browser, place.address, locale="en-GB") as reader:
        page = reader.page
        await reader.opens("/given-up")
        await page.get_by_label("Select failed-items").check()
        await page.get_by_role("button", name="Replay").click()
        dialog = page.get_by_role("dialog", name="Replay 1 entry?")
        await dialog.wait_for()
        assert "1 \u00d7 look, 0 \u00d7 mail, 0 \u00d7 job" in await dialog.inner_text()
        await reader.picture("replay-plan-en")
        assert (await reads(place.world, "given-up"))["total"] == 1

        await dialog.get_by_role("button", name="Replay").click()

        await page.get_by_text("1 entry replayed.").wait_for()
        await place.world.settles()
        await place.world.then_outlook_has("anna", LATER)
        await reader.opens("/given-up")
        await page.get_by_text("Nothing was given up.").wait_for()
        await reader.opens("/changes")
        assert "developer replayed" in await page.locator("#changes").inner_text()
        assert reader.errors == []


async def test_settings_are_imported_after_the_difference_was_shown(place, tmp_path):
    file = tmp_path / "persons.csv"
    file.write_text("rooms_id;language;conflict_behaviour\n11;fr;Cancel\n99x;de;\n", "utf-8")
    async with visit(place.browser, place.address, locale="de-CH") as reader:
        page = reader.page
        await reader.opens("/settings/import")
        await page.get_by_label("Datei", exact=True).set_input_files(file)
        await page.get_by_role("button", name="Zeigen, was sich änderte").click()
        dialog = page.get_by_role("dialog", name="Das würde sich ändern")
        await dialog.wait_for()
        told = await dialog.inner_text()
        assert "11 Anna Meier" in told
        assert "Falsche Zeilen" in told
        await reader.picture("import-plan-de")
        assert (await reads(place.world, "settings/persons/11"))["row"]["language"] == "de"

        await dialog.get_by_role("button", name="1 Änderung übernehmen").click()

        await page.get_by_text("1 Änderung übernommen.").wait_for()
        assert (await reads(place.world, "settings/persons/11"))["row"]["language"] == "fr"
        assert reader.errors == []


async def test_a_resource_gets_the_room_that_exchange_offers(place):
    forgotten = {"mail": None, "external_identifier": None, "mode": "None"}
    await done(place.world, "settings/resources/103", "PATCH", changes=forgotten)
    async with visit(place.browser, place.address, locale="de-CH") as reader:
        page = reader.page
        await reader.opens("/settings?part=resources")
        await page.get_by_role("link", name="Räume, die Exchange anbietet").click()
        await page.get_by_role("button", name="1 Vorschlag zeigen").click()
        dialog = page.get_by_role("dialog", name="Das würde sich ändern")
        await dialog.wait_for()
        assert "pilatus@contoso.example" in await dialog.inner_text()
        await reader.picture("rooms-plan-de")
        await dialog.get_by_role("button", name="1 Änderung übernehmen").click()
        await page.get_by_text("1 Änderung übernommen.").wait_for()
        assert (await reads(place.world, "settings/resources/103"))["is_synced"] is True
        assert await page.get_by_role("button", name="Vorschlag").count() == 0
        assert reader.errors == []


async def test_one_person_is_changed_by_hand(place):
    async with visit(place.browser, place.address, locale="en-GB") as reader:
        page = reader.page
        await reader.opens("/settings?search=lea")
        await page.get_by_role("button", name="Edit Lea").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("mail_on_error").select_option("false")
        await dialog.get_by_role("button", name="Show what would change").click()
        await page.get_by_role("dialog", name="This would change").wait_for()
        assert "mail_on_error" in await dialog.inner_text()
        await dialog.get_by_role("button", name="Save").click()

        await page.get_by_text("Saved.").wait_for()
        assert (await reads(place.world, "settings/persons/13"))["row"]["mail_on_error"] is False
        assert reader.errors == []


async def test_a_dialog_can_be_read_and_used_by_everybody(place):
    async with visit(place.browser, place.address, locale="de-CH") as reader:
        await reader.opens("/settings?part=policies")
        await reader.page.get_by_role("button", name="Regeln ändern").click()
        await reader.page.get_by_role("dialog", name="Regeln ändern").wait_for()
        await reader.picture("policies-edit-de")
        assert await reader.axe() == []


async def test_a_stopped_mailbox_is_released_with_the_keyboard_alone(place):
    services = await place.world.app.services()
    await services.guard.stop(LEA, place.world.clock.now())
    async with visit(place.browser, place.address, locale="en-GB") as reader:
        page = reader.page
        await reader.opens("/parked")
        button = page.get_by_role("button", name="Release contoso/p13")
        await button.focus()
        await page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Let contoso/p13 go on?")
        await dialog.wait_for()
        await page.keyboard.press("Escape")
        await dialog.wait_for(state="hidden")
        assert await button.evaluate("e => e === document.activeElement")

        await page.keyboard.press("Enter")
        await dialog.wait_for()
        await dialog.get_by_role("button", name="Release").focus()
        await page.keyboard.press("Enter")

        await page.get_by_text("contoso/p13 goes on.").wait_for()
        assert (await reads(place.world, "stopped"))["stopped"] == []
        assert reader.errors == []


async def test_free_busy_is_seen_and_a_suggested_time_is_shown_in_the_grid(place):
    """R-820, R-821, S31: people and a room are chosen by typing; each cell is told in words."""
    async with visit(place.browser, place.address, locale="en-GB") as reader:
        page = reader.page
        await reader.opens("/free-busy?who=p13&who=r102")
        await page.get_by_label("Add somebody or a resource").fill("marc")
        await page.get_by_label("Marc Weber").check()
        await page.get_by_role("button", name="Add").click()
        table = page.get_by_role("table", name="Monday, 2 March 2026")
        marc = table.get_by_role("row", name="Marc Weber")
        assert await marc.get_by_role("cell", name="10:00\u201311:30 busy").count() == 1
        assert await table.get_by_role("cell", name="10:00\u201311:30 booked").count() == 1

        await page.get_by_text("Suggest times").click()
        await page.get_by_label("Minutes").fill("90")
        await page.get_by_role("button", name="Suggest", exact=True).click()
        await page.get_by_role("link", name="Mon 2 Mar 11:30\u201313:00 Eiger").click()

        await page.get_by_role("row", name="Suggested 11:30\u201313:00").wait_for()
        for state in ("free", "tentative", "busy"):
            name = f"11:30\u201313:00 {state}"
            assert await table.get_by_role("cell", name=name, exact=True).count() == (
                4 if state == "free" else 0
            )
        await reader.picture("free-busy-suggested-en")
        assert await reader.axe() == []
        assert reader.errors == []


async def test_times_are_those_of_the_readers_zone(place):
    async with visit(
        place.browser, place.address, locale="en-GB", timezone_id="America/New_York"
    ) as reader:
        await reader.opens("")
        footer = reader.page.get_by_role("contentinfo")
        await footer.get_by_text("Times in America/New York").wait_for()


async def test_a_viewer_sees_no_button_that_would_be_refused(place):
    place.world.settings["dev_role"] = "viewer"
    place.world.restarts()
    try:
        async with visit(place.browser, place.address, locale="en-GB") as reader:
            await reader.opens("/given-up")
            assert await reader.page.get_by_role("button", name="Replay").count() == 0
            answer = await reader.page.goto(place.address + "/settings")
            assert answer is not None
            assert answer.status == 403
            await reader.page.get_by_text("Your role is not enough").wait_for()
    finally:
        place.world.settings["dev_role"] = "admin"
        place.world.restarts()


async def test_a_self_test_is_run_and_followed_step_by_step(place):
    async with visit(place.browser, place.address, locale="de-CH") as reader:
        page = reader.page
        await reader.opens("/self-test")
        await page.get_by_label("Name, Adresse oder Nummer").fill("lea")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Person 13 Lea Roth testen").click()
        run = page.locator("#run")
        await run.get_by_text("Der Test läuft.").wait_for()
        assert await run.get_by_role("button", name="Erneut testen").is_disabled()
        assert page.url.endswith("/self-test?mailbox=p13")
        await reader.picture("self-test-running-de")
        await place.world.settles()

        await run.get_by_text("Alles grün").wait_for()

        assert await run.locator("li.done").count() == 5
        assert "gemeldet (Push)" in await run.inner_text()
        assert "alles grün" in await page.locator("#results").inner_text()
        assert await run.get_by_role("button", name="Erneut testen").is_enabled()
        assert await reader.axe() == []
        await reader.picture("self-test-done-de")
        assert reader.errors == []


async def test_the_doctor_examines_everything_and_a_command_is_copied(place):
    may = ["clipboard-read", "clipboard-write"]
    async with visit(place.browser, place.address, locale="en-GB", permissions=may) as reader:
        page = reader.page
        await reader.opens("/health")
        await page.get_by_role("button", name="Examine everything").click()
        await page.get_by_text("0 of 6 mailboxes asked about").wait_for()
        await place.world.settles()

        await page.get_by_text("Exchange and ROOMS were asked:").wait_for()
        await page.get_by_text("whether other mailboxes are out of our reach").wait_for()

        card = page.locator(".card").filter(has_text="out of our reach")
        await card.get_by_role("button", name="Copy").click()
        await page.get_by_text("Copied.").wait_for()
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("Test-ServicePrincipalAuthorization -Identity")
        await page.get_by_role("link", name="Wrong 0").click()
        await page.get_by_text("Nothing of this kind.").wait_for()
        await reader.picture("health-en")
        assert reader.errors == []
