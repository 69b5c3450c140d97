"""What the doctor asks: once for the whole, and of each person and resource, some at a time."""

import asyncio
from collections.abc import Collection, Sequence

from core.app.doctor.access import shut_out_findings
from core.app.doctor.checkup import checkup_findings
from core.app.doctor.chosen import only, without
from core.app.doctor.mailboxes import mailbox_findings
from core.app.doctor.mails import sender_findings
from core.app.doctor.processing import processing_findings
from core.app.doctor.rooms import owners_in_rooms, times_that_came_back
from core.app.doctor.subscriptions import subscription_findings
from core.app.doctor.surroundings import Surroundings
from core.app.services import Services
from core.app.subscribe import Callbacks
from core.domain.directory import Directory
from core.domain.finding import OWNERS, Finding
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.ids import MailboxKey


async def ask_of_the_whole(
    directory: Directory, around: Surroundings | None, services: Services
) -> list[Finding]:
    """Return what concerns nobody alone; its calls do not grow with the number of mailboxes.

    Without `around` only what ROOMS says of bookings.
    """
    told = await times_that_came_back(directory, services)
    if around is None:
        return told
    sender = [] if around.post is None else await sender_findings(around.post)
    return [*told, *sender, *await checkup_findings(directory, around, services)]


async def ask_of_owners(
    mailboxes: Collection[MailboxKey],
    known: Sequence[Finding],
    directory: Directory,
    services: Services,
) -> list[Finding]:
    """Return what Exchange and ROOMS say of some mailboxes: three reads and one for each.

    `known` is what was found before: what did not answer then is not asked again.
    """
    silent = {f.who for f in known if f.kind is Kind.EXCHANGE_SILENT}
    some = only(mailboxes, directory)
    told = await mailbox_findings(without(silent, some), services)
    silent |= {f.who for f in told if f.kind is Kind.EXCHANGE_SILENT}
    # Whoever has another's mailbox looks alone in it as if it were synced: the whole knows better.
    places = [
        place
        for place in directory.synced_places()
        if place.mailbox in mailboxes and place.environment not in silent
    ]
    is_rooms_silent = any(f.kind is Kind.ROOMS_SILENT for f in known)
    of_rooms, of_access = await asyncio.gather(
        _nothing() if is_rooms_silent else owners_in_rooms(some, services),
        shut_out_findings(places, directory, services),
    )
    return [*told, *of_rooms, *of_access]


async def ask_of_one(
    mailbox: MailboxKey, callbacks: Callbacks, directory: Directory, services: Services
) -> list[Finding]:
    """Return what our own tables say of one mailbox: how it is watched, what its policy is."""
    owner = directory.owner_of(mailbox)
    if owner is None or not directory.watches(owner.place):
        return []
    alone = only([mailbox], directory)
    told = [
        *await subscription_findings(alone, callbacks, services),
        *await processing_findings(alone, services),
    ]
    return [finding for finding in told if finding.part in OWNERS]


async def _nothing() -> list[Finding]:
    return []
