"""`roomsync settings rooms`: what Exchange offers, what is proposed, what is taken over."""

import pytest

from core.app.imports.csv_file import read_csv
from core.app.imports.room_offers import Compared, Offer, Standing
from core.app.imports.rooms_search import RoomsFound
from core.app.imports.said import Kind
from core.domain.directory import Environment, directory
from core.domain.ids import EnvironmentId, ResourceId
from core.domain.policies import Policies
from core.ports.mailboxes import RoomFacts
from roomsync.rooms_command import write_rooms
from tests.kit.on_premises import MIXED

SAENTIS, EIGER = ResourceId(101), ResourceId(102)


@pytest.fixture
async def world(a_world):
    return await a_world(company={"exchange": MIXED})


@pytest.fixture
async def forgotten(world):
    """The settings have two rooms without their mailboxes, one on premises and one online."""
    without = {"mail": "", "external_identifier": "", "mode": "None"}
    settings = world.company.as_settings()
    for room in settings["resources"]:
        if room["rooms_id"] in (SAENTIS, EIGER):
            room.update(without)
    await world._app_call("PUT", "/api/dev/world", settings)
    return world


async def stored(world):
    world.app.forget_settings()
    return (await (await world.app.services()).settings.load()).resources


async def test_rooms_of_both_kinds_are_proposed_and_taken_over_when_that_is_said(
    forgotten, operator_of
):
    operator = operator_of(forgotten)
    shown = await operator("settings", "rooms")
    assert shown.code == 0
    assert "cellar Bern Pilatus pilatus@cellar.example 103 Pilatus: in the settings" in shown.words
    assert "101 Säntis: could have it" in shown.words
    assert "Would change: 2 changed" in shown.words
    assert (await stored(forgotten))[SAENTIS].address == ""
    taken = await operator("settings", "rooms", "--take")
    assert taken.code == 0
    assert "Done: 2 changed" in taken.words
    assert "mode: None -> EWS1" in taken.words
    rooms = await stored(forgotten)
    assert [rooms[each].address for each in (SAENTIS, EIGER)] == [
        "saentis@cellar.example", "eiger@contoso.example",
    ]  # fmt: skip
    assert [rooms[each].environment for each in (SAENTIS, EIGER)] == ["cellar", "contoso"]
    assert all(rooms[each].has_synced_mailbox for each in (SAENTIS, EIGER))
    again = await operator("settings", "rooms", "--take")
    assert "could have it" not in again.words
    await forgotten.imports()


async def test_what_is_left_is_written_for_an_import(forgotten, operator_of, tmp_path):
    path = tmp_path / "rooms.csv"
    operator = operator_of(forgotten)
    ended = await operator("settings", "rooms", "--environment", "cellar", "--csv", str(path))
    assert "1 rooms. Fill in rooms_id" in ended.words
    header, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    assert header == "rooms_id;name;mail;external_identifier;mode;environment"
    assert rows == ["101;Säntis;saentis@cellar.example;saentis@cellar.example;EWS1;"]
    ended = await operator("settings", "import", str(path), "--dry-run")
    assert "Would change: 1 changed" in ended.words
    await forgotten.imports()


async def test_an_environment_that_cannot_be_asked_is_told_and_hides_no_other(
    forgotten, operator_of
):
    await forgotten.exchange_control("permissions", {"missing": ["Place.Read.All"]})
    ended = await operator_of(forgotten)("settings", "rooms")
    assert ended.code == 1
    assert "environment contoso was not asked for rooms" in ended.words
    assert "the application needs Place.Read.All" in ended.words
    assert "101 Säntis: could have it" in ended.words
    nobody = await operator_of(forgotten)("settings", "rooms", "--environment", "attic")
    assert nobody.code != 0
    assert "'attic' is no environment of the settings" in nobody.err
    await forgotten.exchange_control("permissions", {"missing": []})
    await forgotten.imports()


def test_no_cell_is_a_formula_to_excel_and_all_come_back_as_they_were(tmp_path):
    path, name = tmp_path / "resources.csv", '=HYPERLINK("https://evil.example")'
    here = Environment(id=EnvironmentId("contoso"), kind="graph", domains=("contoso.example",))
    settings = directory(
        global_sync_enabled=True, policies=Policies(), environments=[here], persons=(), resources=()
    )
    room = RoomFacts(address="r@contoso.example", name=name)
    compared = Compared(offer=Offer(here.id, room), standing=Standing.UNKNOWN)
    write_rooms(path, RoomsFound(rooms=(compared,), troubles=(), settings=settings))
    assert ";=" not in path.read_text(encoding="utf-8").replace('"', "")
    (row,) = read_csv(path.read_bytes(), path.name).sections[Kind.RESOURCES].rows
    assert row.values["name"] == name
