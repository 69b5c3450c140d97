"""Ids and versions, all derived from counters: the same history gives the same strings.

Default ids name the folder and so change when an item moves; immutable ids do not; change keys
change with every save (graph-calendar 3.1, 4, 5).
"""

import hashlib
import uuid
from base64 import b64encode, urlsafe_b64encode

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
    return "AQMk" + urlsafe_b64encode(_digest(58, "folder", mailbox, folder)).decode()


def change_key(mailbox: str, sequence: int) -> str:
    return b64encode(_digest(16, "store", mailbox) + sequence.to_bytes(6)).decode()


def ical_uid(mailbox: str, number: int) -> str:
    """Return the id that all copies of a meeting share."""
    own = _digest(36, "uid", mailbox, number).hex().upper()
    return f"040000008200E00074C5B7101A82E00800000000{own}"


def _digest(size: int, *parts: object) -> bytes:
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2b(text.encode(), digest_size=size).digest()
