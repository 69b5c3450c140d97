"""Why the notification of a test's change may not have come, as far as our own tables know."""

from core.app.doctor.subscriptions import unwatched
from core.app.services import Services
from core.app.silence import push_status
from core.app.subscribe import Callbacks, current_subscription
from core.domain.event import EventPlace
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.ids import is_resource_mailbox


async def why_untold(place: EventPlace, callbacks: Callbacks, services: Services) -> Finding:
    """Return what is known of the subscription: what is wrong with it, or that nothing is."""
    subscription = await current_subscription(place, services)
    known = () if subscription is None else (subscription,)
    part = Part.RESOURCE if is_resource_mailbox(place.mailbox) else Part.PERSON
    for kind, facts in unwatched(place, known, callbacks, services):
        return found(kind, part, place.mailbox[1:], **facts)
    status = await push_status(services)
    if place.environment in status.environments:
        return found(Kind.ENVIRONMENT_TELLS_NOTHING, Part.ENVIRONMENT, place.environment)
    return found(Kind.UNREACHED, part, place.mailbox[1:])
