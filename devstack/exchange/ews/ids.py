"""Ids as EWS shows them: other strings than Graph's, and others after every move of a mailbox.

An id is Graph's default id in the secret writing of the mailbox where it is, so nothing has to be
kept. Ids are case-sensitive and hold `+` and `/`.
"""

import binascii
import hashlib
from base64 import b64decode, b64encode

from devstack.exchange.ews.errors import EwsError
from devstack.exchange.model import versions
from devstack.exchange.model.mailbox import Mailbox

ITEM, FOLDER = "AAMkAD", "AQMkAD"
LONGEST = 512


def item_id(mailbox: Mailbox, rest_id: str) -> str:
    """Return the id of an item or occurrence in this mailbox."""
    return ITEM + b64encode(_turned(mailbox, rest_id.encode())).decode()


def rest_id(mailbox: Mailbox, text: str) -> str | None:
    """Return Graph's id for one of EWS; None: of another mailbox, or from before a move."""
    if not text:
        raise EwsError("ErrorInvalidIdEmpty", "Id must be non-empty.")
    if not text.startswith(ITEM) or len(text) > LONGEST:
        raise EwsError("ErrorInvalidIdMalformed", "Id is malformed.")
    try:
        turned = _turned(mailbox, b64decode(text.removeprefix(ITEM), validate=True))
    except binascii.Error as error:
        raise EwsError("ErrorInvalidIdMalformed", "Id is malformed.") from error
    if not turned.startswith((b"AAMk", b"AAkA")):
        return None
    return turned.decode("ascii", "replace")


def folder_id(mailbox: Mailbox, folder: str) -> str:
    """Return the id of a folder."""
    own = versions.folder_id(mailbox.guid, f"{_place(mailbox)}/{folder}")
    return FOLDER + own.removeprefix(versions.FOLDER_START).translate(_STANDARD)


def change_key(of_model: str) -> str:
    """Return a change key as EWS writes it."""
    return f"DwAAABYAAA{of_model}"


def of_model(text: str) -> str:
    """Return the model's change key; one that never was is an error."""
    own = text.removeprefix("DwAAABYAAA")
    if own == text:
        raise EwsError("ErrorInvalidChangeKey", "The change key is invalid.")
    return own


def _place(mailbox: Mailbox) -> str:
    return f"{mailbox.environment}/{mailbox.moves}"


def _turned(mailbox: Mailbox, content: bytes) -> bytes:
    """Write or read the secret writing of a mailbox: both are the same."""
    seed = f"{mailbox.guid}/{_place(mailbox)}".encode()
    pad, block = b"", 0
    while len(pad) < len(content):
        pad += hashlib.blake2b(seed + block.to_bytes(4)).digest()
        block += 1
    return bytes(a ^ b for a, b in zip(content, pad, strict=False))


_STANDARD = str.maketrans("-_", "+/")
