"""Commits faults at the calls of the app, and counts which kinds have fired."""

import random
import re
from collections import Counter
from dataclasses import dataclass

from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Interruptions, OtherAnswer
from tests.simulation.fault_kinds import CALL_FAULTS, CallFault, FaultKind
from tests.simulation.steps import Kill


@dataclass(slots=True)
class _Armed:
    kind: FaultKind
    fault: CallFault
    skip: int
    times: int


class Chaos(Interruptions):
    """The interruptions of a simulated world; `fired` counts by kind.

    Without HTTP (depth `ports`) a fault is the error that the adapter would have made of it.
    """

    def __init__(self, *, over_http: bool, seed: int = 0) -> None:
        super().__init__()
        self.chance = random.Random(seed)  # noqa: S311 - repeatable, no secrets
        self._over_http = over_http
        self.fired: Counter[FaultKind] = Counter()
        self.kills = 0
        self._armed: list[_Armed] = []
        self._kill: Kill | None = None
        self._until_kill = 0

    @property
    def struck(self) -> int:
        """Return how many faults and kills there were so far."""
        return self.fired.total() + self.kills

    def arm(self, kind: FaultKind, *, skip: int, times: int) -> None:
        """Commit a fault at the next calls that it can hit."""
        self._armed.append(_Armed(kind, CALL_FAULTS[kind], skip, times))

    def arm_kill(self, kill: Kill) -> None:
        """Let the process die at one of its next calls."""
        self._kill, self._until_kill = kill, kill.after

    def disarm(self) -> None:
        """Commit nothing any more."""
        self._armed.clear()
        self._kill = None

    def disarm_kind(self, kind: FaultKind) -> None:
        """Commit one kind of fault no more."""
        self._armed = [armed for armed in self._armed if armed.kind is not kind]

    async def before(self, call: str) -> None:
        """Strike before a call has had its effect; another worker may come between calls."""
        await self._let_others_go_on(call)
        self._strike(call, is_done=False)

    async def after(self, call: str) -> None:
        """Strike when a call has had its effect."""
        self._strike(call, is_done=True)
        await self._let_others_go_on(call)

    def _strike(self, call: str, *, is_done: bool) -> None:
        self._maybe_kill(is_done=is_done)
        for armed in self._armed:
            if armed.fault.is_done is not is_done or not re.search(armed.fault.pattern, call):
                continue
            if armed.skip:
                armed.skip -= 1
                continue
            armed.times -= 1
            if not armed.times:
                self._armed.remove(armed)
            self.fired[armed.kind] += 1
            if armed.fault.http is None or not self._over_http:
                raise armed.fault.port()
            raise OtherAnswer(armed.fault.http)

    def _maybe_kill(self, *, is_done: bool) -> None:
        if self._kill is None or self._kill.is_done is not is_done:
            return
        self._until_kill -= 1
        if self._until_kill < 0:
            self._kill = None
            self.kills += 1
            raise WorkerKilledError
