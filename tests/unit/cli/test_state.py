"""`roomsync state`: everything into a file and back; half a file changes nothing."""

import json

import pytest

from tests.kit.losses import nothing_is_written, rebuilds
from tests.kit.recurring import FIRST, weekly


@pytest.fixture
async def filled(world, operator, tmp_path):
    """A world with links of all kinds, and its export."""
    await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00", subject="Geheimsache")
    await world.outlook("marc").books("Eiger", at=FIRST, recurrence=weekly(times=5))
    await world.rooms("peter").books("Säntis", at="tomorrow 11:00-12:00")
    await world.settles()
    file = tmp_path / "state.jsonl"
    done = await operator("state", "export", str(file))
    assert done.code == 0
    return file


def everything(world):
    return {(name, row.partition, row.key): dict(row.values) for name, row in world.tables.rows()}


async def test_what_is_exported_comes_back_to_the_letter(world, operator, filled):
    before = everything(world)
    world.tables.wipe(*{name for name, _ in world.tables.rows()})

    shown = await operator("state", "import", str(filled))
    assert everything(world) == {}
    done = await operator("state", "import", str(filled), "--yes")

    assert "Nothing was changed" in shown.words
    assert done.code == 0
    assert everything(world) == before
    world.restarts()
    async with nothing_is_written(world):
        await world.advances(hours=2)


async def test_an_installation_in_use_is_replaced_only_if_that_is_said(world, operator, filled):
    before = everything(world)
    await world.outlook("lea").books("Eiger", at="tomorrow 15:00-16:00")
    await world.settles()
    meanwhile = everything(world)

    shown = await operator("state", "import", str(filled))
    refused = await operator("state", "import", str(filled), "--yes")
    assert "This installation is in use" in shown.words
    assert (refused.code, "say --replace" in refused.err) == (2, True)
    assert everything(world) == meanwhile

    assert (await operator("state", "import", str(filled), "--yes", "--replace")).code == 0
    assert everything(world) == before
    again = await operator("state", "import", str(filled))
    assert "mappings 0 0" in again.words
    await rebuilds(world)  # Lea's link is not in the file.


WRONG = {
    "truncated": (lambda text: text[: len(text) // 2], "the file"),
    "without its end": (lambda text: text.rpartition("\n{")[0], "ends in the middle"),
    "another version": (lambda text: text.replace('"version":1', '"version":7', 1), "version 7"),
    "something else": (lambda _: '{"persons": []}', "no export of roomsync"),
    "empty": (lambda _: "", "is empty"),
    "changed": (lambda text: text.replace("contoso", "fabrikam"), "was changed"),
    "another table": (lambda text: text.replace('{"table":"mappings"', '{"table":"x"'), "'x'"),
    "no row": (lambda text: text.replace('"values":{', '"valves":{'), "not a row"),
}


@pytest.mark.parametrize("kind", WRONG)
async def test_a_file_that_is_wrong_changes_nothing(world, operator, filled, kind):
    change, why = WRONG[kind]
    filled.write_text(change(filled.read_text()))
    before = everything(world)

    ended = await operator("state", "import", str(filled), "--yes", "--replace")

    assert (ended.code, why in ended.err) == (2, True), ended.err
    assert everything(world) == before


@pytest.mark.parametrize(
    ("content", "why"), [(None, "No such file"), (b"\xff\xfe", "cannot be read as text")]
)
def test_a_file_that_cannot_be_read_is_one_line(types, tmp_path, content, why):
    file = tmp_path / "state.jsonl"
    if content is not None:
        file.write_bytes(content)

    ended = types("state", "import", str(file))

    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert why in ended.err


async def test_no_subject_no_secret_and_no_key_is_in_it(world, filled):
    text = filled.read_text()
    settings = world.app.settings
    secrets = [
        settings.rooms_api_key,
        settings.graph_client_secret,
        *settings.rooms_webhook_secrets,
        *settings.fingerprint_keys,
    ]
    values = [secret.get_secret_value() for secret in secrets if secret.get_secret_value()]
    assert values
    assert not [value for value in [*values, "Geheimsache"] if value in text]
    assert json.loads(text.splitlines()[0])["format"] == "roomsync-state"
