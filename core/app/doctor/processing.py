"""How resource mailboxes process requests: settings with which the sync works less well (R-901)."""

from collections.abc import Iterator

from core.app.services import Services
from core.domain.directory import Directory
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.room_policy import PolicyState, RoomPolicy
from core.sync.checks.owners import about

A_DAY = 1440
"""Minutes: with less, meetings over a day are declined."""

A_YEAR = 365
"""Days: what a window is set to at least."""


async def processing_findings(directory: Directory, services: Services) -> list[Finding]:
    """Return what our copies of the policies show; only our own tables are read.

    A copy is a day old at most while it can be read (R-901).
    """
    now, denied, is_any = services.clock.now(), set(), False
    told: list[Finding] = []
    for resource in directory.resources.values():
        if not directory.is_resource_synced(resource.id):
            continue
        is_any = True
        copy = await services.policies.known(resource.place)
        if copy.failure == "NotPermittedError":
            denied.add(resource.place.environment)
        elif copy.state(now) is PolicyState.FETCH_FAILED:
            told.append(about(resource, Kind.POLICY_UNREAD, failure=copy.failure))
        policy = copy.usable(now)
        if policy is not None:
            ahead = services.limits.series_ahead_days
            told += [about(resource, kind, **facts) for kind, facts in odd(policy, ahead)]
    told += [found(Kind.POLICIES_DENIED, Part.ENVIRONMENT, each) for each in sorted(denied)]
    if is_any:
        told.append(found(Kind.PROCESSING_UNASKED, Part.SERVICE))
    return told


type Odd = tuple[Kind, dict[str, str]]
"""A value with which the sync works less well, and the facts of its words."""


def odd(policy: RoomPolicy, series_ahead_days: int) -> Iterator[Odd]:
    """Yield the values of a policy that an operator should know of; unknown ones are left out."""
    if not policy.is_applied:
        yield Kind.NOT_AUTO_ACCEPTING, {}
        return
    if policy.allow_conflicts:
        yield Kind.CONFLICTS_ALLOWED, {}
    if policy.allow_recurring_meetings is False:
        yield Kind.NO_SERIES, {}
    elif 0 in {policy.maximum_conflict_instances, policy.conflict_percentage_allowed}:
        yield Kind.ONE_CONFLICT, {}
    window = policy.booking_window_days
    if window is not None and window < series_ahead_days:
        yield (
            Kind.SHORT_WINDOW,
            {
                "days": str(window),
                "wanted": str(max(series_ahead_days, A_YEAR)),
            },
        )
    longest = policy.maximum_duration_minutes
    if longest is not None and 0 < longest < A_DAY:
        yield Kind.SHORT_MEETINGS, {"minutes": str(longest)}
