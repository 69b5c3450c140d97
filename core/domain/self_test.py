"""A self-test of one mailbox: its steps, and what is remembered of a run (docs/self-test.md)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.event import EventPlace
from core.domain.finding import Finding
from core.domain.ids import EventId, EventVersion, MailboxKey, MappingId
from core.domain.interval import Interval

FORSAKEN = timedelta(minutes=20)
"""A run that nobody has gone on with for so long has lost its worker: it is over."""


class SelfTestStep(StrEnum):
    """The five steps of R-881, and for a resource what ROOMS shows of it."""

    CONFIGURATION = "configuration"
    CREATE = "create"
    CHANGE = "change"
    NOTIFICATION = "notification"
    DELETE = "delete"
    ROOMS = "rooms"


class StepState(StrEnum):
    """How far a step is."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class Said(StrEnum):
    """What a step has to tell beside its state; `core.app.self_test.reading` has the words."""

    NOTHING = ""
    NOT_IN_ORDER = "not_in_order"
    """The configuration is wrong: the findings say where."""
    REFUSED = "refused"
    """The system said no, or nothing: `text` is its error."""
    BY_PUSH = "by_push"
    BY_POLL = "by_poll"
    """Only because we asked: nobody told us."""
    UNSEEN = "unseen"
    INTERRUPTED = "interrupted"
    """Whoever worked on it was gone for good."""
    LEFT_BEHIND = "left_behind"
    """The entry is still there; it is tried again by itself."""
    BOOKED = "booked"
    """ROOMS has a booking where none may be."""


ENDED = frozenset({StepState.DONE, StepState.FAILED, StepState.SKIPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """One line of a run.

    `text` is an error, or a number of seconds, `findings` are reasons: no address, no subject.
    """

    step: SelfTestStep
    state: StepState = StepState.PENDING
    began_at: datetime | None = None
    ended_at: datetime | None = None
    said: Said = Said.NOTHING
    text: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTestEntry:
    """The temporary entry; `event_id` None: announced, and maybe made.

    `version` is the one it was made with, `changing_since` when its change was begun,
    `changed_at` when that was done.
    """

    time: Interval
    event_id: EventId | None = None
    version: EventVersion | None = None
    changing_since: datetime | None = None
    changed_at: datetime | None = None
    is_removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """The last run of a mailbox, or the one under way.

    `id` marks its entry, too (as link and as transaction). `place` None: it lives in no
    environment. `tries` counts what the present step has failed with and is tried again.
    `leftovers` are ids of former runs whose entries may still be there.
    """

    id: MappingId
    mailbox: MailboxKey
    place: EventPlace | None
    started_at: datetime
    touched_at: datetime
    steps: tuple[StepResult, ...]
    entry: SelfTestEntry | None = None
    tries: int = 0
    ended_at: datetime | None = None
    leftovers: tuple[MappingId, ...] = ()
    version: str | None = None

    @property
    def current(self) -> StepResult | None:
        """Return the step that is at work or next, None when all have ended."""
        return next((step for step in self.steps if step.state not in ENDED), None)

    @property
    def failed(self) -> StepResult | None:
        """Return the step that ended the run, None while all is well."""
        return next((step for step in self.steps if step.state is StepState.FAILED), None)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is left to do."""
        return self.ended_at is not None

    @property
    def left_behind(self) -> bool:
        """Tell whether the entry may still be in the calendar."""
        return self.entry is not None and not self.entry.is_removed

    def is_running(self, now: datetime) -> bool:
        """Tell whether somebody works on it, as far as can be told."""
        return not self.is_over and now - self.touched_at < FORSAKEN


def begun(
    test_id: MappingId, mailbox: MailboxKey, place: EventPlace | None, now: datetime
) -> SelfTest:
    """Return a run before its first step; what ROOMS shows is asked for a resource only."""
    steps = tuple(SelfTestStep) if mailbox.startswith("r") else tuple(SelfTestStep)[:-1]
    return SelfTest(
        id=test_id,
        mailbox=mailbox,
        place=place,
        started_at=now,
        touched_at=now,
        steps=tuple(StepResult(step=step) for step in steps),
    )


def running(test: SelfTest, now: datetime) -> SelfTest:
    """Return a run whose present step is at work."""
    step = test.current
    if step is None or step.state is StepState.RUNNING:
        return replace(test, touched_at=now)
    return _with(test, replace(step, state=StepState.RUNNING, began_at=now), now)


def passed(test: SelfTest, now: datetime, said: Said = Said.NOTHING, text: str = "") -> SelfTest:
    """Return a run whose present step has succeeded; after the last one it is over."""
    step = test.current
    if step is None:
        return test
    done = replace(step, state=StepState.DONE, ended_at=now, said=said, text=text)
    return _over_if_all(replace(_with(test, done, now), tries=0), now)


def failed(
    test: SelfTest,
    now: datetime,
    said: Said,
    text: str = "",
    findings: tuple[Finding, ...] = (),
) -> SelfTest:
    """Return a run that its present step has ended; only what is left behind is still removed."""
    step = test.current
    if step is None:
        return test
    bad = replace(
        step, state=StepState.FAILED, ended_at=now, said=said, text=text, findings=findings
    )
    test = replace(_with(test, bad, now), tries=0)
    is_cleaned = test.left_behind and step.step is not SelfTestStep.DELETE
    for other in test.steps:
        if other.state in ENDED or (is_cleaned and other.step is SelfTestStep.DELETE):
            continue
        test = _with(test, replace(other, state=StepState.SKIPPED), now)
    return _over_if_all(test, now)


def _with(test: SelfTest, changed: StepResult, now: datetime) -> SelfTest:
    steps = tuple(changed if each.step is changed.step else each for each in test.steps)
    return replace(test, steps=steps, touched_at=now)


def _over_if_all(test: SelfTest, now: datetime) -> SelfTest:
    return test if test.current is not None else replace(test, ended_at=now)
