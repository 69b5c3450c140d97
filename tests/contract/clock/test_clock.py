"""The present moment: aware, in UTC, and movable where a local stack asks for it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.adapters.clock import FileClock, SystemClock
from core.errors import InvalidPayloadError
from devstack.kit.clock import SharedClock

SLACK = timedelta(seconds=5)


def near(moment: datetime, expected: datetime) -> bool:
    return abs(moment - expected) < SLACK


def test_the_machine_s_clock_speaks_utc():
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert near(now, datetime.now(UTC))


def test_without_a_file_there_is_no_offset(tmp_path: Path):
    assert near(FileClock(tmp_path / "clock.json").now(), datetime.now(UTC))


def test_it_follows_what_the_stack_writes(tmp_path: Path):
    path = tmp_path / "clock.json"
    clock, owner = FileClock(path), SharedClock(path)
    for days in (7, 8, 400):
        owner.write_offset(timedelta(days=days))
        assert clock.now().tzinfo is UTC
        assert near(clock.now(), datetime.now(UTC) + timedelta(days=days))
    path.unlink()
    assert near(clock.now(), datetime.now(UTC))


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"offset_s": "soon"}', '{"offset_s": null}']
)
def test_a_file_that_is_no_clock_is_told(tmp_path: Path, content: str):
    path = tmp_path / "clock.json"
    path.write_text(content)
    clock = FileClock(path)
    with pytest.raises(InvalidPayloadError, match=r"clock\.json.*offset_s"):
        clock.now()
    path.write_text(json.dumps({"offset_s": 60}))
    assert near(clock.now(), datetime.now(UTC) + timedelta(seconds=60))
