"""What is noted of a span, and which traces are kept (docs/telemetry.md)."""

import itertools
import logging
import random

import pytest

from core.errors import LockedError, ServiceUnavailableError, StaleVersionError
from core.telemetry import recorder as limits
from core.telemetry.calls import call_name
from core.telemetry.logs import EventHandler, listen, quieten_libraries, stop_listening
from core.telemetry.metrics import count, measure, stands
from core.telemetry.recorder import Recorder, Shares, record, recording
from core.telemetry.traceparent import TraceParent, read
from core.telemetry.tracing import annotate, became_action, carried, failed, here, span
from core.telemetry.vocabulary import (
    BACKLOG,
    CALLS,
    CHANGE_LATENCY,
    GRAPH,
    JOB,
    LOOK,
    LOOKS,
    ROOMS,
    TABLE,
    WEBHOOK,
)

ALL = Shares(1.0, 1.0)
NONE = Shares(0.0, 0.0)
ACTION_ELSEWHERE = f"00-{7:032x}-{9:016x}-01"
ROUND_ELSEWHERE = f"00-{7:032x}-{9:016x}-00"


def a_recorder(shares=ALL):
    chance = random.Random(1)  # noqa: S311 - repeatable, no secrets
    return Recorder(itertools.count(1).__next__, chance.getrandbits, shares)


@pytest.fixture
def notes():
    recorder = a_recorder()
    record(recorder)
    yield recorder
    record(None)


def taken(notes):
    return {span.name: span for span in notes.take_spans()}


class TestWhileItIsOff:
    def test_nothing_is_noted_and_nothing_carried_but_what_was_there(self):
        assert recording.recorder is None
        with span(LOOK, "push") as noted:
            noted.put("roomsync.outcome", "linked")
            noted.fail(ValueError())
            annotate("roomsync.outcome", "linked")
            failed(ValueError())
            became_action()
            assert here() == (0, 0)
            assert carried("", "push") == ""
            assert carried(ACTION_ELSEWHERE, "push") == ACTION_ELSEWHERE
        count(LOOKS, source="push")
        measure(CHANGE_LATENCY, 1.0, source="push")
        stands(BACKLOG, 1, queue="q", state="active")

    def test_an_error_goes_through(self):
        with pytest.raises(ValueError, match="x"), span(LOOK, "push"):
            raise ValueError("x")


class TestWhereASpanBelongs:
    def test_inside_of_another_one_it_is_its_child(self, notes):
        with span(LOOK, "push"), span(GRAPH, "reading"):
            pass
        spans = taken(notes)
        look, call = spans["look push"], spans["graph reading"]
        assert (call.trace_id, call.parent_id) == (look.trace_id, look.span_id)
        assert (look.parent_id, look.is_parent_remote) == (0, False)

    def test_with_the_traceparent_of_an_action_it_goes_on_in_that_trace(self, notes):
        with span(LOOK, "push", parent=ACTION_ELSEWHERE):
            pass
        look = taken(notes)["look push"]
        assert (look.trace_id, look.parent_id, look.is_parent_remote) == (7, 9, True)
        assert look.links == ()

    def test_with_that_of_a_round_it_begins_a_trace_linked_to_the_round(self, notes):
        with span(LOOK, "sweep", parent=ROUND_ELSEWHERE):
            pass
        look = taken(notes)["look sweep"]
        assert look.trace_id != 7
        assert (look.parent_id, look.links) == (0, ((7, 9),))
        assert look.attributes["roomsync.trace"] == "round"

    def test_a_call_from_outside_is_never_inside_of_another_span(self, notes):
        with span(LOOK, "push"), span(WEBHOOK, "graph"):
            pass
        assert taken(notes)["webhook graph"].parent_id == 0

    def test_one_that_is_not_current_has_no_children(self, notes):
        with span(LOOK, "push"), span(TABLE, "a query", is_current=False), span(GRAPH, "reading"):
            pass
        spans = taken(notes)
        assert spans["graph reading"].parent_id == spans["look push"].span_id
        assert spans["table a query"].parent_id == spans["look push"].span_id

    def test_links_are_those_that_can_be_read(self, notes):
        with span(LOOK, "push", links=[ACTION_ELSEWHERE, "rubbish"]):
            pass
        assert taken(notes)["look push"].links == ((7, 9),)


class TestWhatIsCarried:
    @pytest.mark.usefixtures("notes")
    def test_an_action_is_carried_on(self):
        with span(LOOK, "push") as look:
            assert carried("", "freed") == str(look.place)
            assert str(look.place).endswith("-01")

    @pytest.mark.usefixtures("notes")
    def test_what_has_a_trace_of_its_own_keeps_it(self):
        with span(LOOK, "push"):
            assert carried(ACTION_ELSEWHERE, "push") == ACTION_ELSEWHERE

    @pytest.mark.usefixtures("notes")
    def test_what_is_tried_again_follows_the_try(self):
        with span(LOOK, "push", parent=ACTION_ELSEWHERE) as look:
            assert carried(ACTION_ELSEWHERE, "push") == str(look.place)

    def test_what_a_round_finds_begins_a_trace_linked_to_it(self, notes):
        with span(JOB, "poll_rooms", is_round=True) as job:
            told = read(carried("", "poll"))
        found = taken(notes)["found poll"]
        assert told == TraceParent(found.trace_id, found.span_id, is_action=True)
        assert found.trace_id != job.trace_id
        assert found.links == ((job.trace_id, job.span_id),)
        assert found.parent_id == 0

    @pytest.mark.usefixtures("notes")
    def test_what_it_looks_at_as_a_matter_of_routine_does_not(self):
        with span(JOB, "sweep_links", is_round=True) as job:
            assert carried("", "sweep", is_routine=True) == str(job.place)
            assert str(job.place).endswith("-00")

    @pytest.mark.usefixtures("notes")
    def test_a_round_that_has_done_something_is_carried_as_an_action(self):
        with span(LOOK, "sweep", is_round=True) as look:
            became_action()
            assert carried("", "freed") == str(look.place)
            assert str(look.place).endswith("-01")


class TestWhatIsKept:
    @pytest.mark.parametrize(
        ("shares", "is_round", "kept"),
        [
            (Shares(1.0, 0.0), False, 2),
            (Shares(1.0, 0.0), True, 0),
            (Shares(0.0, 1.0), False, 0),
            (Shares(0.0, 1.0), True, 2),
        ],
    )
    def test_actions_and_rounds_have_shares_of_their_own(self, shares, is_round, kept):
        recorder = a_recorder(shares)
        record(recorder)
        with span(LOOK, "push", is_round=is_round), span(GRAPH, "reading"):
            pass
        record(None)
        assert len(recorder.take_spans()) == kept

    def test_a_share_is_of_traces_and_everywhere_the_same(self):
        share = Shares(0.25, 0.5)
        chance = random.Random(1)  # noqa: S311 - repeatable, no secrets
        ids = [chance.getrandbits(128) for _ in range(2000)]
        kept = [n for n in ids if share.keep(n, is_action=True)]
        assert 0.2 < len(kept) / len(ids) < 0.3
        assert all(share.keep(n, is_action=False) for n in kept)

    def test_with_an_error_all_of_it_is_kept(self):
        recorder = a_recorder(NONE)
        record(recorder)
        with span(LOOK, "push"):
            with span(TABLE, "links get"):
                pass
            with pytest.raises(ServiceUnavailableError), span(GRAPH, "reading"):
                raise ServiceUnavailableError("down")
        record(None)
        spans = {each.name: each for each in recorder.take_spans()}
        assert set(spans) == {"look push", "table links get", "graph reading"}
        assert spans["graph reading"].attributes["roomsync.error"] == "ServiceUnavailableError"
        assert [n for n, each in spans.items() if each.is_failed] == ["graph reading"]

    @pytest.mark.parametrize("error", [StaleVersionError("x"), LockedError("x")])
    def test_an_answer_to_reckon_with_is_no_error(self, error):
        recorder = a_recorder(NONE)
        record(recorder)
        with pytest.raises(type(error)), span(LOOK, "push"):
            raise error
        record(None)
        assert recorder.take_spans() == []

    def test_a_round_that_has_done_something_is_kept_as_an_action(self):
        recorder = a_recorder(Shares(1.0, 0.0))
        record(recorder)
        with span(LOOK, "sweep", is_round=True):
            became_action()
        record(None)
        (look,) = recorder.take_spans()
        assert look.attributes["roomsync.trace"] == "action"

    def test_what_ends_after_its_message_is_kept_with_it(self, notes):
        late = span(TABLE, "a query", is_current=False)
        with span(LOOK, "push"):
            late.__enter__()
        late.__exit__(None, None, None)
        assert set(taken(notes)) == {"look push", "table a query"}

    def test_a_generator_that_nobody_reads_to_its_end_has_no_error(self, notes):
        with pytest.raises(GeneratorExit), span(TABLE, "a query"):
            raise GeneratorExit
        assert not taken(notes)["table a query"].is_failed


class TestWhatANoteMayHold:
    def test_an_attribute_that_the_vocabulary_does_not_know_is_dropped(self, notes):
        with span(LOOK, "push", {"subject": "Fusion", "roomsync.attempt": 1}) as look:
            look.put("body", "Weber")
            look.put("roomsync.link", None)
        assert dict(taken(notes)["look push"].attributes) == {
            "roomsync.source": "push",
            "roomsync.attempt": 1,
            "roomsync.trace": "action",
        }

    def test_a_number_has_no_other_attributes_either(self, notes):
        count(LOOKS, source="push", outcome="linked", subject="Fusion")
        assert notes.counted(LOOKS) == [((("outcome", "linked"), ("source", "push")), 1)]

    @pytest.mark.parametrize(
        ("doing", "name"),
        [
            ("reading an event of mailbox p11", "reading an event of mailbox"),
            ("updating booking 1234 and what follows", "updating booking and what follows"),
            ("searching mailbox a b", "searching mailbox"),
            ("asking what blocks resource abc", "asking what blocks resource"),
            ("reading series 12", "reading series"),
            ("moving a booking inside its draft", "moving a booking inside its draft"),
        ],
    )
    def test_a_call_is_named_without_ids(self, doing, name):
        assert call_name(doing) == name

    def test_a_call_is_measured_with_what_came_of_it(self, notes):
        with span(ROOMS, "confirming a booking", {"peer.service": "rooms"}):
            pass
        with pytest.raises(ServiceUnavailableError), span(ROOMS, "reading"):
            raise ServiceUnavailableError("down")
        assert [(n.metric, dict(n.attributes)["outcome"]) for n in notes.take_numbers()] == [
            (CALLS, "ok"),
            (CALLS, "ServiceUnavailableError"),
        ]

    def test_calls_under_way_are_counted_by_environment(self, notes):
        with span(GRAPH, "reading", {"roomsync.environment": "contoso"}):
            assert notes.in_flight["contoso"] == 1
        assert notes.in_flight["contoso"] == 0


class TestBounds:
    def test_what_nobody_takes_is_lost_and_counted(self, notes, monkeypatch):
        monkeypatch.setattr(limits, "MOST_SEGMENTS", 2)
        monkeypatch.setattr(limits, "MOST_NUMBERS", 1)
        monkeypatch.setattr(limits, "MOST_SERIES", 3)
        for _ in range(3):
            with span(LOOK, "push"):
                pass
            measure(CHANGE_LATENCY, 1.0, source="push")
        count(LOOKS, source="push")
        count(LOOKS, source="poll")
        for queue in "abcd":
            stands(BACKLOG, 1, queue=queue, state="active")
        lost = {dict(a)["kind"]: n for a, n in notes.counted(limits.LOST_RECORDS)}
        assert lost == {"span": 1, "number": 4}

    def test_of_a_message_with_thousands_of_calls_the_first_thousand_are_kept(
        self, notes, monkeypatch
    ):
        monkeypatch.setattr(limits, "MOST_SPANS", 3)
        with span(JOB, "sweep_links"):
            for _ in range(5):
                with span(TABLE, "links get"):
                    pass
        assert [each.name for each in notes.take_spans()].count("job sweep_links") == 1

    def test_a_gauge_is_told_while_it_is_fresh(self, notes):
        stands(BACKLOG, 3, queue="q", state="active")
        assert notes.standing(BACKLOG, 1.0) == [((("queue", "q"), ("state", "active")), 3)]
        assert notes.standing(BACKLOG, 0.0) == []


class TestTraceparent:
    @pytest.mark.parametrize(
        "text",
        ["", "rubbish", f"00-{0:032x}-{1:016x}-01", f"01-{1:032x}-{1:016x}-01", "00-1-1-01"],
    )
    def test_whatever_else_stands_there_is_none(self, text):
        assert read(text) is None

    def test_it_is_read_as_it_was_written(self):
        place = TraceParent(7, 9, is_action=True)
        assert read(str(place)) == place
        assert str(place) == ACTION_ELSEWHERE


class TestEvents:
    @pytest.fixture
    def heard(self, notes):
        handler = listen()
        yield notes
        stop_listening(handler)

    def test_our_own_lines_are_events_with_their_own_fields(self, heard):
        log = logging.getLogger("core.app.anything")
        with span(LOOK, "push") as look:
            log.info("work_parked", extra={"scope": "rooms", "subject": "Fusion"})
        (event,) = heard.take_events()
        assert (event.event, dict(event.fields)) == ("work_parked", {"scope": "rooms"})
        assert (event.trace_id, event.span_id) == (look.trace_id, look.span_id)

    def test_what_is_no_event_and_what_libraries_say_is_not_noted(self, heard):
        logging.getLogger("core.app.anything").warning("Fusion mit Weber")
        logging.getLogger("azure.core").error("work_parked")
        assert heard.take_events() == []

    def test_without_a_recorder_nothing_is_noted(self):
        EventHandler().emit(logging.makeLogRecord({"msg": "work_parked"}))

    def test_what_cannot_be_taken_any_more_is_lost(self, heard, monkeypatch):
        monkeypatch.setattr(limits, "MOST_EVENTS", 1)
        log = logging.getLogger("core.app.anything")
        log.warning("message_unreadable")
        log.warning("message_unreadable")
        assert len(heard.take_events()) == 1

    def test_libraries_are_held_at_warnings_and_never_loosened(self, monkeypatch):
        monkeypatch.setattr(logging.getLogger("exchangelib"), "level", logging.CRITICAL)
        quieten_libraries()
        assert logging.getLogger("httpx").level == logging.WARNING
        assert logging.getLogger("urllib3").level == logging.WARNING
        assert logging.getLogger("exchangelib").level == logging.CRITICAL
