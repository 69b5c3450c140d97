"""What is done with an event beyond CRUD: cancel, answer, purge, move (graph-calendar 3.3)."""

from collections.abc import Awaitable, Callable

from devstack.exchange.graph.calls import Call, Reply
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.errors import (
    item_not_found,
    unreadable_body,
)
from devstack.exchange.graph.event_json import event_json
from devstack.exchange.graph.events import PREFIXES
from devstack.exchange.graph.moments import read_wall
from devstack.exchange.graph.routing import Routes
from devstack.exchange.model.item import DELETED_ITEMS
from devstack.exchange.model.values import AnswerKind, TimeSlot

ANSWERS = {
    "accept": AnswerKind.ACCEPTED,
    "tentativelyAccept": AnswerKind.TENTATIVE,
    "decline": AnswerKind.DECLINED,
}


class Actions:
    """The handlers of `/events/{id}/<action>`.

    `move` is not part of Graph's events; it stands for what a person does in Outlook: restore an
    item from Deleted Items or drag it to another calendar.
    """

    def __init__(self, context: Context) -> None:
        self._context, self._model = context, context.model

    def routes(self, table: Routes) -> None:
        for prefix in PREFIXES:
            event = f"{prefix}/events/{{event}}"
            table.add("POST", f"{event}/cancel", self.cancel)
            table.add("POST", f"{event}/permanentDelete", self.purge)
            table.add("POST", f"{event}/move", self.move)
            for word, kind in ANSWERS.items():
                table.add("POST", f"{event}/{word}", self._answering(word, kind))

    async def cancel(self, call: Call) -> Reply:
        call.did("event.cancel")
        mailbox = self._context.mailbox(call)
        item = self._context.item(call, mailbox)
        deeds = self._context.deeds
        deeds.require_version(item, call.headers.get("if-match"))
        comment = _comment(call.parameters("comment").get("comment"))
        deeds.cancel(item, comment, self._context.by(call))
        call.did("event.cancel", changed=True)
        return Reply(202)

    async def purge(self, call: Call) -> Reply:
        call.did("event.purge")
        mailbox = self._context.mailbox(call)
        item = self._context.deeds.found(mailbox, call.params["event"])
        if item is None:
            raise item_not_found()
        self._context.deeds.purge(item, self._context.by(call))
        call.did("event.purge", changed=True)
        return Reply(204)

    async def move(self, call: Call) -> Reply:
        """Put an item into another folder: `calendar`, a calendar's id, or `deleteditems`."""
        call.did("event.move")
        mailbox = self._context.mailbox(call)
        item = self._context.deeds.found(mailbox, call.params["event"])
        if item is None:
            raise item_not_found()
        wanted = call.parameters("destinationId").get("destinationId")
        if not isinstance(wanted, str):
            raise unreadable_body("'destinationId' must be a string.")
        folder = (
            DELETED_ITEMS
            if wanted.lower() == DELETED_ITEMS
            else self._context.named_calendar(mailbox, wanted)
        )
        if self._context.deeds.move(item, folder):
            call.did("event.move", changed=True)
        return Reply(201, event_json(item, self._context.view(call)))

    def _answering(self, word: str, kind: AnswerKind) -> Callable[[Call], Awaitable[Reply]]:
        async def answer(call: Call) -> Reply:
            call.did(f"event.{word}")
            mailbox = self._context.mailbox(call)
            item = self._context.item(call, mailbox)
            given = call.parameters("comment", "sendResponse", "proposedNewTime")
            send = given.get("sendResponse")
            if send is not None and not isinstance(send, bool):
                raise unreadable_body("'sendResponse' must be a boolean.")
            self._context.deeds.answer(
                mailbox,
                item,
                kind,
                self._context.by(call),
                comment=_comment(given.get("comment")),
                send=send is not False,
                proposed=_slot(given.get("proposedNewTime")),
            )
            call.did(f"event.{word}", changed=True)
            return Reply(202)

        return answer


def _comment(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise unreadable_body("'comment' must be a string.")
    return value


def _slot(value: object) -> TimeSlot | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise unreadable_body("'proposedNewTime' must be an object with 'start' and 'end'.")
    return TimeSlot(read_wall(value.get("start"), "start"), read_wall(value.get("end"), "end"))
