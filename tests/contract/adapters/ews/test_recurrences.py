"""A rule of EWS that means nothing is told and never guessed (R-620)."""

from dataclasses import replace

import pytest

from core.adapters.ews.recurrences import read_recurrence
from core.adapters.ews.xml import t
from core.domain.series import PatternKind, Weekday
from core.errors import MalformedSeriesError
from tests.contract.adapters.ews.conftest import ANNA
from tests.contract.adapters.graph.conftest import at
from tests.unit.builders import an_event

MASTER = replace(an_event(), place=ANNA, time=at(9), time_zone="Europe/Zurich")
TUESDAYS = t(
    "WeeklyRecurrence",
    t("Interval", "1"),
    t("DaysOfWeek", "Tuesday"),
    t("FirstDayOfWeek", "Monday"),
)
ENDLESS = t("NoEndRecurrence", t("StartDate", "2026-03-03+01:00"))


def item(pattern=TUESDAYS, bounds=ENDLESS):
    parts = [part.__deepcopy__({}) for part in (pattern, bounds) if part is not None]
    zone = t("StartTimeZone", Id="W. Europe Standard Time")
    return t("CalendarItem", t("Recurrence", *parts), zone)


def test_a_rule_is_read():
    rule = read_recurrence(item(), MASTER)
    assert (rule.pattern.kind, rule.pattern.weekdays) == (PatternKind.WEEKLY, {Weekday.TUESDAY})
    assert (rule.range.first.isoformat(), rule.zone) == ("2026-03-03", "Europe/Berlin")


@pytest.mark.parametrize(
    ("pattern", "bounds"),
    [
        (t("LunarRecurrence", t("Interval", "1")), ENDLESS),
        (t("DailyRecurrence", t("Interval", "0")), ENDLESS),
        (t("DailyRecurrence", t("Interval", "many")), ENDLESS),
        (t("WeeklyRecurrence", t("Interval", "1"), t("DaysOfWeek", "")), ENDLESS),
        (t("WeeklyRecurrence", t("Interval", "1"), t("DaysOfWeek", "Someday")), ENDLESS),
        (t("AbsoluteYearlyRecurrence", t("DayOfMonth", "3"), t("Month", "Smarch")), ENDLESS),
        (t("AbsoluteMonthlyRecurrence", t("Interval", "1"), t("DayOfMonth", "32")), ENDLESS),
        (t("DailyRegeneration", t("Interval", "1")), ENDLESS),
        (TUESDAYS, None),
        (TUESDAYS, t("NoEndRecurrence", t("StartDate", "soon"))),
        (TUESDAYS, t("NumberedRecurrence", t("StartDate", "2026-03-03"),
                     t("NumberOfOccurrences", "0"))),
        (TUESDAYS, t("EndDateRecurrence", t("StartDate", "2026-03-03"),
                     t("EndDate", "2026-01-01"))),
    ],
)  # fmt: skip
def test_a_rule_that_means_nothing_is_told(pattern, bounds):
    with pytest.raises(MalformedSeriesError, match="mailbox p11"):
        read_recurrence(item(pattern, bounds), MASTER)


def test_a_master_without_a_rule_is_told():
    with pytest.raises(MalformedSeriesError):
        read_recurrence(t("CalendarItem"), MASTER)
