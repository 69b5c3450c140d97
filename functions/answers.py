"""How results and errors become HTTP answers."""

import json
from typing import Any

import azure.functions as func

from core.errors import LaterFormError, MessageRejectedError, RoomSyncError, TransientError

SAFE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


def json_answer(content: Any, status: int = 200) -> func.HttpResponse:  # noqa: ANN401 - any JSON
    """Answer with JSON."""
    return func.HttpResponse(
        json.dumps(content), status_code=status, mimetype="application/json", headers=SAFE
    )


def text_answer(text: str, status: int = 200) -> func.HttpResponse:
    """Answer with plain text, never taken for anything else by a browser."""
    return func.HttpResponse(
        text, status_code=status, mimetype="text/plain", charset="utf-8", headers=SAFE
    )


def refusal(error: RoomSyncError) -> func.HttpResponse:
    """Answer for an error that a use case raised: what went wrong and whether to try again."""
    if isinstance(error, MessageRejectedError):
        return json_answer({"error": str(error)}, error.status)
    status = 503 if isinstance(error, (TransientError, LaterFormError)) else 500
    return json_answer({"error": type(error).__name__}, status)
