"""Messages that the bus set aside because the worker died over them: given up like all others.

Nobody is there to see it happen, so the sweep looks for them once an hour.
"""

import logging

from core.app.find_link import find_readable
from core.app.given_up import give_up
from core.app.giving_up import tell_organizer
from core.app.services import Services
from core.domain.dead_letter import DeadLetter

log = logging.getLogger(__name__)


async def collect_set_aside(services: Services) -> int:
    """Move what the bus set aside to `failed-items` and onto the list; return how much it was."""

    async def keep(letter: DeadLetter) -> None:
        given_up = letter.given_up
        log.warning("message_set_aside", extra={"reason": given_up.reason})
        if given_up.item is None:
            await services.queue.give_up(given_up)
            return
        link = await find_readable(given_up.item.key, services)
        await give_up(given_up.item, given_up.reason, given_up.text, link, services)
        await tell_organizer(link, services)

    letters = await services.dead_letters.peek(set_aside_only=True)
    if not letters:
        return 0
    return len(await services.dead_letters.take([letter.ref for letter in letters], keep))
