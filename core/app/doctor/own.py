"""Our own tables, queues and worker: can what is needed be done, and is somebody at work?"""

from collections.abc import Mapping

from core.app.doctor.surroundings import Surroundings
from core.app.self_test.start import CARE
from core.app.services import Services
from core.app.worker_sign import silent_minutes
from core.domain.finding import Finding, Part, Severity
from core.domain.work import MailboxJob
from core.errors import RoomSyncError
from core.ports.queues import QueueDepth

PROBE = "doctor:probe"
"""The cursor's name."""

_ROLE = (
    "az role assignment create --assignee-object-id <identity of the app>"
    " --assignee-principal-type ServicePrincipal --role '{role}' --scope <id of the {what}>"
)


async def own_findings(around: Surroundings, services: Services) -> list[Finding]:
    """Return what is wrong with tables, queues and the worker: some calls of each."""
    depths, found = await _depths(around)
    found += await _tables(services)
    found += await _sending(services)
    found += await _worker(depths, services)
    return found


async def _tables(services: Services) -> list[Finding]:
    """Write, read and remove one row."""
    try:
        stamp = services.clock.now().isoformat()
        await services.cursors.put(PROBE, stamp)
        is_same = await services.cursors.get(PROBE) == stamp
        await services.cursors.remove(PROBE)
    except RoomSyncError as error:
        return [
            _finding(
                Severity.ERROR,
                "tables",
                f"our tables cannot be written to: {error}",
                "give the identity of the app the role on the storage account",
                _ROLE.format(role="Storage Table Data Contributor", what="storage account"),
            )
        ]
    if is_same:
        return []
    what = "what is written to our tables is not read again: another run of the doctor, or worse"
    return [_finding(Severity.WARNING, "tables_forget", what, "run the doctor again, alone")]


async def _sending(services: Services) -> list[Finding]:
    """Queue a job that does no harm: that self-tests are cared for."""
    job = MailboxJob(kind=CARE, place=None, requested_at=services.clock.now())
    try:
        await services.queue.send_jobs([job])
    except RoomSyncError as error:
        return [
            _finding(
                Severity.ERROR,
                "queues",
                f"nothing can be queued: {error}",
                "see that the namespace has the queues, and give the identity of the app the role",
                _ROLE.format(role="Azure Service Bus Data Owner", what="namespace"),
            )
        ]
    return []


async def _depths(around: Surroundings) -> tuple[Mapping[str, QueueDepth], list[Finding]]:
    try:
        depths = await around.counts.depths()
    except RoomSyncError as error:
        return {}, [
            _finding(
                Severity.WARNING,
                "queue_counts",
                f"how much lies in the queues cannot be told: {error}",
                "give the identity of the app the role; without it backlogs are not seen",
                _ROLE.format(role="Azure Service Bus Data Owner", what="namespace"),
            )
        ]
    return depths, [
        _finding(
            Severity.ERROR,
            "queue_missing",
            f"the queue {name} is not there",
            "create the queues as docs say: devstack/bus/queues.py has their properties",
            f"az servicebus queue show --namespace-name <namespace> -g <group> --name {name}",
        )
        for name in around.queues
        if name not in depths
    ]


async def _worker(depths: Mapping[str, QueueDepth], services: Services) -> list[Finding]:
    minutes = await silent_minutes(services, dict(depths))
    if not minutes:
        return []
    return [
        _finding(
            Severity.ERROR,
            "no_worker",
            f"nobody works on the queues since {minutes} minutes, so nothing is synced (R-002)",
            "see that the app runs with its timers and queue triggers",
            "az functionapp show --name <app> -g <group> --query state",
        )
    ]


def _finding(severity: Severity, code: str, what: str, advice: str, command: str = "") -> Finding:
    return Finding(
        severity=severity,
        code=code,
        part=Part.SERVICE,
        who="",
        what=what,
        advice=advice,
        command=command,
    )
