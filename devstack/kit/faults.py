"""Faults that a test asks a simulator to commit: the first rule that matches a request fires."""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Match(_Strict):
    """Which requests a fault hits; `path` (with query) and `body` are regular expressions."""

    method: str | None = None
    path: str | None = None
    mailbox: str | None = None
    body: str | None = None
    actor: str | None = None


class Deed(_Strict):
    """What happens instead of, before or after the real answer (contract section 5)."""

    status: Annotated[int, Field(ge=100, le=599)] | None = None
    headers: dict[str, str] = {}
    body: Any = None
    delay_ms: Annotated[int, Field(ge=0)] = 0
    drop_connection: bool = False
    fail_after_success: Annotated[int, Field(ge=400, le=599)] | None = None
    half_answer: bool = False


class FaultRule(_Strict):
    """One fault as the control API takes it: `times` hits after `skip` matching requests passed."""

    match: Match = Match()
    times: Annotated[int, Field(ge=1)] = 1
    skip: Annotated[int, Field(ge=0)] = 0
    do: Deed


class RequestFacts(BaseModel):
    """What a fault rule may look at."""

    method: str
    path: str
    mailbox: str | None
    body: str
    actor: str


class Faults:
    """The rules in the order in which they were given; the oldest that matches fires."""

    def __init__(self) -> None:
        self._rules: list[FaultRule] = []
        self.fired: list[tuple[Literal["fault"], str]] = []

    def add(self, rule: FaultRule) -> None:
        self._rules.append(rule.model_copy(deep=True))

    def clear(self) -> None:
        self._rules.clear()

    def take(self, facts: RequestFacts) -> Deed | None:
        """Return the deed that this request meets, and count it off its rule."""
        for rule in self._rules:
            if not _matches(rule.match, facts):
                continue
            if rule.skip:
                rule.skip -= 1
                continue
            rule.times -= 1
            if rule.times == 0:
                self._rules.remove(rule)
            return rule.do
        return None


def _matches(match: Match, facts: RequestFacts) -> bool:
    return (
        (match.method is None or match.method.upper() == facts.method.upper())
        and (match.mailbox is None or match.mailbox.lower() == (facts.mailbox or "").lower())
        and (match.actor is None or match.actor == facts.actor)
        and (match.path is None or re.search(match.path, facts.path) is not None)
        and (match.body is None or re.search(match.body, facts.body) is not None)
    )
