"""Plays a day round by round and collects what came of it."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from devstack.demo.comparison import EXCHANGE, ROOMS, Comparison, Difference
from devstack.demo.day import Action, Answer, Day, Expect, Round, Where, kind_of
from devstack.demo.expectation import Meeting, Script
from devstack.demo.people import RefusedToPersonError
from devstack.demo.performing import NothingThereError, Players
from devstack.demo.picture import Picture
from devstack.demo.roll import Roll
from devstack.demo.stage import ALL_RETRIES_S, RETRIES_S, Stage
from devstack.demo.working_days import ZONE, WorkingDays
from devstack.demo.writes import Needed, Write, echoes, needed_by, owner, read_writes

PATIENCE_S = 60.0
SLOW_S = 0.6
"""How long notifications travel in a round where both sides change before the service looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One action and what came of it; `latency_ms` only where the other side had to follow."""

    action: Action
    kind: str
    is_as_expected: bool
    latency_ms: float | None = None


@dataclass(slots=True)
class Course:
    """What came of a day so far."""

    started: datetime
    played: list[Played] = field(default_factory=list)
    differences: set[Difference] = field(default_factory=set)
    echoes: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    service_writes: dict[str, int] = field(default_factory=lambda: {EXCHANGE: 0, ROOMS: 0})
    linked_pairs: int = 0
    retries_pending: int = 0

    def count(self, writes: list[Write]) -> None:
        """Count the service's writes by side."""
        for write in writes:
            self.service_writes[write.side] += write.by_service


class Play:
    """A day on a stage."""

    def __init__(self, day: Day, stage: Stage, *, patience_s: float = PATIENCE_S) -> None:
        self._day, self._stage, self._patience_s = day, stage, patience_s
        days = WorkingDays(datetime.now(ZONE).date(), _holidays(stage))
        self._script = Script(stage.company, days)
        self._players = Players(stage.office, stage.company, days, stage.link_property)
        self._roll, self._expected = Roll(), dict[str, Meeting]()
        self._read = (0, 0)

    async def run(self) -> Course:
        """Play all rounds, then look at everything once more; a day that gets stuck ends there."""
        course = Course(started=datetime.now(UTC))
        await self._writes()
        for part in self._day.rounds:
            await self._round(part, course)
            if course.troubles:
                break
        if not course.troubles:
            await self._rest("the end of the day", course, ALL_RETRIES_S)
        picture = await self._stage.picture()
        self._roll.look_again(picture)
        comparison = Comparison(picture, self._roll, self._stage.company)
        course.differences |= set(comparison.of_everything(self._expected))
        course.linked_pairs = comparison.linked_pairs()
        course.retries_pending = await self._stage.retries_pending()
        if not course.troubles:
            await self._look_once_more(course)
        return course

    async def _round(self, part: Round, course: Course) -> None:
        await self._stage.keep_clear_of_timers()
        picture = await self._stage.picture()
        if part.before_the_service_looks:
            await self._stage.notifications_take(SLOW_S)
        course.troubles += await self._perform(part, picture)
        await self._rest(f"round «{part.title}»", course)
        if part.before_the_service_looks:
            await self._stage.notifications_take(None)
        picture = await self._stage.picture()
        self._roll.look_again(picture)
        writes = await self._writes()
        self._judge(part, picture, writes, course)

    async def _perform(self, part: Round, picture: Picture) -> list[str]:
        """Let everybody act at the same time; return what went wrong."""
        outcomes = await asyncio.gather(
            *(self._players.perform(action, self._roll, picture) for action in part.actions),
            return_exceptions=True,
        )
        for action in part.actions:
            expected = self._script.after(self._expected.get(action.meeting), action)
            if expected is not None:
                self._expected[action.meeting] = expected
        failed = [
            (action, outcome)
            for action, outcome in zip(part.actions, outcomes, strict=True)
            if outcome is not None
        ]
        for _, outcome in failed:
            if not isinstance(outcome, (RefusedToPersonError, NothingThereError, LookupError)):
                raise outcome
        return [f"{action}: {outcome}" for action, outcome in failed]

    def _judge(self, part: Round, picture: Picture, writes: list[Write], course: Course) -> None:
        """Compare the meetings of this round, explain the writes, measure the latencies."""
        comparison = Comparison(picture, self._roll, self._stage.company)
        needed: dict[str, Needed] = {}
        for action in part.actions:
            needed[action.meeting] = needed.get(action.meeting, Needed(0, 0)) + needed_by(action)
        course.count(writes)
        course.echoes += echoes(writes, needed, self._roll.owners)
        for action in part.actions:
            meeting = self._expected.get(action.meeting)
            found = comparison.of_meeting(action.meeting, meeting) if meeting else []
            course.differences |= set(found)
            course.played.append(
                Played(
                    action=action,
                    kind=kind_of(action, part),
                    is_as_expected=not found and not course.troubles,
                    latency_ms=None
                    if part.before_the_service_looks
                    else latency_ms(action, writes, self._roll),
                )
            )

    async def _look_once_more(self, course: Course) -> None:
        """Have everything looked at again: whatever is written now, nobody needs (P2)."""
        await self._stage.full_pass()
        await self._rest("the last full pass", course)
        writes = await self._writes()
        course.count(writes)
        course.echoes += echoes(writes, {}, self._roll.owners)

    async def _rest(self, what: str, course: Course, retries_s: float = RETRIES_S) -> None:
        if trouble := await self._stage.rest(self._patience_s, retries_s):
            course.troubles.append(f"{what}: {trouble}")

    async def _writes(self) -> list[Write]:
        """Return the writes since the last call."""
        exchange, rooms = await self._stage.requests(self._read)
        self._read = (
            max([self._read[0], *(entry["number"] for entry in exchange)]),
            max([self._read[1], *(entry["number"] for entry in rooms)]),
        )
        return read_writes(exchange, rooms, self._stage.link_property)


def latency_ms(action: Action, writes: list[Write], roll: Roll) -> float | None:
    """Return how long after the person's answer the other side showed the change."""
    if action.expect not in {Expect.MIRRORED, Expect.HELD} or isinstance(action.deed, Answer):
        return None
    there = ROOMS if action.where is Where.OUTLOOK else EXCHANGE
    about = [w for w in writes if owner(w, roll.owners) == action.meeting]
    done = [w.at for w in about if not w.by_service and w.side != there]
    shown = [w.at for w in about if w.by_service and w.side == there and w.changed]
    if not done or not shown:
        return None
    return (max(shown) - max(done)).total_seconds() * 1000


def _holidays(stage: Stage) -> frozenset[date]:
    locations = stage.company.world.locations
    return frozenset(date.fromisoformat(day) for at in locations for day in at.holidays)
