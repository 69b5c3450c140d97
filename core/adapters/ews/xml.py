"""The words of EWS's XML: elements made and read, namespaces kept out of everybody's sight."""

import re
from collections.abc import Iterator

from lxml import etree

MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
_PREFIXES = {"m": MESSAGES, "t": TYPES}

_UNSPEAKABLE = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML has no way to say: control characters, halves of pairs."""

type Element = etree._Element  # noqa: SLF001 - lxml names its element type no other way


def t(tag: str, *children: Element | str, **attributes: str) -> Element:
    """Return an element of the types namespace."""
    return _made(TYPES, tag, children, attributes)


def m(tag: str, *children: Element | str, **attributes: str) -> Element:
    """Return an element of the messages namespace."""
    return _made(MESSAGES, tag, children, attributes)


def name_of(element: Element) -> str:
    """Return the name without its namespace."""
    text: str = element.tag
    return text.rpartition("}")[2]


def child(element: Element, *path: str) -> Element | None:
    """Return the first element at the end of a path of names."""
    found: Element | None = element
    for name in path:
        found = None if found is None else next(found.iterchildren(f"{{*}}{name}"), None)
    return found


def children(element: Element, *path: str) -> list[Element]:
    """Return what is in the element at the end of a path, nothing when there is none."""
    found = child(element, *path)
    return [] if found is None else list(found)


def text(element: Element, *path: str) -> str:
    """Return the text at the end of a path, empty when there is none."""
    found = child(element, *path)
    return "" if found is None else (found.text or "")


def is_true(element: Element, *path: str) -> bool:
    """Tell whether a flag is there and set."""
    return text(element, *path).strip().lower() in {"true", "1"}


def named(element: Element, name: str) -> Iterator[Element]:
    """Yield all elements of this name, however deep."""
    yield from element.iter(f"{{*}}{name}")


def _made(
    namespace: str, tag: str, inner: tuple[Element | str, ...], attributes: dict[str, str]
) -> Element:
    said = {name: _sayable(value) for name, value in attributes.items()}
    made = etree.Element(f"{{{namespace}}}{tag}", said, nsmap=_PREFIXES)
    for part in inner:
        if isinstance(part, str):
            made.text = _sayable(part)
        else:
            made.append(part)
    return made


def _sayable(given: str) -> str:
    """Return a text with blanks for what XML cannot say: a title from a slide has such breaks."""
    return _UNSPEAKABLE.sub(" ", given)
