"""A batch of notices: each on its own, tried again like a look, given up with its reason."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from core.app.failures import delay_after, is_unforeseen, retry_class_of, said_by, where
from core.app.send_notice import NotStoredError, PostRoom, send_notice
from core.app.services import Services
from core.app.traced import mail_span
from core.domain.notice import Notice
from core.domain.work import GivenUp
from core.errors import RetryClass
from core.ports.mail import NoticeState
from core.telemetry.metrics import count
from core.telemetry.tracing import annotate, failed
from core.telemetry.vocabulary import GIVEN_UP, MAILS, RETRIES

log = logging.getLogger(__name__)

A_MOMENT_S = 0.1

AGAIN_IN = timedelta(seconds=20)
"""When a notice is taken up again whose pass is not stored yet."""


async def mail_batch(notices: Sequence[Notice], services: Services, post: PostRoom) -> None:
    """Send the mails of a batch, one after the other: the sender is one mailbox."""
    for notice in notices:
        with mail_span(notice, services.clock.now()):
            await _mail(notice, services, post)


async def _mail(notice: Notice, services: Services, post: PostRoom) -> None:
    try:
        async with asyncio.timeout(services.limits.handler_s):
            state = await _send_when_stored(notice, services, post)
        count(MAILS, kind=notice.kind, outcome=state)
        annotate("roomsync.outcome", state)
    except NotStoredError:
        due = services.clock.now() + AGAIN_IN
        await services.queue.send_notice(replace(notice, held=notice.held + 1), due)
    except Exception as error:  # noqa: BLE001 - the boundary: no other mail of the batch is harmed
        failed(error)
        if is_unforeseen(error):
            log.error("mail_failed_unexpectedly", extra=where(error))  # noqa: TRY400 - see where
        kind = retry_class_of(error)
        if kind is None:
            await _give_up(notice, type(error).__name__, error, services)
        else:
            await _again(notice, error, kind, services)


async def _send_when_stored(notice: Notice, services: Services, post: PostRoom) -> NoticeState:
    """Send a mail; one that overtook its pass by a moment waits here, not in the queue."""
    for _ in range(round(services.limits.stored_within_s / A_MOMENT_S)):
        with contextlib.suppress(NotStoredError):
            return await send_notice(notice, services, post)
        await asyncio.sleep(A_MOMENT_S)
    return await send_notice(notice, services, post)


async def _again(notice: Notice, error: Exception, kind: RetryClass, services: Services) -> None:
    delay = delay_after(error, kind, notice.attempt + 1, services.retries)
    if delay is None:
        await _give_up(notice, f"mail_tries_used_up:{kind}", error, services)
        return
    log.info("mail_scheduled_again", extra={"kind": kind, "delay_s": delay})
    count(RETRIES, **{"work": "mail", "class": kind})
    due = services.clock.now() + timedelta(seconds=delay)
    await services.queue.send_notice(replace(notice, attempt=notice.attempt + 1), due)


async def _give_up(notice: Notice, reason: str, error: Exception, services: Services) -> None:
    log.warning("mail_given_up", extra={"reason": reason, "error": type(error).__name__})
    count(GIVEN_UP, work="mail", reason=reason.partition(":")[0].removeprefix("mail_"))
    await services.queue.give_up(
        GivenUp(
            reason=reason,
            text=f"mail {notice.kind}: {said_by(error, reason)}",
            notice=notice,
            raw=notice.id,
            mapping_id=notice.mapping_id,
        )
    )
