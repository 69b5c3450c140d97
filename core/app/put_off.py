"""A batch whose worker cannot even read the settings: its messages wait for the tables.

    message          then, as long as the tables do not answer
    a look, a mail   a copy for later, by the table of the failure's class (docs/retries.md)
    used up          a copy each hour: without tables it cannot be listed as given up either
    a job            a copy in a minute; none if its timer asks for it again anyway

Let through, the error would give the batch back at once, to be delivered again within moments: a
few seconds without tables would set everything aside that is in the queues (design 6). The queue
alone is needed here. Crash: the messages come again, and are put off again; twice is a look twice.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from core.app.failures import delay_after
from core.app.parking import REPEATED
from core.app.services import Services
from core.domain.notice import Notice
from core.domain.work import MailboxJob, WorkItem
from core.errors import TransientError

log = logging.getLogger(__name__)

JOBS_AGAIN = timedelta(seconds=60)

USED_UP_S = 3600.0


async def put_off(
    messages: Sequence[WorkItem | Notice | MailboxJob], error: TransientError, services: Services
) -> None:
    """Schedule copies of all messages."""
    log.warning("batch_put_off", extra={"messages": len(messages), "error": type(error).__name__})
    now = services.clock.now()
    jobs = [m for m in messages if isinstance(m, MailboxJob) and m.kind not in REPEATED]
    if jobs:
        await services.queue.send_jobs(jobs, now + JOBS_AGAIN)
    for message in messages:
        if isinstance(message, MailboxJob):
            continue
        delay = delay_after(error, error.retry_class, message.attempt + 1, services.retries)
        due = now + timedelta(seconds=USED_UP_S if delay is None else delay)
        if isinstance(message, WorkItem):
            await services.queue.schedule(replace(message, attempt=message.attempt + 1), due)
        else:
            await services.queue.send_notice(replace(message, attempt=message.attempt + 1), due)
