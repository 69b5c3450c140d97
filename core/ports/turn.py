"""Whose mailbox the running task may use as its own: that of its queue session (design 6).

A session has one worker at a time, over all processes. Whoever calls a mailbox outside of its
sessions has no such promise, so the clients let these calls through one at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.domain.event import EventPlace

_OWN: ContextVar[EventPlace | None] = ContextVar("own_mailbox", default=None)


@contextmanager
def turn_of(place: EventPlace | None) -> Iterator[None]:
    """Work for a mailbox's session; None: for nobody's."""
    token = _OWN.set(place)
    try:
        yield
    finally:
        _OWN.reset(token)


def own_mailbox() -> EventPlace | None:
    """Return the mailbox whose session the running task works for, None outside of any."""
    return _OWN.get()
