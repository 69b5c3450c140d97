import pytest

from devstack.kit.world import World
from tests.contract.exchange.company import ANNA, Company, Person, meeting, world


async def test_every_switch_names_its_fact_and_options(company: Company):
    switches = await company.control("GET", "switches")

    contract = {
        "transaction_id": ["existing", "conflict", "ignored"],
        "if_match": ["enforced", "ignored"],
        "deleted_get": ["404", "200"],
        "notification_answer_s": [3, 10],
        "subscription_max_minutes": [4230, 10080],
        "exception_occurrences": [True, False],
    }
    assert {name: switches[name]["options"] for name in contract} == contract
    assert all(switches[n]["value"] == switches[n]["options"][0] for n in switches)
    books = {True: "ews-and-security ", False: "graph-calendar "}
    assert all(s["fact"].startswith(books[n.startswith("ews_")]) for n, s in switches.items())


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("switches", {"if_match": "maybe"}, "takes one of"),
        ("switches", {"colour": "red"}, "unknown switch"),
        ("limits", {"mailbox_parallel": 0}, "mailbox_parallel"),
        ("limits", {"colour": 1}, "colour"),
        ("notifications", {"drops": 1}, "drops"),
        ("notifications", {"drop": 2}, "drop"),
        ("notifications", {"duplicate": -1}, "duplicate"),
        ("notifications", {"delay_s": [-1, 1]}, "delay_s"),
        ("notifications", {"delay_s": [5, 1]}, "the longest"),
        ("clock", {"skew_s": 1e15}, "skew_s"),
        ("notify", {"mail": "nobody@x.example", "event_id": "x"}, "no mailbox"),
        ("lifecycle", {"event": "lost", "mail": ANNA}, "event"),
        ("timing", {"assistant_s": 1}, "assistant_s"),
        ("world", {}, "world"),
        ("world", {"world": {"environments": []}}, "environments"),
    ],
)
async def test_a_control_call_that_cannot_be_is_refused_with_its_place(
    company: Company, path: str, body: dict, said: str
):
    answer = await company.control("POST", path, body, expect=400)

    assert said in answer["error"]


async def test_switches_are_turned_all_or_none(company: Company):
    wanted = {"if_match": "ignored", "transaction_id": "maybe"}
    await company.control("POST", "switches", wanted, expect=400)

    assert (await company.control("GET", "switches"))["if_match"]["value"] == "enforced"


async def test_control_calls_are_not_logged(company: Company, anna: Person):
    await anna.create(meeting())
    await company.control("GET", "state")

    assert len(await company.requests()) == 1
    assert (await company.control("GET", "requests?since=1")) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"events": [{"mailbox": "nobody@x.example", "event": meeting()}]}, "events[0]"),
        ({"events": [{"mailbox": ANNA, "event": {"subject": "x"}}]}, "needs 'start'"),
        (
            {"persons": [{"mail": ANNA, "name": "A", "rooms_id": 1, "aliases": ["x@y.z"]},
                         {"mail": "X@y.z", "name": "B", "rooms_id": 2}]},
            "belongs to both",
        ),
    ],
)  # fmt: skip
async def test_a_world_that_cannot_be_is_refused(company: Company, changes: dict, said: str):
    content = world(**changes).model_dump(mode="json")
    event = await company.outlook(ANNA).create(meeting())
    answer = await company.control("POST", "world", {"world": content}, expect=400)

    assert said in answer["error"]
    assert (await company.outlook(ANNA).only())["id"] == event["id"]


async def test_another_world_starts_with_fresh_settings(company: Company, service: Person):
    await company.switch(if_match="ignored")
    await company.control("POST", "limits", {"page_max": 1})
    await company.control("POST", "scope", {"mailboxes": []})
    await company.control("POST", "notifications", {"silent": True})
    await company.control("POST", "faults", {"do": {"status": 500}})
    company.sim.load(world())

    assert (await company.control("GET", "switches"))["if_match"]["value"] == "enforced"
    assert (await company.control("GET", "limits"))["page_max"] is None
    await service.events(ANNA)
    await company.subscribe(ANNA, service)
    await company.outlook(ANNA).create(meeting())
    await company.settle()
    assert company.endpoint.notices


async def test_a_world_comes_over_the_control_api(company: Company):
    content = world(persons=[]).model_dump(mode="json")
    await company.control("POST", "world", {"world": content})

    assert ANNA not in (await company.control("GET", "state"))["mailboxes"]


async def test_what_a_world_leaves_out_has_sensible_values(company: Company):
    content = {
        "start": "2026-03-02T07:00:00",
        "persons": [{"mail": ANNA, "name": "Anna Meier", "rooms_person": False}],
        "resources": [
            {"rooms_id": 1, "name": "Eiger", "mail": "eiger@contoso.example"},
            {"rooms_id": 2, "name": "Jura", "mail": "j@x.example", "external_identifier": None},
        ],
    }
    await company.control("POST", "world", {"world": content})
    read = World.model_validate(content)

    assert [r.external_identifier for r in read.resources] == ["eiger@contoso.example", None]
    assert World.model_validate(read.model_dump(mode="json")) == read
    assert read.model_dump(mode="json")["start"] == "2026-03-02T07:00:00Z"
    assert (read.environments[0].id, read.environments[0].kind) == ("contoso", "graph")
    assert ANNA in (await company.control("GET", "state"))["mailboxes"]
