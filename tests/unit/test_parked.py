"""What is kept of a look while it is parked."""

from datetime import timedelta

from core.domain.event import EventPlace
from core.domain.ids import EventId, MailboxKey
from core.domain.parked import Parked, joined, to_park
from core.domain.scope import ROOMS
from core.domain.work import EventKey, MailboxJob, Source, WorkItem
from tests.unit.builders import CONTOSO, NOW

PLACE = EventPlace(CONTOSO, MailboxKey("p11"))
KEY = EventKey(PLACE, EventId("event-1"))


def a_look(**facts):
    return WorkItem(key=KEY, source=Source.PUSH, **{"first_seen": NOW, **facts})


def a_job(kind="resubscribe"):
    return MailboxJob(kind=kind, place=PLACE, requested_at=NOW)


def test_only_where_to_look_is_kept_and_its_tries_begin_anew():
    kept = to_park(a_look(version="v1", also=("v2",), attempt=4, deleted=True))
    assert kept == a_look(deleted=True)
    assert kept.versions == ("",)


def test_two_looks_at_one_key_are_one_since_the_first_and_forget_no_deletion():
    early, late = a_look(thorough=True), a_look(first_seen=NOW + timedelta(hours=1), deleted=True)
    assert joined(late, early) == joined(early, late)
    assert joined(early, late) == a_look(thorough=True, deleted=True)


def test_a_job_that_is_kept_already_is_kept_once():
    assert joined(a_job(), a_job()) == a_job()
    assert joined(a_look(), a_job()) == a_look()


def test_how_long_something_waits():
    assert Parked(scope=ROOMS, work=a_look(), row="r").since == NOW
    assert Parked(scope=ROOMS, work=a_job(), row="r").since == NOW
