"""What is done quicker for the tests gives what the libraries' own gives."""

import dataclasses
import importlib.util
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import httpx
import pytest
from stduritemplate import StdUriTemplate

from tests.kit import quick

GIVEN: list[Any] = [
    None,
    {},
    {"Accept": "application/json", "X-Two": "b"},
    {b"Accept": b"x", b"accept": b"y"},
    [("Prefer", "a"), ("prefer", "b"), (b"Host", b"here, there")],
    [("x-name", "Säntis".encode())],
    [("x-name", "Säntis".encode("latin-1"))],
]
NAMES = ["accept", "ACCEPT", "prefer", "host", "x-name", "absent"]


def untouched(name: str) -> ModuleType:
    """Return a module of a library as it was installed, beside the one that is in use."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


OWN = untouched("httpx._models").Headers


def told(headers: Any) -> dict[str, Any]:
    """Return all that can be asked of headers."""
    return {
        "raw": headers.raw,
        "encoding": headers.encoding,
        "keys": list(headers.keys()),
        "items": headers.multi_items(),
        "gets": [headers.get(name, "none") for name in NAMES],
        "lists": [headers.get_list(name, split_commas=True) for name in NAMES],
        "has": [name in headers for name in NAMES],
        "text": repr(headers),
    }


@pytest.mark.parametrize("given", GIVEN)
def test_headers_are_those_of_httpx(given):
    assert told(httpx.Headers(given)) == told(OWN(given))
    assert told(httpx.Headers(httpx.Headers(given))) == told(OWN(OWN(given)))


@pytest.mark.parametrize("more", GIVEN[:5])
@pytest.mark.parametrize("given", GIVEN[:5])
def test_headers_are_merged_as_httpx_merges_them(given, more):
    quick_ones, own = httpx.Headers(given), OWN(given)
    quick_ones.update(more)
    own.update(more)
    assert told(quick_ones) == told(own)


def test_an_absent_header_is_a_key_error_and_a_wrong_one_is_refused():
    with pytest.raises(KeyError):
        httpx.Headers({"a": "b"})["c"]
    with pytest.raises(TypeError, match="str or bytes"):
        httpx.Headers({"a": 1})  # type: ignore[dict-item]


TEMPLATES = ["{+baseurl}/users/{user%2Did}/events{?%24select,%24filter}", "{a}{b*}{c:3}{;d}{/e}"]
VALUES: list[dict[str, Any]] = [
    {"baseurl": "https://graph.example/v1.0", "user%2Did": "anna.meier@contoso.example"},
    {"baseurl": "http://a b/%41%zz", "user%2Did": "AAMk/=+ %", "%24select": "id,subject"},
    {"baseurl": "http://ü", "user%2Did": "Säntis", "%24filter": "start/dateTime ge '2026'"},
    {"a": "é %", "b": ["x y", "z"], "c": "abcdef/", "d": "1;2", "e": True},
]


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_addresses_are_those_of_the_library(template, values):
    own = untouched("stduritemplate").StdUriTemplate.expand(template, values)
    assert StdUriTemplate.expand(template, values) == own
    assert StdUriTemplate.expand(template, values) == own


@dataclass(frozen=True, slots=True)
class Plain:
    one: int
    two: str = "b"


@dataclass
class WithCount:
    one: int
    count: int = field(init=False, default=0)


def test_a_replaced_field_is_as_in_the_library():
    assert dataclasses._replace is quick._replace  # type: ignore[attr-defined]
    assert dataclasses.replace(Plain(1, "c"), one=2) == Plain(2, "c")
    assert dataclasses.replace(WithCount(1), one=2) == WithCount(2)
    with pytest.raises(TypeError, match="three"):
        dataclasses.replace(Plain(1), three=3)
    with pytest.raises(TypeError, match="init=False"):
        dataclasses.replace(WithCount(1), count=3)
    with pytest.raises(TypeError, match="dataclass instances"):
        dataclasses.replace(Plain, one=2)  # type: ignore[type-var]
