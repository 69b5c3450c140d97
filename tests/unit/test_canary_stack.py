"""The watch over what a stack has left on its disk is able to fail, place by place."""

import json

import pytest

from tests.kit.canary import PLACE, TEXT
from tests.kit.canary_stack import assert_nothing_left, log_sizes, see_logs, stack_watch

TITLE, PERSON, ADDRESS = "Entlassungen", "Anna Meier", "anna.meier@contoso.example"
SECRET, PASSWORD = "a-key-that-opens-rooms", "that-of-the-account"
TOLD = [TITLE, TEXT, PLACE, PERSON, ADDRESS, SECRET, PASSWORD, "Bearer dG9rZW4tb2Y"]


@pytest.fixture
def run_dir(tmp_path):
    for folder in ("logs", "azurite", "state"):
        (tmp_path / folder).mkdir()
    on_premises = {"cellar": {"password": PASSWORD}}
    values = {
        "ROOMSYNC_ROOMS_API_KEY": SECRET,
        "ROOMSYNC_EWS_ENVIRONMENTS": json.dumps(on_premises),
    }
    (tmp_path / "local.settings.json").write_text(json.dumps({"Values": values}))
    (tmp_path / "logs" / "host.log").write_text("INFO host: 24 functions\n")
    stores(tmp_path, mappings=[{"PartitionKey": "m", "state": "linked"}])
    return tmp_path


def stores(run_dir, **tables):
    collections = [{"name": f"account${name}", "data": rows} for name, rows in tables.items()]
    stored = run_dir / "azurite" / "__azurite_db_table__.json"
    stored.write_text(json.dumps({"collections": collections}))


def complaint_about(run_dir):
    with pytest.raises(AssertionError) as told:
        assert_nothing_left(run_dir, {TITLE}, {PERSON})
    return str(told.value)


def test_nothing_is_told_of_a_stack_that_kept_everything_to_itself(run_dir):
    assert_nothing_left(run_dir, {TITLE}, {PERSON})


@pytest.mark.parametrize("part", ["host", "bus", "azurite", "stack"])
@pytest.mark.parametrize("told", TOLD)
def test_any_canary_in_a_log(run_dir, part, told):
    (run_dir / "logs" / f"{part}.log").write_text(f"a line with {told}\n")
    found = complaint_about(run_dir)
    assert f"in the log of the {part}" in found
    assert told not in found


@pytest.mark.parametrize("told", TOLD)
def test_any_canary_in_a_row(run_dir, told):
    stores(run_dir, pointers=[{"PartitionKey": told}])
    assert "in table pointers" in complaint_about(run_dir)


def test_the_settings_may_name_people(run_dir):
    stores(run_dir, settings=[{"mail": ADDRESS, "name": PERSON}])
    assert_nothing_left(run_dir, {TITLE}, {PERSON})


@pytest.mark.parametrize("told", TOLD)
def test_any_canary_in_a_message_dead_or_taken(run_dir, told):
    (run_dir / "state" / "bus-wal").write_bytes(b"\x00\xff{" + told.encode() + b"}\x00")
    assert "in a queue message" in complaint_about(run_dir)


def test_a_log_is_read_on_from_where_it_was_and_anew_where_it_begins_again(run_dir):
    log = run_dir / "logs" / "host.log"
    log.write_text(f"before: {TITLE}\n")
    since = log_sizes(run_dir)
    watch = stack_watch(run_dir, {TITLE}, ())
    see_logs(watch, run_dir, since)
    assert watch.complaints() == []
    log.write_text(TITLE)
    see_logs(watch, run_dir, since)
    assert watch.complaints() == ["a title in the log of the host"]
