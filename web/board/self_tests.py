"""Turns self-tests into what a page shows: steps with signs, results, who can be chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.app.self_test.reading import Reading, reading_of, reading_text, said_text, step_name
from core.app.self_test.run import PATIENCE
from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.finding import Finding
from core.domain.self_test import Said, SelfTest, SelfTestStep, StepResult, StepState
from web.board.health import command_shown, owner_named
from web.board.tones import SELF_TESTS
from web.render import View

MOST_FOUND = 20
"""So many of those who fit a search are shown: more are narrowed down."""

_ORDER = ("busy", "bad", "look", "good")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One step; `why` are reasons with what to do and a command."""

    state: StepState
    name: str
    said: str
    error: str
    why: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestLine:
    """One mailbox's last test. `reading` in a few words, `meaning` with what to do."""

    mailbox: str
    who: str
    tone: str
    reading: Reading
    meaning: str
    steps: tuple[StepLine, ...]
    started_at: datetime
    is_running: bool
    is_lost: bool
    left_behind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerLine:
    """Somebody who can be tested; `address` "" for whoever may not see it."""

    mailbox: str
    who: str
    address: str
    is_synced: bool


def test_line(test: SelfTest, directory: Directory, view: View, now: datetime) -> TestLine:
    """Return one test with its steps."""
    reading = reading_of(test)
    is_lost = not test.is_over and not test.is_running(now)
    return TestLine(
        mailbox=test.mailbox,
        who=owner_named(test.mailbox, directory, view),
        tone="bad" if is_lost else SELF_TESTS.get(reading, "bad"),
        reading=Reading.INTERRUPTED if is_lost else reading,
        meaning=reading_text(test, view.words.language),
        steps=tuple(_step(each, directory, view) for each in test.steps),
        started_at=test.started_at,
        is_running=test.is_running(now),
        is_lost=is_lost,
        left_behind=test.is_over and test.left_behind,
    )


def test_lines(
    tests: Sequence[SelfTest], directory: Directory, view: View, now: datetime
) -> list[TestLine]:
    """Return all tests: those under way, those that failed, then the green ones, newest first."""
    lines = [test_line(test, directory, view, now) for test in tests]
    lines.sort(key=lambda line: line.started_at, reverse=True)
    return sorted(lines, key=lambda line: _ORDER.index(line.tone))


def owners_found(text: str, directory: Directory, view: View) -> list[OwnerLine]:
    """Return who fits a search, by number, name or address; of people a viewer finds numbers."""
    wanted, sees_all = text.strip().casefold(), view.may("operator")
    owners: list[SyncedPerson | SyncedResource] = [
        *directory.persons.values(),
        *directory.resources.values(),
    ]
    found = []
    for owner in owners:
        is_open = sees_all or isinstance(owner, SyncedResource)
        told = (owner.name, owner.address, *owner.aliases) if is_open else ()
        mailbox = owner.place.mailbox
        if wanted in {str(owner.id), mailbox} or any(wanted in each.casefold() for each in told):
            found.append(
                OwnerLine(
                    mailbox=mailbox,
                    who=owner_named(mailbox, directory, view),
                    address=owner.address if is_open else "",
                    is_synced=directory.watches(owner.place),
                )
            )
    return found


def _step(result: StepResult, directory: Directory, view: View) -> StepLine:
    language = view.words.language
    said = said_text(result, language)
    if result.state is StepState.DONE and result.began_at and result.ended_at and not said:
        took_ms = (result.ended_at - result.began_at).total_seconds() * 1000
        said = view.words.duration(took_ms)
    if result.state is StepState.RUNNING and result.step is SelfTestStep.NOTIFICATION:
        said = view.words("self_test.patience", minutes=round(PATIENCE.total_seconds() / 60))
    is_time = result.said is Said.BY_PUSH
    if is_time and result.text:
        took = result.text.replace(".", ",") if language == "de" else result.text
        said = f"{said}, {took}"
    return StepLine(
        state=result.state,
        name=step_name(result.step, language),
        said=said,
        error="" if is_time else result.text,
        why=tuple(_why(finding, directory, view) for finding in result.findings),
    )


def _why(finding: Finding, directory: Directory, view: View) -> tuple[str, str, str]:
    words = view.words
    return words.finding(finding), words.advice(finding), command_shown(finding, directory, view)
