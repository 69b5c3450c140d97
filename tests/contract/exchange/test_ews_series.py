"""Series in EWS: a master, dates made up from it, exceptions and deleted dates (ews A5)."""

import pytest
from exchangelib import CalendarItem, EWSDate
from exchangelib.errors import (
    ErrorCalendarCannotUseIdForRecurringMasterId,
    ErrorCalendarEndDateIsEarlierThanStartDate,
    ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange,
    ErrorCalendarOccurrenceIsDeletedFromRecurrence,
    ErrorInvalidPropertySet,
    ErrorOccurrenceCrossingBoundary,
)
from exchangelib.recurrence import (
    AbsoluteMonthlyPattern,
    AbsoluteYearlyPattern,
    DailyPattern,
    Recurrence,
    RelativeMonthlyPattern,
    RelativeYearlyPattern,
    WeeklyPattern,
)

from tests.contract.exchange.ews_company import BERLIN, DORA, EMIL, KELLER, Cellar, at, story

FIRST = EWSDate(2026, 3, 3)
SILENT = {"send_meeting_invitations": "SendToNone", "conflict_resolution": "NeverOverwrite"}


def weekly(number: int = 6) -> Recurrence:
    return Recurrence(pattern=WeeklyPattern(interval=1, weekdays=["Tuesday"]), start=FIRST,
                      number=number)  # fmt: skip


def dates(cellar: Cellar, mail: str = DORA) -> list[CalendarItem]:
    view = cellar.mailbox(mail).calendar.view(start=at(0, day=1), end=at(0, day=31))
    return list(view)


@story
def test_a_master_names_its_rule_its_exceptions_and_its_deleted_dates(cellar: Cellar):
    cellar.book(recurrence=weekly(), required_attendees=[EMIL], appointment_oid="series")
    first, second, third, fourth = dates(cellar)
    assert [i.type for i in (first, second)] == ["Occurrence", "Occurrence"]
    assert (first.is_recurring, first.appointment_oid) == (True, "series")
    second.start, second.end = at(14, day=11), at(15, day=11)
    second.save(update_fields=["start", "end"], **SILENT)
    third.delete(send_meeting_cancellations="SendToAllAndSaveCopy")
    cellar.settle()

    master = cellar.only()
    assert (master.type, master.is_recurring) == ("RecurringMaster", False)
    assert isinstance(master.recurrence.pattern, WeeklyPattern)
    assert (master.recurrence.boundary.number, master.recurrence.boundary.start) == (6, FIRST)
    (modified,) = master.modified_occurrences
    assert (modified.start, modified.original_start) == (at(14, day=11), at(9, day=10))
    assert [d.start for d in master.deleted_occurrences] == [at(9, day=17)]
    assert master.first_occurrence.start == at(9)
    assert master.last_occurrence.start.astimezone(BERLIN).hour == 9  # summer time by then

    seen = dates(cellar)
    assert [(i.type, i.start) for i in seen] == [
        ("Occurrence", at(9)), ("Exception", at(14, day=11)), ("Occurrence", at(9, day=24)),
    ]  # fmt: skip
    assert {i.uid for i in seen} == {master.uid}
    assert seen[1].recurrence_id == seen[1].original_start == at(9, day=10)
    assert modified.id == seen[1].id == second.id
    assert fourth.id == seen[2].id
    assert [i.start for i in dates(cellar, EMIL) if not i.is_cancelled] == [
        at(9), at(9, day=10), at(9, day=24),
    ]  # fmt: skip
    cellar.switch(ews_occurrence_uid="own")
    assert len({i.uid for i in dates(cellar)} - {master.uid}) == 3


@story
def test_a_date_is_named_by_its_number_or_leads_to_its_master(cellar: Cellar):
    cellar.book(recurrence=weekly())
    master = cellar.only()
    third = master.occurrence(3)
    third.refresh()
    assert third.start == at(9, day=17)
    third.delete(send_meeting_cancellations="SendToNone")
    with pytest.raises(ErrorCalendarOccurrenceIsDeletedFromRecurrence):
        master.occurrence(3).refresh()
    with pytest.raises(ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange):
        master.occurrence(7).refresh()
    leads = dates(cellar)[0].recurring_master()
    leads.refresh()
    assert leads.id == master.id
    with pytest.raises(ErrorCalendarCannotUseIdForRecurringMasterId):
        cellar.book(subject="Single").recurring_master().refresh()


@story
def test_what_a_series_cannot_do_is_refused(cellar: Cellar):
    cellar.book(recurrence=weekly())
    first, second, *_ = dates(cellar)
    second.start, second.end = at(10, day=3), at(11, day=3)
    with pytest.raises(ErrorOccurrenceCrossingBoundary):
        second.save(update_fields=["start", "end"], **SILENT)
    first.recurrence = weekly()
    with pytest.raises(ErrorInvalidPropertySet):
        first.save(update_fields=["recurrence"], **SILENT)
    odd = Recurrence(pattern=WeeklyPattern(interval=1, weekdays=["Tuesday"]), start=FIRST,
                     end=EWSDate(2026, 2, 1))  # fmt: skip
    with pytest.raises(ErrorCalendarEndDateIsEarlierThanStartDate):
        cellar.new(recurrence=odd).save()


@pytest.mark.parametrize(
    ("pattern", "day"),
    [
        (DailyPattern(interval=2), FIRST),
        (WeeklyPattern(interval=2, weekdays=["Tuesday", "Friday"], first_day_of_week=1), FIRST),
        (AbsoluteMonthlyPattern(interval=1, day_of_month=3), FIRST),
        (RelativeMonthlyPattern(interval=1, weekday="Tuesday", week_number="First"), FIRST),
        (RelativeMonthlyPattern(interval=3, weekday="Weekday", week_number="Second"), FIRST),
        (AbsoluteYearlyPattern(day_of_month=3, month="March"), FIRST),
        (RelativeYearlyPattern(weekday="Tuesday", week_number="First", month="March"), FIRST),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_every_pattern_comes_back_as_it_was_written(cellar: Cellar, pattern, day):
    @story
    def told(cellar: Cellar) -> None:
        for limits in ({}, {"end": EWSDate(2026, 12, 31)}, {"number": 4}):
            rule = Recurrence(pattern=pattern, start=day, **limits)
            made = cellar.new(KELLER, recurrence=rule)
            made.save(send_meeting_invitations="SendToNone")
            seen = cellar.mailbox(KELLER).calendar.get(id=made.id).recurrence
            assert seen.pattern == pattern
            assert type(seen.boundary) is type(rule.boundary)
            assert getattr(seen.boundary, "end", None) == limits.get("end")
            assert getattr(seen.boundary, "number", None) == limits.get("number")
            assert seen.boundary.start == day

    await told(cellar)
