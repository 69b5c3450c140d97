"""A request of the service to the model of Exchange: whose mailbox, whether it may, what it means.

Limits, access and permissions are the face's own; what Exchange refuses becomes the error of
`core.errors` that the Graph adapter makes of the same answer.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.adapters.graph.failures import Subject, failure_of
from core.adapters.graph.reply import Reply
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.errors import MailboxUnavailableError, RoomSyncError
from devstack.exchange.graph.errors import GraphError, envelope
from devstack.exchange.graph.event_deeds import Doer
from devstack.exchange.graph.permissions import CALENDARS
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.messages import Cause
from devstack.exchange.simulator import ExchangeSimulator
from devstack.kit.journal import RequestEntry
from tests.simulation.ports.line import SERVICE, Line

USERS, MAILBOX_SETTINGS = "User.Read.All", "MailboxSettings.Read"
GROUPS, OPTIONS, MAIL = "GroupMember.Read.All", "MailboxConfigItem.Read", "Mail.Send"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is asked of which port, as what the log has it, and how its refusal is read."""

    port: str
    operation: str
    doing: str
    reads: bool = True
    tells: bool = True
    permission: str = CALENDARS
    subject: Subject = Subject.MAILBOX
    is_create: bool = False


@dataclass(slots=True)
class Asked:
    """A request that has been let in; `mailbox` is None where none is asked."""

    entry: RequestEntry
    mailbox: Mailbox | None

    @property
    def opened(self) -> Mailbox:
        assert self.mailbox is not None, "the request names no mailbox"
        return self.mailbox

    @property
    def by(self) -> Doer:
        return Doer(is_service=True, cause=Cause(SERVICE, self.entry.number))

    def changed(self) -> None:
        """Say in the log that a stored value really changed."""
        self.entry.changed = True


class ExchangeLine:
    """Asks the model of one simulator."""

    def __init__(
        self,
        simulator: ExchangeSimulator,
        line: Line,
        origin_of: Callable[[str | None], str] = lambda _: "",
    ) -> None:
        self.simulator, self._line, self._origin_of = simulator, line, origin_of

    async def ask[T](
        self, asking: Asking, path: str, deed: Callable[[Asked], T], mailbox: str | None = None
    ) -> T:
        """Do something, in a mailbox if one is named by its address."""

        async def done(asked: Asked) -> T:
            return deed(asked)

        return await self.ask_slowly(asking, path, done, mailbox)

    async def ask_slowly[T](
        self,
        asking: Asking,
        path: str,
        deed: Callable[[Asked], Awaitable[T]],
        mailbox: str | None = None,
    ) -> T:
        """Do something that itself has to wait for others; an error names whose answer it was."""
        try:
            return await self._asked(asking, path, deed, mailbox)
        except RoomSyncError as error:
            error.origin = error.origin or self._origin_of(mailbox)
            raise

    async def _asked[T](
        self,
        asking: Asking,
        path: str,
        deed: Callable[[Asked], Awaitable[T]],
        mailbox: str | None = None,
    ) -> T:
        await self._line.leaves(asking.port)
        if mailbox is not None:
            path = f"/v1.0/users/{mailbox}/{path}"
        entry = self._line.arrives(asking.port, asking.operation, path, mailbox, reads=asking.reads)
        try:
            result = await deed(Asked(entry, self._admitted(asking, mailbox)))
            entry.status = 200
        except GraphError as error:
            entry.status = error.status
            raise self._failure(error, asking) from None
        finally:
            self._line.note(asking.port, entry, reads=asking.reads, tells=asking.tells)
        await self._line.returns(asking.port)
        return result

    def _admitted(self, asking: Asking, mailbox: str | None) -> Mailbox | None:
        sim = self.simulator
        if mailbox is None:
            sim.permissions.require_of_service(asking.permission)
            return None
        known = sim.model.directory.find(mailbox)
        sim.throttle.admit_service(mailbox if known is None else known.mail)
        sim.permissions.require_of_service(asking.permission)
        return sim.access.opened(mailbox, None)

    def _failure(self, error: GraphError, asking: Asking) -> Exception:
        content = envelope(error, self.simulator.clock.now(), "", "")
        headers = {name.lower(): value for name, value in error.headers.items()}
        reply = Reply(error.status, headers, json.dumps(content).encode())
        return failure_of(reply, asking.doing, asking.subject, is_create=asking.is_create)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Which mailbox is meant, in one environment, by our settings."""

    environment: EnvironmentId
    address_of: Callable[[MailboxKey], str]
    zone_of: Callable[[MailboxKey], str]

    def address(self, place: EventPlace) -> str:
        """Return the address behind a mailbox key; MailboxUnavailableError if there is none."""
        if place.environment != self.environment:
            raise MailboxUnavailableError(
                f"mailbox {place.mailbox} belongs to {place.environment}, not {self.environment}"
            )
        try:
            address = self.address_of(place.mailbox)
        except KeyError:
            address = ""
        if not address:
            raise MailboxUnavailableError(
                f"mailbox {place.mailbox} has no address in the settings: import it again"
            )
        return address
