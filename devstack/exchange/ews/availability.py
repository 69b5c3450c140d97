"""GetUserAvailability and GetServerTimeZones: who is busy when, and what a zone's clocks do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from devstack.exchange.ews.access import EwsAccess
from devstack.exchange.ews.calls import Call, Operations, answers, attempt
from devstack.exchange.ews.errors import EwsError, SoapFaultError, problem
from devstack.exchange.ews.item_parts import BUSY
from devstack.exchange.ews.moments import read_zone
from devstack.exchange.ews.soap import Child, Element, first, flag, is_true, m, t, text_of
from devstack.exchange.ews.zone_rules import Rules, bias_element, definition, read_bias
from devstack.exchange.model import freebusy, zones
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.freebusy import Block
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.values import EventKind, Sensitivity, ShowAs

MOST_MAILBOXES = 100
LONGEST = timedelta(days=62)
MOST_ENTRIES = 1000
DETAILED = ("Detailed", "DetailedMerged")
MERGED = ("MergedOnly", "FreeBusyMerged", "DetailedMerged")
FREE_OR_ELSEWHERE = 4


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about every mailbox; times are answered as wall-clock times of `rules`."""

    start: datetime
    end: datetime
    interval: timedelta
    view: str
    rules: Rules


class Availability:
    """The handlers; free/busy can be asked by anybody, details only by who may open a mailbox."""

    def __init__(self, model: Exchange, access: EwsAccess) -> None:
        self._model, self._access = model, access

    def operations(self, table: Operations) -> None:
        table.add("GetUserAvailability", self.ask)
        table.add("GetServerTimeZones", self.time_zones)

    async def ask(self, call: Call) -> Element:
        question = self._question(call)
        wanted = first(call.body, "MailboxDataArray")
        entries = [] if wanted is None else list(wanted)
        if len(entries) > MOST_MAILBOXES:
            raise SoapFaultError("ErrorMailboxDataArrayTooBig", "Too many mailboxes at once.")
        return m(
            "GetUserAvailabilityResponse",
            m("FreeBusyResponseArray", *(self._about(call, one, question) for one in entries)),
        )

    async def time_zones(self, call: Call) -> Element:
        is_full = is_true(call.body.get("ReturnFullTimeZoneData"))
        wanted = first(call.body, "Ids")
        year = self._model.clock.now().year

        def defined() -> Iterable[Child]:
            names = zones.windows_names() if wanted is None else [i.text or "" for i in wanted]
            return [
                m(
                    "TimeZoneDefinitions",
                    *(definition(read_zone(n), n, year, is_full=is_full) for n in names),
                )
            ]

        return answers(call, [attempt(call, defined, empty="TimeZoneDefinitions")])

    def _question(self, call: Call) -> Question:
        options = first(call.body, "FreeBusyViewOptions")
        window = None if options is None else first(options, "TimeWindow")
        if options is None or window is None:
            raise SoapFaultError("ErrorInvalidFreeBusyViewType", "FreeBusyViewOptions are missing.")
        rules = read_bias(first(call.body, "TimeZone"))
        times = [_instant(text_of(window, tag) or "", rules) for tag in ("StartTime", "EndTime")]
        minutes = int(text_of(options, "MergedFreeBusyIntervalInMinutes") or "30")
        if times[1] <= times[0] or not 5 <= minutes <= 1440:
            raise SoapFaultError("ErrorInvalidTimeInterval", "The time interval is not valid.")
        if times[1] - times[0] > LONGEST:
            raise SoapFaultError("ErrorTimeIntervalTooBig", "The time interval is too long.")
        view = text_of(options, "RequestedView") or "FreeBusy"
        return Question(times[0], times[1], timedelta(minutes=minutes), view, rules)

    def _about(self, call: Call, one: Element, question: Question) -> Element:
        email = first(one, "Email")
        address = "" if email is None else text_of(email, "Address") or ""
        try:
            view = self._view(call, self._asked(call, address), question)
        except EwsError as error:
            return m(
                "FreeBusyResponse",
                m("ResponseMessage", *problem(error), ResponseClass="Error"),
                m("FreeBusyView", t("FreeBusyViewType", "None")),
            )
        return m(
            "FreeBusyResponse",
            m("ResponseMessage", m("ResponseCode", "NoError"), ResponseClass="Success"),
            view,
        )

    def _asked(self, call: Call, address: str) -> Mailbox:
        found = self._model.directory.find(address)
        if found is None or not found.has_mailbox:
            raise EwsError(
                "ErrorMailRecipientNotFound", f"Unable to resolve e-mail address {address}."
            )
        if not self._access.is_here(found, call.environment):
            raise EwsError(
                "ErrorProxyRequestNotAllowed",
                f"No availability is configured for the organization of {address}.",
            )
        return found

    def _view(self, call: Call, mailbox: Mailbox, question: Question) -> Element:
        blocks = freebusy.blocks(self._model.series, mailbox, question.start, question.end)
        if len(blocks) > MOST_ENTRIES:
            raise EwsError("ErrorResultSetTooBig", "The calendar holds too many entries.")
        kind = question.view
        merged = freebusy.availability(
            blocks, question.start, question.end, question.interval, FREE_OR_ELSEWHERE
        )
        has_details = kind in DETAILED and self._sees_details(call, mailbox)
        events = [
            self._event(block, question, has_details=has_details)
            for block in blocks
            if block.item.private.show_as is not ShowAs.FREE
        ]
        return m(
            "FreeBusyView",
            t(
                "FreeBusyViewType",
                kind if has_details or kind not in DETAILED else "FreeBusyMerged",
            ),
            t("MergedFreeBusy", merged) if kind in MERGED else None,
            t("CalendarEventArray", *events) if kind != "MergedOnly" else None,
            self._working_hours(mailbox),
        )

    def _sees_details(self, call: Call, mailbox: Mailbox) -> bool:
        if call.mailbox is None:
            return call.is_service
        return call.mailbox.guid == mailbox.guid

    def _event(self, block: Block, question: Question, *, has_details: bool) -> Element:
        item, content = block.item, block.item.content
        is_private = content.sensitivity not in (Sensitivity.NORMAL, Sensitivity.PERSONAL)
        details = None
        if has_details:
            places = "; ".join(place.display_name for place in content.locations)
            details = t(
                "CalendarEventDetails",
                None if is_private else t("Subject", content.subject),
                None if is_private else t("Location", places),
                t("IsMeeting", flag(value=bool(item.attendees) or not item.is_organizer)),
                t("IsRecurring", flag(value=item.is_part_of_series)),
                t("IsException", flag(value=item.kind is EventKind.EXCEPTION)),
                t("IsReminderSet", flag(value=item.private.is_reminder_on)),
                t("IsPrivate", flag(value=is_private)),
            )
        return t(
            "CalendarEvent",
            t("StartTime", _wall(block.start, question.rules)),
            t("EndTime", _wall(block.end, question.rules)),
            t("BusyType", BUSY[item.private.show_as]),
            details,
        )

    def _working_hours(self, mailbox: Mailbox) -> Element:
        zone = zones.zone(mailbox.time_zone)
        return t(
            "WorkingHours",
            bias_element(zone, self._model.clock.now().year),
            t(
                "WorkingPeriodArray",
                t(
                    "WorkingPeriod",
                    t("DayOfWeek", "Monday Tuesday Wednesday Thursday Friday"),
                    t("StartTimeInMinutes", "480"),
                    t("EndTimeInMinutes", "1020"),
                ),
            ),
        )


def _wall(instant: datetime, rules: Rules) -> str:
    return f"{rules.wall(instant):%Y-%m-%dT%H:%M:%S}"


def _instant(text: str, rules: Rules) -> datetime:
    """Read a time of the window: with an offset, or a wall-clock time of the zone asked in."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SoapFaultError("ErrorInvalidTimeInterval", f"'{text}' is not a time.") from error
    return moment if moment.tzinfo else rules.instant(moment)
