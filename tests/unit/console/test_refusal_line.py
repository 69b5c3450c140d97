"""What the console says of a link on which both sides disagree: one line, also for a series."""

from types import SimpleNamespace
from zoneinfo import ZoneInfo

from core.domain.mapping import MappingState
from tests.unit.builders import NOW, SAENTIS, a_directory, changed
from tests.unit.series_builders import WEEK, a_date, a_refused_date, a_series
from web.board import refusals
from web.words import words_in


def refusal_line(link, look):
    return refusals.refusal_line(link, look, words_in("en"), look.zone)


def a_look(now=NOW):
    board = SimpleNamespace(resources=())
    zone = ZoneInfo("Europe/Zurich")
    return SimpleNamespace(now=now, zone=zone, board=board, directory=a_directory())


def test_a_series_is_one_line_with_how_many_of_its_dates_were_refused():
    link = a_series(
        a_date(0),
        a_refused_date(1),
        a_refused_date(2, "closed"),
        a_date(3, state=MappingState.CANCELLED, bookings=()),
    )
    line = refusal_line(link, a_look())
    assert line.why == "The resource is booked already, Outside the opening hours"
    assert line.time == (
        "09:00\u201310:00 (Etc/UTC), weekly on Tuesday, 4 times, 4 dates, 2 refused, 1 cancelled"
    )
    assert (line.resource, line.said, line.link) == ("Saentis", "Belegt", link.id)


def test_only_dates_to_come_say_why():
    link = a_series(a_refused_date(0), a_refused_date(1, "closed"), a_date(2))
    line = refusal_line(link, a_look(NOW + WEEK))
    assert line.why == "Outside the opening hours"


def test_a_series_with_a_date_that_is_not_followed_says_how_to_take_it_up_again():
    link = changed(a_series(a_date(0), a_date(1, state=MappingState.SYNC_DISABLED)))
    line = refusal_line(link, a_look())
    assert (line.why, line.said) == (
        "Sync switched off",
        f"roomsync reset {link.id} takes it up again",
    )
    assert line.time.endswith("2 dates, 1 no longer followed")
    assert line.resource == a_directory().resources[SAENTIS].name
