"""An answer as SOAP: all of it, or none.

The library mends whatever it is given, so that half an answer looks like a whole one: a page of
changes without the last ones, a meeting without its people. Here only an answer is mended that has
come to its end: servers send characters that XML does not have, as they were typed.
"""

from exchangelib.errors import MalformedResponseError
from lxml import etree

from core.adapters.ews.xml import Element

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_END = b"Envelope>"


def body_of(content: bytes) -> Element:
    """Return the body of an envelope; what is none, or not whole, is a MalformedResponseError."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise MalformedResponseError("no XML")
    is_mended = any(error.level > etree.ErrorLevels.WARNING for error in parser.error_log)
    if is_mended and not content.rstrip().endswith(_END):
        raise MalformedResponseError("not whole")
    body: Element | None = root.find(f"{{{_SOAP}}}Body")
    if root.getroottree().docinfo.doctype or body is None:
        raise MalformedResponseError("no envelope")
    return body
