"""A company served on a loopback port, and the system's Chromium looking at it."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from playwright.async_api import Browser, Page, async_playwright
from starlette.requests import Request
from starlette.responses import Response

from tests.kit.ports import free_port
from web.reader import ZONE_COOKIE

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "var/screenshots"
AXE = ROOT / "tests/vendor/axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ZONE = "Europe/Zurich"
SERIOUS = {"serious", "critical"}


def chromium() -> str:
    """Return the system's browser; without one there is nothing to test with."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, "no Chromium: make browser installs it, or says how"
    return found


@asynccontextmanager
async def served(world: Any) -> AsyncIterator[str]:
    """Serve a company's app, from its own functions; yield the address."""
    port = free_port()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        call = httpx.Request(
            request.method,
            str(request.url),
            headers=request.headers.raw,
            content=await request.body(),
        )
        answer = await world.host.handle_async_request(call)
        headers = {k: v for k, v in answer.headers.items() if k != "content-length"}
        await Response(answer.content, answer.status_code, headers)(scope, receive, send)

    config = uvicorn.Config(app, port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}/api/console"
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Start the browser without a window."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        await started.close()


class Visit:
    """One reader: a context of the browser that notes every error of the console."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.errors: list[str] = []
        page.on("console", self._noted)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _noted(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(f"{message.text} ({message.location.get('url')})")

    async def opens(self, path: str) -> None:
        """Go to a page until it has loaded: its scripts have run then, and nothing is fetched."""
        await self.page.goto(self.address + path)

    async def axe(self, part: str = "html") -> list[str]:
        """Return what axe-core finds serious in a part of the page, one line each."""
        # As a tool of the browser: the page's own policy allows no foreign script.
        session = await self.page.context.new_cdp_session(self.page)
        await session.send("Page.setBypassCSP", {"enabled": True})
        await session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
        found = await session.send(
            "Runtime.evaluate",
            {
                "expression": f"axe.run({part!r}, {{resultTypes: ['violations']}})"
                ".then(r => JSON.stringify(r.violations.map(v => [v.impact, v.id,"
                " v.nodes.map(n => n.target.join(' ') + ': ' + n.failureSummary).slice(0, 3)])))",
                "awaitPromise": True,
            },
        )
        violations = json.loads(found["result"]["value"])
        return [f"{name}: {nodes}" for impact, name, nodes in violations if impact in SERIOUS]

    async def picture(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(
            path=SCREENSHOTS / f"{name}.png", full_page=True, animations="disabled"
        )


@asynccontextmanager
async def visit(started: Browser, address: str, **context: Any) -> AsyncIterator[Visit]:
    """Let somebody read who was here before; `context` as Playwright has it (locale, viewport ...).

    The pages know the zone by a cookie. Without it the first one would be loaded twice.
    """
    settings = {"timezone_id": ZONE, **context}
    opened = await started.new_context(**settings)
    try:
        if settings["timezone_id"] == ZONE:
            await opened.add_cookies([{"name": ZONE_COOKIE, "value": ZONE, "url": address}])
        page = await opened.new_page()
        page.set_default_timeout(10_000)
        yield Visit(page, address)
    finally:
        await opened.close()
