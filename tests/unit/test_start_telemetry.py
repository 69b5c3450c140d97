"""Whether this process tells of itself, and where to, is said by its environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.bootstrap.telemetry import instance_of, shares_of, way_of
from core.telemetry.recorder import Shares

ROOT = Path(__file__).parents[2]
INSIGHTS = {"APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=x"}


@pytest.mark.parametrize(
    ("environment", "way"),
    [
        ({}, ""),
        (INSIGHTS, "azure"),
        ({"ROOMSYNC_TELEMETRY": "off", **INSIGHTS}, ""),
        ({"ROOMSYNC_TELEMETRY": "otlp", **INSIGHTS}, "otlp"),
        ({"ROOMSYNC_TELEMETRY": "console"}, "console"),
        ({"ROOMSYNC_TELEMETRY": "somewhere"}, ""),
    ],
)
def test_where_it_goes_to(environment, way):
    assert way_of(environment) == way


def test_shares_that_are_none_count_as_not_set():
    named = {"ROOMSYNC_TRACE_SHARE": "0.5", "ROOMSYNC_TRACE_SHARE_OF_ROUNDS": "2"}
    assert shares_of(named) == Shares(0.5, Shares().rounds)
    assert shares_of({"ROOMSYNC_TRACE_SHARE": "much"}) == Shares()


@pytest.mark.parametrize(
    ("environment", "instance"),
    [
        ({"WEBSITE_INSTANCE_ID": "a", "CONTAINER_NAME": "b"}, "a"),
        ({"CONTAINER_NAME": "b", "WEBSITE_POD_NAME": "c"}, "b"),
        ({"WEBSITE_INSTANCE_ID": "", "WEBSITE_POD_NAME": "c"}, "c"),
        ({}, "the process"),
    ],
)
def test_an_instance_has_a_name_of_its_own_on_every_plan(environment, instance):
    """Flex Consumption has no WEBSITE_INSTANCE_ID, and the same process number everywhere."""
    assert instance_of(environment) == instance.replace("the process", str(os.getpid()))


ON = """
import os, sys
os.environ["ROOMSYNC_TELEMETRY"] = "console"
import function_app
from core.telemetry.metrics import is_on
from core.telemetry.tracing import span
from core.telemetry.vocabulary import WEBHOOK
with span(WEBHOOK, "graph"):
    pass
print(is_on(), sorted({"opentelemetry", "azure.monitor", "psutil"} & set(sys.modules)))
os._exit(0)
"""
OFF = """
import os, sys
os.environ.pop("ROOMSYNC_TELEMETRY", None)
os.environ.pop("APPLICATIONINSIGHTS_CONNECTION_STRING", None)
import function_app, threading
from core.telemetry.metrics import is_on
print(is_on(), [t.name for t in threading.enumerate() if t.name == "telemetry"],
      sorted(m for m in sys.modules if m.startswith(("opentelemetry", "core.adapters.telemetry"))))
"""


def said_by(code):
    run = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def test_on_it_notes_at_once_and_has_loaded_nothing_on_the_way_of_a_notification():
    assert said_by(ON) == "True []"


def test_off_there_is_no_thread_and_nothing_of_it_is_loaded():
    assert said_by(OFF) == "False [] []"
