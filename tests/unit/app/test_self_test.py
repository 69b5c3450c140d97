"""The parts of a self-test that ask nobody: its states, its entry, its words (R-881, R-882)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.app.self_test.reading import (
    READINGS,
    SAID,
    STEPS,
    Reading,
    reading_of,
    reading_text,
    said_text,
    step_name,
    step_text,
)
from core.app.self_test.sighting import is_of_self_test, is_of_the_change
from core.app.self_test.steps import SUBJECTS, entry_time, subjects
from core.domain.event import EventPlace
from core.domain.finding import Part, found
from core.domain.finding_kinds import FindingKind
from core.domain.ids import EventId, EventVersion, ICalUid, MailboxKey, MappingId
from core.domain.self_test import (
    FORSAKEN,
    Said,
    SelfTestEntry,
    SelfTestStep,
    StepState,
    begun,
    failed,
    passed,
    running,
)
from core.domain.work import EventKey, ICalKey, Source, WorkItem
from tests.unit.builders import CONTOSO, NOW

ANNA = EventPlace(CONTOSO, MailboxKey("p11"))
STEP = SelfTestStep
SECOND = timedelta(seconds=1)
ENTRY = SelfTestEntry(
    time=entry_time(NOW, "Europe/Zurich"),
    event_id=EventId("e"),
    version=EventVersion("1"),
    changing_since=NOW,
)


def a_test(mailbox="p11"):
    return begun(MappingId("t"), MailboxKey(mailbox), ANNA, NOW)


def states(test):
    return [result.state.value for result in test.steps]


def after(test, *steps):
    for _ in steps:
        test = passed(running(test, NOW), NOW)
    return test


def test_a_person_has_five_steps_and_a_resource_one_more():
    assert [result.step for result in a_test().steps] == list(STEP)[:5]
    assert [result.step for result in a_test("r101").steps] == list(STEP)


def test_a_run_whose_steps_have_all_passed_is_over():
    test = after(a_test(), *range(4))
    assert not test.is_over
    assert after(test, 1).ended_at == NOW


def test_what_comes_late_to_a_run_that_is_over_changes_nothing():
    over = after(a_test(), *a_test().steps)

    assert passed(over, NOW + SECOND) == over
    assert failed(over, NOW + SECOND, Said.NOTHING) == over


def test_a_failure_ends_the_run_and_skips_what_follows():
    test = failed(running(a_test(), NOW), NOW, Said.NOT_IN_ORDER, "why")
    assert states(test) == ["failed", "skipped", "skipped", "skipped", "skipped"]
    assert test.is_over


def test_after_a_failure_the_entry_is_still_removed():
    test = replace(after(a_test(), 1, 2), entry=ENTRY)
    test = failed(running(test, NOW), NOW, Said.REFUSED)
    assert states(test) == ["done", "done", "failed", "skipped", "pending"]
    assert not test.is_over
    assert passed(running(test, NOW), NOW).is_over


def test_a_step_keeps_when_it_began_however_often_it_is_gone_on_with():
    test = running(a_test(), NOW)
    again = running(test, NOW + SECOND)
    assert again.current is not None
    assert again.current.began_at == NOW
    assert again.touched_at == NOW + SECOND


def test_a_run_that_nobody_touches_is_not_running_any_more():
    assert a_test().is_running(NOW + FORSAKEN - SECOND)
    assert not a_test().is_running(NOW + FORSAKEN)
    assert a_test().is_running(NOW - timedelta(hours=1))


@pytest.mark.parametrize(
    ("now", "start"),
    [
        (datetime(2026, 3, 2, 7, tzinfo=UTC), datetime(2036, 3, 3, 11, tzinfo=UTC)),
        (datetime(2026, 7, 2, 23, 30, tzinfo=UTC), datetime(2036, 7, 4, 10, tzinfo=UTC)),
        (datetime(2028, 2, 28, 7, tzinfo=UTC), datetime(2038, 2, 28, 11, tzinfo=UTC)),
    ],
)
def test_the_entry_lies_at_noon_tomorrow_in_ten_years(now, start):
    assert entry_time(now, "Europe/Zurich").start == start


@pytest.mark.parametrize(
    ("version", "seen_at", "deleted", "counts"),
    [
        ("2", NOW, False, True),
        ("2", NOW - SECOND, False, True),
        ("1", NOW + SECOND, False, False),
        ("", NOW + SECOND, False, True),
        ("", NOW - SECOND, False, False),
        ("2", NOW + SECOND, True, False),
    ],
)
def test_only_a_look_because_of_the_change_counts(version, seen_at, deleted, counts):
    look = WorkItem(
        key=ICalKey(ANNA, ICalUid("self-test:t")),
        source=Source.PUSH,
        version=version,
        deleted=deleted,
        first_seen=seen_at,
    )
    assert is_of_the_change(look, ENTRY) is counts


def test_a_look_for_creation_and_change_together_counts():
    look = WorkItem(
        key=ICalKey(ANNA, ICalUid("self-test:t")),
        source=Source.PUSH,
        version="1",
        also=("2",),
        first_seen=NOW,
    )
    assert is_of_the_change(look, ENTRY)


def test_only_the_mark_of_a_self_test_is_taken_for_one():
    assert is_of_self_test(ICalKey(ANNA, ICalUid("self-test:t")))
    assert not is_of_self_test(ICalKey(ANNA, ICalUid("040000008200E00074C5B7101A82E008")))
    assert not is_of_self_test(EventKey(ANNA, EventId("self-test:t")))


def test_the_reading_follows_the_step_that_failed():
    def reading(passing, said=Said.REFUSED):
        return reading_of(failed(running(after(a_test("r1"), *range(passing)), NOW), NOW, said))

    assert [reading(n) for n in range(6)] == [
        Reading.NO_CONNECTION,
        Reading.NO_CONNECTION,
        Reading.NO_CHANGE,
        Reading.NO_NOTIFICATION,
        Reading.NOT_CLEANED,
        Reading.ROOMS,
    ]
    assert reading(3, Said.BY_POLL) is Reading.ONLY_POLLED
    assert reading(3, Said.INTERRUPTED) is Reading.INTERRUPTED
    assert reading_of(a_test()) is Reading.RUNNING
    assert reading_of(after(a_test(), *range(5))) is Reading.ALL


@pytest.mark.parametrize(("green", "words"), [(0, "consent"), (2, "subscription"), (3, "webhook")])
def test_what_is_read_of_the_steps_says_where_to_look(green, words):
    """R-882: none is connection or configuration, the first two the subscription."""
    said = Said.BY_POLL if green == 3 else Said.REFUSED
    test = failed(running(after(a_test(), *range(green)), NOW), NOW, said)
    assert words in reading_text(test)


@pytest.mark.parametrize("language", ["de", "en"])
def test_everything_has_words_in_both_languages(language):
    assert set(STEPS) == set(STEP)
    assert set(READINGS) == set(Reading)
    assert set(SAID) == set(Said) - {Said.NOTHING}
    for texts in (*STEPS.values(), *READINGS.values(), *SAID.values()):
        assert texts[language]
    assert len(set(SUBJECTS[language])) == 2


def test_words_are_english_where_a_language_is_not_known():
    why = (found(FindingKind.GONE, Part.PERSON, "11"),)
    test = failed(running(a_test(), NOW), NOW, Said.NOT_IN_ORDER, findings=why)
    told = step_text(test.steps[0])
    assert told.startswith("not in order: is not in the settings: import it")
    assert said_text(test.steps[0], "de-CH") == "nicht in Ordnung"
    assert step_text(test.steps[1]) == ""
    assert step_name(STEP.DELETE, "rm") == "delete the test entry"
    assert reading_text(test, "de").startswith("Verbindung")
    assert subjects("fr") == SUBJECTS["en"]
    assert states(test)[0] == StepState.FAILED
