"""What a failed look or mail deserves: another try, and when, or to be given up with a reason."""

import traceback

from core.errors import (
    CursorExpiredError,
    LaterFormError,
    PermanentError,
    PreconditionFailedError,
    RetryClass,
    RoomSyncError,
    TransientError,
)
from core.sync.retry import NEVER_FAST, RetryTables


def retry_class_of(error: Exception) -> RetryClass | None:
    """Return by which table a failure is tried again, None when trying again cannot help.

    What nobody foresaw is tried again, too: the boundary of a batch loses nothing.
    """
    match error:
        case TimeoutError() | LaterFormError():
            return RetryClass.CONNECTIVITY
        case TransientError():
            return error.retry_class
        case PermanentError():
            return error.retry_class if error.retry_class in NEVER_FAST else None
        case PreconditionFailedError():
            return RetryClass.DATA_PROCESSING
        case CursorExpiredError():
            return RetryClass.OTHER
        case _:
            return RetryClass.UNFORESEEN


def is_unforeseen(error: Exception) -> bool:
    """Tell whether a failure is none of those that the adapters name: a bug, mostly."""
    foreseen = (TransientError, PermanentError, PreconditionFailedError, CursorExpiredError)
    return not isinstance(error, (TimeoutError, *foreseen))


def delay_after(
    error: Exception, kind: RetryClass, attempt: int, tables: RetryTables
) -> float | None:
    """Return the seconds until try number `attempt` (1 = first retry), None to give up."""
    hint = error.retry_after_s if isinstance(error, TransientError) else None
    return tables.delay_before(attempt, kind, hint)


def said_by(error: Exception, reason: str) -> str:
    """Return what a failure says; the text of an unforeseen one may hold what none should (P9)."""
    return str(error) if isinstance(error, RoomSyncError) else reason


def where(error: Exception) -> dict[str, str]:
    """Say what failed and where; the error's own text may hold what no log should (P9)."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return {"error": type(error).__name__, "where": place}
