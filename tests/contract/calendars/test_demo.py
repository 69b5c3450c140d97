"""`make demo CALENDAR=…`: the command as a whole."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

import devstack.calendars
from devstack.addresses import addresses
from devstack.calendars.demo import run_calendar_demo
from devstack.calendars.entries import read_entries
from devstack.calendars.fates import Ending, Fate
from devstack.calendars.importing import Outcome, Result
from devstack.calendars.report import print_entries, print_remarks
from tests.contract.calendars.snippets import (
    ANNA,
    SAENTIS,
    SETTING,
    USUAL,
    opened,
    vcalendar,
    vevent,
)
from tests.kit.stacks import stack_environment

EXAMPLE = Path(devstack.calendars.__file__).with_name("example.ics")
REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def output() -> Console:
    return Console(file=io.StringIO(), width=80)


def said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return " ".join(console.file.getvalue().split())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "does not exist: give the path of an .ics file"),
        (b"", "is empty: export the calendar again"),
        (b"\x00\x01\x02" * 50, "is a binary file"),
        (b"Subject,Start\n", "no line BEGIN:VCALENDAR"),
    ],
)
def test_a_file_that_is_no_calendar_starts_no_stack(tmp_path, output, content, reason):
    path = tmp_path / "a.ics"
    if content is not None:
        path.write_bytes(content)
    where = addresses({"RUN_DIR": str(tmp_path / "run")})

    assert run_calendar_demo(where, path, ANNA, SAENTIS, output) == 1

    assert reason in said(output)
    assert not (tmp_path / "run").exists()


def test_the_report_shows_every_entry_whole_also_on_a_narrow_screen(output):
    file = opened(
        vcalendar(
            vevent("SUMMARY:[red]Budget[/] und Abteilungsversammlung", *USUAL, "LOCATION:M"),
            vevent("RRULE:FREQ=DAILY", *USUAL, uid="2"),
        )
        + "\nstray"
    )
    good, bad = read_entries(file, SETTING)
    outcomes = [
        Outcome(entry=good.entry, result=Result.IMPORTED, importable=good),
        Outcome(entry=bad.entry, result=Result.NOT_IMPORTABLE, reason="part of a series"),
    ]
    fates = [Fate(Ending.BOOKED, "booking 1001"), Fate(Ending.NOT_NEEDED, "")]

    print_remarks(output, file.remarks)
    print_entries(output, outcomes, fates, SETTING)

    text = said(output)
    assert "file: 1 lines outside of any component" in text
    for word in ("[red]Budget[/]", "10.03.2026", "10:00-11:00", "1001", "VEVENT without"):
        assert word in text
    assert "line 3: Säntis stands for M" in text


@pytest.mark.stack
@pytest.mark.xdist_group("calendars")
def test_the_example_goes_through_a_stack_that_is_started_for_it(tmp_path):
    words = ["demo", "--calendar", str(EXAMPLE), "--organizer", ANNA, "--room", SAENTIS]

    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "devstack.cli", *words, "--shift-to-next-week"],
        cwd=REPOSITORY,
        env=os.environ | stack_environment(tmp_path) | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 imported, 0 already there, 0 refused by Exchange, 2 not importable" in done.stdout
    assert "Of 6 that need a booking:" in done.stdout
    assert not (tmp_path / "stack.json").exists()
