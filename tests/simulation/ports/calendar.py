"""Calendars straight from the model of Exchange: the ExchangeCalendar port without Graph."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from core.adapters.exchange.calendar_options import OPTION_IDS, policy_from
from core.adapters.exchange.link_property import LinkProperty
from core.adapters.graph.bodies import create_body, update_body
from core.adapters.graph.calendar import GraphCalendar
from core.domain.buffer_mark import BufferMark
from core.domain.changes import EventChanges, EventDraft
from core.domain.event import Event, EventPlace
from core.domain.event_series import EventSeries
from core.domain.ids import EventId, ICalUid, MappingId
from core.domain.interval import Interval
from core.domain.meeting import Attendee
from core.domain.room_policy import RoomPolicy
from core.errors import AlreadyExistsError, InvalidPayloadError, NotFoundError
from core.ports.exchange import ChangePage, DateChange
from devstack.exchange.graph.configurations import PROCESSING
from devstack.exchange.graph.errors import item_not_found
from devstack.exchange.graph.event_body import Edit, read_edit
from devstack.exchange.model.item import CALENDAR, Item
from devstack.exchange.model.processing_policy import ProcessingPolicy
from devstack.exchange.model.values import AnswerKind
from tests.simulation.ports.changes import Changes
from tests.simulation.ports.event_series import SeriesOfModel
from tests.simulation.ports.event_values import EventValues
from tests.simulation.ports.exchange_line import (
    GROUPS,
    OPTIONS,
    Addresses,
    Asked,
    Asking,
    ExchangeLine,
)
from tests.simulation.ports.mailbox_zones import MailboxZones, Unsettled


class ModelCalendar:
    """Reads and writes the items of the model; ids are immutable ones, versions etags."""

    capabilities = GraphCalendar.capabilities

    def __init__(
        self,
        line: ExchangeLine,
        addresses: Addresses,
        link_property: LinkProperty | None = None,
        *,
        page_size: int = 100,
    ) -> None:
        self._line, self._addresses = line, addresses
        self._link = link_property or LinkProperty()
        sim = line.simulator
        self._sim, self._deeds, self._switches = sim, sim.deeds, sim.switches
        self._values = EventValues(sim.switches, self._link)
        self._zones = MailboxZones(line, addresses, self._values)
        self._changes = Changes(line, addresses, self._values, self._zones, page_size)
        self._series = SeriesOfModel(line, addresses, self._values, self._zones)
        self._option_id = OPTION_IDS[0]

    async def get_event(self, place: EventPlace, event_id: EventId) -> Event:
        address = self._addresses.address(place)
        asking = Asking(
            port="get_event",
            operation="event.read",
            doing=f"reading an event of mailbox {place.mailbox}",
        )
        told = await self._line.ask(
            asking,
            f"events/{event_id}",
            lambda asked: self._told(
                place, self._deeds.read(asked.opened, event_id, is_service=True)
            ),
            address,
        )
        return await self._zones.settled(told)

    async def find_by_ical_uid(self, place: EventPlace, ical_uid: ICalUid) -> Event | None:
        """Return this mailbox's copy: the organizer's own, living and oldest one of several."""
        found = await self._listed(
            place, "find_by_ical_uid", lambda item: item.ical_uid == ical_uid
        )
        ranked = sorted(
            found,
            key=lambda e: (e.is_cancelled, not e.is_organizer, str(e.created_at), e.event_id),
        )
        return ranked[0] if ranked else None

    async def find_by_appointment_oid(self, place: EventPlace, oid: MappingId) -> Sequence[Event]:
        return await self._carrying(place, oid.lower(), "find_by_appointment_oid")

    async def find_buffers(self, place: EventPlace, mark: BufferMark) -> Sequence[Event]:
        found = await self._carrying(place, mark.text, "find_buffers")
        return [event for event in found if event.is_buffer]

    async def is_in_calendar(self, place: EventPlace, event_id: EventId, window: Interval) -> bool:
        return await self._shown(
            place,
            window,
            "is_in_calendar",
            lambda items: any(event_id in (i.immutable_id, i.master_ids[1]) for i in items),
        )

    async def list_events(self, place: EventPlace, window: Interval) -> AsyncIterator[Event]:
        for told in await self._shown(
            place, window, "list_events", lambda items: [self._told(place, i) for i in items]
        ):
            yield await self._zones.settled(told)

    async def create_event(self, place: EventPlace, draft: EventDraft) -> Event:
        address = self._addresses.address(place)
        body = create_body(draft, self._link)
        asking = Asking(
            port="create_event",
            operation="event.create",
            doing=f"creating an event in mailbox {place.mailbox}",
            reads=False,
            is_create=True,
        )

        def create(asked: Asked) -> Event | Unsettled:
            item, is_new = self._deeds.create(asked.opened, CALENDAR, self._edit(body), asked.by)
            if is_new:
                asked.changed()
            return self._zones.told(place, item, self._values.bare)

        try:
            told = await self._line.ask(asking, "events", create, address)
        except AlreadyExistsError:
            existing = await self._carrying(place, draft.link, "find_by_appointment_oid")
            if not existing:
                raise
            return existing[0]
        return await self._series.written(place, told, draft.link)

    async def update_event(self, event: Event, changes: EventChanges) -> Event:
        body = update_body(event, changes, self._link)
        if not body:
            return event
        told = await self._series.write(
            event.place,
            event.event_id,
            body,
            event.version,
            port="update_event",
            doing=f"updating an event of mailbox {event.place.mailbox}",
        )
        oid = changes.appointment_oid.lower() if changes.appointment_oid else event.appointment_oid
        oid = event.buffer.text if event.buffer and oid is None else oid
        return await self._series.written(event.place, told, oid)

    async def get_series(self, place: EventPlace, event_id: EventId) -> EventSeries:
        return await self._series.read(place, event_id)

    async def change_dates(
        self, series: EventSeries, changes: Mapping[datetime, DateChange]
    ) -> EventSeries:
        return await self._series.change_dates(series, changes)

    async def delete_event(self, place: EventPlace, event_id: EventId) -> None:
        doing = f"deleting an event of mailbox {place.mailbox}"
        try:
            await self._series.delete(place, event_id, "", port="delete_event", doing=doing)
        except NotFoundError:
            return

    async def cancel_event(self, place: EventPlace, event_id: EventId, comment: str) -> None:
        asking = Asking(
            port="cancel_event",
            operation="event.cancel",
            doing=f"cancelling an event of mailbox {place.mailbox}",
            reads=False,
        )

        def cancel(asked: Asked) -> None:
            self._deeds.cancel(self._deeds.item(asked.opened, event_id), comment, asked.by)
            asked.changed()

        address = self._addresses.address(place)
        try:
            await self._line.ask(asking, f"events/{event_id}/cancel", cancel, address)
        except NotFoundError:
            return

    async def decline(self, place: EventPlace, event_id: EventId, comment: str) -> None:
        asking = Asking(
            port="decline",
            operation="event.decline",
            doing=f"declining an event of mailbox {place.mailbox}",
            reads=False,
        )
        address, path = self._addresses.address(place), f"events/{event_id}/decline"
        try:
            try:
                await self._line.ask(asking, path, self._no(event_id, comment, tells=True), address)
            except InvalidPayloadError:
                await self._line.ask(asking, path, self._no(event_id, "", tells=False), address)
        except NotFoundError:
            return

    async def group_members(self, address: str) -> tuple[Attendee, ...] | None:
        asking = Asking(
            port="group_members",
            operation="group.list",
            doing="looking a group up",
            permission=GROUPS,
        )
        directory = self._sim.model.directory
        group = await self._line.ask(asking, "/v1.0/groups", lambda _: directory.group(address))
        if group is None or group.mail.lower() != address.lower():
            return None
        members = await self._line.ask(
            replace(asking, operation="group.members"),
            f"/v1.0/groups/{group.guid}/transitiveMembers",
            lambda _: directory.members(group),
        )
        people: dict[str, Attendee] = {}
        for member in members:
            if directory.group(member) is not None:
                continue
            user = directory.find(member)
            is_own = user is not None and user.is_internal
            mail = (user.mail if user is not None and is_own else member).strip().lower()
            if mail:
                people.setdefault(mail, Attendee(mail, member if user is None else user.name))
        return tuple(people[mail] for mail in sorted(people))

    async def read_policy(self, place: EventPlace) -> RoomPolicy | None:
        others = [name for name in OPTION_IDS if name != self._option_id]
        for name in (self._option_id, *others):
            try:
                values = await self._options(place, name)
            except NotFoundError:
                continue
            self._option_id = name
            policy = policy_from(values)
            return None if policy.is_empty else policy
        return None

    async def changes(self, place: EventPlace, window: Interval, cursor: str | None) -> ChangePage:
        return await self._changes.page(place, window, cursor)

    def _told(self, place: EventPlace, item: Item) -> Event | Unsettled:
        return self._series.told(place, item)

    async def _carrying(self, place: EventPlace, link: str, port: str) -> list[Event]:
        return await self._listed(place, port, lambda item: self._values.carries(item, link))

    async def _listed(
        self, place: EventPlace, port: str, fits: Callable[[Item], bool]
    ) -> list[Event]:
        """Return the single events and masters of a mailbox that fit."""

        def found(asked: Asked) -> list[Event | Unsettled]:
            items = self._deeds.listed(asked.opened, CALENDAR, is_service=True)
            return [self._told(place, item) for item in items if fits(item)]

        asking = Asking(
            port=port, operation="event.list", doing=f"searching mailbox {place.mailbox}"
        )
        told = await self._line.ask(asking, "events", found, self._addresses.address(place))
        return [await self._zones.settled(each) for each in told]

    async def _shown[T](
        self, place: EventPlace, window: Interval, port: str, told: Callable[[list[Item]], T]
    ) -> T:
        """Return what is told of all that a calendar view shows."""
        series = self._sim.model.series
        asking = Asking(
            port=port,
            operation="view.list",
            doing=f"reading the calendar view of mailbox {place.mailbox}",
        )
        return await self._line.ask(
            asking,
            "calendarView",
            lambda asked: told(
                series.instances(asked.opened.guid, CALENDAR, window.start, window.end)
            ),
            self._addresses.address(place),
        )

    def _no(self, event_id: EventId, comment: str, *, tells: bool):
        def answer(asked: Asked) -> None:
            item = self._deeds.item(asked.opened, event_id)
            self._deeds.answer(
                asked.opened, item, AnswerKind.DECLINED, asked.by, comment=comment, send=tells
            )
            asked.changed()

        return answer

    async def _options(self, place: EventPlace, name: str) -> dict[str, str]:
        asking = Asking(
            port="read_policy",
            operation="configuration.read",
            doing=f"reading the policy of mailbox {place.mailbox}",
            permission=OPTIONS,
        )

        def options(asked: Asked) -> dict[str, str]:
            if name != str(self._switches["configuration_id"]):
                raise item_not_found()
            only_set = self._switches["configuration_values"] == "set"
            return _parameters(asked.opened.policy, only_set=only_set)

        path = f"mailFolders/calendar/userConfigurations/{name}"
        return await self._line.ask(asking, path, options, self._addresses.address(place))

    def _edit(self, body: dict[str, object]) -> Edit:
        return read_edit(body, subject_max=int(self._switches["subject_max"]))


def _parameters(policy: ProcessingPolicy | None, *, only_set: bool) -> dict[str, str]:
    if policy is None:
        return {}
    values = policy.model_dump(by_alias=True, exclude_unset=only_set)
    if "AutomateProcessing" in values:
        values["AutomateProcessing"] = PROCESSING[values["AutomateProcessing"]]
    return {name.lower(): str(value) for name, value in values.items()}
