"""DeadLetterBox on a bus: what was given up, and what the bus set aside, read as one."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from core.adapters.servicebus.bus import (
    FAILED_ITEMS,
    QUEUES,
    Bus,
    Dead,
    DeadEnd,
)
from core.adapters.servicebus.messages import (
    MAX_RAW,
    decode_given_up,
    decode_item,
    decode_job,
)
from core.adapters.servicebus.notice_forms import decode_notice
from core.domain.dead_letter import DeadLetter, LetterRef
from core.domain.interval import utc
from core.domain.work import GivenUp
from core.errors import InvalidPayloadError
from core.ports.dead_letters import Deed

SET_ASIDE = tuple(DeadEnd(queue, is_set_aside=True) for queue in QUEUES)
GIVEN_UP = DeadEnd(FAILED_ITEMS, is_set_aside=False)

WORKER_DIED = "worker_died"
EXPIRED = "expired"
_REASONS = {"MaxDeliveryCountExceeded": WORKER_DIED, "TTLExpiredException": EXPIRED}
_TEXTS = {
    WORKER_DIED: "the worker died each time that it had this message: look at its log",
    EXPIRED: "nobody took it in time",
}


class BusDeadLetters:
    """DeadLetterBox; a message that cannot be read is a letter as well, with its bytes."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def peek(self, *, set_aside_only: bool = False) -> Sequence[DeadLetter]:
        """Return what lies there, oldest first."""
        ends = SET_ASIDE if set_aside_only else (GIVEN_UP, *SET_ASIDE)
        lying = await asyncio.gather(*(self._bus.peek_dead(end) for end in ends))
        found = [
            _letter(end, dead)
            for end, dead_ones in zip(ends, lying, strict=True)
            for dead in dead_ones
        ]
        return sorted(found, key=lambda letter: (letter.at, letter.ref))

    async def take(self, refs: Collection[LetterRef], deed: Deed) -> Sequence[LetterRef]:
        """Do `deed` with each letter that is still there and remove it."""
        taken: list[LetterRef] = []
        for end, numbers in _by_end(refs).items():

            async def do(dead: Dead, end: DeadEnd = end) -> None:
                await deed(_letter(end, dead))

            taken += [
                LetterRef(end.queue, end.is_set_aside, number)
                for number in await self._bus.take_dead(end, numbers, do)
            ]
        return taken


def _by_end(refs: Iterable[LetterRef]) -> dict[DeadEnd, set[int]]:
    found: dict[DeadEnd, set[int]] = defaultdict(set)
    for ref in refs:
        if ref.queue in QUEUES and (ref.is_set_aside or ref.queue == FAILED_ITEMS):
            found[DeadEnd(ref.queue, ref.is_set_aside)].add(ref.number)
    return found


def _letter(end: DeadEnd, dead: Dead) -> DeadLetter:
    ref = LetterRef(end.queue, end.is_set_aside, dead.number)
    given_up = _read(end.queue, dead)
    return DeadLetter(ref=ref, at=utc(dead.at), given_up=given_up, deliveries=dead.deliveries)


def _read(queue: str, dead: Dead) -> GivenUp:
    reason = _REASONS.get(dead.reason, dead.reason or "unknown")
    text = _TEXTS.get(reason, "the bus set it aside")
    try:
        match queue:
            case "failed-items":
                return decode_given_up(dead.body)
            case "sync-items":
                return GivenUp(reason=reason, text=text, item=decode_item(dead.body))
            case "mailbox-jobs":
                return GivenUp(reason=reason, text=text, job=decode_job(dead.body))
            case _:
                return GivenUp(reason=reason, text=text, notice=decode_notice(dead.body))
    except InvalidPayloadError as error:
        raw = dead.body.decode("utf-8", "replace")[:MAX_RAW]
        return GivenUp(reason=reason, text=f"unreadable: {error}", raw=raw)
