"""What the doctor found, and examining again."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from core.app.doctor import wording
from core.app.doctor.chosen import wanted
from core.app.doctor.condensed import concerned
from core.app.doctor.examination import last_examination
from core.app.doctor.rounds import Round, RoundRunningError, begin_round, last_round
from core.app.services import Services
from core.bootstrap import current_app
from core.domain.directory import Directory
from core.domain.finding import Finding, Part, Severity
from core.domain.finding_kinds import FindingKind
from core.domain.ids import MailboxKey
from core.domain.remark import Remark
from web.access import Role
from web.api.shapes import DryRun
from web.problems import Problem
from web.routing import Routes, Shape

routes = Routes()

MAILBOX = r"^[pr][0-9]{1,9}$"

Mailbox = Annotated[str, Field(pattern=MAILBOX, description="`p` or `r` with the number in ROOMS.")]


class HealthAsked(Shape):
    """Only what matters so much."""

    severity: Severity | None = None


class FindingShape(Shape):
    """One finding; `who` is a number or name of the settings, `command` a shell's.

    `concerned`: so many mailboxes of an environment are not reached because of it.
    """

    severity: Severity
    kind: FindingKind
    part: Part
    who: str
    what: str
    advice: str
    command: str
    concerned: int


class RoundShape(Shape):
    """A round of the doctor: how many mailboxes of all have been asked for. `only`: of one."""

    running: bool
    began_at: datetime
    ended_at: datetime | None
    done: int
    total: int
    only: str


class HealthShape(Shape):
    """Contradictions as they are now, and what both systems last said. `asked_at`: when."""

    asked_at: datetime | None
    to_correct: int
    findings: tuple[FindingShape, ...]
    round: RoundShape | None


class ExaminationAsked(Shape):
    """Which mailbox; without one everything."""

    mailbox: Mailbox | None = None
    dry_run: DryRun = False


class ExaminationBegun(Shape):
    """How many mailboxes are asked for, or would be."""

    dry_run: bool
    mailboxes: int


@routes.read("/v1/health", Role.VIEWER)
async def show_health(request: Request, asked: HealthAsked) -> HealthShape:  # noqa: ARG001 - a route
    """Show what the doctor found, worst first, and how far a round is."""
    app = current_app()
    services = await app.services()
    found = await last_examination(services, app.settings.reaches, app.mail_findings)
    known = await last_round(services)
    directory = await services.roster.directory()
    return HealthShape(
        asked_at=found.asked_at,
        to_correct=found.to_correct,
        findings=tuple(
            finding_shape(finding, concerned(finding, directory))
            for finding in found.findings
            if asked.severity in {None, finding.severity}
        ),
        round=None if known is None else _round_shape(known, services.clock.now()),
    )


@routes.deed("POST", "/v1/health/examine", Role.OPERATOR)
async def examine_again(request: Request, asked: ExaminationAsked) -> ExaminationBegun:  # noqa: ARG001 - a route
    """Begin to ask both systems about everything, or one mailbox. 409 while that is done."""
    services = await current_app().services()
    mailbox = None if asked.mailbox is None else await known_mailbox(asked.mailbox, services)
    if not asked.dry_run:
        begun = await begin_round(services, mailbox)
        return ExaminationBegun(dry_run=False, mailboxes=begun.total)
    known, now = await last_round(services), services.clock.now()
    if known is not None and known.is_running(now):
        raise RoundRunningError(f"since {known.began_at:%H:%M:%S} UTC")
    directory = await services.roster.directory()
    number = len(wanted(directory)) if mailbox is None else 1
    return ExaminationBegun(dry_run=True, mailboxes=number)


async def known_mailbox(named: str, services: Services) -> MailboxKey:
    """Return a mailbox of the settings; a Problem where there is none."""
    if not is_in(named, await services.roster.directory()):
        raise Problem(
            404,
            "not_found",
            Remark("{name} is nobody's mailbox in the settings", name=repr(named[:20])),
        )
    return MailboxKey(named)


def is_in(named: str, directory: Directory) -> bool:
    """Tell whether somebody of the settings has this mailbox; any text may be given."""
    is_one = re.fullmatch(MAILBOX, named) is not None
    return is_one and directory.owner_of(MailboxKey(named)) is not None


def finding_shape(finding: Finding, mailboxes: int = 0) -> FindingShape:
    """Return a finding in English words; details are left out, as they may hold addresses.

    `mailboxes`: so many are concerned.
    """
    return FindingShape(
        severity=finding.severity,
        kind=finding.kind,
        part=finding.part,
        who=finding.who,
        what=wording.what(finding),
        advice=wording.advice(finding),
        command=wording.command(finding),
        concerned=mailboxes,
    )


def _round_shape(known: Round, now: datetime) -> RoundShape:
    return RoundShape(
        running=known.is_running(now),
        began_at=known.began_at,
        ended_at=known.ended_at,
        done=known.done,
        total=known.total,
        only=known.only or "",
    )
