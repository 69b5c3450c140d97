"""What is made of the replies of one call before anybody reads them."""

from core.adapters.ews.failures import failure_of
from core.adapters.ews.operations import Refusal, Reply
from core.errors import ServiceUnavailableError
from core.telemetry.tracing import Noted


def note_refusal(
    noted: Noted, replies: list[Reply], doing: str, nobody: frozenset[str] = frozenset()
) -> None:
    """Note in a call's span what its reply refuses, but for the codes `nobody`: they are answers.

    The call was answered, so it would be told as one that went well.
    """
    for reply in replies:
        if isinstance(reply, Refusal) and reply.code not in nobody:
            noted.fail(failure_of(reply.code, doing, back_off_s=reply.back_off_s))


def only_reply(replies: list[Reply], doing: str) -> Reply:
    """Return the one reply there must be."""
    if len(replies) != 1:
        raise ServiceUnavailableError(f"EWS gave {len(replies)} answers while {doing}")
    return replies[0]
