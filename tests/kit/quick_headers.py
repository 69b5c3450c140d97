"""The headers of httpx as they are, without asking of each of them again how it is encoded.

A call has a dozen headers, and each is looked up, copied and merged some sixty times on its way
through client, SDK and simulator. What these return is what httpx's own return.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import httpx
from httpx import _models

_encoding_by_trying = httpx.Headers.encoding.fget


def begin() -> None:
    """Make this so in the present process."""
    headers: Any = httpx.Headers
    headers.encoding = property(_encoding, headers.encoding.fset)
    headers.__init__ = _init
    headers.__getitem__ = _getitem
    headers.__contains__ = _contains
    headers.get = _get
    headers.get_list = _get_list
    headers.keys = _keys
    headers.multi_items = _multi_items
    headers.update = _update


def _encoding(headers: httpx.Headers) -> str:
    """Headers that are ASCII, as nearly all are: without decoding each of them."""
    if headers._encoding is None:
        for name, _, value in headers._list:
            if not (name.isascii() and value.isascii()):
                return _encoding_by_trying(headers)
        headers._encoding = "ascii"
    return headers._encoding


def _init(headers: httpx.Headers, given: Any = None, encoding: str | None = None) -> None:
    headers._encoding = encoding
    if given is None:
        headers._list = []
    elif isinstance(given, httpx.Headers):
        headers._list = given._list.copy()
    else:
        is_map = type(given) is dict or isinstance(given, Mapping)
        headers._list = list(_lines(given.items() if is_map else given, encoding))


def _lines(given: Iterable[tuple[Any, Any]], encoding: str | None) -> Iterable[Any]:
    for name, value in given:
        key = name if type(name) is bytes else _models._normalize_header_key(name, encoding)
        text = value if type(value) is bytes else _models._normalize_header_value(value, encoding)
        yield key, key.lower(), text


def _getitem(headers: httpx.Headers, key: str) -> str:
    encoding = headers.encoding
    wanted = key.lower().encode(encoding)
    found = [value for _, name, value in headers._list if name == wanted]
    if not found:
        raise KeyError(key)
    return ", ".join([value.decode(encoding) for value in found])


def _get(headers: httpx.Headers, key: str, default: Any = None) -> Any:
    encoding = headers.encoding
    wanted = key.lower().encode(encoding)
    found = [value for _, name, value in headers._list if name == wanted]
    return ", ".join([value.decode(encoding) for value in found]) if found else default


def _get_list(headers: httpx.Headers, key: str, split_commas: bool = False) -> list[str]:
    encoding = headers.encoding
    wanted = key.lower().encode(encoding)
    found = [value.decode(encoding) for _, name, value in headers._list if name == wanted]
    if not split_commas:
        return found
    return [item.strip() for value in found for item in value.split(",")]


def _contains(headers: httpx.Headers, key: Any) -> bool:
    wanted = key.lower().encode(headers.encoding)
    return any(name == wanted for _, name, _ in headers._list)


def _keys(headers: httpx.Headers) -> Any:
    encoding = headers.encoding
    return {name.decode(encoding): None for _, name, _ in headers._list}.keys()


def _multi_items(headers: httpx.Headers) -> list[tuple[str, str]]:
    encoding = headers.encoding
    return [(name.decode(encoding), value.decode(encoding)) for _, name, value in headers._list]


def _update(headers: httpx.Headers, given: Any = None) -> None:
    more = httpx.Headers(given)._list
    replaced = {name for _, name, _ in more}
    headers._list = [line for line in headers._list if line[1] not in replaced] + more
