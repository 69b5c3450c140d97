"""What is on its way to people by mail."""

from datetime import datetime

from starlette.requests import Request

from core.app.mail_outbox import mail_outbox
from core.bootstrap import current_app
from web.access import Role
from web.api.overview import QueueShape
from web.routing import Nothing, Routes, Shape

routes = Routes()


class MailLine(Shape):
    """A mail that a look has decided on; never to whom."""

    at: datetime
    kind: str
    reason: str
    link: str
    resource: int | None


class MailList(Shape):
    """`sender`: empty where mails can be sent, else why not."""

    sender: str
    queue: QueueShape | None
    overdue_links: int
    lately: tuple[MailLine, ...]


@routes.read("/v1/mails", Role.VIEWER)
async def list_mails(request: Request, nothing: Nothing) -> MailList:  # noqa: ARG001 - a route
    """List what is on its way and what was decided on lately."""
    app = current_app()
    found = await mail_outbox(await app.services(), app.counts)
    post, depth = await app.post_room(), found.depth
    return MailList(
        sender="" if post.mailer is not None else post.why_silent,
        queue=None
        if depth is None
        else QueueShape(active=depth.active, scheduled=depth.scheduled, dead=depth.dead),
        overdue_links=found.overdue,
        lately=tuple(
            MailLine(
                at=mail.at,
                kind=mail.kind,
                reason=mail.reason,
                link=mail.link or "",
                resource=mail.resource,
            )
            for mail in found.lately
        ),
    )
