"""What the doctor found: the page, how far a round is, and beginning one."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core.app.doctor.examination import last_examination
from core.app.doctor.rounds import begin_round, last_round
from core.bootstrap import current_app
from core.domain.finding import Severity
from web.access import Role
from web.api.health import known_mailbox
from web.board.health import counted, finding_groups, owner_named
from web.pages.forms import page_view, shown
from web.render import View, answer
from web.routing import Routes

routes = Routes()


@routes.get("/health", Role.VIEWER)
async def health(request: Request) -> Response:
    """Show what was found last, by severity if that is asked for."""
    return await _page(await page_view(request, "health"))


@routes.get("/health/round", Role.VIEWER)
async def round_of_the_doctor(request: Request) -> Response:
    """Show how far a round is; once it is over, what it found."""
    view = await page_view(request, "health")
    return answer(view, "health_round.html", told="", **await _shown(view))


@routes.post("/health/examine", Role.OPERATOR)
async def examine(request: Request) -> Response:
    """Begin a round, of everything or of one mailbox."""
    view = await page_view(request, "health")
    services = await current_app().services()
    named = str((await request.form(max_fields=5)).get("mailbox", ""))
    mailbox = await known_mailbox(named, services) if named else None
    await begin_round(services, mailbox)
    key = "health.begun.one" if mailbox else "health.begun"
    return await _page(view, view.words(key))


async def _page(view: View, told: str = "") -> Response:
    return shown(view, "health", told, **await _shown(view))


async def _shown(view: View) -> dict[str, Any]:
    app = current_app()
    services = await app.services()
    directory = await services.roster.directory()
    found = await last_examination(services, app.settings.reaches, app.mail_findings)
    wanted = view.request.query_params.get("severity", "")
    severity = wanted if wanted in list(Severity) else ""
    fitting = [f for f in found.findings if not severity or f.severity == severity]
    known, now = await last_round(services), services.clock.now()
    one = known.only if known is not None else None
    return {
        "asked_at": found.asked_at,
        "counts": counted(found.findings),
        "severity": severity,
        "groups": finding_groups(fitting, directory, view),
        "round": known,
        "round_of": owner_named(one, directory, view) if one else "",
        "is_running": known is not None and known.is_running(now),
        "is_forsaken": known is not None and known.is_forsaken(now),
    }
