"""Every request that goes to Graph, addressed by the SDK's builders (graph-calendar 1-4, 6)."""

from typing import Any
from urllib.parse import quote

from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder
from msgraph.generated.groups.item.transitive_members.transitive_members_request_builder import (
    TransitiveMembersRequestBuilder,
)
from msgraph.generated.places.graph_room.graph_room_request_builder import (
    GraphRoomRequestBuilder,
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

from core.adapters.graph.event_requests import EventRequests
from core.adapters.graph.request_forms import (
    IMMUTABLE_IDS,
    UTC_TIMES,
    prefer,
    read,
    with_body,
    write,
)


class Requests(EventRequests):
    """Builds requests: those about events, and all others."""

    def follow(self, link: str, page_size: int) -> RequestInformation:
        """GET a next or delta link verbatim; the preferences are repeated on every page."""
        request = RequestInformation(Method.GET)
        request.url = link
        request.headers.add("Accept", "application/json")
        prefer(request, IMMUTABLE_IDS, UTC_TIMES, f"odata.maxpagesize={page_size}")
        return request

    def groups_at(self, address: str) -> RequestInformation:
        """GET the ids of the groups that an address, primary or not, belongs to."""
        quoted = address.replace("'", "''")
        query = GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(
            filter=f"mail eq '{quoted}' or proxyAddresses/any(p:p eq 'smtp:{quoted}')",
            select=["id"],
        )
        return read(self._graph.groups, query)

    def members(self, group_id: str, page_size: int) -> RequestInformation:
        """GET everybody in a group and in the groups in it.

        Without a cast to users: that would be an advanced query and leave out mail contacts.
        """
        query = TransitiveMembersRequestBuilder.TransitiveMembersRequestBuilderGetQueryParameters(
            select=["id", "displayName", "mail"], top=page_size
        )
        return read(self._graph.groups.by_group_id(group_id).transitive_members, query)

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
        return read(self._graph.users, query)

    def rooms(self, page_size: int) -> RequestInformation:
        """GET the rooms of the organisation."""
        query = GraphRoomRequestBuilder.GraphRoomRequestBuilderGetQueryParameters(
            select=["emailAddress", "displayName", "building"], top=page_size
        )
        return read(self._graph.places.graph_room, query)

    def mailbox_settings(self, address: str, setting: str = "timeZone") -> RequestInformation:
        """GET one of a mailbox's settings."""
        parameters = MailboxSettingsRequestBuilder.MailboxSettingsRequestBuilderGetQueryParameters
        return read(self._user(address).mailbox_settings, parameters(select=[setting]))

    def get_schedule(self, address: str, body: dict[str, Any]) -> RequestInformation:
        """POST the question when some addresses are busy, asked through a mailbox."""
        return with_body(write(Method.POST, self._user(address).calendar.get_schedule), body)

    def send_mail(self, address: str, content: bytes) -> RequestInformation:
        """POST a mail as MIME in base64."""
        request = write(Method.POST, self._user(address).send_mail)
        request.set_stream_content(content, "text/plain")
        return request

    def messages(self, address: str, folder: str, condition: str) -> RequestInformation:
        """GET the id of one message of a folder that meets a condition."""
        query = MessagesRequestBuilder.MessagesRequestBuilderGetQueryParameters(
            filter=condition, select=["id"], top=1
        )
        return read(self._folder(address, folder).messages, query)

    def mail_folder(self, address: str, folder: str) -> RequestInformation:
        """GET the id of a mail folder."""
        parameters = MailFolderItemRequestBuilder.MailFolderItemRequestBuilderGetQueryParameters
        return read(self._folder(address, folder), parameters(select=["id"]))

    def create_subscription(self, body: dict[str, Any]) -> RequestInformation:
        """POST a subscription."""
        return with_body(write(Method.POST, self._graph.subscriptions), body)

    def subscriptions(self) -> RequestInformation:
        """GET the live subscriptions of this application."""
        return write(Method.GET, self._graph.subscriptions)

    def renew_subscription(self, subscription_id: str, body: dict[str, Any]) -> RequestInformation:
        """PATCH a subscription."""
        return with_body(write(Method.PATCH, self._subscription(subscription_id)), body)

    def reauthorize_subscription(self, subscription_id: str) -> RequestInformation:
        """POST the answer to a reauthorization request."""
        return write(Method.POST, self._subscription(subscription_id).reauthorize)

    def delete_subscription(self, subscription_id: str) -> RequestInformation:
        """DELETE a subscription."""
        return write(Method.DELETE, self._subscription(subscription_id))

    def _folder(self, address: str, folder: str) -> Any:  # noqa: ANN401 - as _user
        return self._user(address).mail_folders.by_mail_folder_id(folder)

    def _subscription(self, subscription_id: str) -> Any:  # noqa: ANN401 - as _user
        return self._graph.subscriptions.by_subscription_id(subscription_id)
