"""What lies in `failed-items` and in the platform's dead-letter queues, as one."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol

from core.domain.dead_letter import DeadLetter, LetterRef

Deed = Callable[[DeadLetter], Awaitable[None]]


class DeadLetterBox(Protocol):
    """Looking changes nothing; a letter leaves only after what is done with it was done."""

    async def peek(self, *, set_aside_only: bool = False) -> Sequence[DeadLetter]:
        """Return what lies there, oldest first; `set_aside_only` leaves `failed-items` out."""
        ...

    async def take(self, refs: Collection[LetterRef], deed: Deed) -> Sequence[LetterRef]:
        """Do `deed` with each letter that is still there and remove it; return which those were.

        A crash between the two leaves the letter: `deed` may be done twice.
        """
        ...
