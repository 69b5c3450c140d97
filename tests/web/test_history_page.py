"""A meeting's history in a real Chromium: found, followed, looked at again, a slot brought back."""

from types import SimpleNamespace

import pytest
import pytest_asyncio

from tests.kit.world import a_world as make_world
from tests.web.browser import browser, served, visit
from tests.web.trouble import reads

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("chromium")]

ZURICH = {"time_zone": "Europe/Zurich"}
PHONE = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "locale": "de-CH"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place():
    world = await make_world(resources=dict.fromkeys(("Säntis", "Eiger", "Pilatus"), ZURICH))
    try:
        event = await world.outlook("anna").books(
            "Säntis", at="today 10:00-11:00", subject="Geheimprojekt", attendees=["lea"]
        )
        await world.settles()
        await world.outlook("anna").moves(event, to="today 11:00-12:00")
        await world.settles()
        await world.rooms("marc").books("Eiger", at="today 14:00-15:00", title="Klausur")
        await world.settles()
        async with served(world) as address, browser() as started:
            yield SimpleNamespace(world=world, address=address, browser=started)
    finally:
        await world.ends()


async def test_a_meetings_history_is_followed_from_the_day_and_synced_again(place):
    async with visit(place.browser, place.address, locale="en-GB") as reader:
        page = reader.page
        await reader.opens("/day")
        saentis = page.get_by_role("article", name="Säntis")
        await saentis.locator(".entry.linked a.time").first.click()
        await page.get_by_role("heading", name="What happened").wait_for()
        await reader.picture("meeting-en")
        story = await page.locator("#story").inner_text()
        assert "Update booking (time)" in story
        assert "Changed: time in Exchange" in story
        assert "until we were told" in story
        assert "Geheimprojekt" not in await page.content()
        await page.locator(".story .rule").first.click()
        assert "#rule-" in page.url

        await page.get_by_role("button", name="Sync this now").click()
        dialog = page.get_by_role("dialog", name="Sync this meeting now?")
        await dialog.wait_for()
        assert "No step would be taken." in await dialog.inner_text()
        await reader.picture("meeting-plan-en")
        assert await reader.axe() == []
        await dialog.get_by_role("button", name="Sync now").click()
        await page.get_by_text("Waits for its turn").wait_for()
        await place.world.settles()
        await page.get_by_role("heading", name="What came of it").wait_for()
        await page.locator("#story").get_by_text("by hand").wait_for()
        assert reader.errors == []


async def test_whatever_is_in_a_slot_is_found_and_looked_at(place):
    async with visit(place.browser, place.address, locale="de-CH") as reader:
        page = reader.page
        at = place.world.clock.now().strftime("%Y-%m-%d")
        await reader.opens(f"/history?item=Eiger {at} 14:30")
        await page.get_by_role("heading", name="Was geschah").wait_for()
        await reader.opens(f"/history/slot?resource=Eiger&from={at}T08:00&to={at}T18:00")
        await reader.picture("slot-de")
        await page.get_by_role("button", name="Alles davon jetzt abgleichen").click()
        dialog = page.get_by_role("dialog", name="Alles in dieser Zeit jetzt abgleichen?")
        await dialog.wait_for()
        await reader.picture("slot-plan-de")
        await dialog.get_by_role("button", name="Jetzt abgleichen").click()
        await page.get_by_text("Wartet, bis er an der Reihe ist").wait_for()
        await place.world.settles()
        await page.get_by_role("heading", name="Was daraus wurde").wait_for()
        deeds = (await reads(place.world, "deeds"))["deeds"]
        assert deeds[0]["kind"] == "looks_asked"
        assert reader.errors == []


async def test_the_history_reads_well_on_a_phone_in_the_dark(place):
    async with visit(place.browser, place.address, **PHONE) as reader:
        await reader.opens("/history")
        await reader.picture("history-phone-dark")
        links = [link async for link in (await place.world.app.services()).mappings.all()]
        await reader.opens(f"/history?item={links[0].id}")
        width = await reader.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360
        assert await reader.axe() == []
        await reader.picture("meeting-phone-dark")
        assert reader.errors == []
