"""No deed of the JSON API without its plan: shown by a dry run first, named by the deed then."""

import pytest

from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from tests.web.drifting import comes_back, drifts_apart, scans
from tests.web.trouble import deeds, does, done, gives_up, reads
from web.api.planned import Planned
from web.app import EVERYTHING

WRITES_NOTHING = {
    "compare_both_sides",
    "check_differences",
    "examine_again",
    "test_mailbox",
    "test_all_mailboxes",
}
"""What only looks; a self-test has an entry of its own, which it takes away."""

DEEDS = [each for routes in EVERYTHING for each in routes.operations if each.method != "GET"]


@pytest.mark.parametrize("deed", [each.name for each in DEEDS])
def test_each_deed_wants_its_plan_or_writes_nothing(deed):
    (given,) = {each.given for each in DEEDS if each.name == deed}
    wants = issubclass(given, Planned) or "plans" in given.model_fields
    assert wants is (deed not in WRITES_NOTHING)
    if wants:
        assert given.model_fields["dry_run"].default is True


FILE = {"name": "p.csv", "content": "rooms_id;language\n11;fr\n", "kind": "persons"}
UNSEEN = (
    ("settings/persons/11", "PATCH", {"changes": {"language": "fr"}}),
    ("settings/policies", "PATCH", {"changes": {"rebook_when_free": False}}),
    ("settings/import", "POST", {"files": [FILE]}),
    ("given-up/replay", "POST", {"names": ["failed-items:1"]}),
    ("given-up/drop", "POST", {"names": ["failed-items:1"]}),
    ("stopped/release", "POST", {"name": "contoso/p13"}),
    ("differences/use-rooms", "POST", {"filter": {}}),
    ("differences/use-exchange", "POST", {"names": ["nothing"]}),
    ("differences/ignore", "POST", {"filter": {}}),
    (
        "slots/looks",
        "POST",
        {"resource": "Eiger", "begins": "2026-03-03T08:00", "ends": "2026-03-03T09:00"},
    ),
)


async def test_without_a_plan_nothing_is_done_and_what_to_do_is_said(world):
    place = EventPlace(EnvironmentId("contoso"), MailboxKey("p13"))
    guard = (await world.app.services()).guard
    await guard.stop(place, world.clock.now())
    for path, method, asked in UNSEEN:
        answer = await does(world, path, method, **asked, dry_run=False)

        told = (answer.status_code, answer.json()["type"].rpartition("/")[2])
        assert told == (422, "plan_first"), path
        assert "dry_run" in answer.json()["advice"]
    assert await deeds(world) == []
    await guard.release(place, world.clock.now())


async def test_a_plan_of_something_else_is_refused(world):
    await gives_up(world)
    (line,) = (await reads(world, "given-up"))["entries"]
    drop = (await does(world, "given-up/drop", names=[line["name"]])).json()["plan"]

    for plan in (drop, "another"):
        answer = await does(
            world, "given-up/replay", names=[line["name"]], dry_run=False, plan=plan
        )
        assert (answer.status_code, answer.json()["title"]) == (409, "Changed meanwhile")

    assert (await reads(world, "given-up"))["total"] == 1
    await done(world, "given-up/replay", names=[line["name"]])
    await world.settles()


async def test_what_has_come_to_a_filter_since_it_was_shown_is_not_ignored_unseen(world):
    await drifts_apart(world)
    found = await scans(world, resource=101)
    plan = (await does(world, "differences/ignore", filter={})).json()
    assert plan["done"] == [found["p11"]["name"]]
    await scans(world)

    late = await does(world, "differences/ignore", filter={}, dry_run=False, plan=plan["plan"])

    assert late.status_code == 409
    assert (await reads(world, "differences"))["states"]["ignored"] == 0
    await comes_back(world)


async def test_what_has_come_into_a_slot_since_it_was_shown_is_not_looked_at_unseen(world):
    slot = {"resource": "Eiger", "begins": "2026-03-03T08:00", "ends": "2026-03-03T12:00"}
    await world.rooms("anna").books("Eiger", at="tomorrow 09:00-10:00", title="Plan")
    await world.settles()
    plan = (await does(world, "slots/looks", **slot, dry_run=True)).json()["plan"]
    await world.rooms("marc").books("Eiger", at="tomorrow 10:00-11:00", title="Plan")
    await world.settles()

    late = await does(world, "slots/looks", **slot, dry_run=False, plan=plan)

    assert late.status_code == 409
    assert len((await done(world, "slots/looks", **slot))["looks"]) == 2
    await world.settles()
