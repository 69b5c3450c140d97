"""What is handed to sendMail, in either of its two forms: a JSON message, or MIME in base64."""

import binascii
from base64 import b64decode
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import getaddresses
from typing import Any

from devstack.exchange.graph.calls import Call, Json
from devstack.exchange.graph.errors import GraphError, unreadable_body
from devstack.exchange.graph.properties import Properties, read_properties
from devstack.exchange.model import bodies
from devstack.exchange.model.values import ExtendedProperty, PropertyId

LANGUAGE_HEADERS = ("content-language", "x-content-language")
INTERNET_HEADERS = "{00020386-0000-0000-c000-000000000046}"
"""The property set in which Exchange keeps the headers of a message, by name in lower case."""
MOST_HEADERS = 5
"""So many headers of its own a JSON message may carry, all of them beginning with x-."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """A mail that is about to leave; `message_id` is "" when the sender has set none."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    hidden: tuple[str, ...]
    sender: str
    subject: str
    text: str
    html: str
    language: str | None
    message_id: str
    headers: tuple[tuple[str, str], ...]
    properties: Properties
    is_kept: bool
    is_mime: bool = False

    def __post_init__(self) -> None:
        if not self.to + self.cc + self.hidden:
            raise GraphError(
                400, "ErrorInvalidRecipients", "At least one recipient isn't valid or is missing."
            )


def read_outgoing(call: Call) -> OutgoingMail:
    """Read the body of a sendMail call; its content type says which form it has."""
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    return _from_mime(call.body) if kind == "text/plain" else _from_json(call)


def _from_mime(body: bytes) -> OutgoingMail:
    try:
        raw = b64decode(body, validate=True)
    except binascii.Error as error:
        raise GraphError(
            400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content."
        ) from error
    message = message_from_bytes(raw, policy=policy.default)
    if not isinstance(message, EmailMessage) or not message.keys() or message.defects:
        raise GraphError(400, "ErrorMimeContentInvalid", "The MIME content is invalid.")
    html, text = _part(message, "html"), _part(message, "plain")
    own = tuple((name.lower(), str(value)) for name, value in message.items())
    headers = tuple((name, value) for name, value in own if name.startswith("x-"))
    return OutgoingMail(
        to=_named(message, "to"),
        cc=_named(message, "cc"),
        hidden=_named(message, "bcc"),
        sender=next(iter(_named(message, "from")), ""),
        subject=str(message.get("subject", "")),
        text=text if text is not None else bodies.to_text(html or ""),
        html=html or "",
        language=_language(own),
        message_id=str(message.get("message-id", "")).strip(),
        headers=headers,
        properties=_as_properties(headers),
        is_kept=True,
        is_mime=True,
    )


def _part(message: EmailMessage, kind: str) -> str | None:
    found = message.get_body(preferencelist=(kind,))
    if found is None:
        return None
    content: str = found.get_content()
    return content.replace("\r\n", "\n").rstrip("\n")


def _named(message: Message, header: str) -> tuple[str, ...]:
    values = [str(value) for value in message.get_all(header, [])]
    return tuple(address for _, address in getaddresses(values) if address)


def _from_json(call: Call) -> OutgoingMail:
    given = call.parameters("Message", "SaveToSentItems")
    message = given.get("Message")
    if not isinstance(message, dict):
        raise unreadable_body("'message' must be an object.")
    body = message.get("body") or {}
    content = str(body.get("content") or "")
    is_html = str(body.get("contentType", "text")).lower() == "html"
    headers = _own_headers(message)
    stored = read_properties(message.get("singleValueExtendedProperties") or [])
    return OutgoingMail(
        to=_addresses(message, "toRecipients"),
        cc=_addresses(message, "ccRecipients"),
        hidden=_addresses(message, "bccRecipients"),
        sender="",
        subject=str(message.get("subject") or ""),
        text=bodies.to_text(content) if is_html else content,
        html=content if is_html else "",
        language=_language(headers),
        message_id="",
        headers=headers,
        properties={**_as_properties(headers), **stored},
        is_kept=given.get("SaveToSentItems", True) is not False,
    )


def _own_headers(message: Json) -> tuple[tuple[str, str], ...]:
    given: Any = message.get("internetMessageHeaders") or []
    if len(given) > MOST_HEADERS:
        raise GraphError(
            400,
            "InvalidInternetMessageHeaderCollection",
            f"Maximum number of headers in one message should be less than or equal to"
            f" {MOST_HEADERS}.",
        )
    headers = tuple((str(h.get("name", "")).lower(), str(h.get("value", ""))) for h in given)
    for name, _ in headers:
        if not name.startswith("x-"):
            raise GraphError(
                400,
                "InvalidInternetMessageHeader",
                f"The internet message header name '{name}' should start with 'x-' or 'X-'.",
            )
    return headers


def _addresses(message: Json, name: str) -> tuple[str, ...]:
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
    return tuple(found)


def _language(headers: tuple[tuple[str, str], ...]) -> str | None:
    """Return the language that a sender declared in a header, None when it did not."""
    named = dict(headers)
    return next((named[name] for name in LANGUAGE_HEADERS if name in named), None)


def _as_properties(headers: tuple[tuple[str, str], ...]) -> Properties:
    """Return headers as Exchange keeps them: a property each, its name in lower case."""
    found = {}
    for name, value in headers:
        property_id = PropertyId(kind="String", property_set=INTERNET_HEADERS, name=name)
        found[property_id.key] = ExtendedProperty(property_id, value)
    return found
