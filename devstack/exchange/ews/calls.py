"""One EWS request after its envelope was read, and the answers to it."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial

from devstack.exchange.ews.errors import EwsError, SoapFaultError, from_graph, problem
from devstack.exchange.ews.soap import Child, Element, children, m
from devstack.exchange.ews.throttle import SERVICE, EwsLimits
from devstack.exchange.graph.errors import GraphError
from devstack.exchange.graph.event_deeds import Doer
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.messages import Cause
from devstack.exchange.model.zones import Zone
from devstack.kit.desk import Caller
from devstack.kit.journal import RequestEntry


@dataclass(slots=True, kw_only=True)
class Call:
    """A request: `body` is the operation's element, `zone` what TimeZoneContext says.

    `mailbox` is who is acted for; None for a service account that impersonates nobody.
    `environment` narrows the address book to one installation, None: all of them.
    """

    operation: str
    body: Element
    zone: Zone
    mailbox: Mailbox | None
    environment: str | None
    caller: Caller
    entry: RequestEntry
    version: str
    limits: EwsLimits

    @property
    def own(self) -> Mailbox:
        """The mailbox that is acted for; a call that needs one fails without."""
        if self.mailbox is None:
            raise EwsError(
                "ErrorNonExistentMailbox",
                "No mailbox with such guid: the account has no mailbox of its own.",
            )
        return self.mailbox

    @property
    def is_service(self) -> bool:
        return self.caller.actor == SERVICE

    @property
    def by(self) -> Doer:
        return Doer(self.is_service, Cause(self.caller.actor, self.entry.number))

    def changed(self) -> None:
        """Say in the request log that a stored value really changed."""
        self.entry.changed = True


Handler = Callable[[Call], Awaitable[Element]]
Deed = Callable[[], Iterable[Child]]


class Operations:
    """The handlers by the name of their operation."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def add(self, name: str, handler: Handler) -> None:
        self._handlers[name] = handler

    def find(self, name: str) -> Handler | None:
        return self._handlers.get(name)


def answers(call: Call, messages: Iterable[Element]) -> Element:
    """Return an answer with one response message per thing that was asked for."""
    return m(f"{call.operation}Response", m("ResponseMessages", *messages))


def attempt(call: Call, deed: Deed, *beside: Element, empty: str | None = None) -> Element:
    """Do one thing and return its response message, which a refusal fails but does not end.

    `beside` and an `empty` container go into a failed message too, where Exchange has them.
    """
    tag = f"{call.operation}ResponseMessage"
    try:
        return success(tag, *deed())
    except GraphError as error:
        refusal = from_graph(error)
    except EwsError as error:
        refusal = error
    rest = [*beside, *([m(empty)] if empty else [])]
    return m(tag, *problem(refusal), *rest, ResponseClass="Error")


def attempt_each(
    call: Call,
    container: str,
    deed: Callable[[Element], Iterable[Child]],
    *,
    empty: str | None = None,
) -> Element:
    """Return an answer with one response message for each thing in a container of the request."""
    wanted = children(call.body, container)
    if not wanted:
        raise SoapFaultError("ErrorSchemaValidation", f"The request has no {container}.")
    return answers(call, [attempt(call, partial(deed, one), empty=empty) for one in wanted])


def success(tag: str, *members: Child) -> Element:
    return m(tag, m("ResponseCode", "NoError"), *members, ResponseClass="Success")
