"""Every error ends in one line that says what to do; nobody sees a traceback."""

import json

import pytest


def test_without_settings_it_says_which_are_missing_and_where_to_put_them(types):
    ended = types("status")

    assert ended.code == 2
    assert "ROOMSYNC_ROOMS_BASE_URL" in ended.err
    assert "--settings-file" in ended.err
    assert ended.err.count("\n") == 1


def test_a_settings_file_that_does_not_exist_is_named(types, tmp_path):
    ended = types("--settings-file", str(tmp_path / "none.json"), "status")

    assert ended.code == 2
    assert "none.json does not exist" in ended.err


def test_services_that_are_down_are_one_line(types, tmp_path):
    dead = "http://127.0.0.1:9"
    account = f"AccountName=a;AccountKey=a2V5;TableEndpoint={dead}/a;"
    values = {
        "ROOMSYNC_TABLES_CONNECTION": f"DefaultEndpointsProtocol=http;{account}",
        "ROOMSYNC_BUS_CONNECTION": "Endpoint=sb://127.0.0.1;SharedAccessKeyName=a;"
        "SharedAccessKey=a;UseDevelopmentEmulator=true",
        "ROOMSYNC_ROOMS_BASE_URL": dead,
        "ROOMSYNC_ROOMS_API_KEY": "key",
        "ROOMSYNC_WEBHOOK_BASE_URL": dead,
        "ROOMSYNC_FINGERPRINT_KEYS": "1:a-secret-that-is-long-enough",
    }
    file = tmp_path / "local.settings.json"
    file.write_text(json.dumps({"Values": values}), encoding="utf-8")

    ended = types("--settings-file", str(file), "settings", "show")

    assert ended.code == 2
    assert ended.err.startswith("roomsync: ")
    assert "Try again" in ended.err
    assert ended.err.count("\n") == 1


async def test_an_unexpected_error_tells_no_more_than_its_kind(operator, world):
    secret = "Lohngespräch"
    world.interruptions.strike("tables", lambda: KeyError(secret), times=99)

    ended = await operator("status")

    assert ended.code == 2
    assert "unexpected KeyError" in ended.err
    assert secret not in ended.err
    world.interruptions.clear()


@pytest.mark.parametrize("command", ["plan", "sync", "history"])
async def test_what_is_not_understood_is_said_before_anything_is_asked(operator, world, command):
    before = len(world.calls)

    ended = await operator(command, "the meeting tomorrow")

    assert ended.code == 2
    assert "'the meeting tomorrow' is not understood" in ended.err
    assert world.calls[before:] == []


def test_help_names_every_command(types):
    ended = types("--help")

    assert ended.code == 0
    for command in ("settings", "status", "plan", "sync", "history", "release", "reset"):
        assert command in ended.out
