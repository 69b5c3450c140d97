"""What a caller gets when something is not done: Web API's habits (rooms-api 1, undocumented)."""

from typing import Any

from devstack.rooms.face.casing import Dictionary
from devstack.rooms.model.refusal import RefusedError

ERROR_LEVEL = 2

type Content = dict[str, Any]


class UnauthorizedError(Exception):
    """No key, an unknown one, or a token that has expired."""


class UnsupportedMediaTypeError(Exception):
    """A body that is not JSON."""


def problem(message: str) -> Content:
    return {"message": message}


def refusal_problem(error: RefusedError) -> Content:
    """Return the body of a 400: the texts, by property where there is one, and the codes."""
    state: dict[str, list[str]] = {}
    for refusal in error.refusals:
        state.setdefault(refusal.path or "reservation", []).append(refusal.text)
    return {
        "message": " ".join(refusal.text for refusal in error.refusals),
        "modelState": Dictionary(state),
        "messageList": message_list(error),
    }


def refusal_answer(error: RefusedError, answer: str) -> Content | list[Content]:
    """Return the same as a success without an id, in the shape of the operation's answer."""
    messages = message_list(error)
    if answer == "CreateBookingDto":
        return {"reservationId": None, "tempdataContextId": None, "messageList": messages}
    if answer == "BookingTempdataDto":
        return {"booking": {"id": None, "messageList": messages}, "tempdataContextId": None}
    refused = {"id": None, "messageList": messages}
    return [refused] if answer.endswith("[]") else refused


def message_list(error: RefusedError) -> list[Content]:
    return [
        {
            "message": refusal.text,
            "messageData": Dictionary(code=refusal.reason.value),
            "messageLevel": ERROR_LEVEL,
            "messagePath": refusal.path or None,
        }
        for refusal in error.refusals
    ]
