"""In which aspects an event and its bookings do not say the same, by the planner's own translation.

No difference is what each side shows by design: a title that ROOMS has cut, a neutral one of a
meeting made private later, members instead of their group, people without an address, a running
booking that ROOMS makes longer by itself, what ROOMS has no field for.
"""

from collections.abc import Sequence

from core.domain.booking import Booking
from core.domain.event import Answer, Event
from core.domain.ids import ResourceId, is_resource_mailbox
from core.domain.mapping import Baseline
from core.domain.meeting import Aspect, Meeting
from core.sync.compose import carried_aspects
from core.sync.context import Context
from core.sync.eligibility import bookable
from core.sync.fingerprint import attendee_hash
from core.sync.merge import is_same
from core.sync.rebuild.agreed import differing as differing_values
from core.sync.translate import answer_of, meeting_of_booking, meeting_of_event


def differing(
    event: Event, bookings: Sequence[Booking], context: Context, baseline: Baseline | None = None
) -> frozenset[Aspect]:
    """Return the aspects that differ between an event and any of its bookings.

    `baseline` tells which people ROOMS has instead of a group.
    """
    here = meeting_of_event(event, context.directory)
    booked = [meeting_of_booking(booking, context.directory) for booking in bookings]
    if is_resource_mailbox(event.place.mailbox):
        return _of_hold(here, booked, context)
    found = set(differing_values(event, here, booked, context)) - {Aspect.RESOURCES}
    found |= _resources(event, here, booked, context)
    for there in booked:
        found |= _of_people(here, there, context, baseline)
        found |= _not_carried_over(here, there, context)
    return frozenset(found)


def _of_hold(here: Meeting, booked: list[Meeting], context: Context) -> frozenset[Aspect]:
    """Compare our own item in a resource mailbox: it shows title (or a neutral one) and time."""
    neutral = context.directory.policies.neutral_title
    found: set[Aspect] = set()
    for there in booked:
        title = neutral if there.private else there.subject
        if not is_same(Aspect.SUBJECT, title, here.subject):
            found.add(Aspect.SUBJECT)
        if there.time != here.time:
            found.add(Aspect.TIME)
    return frozenset(found)


def _resources(
    event: Event, here: Meeting, booked: list[Meeting], context: Context
) -> frozenset[Aspect]:
    """Compare rooms: every booked one is to be invited, every invited one of ours booked."""
    held = frozenset(resource for there in booked for resource in there.resources)
    invited = (r for r in here.resources if not _is_declined(event, r, context))
    wanted = bookable(event, invited, context.directory)
    shown = bookable(event, held, context.directory)
    return frozenset() if wanted <= held and shown <= wanted else frozenset({Aspect.RESOURCES})


def _is_declined(event: Event, resource: ResourceId, context: Context) -> bool:
    """Tell whether the mailbox has said no: then it is nobody's, Exchange decides (R-900)."""
    return answer_of(event, resource, context.directory) is Answer.DECLINED


def _of_people(
    here: Meeting, there: Meeting, context: Context, baseline: Baseline | None
) -> set[Aspect]:
    found: set[Aspect] = set()
    if there.organizer != here.organizer:
        found.add(Aspect.ORGANIZER)
    if there.private and not here.private:
        found.add(Aspect.PRIVATE)
    if here.private and not there.private:
        # ROOMS is to hold a neutral title and nobody.
        if not is_same(Aspect.SUBJECT, context.directory.policies.neutral_title, there.subject):
            found.add(Aspect.SUBJECT)
        return found | ({Aspect.ATTENDEES} if there.attendees else set())
    if here.private and not is_same(Aspect.SUBJECT, here.subject, there.subject):
        found.add(Aspect.SUBJECT)
    return found if _same_people(here, there, context, baseline) else found | {Aspect.ATTENDEES}


def _same_people(
    here: Meeting, there: Meeting, context: Context, baseline: Baseline | None
) -> bool:
    invited = {attendee.identity for attendee in here.attendees}
    booked = {a.identity for a in there.attendees if a.address or a.identity in invited}
    if invited == booked:
        return True
    if baseline is None or not baseline.groups or baseline.key_version not in context.keys.secrets:
        return False
    wanted: set[str] = set()
    for attendee in here.attendees:
        hashed = attendee_hash(attendee, context.keys, baseline.key_version)
        wanted |= baseline.groups.get(hashed, frozenset({hashed}))
    shown = {
        attendee_hash(attendee, context.keys, baseline.key_version)
        for attendee in there.attendees
        if attendee.identity in booked
    }
    return wanted == shown


def _not_carried_over(here: Meeting, there: Meeting, context: Context) -> set[Aspect]:
    """Return what ROOMS has a field for that is still empty (rooms-api 8.4)."""
    carried = carried_aspects(context.directory.policies)
    shown = {Aspect.SHOW_AS: there.show_as, Aspect.REMINDER: there.reminder_minutes}
    wanted = {Aspect.SHOW_AS: here.show_as, Aspect.REMINDER: here.reminder_minutes}
    return {a for a in carried if shown[a] is None and wanted[a] is not None}
