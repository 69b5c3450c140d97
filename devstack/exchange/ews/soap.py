"""SOAP envelopes of EWS: read from requests, written for answers.

What comes in is hostile until proven otherwise: no document type, no entities, no network.
"""

import re

from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE = f"{{{XSI}}}type"
PREFIXES = {"s": SOAP, "m": MESSAGES, "t": TYPES, "xsi": XSI}

_NOT_STORABLE = re.compile(r"[^\t\n\r -\U0010ffff]")

type Element = etree._Element  # noqa: SLF001 - lxml names its element type no other way
type Child = Element | str | None


class UnreadableSoapError(ValueError):
    """What came in is no SOAP envelope with a body; the text says why."""


def parse(content: bytes) -> Element:
    """Return the envelope of a message; UnreadableSoapError when it is none."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableSoapError(f"The request is not well-formed XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableSoapError("A SOAP message must not contain a document type declaration.")
    if root.tag != f"{{{SOAP}}}Envelope" or first(root, f"{{{SOAP}}}Body") is None:
        raise UnreadableSoapError("The request is no SOAP envelope with a body.")
    return root


def t(tag: str, *children: Child, **attributes: str) -> Element:
    """Return an element of the types namespace; None among the children is left out."""
    return _element(TYPES, tag, children, attributes)


def m(tag: str, *children: Child, **attributes: str) -> Element:
    """Return an element of the messages namespace."""
    return _element(MESSAGES, tag, children, attributes)


def envelope(header: Element | None, body: Element) -> bytes:
    """Return a message as it travels."""
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap=PREFIXES)
    if header is not None:
        etree.SubElement(root, f"{{{SOAP}}}Header").append(header)
    etree.SubElement(root, f"{{{SOAP}}}Body").append(body)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return content


def named(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]


def first(parent: Element, tag: str) -> Element | None:
    """Return the first child of this name, in whatever namespace unless one is given."""
    wanted = tag if tag.startswith("{") else f"{{*}}{tag}"
    return next(parent.iterchildren(wanted), None)


def children(parent: Element, tag: str) -> list[Element]:
    """Return what is in a child, nothing when there is no such child."""
    child = first(parent, tag)
    return [] if child is None else list(child)


def text_of(parent: Element, tag: str) -> str | None:
    """Return the text of a child, None when there is no such child."""
    child = first(parent, tag)
    return None if child is None else (child.text or "")


def flag(*, value: bool) -> str:
    return "true" if value else "false"


def is_true(text: str | None) -> bool:
    return (text or "").strip().lower() in ("true", "1")


def _element(
    namespace: str, tag: str, children: tuple[Child, ...], attributes: dict[str, str]
) -> Element:
    made = etree.Element(f"{{{namespace}}}{tag}", attributes, nsmap=PREFIXES)
    for child in children:
        if isinstance(child, str):
            made.text = _storable(child)
        elif child is not None:
            made.append(child)
    return made


def _storable(text: str) -> str:
    """Leave out what XML cannot hold."""
    return _NOT_STORABLE.sub("", text)
