"""The JSON API, on a company in which something really is to be repaired."""

import json

import pytest

from core.app.imports import run
from core.domain.deed import DeedKind
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from tests.web.trouble import LATER, deeds, does, done, gives_up, reads

ANNA = EventPlace(EnvironmentId("contoso"), MailboxKey("p11"))


async def test_what_was_given_up_is_listed_shown_and_replayed(world):
    await gives_up(world)

    (line,) = (await reads(world, "given-up"))["entries"]
    assert (line["what"], line["state"], line["mailbox"]) == ("look", "open", "contoso/p11")
    assert line["reason"] == "InvalidPayloadError"
    assert await reads(world, f"given-up/{line['name']}") == line
    assert "Planung" not in json.dumps(line)

    tried = (await does(world, "given-up/replay", names=[line["name"]])).json()
    plan = tried.pop("plan")
    assert tried == {"dry_run": True, "done": [line["name"]], "stuck": [], "missing": []}
    assert (await reads(world, "given-up"))["total"] == 1

    replayed = await done(world, "given-up/replay", names=[line["name"], "nothing:5"])
    assert (replayed["plan"], replayed["done"]) == (plan, [line["name"]])
    assert replayed["missing"] == ["nothing:5"]
    await world.settles()
    await world.then_outlook_has("anna", LATER)
    assert (await reads(world, "given-up"))["total"] == 0


async def test_the_trail_says_who_did_what_and_nothing_of_those_concerned(world):
    await gives_up(world)
    (line,) = (await reads(world, "given-up"))["entries"]
    await done(world, "given-up/replay", names=[line["name"]])
    await world.settles()
    change = {"name": "Anna Muster", "language": "fr", "conflict_behaviour": "Cancel"}
    await done(world, "settings/persons/11", "PATCH", changes=change)

    changed, replayed = await deeds(world)

    assert (replayed["who"], replayed["kind"]) == ("developer", DeedKind.LETTERS_REPLAYED)
    assert replayed["details"] == [f"{line['name']} (InvalidPayloadError)"]
    assert changed["kind"] == DeedKind.SETTINGS_CHANGED
    (told,) = changed["details"]
    assert told == (
        "person 11: name, conflict_behaviour: Rollback \u2192 Cancel, language: de \u2192 fr"
    )
    await world.imports()


async def test_filters_narrow_the_list_and_what_is_gone_is_said(world):
    await gives_up(world)

    assert (await reads(world, "given-up", reason="Invalid"))["total"] == 1
    assert (await reads(world, "given-up", reason="Other"))["total"] == 0
    assert (await reads(world, "given-up", state="settled"))["total"] == 0
    gone = await world.calls_app("GET", "/api/console/v1/given-up/failed-items:99")
    assert (gone.status_code, gone.json()["status"]) == (404, 404)
    (line,) = (await reads(world, "given-up"))["entries"]
    dropped = await done(world, "given-up/drop", names=[line["name"]])
    assert dropped["done"] == [line["name"]]
    assert (await reads(world, "given-up"))["total"] == 0
    await world.full_pass()


async def test_what_is_parked_is_released(world):
    await world.graph_fault("GET", ".*", times=500, status=503)
    await world.graph_fault("POST", ".*", times=500, status=503)
    await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()
    await world.advances(minutes=6)
    parked = (await reads(world, "parked"))["parked"]
    assert parked
    assert all(each["state"] == "open" for each in parked)
    await world.exchange_control_delete("faults")
    scopes = [each["scope"] for each in parked]

    unknown = await does(world, "parked/release", scope="exchange/nowhere")
    assert unknown.status_code == 409
    tried = await does(world, "parked/release", scope=scopes[0], dry_run=True)
    assert tried.json()["dry_run"] is True
    for scope in scopes:
        await done(world, "parked/release", scope=scope)

    assert not [p for p in (await reads(world, "parked"))["parked"] if p["state"] == "open"]
    assert DeedKind.SCOPE_RELEASED in [each["kind"] for each in await deeds(world)]
    await world.settles()
    await world.full_pass()


async def test_a_stopped_mailbox_is_listed_and_released(world):
    services = await world.app.services()
    await services.guard.stop(ANNA, world.clock.now())

    (line,) = (await reads(world, "stopped"))["stopped"]
    assert line["name"] == "contoso/p11"
    assert (await does(world, "stopped/release", name="contoso/p12")).status_code == 409
    await does(world, "stopped/release", name=line["name"])
    assert (await reads(world, "stopped"))["stopped"] == [line]

    await done(world, "stopped/release", name=line["name"])

    assert (await reads(world, "stopped"))["stopped"] == []
    assert [each["kind"] for each in await deeds(world)] == [DeedKind.MAILBOX_RELEASED]


async def test_every_synced_mailbox_says_how_it_is_watched(world):
    found = (await reads(world, "subscriptions"))["subscriptions"]

    assert {each["condition"] for each in found} == {"active"}
    names = {each["mailbox"]["mailbox"]: each["mailbox"]["resource"] for each in found}
    assert names == {
        "p11": "",
        "p12": "",
        "p13": "",
        "r101": "Säntis",
        "r102": "Eiger",
        "r103": "Pilatus",
    }


async def test_mails_say_why_and_never_to_whom(world):
    event = await world.outlook("anna").books(
        "Säntis", at="tomorrow 20:00-21:00", subject="Lohnrunde"
    )
    await world.rooms_control("resources", {"rooms_id": 101, "active": False})
    await world.outlook("anna").deletes(event)
    await world.settles()

    found = await reads(world, "mails")

    assert found["sender"] == ""
    assert found["queue"]["active"] == 0
    assert "anna" not in json.dumps(found).casefold()
    assert "Lohnrunde" not in json.dumps(found)


class TestSettings:
    async def test_persons_are_searched_by_name_address_and_number(self, world):
        for search in ("anna", "ANNA.MEIER@", "11"):
            found = await reads(world, "settings/persons", search=search)
            assert [each["number"] for each in found["entries"]] == [11], search
        everybody = await reads(world, "settings/persons", limit=2, offset=1)
        assert (len(everybody["entries"]), everybody["total"]) == (2, 4)

    async def test_one_is_changed_after_it_was_shown_what_that_comes_to(self, world):
        change = {"sync_disabled": True}
        plan = (
            await does(world, "settings/persons/11", "PATCH", changes=change, dry_run=True)
        ).json()
        assert plan["done"] is False
        assert plan["changes"][0]["fields"] == [["sync_disabled", "no", "yes"]]
        assert "sync off" in plan["consequences"][0]
        assert (await reads(world, "settings/persons/11"))["is_synced"] is True

        changed = await done(world, "settings/persons/11", "PATCH", changes=change)

        assert changed["done"] is True
        assert changed["plan"] == plan["plan"]
        assert (await reads(world, "settings/persons/11"))["is_synced"] is False
        await world.imports()

    @pytest.mark.parametrize(
        ("path", "changes", "status", "told"),
        [
            ("persons/11", {"sync_disabeld": True}, 422, "no such field: sync_disabeld"),
            ("persons/11", {"time_zone": "Mars/Base"}, 422, "time_zone"),
            ("persons/11", {"rooms_id": 12}, 422, "no such field"),
            ("persons/99", {"language": "fr"}, 404, ""),
            ("persons/x", {"language": "fr"}, 404, ""),
            ("resources/101", {"sync_master": "maybe"}, 422, "sync_master"),
            ("environments/fabrikam", {"domains": []}, 404, ""),
            ("policies", {"resources_per_event": "three"}, 422, "resources_per_event"),
            ("policies", {"colour": "blue"}, 422, "no such policy"),
            ("persons/11", {}, 422, "changes"),
        ],
    )
    async def test_what_is_wrong_is_said_and_changes_nothing(
        self, world, path, changes, status, told
    ):
        before = await reads(world, "settings/export")

        answer = await does(world, f"settings/{path}", "PATCH", changes=changes)

        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert told in answer.json()["detail"]
        assert await reads(world, "settings/export") == before
        assert await deeds(world) == []

    async def test_policies_and_the_switch_are_changed(self, world):
        change = {"resources_per_event": "many", "global_sync_enabled": False}
        await done(world, "settings/policies", "PATCH", changes=change)

        found = await reads(world, "settings/policies")
        assert found["global_sync_enabled"] is False
        assert found["policies"]["resources_per_event"] == "many"
        (deed,) = await deeds(world)
        assert deed["details"] == [
            "switch global_sync_enabled: global_sync_enabled: yes \u2192 no",
            "policy resources_per_event: resources_per_event: one \u2192 many",
        ]
        await world.imports()

    async def test_what_is_exported_changes_nothing_when_it_is_imported(self, world):
        content = json.dumps(await reads(world, "settings/export"))
        plan = await does(world, "settings/import", files=[{"name": "a.json", "content": content}])

        assert plan.status_code == 200
        assert (plan.json()["changes"], plan.json()["faults"]) == ([], [])

    async def test_an_import_is_shown_first_and_only_what_was_shown_is_done(self, world):
        file = {"name": "persons.csv", "content": "rooms_id;language\n11;fr\n", "kind": "persons"}
        plan = (await does(world, "settings/import", files=[file])).json()
        assert [each["name"] for each in plan["changes"]] == ["11 Anna Meier"]

        other = await does(world, "settings/import", files=[file], dry_run=False, plan="0" * 32)
        assert (
            other.status_code,
            (await reads(world, "settings/persons/11"))["row"]["language"],
        ) == (
            409,
            "de",
        )
        taken = await does(world, "settings/import", files=[file], dry_run=False, plan=plan["plan"])

        assert taken.json()["done"] is True
        assert (await reads(world, "settings/persons/11"))["row"]["language"] == "fr"
        await world.imports()

    async def test_a_file_that_is_none_is_refused(self, world):
        answer = await does(world, "settings/import", files=[{"name": "a.json", "content": "{"}])
        assert answer.status_code == 400
        assert "a.json is not JSON" in answer.json()["detail"]


class TestWhoDidWhat:
    async def test_deeds_are_found_by_whom_they_concern_by_who_did_them_and_by_kind(self, world):
        for number in (11, 12):
            await done(world, f"settings/persons/{number}", "PATCH", changes={"language": "fr"})
            world.lets_a_moment_pass()
        await done(world, "settings/policies", "PATCH", changes={"rebook_when_free": False})

        async def found(**asked):
            deeds = (await reads(world, "deeds", **asked))["deeds"]
            return [each["details"][0].partition(":")[0] for each in deeds]

        assert await found(search="person 1") == []
        assert await found(search="Person 11") == ["person 11"]
        assert await found(search="devel") == [
            "policy rebook_when_free",
            "person 12",
            "person 11",
        ]
        assert await found(search="nobody") == []
        assert await found(kind="letters_replayed") == []
        page = await world.calls_app("GET", "/api/console/changes", params={"search": "person 12"})
        assert ("person 12" in page.text, "person 11" in page.text) == (True, False)
        await world.imports()


async def test_what_another_admin_changes_meanwhile_is_not_changed_back(world, monkeypatch):
    change = {"changes": {"language": "fr"}}
    plan = (await does(world, "settings/persons/11", "PATCH", **change)).json()["plan"]
    usual = run.consequences

    async def while_another_is_faster(turns, services):
        monkeypatch.setattr(run, "consequences", usual)
        await done(world, "settings/persons/12", "PATCH", changes={"language": "it"})
        return await usual(turns, services)

    monkeypatch.setattr(run, "consequences", while_another_is_faster)
    late = await does(world, "settings/persons/11", "PATCH", **change, dry_run=False, plan=plan)

    assert late.status_code == 409
    languages = [(await reads(world, f"settings/persons/{n}"))["row"]["language"] for n in (11, 12)]
    assert languages == ["de", "it"]
    await world.imports()
