"""How differences read in the JSON API: no title and no name in the list, values only looked at."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from core.domain.drift import (
    Advice,
    Cause,
    DriftKind,
    DriftState,
    Element,
    NewerSide,
    Obstacle,
    Reason,
)
from core.domain.meeting import Aspect
from web.api.shapes import MailboxShape
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
    """How far a scan is. `found` counts differences, `compared` meetings and dates.

    `unread` mailboxes were not compared: they are parked, or it failed.
    """

    target: str
    requested_at: datetime
    is_running: bool
    mailboxes: int
    done: int
    unread: int
    compared: int
    found: int


class ScanState(Shape):
    """The scan that runs or was the last one, None if there never was one."""

    scan: ScanShape | None


class ScanAnswer(Shape):
    """The scan that was begun; or of one meeting or series what is different now."""

    scan: ScanShape | None
    differences: tuple[DifferenceShape, ...] = ()
