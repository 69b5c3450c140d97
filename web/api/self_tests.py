"""Self-tests of mailboxes: begin one or all, follow them, see how they ended."""

from datetime import datetime

from starlette.requests import Request

from core.app.operating import begin_all_self_tests, begin_self_test
from core.app.self_test.reading import Reading, reading_of, reading_text, said_text
from core.app.self_test.start import everybody, refuse_running, refuse_running_all
from core.bootstrap import current_app
from core.domain.directory import Directory
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.remark import Remark
from core.domain.self_test import SelfTest, SelfTestStep, StepResult, StepState
from web.access import Role
from web.api.health import FindingShape, Mailbox, finding_shape, known_mailbox
from web.api.shapes import DryRun, MailboxShape, mailbox_shape
from web.problems import Problem
from web.routing import Nothing, Routes, Shape

routes = Routes()


class StepShape(Shape):
    """One step; `said` is what it has to tell, `text` an error or how long it took."""

    step: SelfTestStep
    state: StepState
    began_at: datetime | None
    ended_at: datetime | None
    said: str
    text: str
    findings: tuple[FindingShape, ...]


class SelfTestShape(Shape):
    """The last self-test of a mailbox, or the one under way. `left_behind`: its entry is."""

    mailbox: MailboxShape
    running: bool
    started_at: datetime
    ended_at: datetime | None
    reading: Reading
    text: str
    left_behind: bool
    steps: tuple[StepShape, ...]


class EverybodyShape(Shape):
    """The last time that all were to be tested; `under_way` have not ended yet."""

    began_at: datetime
    total: int
    under_way: int


class SelfTestList(Shape):
    """The last self-test of each mailbox."""

    tests: tuple[SelfTestShape, ...]
    everybody: EverybodyShape | None


class SelfTestAsked(Shape):
    """Which mailbox to test."""

    mailbox: Mailbox
    dry_run: DryRun = False


class AllAsked(Shape):
    """All synced mailboxes, one after the other."""

    dry_run: DryRun = False


class SelfTestsBegun(Shape):
    """How many mailboxes are tested, or would be."""

    dry_run: bool
    mailboxes: int


@routes.read("/v1/self-tests", Role.VIEWER)
async def list_self_tests(request: Request, nothing: Nothing) -> SelfTestList:  # noqa: ARG001 - a route
    """List the last self-test of each mailbox."""
    services = await current_app().services()
    directory, now = await services.roster.directory(), services.clock.now()
    tests, known = await services.self_tests.all(), await everybody(services)
    return SelfTestList(
        tests=tuple(_test_shape(test, directory, now) for test in tests),
        everybody=None
        if known is None
        else EverybodyShape(
            began_at=known.began_at, total=known.total, under_way=known.under_way(tests, now)
        ),
    )


@routes.read("/v1/self-tests/{mailbox}", Role.VIEWER)
async def show_self_test(request: Request, nothing: Nothing) -> SelfTestShape:  # noqa: ARG001 - a route
    """Show the last self-test of one mailbox, step by step."""
    services = await current_app().services()
    named = MailboxKey(request.path_params["mailbox"])
    test = await services.self_tests.get(named)
    if test is None:
        raise Problem(404, "not_found", Remark("this mailbox was never tested"))
    return _test_shape(test, await services.roster.directory(), services.clock.now())


@routes.deed("POST", "/v1/self-tests", Role.OPERATOR)
async def test_mailbox(request: Request, asked: SelfTestAsked) -> SelfTestsBegun:
    """Begin to test a mailbox with a temporary entry in ten years. 409 while it is tested."""
    app = current_app()
    services = await app.services()
    mailbox = await known_mailbox(asked.mailbox, services)
    if asked.dry_run:
        await refuse_running(mailbox, services)
    else:
        await begin_self_test(mailbox, request.state.principal.name, app.callbacks, services)
    return SelfTestsBegun(dry_run=asked.dry_run, mailboxes=1)


@routes.deed("POST", "/v1/self-tests/all", Role.OPERATOR)
async def test_all_mailboxes(request: Request, asked: AllAsked) -> SelfTestsBegun:
    """Begin to test all synced mailboxes, some seconds apart. 409 while that is under way."""
    services = await current_app().services()
    if asked.dry_run:
        await refuse_running_all(services)
        number = len((await services.roster.directory()).synced_places())
        return SelfTestsBegun(dry_run=True, mailboxes=number)
    begun = await begin_all_self_tests(request.state.principal.name, services)
    return SelfTestsBegun(dry_run=False, mailboxes=begun.total)


def _test_shape(test: SelfTest, directory: Directory, now: datetime) -> SelfTestShape:
    place = test.place or EventPlace(EnvironmentId(""), test.mailbox)
    return SelfTestShape(
        mailbox=mailbox_shape(place, directory),
        running=test.is_running(now),
        started_at=test.started_at,
        ended_at=test.ended_at,
        reading=reading_of(test),
        text=reading_text(test),
        left_behind=test.left_behind,
        steps=tuple(map(_step_shape, test.steps)),
    )


def _step_shape(result: StepResult) -> StepShape:
    return StepShape(
        step=result.step,
        state=result.state,
        began_at=result.began_at,
        ended_at=result.ended_at,
        said=said_text(result),
        text=result.text,
        findings=tuple(map(finding_shape, result.findings)),
    )
