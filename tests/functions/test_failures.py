"""What functions let through goes into the platform's logs, with what led to it: it says nothing.

The platform's worker writes text, frames and causes of an error (`marshall_exception_trace`).
"""

import pytest
from azure_functions_runtime.utils.tracing import marshall_exception_trace
from pydantic import TypeAdapter

from core.errors import ServiceUnavailableError
from functions.failures import UnforeseenFailureError, failing_plainly
from tests.kit.host import functions

TITLE = "Entlassungen"


def from_a_cause():
    try:
        TypeAdapter(int).validate_python(TITLE)
    except ValueError as error:
        raise ServiceUnavailableError("graph: no answer, try again") from error


def within_another():
    try:
        {}[TITLE]
    except KeyError:
        raise ServiceUnavailableError("graph: no answer, try again")  # noqa: B904 - that is it


def unforeseen():
    {}[TITLE]


def several():
    raise ExceptionGroup(TITLE, [ValueError(TITLE)])


async def printed(failing):
    @failing_plainly
    async def function():
        failing()

    with pytest.raises(Exception) as caught:
        await function()
    return caught.value, f"{caught.value!r} {marshall_exception_trace(caught.value)}"


@pytest.mark.parametrize("failing", [from_a_cause, within_another, unforeseen, several])
async def test_nothing_of_a_meeting_is_printed(failing):
    _, text = await printed(failing)
    assert TITLE not in text
    assert failing.__name__ in text, "its frames are there"


@pytest.mark.parametrize("failing", [from_a_cause, within_another])
async def test_an_error_of_ours_stays_what_it_is(failing):
    error, text = await printed(failing)
    assert type(error) is ServiceUnavailableError
    assert "graph: no answer, try again" in text


async def test_any_other_is_told_by_its_class_and_its_place():
    error, _ = await printed(unforeseen)
    assert type(error) is UnforeseenFailureError
    assert str(error).startswith("KeyError at ")
    assert "test_failures.py:" in str(error)


def test_every_function_fails_so():
    known = functions()
    every = [
        *(function for _, _, function in known.routes),
        *known.queues.values(),
        *(timer.function for timer in known.timers),
    ]
    assert len(every) > 20
    plain = failing_plainly(printed).__code__
    assert [f.__qualname__ for f in every if f.__code__ is not plain] == []
