"""How resource mailboxes process requests: settings with which the sync works less well (R-901)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.app.services import Services
from core.domain.directory import Directory, SyncedResource
from core.domain.finding import ADDRESS, Finding, Part, Severity
from core.domain.room_policy import PolicyState, RoomPolicy
from core.sync.checks.owners import about

SET = f"Set-CalendarProcessing -Identity {ADDRESS}"

MANY = 100
"""A series is not declined as a whole for a few dates from here on."""

FEW = 3
"""So many resources with the same value are named one by one."""

A_DAY = 1440
"""Minutes: with less, meetings over a day are declined."""

UNTOLD = "DeleteSubject,AddOrganizerToSubject,RemovePrivateProperty,DeleteComments"
"""What mailboxes do to the entries themselves; no API of ours tells it."""


async def processing_findings(directory: Directory, services: Services) -> list[Finding]:
    """Return what our copies of the policies show; only our own tables are read.

    A copy is a day old at most while it can be read (R-901).
    """
    now, is_denied = services.clock.now(), set()
    found: list[Finding] = []
    values: dict[Odd, list[SyncedResource]] = {}
    for resource in directory.resources.values():
        if not directory.is_resource_synced(resource.id):
            continue
        copy = await services.policies.known(resource.place)
        if copy.failure == "NotPermittedError":
            is_denied.add(resource.place.environment)
        elif copy.state(now) is PolicyState.FETCH_FAILED:
            found.append(_unread(resource, copy.failure))
        policy = copy.usable(now)
        if policy is not None:
            ahead = services.limits.series_ahead_days
            for each in odd(policy, ahead):
                values.setdefault(each, []).append(resource)
    found += [f for value, resources in values.items() for f in told(value, resources)]
    found += [_denied(environment) for environment in sorted(is_denied)]
    if any(directory.is_resource_synced(resource) for resource in directory.resources):
        found.append(_untold())
    return found


@dataclass(frozen=True, slots=True)
class Odd:
    """A value with which the sync works less well: what follows, and the parameter to set."""

    code: str
    severity: Severity
    what: str
    parameter: str


def odd(policy: RoomPolicy, series_ahead_days: int) -> Iterator[Odd]:
    """Yield the values of a policy that an operator should know of; unknown ones are left out."""
    warn, note = Severity.WARNING, Severity.NOTE
    if not policy.is_applied:
        yield Odd(
            "not_auto_accepting",
            warn,
            "its mailbox does not answer requests by itself, so meetings stay unanswered there",
            "-AutomateProcessing AutoAccept",
        )
        return
    if policy.allow_conflicts:
        yield Odd(
            "conflicts_allowed",
            warn,
            "its mailbox accepts two meetings at once: only ROOMS refuses the second one",
            "-AllowConflicts $false",
        )
    if policy.allow_recurring_meetings is False:
        yield Odd(
            "no_series",
            warn,
            "its mailbox declines all series, those booked in ROOMS, too",
            "-AllowRecurringMeetings $true",
        )
    elif 0 in {policy.maximum_conflict_instances, policy.conflict_percentage_allowed}:
        yield Odd(
            "one_conflict",
            note,
            "its mailbox declines a whole series for one date that is taken",
            f"-ConflictPercentageAllowed {MANY} -MaximumConflictInstances {MANY}",
        )
    window = policy.booking_window_days
    if window is not None and window < series_ahead_days:
        yield Odd(
            "short_window",
            note,
            f"its mailbox takes bookings for {window} days; ROOMS and the sync for more",
            f"-BookingWindowInDays {max(series_ahead_days, 365)}",
        )
    longest = policy.maximum_duration_minutes
    if longest is not None and 0 < longest < A_DAY:
        yield Odd(
            "short_meetings",
            note,
            f"its mailbox declines what is longer than {longest} minutes",
            f"-MaximumDurationInMinutes {A_DAY}",
        )


def told(value: Odd, resources: Sequence[SyncedResource]) -> list[Finding]:
    """Return a finding per resource that has a value, one for all if they are many."""
    advice = "decide whether that is meant; the command changes it"
    command = f"{SET} {value.parameter}"
    if len(resources) <= FEW:
        return [
            about(each, value.severity, value.code, value.what, advice, command=command)
            for each in resources
        ]
    numbers = ", ".join(str(each.id) for each in resources)
    return [
        Finding(
            severity=value.severity,
            code=value.code,
            part=Part.SERVICE,
            who="",
            what=f"{len(resources)} resources, {numbers}, each: {value.what}",
            advice=advice,
            command=command,
        )
    ]


def _unread(resource: SyncedResource, failure: str) -> Finding:
    return about(
        resource,
        Severity.NOTE,
        "policy_unread",
        f"how its mailbox processes requests cannot be read ({failure})",
        "its answers decide all the same; look at it yourself",
        command=f"Get-CalendarProcessing -Identity {ADDRESS} | Format-List",
    )


def _denied(environment: str) -> Finding:
    return Finding(
        severity=Severity.NOTE,
        code="policies_denied",
        part=Part.ENVIRONMENT,
        who=environment,
        what="how resource mailboxes process requests may not be read",
        advice="consent to MailboxConfigItem.Read (on premises: impersonation), or look at it"
        " yourself",
        command="Get-Mailbox -RecipientTypeDetails RoomMailbox | Get-CalendarProcessing"
        " | Format-List Identity,AutomateProcessing,AllowConflicts,AllowRecurringMeetings,"
        "ConflictPercentageAllowed,MaximumConflictInstances,BookingWindowInDays,"
        "MaximumDurationInMinutes",
    )


def _untold() -> Finding:
    return Finding(
        severity=Severity.NOTE,
        code="processing_unasked",
        part=Part.SERVICE,
        who="",
        what="whether resource mailboxes delete subjects or the private flag cannot be asked: the"
        " sync reads both from the organizer's copy alone, panels at the door do not",
        advice="look at it with the command; False in all four shows entries as they were made",
        command="Get-Mailbox -RecipientTypeDetails RoomMailbox,EquipmentMailbox"
        f" | Get-CalendarProcessing | Format-Table Identity,{UNTOLD}",
    )
