"""Request and reply over link pairs: `$cbs` (tokens, never checked) and `<entity>/$management`.

Requests carry no reply-to: the reply goes to the receiving link of the same session whose source
address is the request's target (facts/local-broker.md, «Connection and authentication»).
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from devstack.bus.amqp.codec import (
    Described,
    MalformedError,
    Symbol,
    Value,
    decode,
    encode,
    int32,
    ulong,
)
from devstack.bus.amqp.errors import AmqpError
from devstack.bus.amqp.performatives import Attach
from devstack.bus.queueing.message import APPLICATION_PROPERTIES, PROPERTIES, VALUE
from devstack.bus.serving.links import IncomingLink, LinkSession, OutgoingLink
from devstack.bus.serving.management import STATUS_OF_CONDITION, STATUS_OF_LOST_LOCK, Caller, manage

TOKEN_ACCEPTED = 202


@dataclass(frozen=True, slots=True)
class Request:
    """A request: its id comes back as the reply's correlation id, in the type it has."""

    message_id: Value
    operation: str
    body: Any


@dataclass(frozen=True, slots=True)
class Reply:
    """Application properties and body of a reply; `$cbs` and management name them differently."""

    properties: dict[str, Value]
    body: Value = None


class ReplyLink(OutgoingLink):
    """The client's receiving end of a request-reply pair."""

    def send_reply(self, request: Request, reply: Reply) -> None:
        properties = Described(ulong(PROPERTIES), [*[None] * 5, request.message_id])
        sections = (
            properties,
            Described(ulong(APPLICATION_PROPERTIES), reply.properties),
            Described(ulong(VALUE), reply.body),
        )
        payload = b"".join(map(encode, sections))
        self.session.send_delivery(self, payload, struct.pack(">I", self.delivery_count), None)


class RequestLink(IncomingLink):
    """The client's sending end of a request-reply pair; `answer` does what is asked."""

    def __init__(
        self,
        session: LinkSession,
        attach: Attach,
        *,
        answer: Callable[[Request], Reply],
        find_reply_link: Callable[[str], ReplyLink],
    ) -> None:
        super().__init__(session, attach)
        self._answer, self._find_reply_link = answer, find_reply_link

    def take_message(self, data: bytes, message_format: int | None) -> None:  # noqa: ARG002 - requests have no format
        """Answer a request; without a link for the reply it is refused undone."""
        request = read_request(data)
        self._find_reply_link(self.address).send_reply(request, self._answer(request))


def read_request(data: bytes) -> Request:
    """Read a request's id, operation and body."""
    sections, at = {}, 0
    while at < len(data):
        section, at = decode(data, at)
        if not isinstance(section, Described):
            raise MalformedError("a request must consist of sections")
        sections[section.descriptor] = section.value
    properties = sections.get(PROPERTIES) or [None]
    application = sections.get(APPLICATION_PROPERTIES) or {}
    operation = application.get("operation")
    return Request(properties[0], str(operation), sections.get(VALUE))


def accept_token(_: Request) -> Reply:
    """Answer a `$cbs` request: every token is as good as any."""
    return Reply({"status-code": int32(TOKEN_ACCEPTED), "status-description": "Accepted"})


def answer_management(request: Request, caller: Caller) -> Reply:
    """Answer a management request; a refusal is a reply too, with its condition as a symbol."""
    body = request.body if isinstance(request.body, dict) else {}
    try:
        answer = manage(request.operation, body, caller)
    except AmqpError as error:
        status = STATUS_OF_CONDITION.get(error.condition, STATUS_OF_LOST_LOCK)
        return Reply(
            {
                "statusCode": int32(status),
                "statusDescription": error.description,
                "errorCondition": Symbol(error.condition.value),
            }
        )
    return Reply({"statusCode": int32(answer.status), "statusDescription": "OK"}, answer.body)
