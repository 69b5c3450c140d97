"""Delivery states (AMQP 1.0, part 3.4): what a receiver's disposition means, and what to echo.

The client waits for its outcome to come back settled (facts/local-broker.md, «Delivering and
settling»); a dead-letter comes back without its error, which would read as a failed settlement.
"""

from typing import Any

from devstack.bus.amqp.codec import Described, Encoded, MalformedError, encode, ulong
from devstack.bus.amqp.errors import AmqpError
from devstack.bus.amqp.performatives import ACCEPTED, MODIFIED, REJECTED, RELEASED
from devstack.bus.queueing.settlement import (
    COMPLETED,
    Outcome,
    Settlement,
)
from devstack.bus.queueing.settlement import RELEASED as RETURNED


def read_outcome(state: Described | None) -> Outcome | None:
    """Return how to settle; None for a state that ends nothing (`received`).

    Settled without any state is taken as given back: nothing is lost by that.
    """
    if state is None:
        return RETURNED
    fields = state.value if isinstance(state.value, list) else []
    match state.descriptor:
        case 0x24:
            return COMPLETED
        case 0x26:
            return RETURNED
        case 0x27:
            return _modified(*[*fields, None, None, None][:3])
        case 0x25:
            return _dead_letter(fields[0] if fields else None)
    return None


def _modified(failed: object, undeliverable_here: object, annotations: object) -> Outcome:
    """Undeliverable here means deferred; the annotations become application properties."""
    if undeliverable_here:
        settlement = Settlement.DEFER
    else:
        settlement = Settlement.ABANDON if failed else Settlement.RELEASE
    properties = annotations if isinstance(annotations, dict) else {}
    return Outcome(
        settlement=settlement,
        properties={str(name): Encoded(encode(value)) for name, value in properties.items()},
    )


def _dead_letter(error: object) -> Outcome:
    info: dict[str, Any] = {}
    if isinstance(error, Described):
        if not isinstance(error.value, list):
            raise MalformedError("the error of a rejected outcome is no list")
        info = (error.value[2] if len(error.value) > 2 else None) or {}
    return Outcome(
        settlement=Settlement.DEAD_LETTER,
        reason=info.get("DeadLetterReason"),
        description=info.get("DeadLetterErrorDescription"),
    )


def accepted() -> Described:
    return Described(ulong(ACCEPTED), [])


def rejected(error: AmqpError) -> Described:
    return Described(ulong(REJECTED), [error.described()])


def echo(outcome: Outcome) -> Described:
    """Return the state that confirms a settlement."""
    match outcome.settlement:
        case Settlement.COMPLETE:
            return accepted()
        case Settlement.RELEASE:
            return Described(ulong(RELEASED), [])
        case Settlement.ABANDON:
            return Described(ulong(MODIFIED), [True, False])
        case Settlement.DEFER:
            return Described(ulong(MODIFIED), [True, True])
        case Settlement.DEAD_LETTER:
            return Described(ulong(REJECTED), [])
