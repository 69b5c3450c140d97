"""The JSON of our messages: where to look, never what changed, no content of a meeting.

Fields that a message lacks have their defaults, fields that are not known are ignored, so that two
versions of the app can run side by side; a change that the older one must not take for its own
gets a new `v`.
"""

from collections.abc import Callable
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, ValidationError

from core.adapters.servicebus.bus import FAILED_ITEMS, MAILBOX_JOBS, SYNC_ITEMS
from core.adapters.servicebus.key_forms import Form, KeyForm, Name, PlaceForm, key_form
from core.adapters.servicebus.notice_forms import MAX_BODY as MAX_NOTICE
from core.adapters.servicebus.notice_forms import decode_notice, encode_notice
from core.adapters.servicebus.versions import require_known
from core.domain.ids import MappingId
from core.domain.interval import utc
from core.domain.work import GivenUp, MailboxJob, Source, WorkItem
from core.errors import InvalidPayloadError

MAX_BODY = 16 * 1024
"""Bytes of a look or a job; no id that Graph, EWS or ROOMS makes comes near it."""
MAX_VERSIONS = 32
"""Versions that a merged look carries; the oldest go first, which costs a read at most."""
MAX_ENTRY = 6000
"""Characters of the name of an entry: an id, and the mailbox it is of."""
MAX_RAW = 32 * 1024
MAX_TEXT = 2000
MAX_FAILED_BODY = 6 * (MAX_RAW + MAX_TEXT) + MAX_BODY + 2 * MAX_NOTICE
"""Bytes of a message in `failed-items`: what escaping may make of its texts."""


_Version = Annotated[str, Field(max_length=1024)]
_TraceParent = Annotated[str, Field(max_length=128)]


class _Item(Form):
    v: Literal[1]
    key: Annotated[KeyForm, Field(discriminator="kind")]
    source: Source
    version: _Version = ""
    also: Annotated[tuple[_Version, ...], Field(max_length=MAX_VERSIONS)] = ()
    deleted: bool = False
    thorough: bool = False
    attempt: Annotated[int, Field(ge=0)] = 0
    given_up: Annotated[str, Field(max_length=MAX_ENTRY)] = ""
    deaths: Annotated[int, Field(ge=0)] = 0
    first_seen: AwareDatetime
    trace_id: Annotated[str, Field(max_length=128)] = ""
    traceparent: _TraceParent = ""

    @classmethod
    def of(cls, item: WorkItem) -> Self:
        return cls(
            v=1,
            key=key_form(item.key),
            source=item.source,
            version=item.version,
            also=item.also[-MAX_VERSIONS:],
            deleted=item.deleted,
            thorough=item.thorough,
            attempt=item.attempt,
            given_up=item.given_up,
            deaths=item.deaths,
            first_seen=item.first_seen,
            trace_id=item.trace_id,
            traceparent=item.traceparent,
        )

    def to_domain(self) -> WorkItem:
        return WorkItem(
            key=self.key.to_domain(),
            source=self.source,
            version=self.version,
            also=self.also,
            deleted=self.deleted,
            thorough=self.thorough,
            attempt=self.attempt,
            given_up=self.given_up,
            deaths=self.deaths,
            first_seen=utc(self.first_seen),
            trace_id=self.trace_id,
            traceparent=self.traceparent,
        )


class _Job(Form):
    v: Literal[1]
    kind: Name
    place: PlaceForm | None = None
    requested_at: AwareDatetime
    attempt: Annotated[int, Field(ge=0)] = 0
    traceparent: _TraceParent = ""

    @classmethod
    def of(cls, job: MailboxJob) -> Self:
        return cls(
            v=1,
            kind=job.kind,
            place=None if job.place is None else PlaceForm.of(job.place),
            requested_at=job.requested_at,
            attempt=job.attempt,
            traceparent=job.traceparent,
        )

    def to_domain(self) -> MailboxJob:
        return MailboxJob(
            kind=self.kind,
            place=None if self.place is None else self.place.to_domain(),
            requested_at=utc(self.requested_at),
            attempt=self.attempt,
            traceparent=self.traceparent,
        )


class _Failed(Form):
    v: Literal[1]
    reason: Name
    text: str = ""
    item: _Item | None = None
    notice: str = ""
    job: _Job | None = None
    raw: str = ""
    mapping_id: Name | None = None

    @classmethod
    def of(cls, given_up: GivenUp) -> Self:
        return cls(
            v=1,
            reason=given_up.reason,
            text=given_up.text[:MAX_TEXT],
            item=None if given_up.item is None else _Item.of(given_up.item),
            notice=encode_notice(given_up.notice).decode() if given_up.notice else "",
            job=None if given_up.job is None else _Job.of(given_up.job),
            raw=given_up.raw[:MAX_RAW],
            mapping_id=given_up.mapping_id,
        )

    def to_domain(self) -> GivenUp:
        return GivenUp(
            reason=self.reason,
            text=self.text,
            item=None if self.item is None else self.item.to_domain(),
            notice=decode_notice(self.notice) if self.notice else None,
            job=None if self.job is None else self.job.to_domain(),
            raw=self.raw,
            mapping_id=None if self.mapping_id is None else MappingId(self.mapping_id),
        )


def encode_item(item: WorkItem) -> bytes:
    """Return the body of a look; InvalidPayloadError when it holds what no look may hold."""
    return _encoded(lambda: _Item.of(item), SYNC_ITEMS, MAX_BODY)


def decode_item(body: bytes | str) -> WorkItem:
    """Return the look in a body; InvalidPayloadError says which field is wrong."""
    return _decoded(_Item, body, SYNC_ITEMS, MAX_BODY).to_domain()


def encode_job(job: MailboxJob) -> bytes:
    """Return the body of a mailbox job."""
    return _encoded(lambda: _Job.of(job), MAILBOX_JOBS, MAX_BODY)


def decode_job(body: bytes | str) -> MailboxJob:
    """Return the mailbox job in a body; InvalidPayloadError says which field is wrong."""
    return _decoded(_Job, body, MAILBOX_JOBS, MAX_BODY).to_domain()


def encode_given_up(given_up: GivenUp) -> bytes:
    """Return the body of a failed item; what is too long of its texts is cut off."""
    return _encoded(lambda: _Failed.of(given_up), FAILED_ITEMS, MAX_FAILED_BODY)


def decode_given_up(body: bytes | str) -> GivenUp:
    """Return the failed item in a body; InvalidPayloadError says which field is wrong."""
    return _decoded(_Failed, body, FAILED_ITEMS, MAX_FAILED_BODY).to_domain()


def _encoded(form: Callable[[], Form], queue: str, limit: int) -> bytes:
    try:
        body = form().model_dump_json(exclude_defaults=True).encode()
    except ValidationError as error:
        raise _invalid(queue, error) from error
    if len(body) > limit:
        raise InvalidPayloadError(f"{queue}: message of {len(body)} bytes; {limit} are allowed")
    return body


def _decoded[F: Form](form: type[F], body: bytes | str, queue: str, limit: int) -> F:
    if len(body) > limit:
        raise InvalidPayloadError(f"{queue}: message of {len(body)} bytes; {limit} are allowed")
    try:
        return form.model_validate_json(body)
    except ValidationError as error:
        require_known(body, queue)
        raise _invalid(queue, error) from error


def _invalid(queue: str, error: ValidationError) -> InvalidPayloadError:
    faults = (
        f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)[:3]
    )
    return InvalidPayloadError(f"{queue}: not a message of version 1 ({'; '.join(faults)})")
