"""Is every synced mailbox watched, and do notifications tell what changes?"""

from collections.abc import Sequence

from core.app.services import Services
from core.app.silence import push_status
from core.app.subscribe import Callbacks
from core.domain.directory import Directory
from core.domain.event import EventPlace
from core.domain.finding import Finding, Part, Severity
from core.domain.subscription import Subscription
from core.sync.checks.owners import about

_CARE = "subscriptions are cared for every 15 minutes; if it stays so, the log says why"


async def subscription_findings(
    directory: Directory, callbacks: Callbacks, services: Services
) -> list[Finding]:
    """Return who is not watched as it must be, and who is silent; only our own tables are read."""
    present: dict[EventPlace, list[Subscription]] = {}
    for subscription in await services.subscriptions.all():
        if subscription.retired_until is None:
            present.setdefault(subscription.place, []).append(subscription)
    found = []
    for place in directory.synced_places():
        owner = directory.owner_of(place.mailbox)
        why = _why_unwatched(place, present.get(place, ()), callbacks, services)
        if owner is not None and why:
            found.append(about(owner, Severity.WARNING, "unwatched", why, _CARE))
    return [*found, *await _silent(directory, services)]


def _why_unwatched(
    place: EventPlace, known: Sequence[Subscription], callbacks: Callbacks, services: Services
) -> str:
    now, notifier = services.clock.now(), services.notifiers.get(place.environment)
    living = [each for each in known if each.expires_at > now]
    if not known:
        return "no subscription watches its mailbox: changes are found by asking only"
    if not living:
        ended = max(each.expires_at for each in known)
        return f"its subscription ended at {ended:%Y-%m-%d %H:%M} UTC: changes are found by asking"
    if notifier is not None and all(
        each.notification_url != callbacks.of(notifier) for each in living
    ):
        return "its subscription calls another address than ROOMSYNC_WEBHOOK_BASE_URL says"
    return ""


async def _silent(directory: Directory, services: Services) -> list[Finding]:
    status = await push_status(services)
    advice = "can Exchange reach us? `roomsync selftest` tells; docs/triggers.md, «silent»"
    found = [
        Finding(
            severity=Severity.WARNING,
            code="push_silent",
            part=Part.ENVIRONMENT,
            who=environment,
            what="tells nobody of us of changes; it is asked more often until it does",
            advice=advice,
        )
        for environment in status.environments
    ]
    for place in status.mailboxes:
        owner = directory.owner_of(place.mailbox)
        if owner is not None and place.environment not in status.environments:
            what = (
                "changes in its mailbox are told by nobody; it is asked more often until they are"
            )
            found.append(about(owner, Severity.WARNING, "push_silent", what, advice))
    if status.is_rooms_silent:
        found.append(
            Finding(
                severity=Severity.WARNING,
                code="push_silent",
                part=Part.ROOMS,
                who="",
                what="its webhook tells nothing any more; ROOMS is asked three times a minute",
                advice="check what sends it: docs/triggers.md, «silent»",
            )
        )
    return found
