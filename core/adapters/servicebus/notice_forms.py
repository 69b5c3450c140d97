"""The JSON of a notice: what happened to which item; never a title, a person's name or an address.

Kept apart from the looks' forms: a mail is written once and read by one version of the app.
"""

from pydantic import TypeAdapter, ValidationError

from core.adapters.servicebus.bus import NOTICES
from core.adapters.servicebus.versions import require_known
from core.domain.notice import Notice
from core.errors import InvalidPayloadError

MAX_BODY = 64 * 1024
"""Bytes of a notice: some hundred refused dates of a series, each with ROOMS' own words."""

_FORM = TypeAdapter(Notice)


def encode_notice(notice: Notice) -> bytes:
    """Return the body of a notice; InvalidPayloadError when it is too large."""
    body = _FORM.dump_json(notice, exclude_defaults=True)
    if len(body) > MAX_BODY:
        raise InvalidPayloadError(f"{NOTICES}: message of {len(body)} bytes; {MAX_BODY} allowed")
    return body


def decode_notice(body: bytes | str) -> Notice:
    """Return the notice in a body; InvalidPayloadError says which field is wrong.

    LaterFormError: a later version has sent it.
    """
    require_known(body, NOTICES)
    try:
        return _FORM.validate_json(body)
    except ValidationError as error:
        faults = (
            f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)[:3]
        )
        raise InvalidPayloadError(f"{NOTICES}: not a notice ({'; '.join(faults)})") from error
