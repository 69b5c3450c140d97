"""What a resource mailbox says about requests that it would decline (R-901)."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

REFRESH_AFTER = timedelta(hours=24)
"""Age at which a copy is read again; looked for every 6 hours, so it gets up to 30 (R-901)."""

VALID_FOR = timedelta(days=3)
"""How long a copy may be used at most (R-901)."""


class AutomateProcessing(StrEnum):
    """Who answers requests: the mailbox itself, somebody later, nobody."""

    NONE = "none"
    AUTO_UPDATE = "auto_update"
    AUTO_ACCEPT = "auto_accept"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPolicy:
    """The booking policy of one resource mailbox, as far as it was delivered.

    None is unknown and never replaced by a default of Exchange's (R-901). Durations are minutes,
    `booking_window_days` counts whole days after today; a maximum duration of 0 is no limit.
    """

    automate_processing: AutomateProcessing | None = None
    allow_recurring_meetings: bool | None = None
    allow_conflicts: bool | None = None
    booking_window_days: int | None = None
    enforce_scheduling_horizon: bool | None = None
    maximum_duration_minutes: int | None = None
    maximum_conflict_instances: int | None = None
    conflict_percentage_allowed: int | None = None

    @property
    def is_applied(self) -> bool:
        """Tell whether the mailbox answers by these rules: if it says so, or nothing about it."""
        return self.automate_processing in {None, AutomateProcessing.AUTO_ACCEPT}

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all was delivered."""
        return self == RoomPolicy()


class PolicyState(StrEnum):
    """What is known of a mailbox's policy and whether it is applied (R-902)."""

    APPLIED = "applied"
    NOT_FETCHED = "not_fetched"
    FETCH_FAILED = "fetch_failed"
    STALE = "stale"
    NOT_AUTO_ACCEPTING = "not_auto_accepting"
    NO_RULES = "no_rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCopy:
    """Our copy of a mailbox's policy: when it was read, and when and why reading it last failed.

    `policy` is None when the mailbox had no rules, and before the first success. `failed_at` is
    later than `fetched_at` or None; `failure` is the kind of the error, never its text.
    """

    policy: RoomPolicy | None = None
    fetched_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""

    def is_valid(self, now: datetime) -> bool:
        """Tell whether the copy may be used: a failed refresh never makes it live longer."""
        return self.fetched_at is not None and now < self.fetched_at + VALID_FOR

    def is_due(self, now: datetime) -> bool:
        """Tell whether the copy is to be read again."""
        return self.fetched_at is None or now >= self.fetched_at + REFRESH_AFTER

    def usable(self, now: datetime) -> RoomPolicy | None:
        """Return the policy while the copy is valid; None: only ROOMS' rules apply."""
        return self.policy if self.is_valid(now) else None

    def state(self, now: datetime) -> PolicyState:
        """Return what an operator is told about it (R-902)."""
        if not self.is_valid(now):
            never = self.fetched_at is None and self.failed_at is None
            return PolicyState.NOT_FETCHED if never else PolicyState.FETCH_FAILED
        if self.failed_at is not None:
            return PolicyState.STALE
        if self.policy is None:
            return PolicyState.NO_RULES
        return PolicyState.APPLIED if self.policy.is_applied else PolicyState.NOT_AUTO_ACCEPTING

    def undelivered(self) -> tuple[str, ...]:
        """Return the names of the values that the mailbox did not tell (R-902)."""
        if self.policy is None:
            return ()
        return tuple(f.name for f in fields(RoomPolicy) if getattr(self.policy, f.name) is None)
