"""The four JSON addresses that programs around the local stack rely on; no subjects, no people."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from core.app.differences import Difference, open_differences
from core.app.doctor import wording
from core.app.doctor.examination import last_examination
from core.app.status import ParkedScope, Status, parked_looks, read_status
from core.bootstrap import current_app
from core.domain.drift import Drift
from core.domain.work import WorkItem
from core.sync.breaker import Breaker
from web.access import Role
from web.routing import Routes

routes = Routes()

MOST = 5000


@routes.get("/status.json", Role.VIEWER)
async def status_json(request: Request) -> JSONResponse:  # noqa: ARG001 - a route
    """Answer how things stand."""
    app = current_app()
    status = await read_status(await app.services(), app.counts, app.in_flight)
    return JSONResponse(status_shape(status))


def status_shape(status: Status) -> dict[str, Any]:
    """Return how things stand, as programs read it: here, and from the command line."""
    queues = {
        name: {"active": d.active, "scheduled": d.scheduled, "dead": d.dead}
        for name, d in status.queues.items()
    }
    return {
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


def _parked(each: ParkedScope) -> dict[str, Any]:
    breaker = each.breaker
    return {
        "scope": breaker.scope.name,
        "state": breaker.state,
        "since": breaker.since.isoformat(),
        "why": breaker.why,
        "next_probe": breaker.due.isoformat(),
        "waiting": each.waiting,
    }


@routes.get("/differences.json", Role.VIEWER)
async def differences_json(request: Request) -> JSONResponse:  # noqa: ARG001 - a route
    """Answer the open differences: refusals (design 9, D4), what was given up, what scans found."""
    services = await current_app().services()
    found = await open_differences(services)
    waiting = await parked_looks(services)
    return JSONResponse(
        [_difference(each) for each in found.known]
        + [_drift(each) for each in found.drifts]
        + [_parked_difference(breaker, item) for breaker, item in waiting]
    )


def _drift(drift: Drift) -> dict[str, Any]:
    """Return what a comparison of both sides has found; of a private meeting only ids."""
    return {
        "id": drift.id,
        "kind": drift.kind,
        "cause": drift.cause,
        "state": drift.state,
        "resource_id": drift.resource,
        "start": drift.time.start.isoformat() if drift.time else None,
        "event_id": drift.event_id,
        "booking_id": drift.booking_id,
        "fields": [field.aspect for field in drift.fields],
        "newer": drift.newer,
        "since": drift.found_at.isoformat(),
    }


def _parked_difference(breaker: Breaker, item: WorkItem) -> dict[str, Any]:
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


def _difference(each: Difference) -> dict[str, Any]:
    mapping, refusal, entry = each.mapping, each.refusal, each.given_up
    kind = "given_up" if entry else "refused" if refusal else "sync_disabled"
    answer: dict[str, Any] = {
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


@routes.get("/doctor.json", Role.VIEWER)
async def doctor_json(request: Request) -> JSONResponse:  # noqa: ARG001 - a route
    """Answer contradictions as they are now, and what the last run heard from both systems."""
    app = current_app()
    found = await last_examination(await app.services(), app.settings.reaches, app.mail_findings)
    return JSONResponse(
        {
            "asked_at": found.asked_at.isoformat() if found.asked_at else None,
            "to_correct": found.to_correct,
            "findings": [
                {
                    "severity": finding.severity,
                    "code": finding.kind,
                    "part": finding.part,
                    "who": finding.who,
                    "what": wording.what(finding),
                    "advice": wording.advice(finding),
                }
                for finding in found.findings
            ],
        }
    )


@routes.get("/activity.json", Role.VIEWER)
async def activity_json(request: Request) -> JSONResponse:
    """Answer the newest entries; each says how the change arrived and how long it took."""
    limit = request.query_params.get("limit", "")
    number = min(int(limit[:6]), MOST) if limit.isdecimal() else 200
    services = await current_app().services()
    return JSONResponse(
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
            for entry in await services.activity.latest(number)
        ]
    )
