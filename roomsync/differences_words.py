"""How differences read in a terminal: in words, times in one zone, no value that is not told."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.text import Text

from core.app import wording
from core.app.drift.act import Deed, Plan
from core.app.drift.listing import Listed
from core.app.drift.view import DriftView, Value
from core.app.drift.wording import ADVICE, CAUSES, ELEMENTS, KINDS, OBSTACLES, REASONS, SIDES
from core.domain.drift import Drift, Obstacle
from core.domain.interval import Interval
from core.domain.work import mailbox_session
from roomsync.output import moment, out, say, show_records, span, table

UTC_ZONE = ZoneInfo("UTC")


def show_list(lines: Sequence[Listed]) -> None:
    """Print one line for each difference."""
    if not lines:
        say("No differences.", "green")
        return
    columns = (
        "Id",
        "State",
        "What",
        "Fields",
        "When",
        "Mailbox",
        "Booking",
        "Newer",
        "Recommended",
        "Checked",
    )
    show_records(columns, [_row(line) for line in lines], named_by=4)


def _row(line: Listed) -> tuple[str, ...]:
    drift = line.drift
    mailbox = "" if line.place is None else mailbox_session(line.place)
    when = "" if line.time is None else span(line.time.start, line.time.end, UTC_ZONE)
    booking = "" if line.booking_id is None else str(line.booking_id)
    kind = KINDS.get(line.kind, line.kind)
    if drift is None:
        return "", "open", kind, "", when, mailbox, booking, "", _why(line), ""
    fields = "private" if drift.is_private else ", ".join(f.aspect for f in drift.fields)
    return (
        drift.id,
        drift.state,
        kind,
        fields.replace("_", " "),
        when,
        mailbox,
        booking,
        SIDES[drift.newer],
        ADVICE[drift.advice],
        moment(drift.checked_at, UTC_ZONE),
    )


def _why(line: Listed) -> str:
    """Return why something is on the list without a comparison, and where there is more of it."""
    match line.kind:
        case "refused":
            return wording.refusal(line.code)
        case "given_up":
            return f"{line.code}: see `roomsync dead-letters list`"
        case "parked":
            return f"{line.code}: see `roomsync status`"
        case _:
            return line.code


def show_view(view: DriftView) -> None:
    """Print one difference with both sides' values."""
    drift = view.drift
    say(f"{drift.id}  {drift.state}  {KINDS[drift.kind]}  {ELEMENTS[drift.element]}", "bold")
    lines = {
        "Recommended": f"{ADVICE[drift.advice]}: {REASONS[drift.reason]}",
        "Newer side": SIDES[drift.newer],
        "Cause": CAUSES[drift.cause] + (f": {wording.refusal(drift.code)}" if drift.code else ""),
        "Mailbox": f"{view.mailbox or drift.place.mailbox} ({view.mode})",
        "Resource": view.resource,
        "Organizer": view.organizer,
        "Date": "" if drift.original_start is None else moment(drift.original_start, UTC_ZONE),
        "Booking": "" if drift.booking_id is None else str(drift.booking_id),
        "Event": drift.event_id or "",
        "Link": drift.mapping_id or "",
        "Changed": _stamps(view.booking_changed_at, view.event_changed_at),
        "Checked": moment(drift.checked_at, UTC_ZONE),
        "Decided": drift.decision.replace("_", " "),
    }
    for name, text in lines.items():
        if text:
            say(f"{name:<12} {text}")
    rows = [
        (
            Text(field.aspect.replace("_", " "), style="yellow" if field.is_different else ""),
            "(not told)" if field.is_hidden else _value(field.rooms),
            "(not told)" if field.is_hidden else _value(field.exchange),
            "different" if field.is_different else "",
            "" if field.newer is None else SIDES[field.newer],
        )
        for field in view.fields
    ]
    if rows:
        out().print(table(("Field", "ROOMS", "Exchange", "", "Newer"), rows))


def show_plan(deeds: Sequence[Deed]) -> None:
    """Print what would be done: steps, writes on each side, mails."""
    plans = [plan for deed in deeds for plan in deed.plans]
    for plan in plans:
        _show_one(plan)
    possible = [plan.foreseen for plan in plans if not plan.foreseen.problem]
    say(
        f"{len(possible)} of {len(plans)} can be done:"
        f" {sum(p.rooms_writes for p in possible)} writes to ROOMS,"
        f" {sum(p.exchange_writes for p in possible)} to Exchange,"
        f" {sum(p.mails for p in possible)} mails.",
        "bold",
    )


def show_problems(drifts: Sequence[tuple[Drift, Obstacle]]) -> None:
    """Print what could not be done, and why."""
    for drift, problem in drifts:
        say(f"{drift.id}: {OBSTACLES[problem]}", "yellow")


def _show_one(plan: Plan) -> None:
    drift, foreseen = plan.drift, plan.foreseen
    date = "" if drift.original_start is None else f" on {drift.original_start:%Y-%m-%d}"
    say(f"{drift.id}  {KINDS[drift.kind]}{date}")
    if foreseen.problem:
        say(f"    {OBSTACLES[foreseen.problem]}", "yellow")
        return
    for name, reason in foreseen.steps:
        say(f"    {wording.step(name)}: {reason}")


def _stamps(rooms: datetime | None, exchange: datetime | None) -> str:
    told = [
        f"{name} {moment(at, UTC_ZONE)}"
        for name, at in (("ROOMS", rooms), ("Exchange", exchange))
        if at is not None
    ]
    return ", ".join(told)


def _value(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Interval():
            return span(value.start, value.end, UTC_ZONE)
        case tuple():
            return ", ".join(value)
        case _:
            return str(value)


def line_of(drift: Drift) -> Listed:
    """Return the line of a drift."""
    return Listed(
        kind=drift.kind,
        place=drift.place,
        time=drift.time,
        booking_id=drift.booking_id,
        code=drift.code,
        drift=drift,
    )
