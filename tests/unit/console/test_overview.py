"""What keeps the first line from being green, and in which words."""

import pytest

from core.app import wording
from core.app.link_gate import LinksState
from core.app.overview import Level, Trouble, signs, worst
from core.app.silence import PushStatus
from core.app.status import Status
from core.domain.event import EventPlace
from core.domain.ids import MailboxKey
from core.domain.refusal import RefusalCode
from core.domain.work import Source
from core.ports.queues import QueueDepth
from core.sync.steps import Outcome
from tests.unit.builders import CONTOSO, a_directory

PLACE = EventPlace(CONTOSO, MailboxKey("p11"))


def a_status(**facts):
    quiet = QueueDepth(active=0, scheduled=0, dead=0)
    defaults = {
        "queues": {"sync-items": quiet, "failed-items": quiet},
        "in_flight": 0,
        "mappings": {"linked": 3},
        "differences_open": 0,
        "subscriptions": {"active": 2, "expiring": 0, "failed": 0},
    }
    return Status(**{**defaults, **facts})


def told(status, *, enabled=True):
    return [(s.trouble, s.number) for s in signs(status, global_sync_enabled=enabled)]


def queued(**numbers):
    depth = {"active": 0, "scheduled": 0, "dead": 0} | numbers
    return {"sync-items": QueueDepth(**depth)}


def test_all_is_well_when_nothing_is_wrong():
    assert signs(a_status(), global_sync_enabled=True) == ()
    assert worst(()) is Level.GOOD


@pytest.mark.parametrize(
    ("status", "sign", "level"),
    [
        (a_status(queues={}), (Trouble.COUNTS_UNREADABLE, 1), Level.BAD),
        (a_status(worker_silent_minutes=7), (Trouble.NO_WORKER, 7), Level.BAD),
        (a_status(queues=queued(dead=2)), (Trouble.GIVEN_UP, 2), Level.BAD),
        (
            a_status(push=PushStatus(environments=(CONTOSO,))),
            (Trouble.SILENT_EXCHANGE, 1),
            Level.BAD,
        ),
        (a_status(push=PushStatus(mailboxes=(PLACE,))), (Trouble.SILENT_MAILBOX, 1), Level.LOOK),
        (a_status(push=PushStatus(is_rooms_silent=True)), (Trouble.SILENT_ROOMS, 1), Level.LOOK),
        (a_status(stopped=1), (Trouble.STOPPED, 1), Level.BAD),
        (a_status(links=LinksState.LOST), (Trouble.LINKS_LOST, 1), Level.BAD),
        (a_status(links=LinksState.REBUILDING), (Trouble.REBUILDING, 1), Level.LOOK),
        (a_status(stood_still_hours=60), (Trouble.STOOD_STILL, 60), Level.LOOK),
        (a_status(subscriptions={"failed": 4}), (Trouble.UNWATCHED, 4), Level.BAD),
        (a_status(subscriptions={"expiring": 1}), (Trouble.EXPIRING, 1), Level.LOOK),
        (a_status(differences_open=3), (Trouble.DIFFERENCES, 3), Level.LOOK),
        (a_status(queues=queued(scheduled=5)), (Trouble.RETRIES, 5), Level.LOOK),
        (a_status(queues=queued(active=5), in_flight=2), (Trouble.WORKING, 5), Level.BUSY),
        (a_status(in_flight=1), (Trouble.WORKING, 1), Level.BUSY),
    ],
)
def test_each_trouble_is_a_sign_of_its_own(status, sign, level):
    assert told(status) == [sign]
    assert worst(signs(status, global_sync_enabled=True)) is level


def test_settings_that_are_wrong_want_a_look():
    found = signs(a_status(), global_sync_enabled=True, to_correct=2)

    assert [(s.level, s.trouble, s.number) for s in found] == [
        (Level.LOOK, Trouble.CONFIGURATION, 2)
    ]


def test_resource_sync_that_is_switched_off_is_said():
    assert told(a_status(), enabled=False) == [(Trouble.SWITCHED_OFF, 1)]


def test_the_worst_comes_first():
    levels = [
        s.level
        for s in signs(
            a_status(queues=queued(active=1, scheduled=1, dead=1), differences_open=1),
            global_sync_enabled=True,
        )
    ]

    assert levels == sorted(levels, reverse=True)


class TestWords:
    def test_one_and_many_are_told_apart(self):
        assert wording.trouble(Trouble.GIVEN_UP, 1) == "1 look was given up"
        assert wording.trouble(Trouble.GIVEN_UP, 2) == "2 looks were given up"

    def test_every_name_of_the_code_has_words(self):
        assert set(wording.TROUBLES) == set(Trouble)
        assert set(wording.REFUSALS) == set(RefusalCode)
        assert set(wording.SOURCES) == set(Source)
        assert set(Outcome) <= set(wording.OUTCOMES)

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("CreateBooking", "Create booking"),
            ("UpdateEvent (show_as, time)", "Update event (show as, time)"),
            ("something else", "something else"),
        ],
    )
    def test_steps_are_told_in_words(self, name, words):
        assert wording.step(name) == words

    def test_changes_are_told_with_their_side(self):
        assert wording.change("exchange:show_as") == "show as in Exchange"

    @pytest.mark.parametrize(
        ("latency_ms", "words"),
        [(0, "0 ms"), (1234, "1.2 s"), (99_900, "99.9 s"), (300_000, "5 min"), (36e6, "10 h")],
    )
    def test_durations_are_told_as_people_say_them(self, latency_ms, words):
        assert wording.duration(latency_ms) == words

    def test_the_people_of_the_settings_are_taken_out_of_free_texts(self):
        text = "Anna Meier und MARC@contoso.example haben Anna Meiers Raum"

        cleaned = wording.without_people(text, a_directory())

        assert cleaned == "… und … haben Anna Meiers Raum"
