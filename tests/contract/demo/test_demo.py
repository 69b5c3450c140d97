"""The demo says yes to a service that works, and no when something is wrong."""

import json

import pytest

from devstack.demo.day import Book, Cancel, Change, Day, Round, in_outlook, in_rooms
from devstack.demo.script import THE_DAY
from devstack.stack.world_file import DEMO_COMPANY, read_world
from tests.kit.canary_stack import TELLING, assert_nothing_left
from tests.kit.stacks import command, stack_environment

pytestmark = pytest.mark.stack

SHORT_DAY = Day(
    (
        Round(
            title="two meetings are made",
            actions=(
                in_rooms("anna", "a", Book(title="Eins", at="1 09:00-10:00", room="Säntis")),
                in_outlook("marc", "b", Book(title="Zwei", at="1 09:00-10:00", room="Eiger")),
            ),
        ),
        Round(
            title="and changed on the other side",
            actions=(
                in_outlook("anna", "a", Change(title="Eins, anders", add=("lea",))),
                in_rooms("marc", "b", Change(at="1 10:00-11:00")),
            ),
        ),
        Round(title="one is cancelled", actions=(in_rooms("anna", "a", Cancel()),)),
    )
)
IN_OUTLOOK = Day((Round(title="one meeting", actions=(SHORT_DAY.rounds[0].actions[1],)),))


async def test_a_day_on_which_all_goes_well_is_good(theatre):
    report = await theatre.play(SHORT_DAY)

    content = report.content
    assert report.ok, content["failures"]
    assert (content["created"], content["updated"], content["cancelled"]) == (2, 2, 1)
    assert (content["differences"], content["echo_writes"]) == (0, 0)
    assert content["arrived"] == {"push": 5, "poll": 0, "delta": 0}
    assert content["linked_pairs"] == 1
    assert content["latency_ms"]["count"] == 5


async def test_it_fails_when_the_worker_is_switched_off(theatre):
    await theatre.post(f"{theatre.addresses.host}/admin/devstack/pause")

    report = await theatre.play(SHORT_DAY, patience_s=2)

    assert not report.ok
    assert "not at rest after 2 s" in report.failures[0]
    assert "no change arrived at all" in report.failures
    missing = [line for line in report.content["difference_list"] if "there should be True" in line]
    assert len(missing) == 2


async def test_it_fails_when_a_change_came_otherwise_than_by_push(theatre):
    report = await theatre.play_with_delta_only(IN_OUTLOOK)

    assert report.content["differences"] == 0, "delta brought it, so both sides agree"
    assert report.content["arrived"] == {"push": 0, "poll": 0, "delta": 1}
    assert report.failures == ("1 changes arrived by delta, not by push",)


async def test_it_fails_when_a_resource_is_refused_that_should_not_be(theatre):
    refusal = {
        "match": {"actor": "service", "method": "POST", "path": "reservation/create"},
        "times": 100,
        "do": {"status": 400, "body": {"message": "Die Ressource ist besetzt."}},
    }
    await theatre.post(f"{theatre.addresses.rooms}/_control/faults", refusal)

    report = await theatre.play(SHORT_DAY, patience_s=8)

    assert not report.ok
    assert "«b» in ROOMS: there should be True, is False" in report.content["difference_list"]


def test_a_stack_that_runs_already_is_left_alone(product_stack):
    refused = command(product_stack.environment, "demo")

    assert refused.returncode == 1
    assert "a stack runs already" in refused.stderr


def test_the_whole_day_by_the_command_line(tmp_path):
    report = tmp_path / "demo-report.json"

    environment = stack_environment(tmp_path / "run") | TELLING
    done = command(environment, "demo", "--report", str(report))

    assert done.returncode == 0, done.stdout + done.stderr
    content = json.loads(report.read_text(encoding="utf-8"))
    assert content["actions"] >= 60
    assert content["persons"] >= 10
    assert (content["differences"], content["echo_writes"]) == (0, 0)
    assert set(content["latency_ms"]) == {"count", "p50", "p95", "max"}
    assert "Both sides agree" in done.stdout
    assert '"name": "look push"' in (tmp_path / "run/logs/host.log").read_text(), "telemetry is on"
    people = (person.name for person in read_world(DEMO_COMPANY).persons)
    assert_nothing_left(tmp_path / "run", titles_of(THE_DAY), people)


def titles_of(day):
    deeds = [action.deed for each in day.rounds for action in each.actions]
    return {deed.title for deed in deeds if getattr(deed, "title", None)}
