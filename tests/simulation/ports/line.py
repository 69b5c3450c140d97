"""A call of a port on its way to a simulator's model: noted, interrupted, and nothing else.

No bytes travel. What the network does to a call in depth `protocol` is done here by rules of
`world.interruptions`, under the name "<graph|rooms>.<method of the port>".
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from devstack.kit.journal import Ledger, RequestEntry, iso
from tests.kit.interruptions import Interruptions
from tests.kit.wire import Call

SERVICE = "service"


@dataclass(frozen=True, slots=True)
class PortCall(Call):
    """One call that the service made; `method` is the port's own, `path` where it went."""

    reads: bool = True
    tells: bool = True

    @property
    def is_login(self) -> bool:
        return False

    @property
    def is_read(self) -> bool:
        return self.reads

    @property
    def is_write(self) -> bool:
        """Whether the call may change what users see: no subscription."""
        return self.tells and not self.reads


@dataclass(slots=True)
class Line:
    """Leads to one simulator; notes calls in `calls` and in the simulator's own log of requests."""

    side: str
    calls: list[Call]
    interruptions: Callable[[], Interruptions]
    requests: Ledger[RequestEntry]
    now: Callable[[], datetime]

    async def leaves(self, port: str) -> None:
        """Let a call be struck before it has had an effect."""
        await self.interruptions().before(f"{self.side}.{port}")

    async def returns(self, port: str) -> None:
        """Let a call be struck after it had its effect."""
        await self.interruptions().after(f"{self.side}.{port}")

    def arrives(
        self, port: str, operation: str, path: str, mailbox: str | None = None, *, reads: bool
    ) -> RequestEntry:
        """Note a request as the simulator's face does, but for its bytes."""
        moment = iso(self.now())
        entry = RequestEntry(
            time=moment,
            answered=moment,
            actor=SERVICE,
            mailbox=mailbox,
            method="GET" if reads else port,
            path=path,
            operation=operation,
        )
        return self.requests.append(entry)

    def note(self, port: str, entry: RequestEntry, *, reads: bool, tells: bool = True) -> None:
        """Note what became of a request."""
        call = PortCall(
            self.side, port, entry.path, entry.status, self.now(), reads=reads, tells=tells
        )
        self.calls.append(call)
