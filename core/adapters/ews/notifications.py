"""What a server on premises posts to us: a hint to look, and nothing more (ews-and-security A4).

It proves nothing: no signature, no secret but the one in the address. Read without exchangelib, so
that the way of a notification stays cheap, and hostile until read.
"""

from dataclasses import dataclass

from lxml import etree

from core.adapters.ews.xml import Element, child, m, named, text
from core.errors import InvalidPayloadError

MOST_BYTES = 256 * 1024
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_CHANGES = frozenset({"CreatedEvent", "ModifiedEvent", "DeletedEvent", "MovedEvent", "CopiedEvent"})


@dataclass(frozen=True, slots=True)
class PushNotice:
    """One subscription is alive; `has_changes` says that its mailbox is worth a look."""

    subscription_id: str
    has_changes: bool


def read_notices(body: bytes) -> tuple[PushNotice, ...]:
    """Read a SendNotification; anything else is an InvalidPayloadError that repeats nothing."""
    if len(body) > MOST_BYTES:
        raise InvalidPayloadError("a notification of EWS is too large")
    root = _parsed(body)
    sent = child(root, "Body", "SendNotification")
    if root.tag != f"{{{_SOAP}}}Envelope" or sent is None:
        raise InvalidPayloadError("a notification of EWS is none")
    found = []
    for notice in named(sent, "Notification"):
        subscription = text(notice, "SubscriptionId").strip()
        if subscription:
            kinds = {str(event.tag).rpartition("}")[2] for event in notice}
            found.append(PushNotice(subscription, bool(kinds & _CHANGES)))
    return tuple(found)


def answer(*, goes_on: bool) -> bytes:
    """Return what a notification is answered with: only so can a push subscription be ended."""
    root = etree.Element(f"{{{_SOAP}}}Envelope", nsmap={"s": _SOAP})
    status = m("SubscriptionStatus", "OK" if goes_on else "Unsubscribe")
    etree.SubElement(root, f"{{{_SOAP}}}Body").append(m("SendNotificationResult", status))
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return content


def _parsed(body: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise InvalidPayloadError("a notification of EWS is no XML") from None
    if root.getroottree().docinfo.doctype:
        raise InvalidPayloadError("a notification of EWS has a document type")
    return root
