"""sendMail: what the application sends are the sync's error mails (contract of the stack 5)."""

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.errors import GraphError, unreadable_body
from devstack.exchange.graph.routing import Routes
from devstack.exchange.model import bodies
from devstack.kit.journal import MailEntry, iso

LANGUAGE_HEADER = "x-content-language"


class Mail:
    """The handler of `/sendMail`."""

    def __init__(self, context: Context) -> None:
        self._context, self._model = context, context.model

    def routes(self, table: Routes) -> None:
        table.add("POST", "users/{user}/sendMail", self.send)

    async def send(self, call: Call) -> Reply:
        call.did("mail.send")
        sender = self._context.mailbox(call)
        message = call.parameters("Message", "SaveToSentItems").get("Message")
        if not isinstance(message, dict):
            raise unreadable_body("'message' must be an object.")
        to, cc, hidden = (
            _addresses(message, name) for name in ("toRecipients", "ccRecipients", "bccRecipients")
        )
        if not to + cc + hidden:
            raise GraphError(
                400, "ErrorInvalidRecipients", "At least one recipient isn't valid or is missing."
            )
        body = message.get("body") or {}
        content = str(body.get("content") or "")
        is_html = str(body.get("contentType", "text")).lower() == "html"
        self._model.mails.append(
            MailEntry(
                time=iso(self._model.clock.now()),
                to=to + hidden,
                cc=cc,
                sender=sender.mail,
                kind="error" if call.is_service else "other",
                subject=str(message.get("subject") or ""),
                text=bodies.to_text(content) if is_html else content,
                html=content if is_html else "",
                language=_language(message),
                cause=call.cause.as_json(),
            )
        )
        return Reply(202)


def _addresses(message: Json, name: str) -> list[str]:
    recipients = message.get(name) or []
    if not isinstance(recipients, list):
        raise unreadable_body(f"'{name}' must be a collection.")
    found = []
    for recipient in recipients:
        address = recipient.get("emailAddress") if isinstance(recipient, dict) else None
        if not isinstance(address, dict) or not isinstance(address.get("address"), str):
            raise GraphError(
                400, "ErrorInvalidRecipients", f"A recipient of '{name}' has no address."
            )
        found.append(address["address"])
    return found


def _language(message: Json) -> str | None:
    """Return the language a sender declared in a custom header, None when it did not."""
    for header in message.get("internetMessageHeaders") or []:
        if str(header.get("name", "")).lower() == LANGUAGE_HEADER:
            return str(header.get("value"))
    return None
