"""Pages that only show: subscriptions, mails, who did what."""

from starlette.requests import Request
from starlette.responses import Response

from core.app.mail_outbox import mail_outbox
from core.bootstrap import current_app
from core.domain.deed import DeedKind
from web.access import Role
from web.api.deeds import SEARCHED, DeedsAsked, deeds_that_fit
from web.api.subscriptions import subscription_list
from web.pages.forms import page_view, shown
from web.routing import Routes

routes = Routes()
DEEDS = 200


@routes.get("/subscriptions", Role.VIEWER)
async def subscriptions(request: Request) -> Response:
    """Show how each synced mailbox is watched."""
    view = await page_view(request, "subscriptions")
    found = await subscription_list()
    return shown(view, "subscriptions", lines=found.subscriptions)


@routes.get("/mails", Role.VIEWER)
async def mails(request: Request) -> Response:
    """Show what is on its way to people; never to whom."""
    view = await page_view(request, "mails")
    app = current_app()
    services = await app.services()
    directory = await services.roster.directory()
    post = await app.post_room()
    return shown(
        view,
        "mails",
        outbox=await mail_outbox(services, app.counts),
        sender="" if post.mailer is not None else post.why_silent,
        resources=directory.resources,
    )


@routes.get("/changes", Role.OPERATOR)
async def changes(request: Request) -> Response:
    """Show who did what by hand."""
    view = await page_view(request, "changes")
    given = request.query_params
    kind = given.get("kind", "")
    asked = DeedsAsked(
        search=given.get("search", "")[:200],
        kind=DeedKind(kind) if kind in set(DeedKind) else None,
        limit=DEEDS,
    )
    deeds = await deeds_that_fit(asked)
    return shown(view, "changes", deeds=deeds, asked=asked, kinds=DeedKind, searched=SEARCHED)
