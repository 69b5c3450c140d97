"""What anybody finds at an address (core/ports/web.py)."""

from datetime import UTC, datetime

import httpx
import pytest

from core.adapters.web import HttpWeb
from core.errors import ServiceUnavailableError

URL = "https://graph.example.com/v1.0"


def web(answer):
    return HttpWeb(httpx.MockTransport(answer))


async def test_an_answer_is_told_with_its_clock_and_nothing_of_ours_is_sent():
    asked = []

    def answer(request):
        asked.append(request)
        return httpx.Response(
            401, headers={"Date": "Mon, 02 Mar 2026 07:00:00 GMT"}, text="Unauthorized"
        )

    found = await web(answer).ask("GET", URL)

    assert (found.status, found.body) == (401, "Unauthorized")
    assert found.date == datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert "authorization" not in asked[0].headers
    assert "cookie" not in asked[0].headers


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026"])
async def test_a_clock_that_cannot_be_read_is_none(date):
    found = await web(lambda _: httpx.Response(200, headers={"Date": date})).ask("GET", URL)
    assert found.date is None


async def test_a_redirect_is_an_answer():
    def answer(request):
        assert request.url == URL
        return httpx.Response(302, headers={"Location": "https://evil.example"})

    assert (await web(answer).ask("POST", URL)).status == 302


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ReadTimeout("")])
async def test_nobody_there_is_told_with_the_reason(error):
    def answer(_):
        raise error

    with pytest.raises(ServiceUnavailableError, match=r"no answer \((refused|ReadTimeout)\)"):
        await web(answer).ask("GET", URL)


async def test_an_answer_without_end_is_none():
    with pytest.raises(ServiceUnavailableError, match="no answer"):
        await web(lambda _: httpx.Response(200, content=b"x" * 100_000)).ask("GET", URL)
