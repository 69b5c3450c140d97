"""A message that a later version has sent waits for that version (docs/upgrade.md).

    the message                then
    of a later version         put back as it is, by the table of what does not answer
    still, when that is over   `failed-items`, as it is, for a person

Old and new run side by side while a deployment is under way, or the new one was taken back. Crash:
the message comes again; twice is a look twice.
"""

import json
import logging
from datetime import timedelta

from core.app.failures import delay_after, retry_class_of
from core.app.services import Services
from core.domain.work import GivenUp
from core.errors import LaterFormError, RetryClass
from core.telemetry.metrics import count
from core.telemetry.vocabulary import GIVEN_UP

log = logging.getLogger(__name__)

WAITED = "waited"
"""The field of a message that counts how often it was put back; versions ignore what they do not
know.
"""


async def put_back(body: bytes, queue: str, error: LaterFormError, services: Services) -> None:
    """Let a message wait, or give it up when it has waited long enough."""
    content = json.loads(body)
    tries = content.get(WAITED)
    waited = tries if isinstance(tries, int) and tries >= 0 else 0
    kind = retry_class_of(error) or RetryClass.CONNECTIVITY
    delay = delay_after(error, kind, waited + 1, services.retries)
    log.warning("message_of_later_version", extra={"kind": queue})
    if delay is None:
        count(GIVEN_UP, work="message", reason="later_version")
        raw = body.decode("utf-8", "replace")
        await services.queue.give_up(GivenUp(reason="later_version", text=str(error), raw=raw))
        return
    due = services.clock.now() + timedelta(seconds=delay)
    again = json.dumps(content | {WAITED: waited + 1}, separators=(",", ":")).encode()
    await services.queue.put_back(queue, again, due)
