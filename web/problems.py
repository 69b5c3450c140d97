"""What goes wrong, as RFC 9457 problems for programs and as pages for people.

Every kind has a title and advice in the texts (`problem.<kind>.title`, `.advice`).
"""

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from core.app.back_sync import SlotError
from core.app.doctor.rounds import RoundRunningError
from core.app.drift.scans import NothingToScanError, ScanRunningError
from core.app.free_busy.question import QuestionRefusedError
from core.app.reference import UnknownItemError
from core.app.self_test.start import SelfTestRunningError
from core.domain.remark import text_of
from core.errors import (
    InvalidPayloadError,
    NotFoundError,
    PreconditionFailedError,
    RoomSyncError,
    TransientError,
)

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):  # noqa: N818 - the standard's own word
    """Something that is answered instead of what was asked for. `kind` names its texts."""

    def __init__(self, status: int, kind: str, detail: str = "", **values: str) -> None:
        super().__init__(f"{status} {kind} {detail}".strip())
        self.status, self.kind, self.detail, self.values = status, kind, detail, values


class ProblemShape(BaseModel):
    """A problem as programs get it (RFC 9457). `advice` says what to do."""

    model_config = ConfigDict(extra="forbid")

    type: Annotated[str, Field(description="Names the kind of problem.")]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str = ""
    advice: str = ""


KINDS: tuple[tuple[type[RoomSyncError], HTTPStatus, str], ...] = (
    (InvalidPayloadError, HTTPStatus.BAD_REQUEST, "not_valid"),
    (UnknownItemError, HTTPStatus.UNPROCESSABLE_ENTITY, "not_valid"),
    (SlotError, HTTPStatus.UNPROCESSABLE_ENTITY, "not_valid"),
    (NothingToScanError, HTTPStatus.UNPROCESSABLE_ENTITY, "not_valid"),
    (ScanRunningError, HTTPStatus.CONFLICT, "scan_runs"),
    (RoundRunningError, HTTPStatus.CONFLICT, "doctor_runs"),
    (SelfTestRunningError, HTTPStatus.CONFLICT, "self_test_runs"),
    (NotFoundError, HTTPStatus.NOT_FOUND, "not_found"),
    (PreconditionFailedError, HTTPStatus.CONFLICT, "changed_meanwhile"),
    (TransientError, HTTPStatus.SERVICE_UNAVAILABLE, "no_answer"),
    (QuestionRefusedError, HTTPStatus.UNPROCESSABLE_ENTITY, "not_valid"),
    (RoomSyncError, HTTPStatus.INTERNAL_SERVER_ERROR, "failed"),
)
"""What each error of the use cases is answered with; the first that fits counts."""


def problem_of(error: Exception) -> Problem:
    """Return an error as a problem; the texts of our own errors are for operators."""
    if isinstance(error, Problem):
        return error
    for kind, status, name in KINDS:
        if isinstance(error, kind):
            return Problem(status, name, text_of(error))
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "unforeseen")


def is_for_programs(request: Request, base: str) -> bool:
    """Tell whether a request was for the JSON API or one of the JSON addresses."""
    path = request.url.path
    return path.startswith(f"{base}/v1/") or path.endswith(".json")
