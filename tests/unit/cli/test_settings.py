"""`roomsync settings`: what changes is shown, a wrong file changes nothing."""

import json

import pytest


@pytest.fixture
def file_of(tmp_path):
    """Writes the settings of a world's company with changes."""

    def write(world, **changes):
        path = tmp_path / "settings.json"
        content = json.loads(json.dumps(world.company.as_settings())) | changes
        path.write_text(json.dumps(content), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def file(file_of, world):
    return lambda **changes: file_of(world, **changes)


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


async def test_wrong_rows_are_told_and_change_nothing_while_good_ones_are_applied(
    operator, world, file
):
    before = await stored(world)
    persons = people(
        world, marc={"mode": "Fax"}, anna={"rooms_id": "eleven"}, lea={"mail_on_error": False}
    )

    ended = await operator("settings", "import", file(persons=persons))

    assert ended.code == 1
    assert "Wrong: settings.json persons.0: rooms_id: " in ended.out
    assert "Wrong: settings.json persons.1: mode: " in ended.out
    assert "2 rows are wrong and changed nothing" in ended.out
    now = await stored(world)
    assert (now.persons[11], now.persons[12]) == (before.persons[11], before.persons[12])
    assert not now.persons[13].mail_on_error


async def test_lists_from_excel_change_what_they_speak_of(operator, world, tmp_path):
    persons, rooms = tmp_path / "Personen.csv", tmp_path / "Räume.csv"
    persons.write_bytes("rooms_id;Sprache;Abteilung\n12;fr;Einkauf\n13;it;\n".encode("cp1252"))
    rooms.write_bytes("rooms_id,Ist Sync-Master\r\n101,nein\r\n".encode("utf-8-sig"))

    ended = await operator("settings", "import", str(persons), str(rooms))

    assert ended.code == 0
    assert "columns not known and ignored: 'Abteilung'" in ended.out
    assert "Done: 3 changed." in ended.out
    now = await stored(world)
    assert [now.persons[n].language for n in (11, 12, 13)] == ["de", "fr", "it"]
    assert not now.resources[101].is_sync_master


async def test_a_list_that_could_be_either_wants_to_be_told(operator, world, tmp_path):
    rows = tmp_path / "liste.csv"
    rows.write_text("rooms_id;name\n101;Säntis neu\n", encoding="utf-8")

    refused = await operator("settings", "import", str(rows))
    taken = await operator("settings", "import", str(rows), "--as", "resources")

    assert (refused.code, taken.code) == (2, 0)
    assert "say it with --as" in refused.err
    assert (await stored(world)).resources[101].name == "Säntis neu"


async def test_an_alias_gives_way_to_the_primary_address(a_world, operator_of, file_of):
    """R-023"""
    world = await a_world(lea={"aliases": ["l.roth@contoso.example"]})
    rows = [{**p, "mail": "L.Roth@contoso.example"} if p["rooms_id"] == 13 else p
            for p in world.company.as_settings()["persons"]]  # fmt: skip
    path = file_of(world, persons=rows)

    ended = await operator_of(world)("settings", "import", path)

    assert "L.Roth@contoso.example is an alias in Exchange" in ended.words
    assert (await stored(world)).persons[13].address == "lea.roth@contoso.example"


async def test_without_asking_exchange_an_alias_stays(a_world, operator_of, file_of):
    world = await a_world(lea={"aliases": ["l.roth@contoso.example"]})
    rows = [{**p, "mail": "l.roth@contoso.example"} if p["rooms_id"] == 13 else p
            for p in world.company.as_settings()["persons"]]  # fmt: skip

    ended = await operator_of(world)(
        "settings", "import", file_of(world, persons=rows), "--offline", "--dry-run"
    )

    assert "mail" not in ended.err
    assert "address: lea.roth@contoso.example -> l.roth@contoso.example" in ended.words


async def test_an_address_that_exchange_does_not_know_is_told(operator, world, file):
    persons = people(world, lea={"mail": "lea.muster@contoso.example"})

    ended = await operator("settings", "import", file(persons=persons), "--dry-run")

    assert "contoso knows no lea.muster@contoso.example" in ended.words
    assert "person 13 Lea Roth: another mailbox." in ended.words


async def test_the_consequences_of_switching_are_told_before(operator, world, file):
    """D11, D12"""
    await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.rooms("peter").books("Eiger", at="tomorrow 09:00-10:00")
    await world.settles()
    persons = people(world, anna={"sync_disabled": True}, peter={"mode": "Microsoft365"})

    ended = await operator("settings", "import", file(persons=persons), "--dry-run")

    assert "person 11 Anna Meier: sync off. 1 link end." in ended.words
    assert "person 16 Peter Huber: sync on. 1 coming booking in ROOMS" in ended.words


async def test_switching_off_all_resources_counts_our_own_holds(operator, world, file):
    """R-001, D12"""
    await world.rooms("peter").books("Eiger", at="tomorrow 09:00-10:00")
    await world.settles()

    ended = await operator("settings", "import", file(global_sync_enabled=False), "--dry-run")

    assert "resource 102 Eiger: sync off. 1 link, 1 of them our own holds end." in ended.words
    assert "resource 101 Säntis: sync off. 0 links end." in ended.words


async def test_whoever_is_switched_on_is_synced_since_now(operator, world, file):
    await operator(
        "settings", "import", file(persons=people(world, peter={"mode": "Microsoft365"}))
    )

    now = await stored(world)

    assert now.persons[16].synced_since == world.clock.now()
    assert now.persons[11].synced_since is None
    await world.imports()


async def test_contradictions_of_the_new_settings_are_told_at_once(operator, world, file):
    ended = await operator(
        "settings", "import", file(policies={"direct_booking": "book_as:nobody@contoso.example"})
    )

    assert "error: policy direct_booking: names nobody" in ended.words


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


async def test_shown_as_json_they_are_a_file_that_changes_nothing(operator, world, tmp_path):
    shown = await operator("settings", "show", "--json")
    path = tmp_path / "settings.json"
    path.write_text(shown.out, encoding="utf-8")
    part = await operator("settings", "show", "policies", "--json")

    before = await stored(world)
    imported = await operator("settings", "import", str(path))

    assert imported.code == 0
    assert await stored(world) == before
    assert json.loads(part.out) == {"policies": json.loads(shown.out)["policies"]}


async def test_a_misconfigured_resource_stands_out(a_world, operator_of):
    world = await a_world(resources={"Eiger": {"external_identifier": "eiger@old.example"}})

    ended = await operator_of(world)("settings", "show", "resources")

    assert "misconfigured" in next(line for line in ended.out.splitlines() if "Eiger" in line)


async def test_an_import_that_ends_the_sync_of_most_wants_a_yes(a_world, operator_of, file_of):
    many = {f"Raum {n}": {"rooms_id": 200 + n, "name": f"Raum {n}", "location": 1,
                          "mail": f"raum{n}@contoso.example",
                          "external_identifier": f"raum{n}@contoso.example"}
            for n in range(12)}  # fmt: skip
    world = await a_world(resources=many)
    path = file_of(world, persons=[], resources=[])

    refused = await operator_of(world)("settings", "import", path)
    assert (refused.code, len((await stored(world)).persons)) == (2, 4)
    shown = await operator_of(world)("settings", "import", path, "--dry-run")
    done = await operator_of(world)("settings", "import", path, "--yes")

    assert "this would switch off 18 of 18 who are synced" in refused.err
    assert (shown.code, done.code) == (0, 0)
    assert (await stored(world)).persons == {}
    await world.imports()


async def test_since_when_somebody_is_synced_is_shown(operator, world, file):
    await operator(
        "settings", "import", file(persons=people(world, peter={"mode": "Microsoft365"}))
    )

    shown = await operator("settings", "show", "persons")

    assert f"{world.clock.now():%Y-%m-%d %H:%M} UTC" in shown.words
    await world.imports()
