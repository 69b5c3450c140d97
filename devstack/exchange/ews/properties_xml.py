"""Extended properties in EWS; known property sets are answered by their name, as Exchange does."""

import binascii
from base64 import b64encode

from devstack.exchange.ews.errors import EwsError
from devstack.exchange.ews.soap import Element, first, t, text_of
from devstack.exchange.model import versions
from devstack.exchange.model.item import Item
from devstack.exchange.model.values import ExtendedProperty, PropertyId

SETS = {
    "Address": "00062004-0000-0000-c000-000000000046",
    "Appointment": "00062002-0000-0000-c000-000000000046",
    "Common": "00062008-0000-0000-c000-000000000046",
    "InternetHeaders": "00020386-0000-0000-c000-000000000046",
    "Meeting": "6ed8da90-450b-101b-98da-00aa003f1305",
    "PublicStrings": "00020329-0000-0000-c000-000000000046",
    "Sharing": "00062040-0000-0000-c000-000000000046",
    "Task": "00062003-0000-0000-c000-000000000046",
    "UnifiedMessaging": "4442858e-a9e3-4e80-b900-317a210cc15b",
}
_NAMES = {guid: name for name, guid in SETS.items()}
GLOBAL_OBJECT_ID, CLEAN_GLOBAL_OBJECT_ID = "0x3", "0x23"


def read_property_id(uri: Element) -> PropertyId:
    """Read an ExtendedFieldURI: a tag, or a set with a name or a number."""
    kind = uri.get("PropertyType", "")
    if (tag := uri.get("PropertyTag")) is not None:
        return PropertyId(kind=kind, property_set=None, name=_hex(tag))
    named_set, guid = uri.get("DistinguishedPropertySetId"), uri.get("PropertySetId")
    known = SETS.get(named_set or "", (guid or "").lower().strip("{}"))
    name, number = uri.get("PropertyName"), uri.get("PropertyId")
    if not known or not kind or (name is None) == (number is None):
        raise EwsError(
            "ErrorInvalidExtendedProperty",
            "The extended property attribute combination is invalid.",
        )
    return PropertyId(
        kind=kind,
        property_set=f"{{{known}}}",
        name=name if name is not None else _hex(number or ""),
    )


def property_uri(wanted: PropertyId) -> Element:
    """Return the ExtendedFieldURI of a property."""
    if wanted.property_set is None:
        return t("ExtendedFieldURI", PropertyTag=wanted.name, PropertyType=wanted.kind)
    guid = wanted.property_set.strip("{}").lower()
    place = (
        {"DistinguishedPropertySetId": _NAMES[guid]} if guid in _NAMES else {"PropertySetId": guid}
    )
    if wanted.name.startswith("0x"):
        name = {"PropertyId": str(int(wanted.name, 16))}
    else:
        name = {"PropertyName": wanted.name}
    return t("ExtendedFieldURI", **place, **name, PropertyType=wanted.kind)


def read_property(element: Element) -> ExtendedProperty:
    """Read an ExtendedProperty with one value."""
    uri = first(element, "ExtendedFieldURI")
    if uri is None:
        raise EwsError("ErrorInvalidExtendedProperty", "An extended property needs its name.")
    value = text_of(element, "Value")
    if value is None:
        raise EwsError(
            "ErrorInvalidExtendedPropertyValue", "Only single values are kept by this simulator."
        )
    return ExtendedProperty(read_property_id(uri), value)


def value_of(item: Item, wanted: PropertyId) -> str | None:
    """Return the value of a property, made-up ones of Exchange included; None: there is none."""
    if (kept := item.private.properties.get(wanted.key)) is not None:
        return kept.value
    if (wanted.property_set or "").strip("{}").lower() != SETS["Meeting"]:
        return None
    if wanted.name not in (GLOBAL_OBJECT_ID, CLEAN_GLOBAL_OBJECT_ID):
        return None
    is_clean = wanted.name == CLEAN_GLOBAL_OBJECT_ID
    uid = versions.series_uid(item.ical_uid) if is_clean else item.ical_uid
    try:
        return b64encode(binascii.unhexlify(uid)).decode()
    except binascii.Error:
        return None


def property_element(item: Item, wanted: PropertyId) -> Element | None:
    """Return a property of an item, None when it has none of this name."""
    value = value_of(item, wanted)
    if value is None:
        return None
    return t("ExtendedProperty", property_uri(wanted), t("Value", value))


def _hex(text: str) -> str:
    try:
        return hex(int(text, 16 if text.lower().startswith("0x") else 10))
    except ValueError as error:
        raise EwsError("ErrorInvalidExtendedProperty", f"'{text}' is no property tag.") from error
