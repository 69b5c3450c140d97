"""Outlook's limits per application and mailbox (graph-calendar 7)."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from devstack.exchange.graph.calls import Call
from devstack.exchange.graph.errors import GraphError
from devstack.kit.clock import Clock

WINDOW = timedelta(minutes=10)
CONCURRENCY_RETRY_S = 1


class Limits(BaseModel):
    """What the control call `limits` sets; `page_max` caps every page whatever was asked for."""

    model_config = ConfigDict(extra="forbid")
    page_max: int | None = Field(default=None, ge=1)
    mailbox_parallel: int = Field(default=4, ge=1)
    mailbox_per_10_min: int = Field(default=10_000, ge=1)
    subscriptions_per_mailbox: int = Field(default=1000, ge=1)


class Throttle:
    """Counts the application's requests; what a person does in Outlook is not counted."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.limits = Limits()
        self._counts: dict[str, tuple[datetime, int]] = {}

    def admit(self, call: Call) -> None:
        """Refuse the fifth request at a time, and what exceeds the count of ten minutes."""
        if call.is_service and call.caller.mailbox is not None:
            self.admit_service(call.caller.mailbox, call.in_flight)

    def admit_service(self, mailbox: str, in_flight: int = 1) -> None:
        """Count a request of the application; `in_flight` are those inside, this one included."""
        if in_flight > self.limits.mailbox_parallel:
            raise _throttled("MailboxConcurrency", CONCURRENCY_RETRY_S)
        now = self._clock.now()
        started, count = self._counts.get(mailbox.lower(), (now, 0))
        if now - started >= WINDOW:
            started, count = now, 0
        if count >= self.limits.mailbox_per_10_min:
            wait = int((started + WINDOW - now).total_seconds()) + 1
            raise _throttled("RequestCount", wait)
        self._counts[mailbox.lower()] = (started, count + 1)

    def clear(self) -> None:
        """Forget what was counted; the limits stay."""
        self._counts.clear()

    def page(self, wanted: int) -> int:
        """Return the size of a page of `wanted` entries."""
        return min(wanted, self.limits.page_max) if self.limits.page_max else wanted


def _throttled(limit: str, retry_s: int) -> GraphError:
    return GraphError(
        429,
        "ApplicationThrottled",
        f"Application is over its {limit} limit.",
        {"Retry-After": str(retry_s)},
    )
