"""Faults that a test asks a simulator to commit: the first rule that matches a request fires."""

import re
from typing import Annotated, Any, Literal, Self
from urllib.parse import unquote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _readable_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return text


Pattern = Annotated[str, AfterValidator(_readable_pattern)]


class Match(_Strict):
    """Which requests a fault hits; `path` (with query) and `body` are regular expressions.

    `path` is searched as it was sent and with its percent signs decoded, whichever fits.
    """

    method: str | None = None
    path: Pattern | None = None
    mailbox: str | None = None
    body: Pattern | None = None
    actor: str | None = None


class Deed(_Strict):
    """What happens instead of, before or after the real answer (contract section 5).

    They combine: `drop_connection` beside `fail_after_success` breaks the connection once the
    write is done; `headers` and `body` belong to `status` or `fail_after_success`.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True)

    status: Annotated[int, Field(ge=100, le=599)] | None = None
    headers: dict[str, str] = {}
    body: Any = None
    delay_ms: Annotated[int, Field(ge=0)] = 0
    drop_connection: bool = False
    fail_after_success: Annotated[int, Field(ge=400, le=599)] | None = None
    half_answer: bool = False

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(f"say what shall happen: one of {', '.join(Deed.model_fields)}")
        return self


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
        and (match.path is None or _is_on(match.path, facts.path))
        and (match.body is None or re.search(match.body, facts.body) is not None)
    )


def _is_on(pattern: str, path: str) -> bool:
    return any(re.search(pattern, form) for form in {path, unquote(path)})
