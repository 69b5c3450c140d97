"""Makes the shapes of the JSON API of differences, and the filter that is asked for."""

from core.app.drift.act import Plan
from core.app.drift.listing import DriftFilter, Listed
from core.app.drift.view import DriftView, Value
from core.app.reference import place_of
from core.domain.directory import Directory
from core.domain.drift import (
    Drift,
    DriftState,
)
from core.domain.ids import BookingId, PersonId, ResourceId
from core.domain.interval import Interval
from web.api.difference_shapes import (
    DifferenceDetail,
    DifferencePlan,
    DifferenceShape,
    DifferencesMeant,
    DifferentField,
    KnownOtherwise,
    TimeShape,
    ValueShape,
)
from web.api.shapes import mailbox_shape


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
