"""What a server on premises posts to us: a hint to look, and nothing more (ews-and-security A4).

It proves nothing: no signature, no secret but the one in the address. Read without exchangelib, so
that the way of a notification stays cheap, and hostile until read.
"""

from itertools import islice

from lxml import etree

from core.adapters.ews.xml import Element, child, m, name_of, named, text
from core.domain.ids import EventId
from core.domain.push_notice import NoticedItem, PushNotice
from core.errors import InvalidPayloadError

MOST_BYTES = 256 * 1024
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MOST_NOTICES = 20
"""A server tells of one subscription at a time; each costs a look into our table."""
MOST_ITEMS = 200
"""Of more than these in one notification all that changed is read."""
_CHANGES = frozenset({"CreatedEvent", "ModifiedEvent", "DeletedEvent"})
_MOVES = frozenset({"MovedEvent", "CopiedEvent"})
_LONGEST_ID = 2048


def read_notices(body: bytes) -> tuple[PushNotice, ...]:
    """Read a SendNotification; anything else is an InvalidPayloadError that repeats nothing."""
    if len(body) > MOST_BYTES:
        raise InvalidPayloadError("a notification of EWS is too large")
    root = _parsed(body)
    sent = child(root, "Body", "SendNotification")
    if root.tag != f"{{{_SOAP}}}Envelope" or sent is None:
        raise InvalidPayloadError("a notification of EWS is none")
    told = list(islice(named(sent, "Notification"), MOST_NOTICES + 1))
    if len(told) > MOST_NOTICES:
        raise InvalidPayloadError("a notification of EWS tells of too many subscriptions")
    found = []
    for notice in told:
        subscription = text(notice, "SubscriptionId").strip()
        if subscription:
            found.append(_notice(subscription, notice))
    return tuple(found)


def _notice(subscription: str, told: Element) -> PushNotice:
    """Read what is told of items; folders, which change with them, say nothing more."""
    items: dict[NoticedItem, None] = {}
    has_moves = False
    for event in told:
        kind, item = name_of(event), child(event, "ItemId")
        event_id = "" if item is None else item.get("Id", "")
        if not 0 < len(event_id) <= _LONGEST_ID:
            continue
        if kind in _CHANGES and item is not None:
            version, is_gone = item.get("ChangeKey", ""), kind == "DeletedEvent"
            items[NoticedItem(EventId(event_id), version, is_gone)] = None
        has_moves = has_moves or kind in _MOVES
    if len(items) > MOST_ITEMS:
        return PushNotice(subscription_id=subscription, has_moves=True)
    return PushNotice(subscription_id=subscription, items=tuple(items), has_moves=has_moves)


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
