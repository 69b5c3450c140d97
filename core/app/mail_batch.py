"""A batch of notices: each on its own, tried again like a look, given up with its reason."""

import asyncio
import logging
import traceback
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from core.app.send_notice import PostRoom, send_notice
from core.app.services import Services
from core.domain.notice import Notice
from core.domain.work import GivenUp
from core.errors import PermanentError, RetryClass, TransientError
from core.sync.retry import NEVER_FAST, delay_before

log = logging.getLogger(__name__)


async def mail_batch(notices: Sequence[Notice], services: Services, post: PostRoom) -> None:
    """Send the mails of a batch, one after the other: the sender is one mailbox."""
    for notice in notices:
        await _mail(notice, services, post)


async def _mail(notice: Notice, services: Services, post: PostRoom) -> None:
    try:
        async with asyncio.timeout(services.limits.handler_s):
            await send_notice(notice, services, post)
    except TimeoutError as error:
        await _again(notice, error, RetryClass.CONNECTIVITY, services)
    except TransientError as error:
        await _again(notice, error, error.retry_class, services)
    except PermanentError as error:
        if error.retry_class in NEVER_FAST:
            await _again(notice, error, error.retry_class, services)
        else:
            await _give_up(notice, type(error).__name__, error, services)
    except Exception as error:  # noqa: BLE001 - the boundary: no other mail of the batch is harmed
        log.error("mail_failed_unexpectedly", extra=_where(error))  # noqa: TRY400 - see _where
        await _again(notice, error, RetryClass.OTHER, services)


def _where(error: Exception) -> dict[str, str]:
    """Say what failed and where; the error's own text may hold what no log should (P9)."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return {"error": type(error).__name__, "where": place}


async def _again(notice: Notice, error: Exception, kind: RetryClass, services: Services) -> None:
    hint = error.retry_after_s if isinstance(error, TransientError) else None
    delay = delay_before(notice.attempt + 1, kind, hint)
    if delay is None:
        await _give_up(notice, f"mail_tries_used_up:{kind}", error, services)
        return
    log.info("mail_scheduled_again", extra={"kind": kind, "delay_s": delay})
    due = services.clock.now() + timedelta(seconds=delay)
    await services.queue.send_notice(replace(notice, attempt=notice.attempt + 1), due)


async def _give_up(notice: Notice, reason: str, error: Exception, services: Services) -> None:
    log.warning("mail_given_up", extra={"reason": reason, "error": type(error).__name__})
    text = str(error) if isinstance(error, (TransientError, PermanentError)) else reason
    await services.queue.give_up(
        GivenUp(
            reason=reason,
            text=f"mail {notice.kind}: {text}",
            item=None,
            raw=notice.id,
            mapping_id=notice.mapping_id,
        )
    )
