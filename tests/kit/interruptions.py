"""Failures at a chosen call, before or after its effect: for crash and retry scenarios."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import httpx


class Moment(StrEnum):
    """When an interruption strikes: the call has had no effect yet, or its answer is lost."""

    BEFORE = "before"
    AFTER = "after"


class OtherAnswer(Exception):  # noqa: N818 - no error of its own: an answer that was changed
    """A call over HTTP gets what `answer` returns or raises in place of its answer."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        super().__init__("another answer")
        self.answer = answer


@dataclass(slots=True)
class _Rule:
    pattern: re.Pattern[str]
    moment: Moment
    error: Callable[[], BaseException]
    skip: int
    times: int


class Interruptions:
    """Rules that strike at calls named "<part>.<what>.<deed>"; `log` lists all calls in order.

    `pause` is awaited before and after each call: where another worker may go on.
    """

    def __init__(self) -> None:
        self._rules: list[_Rule] = []
        self.log: list[str] = []
        self.pause: Callable[[str], Awaitable[None]] | None = None

    def strike(
        self,
        pattern: str,
        error: Callable[[], BaseException],
        *,
        moment: Moment = Moment.BEFORE,
        skip: int = 0,
        times: int = 1,
    ) -> None:
        """Raise `error()` at the calls whose name matches, after `skip` of them, `times` times."""
        self._rules.append(_Rule(re.compile(pattern), moment, error, skip, times))

    def clear(self) -> None:
        """Drop all rules."""
        self._rules.clear()

    async def before(self, call: str) -> None:
        """Note a call that is about to happen."""
        await self._let_others_go_on(call)
        self.log.append(call)
        self._apply(call, Moment.BEFORE)

    async def after(self, call: str) -> None:
        """Note a call that has happened."""
        self._apply(call, Moment.AFTER)
        await self._let_others_go_on(call)

    async def _let_others_go_on(self, call: str) -> None:
        if self.pause is not None:
            await self.pause(call)

    def _apply(self, call: str, moment: Moment) -> None:
        for rule in self._rules:
            if rule.moment is not moment or not rule.pattern.search(call):
                continue
            if rule.skip:
                rule.skip -= 1
            elif rule.times:
                rule.times -= 1
                raise rule.error()
