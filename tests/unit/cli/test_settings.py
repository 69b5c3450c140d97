"""`roomsync settings`: what changes is shown, a wrong file changes nothing."""

import json

import pytest


@pytest.fixture
def file(tmp_path, world):
    """Writes the company's settings with changes."""

    def write(**changes):
        path = tmp_path / "settings.json"
        content = json.loads(json.dumps(world.company.as_settings())) | changes
        path.write_text(json.dumps(content), encoding="utf-8")
        return str(path)

    return write


def people(world, **changes):
    return [{**person, **changes.get(name, {})} for name, person in world.company.persons.items()]


async def stored(world):
    return await (await world.app.services()).settings.load()


async def test_an_import_shows_what_was_added_changed_and_removed(operator, world, file):
    persons = people(world, marc={"sync_disabled": True})
    persons = [p for p in persons if p["rooms_id"] != 13]
    persons.append({"rooms_id": 17, "name": "Sara Frei", "mail": "sara.frei@contoso.example"})

    ended = await operator("settings", "import", file(persons=persons))

    assert ended.code == 0
    assert "added person 17 Sara Frei" in ended.words
    assert "changed person 12 Marc Weber sync_disabled: no -> yes" in ended.words
    assert "removed person 13 Lea Roth" in ended.words
    assert "Done: 1 added, 1 changed, 1 removed." in ended.words
    now = await stored(world)
    assert sorted(now.persons) == [11, 12, 16, 17]
    assert now.persons[12].sync_disabled
    await world.imports()


async def test_a_dry_run_shows_the_same_and_writes_nothing(operator, world, file):
    before = await stored(world)

    ended = await operator(
        "settings", "import", file(policies={"direct_booking": "cancel"}), "--dry-run"
    )

    assert "direct_booking: report -> cancel" in ended.words
    assert "Nothing was written" in ended.out
    assert await stored(world) == before


async def test_the_same_settings_again_change_nothing(operator, file):
    ended = await operator("settings", "import", file())

    assert "nothing to change" in ended.out


async def test_every_wrong_place_of_a_file_is_named_and_nothing_is_changed(operator, world, file):
    before = await stored(world)
    persons = people(world, marc={"mode": "Fax"}, anna={"rooms_id": "eleven"})

    ended = await operator("settings", "import", file(persons=persons))

    assert ended.code == 2
    assert "persons.0.rooms_id" in ended.err
    assert "persons.1.mode" in ended.err
    assert await stored(world) == before


async def test_a_file_that_is_not_json_is_said(operator, tmp_path):
    path = tmp_path / "settings.json"
    path.write_text("persons:", encoding="utf-8")

    not_json = await operator("settings", "import", str(path))
    missing = await operator("settings", "import", str(tmp_path / "none.json"))

    assert (not_json.code, missing.code) == (2, 2)
    assert "is not JSON" in not_json.err
    assert "No such file" in missing.err


async def test_a_first_import_makes_the_tables(operator, world, file):
    world.tables._tables.clear()

    ended = await operator("settings", "import", file())

    assert ended.code == 0
    assert "added resource 101 Säntis" in ended.words
    await world.imports()


async def test_all_settings_are_shown_or_one_part(operator):
    everything, only = (
        await operator("settings", "show"),
        await operator("settings", "show", "resources"),
    )

    for words in ("Resource sync on", "anna.meier@contoso.example", "Säntis", "direct_booking"):
        assert words in everything.words
    assert "Resources (5)" in only.words
    assert "anna.meier" not in only.words


async def test_a_misconfigured_resource_stands_out(a_world, operator_of):
    world = await a_world(resources={"Eiger": {"external_identifier": "eiger@old.example"}})

    ended = await operator_of(world)("settings", "show", "resources")

    assert "misconfigured" in next(line for line in ended.out.splitlines() if "Eiger" in line)
