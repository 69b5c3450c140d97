"""Events: list, create, read, update, delete (graph-calendar 3.3, 4, 5)."""

from dataclasses import replace

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.context import Context, expansions, selected
from devstack.exchange.graph.errors import (
    GraphError,
    access_denied,
    bad_request,
    invalid_property,
    item_not_found,
    no_occurrence_left,
)
from devstack.exchange.graph.event_body import Edit, read_edit
from devstack.exchange.graph.event_fields import ordered, resolver
from devstack.exchange.graph.event_json import cancelled_json, event_json
from devstack.exchange.graph.odata import parse_filter
from devstack.exchange.graph.paging import page_of
from devstack.exchange.graph.routing import Routes
from devstack.exchange.model import bodies, versions
from devstack.exchange.model.item import CALENDAR, Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.refusals import CrossingBoundaryError, NoOccurrenceLeftError
from devstack.exchange.model.values import AnswerKind, Content, Draft

PREFIXES = ("users/{user}", "users/{user}/calendar", "users/{user}/calendars/{calendar}")
PAGE = 10


class Events:
    """The handlers of `/events` and `/events/{id}`."""

    def __init__(self, context: Context) -> None:
        self._context, self._model = context, context.model

    def routes(self, table: Routes) -> None:
        for prefix in PREFIXES:
            table.add("GET", f"{prefix}/events", self.list)
            table.add("POST", f"{prefix}/events", self.create)
            table.add("GET", f"{prefix}/events/{{event}}", self.read)
            table.add("PATCH", f"{prefix}/events/{{event}}", self.update)
            table.add("DELETE", f"{prefix}/events/{{event}}", self.delete)

    async def list(self, call: Call) -> Reply:
        """Answer singles and masters, unexpanded; `users/{id}/events` is the default calendar."""
        call.did("event.list")
        mailbox = self._context.mailbox(call)
        if "search" in call.query:
            raise bad_request("$search is not supported on events.")
        view = self._context.view(call)
        folder = self._context.folder(call, mailbox) or CALENDAR
        stored = self._model.store.in_folder(mailbox.guid, folder)[::-1]
        items = [item for i in stored if (item := self._as_read(call, i)) is not None]
        if condition := call.query.get("filter"):
            fits = parse_filter(condition)
            items = [item for item in items if fits(resolver(item))]
        page, beside = page_of(
            call, self._context.throttle, ordered(items, call.query.get("orderby")), PAGE
        )
        shown = [event_json(item, view) for item in page]
        entity = f"users('{call.params['user']}')/events"
        return Reply(200, self._context.collection(call, entity, shown) | beside)

    async def create(self, call: Call) -> Reply:
        """Make an event; the mailbox becomes its organizer and invitations go out at once."""
        call.did("event.create")
        mailbox = self._context.mailbox(call)
        folder = self._context.folder(call, mailbox) or CALENDAR
        edit = self._edit(call)
        if (existing := self._same_transaction(mailbox, edit)) is not None:
            return self._show(call, existing, 201)
        draft = edit.draft()
        if edit.wants_online_meeting:
            draft = _with_meeting(draft, self._meeting_url(mailbox))
        item = self._model.organizing.create(mailbox, folder, draft, call.cause)
        call.did("event.create", changed=True)
        return self._show(call, item, 201)

    async def read(self, call: Call) -> Reply:
        call.did("event.read")
        mailbox = self._context.mailbox(call)
        item = self._as_read(call, self._context.item(call, mailbox))
        if item is None:
            raise item_not_found()
        return self._show(call, item, 200, self._parts(call, item))

    async def update(self, call: Call) -> Reply:
        """Change what was sent and nothing else; collections are replaced whole."""
        call.did("event.update")
        mailbox = self._context.mailbox(call)
        item = self._changeable(call, mailbox)
        edit = self._edit(call)
        self._context.check_version(call, item)
        self._check_right(call, item, edit)
        if item.is_part_of_series and edit.content.get("recurrence") is not None:
            raise invalid_property("An occurrence of a series has no recurrence of its own.")
        before = item.values()
        content = edit.content_after(item.content)
        if edit.wants_online_meeting and content.online_meeting_url is None:
            content = _meeting(content, self._meeting_url(mailbox))
        try:
            item = self._model.organizing.update(
                item,
                content,
                edit.private_after(item.private),
                edit.attendees_after(item.attendees, self._model.directory.who),
                call.cause,
            )
        except CrossingBoundaryError as crossing:
            raise GraphError(400, "ErrorOccurrenceCrossingBoundary", str(crossing)) from crossing
        call.did("event.update", changed=item.values() != before)
        return self._show(call, item, 200)

    async def delete(self, call: Call) -> Reply:
        """Move to Deleted Items; the organizer's delete cancels the meeting."""
        call.did("event.delete")
        mailbox = self._context.mailbox(call)
        item = self._context.item(call, mailbox)
        self._context.check_version(call, item)
        if item.is_deleted:
            call.did("event.delete", changed=True)
            self._model.organizing.purge(item, call.cause)
            return Reply(204)
        if not item.is_organizer and self._model.switches["attendee_delete_declines"]:
            self._model.answering.answer(
                mailbox,
                item,
                AnswerKind.DECLINED,
                comment="",
                send=item.content.response_requested,
                proposed=None,
                cause=call.cause,
            )
            call.did("event.delete", changed=True)
            if self._model.switches["decline_removes"]:
                return Reply(204)
        try:
            self._model.organizing.delete(item, call.cause)
        except NoOccurrenceLeftError as refused:
            raise no_occurrence_left(refused) from refused
        call.did("event.delete", changed=True)
        return Reply(204)

    def _as_read(self, call: Call, item: Item) -> Item | None:
        """Return what the application reads; a person in Outlook waits until it is there."""
        if not call.is_service:
            return item
        return self._model.series.as_read(item)

    def _parts(self, call: Call, item: Item) -> Json:
        """Return what a series tells of its dates, to those who ask (graph-calendar 3.1)."""
        if not item.is_master or not self._model.switches["exception_occurrences"]:
            return {}
        wanted = selected(call.query.get("select", ""))
        expand = expansions(call.query.get("expand", ""))
        shown: Json = {}
        if "cancelledOccurrences" in wanted:
            shown["cancelledOccurrences"] = cancelled_json(item, self._context.view(call))
        options = expand.get("exceptionoccurrences")
        if options is not None or "exceptionOccurrences" in wanted:
            view = self._context.nested_view(call, options or "")
            shown["exceptionOccurrences"] = [
                event_json(exception, view) for exception in self._model.series.exceptions(item)
            ]
        return shown

    def _edit(self, call: Call) -> Edit:
        return read_edit(call.json(), subject_max=int(self._model.switches["subject_max"]))

    def _changeable(self, call: Call, mailbox: Mailbox) -> Item:
        item = self._context.item(call, mailbox)
        if item.is_deleted:
            raise GraphError(
                400,
                "ErrorCalendarCannotUpdateDeletedItem",
                "A calendar item in the Deleted Items folder cannot be updated.",
            )
        return item

    def _check_right(self, call: Call, item: Item, edit: Edit) -> None:
        """On an attendee's copy people change only what is private to it (graph-calendar 3.3)."""
        if item.is_organizer:
            return
        is_shared = edit.attendees is not None or set(edit.content) - {"sensitivity"}
        is_strict = not call.is_service or self._model.switches["attendee_copy_patch"] == "refused"
        if is_shared and is_strict:
            raise access_denied()

    def _same_transaction(self, mailbox: Mailbox, edit: Edit) -> Item | None:
        """Return the event a repeated POST made before; what happens then is a switch."""
        if edit.transaction_id is None or self._model.switches["transaction_id"] == "ignored":
            return None
        existing = self._model.store.of_transaction(mailbox.guid, edit.transaction_id)
        if existing is not None and self._model.switches["transaction_id"] == "conflict":
            raise GraphError(
                409,
                "ErrorDuplicateTransactionId",
                "Your request can't be completed. An event with this transactionId exists.",
            )
        return existing

    def _meeting_url(self, mailbox: Mailbox) -> str:
        serial = self._model.store.sequence(mailbox.guid)
        return f"https://teams.example/l/meetup-join/{versions.guid(mailbox.guid, serial)}"

    def _show(self, call: Call, item: Item, status: int, parts: Json | None = None) -> Reply:
        content: Json = {
            "@odata.context": f"{call.origin}/v1.0/$metadata"
            f"#users('{call.params['user']}')/events/$entity"
        }
        return Reply(status, content | event_json(item, self._context.view(call)) | (parts or {}))


def _with_meeting(draft: Draft, url: str) -> Draft:
    return replace(draft, content=_meeting(draft.content, url))


def _meeting(content: Content, url: str) -> Content:
    """Make it an online meeting: its join information lives in the body (graph-calendar 3.1)."""
    return replace(
        content,
        body=bodies.with_meeting_blob(content.body, url),
        online_meeting_url=url,
        online_meeting_provider="teamsForBusiness",
    )
