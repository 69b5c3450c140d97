"""Titles, people and private meetings: no page and no answer tells a viewer of them (D13, S30)."""

import re

import pytest

from tests.web.drifting import scans
from tests.web.routes import every_route
from web.access import Role

BASE = "/api/console"
TITLE, SECRET = "Lohnrunde", "Scheidung"
PEOPLE = ("Anna", "anna.meier", "Lea Roth", "lea.roth", "Marc Weber", "marc.weber")
ADDRESS_BOOK = (f"{BASE}/free-busy", f"{BASE}/v1/free-busy")
"""Whoever may ask who is free may say who is meant (ADR 0035)."""
ONE_DIFFERENCE = re.compile(rf"{BASE}/(v1/)?differences/[0-9a-f]{{12}}")
SLOT = {"resource": "101", "from": "2026-03-03T08:00Z", "to": "2026-03-03T15:00Z"}
ASKED = [None, {"state": "all"}, {"mailbox": "p11"}, SLOT]


@pytest.fixture
async def busy(world):
    """Meetings of every kind: in step, different, refused, given up, private."""
    anna = world.outlook("anna")
    open_one = await anna.books(
        "Säntis", at="tomorrow 09:00-10:00", subject=TITLE, attendees=["lea", "marc"]
    )
    private = await anna.books(
        "Eiger", at="tomorrow 09:00-10:00", subject=SECRET, private=True, attendees=["lea"]
    )
    await world.rooms("marc").books("Pilatus", at="tomorrow 13:00-14:00", title=f"{TITLE} 2")
    await world.settles()
    refused = await world.outlook("lea").books(
        "Pilatus", at="tomorrow 13:30-14:30", subject=f"{TITLE} 3"
    )
    await world.settles()
    await world.push(silent=True)
    await anna.moves(open_one, to="tomorrow 10:00-11:00")
    await anna.moves(private, to="tomorrow 10:00-11:00")
    await world.advances(minutes=3, timers=())
    await scans(world)
    services = await world.app.services()
    yield [
        *[link.id async for link in services.mappings.all()],
        *[drift.id for drift in await services.drifts.all()],
        str((await world.booking_of(private)).booking_id),
    ]
    await world.push_is_back()
    await world.outlook("lea").deletes(refused)
    await world.settles()
    await world.full_pass()
    await world.settles()
    world.clears_failed_items()


async def told(world, names, words):
    """Return where one of these words is told, by what only reads, of all that has a name."""
    found = set()
    for route in every_route():
        if route.method != "GET" or "/static/" in route.path:
            continue
        paths = {re.sub(r"\{\w+(:\w+)?\}", name, route.path) for name in names}
        asked = [None] if route.path not in paths else ASKED + [{"item": name} for name in names]
        for path in paths:
            for params in asked:
                answer = await world.calls_app("GET", path, params=params)
                found |= {(path, word) for word in words if word in answer.text}
    return found


async def test_a_viewer_is_told_of_no_title_and_no_person(world, busy, as_role):
    as_role(Role.VIEWER)
    found = await told(world, busy, (TITLE, SECRET, *PEOPLE))
    assert {each for each in found if not each[0].startswith(ADDRESS_BOOK)} == set()
    assert {word for _, word in found} & {TITLE, SECRET} == set()


async def test_an_operator_sees_titles_of_one_difference_and_nothing_of_private_meetings(
    world, busy, as_role
):
    as_role(Role.OPERATOR)
    found = await told(world, busy, (TITLE, SECRET))
    assert {word for _, word in found} == {TITLE}
    assert all(ONE_DIFFERENCE.fullmatch(path) for path, _ in found)
