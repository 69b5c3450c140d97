"""How differences read in the JSON API: no title and no name in the list, values only looked at."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from core.app.drift.act import Plan
from core.app.drift.listing import DriftFilter, Listed
from core.app.drift.view import DriftView, Value
from core.app.reference import place_of
from core.domain.directory import Directory
from core.domain.drift import (
    Advice,
    Cause,
    Drift,
    DriftKind,
    DriftState,
    Element,
    NewerSide,
    Obstacle,
    Reason,
)
from core.domain.ids import BookingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.meeting import Aspect
from web.api.shapes import MailboxShape, mailbox_shape
from web.routing import Shape

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class TimeShape(Shape):
    """A span of time, its end not included."""

    start: datetime
    end: datetime


class DifferentField(Shape):
    """A field that is different, and the side that was changed last."""

    field: Aspect
    newer: NewerSide


class DifferenceShape(Shape):
    """One meeting, or one date of a series (`original_start`), on which both sides differ.

    Of a private meeting fields, time and organizer are empty. `code` is that of a refusal.
    """

    name: str
    state: DriftState
    kind: DriftKind
    element: Element
    mailbox: MailboxShape
    fields: tuple[DifferentField, ...]
    newer: NewerSide
    cause: Cause
    code: str
    advice: Advice
    reason: Reason
    time: TimeShape | None
    original_start: datetime | None
    resource: int | None
    organizer: int | None
    booking: int | None
    series: int | None
    event: str
    link: str
    is_private: bool
    found_at: datetime
    checked_at: datetime
    decided_at: datetime | None
    decision: str


class DifferenceList(Shape):
    """Those that fit, by time; how many fit, and how many of each state fit but for their state."""

    differences: tuple[DifferenceShape, ...]
    total: int
    states: dict[DriftState, int]


class ValueShape(Shape):
    """One field on both sides; `is_hidden`: there are values, and they are not told."""

    field: Aspect
    rooms: str | tuple[str, ...] | TimeShape | bool | int | None
    exchange: str | tuple[str, ...] | TimeShape | bool | int | None
    is_hidden: bool
    is_different: bool
    newer: NewerSide | None


class DifferenceDetail(Shape):
    """One difference as both sides are this moment; titles and people need the role operator."""

    difference: DifferenceShape
    mode: str
    event_changed_at: datetime | None
    booking_changed_at: datetime | None
    values: tuple[ValueShape, ...]


class KnownOtherwise(Shape):
    """What is known to differ without a comparison: refused, sync_disabled, given_up, parked.

    `item` is what a scan of it alone takes.
    """

    kind: str
    code: str
    mailbox: MailboxShape | None
    time: TimeShape | None
    dates: tuple[datetime, ...]
    resource: int | None
    booking: int | None
    event: str
    link: str
    since: datetime | None
    item: str


class KnownOtherwiseList(Shape):
    """All of them."""

    differences: tuple[KnownOtherwise, ...]


class DifferencesMeant(Shape):
    """Which differences; everything that is set has to fit.

    `search`: resources, numbers and ids; names and addresses of people need the role operator.
    """

    state: Literal["open", "resolved", "ignored", "closed", "all"] = "open"
    kind: DriftKind | None = None
    newer: NewerSide | None = None
    cause: Cause | None = None
    field: Aspect | None = None
    element: Element | None = None
    mailbox: Annotated[str, Field(max_length=300, description="An address, p11 or r101.")] = ""
    person: Number | None = None
    resource: Number | None = None
    booking: Number | None = None
    series: Number | None = None
    search: Annotated[str, Field(max_length=200)] = ""


class DifferencesAsked(DifferencesMeant):
    """Which of those that fit."""

    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class DifferencePlan(Shape):
    """What would be done about one difference. `problem`: nothing, and why.

    `plan` names it: sent along, only that is done. `mails` are ours and those that Exchange sends.
    """

    name: str
    steps: tuple[tuple[str, str], ...]
    rooms_writes: int
    exchange_writes: int
    mails: int
    problem: Obstacle | None
    plan: str


class ScanAsked(Shape):
    """What is to be compared: nothing said is everything that is to come.

    `item`: one meeting, at once: a booking's number, `mailbox/event`, a link's id, `uid:…`;
    `series`: one of ROOMS, at once. Days are inclusive, in UTC.
    """

    mailbox: Annotated[str, Field(max_length=300)] = ""
    person: Number | None = None
    resource: Number | None = None
    item: Annotated[str, Field(max_length=600)] = ""
    series: Number | None = None
    first_day: date | None = None
    last_day: date | None = None
    is_full: Annotated[bool, Field(description="False: only where something has moved.")] = True


class ScanShape(Shape):
    """How far a scan is. `found` counts differences, `compared` meetings and dates."""

    target: str
    requested_at: datetime
    is_running: bool
    mailboxes: int
    done: int
    compared: int
    found: int


class ScanState(Shape):
    """The scan that runs or was the last one, None if there never was one."""

    scan: ScanShape | None


class ScanAnswer(Shape):
    """The scan that was begun; or of one meeting or series what is different now."""

    scan: ScanShape | None
    differences: tuple[DifferenceShape, ...] = ()


def filter_of(meant: DifferencesMeant, directory: Directory) -> DriftFilter:
    """Return the filter that is meant, but for its text; UnknownItemError for a mailbox."""
    states = () if meant.state == "all" else (DriftState(meant.state),)
    mailbox = meant.mailbox.strip().rpartition("/")[2]
    return DriftFilter(
        states=states,
        kind=meant.kind,
        newer=meant.newer,
        cause=meant.cause,
        aspect=meant.field,
        element=meant.element,
        place=place_of(mailbox, directory) if mailbox else None,
        person=None if meant.person is None else PersonId(meant.person),
        resource=None if meant.resource is None else ResourceId(meant.resource),
        booking=None if meant.booking is None else BookingId(meant.booking),
        series=meant.series,
    )


def difference_shape(drift: Drift, directory: Directory) -> DifferenceShape:
    """Return what the list shows of a difference."""
    return DifferenceShape(
        name=drift.id,
        state=drift.state,
        kind=drift.kind,
        element=drift.element,
        mailbox=mailbox_shape(drift.place, directory),
        fields=tuple(DifferentField(field=f.aspect, newer=f.newer) for f in drift.fields),
        newer=drift.newer,
        cause=drift.cause,
        code=drift.code,
        advice=drift.advice,
        reason=drift.reason,
        time=_time(drift.time),
        original_start=drift.original_start,
        resource=drift.resource,
        organizer=drift.organizer,
        booking=drift.booking_id,
        series=drift.series_id,
        event=drift.event_id or "",
        link=drift.mapping_id or "",
        is_private=drift.is_private,
        found_at=drift.found_at,
        checked_at=drift.checked_at,
        decided_at=drift.decided_at,
        decision=drift.decision,
    )


def detail_shape(view: DriftView, directory: Directory) -> DifferenceDetail:
    """Return a difference with both sides' values."""
    return DifferenceDetail(
        difference=difference_shape(view.drift, directory),
        mode=view.mode,
        event_changed_at=view.event_changed_at,
        booking_changed_at=view.booking_changed_at,
        values=tuple(
            ValueShape(
                field=each.aspect,
                rooms=_value(each.rooms),
                exchange=_value(each.exchange),
                is_hidden=each.is_hidden,
                is_different=each.is_different,
                newer=each.newer,
            )
            for each in view.fields
        ),
    )


def other_shape(line: Listed, directory: Directory) -> KnownOtherwise:
    """Return what is known to differ without a comparison."""
    return KnownOtherwise(
        kind=line.kind,
        code=line.code,
        mailbox=None if line.place is None else mailbox_shape(line.place, directory),
        time=_time(line.time),
        dates=line.dates,
        resource=line.resource,
        booking=line.booking_id,
        event=line.event_id or "",
        link=line.mapping_id or "",
        since=line.since,
        item=item_of(line),
    )


def item_of(each: Listed | Drift) -> str:
    """Return how an operator names what a line is about, "" where nothing names it."""
    if each.mapping_id is not None:
        return each.mapping_id
    if each.event_id is not None and each.place is not None:
        return f"{each.place.mailbox}/{each.event_id}"
    return "" if each.booking_id is None else str(each.booking_id)


def plan_shape(plan: Plan) -> DifferencePlan:
    """Return what would be done about one difference."""
    foreseen = plan.foreseen
    return DifferencePlan(
        name=plan.drift.id,
        steps=foreseen.steps,
        rooms_writes=foreseen.rooms_writes,
        exchange_writes=foreseen.exchange_writes,
        mails=foreseen.mails,
        problem=foreseen.problem,
        plan=plan.fingerprint,
    )


def _time(time: Interval | None) -> TimeShape | None:
    return None if time is None else TimeShape(start=time.start, end=time.end)


def _value(value: Value) -> str | tuple[str, ...] | TimeShape | bool | int | None:
    return _time(value) if isinstance(value, Interval) else value
