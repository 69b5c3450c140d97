"""Mailbox jobs: timers and lifecycle events only name them, the mailbox's session does them."""

from collections.abc import Awaitable, Callable, Sequence

from core.app.catch_up import catch_up
from core.app.poll_rooms import poll_rooms
from core.app.room_policies import READ_POLICY
from core.app.services import Services
from core.app.subscribe import (
    Callbacks,
    care_for_subscription,
    end_subscription,
    reauthorize,
    resubscribe,
)
from core.app.sweep import sweep_links, sweep_mailbox, sweep_rooms
from core.app.worker_sign import note_worker
from core.domain.event import EventPlace
from core.domain.ids import is_resource_mailbox
from core.domain.work import MailboxJob
from core.errors import InvalidPayloadError

PerMailbox = Callable[[EventPlace, Callbacks, Services], Awaitable[None]]


async def do_job(job: MailboxJob, callbacks: Callbacks, services: Services) -> None:
    """Do one job; a kind that nobody knows is an InvalidPayloadError."""
    if job.place is None:
        await _do_for_rooms(job, services)
        return
    directory = await services.roster.directory()
    if job.place not in directory.synced_places():
        return
    deed = PER_MAILBOX.get(job.kind)
    if deed is None:
        raise InvalidPayloadError(f"unknown mailbox job {job.kind!r}")
    await deed(job.place, callbacks, services)


async def _do_for_rooms(job: MailboxJob, services: Services) -> None:
    match job.kind:
        case "poll_rooms":
            await note_worker(services)
            await poll_rooms(services)
        case "sweep_rooms":
            await sweep_rooms(services)
        case "sweep_links":
            await sweep_links(services)
        case _:
            raise InvalidPayloadError(f"unknown ROOMS job {job.kind!r}")


async def _catch_up(place: EventPlace, _: Callbacks, services: Services) -> None:
    await catch_up(place, services)


async def _sweep(place: EventPlace, _: Callbacks, services: Services) -> None:
    await sweep_mailbox(place, services)


async def _lost_subscription(place: EventPlace, callbacks: Callbacks, services: Services) -> None:
    await resubscribe(place, callbacks, services)
    await catch_up(place, services)


async def _read_policy(place: EventPlace, _: Callbacks, services: Services) -> None:
    await services.policies.refresh_if_due(place)


PER_MAILBOX: dict[str, PerMailbox] = {
    "subscribe": care_for_subscription,
    "reauthorize": reauthorize,
    "resubscribe": _lost_subscription,
    "catch_up": _catch_up,
    "sweep": _sweep,
    READ_POLICY: _read_policy,
}


async def request_for_all(kind: str, services: Services) -> int:
    """Queue one job per synced mailbox: all that a timer does."""
    directory = await services.roster.directory()
    jobs = _jobs(kind, directory.synced_places(), services)
    await services.queue.send_jobs(jobs)
    return len(jobs)


async def request_policies(services: Services) -> None:
    """Queue a look at the policy of every synced resource mailbox (R-901)."""
    directory = await services.roster.directory()
    places = [place for place in directory.synced_places() if is_resource_mailbox(place.mailbox)]
    await services.queue.send_jobs(_jobs(READ_POLICY, places, services))


async def request_for_rooms(kind: str, services: Services) -> None:
    """Queue one job for ROOMS as a whole."""
    await services.queue.send_jobs(
        [MailboxJob(kind=kind, place=None, requested_at=services.clock.now())]
    )


async def request_subscription_care(services: Services) -> int:
    """Queue care for every synced mailbox, and end what watches mailboxes that no longer are."""
    directory = await services.roster.directory()
    synced = set(directory.synced_places())
    for subscription in await services.subscriptions.all():
        if subscription.place not in synced:
            await end_subscription(subscription, services)
    return await request_for_all("subscribe", services)


async def request_full_pass(services: Services) -> None:
    """Queue a look at every link, every mailbox's full window and every booking (P1, P2)."""
    await request_for_rooms("sweep_links", services)
    await request_for_rooms("sweep_rooms", services)
    await request_for_all("sweep", services)


def _jobs(kind: str, places: Sequence[EventPlace], services: Services) -> list[MailboxJob]:
    now = services.clock.now()
    return [MailboxJob(kind=kind, place=place, requested_at=now) for place in places]
