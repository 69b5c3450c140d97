"""A part of the stack that cannot just now is asked again; what it refuses is not."""

from typing import Any, Self

import pytest

from devstack.stack.asking import MOST_TRIES, ask


class Part:
    """Answers with one status after another; its client, request and answer in one."""

    def __init__(self, *statuses):
        self._statuses = list(statuses)
        self.asked = 0
        self.status = 0

    def request(self, *asked: object, **content: object) -> Self:  # noqa: ARG002 - as aiohttp
        self.asked += 1
        self.status = self._statuses.pop(0)
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        return None

    async def text(self) -> str:
        return f"answer {self.asked}"


async def no_time(_seconds: float) -> None:
    return None


@pytest.mark.parametrize(
    ("statuses", "answer", "asked"),
    [
        ([200], 200, 1),
        ([503, 503, 200], 200, 3),
        ([400], 400, 1),
        ([503] * MOST_TRIES, 503, MOST_TRIES),
    ],
)
async def test_only_what_is_not_there_just_now_is_asked_again(statuses, answer, asked):
    part: Any = Part(*statuses)

    assert await ask(part, "PUT", "/world", {}, sleep=no_time) == (answer, f"answer {asked}")
    assert part.asked == asked
