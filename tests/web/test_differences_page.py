"""Differences in a real Chromium: found, looked at, put right after the plan was shown."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
import pytest_asyncio

from tests.kit.world import a_world as make_world
from tests.web.browser import browser, served, visit
from tests.web.drifting import ELSE, WHEN, drifts_apart
from tests.web.trouble import reads

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("chromium")]

ZURICH = {"time_zone": "Europe/Zurich"}
PHONE = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "locale": "de-CH"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place():
    world = await make_world(resources=dict.fromkeys(("Säntis", "Eiger", "Pilatus"), ZURICH))
    try:
        await world.rooms_control("resources", {"rooms_id": 103, "active": False})
        await world.outlook("lea").books("Pilatus", at="tomorrow 15:00-16:00")
        await world.rooms("lea").books("Säntis", at="tomorrow 13:00-14:00", title="Klausur")
        await drifts_apart(world)
        async with served(world) as address, browser() as started:
            yield SimpleNamespace(world=world, address=address, browser=started)
    finally:
        await world.ends()


@asynccontextmanager
async def at_work(world):
    """Let the app work by itself while somebody looks."""

    async def works():
        while True:
            await world.settles()
            await asyncio.sleep(0.05)

    task = asyncio.create_task(works())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_a_difference_is_found_looked_at_and_put_right(place):
    async with visit(place.browser, place.address, locale="en-GB") as reader, at_work(place.world):
        page = reader.page
        await reader.opens("/differences")
        await page.get_by_text("Nothing has been compared yet.").wait_for()
        await page.get_by_role("button", name="Compare now").click()
        dialog = page.get_by_role("dialog", name="Compare both sides")
        await dialog.wait_for()
        await reader.picture("differences-compare-en")
        await dialog.get_by_role("button", name="Compare").click()
        await page.get_by_text("6 mailboxes are being compared.").wait_for()

        card = page.get_by_role("listitem").filter(has_text="Eiger").first
        await card.wait_for()
        await card.get_by_text("Both sides", exact=True).click()
        await card.get_by_role("cell", name="11:00").first.wait_for()
        assert "ROOMS" in await card.locator("tr.differs").inner_text()
        await reader.picture("differences-en")
        assert await reader.axe() == []
        await card.get_by_role("button", name="Use ROOMS").click()
        dialog = page.get_by_role("dialog", name="Use ROOMS for 1 difference")
        await dialog.wait_for()
        assert "0 writes to ROOMS, 1 write to Exchange" in await dialog.inner_text()
        await reader.picture("differences-plan-en")
        assert await reader.axe() == []
        await place.world.then_outlook_has("marc", WHEN)

        await dialog.get_by_role("button", name="Use ROOMS").click()

        await dialog.get_by_text("1 difference was put right.").wait_for()
        await place.world.then_outlook_has("marc", ELSE)
        await dialog.get_by_role("button", name="Close").click()
        await page.get_by_role("link", name="Eiger").wait_for(state="detached")
        assert reader.errors == []
    assert (await reads(place.world, "differences", state="resolved"))["total"] == 1


async def test_all_that_are_ticked_are_put_right_together_in_german(place):
    async with visit(place.browser, place.address, locale="de-CH") as reader, at_work(place.world):
        page = reader.page
        await reader.opens("/differences")
        await page.get_by_label("Diese auswählen").check()
        await reader.picture("differences-de")
        await page.get_by_role("button", name="Exchange übernehmen", exact=True).click()
        dialog = page.get_by_role("dialog", name="Exchange übernehmen")
        await dialog.wait_for()
        await reader.picture("differences-plan-de")

        await dialog.get_by_role("button", name="Exchange übernehmen").click()

        await dialog.get_by_text("1 Abweichung ist behoben.").wait_for()
        assert "1 wurde nicht getan." in await dialog.inner_text()
        await reader.picture("differences-done-de")
        assert reader.errors == []
    (refused,) = (await reads(place.world, "differences"))["differences"]
    assert refused["cause"] == "refused"


async def test_one_difference_reads_well_on_a_phone_in_the_dark(place):
    name = (await reads(place.world, "differences", state="all"))["differences"][0]["name"]
    async with visit(place.browser, place.address, **PHONE) as reader:
        for path in ("/differences?state=all", f"/differences/{name}"):
            await reader.opens(path)
            width = await reader.page.evaluate("document.documentElement.scrollWidth")
            assert width <= 360, path
            assert await reader.axe() == [], path
            await reader.picture(f"difference{'s' if 'state' in path else ''}-phone-dark")
        assert reader.errors == []
