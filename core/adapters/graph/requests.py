"""Every request that goes to Graph, addressed by the SDK's builders (graph-calendar 1-4)."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder
from msgraph.generated.groups.item.transitive_members.transitive_members_request_builder import (
    TransitiveMembersRequestBuilder,
)
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
from msgraph.generated.users.item.mail_folders.item.mail_folder_item_request_builder import (
    MailFolderItemRequestBuilder,
)
from msgraph.generated.users.item.mail_folders.item.messages.messages_request_builder import (
    MessagesRequestBuilder,
)
from msgraph.generated.users.item.mailbox_settings.mailbox_settings_request_builder import (
    MailboxSettingsRequestBuilder,
)
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

from core.domain.interval import Interval

if TYPE_CHECKING:
    from msgraph import GraphServiceClient

IMMUTABLE_IDS = 'IdType="ImmutableId"'
UTC_TIMES = 'outlook.timezone="UTC"'

EVENT_FIELDS = [
    "id",
    "iCalUId",
    "type",
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


class Requests:
    """Builds requests; all of them ask for immutable ids, those that read times for UTC."""

    def __init__(self, graph: "GraphServiceClient") -> None:
        self._graph = graph

    def event(self, address: str, event_id: str, expand: str) -> RequestInformation:
        """GET one event."""
        query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(
            select=EVENT_FIELDS, expand=[expand]
        )
        return _read(self._event(address, event_id), query)

    def events(
        self, address: str, condition: str, expand: str, page_size: int
    ) -> RequestInformation:
        """GET the masters and single instances that meet a condition."""
        query = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(
            filter=condition, select=EVENT_FIELDS, expand=[expand], top=page_size
        )
        return _read(self._user(address).events, query)

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
        return _read(self._user(address).calendar_view, query)

    def view_ids(self, address: str, window: Interval, page_size: int) -> RequestInformation:
        """GET only the ids of what the calendar view of a window shows."""
        query = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
            start_date_time=iso(window.start),
            end_date_time=iso(window.end),
            select=["id", "seriesMasterId"],
            top=page_size,
        )
        return _read(self._user(address).calendar_view, query)

    def delta(self, address: str, window: Interval, page_size: int) -> RequestInformation:
        """GET the first page of a delta round; it takes neither `$select` nor `$expand`."""
        query = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(
            start_date_time=iso(window.start), end_date_time=iso(window.end)
        )
        request = _read(self._user(address).calendar_view.delta, query)
        request.headers.add("Prefer", f"odata.maxpagesize={page_size}")
        return request

    def follow(self, link: str, page_size: int) -> RequestInformation:
        """GET a next or delta link verbatim; the preferences are repeated on every page."""
        request = RequestInformation(Method.GET)
        request.url = link
        request.headers.add("Accept", "application/json")
        _prefer(request, IMMUTABLE_IDS, UTC_TIMES, f"odata.maxpagesize={page_size}")
        return request

    def create_event(self, address: str, body: dict[str, Any]) -> RequestInformation:
        """POST an event."""
        return _with_body(_write(Method.POST, self._user(address).events), body)

    def update_event(
        self, address: str, event_id: str, body: dict[str, Any], version: str
    ) -> RequestInformation:
        """PATCH an event, if it still has this version; an empty one asks for no condition."""
        request = _with_body(_write(Method.PATCH, self._event(address, event_id)), body)
        if version:
            request.headers.add("If-Match", version)
        return request

    def delete_event(self, address: str, event_id: str) -> RequestInformation:
        """DELETE an event: it goes to Deleted Items."""
        return _write(Method.DELETE, self._event(address, event_id))

    def cancel_event(self, address: str, event_id: str, comment: str) -> RequestInformation:
        """POST the organizer's cancellation."""
        builder = self._event(address, event_id).cancel
        return _with_body(_write(Method.POST, builder), {"comment": comment})

    def decline(
        self, address: str, event_id: str, comment: str, *, tells: bool
    ) -> RequestInformation:
        """POST a resource's or attendee's no; `tells` sends it to the organizer."""
        body = {"comment": comment, "sendResponse": tells} if tells else {"sendResponse": False}
        return _with_body(_write(Method.POST, self._event(address, event_id).decline), body)

    def groups_at(self, address: str) -> RequestInformation:
        """GET the ids of the groups that an address, primary or not, belongs to."""
        quoted = address.replace("'", "''")
        query = GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(
            filter=f"mail eq '{quoted}' or proxyAddresses/any(p:p eq 'smtp:{quoted}')",
            select=["id"],
        )
        return _read(self._graph.groups, query)

    def members(self, group_id: str, page_size: int) -> RequestInformation:
        """GET everybody in a group and in the groups in it.

        Without a cast to users: that would be an advanced query and leave out mail contacts.
        """
        query = TransitiveMembersRequestBuilder.TransitiveMembersRequestBuilderGetQueryParameters(
            select=["id", "displayName", "mail"], top=page_size
        )
        return _read(self._graph.groups.by_group_id(group_id).transitive_members, query)

    def calendar_options(self, address: str, name: str) -> RequestInformation:
        """GET the options of a mailbox's calendar, which only the beta version has."""
        root = self._graph.request_adapter.base_url.rstrip("/").removesuffix("/v1.0")
        request = RequestInformation(Method.GET)
        request.url = (
            f"{root}/beta/users/{quote(address, safe='@')}/mailFolders/calendar"
            f"/userConfigurations/{quote(name)}"
        )
        request.headers.add("Accept", "application/json")
        return request

    def users_at(self, address: str) -> RequestInformation:
        """GET the addresses of the directory entry that an address, primary or not, belongs to."""
        quoted = address.replace("'", "''")
        query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
            filter=f"mail eq '{quoted}' or proxyAddresses/any(p:p eq 'smtp:{quoted}')",
            select=["id", "mail", "proxyAddresses"],
        )
        return _read(self._graph.users, query)

    def mailbox_settings(self, address: str, setting: str = "timeZone") -> RequestInformation:
        """GET one of a mailbox's settings."""
        parameters = MailboxSettingsRequestBuilder.MailboxSettingsRequestBuilderGetQueryParameters
        return _read(self._user(address).mailbox_settings, parameters(select=[setting]))

    def event_link(self, address: str, event_id: str) -> RequestInformation:
        """GET where an event is shown in the browser."""
        query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(
            select=["id", "webLink"]
        )
        return _read(self._event(address, event_id), query)

    def send_mail(self, address: str, content: bytes) -> RequestInformation:
        """POST a mail as MIME in base64."""
        request = _write(Method.POST, self._user(address).send_mail)
        request.set_stream_content(content, "text/plain")
        return request

    def messages(self, address: str, folder: str, condition: str) -> RequestInformation:
        """GET the id of one message of a folder that meets a condition."""
        query = MessagesRequestBuilder.MessagesRequestBuilderGetQueryParameters(
            filter=condition, select=["id"], top=1
        )
        return _read(self._folder(address, folder).messages, query)

    def mail_folder(self, address: str, folder: str) -> RequestInformation:
        """GET the id of a mail folder."""
        parameters = MailFolderItemRequestBuilder.MailFolderItemRequestBuilderGetQueryParameters
        return _read(self._folder(address, folder), parameters(select=["id"]))

    def create_subscription(self, body: dict[str, Any]) -> RequestInformation:
        """POST a subscription."""
        return _with_body(_write(Method.POST, self._graph.subscriptions), body)

    def subscriptions(self) -> RequestInformation:
        """GET the live subscriptions of this application."""
        return _write(Method.GET, self._graph.subscriptions)

    def renew_subscription(self, subscription_id: str, body: dict[str, Any]) -> RequestInformation:
        """PATCH a subscription."""
        return _with_body(_write(Method.PATCH, self._subscription(subscription_id)), body)

    def reauthorize_subscription(self, subscription_id: str) -> RequestInformation:
        """POST the answer to a reauthorization request."""
        return _write(Method.POST, self._subscription(subscription_id).reauthorize)

    def delete_subscription(self, subscription_id: str) -> RequestInformation:
        """DELETE a subscription."""
        return _write(Method.DELETE, self._subscription(subscription_id))

    def _user(self, address: str) -> Any:  # noqa: ANN401 - the SDK's builders are not analysed
        return self._graph.users.by_user_id(address)

    def _event(self, address: str, event_id: str) -> Any:  # noqa: ANN401 - as _user
        return self._user(address).events.by_event_id(event_id)

    def _folder(self, address: str, folder: str) -> Any:  # noqa: ANN401 - as _user
        return self._user(address).mail_folders.by_mail_folder_id(folder)

    def _subscription(self, subscription_id: str) -> Any:  # noqa: ANN401 - as _user
        return self._graph.subscriptions.by_subscription_id(subscription_id)


def iso(moment: datetime) -> str:
    """Write an instant with the `Z` that Graph wants in query parameters and expiries."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _read(builder: Any, query: object) -> RequestInformation:  # noqa: ANN401 - any SDK builder
    request: RequestInformation = builder.to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )
    _prefer(request, IMMUTABLE_IDS, UTC_TIMES)
    return request


def _write(method: Method, builder: Any) -> RequestInformation:  # noqa: ANN401 - any SDK builder
    """Return a request to a builder's address; its typed body would load the SDK's models."""
    request = RequestInformation(method, builder.url_template, builder.path_parameters)
    request.headers.add("Accept", "application/json")
    _prefer(request, IMMUTABLE_IDS, UTC_TIMES)
    return request


def _with_body(request: RequestInformation, body: dict[str, Any]) -> RequestInformation:
    request.set_stream_content(json.dumps(body).encode(), "application/json")
    return request


def _prefer(request: RequestInformation, *preferences: str) -> None:
    for preference in preferences:
        request.headers.add("Prefer", preference)
