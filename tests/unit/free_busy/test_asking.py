"""What people type: names, days, zones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.app.free_busy.kept import Kept
from core.app.free_busy.naming import meant
from core.app.free_busy.question import QuestionRefusedError
from core.app.free_busy.window import window_asked, zone_asked
from core.domain.ids import PersonId
from core.domain.interval import Interval
from devstack.kit.clock import VirtualClock
from tests.unit.builders import ANNA, NOW, PILATUS, SAENTIS, a_directory, a_person, a_resource

ZURICH = ZoneInfo("Europe/Zurich")
ANNAS = "anna@contoso.example"


class TestNames:
    @pytest.mark.parametrize(
        "text",
        [ANNAS, "Anna@Contoso.example", "a.meier@contoso.example", "p11", "Anna Meier", "anna"],
    )
    def test_a_person_is_meant_by_any_address_key_or_name(self, text):
        anna = a_person(ANNA, "Anna Meier", aliases=("a.meier@contoso.example",))
        assert meant([text], a_directory(persons=[anna])) == ((ANNAS,), ())

    @pytest.mark.parametrize("text", ["r101", "SAENTIS", "saentis@contoso.example", "saen"])
    def test_a_resource_is_meant_the_same_way(self, text):
        assert meant([text], a_directory()) == ((), (SAENTIS,))

    def test_everybody_else_is_an_address_and_nobody_is_there_twice(self):
        found = meant(["Eva@fabrikam.example", "p11", ANNAS, "pilatus", "r102"], a_directory())
        assert found == (("eva@fabrikam.example", ANNAS), (PILATUS,))

    def test_the_whole_name_wins_over_a_beginning(self):
        longer = a_resource(PILATUS, "Saentis Nord")
        assert meant(["Saentis"], a_directory(resources=[longer])) == ((), (SAENTIS,))

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("p999", "not in the settings"),
            ("Nobody", "is nobody in the settings"),
            ("", "is nobody in the settings"),
            ("s", "is several"),
            ("Ohne", "has no address"),
        ],
    )
    def test_what_means_nobody_or_several_is_said(self, text, why):
        nobody = replace(a_person(PersonId(99), "Ohne"), address="")
        known = a_directory(persons=[a_person(ANNA, "Sandra"), nobody])
        with pytest.raises(QuestionRefusedError, match=why):
            meant([text], known)


class TestTime:
    @pytest.mark.parametrize(
        ("starts", "ends", "days", "first", "last"),
        [
            ("", "", 1, "2026-03-01T23:00", "2026-03-02T23:00"),
            ("", "", 5, "2026-03-01T23:00", "2026-03-06T23:00"),
            ("2026-03-29", "", 1, "2026-03-28T23:00", "2026-03-29T22:00"),
            ("2026-03-03", "2026-03-04", 1, "2026-03-02T23:00", "2026-03-04T23:00"),
            ("2026-03-03T08:00", "", 1, "2026-03-03T07:00", "2026-03-03T23:00"),
            ("2026-03-03T08:00", "2026-03-03T10:30", 1, "2026-03-03T07:00", "2026-03-03T09:30"),
            ("2026-03-03T08:00Z", "2026-03-03", 1, "2026-03-03T08:00", "2026-03-03T23:00"),
        ],
    )
    def test_a_day_or_a_moment_on_the_readers_clock(self, starts, ends, days, first, last):
        expected = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last))
        assert window_asked(starts, ends, ZURICH, NOW, days=days) == Interval(*expected)

    @pytest.mark.parametrize(
        ("starts", "ends"),
        [("tomorrow", ""), ("2026-02-30", ""), ("", "2026-03-01"), ("2026-03-03T25:00", "")],
    )
    def test_what_is_no_time_is_said(self, starts, ends):
        with pytest.raises(QuestionRefusedError):
            window_asked(starts, ends, ZURICH, NOW)

    @pytest.mark.parametrize("name", ["Mars", "../etc/passwd", "", "W. Europe Standard Time"])
    def test_what_is_no_zone_is_said(self, name):
        with pytest.raises(QuestionRefusedError, match="IANA"):
            zone_asked(name)
        assert zone_asked("Europe/Zurich") == ZURICH


class TestWhatIsKept:
    def test_it_is_forgotten_after_a_minute_or_when_the_clock_was_set_back(self):
        clock = VirtualClock(NOW)
        kept = Kept(clock)
        kept.keep("anna", ())
        clock.advance(timedelta(seconds=59))
        assert kept.get("anna") == ()
        clock.advance(timedelta(seconds=1))
        assert kept.get("anna") is None
        assert len(kept) == 0

        class SetBack:
            moment = NOW

            def now(self):
                return self.moment

        back = SetBack()
        kept = Kept(back)
        kept.keep("anna", ())
        back.moment = NOW - timedelta(hours=1)
        assert kept.get("anna") is None

    def test_it_never_grows_beyond_its_bound_and_the_oldest_goes_first(self):
        kept = Kept(VirtualClock(NOW), most=2)
        for name in ("anna", "marc", "anna", "lea"):
            kept.keep(name, name)
        assert len(kept) == 2
        assert (kept.get("anna"), kept.get("marc"), kept.get("lea")) == ("anna", None, "lea")
