"""The state machine of docs/parking.md: what counts, when it is asked, when it goes on."""

from datetime import timedelta

import pytest

from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.scope import ROOMS, Scope, scope_named, scope_of
from core.errors import RetryClass
from core.sync.breaker import (
    Breaker,
    BreakerLimits,
    BreakerState,
    Failure,
    answered,
    is_enough,
    opened,
    settled,
    struck,
    without,
)
from tests.unit.builders import CONTOSO, NOW

LIMITS = BreakerLimits(failures=3, environment_failures=4)
ANNAS = Scope(CONTOSO, MailboxKey("p11"))
MARCS = Scope(CONTOSO, MailboxKey("p12"))
ALL = Scope(CONTOSO)
DOWN = Failure(kind=RetryClass.CONNECTIVITY, why="503")
DENIED = Failure(kind=RetryClass.AUTHORIZATION, why="403")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def failing(*scopes, at=NOW):
    strikes = {}
    for number, scope in enumerate(scopes):
        strikes = struck(strikes, scope, at + number * SECOND, LIMITS)
    return strikes


class TestWhenAScopeIsAsked:
    def test_at_so_many_failures_of_one_mailbox(self):
        assert not is_enough(failing(ANNAS, ANNAS), ANNAS, DOWN, LIMITS)
        assert is_enough(failing(ANNAS, ANNAS, ANNAS), ANNAS, DOWN, LIMITS)

    def test_at_so_many_failures_of_all_mailboxes_together(self):
        """A hundred mailboxes that failed once each are an environment that is down."""
        lea = Scope(CONTOSO, MailboxKey("p13"))
        assert not is_enough(failing(ANNAS, MARCS, lea), lea, DOWN, LIMITS)
        assert is_enough(failing(ANNAS, MARCS, lea, MARCS), MARCS, DOWN, LIMITS)

    def test_other_environments_do_not_count(self):
        other = Scope(EnvironmentId("fabrikam"), MailboxKey("p11"))
        assert not is_enough(failing(other, other, ANNAS), ANNAS, DOWN, LIMITS)

    def test_rooms_has_a_count_of_its_own(self):
        assert is_enough(failing(ROOMS, ROOMS, ROOMS), ROOMS, DOWN, LIMITS)
        assert not is_enough(failing(ANNAS, ANNAS, ROOMS), ROOMS, DOWN, LIMITS)

    def test_at_the_first_failure_that_does_not_pass_by_itself(self):
        assert is_enough(failing(ANNAS), ANNAS, DENIED, LIMITS)

    def test_old_failures_are_forgotten(self):
        old = failing(ANNAS, ANNAS, MARCS)
        later = NOW + timedelta(seconds=LIMITS.window_s) + MINUTE
        assert set(struck(old, ANNAS, later, LIMITS)) == {ANNAS, ALL}
        assert not is_enough(struck(old, ANNAS, later, LIMITS), ANNAS, DOWN, LIMITS)

    def test_what_answers_is_forgiven_with_its_environment(self):
        assert without(failing(ANNAS, ROOMS), ANNAS) == failing(ROOMS, at=NOW + SECOND)
        assert set(without(failing(ANNAS, ROOMS), ROOMS)) == {ANNAS, ALL}


class TestTheMachine:
    def test_it_is_asked_later_and_later(self):
        breaker, waits = opened(ANNAS, DOWN, NOW, LIMITS, None), []
        for _ in range(6):
            waits.append((breaker.due - NOW) / MINUTE)
            breaker = opened(ANNAS, DOWN, NOW, LIMITS, breaker)
        assert waits == [1, 2, 4, 8, 15, 15]

    def test_rights_are_asked_for_seldom(self):
        breaker, waits = opened(ANNAS, DENIED, NOW, LIMITS, None), []
        for _ in range(6):
            waits.append((breaker.due - NOW) / MINUTE)
            breaker = opened(ANNAS, DENIED, NOW, LIMITS, breaker)
        assert waits == [5, 10, 20, 40, 60, 60]

    def test_a_longer_pause_that_the_service_asks_for_is_kept(self):
        pause = Failure(kind=RetryClass.CONNECTIVITY, why="429", hint_s=300)
        assert opened(ANNAS, pause, NOW, LIMITS, None).due == NOW + 5 * MINUTE

    def test_it_remembers_since_when_it_is_down_until_it_is_closed(self):
        first = opened(ANNAS, DOWN, NOW, LIMITS, None)
        later = opened(ANNAS, DENIED, NOW + MINUTE, LIMITS, first)
        assert (later.since, later.why, later.probes) == (NOW, "403", 1)
        trial = answered(later, NOW + 2 * MINUTE, LIMITS)
        again = opened(ANNAS, DOWN, NOW + 3 * MINUTE, LIMITS, trial)
        assert (again.since, again.probes) == (NOW, 2)
        closed = settled(Breaker(**{**_facts(trial), "is_drained": True}), NOW + timedelta(hours=1))
        fresh = opened(ANNAS, DOWN, NOW + timedelta(hours=2), LIMITS, closed)
        assert (fresh.since, fresh.probes) == (NOW + timedelta(hours=2), 0)

    def test_the_row_it_replaces_is_the_one_that_was_read(self):
        known = Breaker(**{**_facts(opened(ANNAS, DOWN, NOW, LIMITS, None)), "version": "7"})
        assert opened(ANNAS, DOWN, NOW, LIMITS, known).version == "7"

    def test_what_answers_lets_looks_through_and_is_on_trial(self):
        trial = answered(opened(ANNAS, DOWN, NOW, LIMITS, None), NOW, LIMITS)
        assert (trial.state, trial.is_parking, trial.is_drained) == ("half_open", False, False)
        assert trial.due == NOW + timedelta(seconds=LIMITS.trial_s)

    @pytest.mark.parametrize(
        ("drained", "minutes", "state"),
        [(True, 3, "closed"), (True, 1, "half_open"), (False, 3, "half_open")],
    )
    def test_a_trial_ends_after_its_time_with_nothing_left_to_queue(self, drained, minutes, state):
        trial = answered(opened(ANNAS, DOWN, NOW, LIMITS, None), NOW, LIMITS)
        trial = Breaker(**{**_facts(trial), "is_drained": drained})
        assert settled(trial, NOW + minutes * MINUTE).state == state

    def test_an_open_one_is_never_settled(self):
        breaker = opened(ANNAS, DOWN, NOW, LIMITS, None)
        assert settled(breaker, NOW + timedelta(days=1)) == breaker

    @pytest.mark.parametrize(
        ("state", "drained", "minutes", "cared_for"),
        [
            (BreakerState.OPEN, False, 0, False),
            (BreakerState.OPEN, False, 1, True),
            (BreakerState.HALF_OPEN, False, 0, True),
            (BreakerState.HALF_OPEN, True, 0, False),
            (BreakerState.HALF_OPEN, True, 1, True),
            (BreakerState.CLOSED, False, 9, False),
            # The clock was set back: by its own time it would wait for hours.
            (BreakerState.OPEN, False, -120, True),
            (BreakerState.CLOSED, False, -120, False),
        ],
    )
    def test_who_is_to_be_cared_for(self, state, drained, minutes, cared_for):
        facts = _facts(opened(ANNAS, DOWN, NOW, LIMITS, None))
        breaker = Breaker(**{**facts, "state": state, "is_drained": drained})
        assert breaker.needs_care(NOW + minutes * MINUTE) is cared_for


class TestScopes:
    @pytest.mark.parametrize("scope", [ROOMS, ALL, ANNAS, Scope(EnvironmentId("a/b"))])
    def test_a_name_leads_back_to_its_scope(self, scope):
        assert scope_named(scope.name) == scope

    @pytest.mark.parametrize("text", ["", "exchange", "exchange/", "Rooms", "x/contoso"])
    def test_what_is_no_name_of_a_scope(self, text):
        assert scope_named(text) is None

    def test_an_environment_covers_its_mailboxes_and_nothing_else(self):
        assert ALL.covers(ANNAS)
        assert ALL.covers(ALL)
        assert not ANNAS.covers(ALL)
        assert not ANNAS.covers(MARCS)
        assert not ROOMS.covers(ANNAS)
        assert not ALL.covers(ROOMS)
        assert not ALL.covers(Scope(EnvironmentId("fabrikam"), MailboxKey("p11")))

    def test_a_mailbox_is_a_place(self):
        assert scope_of(EventPlace(CONTOSO, MailboxKey("p11"))) == ANNAS
        assert ANNAS.place == EventPlace(CONTOSO, MailboxKey("p11"))
        assert ALL.place is None
        assert ROOMS.place is None


def _facts(breaker):
    return {name: getattr(breaker, name) for name in Breaker.__dataclass_fields__}
