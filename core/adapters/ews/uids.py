"""How EWS searches for a meeting: by its global object id, as bytes (MS-OXOCAL 2.2.1.27)."""

import binascii
from base64 import b64encode

from core.adapters.ews.xml import Element, t
from core.domain.ids import ICalUid, series_uid

_HEAD = bytes.fromhex("040000008200E00074C5B7101A82E008")
_NOTHING = bytes(4 + 8 + 8)
"""No day of a date, no time of creation, eight reserved bytes."""


def clean_global_object_id() -> Element:
    """Return the path of the id that a meeting and all its dates share."""
    return t(
        "ExtendedFieldURI",
        DistinguishedPropertySetId="Meeting",
        PropertyId="35",
        PropertyType="Binary",
    )


def global_object_id(ical_uid: ICalUid) -> str:
    """Return the value to search for; an id that another system has made up is wrapped."""
    uid = series_uid(ical_uid)
    try:
        content = binascii.unhexlify(uid)
    except (binascii.Error, ValueError):
        content = b""
    if not content.startswith(_HEAD):
        wrapped = b"vCal-Uid\x01\x00\x00\x00" + uid.encode() + b"\x00"
        content = _HEAD + _NOTHING + len(wrapped).to_bytes(4, "little") + wrapped
    return b64encode(content).decode()
