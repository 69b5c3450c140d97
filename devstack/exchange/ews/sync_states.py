"""Sync states: opaque, per folder, good until they are forgotten."""

import binascii
import json
import zlib
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass

from devstack.exchange.ews.errors import EwsError
from devstack.exchange.ews.folders import Folder
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.mailbox import Mailbox

HEAD = b"H4sI"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """Everything up to the save `since` is known; `after` is where the first walk stands."""

    folder: str
    since: int
    after: int | None
    generation: int


class SyncStates:
    """Writes and reads states; `expire` forgets those of a mailbox."""

    def __init__(self, model: Exchange) -> None:
        self._model, self._switches = model, model.switches
        self._epoch = max((n for _, n in model.shelf.load("ews-epoch")), default=0)
        self._generations: dict[str, int] = dict(model.shelf.load("ews-generation"))

    def clear(self) -> None:
        """Forget the states of everybody, for good."""
        self._epoch += 1
        self._model.shelf.put("ews-epoch", "epoch", self._epoch)
        self._generations.clear()

    def expire(self, mailbox: Mailbox) -> None:
        """Forget the states of a mailbox."""
        self._generations[mailbox.guid] = self._generations.get(mailbox.guid, 0) + 1
        self._model.shelf.put("ews-generation", mailbox.guid, self._generations[mailbox.guid])

    def first(self, folder: Folder) -> SyncState:
        """Begin with nothing known."""
        return SyncState(
            folder=folder.id,
            since=self._model.store.sequence(folder.mailbox.guid),
            after=0,
            generation=self._generation(folder.mailbox),
        )

    def read(self, text: str, folder: Folder) -> SyncState:
        """Return what a state says; one that is not of this folder, or forgotten, is refused."""
        try:
            packed = b64decode(text, validate=True)
            if not packed.startswith(HEAD):
                raise _invalid()
            content = zlib.decompressobj().decompress(packed.removeprefix(HEAD))
            state = SyncState(**json.loads(content))
        except (binascii.Error, zlib.error, ValueError, TypeError) as error:
            raise _invalid() from error
        if state.folder != folder.id or state.generation != self._generation(folder.mailbox):
            raise _invalid()
        return state

    def write(self, state: SyncState) -> str:
        """Return a state as it travels; real ones grow with the folder, which is a switch."""
        packed = HEAD + zlib.compress(json.dumps(asdict(state)).encode())
        return b64encode(packed + bytes(1024 * int(self._switches["ews_sync_state_kb"]))).decode()

    def _generation(self, mailbox: Mailbox) -> int:
        return 1000 * self._epoch + self._generations.get(mailbox.guid, 0)


def _invalid() -> EwsError:
    return EwsError(
        "ErrorInvalidSyncStateData", "Synchronization state data is corrupt or invalid."
    )
