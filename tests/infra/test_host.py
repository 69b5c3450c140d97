"""What the platform tells of itself: its warnings, no execution, no address, no error's text."""

import json
from pathlib import Path

import pytest

from infra.check.host_rules import LEVELS, NEVER, WANTED, host_faults
from infra.check.papers import HOST, read_papers

PROJECT = Path(__file__).parents[2]
_GONE = object()


def faults_with(path: tuple[str, ...], value: object) -> list[str]:
    """Return what is told of host.json with one value changed, or gone."""
    host = json.loads(read_papers(PROJECT)[HOST])
    place = host
    for name in path[:-1]:
        place = place[name]
    if value is _GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return list(host_faults(None, {HOST: json.dumps(host)}))


@pytest.mark.parametrize("path", WANTED, ids=".".join)
@pytest.mark.parametrize("value", [_GONE, "Information"], ids=["gone", "other"])
def test_each_lock_on_what_the_platform_tells_is_missed(path, value):
    told = faults_with(path, value)

    assert len(told) == 1
    assert f"{'.'.join(path)} must be" in told[0]


def test_a_mode_in_which_levels_hold_nothing_back_is_refused():
    told = faults_with(("telemetryMode",), "OpenTelemetry")

    assert "no level holds back requests" in told[0]


def test_a_category_that_is_let_through_is_noticed():
    told = faults_with((*LEVELS, "Host.Aggregator"), "Information")

    assert told == ["host.json: logging.logLevel: Host.Aggregator was asked for by nobody"]


def test_addresses_with_their_keys_are_written_by_nobody():
    assert "keys stand there" in faults_with(NEVER, True)[0]


def test_a_host_json_that_cannot_be_read_is_said():
    assert "no JSON" in next(iter(host_faults(None, {})))
