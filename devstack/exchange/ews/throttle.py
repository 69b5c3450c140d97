"""The throttling policy of an installation: what is too much is answered with a wait."""

from collections import deque
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from devstack.exchange.ews.errors import SoapFaultError
from devstack.kit.clock import Clock
from devstack.kit.desk import Caller

SERVICE = "service"
WINDOW = timedelta(minutes=1)


class EwsLimits(BaseModel):
    """What the control call `ews-limits` sets, for one environment or (None) for all others.

    `parallel` requests of one account for one mailbox at a time, `per_minute` of one account for
    all; `back_off_ms` is the wait of a busy server. `find_max` and `sync_max` cap what one answer
    holds.
    """

    model_config = ConfigDict(extra="forbid")
    parallel: int = Field(default=27, ge=1)
    per_minute: int | None = Field(default=None, ge=0)
    back_off_ms: int = Field(default=30_000, ge=0)
    find_max: int = Field(default=1000, ge=1)
    sync_max: int = Field(default=512, ge=1)


class EwsThrottle:
    """Counts the service's requests per environment; what a person does is not counted."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.limits: dict[str | None, EwsLimits] = {}
        self._asked: dict[str | None, deque[datetime]] = {}

    def clear(self) -> None:
        """Forget what was counted; the limits stay."""
        self._asked.clear()

    def of(self, environment: str | None) -> EwsLimits:
        """Return the limits of an environment."""
        return self.limits.get(environment) or self.limits.get(None) or EwsLimits()

    def admit(self, caller: Caller, environment: str | None, in_flight: int) -> None:
        """Refuse what is too much."""
        if caller.actor != SERVICE:
            return
        limits = self.of(environment)
        if in_flight > limits.parallel:
            raise SoapFaultError(
                "ErrorExceededConnectionCount",
                "You have exceeded the available concurrent connections for your account.",
            )
        if limits.per_minute is None:
            return
        now, asked = self._clock.now(), self._asked.setdefault(environment, deque())
        while asked and now - asked[0] >= WINDOW:
            asked.popleft()
        if len(asked) >= limits.per_minute:
            raise busy(limits.back_off_ms)
        asked.append(now)


def busy(back_off_ms: int) -> SoapFaultError:
    """Return the fault of a busy server, which says how long to wait."""
    return SoapFaultError(
        "ErrorServerBusy",
        "The server cannot service this request right now. Try again later.",
        {"BackOffMilliseconds": str(back_off_ms)},
    )
