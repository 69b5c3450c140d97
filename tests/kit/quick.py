"""What nobody looks at and a scenario would do a hundred times: done once for all tests.

Libraries work out the same from the same texts at every call: a third of the CPU time of a
scenario. Each of these gives what the library's own gives; they are about time and nothing else.
"""

import dataclasses
import functools
import gc
import importlib.util
import operator
import sys
import urllib.parse
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import httpx
from httpx import _models, _urlparse, _urls
from kiota_http.middleware import ParametersNameDecodingHandler
from msgraph_core.middleware import telemetry
from starlette import routing
from stduritemplate import StdUriTemplate

from core.app.mail import library
from tests.kit import quick_headers

MOST = 8192
YOUNG = 100_000
"""New objects after which garbage is looked for: of millions hardly any are in circles."""


def begin() -> None:
    """Make this so in the present process; twice is once."""
    if isinstance(StdUriTemplate.__dict__["expand"].__func__, _Remembered):
        return
    if importlib.util.find_spec("sniffio") is None:
        # httpx looks for it at every call inside the process: found missing once, it stays missing.
        sys.modules["sniffio"] = None  # type: ignore[assignment]
    StdUriTemplate.expand = staticmethod(_Remembered(StdUriTemplate.expand))
    StdUriTemplate._StdUriTemplate__add_expanded_value = staticmethod(_expanded_value)
    ParametersNameDecodingHandler.decode_uri_encoded_string = _decoded_names  # type: ignore[method-assign]
    parsed = lru_cache(MOST)(_urlparse.urlparse)
    _urlparse.urlparse = _urls.urlparse = parsed
    routing.compile_path = lru_cache(MOST)(routing.compile_path)
    telemetry.GraphTelemetryHandler.is_graph_url = _is_graph_url
    quick_headers.begin()
    _models._parse_content_type_charset = lru_cache(MOST)(_models._parse_content_type_charset)
    _urls.unquote = lru_cache(MOST)(_urls.unquote)
    dataclasses._replace = _replace  # type: ignore[attr-defined]
    library._toml = lru_cache(MOST)(library._toml)
    httpx.Cookies.extract_cookies = _extract_cookies  # type: ignore[method-assign]
    gc.freeze()  # what is loaded by now stays: it need not be looked through again and again
    gc.set_threshold(YOUNG)


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


_all_cookies = httpx.Cookies.extract_cookies


_expanded_by_letter = StdUriTemplate._StdUriTemplate__add_expanded_value


def _expanded_value(
    prefix: str | None, value: Any, result: list[str], max_char: int, replace_reserved: bool
) -> None:
    """Add a whole text at once where nothing is cut and no letter asks about its neighbours."""
    if prefix is None and max_char == -1 and type(value) is str:
        if replace_reserved:
            result.append(urllib.parse.quote(value, safe=""))
            return
        if value.isascii() and "%" not in value:
            result.append(value.replace(" ", "%20"))
            return
    _expanded_by_letter(prefix, value, result, max_char, replace_reserved)


def _decoded_names(_: ParametersNameDecodingHandler, query: str, characters: list[str]) -> str:
    return _names_decoded(query, tuple(characters))


_decoding = ParametersNameDecodingHandler()
_decode_names = ParametersNameDecodingHandler.decode_uri_encoded_string


@lru_cache(MOST)
def _names_decoded(query: str, characters: tuple[str, ...]) -> str:
    return _decode_names(_decoding, query, list(characters))


_asked_once = functools.partial(
    telemetry.GraphTelemetryHandler.is_graph_url, telemetry.GraphTelemetryHandler()
)


def _is_graph_url(_: telemetry.GraphTelemetryHandler, url: httpx.URL) -> bool:
    return _is_graph(f"{url.scheme}://{url.netloc.decode()}")


@lru_cache(MOST)
def _is_graph(origin: str) -> bool:
    return bool(_asked_once(origin))


_replace_by_field = dataclasses._replace  # type: ignore[attr-defined]


@lru_cache(MOST)
def _reader(kind: type) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]] | None:
    """Return the names of a dataclass' fields and what reads all of them.

    None unless there are several and all of them are set by its constructor.
    """
    every = kind.__dataclass_fields__.values()  # type: ignore[attr-defined]
    is_plain = all(field.init and field._field_type is dataclasses._FIELD for field in every)  # type: ignore[attr-defined]
    names = tuple(field.name for field in every)
    return (names, operator.attrgetter(*names)) if is_plain and len(names) > 1 else None


def _replace(given: Any, /, **changes: Any) -> Any:
    """dataclasses.replace, the fields of each class looked at once and read at once."""
    found = _reader(type(given))
    if found is None:
        return _replace_by_field(given, **changes)
    names, read = found
    return type(given)(**{**dict(zip(names, read(given), strict=True)), **changes})


def _extract_cookies(cookies: httpx.Cookies, response: httpx.Response) -> None:
    """An answer without cookies: no cookie jar has to be asked about it."""
    if any(name == b"set-cookie" for _, name, _ in response.headers._list):
        _all_cookies(cookies, response)
