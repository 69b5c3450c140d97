"""What operators do by hand, each deed written down with who did it before it is done (ADR 0030).

A crash in between leaves a line of something that was not done; the other way round would be worse.
Names, addresses and values that tell of people are left out of the trail: numbers name them.
"""

from collections.abc import Sequence
from datetime import timedelta

from core.app.back_sync import BackSync, back_sync
from core.app.by_hand import sync_now
from core.app.dead_letters import Line, drop, replay
from core.app.imports.run import ImportPlan
from core.app.mass_loss import rooms_place
from core.app.reference import named_key
from core.app.reopening import release as reopen
from core.app.self_test.start import (
    Everybody,
    refuse_running,
    refuse_running_all,
    start,
    start_all,
)
from core.app.services import Services
from core.app.settings_changes import Change, SettingsChange
from core.app.subscribe import Callbacks
from core.domain.deed import Deed, DeedKind
from core.domain.event import EventPlace
from core.domain.ids import MailboxKey, ResourceId
from core.domain.interval import Interval
from core.domain.scope import ROOMS, Scope
from core.domain.self_test import SelfTest
from core.domain.work import ItemKey, WorkItem

COMMAND_LINE = "command line"
"""Who did it, where only somebody with the keys of the installation can be."""

MOST_DETAILS = 100
LONGEST = 200

OPEN_PARTS = frozenset({"policy", "switch"})
OPEN_FIELDS = frozenset(
    {
        "mode",
        "sync_disabled",
        "own_bookings_synced",
        "rematch_on_change",
        "conflict_behaviour",
        "mail_on_error",
        "resource_types",
        "time_zone",
        "language",
        "has_mailbox",
        "is_active",
        "is_online",
        "is_sync_master",
        "lead_minutes",
        "follow_up_minutes",
        "type",
        "kind",
        "domains",
    }
)
"""Fields whose values tell nothing of people: they are kept; of all others only the name."""


async def change_settings(plan: ImportPlan, who: str, services: Services) -> None:
    """Make the settings what a plan says; a plan that changes nothing writes nothing.

    StaleVersionError: they were changed since it was made, and would be changed back.
    """
    if not plan.changes:
        return
    told = [_told(change) for change in plan.changes]
    await note(DeedKind.SETTINGS_CHANGED, who, told, services)
    await services.settings.replace(plan.settings, plan.since)


async def replay_letters(lines: Sequence[Line], who: str, services: Services) -> list[Line]:
    """Do again what was given up; return what was."""
    wanted = [line for line in lines if line.can_be_replayed]
    if not wanted:
        return []
    await note(DeedKind.LETTERS_REPLAYED, who, [_called(line) for line in wanted], services)
    return await replay(wanted, services)


async def drop_letters(lines: Sequence[Line], who: str, services: Services) -> list[Line]:
    """Forget what was given up; return what was there."""
    if not lines:
        return []
    await note(DeedKind.LETTERS_DROPPED, who, [_called(line) for line in lines], services)
    return await drop(lines, services)


async def release_scope(scope: Scope, who: str, services: Services) -> bool:
    """Let go on what is parked; False if it was not. ROOMS' losses count as real then."""
    await services.breakers.refresh(max_age=timedelta(0))
    known = await services.breakers.known(scope)
    if scope != ROOMS and (known is None or not known.is_parking):
        return False
    await note(DeedKind.SCOPE_RELEASED, who, [scope.name], services)
    was_parked = await reopen(scope, services)
    if scope == ROOMS:
        await services.guard.release(rooms_place(services.rooms.mandator), services.clock.now())
    return was_parked


async def release_mailbox(
    place: EventPlace, who: str, services: Services, *, anyway: bool = False
) -> bool:
    """Let go on a mailbox that was stopped; False if it was not.

    `anyway`: also one that is not, so that what is gone there counts as gone for a day (S22).
    """
    standing = await services.guard.standing(place)
    if standing.stopped_since is None and not anyway:
        return False
    name = f"{place.environment}/{place.mailbox}"
    await note(DeedKind.MAILBOX_RELEASED, who, [name], services)
    await services.guard.release(place, services.clock.now())
    return standing.stopped_since is not None


async def begin_self_test(
    mailbox: MailboxKey, who: str, callbacks: Callbacks, services: Services
) -> SelfTest:
    """Begin the self-test of a mailbox; SelfTestRunningError while one runs."""
    await refuse_running(mailbox, services)
    await note(DeedKind.SELF_TEST_BEGUN, who, [mailbox], services)
    return await start(mailbox, callbacks, services)


async def begin_all_self_tests(who: str, services: Services) -> Everybody:
    """Begin the self-tests of all synced mailboxes; SelfTestRunningError while it goes on."""
    await refuse_running_all(services)
    await note(DeedKind.SELF_TEST_BEGUN, who, ["all mailboxes"], services)
    return await start_all(services)


async def look_at_item(key: ItemKey, who: str, services: Services) -> WorkItem:
    """Queue a look at one meeting; its trace id is what the answer is found by."""
    await note(DeedKind.LOOKS_ASKED, who, [named_key(key)], services)
    return (await sync_now([key], services))[0]


async def look_at_slot(
    resource: ResourceId, time: Interval, who: str, services: Services
) -> BackSync:
    """Queue a look at everything in a slot (R-822); SlotError when it cannot be asked about."""
    told = f"resource {resource}, {time.start:%Y-%m-%d %H:%M} to {time.end:%Y-%m-%d %H:%M} UTC"
    await note(DeedKind.LOOKS_ASKED, who, [told], services)
    return await back_sync(resource, time, services)


async def note(kind: DeedKind, who: str, details: Sequence[str], services: Services) -> None:
    """Write down who does what; `details` name those concerned by number only."""
    await services.deeds.add(
        Deed(
            at=services.clock.now(),
            who=who[:LONGEST],
            kind=kind,
            details=tuple(text[:LONGEST] for text in details[:MOST_DETAILS]),
            number=len(details),
        )
    )


def _called(line: Line) -> str:
    return f"{line.name} ({line.given_up.reason})"


def _told(change: SettingsChange) -> str:
    """Say what changed; who it is only by number, values only where they tell of nobody."""
    if change.part in OPEN_PARTS:
        who = f"{change.part} {change.name}"
    else:
        who = f"{change.part} {change.name.partition(' ')[0]}"
    if change.change is not Change.CHANGED:
        return f"{who} {change.change}"
    is_open = change.part in OPEN_PARTS
    fields = [
        f"{name}: {before} \u2192 {after}" if is_open or name in OPEN_FIELDS else name
        for name, before, after in change.fields
    ]
    return f"{who}: {', '.join(fields)}"
