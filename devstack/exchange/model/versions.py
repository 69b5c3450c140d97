"""Ids and versions, all derived from counters: the same history gives the same strings.

Default ids name the folder and so change when an item moves; immutable ids do not; change keys
change with every save (graph-calendar 3.1, 4, 5).
"""

import hashlib
import struct
import uuid
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import date

UID_CLASS = "040000008200E00074C5B7101A82E008"
UID_DAY = slice(len(UID_CLASS), len(UID_CLASS) + 8)
NO_DAY = "0" * 8
TAIL_FORM = ">HBBH"
TAIL_CHECK = 6
TAIL_LENGTH = 16
FOLDER_START = "AQMk"
ID_ENDS = {"AAMk": "AAA=", "AAkA": "=="}
NAMESPACE = uuid.UUID("6f1ee0a1-4a52-4d0e-9d70-5f8f2c3d5a11")


def guid(*parts: object) -> str:
    """Return a GUID that depends on nothing but `parts`."""
    return str(uuid.uuid5(NAMESPACE, "/".join(str(part).lower() for part in parts)))


def rest_id(mailbox: str, folder: str, number: int, moves: int) -> str:
    """Return the default id of an item in a folder."""
    content = mailbox.encode() + _digest(54, "item", mailbox, folder, number, moves)
    return "AAMk" + urlsafe_b64encode(content).decode() + "AAA="


def immutable_id(mailbox: str, number: int) -> str:
    """Return the id that stays the same as long as the item stays in its mailbox."""
    return "AAkALg" + urlsafe_b64encode(_digest(58, "immutable", mailbox, number)).decode()


def folder_id(mailbox: str, folder: str) -> str:
    return FOLDER_START + urlsafe_b64encode(_digest(58, "folder", mailbox, folder)).decode()


def change_key(mailbox: str, sequence: int) -> str:
    return b64encode(_digest(16, "store", mailbox) + sequence.to_bytes(6)).decode()


def ical_uid(mailbox: str, number: int) -> str:
    """Return the id that all copies of a meeting share."""
    own = _digest(36, "uid", mailbox, number).hex().upper()
    return f"{UID_CLASS}{NO_DAY}{own}"


def occurrence_uid(series: str, day: date) -> str:
    """Return the id of one occurrence: Exchange writes its original day into the series' id."""
    return f"{series[: UID_DAY.start]}{day.year:04X}{day.month:02X}{day.day:02X}{_rest(series)}"


def series_uid(uid: str) -> str:
    """Return the id of the series that an occurrence belongs to; a series' own stays."""
    return f"{uid[: UID_DAY.start]}{NO_DAY}{_rest(uid)}"


def day_in(uid: str) -> date | None:
    """Return the original day of the occurrence that an id names, None for a whole meeting."""
    text = uid[UID_DAY]
    if text == NO_DAY:
        return None
    return date(int(text[:4], 16), int(text[4:6], 16), int(text[6:], 16))


def occurrence_id(master_id: str, day: date, generation: int) -> str:
    """Return the id of an occurrence, in the form of its master's; see `occurrence_in`."""
    ending = ID_ENDS[master_id[:4]]
    name = struct.pack(TAIL_FORM, day.year, day.month, day.day, generation % 2**16)
    check = _digest(TAIL_CHECK, "occurrence", master_id, day, generation)
    return f"{master_id.removesuffix(ending)}{urlsafe_b64encode(name + check).decode()}{ending}"


def occurrence_in(item_id: str) -> tuple[str, date, int] | None:
    """Return master's id, day and generation out of an occurrence's id; None for another id."""
    ending = ID_ENDS.get(item_id[:4])
    if ending is None:
        return None
    body = item_id.removesuffix(ending)
    try:
        name = urlsafe_b64decode(body[-TAIL_LENGTH:])[:-TAIL_CHECK]
        year, month, day, generation = struct.unpack(TAIL_FORM, name)
        found = f"{body[:-TAIL_LENGTH]}{ending}", date(year, month, day), generation
    except (ValueError, struct.error):
        return None
    return found if occurrence_id(*found) == item_id else None


def _rest(uid: str) -> str:
    return uid[UID_DAY.stop :]


def _digest(size: int, *parts: object) -> bytes:
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2b(text.encode(), digest_size=size).digest()
