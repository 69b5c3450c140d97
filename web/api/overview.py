"""How things stand, and how they were."""

from datetime import datetime, timedelta
from typing import Literal

from starlette.requests import Request

from core.app.console.reader import Asked
from core.app.facts import facts
from core.app.overview import worst
from core.app.wording import trouble
from core.bootstrap import current_app
from core.domain.measure import Measure
from web.access import Role
from web.routing import Nothing, Routes, Shape

routes = Routes()

SPANS = {"24h": timedelta(hours=24), "30d": timedelta(days=30)}


class SignShape(Shape):
    """Something that keeps the overview from being green."""

    level: str
    trouble: str
    number: int
    text: str


class QueueShape(Shape):
    """How much lies in a queue."""

    active: int
    scheduled: int
    dead: int


class OverviewShape(Shape):
    """`level`: good, busy (it passes by itself), look, bad (a person is needed).

    `full_look_at`: when the mailbox was looked at as a whole whose turn is longest ago;
    `full_look_missing`: how many never were.
    """

    level: str
    signs: tuple[SignShape, ...]
    queues: dict[str, QueueShape]
    links: dict[str, int]
    subscriptions: dict[str, int]
    changes_last_hour: int
    mirrored_within_ms_half: float | None
    mirrored_within_ms_95: float | None
    parts_of_way_ms_half: dict[str, float]
    full_look_at: datetime | None
    full_look_mailbox: str
    full_look_missing: int
    given_up_by_reason: dict[str, int]


class MeasureShape(Shape):
    """What happened until `at`, and how it stood then; None where nothing could be measured."""

    at: datetime
    span_s: int
    changes: int
    refused: int
    given_up: int
    mirrored_within_ms_half: float | None
    mirrored_within_ms_95: float | None
    parts_of_way_ms_mean: dict[str, float]
    waiting: int | None
    later: int | None
    dead: int | None
    parked: int
    silent: int


class MeasuresAsked(Shape):
    """Which span of time: a day by five minutes, or a month by hours."""

    span: Literal["24h", "30d"] = "24h"


class MeasureList(Shape):
    """Measures, oldest first."""

    measures: tuple[MeasureShape, ...]


@routes.read("/v1/overview", Role.VIEWER)
async def show_overview(request: Request, nothing: Nothing) -> OverviewShape:  # noqa: ARG001 - a route
    """Answer how things stand."""
    app = current_app()
    services = await app.services()
    look = await app.console.look(Asked(with_board=False), services, app.counts, app.in_flight)
    now = await facts(services)
    oldest = now.full_looks.oldest
    return OverviewShape(
        level=worst(look.signs).name.lower(),
        signs=tuple(
            SignShape(
                level=sign.level.name.lower(),
                trouble=sign.trouble,
                number=sign.number,
                text=trouble(sign.trouble, sign.number),
            )
            for sign in look.signs
        ),
        queues={
            name: QueueShape(active=d.active, scheduled=d.scheduled, dead=d.dead)
            for name, d in look.status.queues.items()
        },
        links=look.status.mappings,
        subscriptions=look.status.subscriptions,
        changes_last_hour=now.changes,
        mirrored_within_ms_half=now.p50_ms,
        mirrored_within_ms_95=now.p95_ms,
        parts_of_way_ms_half=now.parts_ms,
        full_look_at=now.full_looks.at,
        full_look_mailbox="" if oldest is None else f"{oldest.environment}/{oldest.mailbox}",
        full_look_missing=now.full_looks.missing,
        given_up_by_reason=dict(now.errors),
    )


@routes.read("/v1/measures", Role.VIEWER)
async def list_measures(request: Request, asked: MeasuresAsked) -> MeasureList:  # noqa: ARG001 - a route
    """List how it was."""
    return MeasureList(measures=tuple(map(_shape, await measures_of(asked.span))))


async def measures_of(span: str) -> list[Measure]:
    """Return the measures of a span, oldest first: by five minutes for a day, else by hours."""
    services = await current_app().services()
    since = services.clock.now() - SPANS[span]
    read = services.measures.fine if span == "24h" else services.measures.hourly
    return list(await read(since))


def _shape(measure: Measure) -> MeasureShape:
    return MeasureShape(
        at=measure.at,
        span_s=measure.span_s,
        changes=measure.changes,
        refused=measure.refused,
        given_up=measure.given_up,
        mirrored_within_ms_half=measure.within_ms(0.5),
        mirrored_within_ms_95=measure.within_ms(0.95),
        parts_of_way_ms_mean={part.name: part.mean_ms for part in measure.parts},
        waiting=measure.waiting,
        later=measure.later,
        dead=measure.dead,
        parked=measure.parked,
        silent=measure.silent,
    )
