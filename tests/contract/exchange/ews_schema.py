"""Checks SOAP against Microsoft's schema of EWS, where that is at hand (never in the project)."""

import re
from functools import cache
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).parents[3]
FOLDER = Path("shared", "contracts", "ews")
SOAP_BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
SOAP_FAULT = "{http://schemas.xmlsoap.org/soap/envelope/}Fault"
MISSING = (
    "Microsoft's schema of EWS is not at hand: requests and answers are not checked against it"
)
_TRANSITIONS = re.compile(r'(<xs:complexType name="ArrayOfTransitionsType">\s*<xs:sequence>).*?'
                          r"(</xs:sequence>)", re.DOTALL)  # fmt: skip
_ANY_TRANSITION = r'\1<xs:element ref="t:Transition" minOccurs="0" maxOccurs="unbounded"/>\2'


class SchemaMismatchError(AssertionError):
    """A message is not what the schema allows."""


class EwsSchema:
    """Validates what is in the body of an envelope; faults have no schema."""

    def __init__(self, folder: Path) -> None:
        parser = etree.XMLParser(no_network=True)
        parser.resolvers.add(_Mended(folder))
        self._schema = etree.XMLSchema(etree.parse(str(folder / "messages.xsd"), parser))

    def check(self, envelope: bytes) -> None:
        body = etree.fromstring(envelope).find(SOAP_BODY)
        assert body is not None
        for element in body:
            if element.tag == SOAP_FAULT or self._schema.validate(element):
                continue
            found = "; ".join(f"{e.line}: {e.message}" for e in self._schema.error_log)
            shown = etree.tostring(element, pretty_print=True).decode()
            raise SchemaMismatchError(f"{found}\n{shown}")


@cache
def ews_schema() -> EwsSchema | None:
    """Return the schema from a folder beside the project or above it, None if there is none."""
    for place in (ROOT, *ROOT.parents):
        if (place / FOLDER / "messages.xsd").is_file():
            return EwsSchema(place / FOLDER)
    return None


class _Mended(etree.Resolver):
    """Mends the one content model that libxml2 calls ambiguous: all transitions share a head."""

    def __init__(self, folder: Path) -> None:
        self._types = folder / "types.xsd"

    def resolve(self, url: str, _: str, context: object) -> object:
        if not url.endswith("types.xsd"):
            return None
        text = self._types.read_text(encoding="utf-8-sig").removeprefix("\ufeff")
        mended = _TRANSITIONS.sub(_ANY_TRANSITION, text, count=1)
        return self.resolve_string(mended.encode(), context, base_url=str(self._types))
