"""Errors of azure-data-tables, told in the words of `core.errors`.

A login that fails is transient here: it is our own storage, and no item is to be given up for it.
"""

from http import HTTPStatus

from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError

from core.errors import (
    AlreadyExistsError,
    InvalidPayloadError,
    NotFoundError,
    RoomSyncError,
    ServiceUnavailableError,
    StaleVersionError,
    ThrottledError,
)

_BY_STATUS: dict[int, tuple[type[RoomSyncError], str]] = {
    401: (ServiceUnavailableError, "check the connection string or the identity's login"),
    403: (ServiceUnavailableError, "grant the identity Storage Table Data Contributor"),
    404: (NotFoundError, "the row is not there"),
    409: (AlreadyExistsError, "the row is there already"),
    412: (StaleVersionError, "the row was changed since it was read"),
    429: (ThrottledError, "the account asks for a pause"),
}
_UNPROVISIONED = {"TableNotFound", "TableBeingDeleted"}


def translated(error: AzureError, table: str, doing: str) -> RoomSyncError:
    """Return what `error` means; its text names table and deed, never a row's content."""
    where = f"table {table}: {doing} failed"
    code = _code_of(error)
    if code in _UNPROVISIONED:
        return ServiceUnavailableError(f"{where}: the table does not exist; provision it first")
    status = error.status_code if isinstance(error, HttpResponseError) else None
    if status is None and isinstance(error, ClientAuthenticationError):
        return ServiceUnavailableError(
            f"{where}: no token; check the identity, elsewhere than in Azure: az login"
        )
    if status is None:
        return ServiceUnavailableError(f"{where}: no answer ({type(error).__name__})")
    if status in _BY_STATUS:
        kind, advice = _BY_STATUS[status]
        return kind(f"{where}: {status} {code}; {advice}")
    if status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServiceUnavailableError(f"{where}: {status} {code}")
    return InvalidPayloadError(f"{where}: {status} {code}; the request is at fault")


def _code_of(error: AzureError) -> str:
    """Return the service's code: an insert's error carries none of its own, only its header."""
    code = getattr(error, "error_code", None)
    if code is None:
        headers = getattr(getattr(error, "response", None), "headers", {})
        code = headers.get("x-ms-error-code")
    return str(getattr(code, "value", code) or "")
