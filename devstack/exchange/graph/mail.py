"""sendMail and Sent Items: what the application sends are the error mails (contract, 5)."""

from collections.abc import Callable
from typing import Any

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.comparable import Comparable, Moment, Text
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.errors import bad_request, item_not_found
from devstack.exchange.graph.event_fields import property_resolver
from devstack.exchange.graph.mailing import Mailing
from devstack.exchange.graph.moments import instant_text
from devstack.exchange.graph.odata import Resolver, parse_filter
from devstack.exchange.graph.outgoing_mail import read_outgoing
from devstack.exchange.graph.paging import page_of
from devstack.exchange.graph.routing import Routes
from devstack.exchange.model import bodies, versions
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.sent_items import SENT_ITEMS, SentMessage, is_sent_items

PAGE = 10


class Mail:
    """The handlers of `/sendMail` and of the Sent Items folder."""

    def __init__(self, context: Context, mailing: Mailing) -> None:
        self._context, self._mailing = context, mailing

    def routes(self, table: Routes) -> None:
        table.add("POST", "users/{user}/sendMail", self.send)
        table.add("GET", "users/{user}/mailFolders/{folder}/messages", self.messages)

    async def send(self, call: Call) -> Reply:
        call.did("mail.send")
        mailbox = self._context.mailbox(call)
        mail = read_outgoing(call)
        self._mailing.send(mailbox, mail, self._context.by(call))
        return Reply(202)

    async def messages(self, call: Call) -> Reply:
        call.did("mail.list")
        mailbox = self._opened(call)
        found = self._mailing.filed(mailbox)
        if condition := call.query.get("filter"):
            fits = parse_filter(condition)
            found = [message for message in found if fits(_resolver(message))]
        page, beside = page_of(call, self._context.throttle, found, PAGE)
        shown = [_message_json(m, mailbox, call.query.get("select")) for m in page]
        return Reply(200, self._context.collection(call, "users/messages", shown) | beside)

    def _opened(self, call: Call) -> Mailbox:
        mailbox = self._context.mailbox(call)
        if not is_sent_items(call.params["folder"], mailbox):
            raise item_not_found()
        return mailbox


def _message_json(message: SentMessage, mailbox: Mailbox, select: str | None) -> Json:
    sender = {"emailAddress": {"name": mailbox.name, "address": mailbox.mail}}
    shown: Json = {
        "id": versions.rest_id(mailbox.guid, SENT_ITEMS, message.number, 0),
        "internetMessageId": message.internet_message_id,
        "subject": message.subject,
        "sentDateTime": instant_text(message.sent_at),
        "isDraft": False,
        "from": sender,
        "sender": sender,
        "toRecipients": [_recipient(address) for address in message.to],
        "ccRecipients": [_recipient(address) for address in message.cc],
        "body": {"contentType": "html", "content": message.html},
        "bodyPreview": bodies.preview(message.html),
        "internetMessageHeaders": [{"name": n, "value": v} for n, v in message.headers],
    }
    if select:
        return _selected(shown, select)
    del shown["internetMessageHeaders"]
    return shown


def _recipient(address: str) -> Json:
    return {"emailAddress": {"name": address, "address": address}}


def _selected(shown: Json, select: str) -> Json:
    known = {name.lower(): name for name in shown}
    wanted = [part.strip().lower() for part in select.split(",") if part.strip()]
    for name in wanted:
        if name not in known:
            raise bad_request(
                f"Could not find a property named '{name}' on type 'microsoft.graph.message'."
            )
    return {known[name]: shown[known[name]] for name in ("id", *wanted)}


def _resolver(message: SentMessage) -> Resolver:
    """Return a message's values for `$filter`."""
    fields: dict[str, Callable[[], Any]] = {
        "internetmessageid": lambda: Text(message.internet_message_id),
        "subject": lambda: Text(message.subject),
        "sentdatetime": lambda: Moment(message.sent_at),
        "singlevalueextendedproperties": lambda: [
            property_resolver(p) for p in message.properties.values()
        ],
    }

    def resolve(path: str) -> Comparable | list[Resolver] | None:
        if path not in fields:
            raise bad_request(f"The property '{path}' of a message cannot be filtered by.")
        value: Comparable | list[Resolver] = fields[path]()
        return value

    return resolve
