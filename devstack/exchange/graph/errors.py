"""Graph's error envelope and the refusals this face knows (graph-calendar 9)."""

from datetime import datetime
from typing import Any


class GraphError(Exception):
    """An answer with an error envelope; `code` is what callers branch on."""

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.headers = status, code, headers or {}


def envelope(error: GraphError, now: datetime, request_id: str, client_id: str) -> dict[str, Any]:
    """Return the body of an error answer."""
    return {
        "error": {
            "code": error.code,
            "message": str(error),
            "innerError": {
                "date": now.strftime("%Y-%m-%dT%H:%M:%S"),
                "request-id": request_id,
                "client-request-id": client_id,
            },
        }
    }


def invalid_request(message: str) -> GraphError:
    return GraphError(400, "ErrorInvalidRequest", message)


def invalid_property(message: str) -> GraphError:
    """Refuse a value of the right type that Exchange will not store."""
    return GraphError(400, "ErrorPropertyValidationFailure", message)


def unreadable_body(message: str) -> GraphError:
    """JSON that is broken, names unknown properties or has values of the wrong type."""
    return GraphError(400, "RequestBodyRead", message)


def bad_request(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message)


def item_not_found() -> GraphError:
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def malformed_id() -> GraphError:
    return GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")


def access_denied() -> GraphError:
    return GraphError(
        403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
    )


def no_occurrence_left(why: Exception) -> GraphError:
    return GraphError(400, "ErrorRecurrenceHasNoOccurrence", str(why))


def not_built(what: str) -> GraphError:
    """Refuse a part of Graph that this simulator leaves out (see `not_built.py`)."""
    return GraphError(501, "NotImplemented", f"The Exchange simulator does not do this: {what}")
