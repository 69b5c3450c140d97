"""The console's numbers as JSON; no subjects, no people."""

from typing import TYPE_CHECKING

import azure.functions as func

from core.bootstrap import App, current_app
from functions.answers import console_closed, json_answer

if TYPE_CHECKING:
    from core.app.differences import Difference
    from core.app.status import ParkedScope
    from core.domain.work import WorkItem
    from core.sync.breaker import Breaker

bp = func.Blueprint()


@bp.function_name("console_status")
@bp.route(route="console/status.json", methods=["GET"])
async def console_status(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - trigger
    """Answer how things stand."""
    app = current_app()
    return console_closed(app) or await handle_status(app)


@bp.function_name("console_differences")
@bp.route(route="console/differences.json", methods=["GET"])
async def console_differences(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - trigger
    """Answer where the two sides disagree."""
    app = current_app()
    return console_closed(app) or await handle_differences(app)


@bp.function_name("console_activity")
@bp.route(route="console/activity.json", methods=["GET"])
async def console_activity(req: func.HttpRequest) -> func.HttpResponse:
    """Answer what was done lately, newest first; `limit` defaults to 200."""
    app = current_app()
    return console_closed(app) or await handle_activity(req, app)


@bp.function_name("console_doctor")
@bp.route(route="console/doctor.json", methods=["GET"])
async def console_doctor(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - trigger
    """Answer what is wrong with the settings."""
    app = current_app()
    return console_closed(app) or await handle_doctor(app)


async def handle_status(app: App) -> func.HttpResponse:
    """Answer as devstack.md, section 6, has it."""
    from core.app.status import read_status  # noqa: PLC0415 - late

    status = await read_status(await app.services(), app.counts, app.in_flight)
    queues = {
        name: {"active": d.active, "scheduled": d.scheduled, "dead": d.dead}
        for name, d in status.queues.items()
    }
    return json_answer(
        {
            "quiet": status.is_quiet,
            "queues": queues,
            "in_flight": status.in_flight,
            "retries_pending": status.retries_pending,
            "mappings": status.mappings,
            "differences_open": status.differences_open,
            "subscriptions": status.subscriptions,
            "environments": [
                {
                    "id": each.id,
                    "kind": each.kind,
                    "mailboxes": each.mailboxes,
                    "watched": each.watched,
                }
                for each in status.environments
            ],
            "worker_silent_minutes": status.worker_silent_minutes,
            "stood_still_hours": status.stood_still_hours,
            "stopped_mailboxes": status.stopped,
            "links": status.links,
            "push": {
                "silent_environments": status.push.environments,
                "silent_mailboxes": [f"{p.environment}/{p.mailbox}" for p in status.push.mailboxes],
                "is_rooms_silent": status.push.is_rooms_silent,
                "since": None if status.push.since is None else status.push.since.isoformat(),
            },
            "parked": [_parked(each) for each in status.parked],
        }
    )


def _parked(each: "ParkedScope") -> dict[str, object]:
    breaker = each.breaker
    return {
        "scope": breaker.scope.name,
        "state": breaker.state,
        "since": breaker.since.isoformat(),
        "why": breaker.why,
        "next_probe": breaker.due.isoformat(),
        "waiting": each.waiting,
    }


async def handle_differences(app: App) -> func.HttpResponse:
    """Answer the open differences; a refusal is one (design 9, D4), of a series with its dates."""
    from core.app.differences import open_differences  # noqa: PLC0415 - late
    from core.app.status import parked_looks  # noqa: PLC0415 - late

    services = await app.services()
    found = await open_differences(services)
    waiting = await parked_looks(services)
    return json_answer(
        [_difference(each) for each in found]
        + [_parked_difference(breaker, item) for breaker, item in waiting]
    )


def _parked_difference(breaker: "Breaker", item: "WorkItem") -> dict[str, object]:
    """Return what is not known to agree: its side does not answer (docs/parking.md)."""
    key = item.key
    return {
        "id": getattr(key, "mapping_id", ""),
        "kind": "parked",
        "cause": breaker.kind,
        "state": "open",
        "resource_id": None,
        "start": None,
        "event_id": getattr(key, "event_id", None),
        "booking_id": getattr(key, "booking_id", None),
        "fields": [],
    }


def _difference(each: "Difference") -> dict[str, object]:
    mapping, refusal, entry = each.mapping, each.refusal, each.given_up
    kind = "given_up" if entry else "refused" if refusal else "sync_disabled"
    answer: dict[str, object] = {
        "id": entry.id if mapping is None and entry is not None else mapping and mapping.id,
        "kind": kind,
        "cause": refusal.code if refusal else kind,
        "state": "open",
        "resource_id": each.resource,
        "start": each.time.start.isoformat() if each.time else None,
        "event_id": each.event_id,
        "booking_id": each.booking_id,
        "fields": sorted(refusal.aspects) if refusal else [],
    }
    if entry is not None:
        answer |= {"reason": entry.reason, "since": entry.first_at.isoformat()}
        answer |= {"times": entry.times}
    if mapping is not None and mapping.series is not None:
        answer["dates"] = [start.isoformat() for start in each.dates]
    return answer


async def handle_doctor(app: App) -> func.HttpResponse:
    """Answer contradictions as they are now, and what the last run heard from both systems."""
    from core.app.doctor.examination import last_examination  # noqa: PLC0415 - late

    found = await last_examination(await app.services(), app.settings.reaches, app.mail_findings)
    return json_answer(
        {
            "asked_at": found.asked_at.isoformat() if found.asked_at else None,
            "to_correct": found.to_correct,
            "findings": [
                {
                    "severity": finding.severity,
                    "code": finding.code,
                    "part": finding.part,
                    "who": finding.who,
                    "what": finding.what,
                    "advice": finding.advice,
                }
                for finding in found.findings
            ],
        }
    )


async def handle_activity(req: func.HttpRequest, app: App) -> func.HttpResponse:
    """Answer the newest entries; each says how the change arrived and how long it took."""
    asked = req.params.get("limit", "200")
    limit = min(int(asked), 5000) if asked.isdigit() else 200
    services = await app.services()
    return json_answer(
        [
            {
                "at": entry.at.isoformat(),
                "mapping_id": entry.mapping_id,
                "outcome": entry.outcome,
                "text": entry.text,
                "source": entry.source,
                "resource_id": entry.resource,
                "latency_ms": entry.latency_ms,
            }
            for entry in await services.activity.latest(limit)
        ]
    )
