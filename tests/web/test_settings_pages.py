"""Forms of the settings, sent as a browser sends them: shown first, done as shown."""

import re

from core.app.imports.run import ImportPlan
from tests.web.trouble import OWN, deeds, does, reads
from web.access import Role


async def sends(world, path, **fields):
    return await world.calls_app("POST", f"/api/console/settings/{path}", data=fields, headers=OWN)


def plan_in(answer):
    assert answer.status_code == 200, answer.text
    found = re.search(r'name="plan" value="(\w+)"', answer.text)
    assert found is not None
    return found[1]


async def test_an_environment_is_changed_as_it_was_shown(world):
    form = await world.calls_app("GET", "/api/console/settings/edit/environments/contoso")
    assert 'name="field-domains" value="contoso.example"' in form.text
    entry = {"part": "environments", "number": "contoso", "field-kind": "graph"}
    wanted = entry | {"field-domains": "contoso.example, contoso.ch"}

    plan = plan_in(await sends(world, "plan-edit", **wanted))
    other = await sends(world, "edit", **(entry | {"field-domains": "contoso.ch"}), plan=plan)
    assert other.status_code == 409
    done = await sends(world, "edit", **wanted, plan=plan)

    assert done.status_code == 200
    (environment,) = (await reads(world, "settings/environments"))["environments"]
    assert environment["domains"] == ["contoso.example", "contoso.ch"]
    await world.imports()


async def test_most_are_switched_off_only_by_whoever_says_so(world, monkeypatch):
    monkeypatch.setattr(ImportPlan, "ends_most", property(lambda plan: plan.ends > 2))
    wanted = {"part": "policies", "number": "", "field-global_sync_enabled": "false"}
    shown = await sends(world, "plan-edit", **wanted)
    plan = plan_in(shown)
    assert 'name="sure"' in shown.text

    refused = await sends(world, "edit", **wanted, plan=plan)
    assert refused.status_code == 409
    assert (await reads(world, "settings/policies"))["global_sync_enabled"] is True
    done = await sends(world, "edit", **wanted, plan=plan, sure="yes")

    assert done.status_code == 200
    assert (await reads(world, "settings/policies"))["global_sync_enabled"] is False
    await world.imports()


async def test_a_field_that_an_environment_does_not_have_is_refused(world):
    answer = await world.calls_app(
        "PATCH",
        "/api/console/v1/settings/environments/contoso",
        json={"changes": {"colour": "blue"}},
    )
    assert (answer.status_code, "colour" in answer.json()["detail"]) == (422, True)


async def test_what_cannot_be_is_said_and_changes_nothing(world):
    wanted = {"part": "persons", "number": "11", "field-time_zone": "Mars/Base"}
    answer = await sends(world, "plan-edit", **wanted)
    assert answer.status_code == 422
    assert "time_zone" in answer.text


async def test_what_a_file_comes_to_is_told_in_german_and_what_is_not_is_marked(world):
    german = OWN | {"accept-language": "de-CH"}
    rows = b"rooms_id;language;mode;Farbe\n11;fr;None;rot\n99x;deutsch;;\n"
    asked = {"files": {"file": ("personen.csv", rows, "text/csv")}, "headers": german}
    shown = await world.calls_app("POST", "/api/console/settings/plan-import", **asked)

    assert "personen.csv Zeile 3: rooms_id: muss eine ganze Zahl sein" in shown.text
    assert "language: ist keine Sprache wie de oder de-CH" in shown.text
    assert "personen.csv: Spalten unbekannt und übergangen: &#39;Farbe&#39;" in shown.text
    assert "Person 11: Synchronisation aus. Es enden: 0 Verknüpfungen." in shown.text
    assert 'lang="en"' not in shown.text
    refused = await world.calls_app(
        "POST",
        "/api/console/settings/plan-import",
        files={"file": ("x.json", b"[]", "application/json")},
        headers=german,
    )
    assert "x.json ist keine Datei von Einstellungen" in refused.text
    trouble = await world.calls_app(
        "GET", "/api/console/history?item=Säntis+gestern", headers=german
    )
    assert "ist nicht verständlich: geben Sie an: die Nummer einer Buchung" in trouble.text


async def test_a_location_is_listed_and_its_mails_are_changed_as_shown(world):
    page = await world.calls_app("GET", "/api/console/settings?part=locations")
    assert 'hx-get="/api/console/settings/edit/locations/1"' in page.text
    wanted = {"part": "locations", "number": "1", "field-error_mail_cc": "haus@contoso.example"}

    plan = plan_in(await sends(world, "plan-edit", **wanted))
    done = await sends(world, "edit", **wanted, plan=plan)

    assert done.status_code == 200
    assert "haus@contoso.example" in done.text
    first = (await reads(world, "settings/locations"))["locations"][0]
    assert first["row"]["error_mail"]["cc"] == ["haus@contoso.example"]
    (deed,) = await deeds(world)
    assert deed["details"] == ["location 1: error_mail"]
    shown = await does(world, "settings/locations/1", "PATCH", changes={"parent": 99})
    assert "its parent 99 is not among the locations" in shown.json()["detail"]
    await world.imports()


async def test_persons_and_resources_are_exported_for_spreadsheets(world, as_role):
    for part, first in (("persons", "11;Anna Meier;"), ("resources", "101;Säntis;")):
        address = f"/api/console/settings/export/{part}.csv"
        answer = await world.calls_app("GET", address)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert f"filename=roomsync-{part}.csv" in answer.headers["content-disposition"]
        assert answer.text.startswith("\ufeffrooms_id;name;mail;")
        assert first in answer.text
        plan = await does(
            world, "settings/import", files=[{"name": f"{part}.csv", "content": answer.text}]
        )
        assert (plan.json()["changes"], plan.json()["faults"]) == ([], [])
        as_role(Role.OPERATOR)
        assert (await world.calls_app("GET", address)).status_code == 403
        as_role(Role.ADMIN)
