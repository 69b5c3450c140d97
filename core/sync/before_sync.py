"""What was booked before the sync of its people began, and has no event: listed, not made (D11).

Making it would invite everybody anew to what they have known for long (S06). A change in ROOMS or
an operator's hand makes it all the same. So it is with what was alone when links were rebuilt.
"""

from dataclasses import replace

from core.domain.booking import Booking
from core.domain.ids import PersonId, ResourceId, is_resource_mailbox
from core.domain.mapping import Mapping, Refusal
from core.domain.meeting import Aspect
from core.domain.refusal import RefusalCode
from core.sync.context import Context
from core.sync.eligibility import is_booking_older_than_sync
from core.sync.observed import Observed


def left_alone(seen: Observed, booking: Booking, context: Context) -> Refusal | None:
    """Return what is remembered of a booking that is too old to be shown, None if it is not."""
    lost = unpaired(booking, context)
    alone = next((r for r in seen.refusals if replace(r, since=lost.since) == lost), None)
    if alone is not None and not context.is_by_hand:
        return alone
    if not is_booking_older_than_sync(booking, context):
        return None
    made = Refusal(
        fingerprint=str(booking.booking_id),
        aspects=frozenset({Aspect.RESOURCES}),
        code=RefusalCode.BEFORE_SYNC,
        text="",
        since=context.now,
        resource=booking.resource,
    )
    known = (r for r in seen.refusals if (r.code, r.fingerprint) == (made.code, made.fingerprint))
    return next(known, made)


def unpaired(booking: Booking, context: Context) -> Refusal:
    """Return what a booking is listed for whose event nobody found when links were rebuilt (S05).

    It stands as long as the booking is not changed in ROOMS.
    """
    return Refusal(
        fingerprint=f"{booking.booking_id}:{booking.modified_on}",
        aspects=frozenset({Aspect.RESOURCES}),
        code=RefusalCode.UNPAIRED,
        text="",
        since=context.now,
        resource=booking.resource,
    )


def is_link_put_off(booking: Booking, context: Context) -> bool:
    """Tell whether storing a booking's link waits until something else is written to it (S06)."""
    return booking.appointment_oid is None and is_booking_older_than_sync(booking, context)


def is_older_than_sync(mapping: Mapping, context: Context) -> bool:
    """Tell whether nobody has looked at a link since the sync of its mailbox began.

    The mailbox may be another one by now, or was not watched for a while: that the link's event is
    not there is no proof that somebody deleted it (S36, R-033).
    """
    number = int(mapping.home.mailbox[1:])
    owner = (
        context.directory.resources.get(ResourceId(number))
        if is_resource_mailbox(mapping.home.mailbox)
        else context.directory.persons.get(PersonId(number))
    )
    if owner is None or owner.synced_since is None or mapping.changed_at is None:
        return False
    return mapping.changed_at < owner.synced_since
