"""Every request about events and series, addressed by the SDK's builders (graph-calendar 2-4)."""

from typing import TYPE_CHECKING, Any

from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import (
    CalendarViewRequestBuilder,
)
from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import (
    DeltaRequestBuilder,
)
from msgraph.generated.users.item.events.events_request_builder import EventsRequestBuilder
from msgraph.generated.users.item.events.item.event_item_request_builder import (
    EventItemRequestBuilder,
)
from msgraph.generated.users.item.events.item.instances.instances_request_builder import (
    InstancesRequestBuilder,
)

from core.adapters.graph.request_forms import prefer, read, with_body, write
from core.adapters.graph.times import iso
from core.domain.interval import Interval

if TYPE_CHECKING:
    from msgraph import GraphServiceClient

EVENT_FIELDS = [
    "id",
    "iCalUId",
    "type",
    "seriesMasterId",
    "originalStart",
    "isOrganizer",
    "organizer",
    "subject",
    "start",
    "end",
    "originalStartTimeZone",
    "isAllDay",
    "attendees",
    "location",
    "sensitivity",
    "showAs",
    "isReminderOn",
    "reminderMinutesBeforeStart",
    "responseStatus",
    "isCancelled",
    "isDraft",
    "webLink",
    "createdDateTime",
    "lastModifiedDateTime",
]


class EventRequests:
    """Builds requests; all of them ask for immutable ids, those that read times for UTC."""

    def __init__(self, graph: "GraphServiceClient") -> None:
        self._graph = graph

    def event(self, address: str, event_id: str, expand: str) -> RequestInformation:
        """GET one event."""
        query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(
            select=EVENT_FIELDS, expand=[expand]
        )
        return read(self._event(address, event_id), query)

    def events(
        self, address: str, condition: str, expand: str, page_size: int
    ) -> RequestInformation:
        """GET the masters and single instances that meet a condition."""
        query = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(
            filter=condition, select=EVENT_FIELDS, expand=[expand], top=page_size
        )
        return read(self._user(address).events, query)

    def view(
        self, address: str, window: Interval, expand: str, page_size: int
    ) -> RequestInformation:
        """GET the calendar view of a window, series expanded."""
        query = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
            start_date_time=iso(window.start),
            end_date_time=iso(window.end),
            select=EVENT_FIELDS,
            expand=[expand],
            top=page_size,
        )
        return read(self._user(address).calendar_view, query)

    def view_ids(self, address: str, window: Interval, page_size: int) -> RequestInformation:
        """GET only the ids of what the calendar view of a window shows."""
        query = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
            start_date_time=iso(window.start),
            end_date_time=iso(window.end),
            select=["id", "seriesMasterId"],
            top=page_size,
        )
        return read(self._user(address).calendar_view, query)

    def delta(self, address: str, window: Interval, page_size: int) -> RequestInformation:
        """GET the first page of a delta round; it takes neither `$select` nor `$expand`."""
        query = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(
            start_date_time=iso(window.start), end_date_time=iso(window.end)
        )
        request = read(self._user(address).calendar_view.delta, query)
        prefer(request, f"odata.maxpagesize={page_size}")
        return request

    def series(
        self, address: str, event_id: str, expand: str, *, with_dates: bool
    ) -> RequestInformation:
        """GET the master of a series; `with_dates` brings its exceptions and deleted dates."""
        select, expansions = [*EVENT_FIELDS, "recurrence"], [expand]
        if with_dates:
            select += ["exceptionOccurrences", "cancelledOccurrences"]
            fields = ",".join(EVENT_FIELDS)
            expansions.append(f"exceptionOccurrences($select={fields};$expand={expand})")
        query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(
            select=select, expand=expansions
        )
        return read(self._event(address, event_id), query)

    def instances(
        self, address: str, event_id: str, window: Interval, expand: str, page_size: int
    ) -> RequestInformation:
        """GET the occurrences and exceptions of a series in a window; deleted ones are absent."""
        query = InstancesRequestBuilder.InstancesRequestBuilderGetQueryParameters(
            start_date_time=iso(window.start),
            end_date_time=iso(window.end),
            select=EVENT_FIELDS,
            expand=[expand],
            top=page_size,
        )
        return read(self._event(address, event_id).instances, query)

    def create_event(self, address: str, body: dict[str, Any]) -> RequestInformation:
        """POST an event."""
        return with_body(write(Method.POST, self._user(address).events), body)

    def update_event(
        self, address: str, event_id: str, body: dict[str, Any], version: str
    ) -> RequestInformation:
        """PATCH an event, if it still has this version; an empty one asks for no condition."""
        request = with_body(write(Method.PATCH, self._event(address, event_id)), body)
        if version:
            request.headers.add("If-Match", version)
        return request

    def delete_event(self, address: str, event_id: str, version: str = "") -> RequestInformation:
        """DELETE an event, if it still has this version: it goes to Deleted Items."""
        request = write(Method.DELETE, self._event(address, event_id))
        if version:
            request.headers.add("If-Match", version)
        return request

    def cancel_event(self, address: str, event_id: str, comment: str) -> RequestInformation:
        """POST the organizer's cancellation."""
        builder = self._event(address, event_id).cancel
        return with_body(write(Method.POST, builder), {"comment": comment})

    def decline(
        self, address: str, event_id: str, comment: str, *, tells: bool
    ) -> RequestInformation:
        """POST a resource's or attendee's no; `tells` sends it to the organizer."""
        body = {"comment": comment, "sendResponse": tells} if tells else {"sendResponse": False}
        return with_body(write(Method.POST, self._event(address, event_id).decline), body)

    def event_link(self, address: str, event_id: str) -> RequestInformation:
        """GET where an event is shown in the browser."""
        query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(
            select=["id", "webLink"]
        )
        return read(self._event(address, event_id), query)

    def _user(self, address: str) -> Any:  # noqa: ANN401 - the SDK's builders are not analysed
        return self._graph.users.by_user_id(address)

    def _event(self, address: str, event_id: str) -> Any:  # noqa: ANN401 - as _user
        return self._user(address).events.by_event_id(event_id)
