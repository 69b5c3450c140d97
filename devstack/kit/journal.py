"""Every request that reached a simulator and every mail that left it, as the contract has it."""

from bisect import bisect_right
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from devstack.kit.shelf import Shelf


def iso(moment: datetime) -> str:
    """Write a moment as the contract wants it: ISO 8601, UTC, `Z`, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class RequestEntry(BaseModel):
    """One request; `changed` is true when a stored value really changed.

    Beyond the contract: `answered` is when the answer was ready and durable, `item` the booking
    that a write of ROOMS changed first.
    """

    number: int = 0
    time: str = ""
    answered: str = ""
    actor: str = "anonymous"
    mailbox: str | None = None
    method: str
    path: str
    query: str = ""
    status: int = 0
    body: Any = None
    operation: str | None = None
    batch: int | None = None
    fault: Any = None
    changed: bool = False
    item: int | None = None


MailKind = Literal["invitation", "update", "cancellation", "response", "error", "other"]


class MailEntry(BaseModel):
    """One mail; `cause` is the request that made the simulator send it."""

    model_config = ConfigDict(populate_by_name=True)

    number: int = 0
    time: str = ""
    to: list[str]
    cc: list[str] = []
    sender: str
    kind: MailKind
    subject: str
    text: str = ""
    html: str = ""
    language: str | None = None
    cause: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the entry with the contract's name `from` for the sender."""
        content = self.model_dump(mode="json")
        content["from"] = content.pop("sender")
        return content


class Ledger[Line: (RequestEntry, MailEntry)]:
    """A numbered list that is appended to, read from a number on, and survives a kill."""

    def __init__(self, kind: str, line: type[Line], shelf: Shelf) -> None:
        self._kind, self._shelf = kind, shelf
        self._lines: list[Line] = [line.model_validate(content) for _, content in shelf.load(kind)]
        self._last = max(
            [entry.number for entry in self._lines]
            + [number for _, number in shelf.load(f"{kind}-last")],
            default=0,
        )

    def append(self, line: Line) -> Line:
        """Give `line` the next number and keep it."""
        self._last += 1
        line.number = self._last
        self._lines.append(line)
        self.save(line)
        return line

    def save(self, line: Line) -> None:
        """Keep later changes of a line (its status, whether something changed)."""
        if not self._shelf.is_durable:
            return
        self._shelf.put(self._kind, f"{line.number:012d}", line.model_dump(mode="json"))
        self._shelf.put(f"{self._kind}-last", "last", self._last)

    def since(self, number: int) -> list[Line]:
        """Return the lines with a greater number than `number`."""
        first = bisect_right(self._lines, number, key=lambda line: line.number)
        return self._lines[first:]

    def clear(self) -> None:
        """Forget the lines; numbers go on, so that nobody mistakes new for old."""
        for line in self._lines:
            self._shelf.remove(self._kind, f"{line.number:012d}")
        self._lines.clear()
