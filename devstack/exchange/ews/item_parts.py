"""How EWS writes what a calendar item is made of; empty values are left out, as Exchange does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from devstack.exchange.ews import ids
from devstack.exchange.ews.recurrence_xml import recurrence_element
from devstack.exchange.ews.soap import Element, flag, t
from devstack.exchange.model import bodies, expansion, versions, zones
from devstack.exchange.model.item import Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.series import Series
from devstack.exchange.model.values import (
    Address,
    AnswerKind,
    Attendee,
    AttendeeKind,
    EventKind,
    ShowAs,
    ZonedTime,
)

BUSY = {
    ShowAs.FREE: "Free",
    ShowAs.TENTATIVE: "Tentative",
    ShowAs.BUSY: "Busy",
    ShowAs.OUT_OF_OFFICE: "OOF",
    ShowAs.WORKING_ELSEWHERE: "WorkingElsewhere",
    ShowAs.UNKNOWN: "NoData",
}
RESPONSES = {
    AnswerKind.NONE: "Unknown",
    AnswerKind.ORGANIZER: "Organizer",
    AnswerKind.TENTATIVE: "Tentative",
    AnswerKind.ACCEPTED: "Accept",
    AnswerKind.DECLINED: "Decline",
    AnswerKind.NOT_RESPONDED: "NoResponseReceived",
}
TYPES = {
    EventKind.SINGLE_INSTANCE: "Single",
    EventKind.OCCURRENCE: "Occurrence",
    EventKind.EXCEPTION: "Exception",
    EventKind.SERIES_MASTER: "RecurringMaster",
}
CLASSES = {
    EventKind.OCCURRENCE: "IPM.Appointment.Occurrence",
    EventKind.EXCEPTION: "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}",
}
IS_MEETING, IS_RECEIVED, IS_CANCELLED = 1, 2, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """In which zone times are written, and how much there is to see."""

    mailbox: Mailbox
    series: Series
    zone: zones.Zone
    is_summary: bool = False
    text_bodies: bool = False
    own_uids: bool = False
    schema: str = "Exchange2016"


type Shown = Callable[[Item, View], Element | None]


def moment(instant: datetime, view: View) -> str:
    """Write an instant: UTC, or with the offset of the zone that the caller named."""
    if view.zone.iana == "UTC":
        return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return instant.astimezone(view.zone.info).replace(microsecond=0).isoformat()


def mailbox_element(address: Address, kind: str = "Mailbox") -> Element:
    return t(
        "Mailbox",
        t("Name", address.name or address.mail),
        t("EmailAddress", address.mail) if address.mail else None,
        t("RoutingType", "SMTP"),
        t("MailboxType", kind),
    )


def text(tag: str, read: Callable[[Item], str]) -> Shown:
    return lambda item, _: t(tag, text) if (text := read(item)) else None


def truth(tag: str, read: Callable[[Item], bool]) -> Shown:
    return lambda item, _: t(tag, flag(value=read(item)))


def instant(tag: str, read: Callable[[Item], datetime | None]) -> Shown:
    def show(item: Item, view: View) -> Element | None:
        instant = read(item)
        return None if instant is None else t(tag, moment(instant, view))

    return show


def zone(tag: str, read: Callable[[Item], ZonedTime]) -> Shown:
    def show(item: Item, _: View) -> Element:
        zone = read(item).zone
        is_named = zone.name.startswith("tzone:") or zones.is_windows_name(zone.name)
        name = zone.name if is_named else zones.windows_name(zone.iana)
        return t(tag, Id=name, Name=name)

    return show


def people(tag: str, kind: AttendeeKind) -> Shown:
    def show(item: Item, view: View) -> Element | None:
        found = [a for a in item.attendees if a.kind is kind]
        return t(tag, *(_attendee(a, view) for a in found)) if found else None

    return show


def _attendee(attendee: Attendee, view: View) -> Element:
    answer, proposed = attendee.answer, attendee.proposed
    return t(
        "Attendee",
        mailbox_element(attendee.address),
        t("ResponseType", RESPONSES[answer.kind]),
        None if answer.at is None else t("LastResponseTime", moment(answer.at, view)),
        None if proposed is None else t("ProposedStart", moment(proposed.start.instant, view)),
        None if proposed is None else t("ProposedEnd", moment(proposed.end.instant, view)),
    )


def organizer(item: Item, view: View) -> Element:
    if view.is_summary:
        return t("Organizer", t("Mailbox", t("Name", item.organizer.name or item.organizer.mail)))
    return t("Organizer", mailbox_element(item.organizer))


def body(item: Item, view: View) -> Element:
    if view.text_bodies:
        return t("Body", bodies.to_text(item.content.body), BodyType="Text")
    return t("Body", item.content.body, BodyType="HTML")


def categories(item: Item, _: View) -> Element | None:
    names = item.private.categories
    return t("Categories", *(t("String", name) for name in names)) if names else None


def uid(item: Item, view: View) -> Element:
    """All dates of a series share the id of the series, unless the switch says otherwise."""
    own = view.own_uids or not item.is_part_of_series
    return t("UID", item.ical_uid if own else versions.series_uid(item.ical_uid))


def recurrence(item: Item, _: View) -> Element | None:
    rule = item.recurrence
    if rule is None:
        return None
    return recurrence_element(rule, expansion.zone_of_series(item.content))


def _occurrence(tag: str, item: Item, view: View) -> Element:
    return t(
        tag,
        item_id(item, view),
        t("Start", moment(item.content.start.instant, view)),
        t("End", moment(item.content.end.instant, view)),
        t("OriginalStart", moment(item.original_start or item.content.start.instant, view)),
    )


def edge(tag: str, *, is_last: bool) -> Shown:
    def show(item: Item, view: View) -> Element | None:
        rule = item.recurrence
        find = expansion.last_date if is_last else expansion.first_date
        step = expansion.date_before if is_last else expansion.date_after
        day = None if rule is None else find(rule)
        while rule is not None and day is not None:
            if (found := view.series.member(item, day)) is not None:
                return _occurrence(tag, found, view)
            day = step(rule, day)
        return None

    return show


def modified(item: Item, view: View) -> Element | None:
    found = view.series.exceptions(item) if item.is_master else []
    if not found:
        return None
    return t("ModifiedOccurrences", *(_occurrence("Occurrence", one, view) for one in found))


def deleted(item: Item, view: View) -> Element | None:
    if not item.is_master or not item.cancelled_days:
        return None
    starts = (expansion.times_on(item.content, d)[0].instant for d in sorted(item.cancelled_days))
    return t(
        "DeletedOccurrences",
        *(t("DeletedOccurrence", t("Start", moment(start, view))) for start in starts),
    )


def item_id(item: Item, view: View) -> Element:
    return t(
        "ItemId",
        Id=ids.item_id(view.mailbox, item.rest_id),
        ChangeKey=ids.change_key(item.change_key),
    )


def duration(item: Item, _: View) -> Element:
    lasts = item.content.end.instant - item.content.start.instant
    minutes = int(lasts / timedelta(minutes=1))
    days, rest = divmod(minutes, 24 * 60)
    clock = f"T{rest // 60}H{rest % 60}M" if rest or not days else ""
    return t("Duration", f"P{f'{days}D' if days else ''}{clock}")


def state(item: Item, _: View) -> Element:
    is_meeting, is_received = bool(item.attendees), not item.is_organizer
    state = (IS_MEETING if is_meeting or is_received else 0) | (IS_RECEIVED if is_received else 0)
    return t("AppointmentState", str(state | (IS_CANCELLED if item.is_cancelled else 0)))
