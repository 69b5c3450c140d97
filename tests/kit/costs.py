"""What the service's calls to both systems cost, before a change is mirrored and after it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import pairwise

from tests.kit.wire import EXCHANGE, Call

DRAFT = (
    "/reservation/create",
    "/reservation/edit",
    "/reservation/recurrence/",
    "/reservation/confirm",
    "/reservation/abort",
)
_STORING = ("CreateItem", "UpdateItem")
_ELSEWHERE = ("SyncFolderItems", "ResolveNames", "GetFolder")
"""What a notification is about, which Graph's say themselves; and the address book."""


@dataclass(slots=True)
class Costs:
    """The service's calls during one user action and all that followed it.

    What the service does in the organizer's mailbox up to its last write belongs to the mirroring.
    The rest is what follows: copies in other mailboxes may be looked at before or after that.
    """

    organizer: str
    calls: list[Call] = field(default_factory=list)

    @property
    def graph_reads(self) -> int:
        reads = self._graph(self._mirroring(), writes=False)
        return sum(self.organizer in call.path for call in reads)

    @property
    def graph_writes(self) -> int:
        return len(self._graph(self._mirroring(), writes=True))

    @property
    def graph_reads_in_all(self) -> int:
        return len(self._graph(self._counted(), writes=False))

    @property
    def graph_writes_in_all(self) -> int:
        """Writes to calendars; a mail about a refusal is none."""
        writes = self._graph(self._counted(), writes=True)
        return len([call for call in writes if not call.path.endswith("/sendMail")])

    @property
    def rooms_writes(self) -> int:
        """Writes to ROOMS in all; the calls of one draft count as one (P7)."""
        writes = [c.path for c in self._counted() if c.side == "rooms" and c.is_write]
        drafts = sum(path.endswith("/reservation/confirm") for path in writes)
        return drafts + sum(not any(part in path for part in DRAFT) for path in writes)

    def _counted(self) -> list[Call]:
        calls = [call for call in self.calls if not call.is_login]
        paired = _paired(calls)
        return [call for number, call in enumerate(calls) if number not in paired]

    def _mirroring(self) -> list[Call]:
        counted = self._counted()
        last = max((n for n, call in enumerate(counted, 1) if call.is_write), default=0)
        return counted[:last]

    @staticmethod
    def _graph(calls: list[Call], *, writes: bool) -> list[Call]:
        here = [call for call in calls if call.side in EXCHANGE and not _is(call, *_ELSEWHERE)]
        return [call for call in here if (call.is_write if writes else call.is_read)]

    def __str__(self) -> str:
        """List the calls, for messages of failed assertions."""
        return "\n".join(f"{c.side} {c.method} {c.path} {c.status}" for c in self.calls)


def _paired(calls: list[Call]) -> set[int]:
    """Return the reads without which EWS does not write: those count with their write (ADR 0022).

    It answers no write with what is stored, so that is read; it knows no transaction ids, so a
    create looks for its own first.
    """
    mailboxes: dict[str, list[int]] = {}
    for number, call in enumerate(calls):
        if call.side == "ews":
            mailboxes.setdefault(call.path.rpartition("/")[0], []).append(number)
    pairs = [
        (calls[one], one, calls[other], other)
        for numbers in mailboxes.values()
        for one, other in pairwise(numbers)
    ]
    after = {n for first, _, then, n in pairs if _is(first, *_STORING) and _is(then, "GetItem")}
    before = {
        n for first, n, then, _ in pairs if _is(first, "FindItem") and _is(then, "CreateItem")
    }
    return after | before


def _is(call: Call, *operations: str) -> bool:
    return call.path.rpartition("/")[2] in operations


class Counting:
    """`async with world.counts() as costs:` does what is inside, settles, and has counted."""

    def __init__(
        self, calls: list[Call], settle: Callable[[], Awaitable[None]], organizer: str
    ) -> None:
        self._calls, self._settle = calls, settle
        self._costs = Costs(organizer)
        self._first = 0

    async def __aenter__(self) -> Costs:
        await self._settle()
        self._first = len(self._calls)
        return self._costs

    async def __aexit__(self, kind: object, *_: object) -> None:
        if kind is None:
            await self._settle()
        self._costs.calls = self._calls[self._first :]
