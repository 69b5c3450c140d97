"""Why the notification of a test's change may not have come, as far as our own tables know."""

from core.app.services import Services
from core.app.silence import push_status
from core.app.subscribe import Callbacks, current_subscription
from core.domain.event import EventPlace

REACHABLE = (
    "the subscription is in order, so Exchange has not reached us: `roomsync doctor` asks our"
    " address from here; look at what lies between Exchange and it (firewall, certificate, DNS)"
)


async def why_untold(place: EventPlace, callbacks: Callbacks, services: Services) -> str:
    """Return what is known of the subscription, and what to do about it."""
    known, now = await current_subscription(place, services), services.clock.now()
    if known is None:
        return (
            "no subscription watches the mailbox: subscriptions are cared for every 15 minutes;"
            " if there is none then, the log says why"
        )
    if known.expires_at <= now:
        return (
            f"the subscription ended at {known.expires_at:%Y-%m-%d %H:%M} UTC: a new one is made"
            " within 15 minutes; if not, look whether timers and queue triggers run"
        )
    wanted = callbacks.of(services.notifiers[place.environment])
    if known.notification_url != wanted:
        return (
            "the subscription calls another address than ROOMSYNC_WEBHOOK_BASE_URL says: it is"
            " made anew within 15 minutes"
        )
    status = await push_status(services)
    if place.environment in status.environments:
        return f"nobody of {place.environment} is told of changes: docs/triggers.md, «silent»"
    return REACHABLE
