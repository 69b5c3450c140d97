"""From an event in some mailbox to its link: an organizer's copy, or one that only witnesses."""

from dataclasses import replace

from core.app.claims import carried_link, claim, linked, new_mapping
from core.app.services import Services
from core.app.whereabouts import Elsewhere, Found, Nothing, NotYetThereError, Whereabouts
from core.domain.directory import Directory
from core.domain.event import Event
from core.domain.ids import is_resource_mailbox
from core.domain.mapping import EventLink, Mapping, MappingState, PendingKind
from core.domain.pointers import Pointer, event_pointer, meeting_pointer
from core.domain.work import EventKey, ICalKey, MappingKey, WorkItem
from core.errors import NotFoundError
from core.sync.eligibility import bookable_resources, why_event_not_synced, why_foreign_ignored
from core.sync.translate import invited_resources


async def locate_event(key: EventKey, item: WorkItem, services: Services) -> Whereabouts:
    """Find the link of a notified event; echoes and known copies end here without a read."""
    pointer = await services.pointers.find(event_pointer(key.place, key.event_id))
    if pointer is not None and pointer.mapping_id is None:
        return await _by_copy(pointer, services)
    if pointer is not None and pointer.mapping_id is not None:
        mapping = await services.mappings.get(pointer.mapping_id)
        if mapping is not None and mapping.event is not None:
            return _known(mapping, mapping.event, key, item)
    if item.deleted:
        return Nothing("deleted before it was ever ours")
    try:
        event = await services.calendars[key.place.environment].get_event(key.place, key.event_id)
    except NotFoundError as error:
        raise NotYetThereError("a notified event cannot be read yet") from error
    return await _by_event(event, services)


async def _by_event(event: Event, services: Services) -> Whereabouts:
    """Decide on an event without a pointer; a series is looked at whole, by its master."""
    if event.series_master is not None:
        return Elsewhere(EventKey(event.place, event.series_master))
    if event.is_buffer and await _is_known_buffer(event, services):
        return Nothing("it keeps lead or follow-up time free (D8)")
    if not event.is_organizer:
        return await _by_participants_copy(event, services)
    return await locate_new_event(event, services)


def _known(mapping: Mapping, link: EventLink, key: EventKey, item: WorkItem) -> Whereabouts:
    if link.event_id != key.event_id:
        return Nothing("an event that its link has left behind")
    if mapping.home != key.place:
        return Elsewhere(MappingKey(mapping.id, mapping.home))
    return Nothing("an echo") if _is_echo(mapping, link, item) else Found(mapping=mapping)


def _is_echo(mapping: Mapping, link: EventLink, item: WorkItem) -> bool:
    """Tell whether the notification speaks of a version that was dealt with (design 2)."""
    if item.thorough or mapping.pending is not None:
        return False
    if item.deleted:
        return mapping.state is MappingState.CANCELLED
    return set(item.versions) <= set(link.settled)


async def _by_copy(pointer: Pointer, services: Services) -> Whereabouts:
    """Decide on a participant's or resource's copy read before: it only witnesses (design 7)."""
    if pointer.home is None or pointer.ical_uid is None:
        return Nothing("a copy of an event that is not ours")
    if await linked(meeting_pointer(pointer.home, pointer.ical_uid), services) is not None:
        return Nothing("a copy of an event whose link is known")
    return Elsewhere(ICalKey(pointer.home, pointer.ical_uid))


async def _by_participants_copy(event: Event, services: Services) -> Whereabouts:
    """Remember whose meeting a copy belongs to, so that it is never read again."""
    directory = await services.roster.directory()
    organizer = directory.person_at(event.organizer_address)
    if organizer is None or not organizer.is_synced:
        if is_resource_mailbox(event.place.mailbox):
            return await _foreign(event, services)
        return Nothing("its organizer is not synced (R-110)")
    is_ours = bool(invited_resources(event, directory))
    # Should a resource be invited later, the organizer's own copy tells.
    noted = Pointer(noted_at=services.clock.now())
    pointer = replace(noted, ical_uid=event.ical_uid, home=organizer.place) if is_ours else noted
    await services.pointers.replace(event_pointer(event.place, event.event_id), pointer)
    return await _by_copy(pointer, services)


async def locate_new_event(event: Event, services: Services) -> Whereabouts:
    """Find the link of an organizer's copy without a pointer by all other means, or claim one."""
    directory = await services.roster.directory()
    known = await carried_link(event.appointment_oid, services)
    if known is not None and _is_moving_to(known, event):
        return Elsewhere(MappingKey(known.id, known.home))
    if known is not None and await _is_its_event(known, event, services):
        return Found(mapping=known, event=event)
    same_meeting = await linked(meeting_pointer(event.place, event.ical_uid), services)
    if same_meeting is not None:
        return Found(mapping=same_meeting, event=event)
    if is_resource_mailbox(event.place.mailbox):
        return await _foreign(event, services)
    why_not = why_event_not_synced(event, directory, services.clock.now())
    if why_not is not None:
        return Nothing(why_not)
    return await _unlinked(event, is_copy=known is not None, services=services)


async def _unlinked(event: Event, *, is_copy: bool, services: Services) -> Whereabouts:
    """Claim a link for an event that has none; take over that of its resource's copy."""
    directory = await services.roster.directory()
    witnessed = await _witnessed(event, directory, services)
    if witnessed is not None:
        return Found(mapping=witnessed, event=event)
    # The add-in writes its own AppointmentOid; a copied event brings a used one (S40).
    carried = None if is_copy else event.appointment_oid
    mapping = new_mapping(services, event.place, carried)
    key = meeting_pointer(event.place, event.ical_uid)
    await claim(key, mapping, services)
    return Found(mapping=mapping, event=event, claim=key)


async def _is_known_buffer(event: Event, services: Services) -> bool:
    """Tell whether a buffer is its link's; one that somebody copied is an item like any other.

    The only one of its kind is adopted by the next sweep; of a link that nobody knows (yet), it is
    left alone.
    """
    mark = event.buffer
    mapping = None if mark is None else await services.mappings.get(mark.mapping_id)
    if mark is None or mapping is None:
        return True
    same = [b for b in mapping.buffers if (b.place, b.kind) == (event.place, mark.kind)]
    return not any(b.event_id not in {None, event.event_id} for b in same)


async def _witnessed(event: Event, directory: Directory, services: Services) -> Mapping | None:
    """Return the link of a resource's copy, made while the organizer was not synced, to take over.

    What was agreed on with that copy says nothing of this one (D11).
    """
    for resource in bookable_resources(event, directory):
        place = directory.resources[resource].place
        known = await linked(meeting_pointer(place, event.ical_uid), services)
        if known is not None and known.home == place:
            fresh = replace(known, state=MappingState.CREATING, home=event.place)
            return replace(fresh, event=None, baseline=None, refusals=())
    return None


async def _foreign(event: Event, services: Services) -> Whereabouts:
    """Claim a link for a meeting in a resource mailbox that nobody synced has made (D5, D6)."""
    directory = await services.roster.directory()
    why_not = why_foreign_ignored(event, directory, services.clock.now())
    if why_not is not None:
        return Nothing(why_not)
    key = meeting_pointer(event.place, event.ical_uid)
    known = await linked(key, services)
    if known is not None:
        return Found(mapping=known, event=event)
    mapping = new_mapping(services, event.place, None)
    await claim(key, mapping, services)
    return Found(mapping=mapping, event=event, claim=key)


def _is_moving_to(mapping: Mapping, event: Event) -> bool:
    """Tell whether an event is the new one of a move that its old home is still carrying out."""
    pending = mapping.pending
    return (
        pending is not None
        and pending.kind is PendingKind.MOVE_EVENT
        and pending.place == event.place
        and mapping.home != event.place
    )


async def _is_its_event(mapping: Mapping, event: Event, services: Services) -> bool:
    """Tell whether a link found through the event's own property really means this event."""
    link = mapping.event
    if link is None or link.event_id == event.event_id:
        return True
    directory = await services.roster.directory()
    if mapping.home.mailbox == event.place.mailbox and not directory.watches(mapping.home):
        # The same person's mailbox in another environment.
        return True
    try:
        calendar = services.calendars[mapping.home.environment]
        await calendar.get_event(mapping.home, link.event_id)
    except NotFoundError:
        return mapping.home == event.place
    return False
