"""Where the command line takes the app's settings from, and that two places never mix."""

import json

import pytest

from roomsync.local_settings import SettingsFileError, use_settings


@pytest.fixture
def settings_file(tmp_path):
    def write(folder="stack", **values):
        path = tmp_path / folder / "local.settings.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"Values": values}), encoding="utf-8")
        return path

    return write


def test_a_named_file_wins_over_the_environment(settings_file):
    path = settings_file(ROOMSYNC_ROOMS_BASE_URL="http://file")
    environment = {"ROOMSYNC_ROOMS_BASE_URL": "http://environment", "HOME": "/"}

    assert use_settings(path, environment) == path
    assert environment == {"ROOMSYNC_ROOMS_BASE_URL": "http://file", "HOME": "/"}


def test_the_file_of_a_running_stack_is_found(settings_file):
    path = settings_file(ROOMSYNC_ROOMS_BASE_URL="http://stack", Other="no", ROOMSYNC_X="")
    environment = {"RUN_DIR": str(path.parent)}

    assert use_settings(None, environment) == path
    assert environment["ROOMSYNC_ROOMS_BASE_URL"] == "http://stack"
    assert "ROOMSYNC_X" not in environment
    assert "Other" not in environment


def test_a_stack_never_mixes_with_settings_that_are_there(settings_file):
    path = settings_file(ROOMSYNC_ROOMS_API_KEY="stack")
    environment = {"RUN_DIR": str(path.parent), "ROOMSYNC_ROOMS_BASE_URL": "http://production"}

    assert use_settings(None, environment) is None
    assert "ROOMSYNC_ROOMS_API_KEY" not in environment


@pytest.mark.parametrize(
    ("content", "told"),
    [("{", "cannot be read as JSON"), ("[]", 'no object "Values"'), ("{}", 'no object "Values"')],
)
def test_a_file_that_is_none_says_why(tmp_path, content, told):
    path = tmp_path / "local.settings.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(SettingsFileError, match=told):
        use_settings(path, {})


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsFileError, match=r"missing\.json does not exist"):
        use_settings(tmp_path / "missing.json", {})
