"""Is every synced mailbox watched, and do notifications tell what changes?"""

from collections.abc import Iterator, Sequence

from core.app.services import Services
from core.app.silence import push_status
from core.app.subscribe import Callbacks
from core.domain.directory import Directory
from core.domain.event import EventPlace
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.subscription import Subscription
from core.sync.checks.owners import about


async def subscription_findings(
    directory: Directory, callbacks: Callbacks, services: Services
) -> list[Finding]:
    """Return who is not watched as it must be, and who is silent; only our own tables are read."""
    present: dict[EventPlace, list[Subscription]] = {}
    for subscription in await services.subscriptions.all():
        if subscription.retired_until is None:
            present.setdefault(subscription.place, []).append(subscription)
    told = []
    for place in directory.synced_places():
        owner = directory.owner_of(place.mailbox)
        if owner is not None:
            why = unwatched(place, present.get(place, ()), callbacks, services)
            told += [about(owner, kind, **facts) for kind, facts in why]
    return [*told, *await _silent(directory, services)]


def unwatched(
    place: EventPlace, known: Sequence[Subscription], callbacks: Callbacks, services: Services
) -> Iterator[tuple[Kind, dict[str, str]]]:
    """Yield what is wrong with the subscriptions of a mailbox: one thing at most."""
    now, notifier = services.clock.now(), services.notifiers.get(place.environment)
    living = [each for each in known if each.expires_at > now]
    if not known:
        yield Kind.NEVER_WATCHED, {}
    elif not living:
        ended = max(each.expires_at for each in known)
        yield Kind.WATCH_ENDED, {"at": f"{ended:%Y-%m-%d %H:%M}"}
    elif notifier is not None and all(
        each.notification_url != callbacks.of(notifier) for each in living
    ):
        yield Kind.WATCHED_ELSEWHERE, {}


async def _silent(directory: Directory, services: Services) -> list[Finding]:
    status = await push_status(services)
    told = [
        found(Kind.ENVIRONMENT_TELLS_NOTHING, Part.ENVIRONMENT, each)
        for each in status.environments
    ]
    for place in status.mailboxes:
        owner = directory.owner_of(place.mailbox)
        if owner is not None and place.environment not in status.environments:
            told.append(about(owner, Kind.MAILBOX_TELLS_NOTHING))
    if status.is_rooms_silent:
        told.append(found(Kind.ROOMS_TELLS_NOTHING, Part.ROOMS))
    return told
