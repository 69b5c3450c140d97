"""Delivers notifications: retries with back-off, slow and drop states (1.6)."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote_plus, urlsplit

import httpx

from devstack.exchange.model.exchange import Exchange

FIRST_RETRY_S = 2
GIVE_UP = timedelta(hours=4)
STATE_WINDOW = timedelta(minutes=10)
SLOW_SHARE, DROP_SHARE = 0.10, 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One POST: the notices for one URL, and how often it was tried since `started`."""

    url: str
    subscriptions: tuple[str, ...]
    content: tuple[dict[str, Any], ...]
    started: datetime
    attempt: int = 0
    was_delayed: bool = False


@dataclass(frozen=True, slots=True)
class Echo:
    """What an endpoint answered to a handshake."""

    status: int
    content_type: str
    text: str


class NoEchoError(Exception):
    """An endpoint did not answer a handshake at all; the text says what went wrong."""


class Endpoint(Protocol):
    """Takes notifications at their URL."""

    async def echo(self, url: str, token: str, budget_s: float) -> Echo:
        """Ask it to give a token back; NoEchoError when there is no answer within the budget."""

    async def take(self, url: str, content: dict[str, Any], budget_s: float) -> int:
        """Hand them over; return the status, 0 for no answer within the budget."""


class HttpEndpoint:
    """Takes them over HTTP."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def echo(self, url: str, token: str, budget_s: float) -> Echo:
        address = f"{url}{'&' if urlsplit(url).query else '?'}validationToken={quote_plus(token)}"
        try:
            async with asyncio.timeout(budget_s):
                answer = await self._client.post(
                    address,
                    headers={"Content-Type": "text/plain; charset=utf-8"},
                    timeout=budget_s,
                )
        except (httpx.HTTPError, TimeoutError) as error:
            raise NoEchoError(type(error).__name__) from error
        return Echo(answer.status_code, answer.headers.get("content-type", ""), answer.text)

    async def take(self, url: str, content: dict[str, Any], budget_s: float) -> int:
        try:
            async with asyncio.timeout(budget_s):
                answer = await self._client.post(url, json=content, timeout=budget_s)
        except (httpx.HTTPError, TimeoutError):
            return 0
        return answer.status_code


@dataclass(slots=True)
class Record:
    """How an endpoint did lately; the state is the endpoint's and hits all its subscriptions."""

    answers: deque[tuple[datetime, bool]] = field(default_factory=deque)
    slow: int = 0

    def note(self, now: datetime, *, was_slow: bool) -> None:
        self.answers.append((now, was_slow))
        self.slow += was_slow

    def slow_share(self, now: datetime, least: int) -> float:
        """Return the share of slow answers in ten minutes, 0 while there are too few to judge."""
        while self.answers and now - self.answers[0][0] > STATE_WINDOW:
            _, was_slow = self.answers.popleft()
            self.slow -= was_slow
        if len(self.answers) < least:
            return 0.0
        return self.slow / len(self.answers)


class Deliveries:
    """Does the travelling; `on_lost` hears of subscriptions whose notices were thrown away.

    While it `is_silent` nothing arrives, what is under way included, and nobody hears of it.
    """

    def __init__(
        self, model: Exchange, endpoint: Endpoint, on_lost: Callable[[str], None],
        is_silent: Callable[[], bool],
    ) -> None:  # fmt: skip
        self._model, self._endpoint, self._on_lost = model, endpoint, on_lost
        self._is_silent = is_silent
        self._records: dict[str, Record] = {}
        self.delivered = 0
        model.chores.teach("delivery", self._deliver, counts_as="notifications")

    def clear(self) -> None:
        """Forget how the endpoints did."""
        self._records.clear()

    async def _deliver(self, parcel: Parcel) -> None:
        if self._is_silent():
            return
        now = self._model.clock.now()
        if parcel.attempt == 0 and not self._admits(parcel, now):
            return
        if await self.post(parcel.url, {"value": list(parcel.content)}) // 100 == 2:
            return
        wait = timedelta(seconds=FIRST_RETRY_S * 2**parcel.attempt)
        now = self._model.clock.now()
        if now + wait - parcel.started > GIVE_UP:
            self._lose(parcel)
            return
        again = replace(parcel, attempt=parcel.attempt + 1)
        self._model.chores.at(now + wait, "delivery", again)

    async def post(self, url: str, content: dict[str, Any]) -> int:
        """POST once; return the status, 0 for no answer within the budget."""
        budget = int(self._model.switches["notification_answer_s"])
        started = time.perf_counter()
        status = await self._endpoint.take(url, content, budget)
        self.delivered += status // 100 == 2
        took = time.perf_counter() - started
        threshold = min(int(self._model.switches["slow_threshold_s"]), budget)
        was_slow = took >= threshold
        self.record(url).note(self._model.clock.now(), was_slow=was_slow)
        return status

    def _admits(self, parcel: Parcel, now: datetime) -> bool:
        """Let a new parcel pass, hold it back (slow) or throw it away (drop)."""
        least = int(self._model.switches["slow_after_notifications"])
        share = self.record(parcel.url).slow_share(now, least)
        if share > DROP_SHARE:
            self._lose(parcel)
            return False
        if share > SLOW_SHARE and not parcel.was_delayed:
            wait = int(self._model.switches["slow_delay_s"])
            self._model.chores.after(wait, "delivery", replace(parcel, was_delayed=True))
            return False
        return True

    def _lose(self, parcel: Parcel) -> None:
        for subscription in dict.fromkeys(parcel.subscriptions):
            self._on_lost(subscription)

    def record(self, url: str) -> Record:
        return self._records.setdefault(url.split("?", 1)[0], Record())
