"""What nobody looks at and a scenario would do a hundred times: done once for all tests.

Libraries work out the same from the same texts at every call: a third of the CPU time of a
scenario. Each of these gives what the library's own gives; they are about time and nothing else.
"""

import importlib.util
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import httpx
from httpx import _urlparse, _urls
from msgraph_core.middleware import telemetry
from starlette import routing
from stduritemplate import StdUriTemplate

MOST = 8192


def begin() -> None:
    """Make this so in the present process; twice is once."""
    if isinstance(StdUriTemplate.__dict__["expand"].__func__, _Remembered):
        return
    if importlib.util.find_spec("sniffio") is None:
        # httpx looks for it at every call inside the process: found missing once, it stays missing.
        sys.modules["sniffio"] = None  # type: ignore[assignment]
    StdUriTemplate.expand = staticmethod(_Remembered(StdUriTemplate.expand))
    parsed = lru_cache(MOST)(_urlparse.urlparse)
    _urlparse.urlparse = _urls.urlparse = parsed
    routing.compile_path = lru_cache(MOST)(routing.compile_path)
    telemetry.parse_url = lru_cache(MOST)(telemetry.parse_url)
    httpx.Headers.encoding = property(_encoding, httpx.Headers.encoding.fset)  # type: ignore[method-assign,assignment]
    httpx.Cookies.extract_cookies = _extract_cookies  # type: ignore[method-assign]


class _Remembered:
    """The SDK's expansion of URL templates: letter by letter, 0.3 ms a call."""

    def __init__(self, expand: Callable[[str, dict[str, Any]], str]) -> None:
        self._expand = expand
        self._known: dict[tuple[str, str], str] = {}

    def __call__(self, template: str, values: dict[str, Any]) -> str:
        key = template, repr(values)
        if key not in self._known:
            self._known[key] = self._expand(template, values)
        return self._known[key]


_encoding_by_trying = httpx.Headers.encoding.fget
_all_cookies = httpx.Cookies.extract_cookies


def _encoding(headers: httpx.Headers) -> str:
    """Headers that are ASCII, as nearly all are: without decoding each of them."""
    if headers._encoding is None and all(k.isascii() and v.isascii() for k, _, v in headers._list):
        headers._encoding = "ascii"
    return headers._encoding or _encoding_by_trying(headers)


def _extract_cookies(cookies: httpx.Cookies, response: httpx.Response) -> None:
    """An answer without cookies: no cookie jar has to be asked about it."""
    if any(name == b"set-cookie" for _, name, _ in response.headers._list):
        _all_cookies(cookies, response)
