"""How each synced mailbox is watched."""

from datetime import datetime

from starlette.requests import Request

from core.app.silence import push_status
from core.app.status import watched
from core.bootstrap import current_app
from web.access import Role
from web.api.shapes import MailboxShape, mailbox_shape
from web.routing import Nothing, Routes, Shape

routes = Routes()


class SubscriptionLine(Shape):
    """One mailbox: `active`, `expiring` (its renewal is overdue) or `failed` (there is none)."""

    mailbox: MailboxShape
    condition: str
    made: datetime | None
    renewed: datetime | None
    expires: datetime | None
    is_silent: bool


class SubscriptionList(Shape):
    """Every synced mailbox."""

    subscriptions: tuple[SubscriptionLine, ...]


@routes.read("/v1/subscriptions", Role.VIEWER)
async def list_subscriptions(request: Request, nothing: Nothing) -> SubscriptionList:  # noqa: ARG001 - a route
    """List how each synced mailbox is watched, the worst first."""
    return await subscription_list()


async def subscription_list() -> SubscriptionList:
    """Return every synced mailbox, the worst first."""
    services = await current_app().services()
    directory = await services.roster.directory()
    push = await push_status(services)
    lines = [
        SubscriptionLine(
            mailbox=mailbox_shape(place, directory),
            condition=watch.condition,
            made=None if watch.subscription is None else watch.subscription.secret_since,
            renewed=None if watch.subscription is None else watch.subscription.created_at,
            expires=None if watch.subscription is None else watch.subscription.expires_at,
            is_silent=place.environment in push.environments or place in push.mailboxes,
        )
        for place, watch in (await watched(services)).items()
    ]
    order = {"failed": 0, "expiring": 1, "active": 2}
    lines.sort(key=lambda x: (order[x.condition], x.mailbox.environment, x.mailbox.mailbox))
    return SubscriptionList(subscriptions=tuple(lines))
