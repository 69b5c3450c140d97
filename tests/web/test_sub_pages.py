"""What no menu leads to, in a real Chromium: sub-pages, dialogs, plans; as the menu's pages are."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
import pytest_asyncio

from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from tests.kit.world import a_world as make_world
from tests.web.browser import browser, served, visit
from tests.web.drifting import drifts_apart
from tests.web.trouble import does, done, gives_up, reads

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("chromium")]

ZURICH = {"time_zone": "Europe/Zurich"}
LEA = EventPlace(EnvironmentId("contoso"), MailboxKey("p13"))
CUT = """[document.documentElement, ...document.querySelectorAll("#dialog[open]")]
    .filter((e) => e.scrollWidth > e.clientWidth).map((e) => `${e.localName} is cut off`)"""
"""What is wider than its frame, or would have to be scrolled sideways."""

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
WRONG_ROWS = "rooms_id;language;conflict_behaviour;mode\n11;fr;Cancel;None\n99x;de;;\n"


@dataclass(frozen=True)
class Part:
    """`path` of a page; `ticks` and `opens` what is clicked on it; then a dialog is looked at."""

    name: str
    path: str
    opens: str = ""
    ticks: str = ""
    file: str = ""


def opens(verb, path):
    return f'[hx-{verb}$="{path}"]'


SUBMIT = " button:not([type])"
PARTS = (
    Part("difference", "/differences/{difference}"),
    Part("difference-plan", "", '[hx-vals*="use_rooms"]'),
    Part("difference-ignore", "", '[hx-vals*="ignore"]'),
    Part("differences-sides", "/differences", "details.sides summary"),
    Part("differences-compare", "", opens("get", "/differences/compare")),
    Part("meeting", "/history?item={meeting}"),
    Part("meeting-plan", "", opens("post", "/history/plan") + SUBMIT),
    Part("slot", "/history/slot?resource=Eiger&from={day}T06:00&to={day}T18:00"),
    Part("slot-plan", "", opens("post", "/history/slot/plan") + SUBMIT),
    Part("replay-plan", "/given-up", opens("post", "plan-replay"), ticks='[name="name"]'),
    Part("drop-plan", "", opens("post", "plan-drop")),
    Part("release-plan", "/parked", opens("post", "/stopped/plan") + SUBMIT),
    Part("health-found", "/health"),
    Part("self-test-run", "/self-test?mailbox=p13"),
    Part("self-test-all", "", opens("post", "/self-test/plan-all") + SUBMIT),
    Part("person-edit", "/settings?search=anna", '[hx-get*="/edit/persons/"]'),
    Part("resource-edit", "/settings?part=resources", '[hx-get*="/edit/resources/"]'),
    Part("location-edit", "/settings?part=locations", '[hx-get*="/edit/locations/"]'),
    Part("environment-edit", "/settings?part=environments", '[hx-get*="/edit/environments/"]'),
    Part("rooms-plan", "/settings/rooms", opens("post", "/settings/plan-rooms")),
    Part("import-plan", "/settings/import", opens("post", "plan-import") + SUBMIT, file=WRONG_ROWS),
    Part("changes-of", "/changes?about=person+13"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place():
    world = await make_world(resources=dict.fromkeys(("Säntis", "Eiger", "Pilatus"), ZURICH))
    try:
        event = await world.outlook("marc").books("Eiger", at="today 10:00-11:00")
        await world.settles()
        await world.outlook("marc").moves(event, to="today 11:00-12:00")
        await gives_up(world)
        forgotten = {"mail": None, "external_identifier": None, "mode": "None"}
        await done(world, "settings/resources/103", "PATCH", changes=forgotten)
        await does(world, "self-tests", mailbox="p13")
        await does(world, "health/examine")
        await world.settles()
        await drifts_apart(world)
        await does(world, "differences/scan")
        await world.settles()
        services = await world.app.services()
        await services.guard.stop(LEA, world.clock.now())
        known = {
            "difference": (await reads(world, "differences"))["differences"][0]["name"],
            "meeting": (await world.link_of(event)).id,
            "day": world.clock.now().strftime("%Y-%m-%d"),
        }
        async with served(world) as address, browser() as started:
            yield SimpleNamespace(address=address, browser=started, known=known)
    finally:
        await world.ends()


@pytest.mark.parametrize(
    ("locale", "scheme", "sizes"),
    [("en-GB", "light", (PHONE, DESK)), ("de-CH", "dark", (DESK, PHONE))],
)
async def test_every_part_reads_well_at_a_desk_and_on_a_phone(place, locale, scheme, sizes):
    looks = {"locale": locale, "color_scheme": scheme, "reduced_motion": "reduce"}
    async with visit(place.browser, place.address, **looks) as reader:
        page, wrong = reader.page, []
        for part in PARTS:
            if part.path:
                await reader.opens(part.path.format(**place.known))
                assert await page.get_attribute("html", "lang") == locale[:2]
                assert await page.locator("h1").count() == 1, part.name
            await _opened(page, part)
            for size in sizes:
                await page.set_viewport_size(size)
                cut = await page.evaluate(CUT)
                wrong += [f"{part.name}, {size['width']} px: {each}" for each in cut]
            dialogs = await page.locator("#dialog[open]").count()
            found = await reader.axe("#dialog" if dialogs else "html")
            wrong += [f"{part.name}: {each}" for each in found]
            await reader.picture(f"part-{part.name}-{locale[:2]}")
            if dialogs:
                await page.keyboard.press("Escape")
        assert not wrong, "\n".join(wrong)
        assert reader.errors == []


async def _opened(page, part):
    if part.ticks:
        await page.locator(part.ticks).first.check()
    if part.file:
        file = {"name": "p.csv", "mimeType": "text/csv", "buffer": part.file.encode()}
        await page.locator("#file").set_input_files(file)
    if part.opens:
        await page.locator(part.opens).first.click()
        shown = ".sides-body table" if part.opens.startswith("details") else "#dialog h2"
        await page.locator(shown).first.wait_for()
