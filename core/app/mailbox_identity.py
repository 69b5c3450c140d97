"""Is a mailbox still the one that our links are about? One that was made anew is empty (S36).

Its events are all gone, which looks as if somebody had deleted them. So before a new round of
delta, and before an event that cannot be read any more counts as deleted, the mailbox's own id is
compared with the one known; if it is another one, the mailbox is stopped and a person is asked.
Whoever is switched on anew, or moves, may have another mailbox.
"""

import json
import logging
from collections.abc import Collection
from dataclasses import dataclass

from core.app.services import Services
from core.domain.directory import SyncedPerson, SyncedResource
from core.domain.event import EventPlace
from core.domain.history import Activity
from core.domain.ids import ResourceId, is_resource_mailbox
from core.domain.work import GivenUp, Source, mailbox_session
from core.errors import RoomSyncError
from core.ports.mailboxes import MailboxFacts

log = logging.getLogger(__name__)

MADE_ANEW = "the mailbox was deleted and made anew; it is stopped (S36): see `roomsync doctor`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The mailbox's own id, for which sync it counts, and whether it is another than before."""

    mailbox_id: str
    since: str
    is_anew: bool = False


async def is_same_mailbox(place: EventPlace, services: Services) -> bool:
    """Tell whether a mailbox is the one known; another one is stopped until a person releases it.

    Without an answer of Exchange nothing is proven: it counts as the same.
    """
    owner = (await services.roster.directory()).owner_of(place.mailbox)
    if owner is None:
        return True
    try:
        facts = await services.mailboxes.find(place.environment, owner.address)
    except RoomSyncError:
        return True
    if facts is None or not facts.mailbox_id:
        return True
    known = await known_identity(place, services)
    present = _identity(owner, facts)
    if known is None or known.since != present.since:
        await _note(place, present, services)
        return True
    if known.is_anew or known.mailbox_id == present.mailbox_id:
        return not known.is_anew
    await _stop(place, present, services)
    return False


async def known_identity(place: EventPlace, services: Services) -> Identity | None:
    """Return what is known of a mailbox, None before it was first asked for.

    What cannot be read is asked for again: it must not stop the sweep of others.
    """
    stored = await services.cursors.get(_cursor(place))
    if stored is None:
        return None
    try:
        # What else a later version may have noted is not for this one.
        told = json.loads(stored)
        return Identity(
            mailbox_id=told["mailbox_id"], since=told["since"], is_anew=told.get("is_anew", False)
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        log.warning("identity_unreadable", extra={"mailbox": place.mailbox})
        return None


async def made_anew(
    services: Services, places: Collection[EventPlace] | None = None
) -> frozenset[EventPlace]:
    """Return the watched mailboxes that were found made anew and that nobody has dealt with yet.

    Each is asked for, all or only these `places`: that is a read.
    """
    directory = await services.roster.directory()
    found = set()
    for place in directory.synced_places() if places is None else places:
        owner, known = directory.owner_of(place.mailbox), await known_identity(place, services)
        if owner is None or known is None or known.since != _since(owner):
            continue
        if known.is_anew:
            found.add(place)
    return frozenset(found)


def is_anew(owner: SyncedPerson | SyncedResource, facts: MailboxFacts, known: Identity) -> bool:
    """Tell whether a mailbox is another one than the sync of its owner began with."""
    if known.since != _since(owner) or not facts.mailbox_id:
        return False
    return known.is_anew or known.mailbox_id != facts.mailbox_id


async def _stop(place: EventPlace, present: Identity, services: Services) -> None:
    now = services.clock.now()
    await services.guard.stop(place, now)
    anew = Identity(mailbox_id=present.mailbox_id, since=present.since, is_anew=True)
    await _note(place, anew, services)
    number, text = int(place.mailbox[1:]), f"{place.mailbox}: {MADE_ANEW}"
    await services.queue.give_up(GivenUp(reason="mailbox_made_anew", text=text, item=None))
    await services.activity.add(
        Activity(
            at=now,
            mapping_id=None,
            outcome="stopped",
            text=text,
            source=Source.DELTA,
            resource=ResourceId(number) if is_resource_mailbox(place.mailbox) else None,
        )
    )


async def _note(place: EventPlace, identity: Identity, services: Services) -> None:
    told = {
        "mailbox_id": identity.mailbox_id,
        "since": identity.since,
        "is_anew": identity.is_anew,
    }
    await services.cursors.put(_cursor(place), json.dumps(told))


def _identity(owner: SyncedPerson | SyncedResource, facts: MailboxFacts) -> Identity:
    return Identity(mailbox_id=facts.mailbox_id, since=_since(owner))


def _since(owner: SyncedPerson | SyncedResource) -> str:
    return "" if owner.synced_since is None else owner.synced_since.isoformat()


def _cursor(place: EventPlace) -> str:
    return f"mailbox:{mailbox_session(place)}"
