"""What EWS says when it will not: a response message of its own, or a SOAP fault for the request.

A fault travels with HTTP 500. `GraphError` codes that the deeds of the other face raise have the
same names in EWS; the few that do not are translated.
"""

from lxml import etree

from devstack.exchange.ews.soap import ERRORS, SOAP, TYPES, Element, m, t
from devstack.exchange.graph.errors import GraphError

_NAMES = {
    "RequestBodyRead": "ErrorInvalidRequest",
    "BadRequest": "ErrorInvalidRequest",
    "ErrorInvalidUser": "ErrorNonExistentMailbox",
    "ErrorPropertyValidationFailure": "ErrorPropertyValidationFailure",
}


class EwsError(Exception):
    """One thing of a request failed: `code` is what callers branch on."""

    def __init__(self, code: str, message: str, values: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.code, self.values = code, values or {}


class SoapFaultError(Exception):
    """The request as a whole failed."""

    def __init__(self, code: str, message: str, values: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.code, self.values = code, values or {}


def from_graph(error: GraphError) -> EwsError:
    """Return the same refusal in the words of EWS."""
    return EwsError(_NAMES.get(error.code, error.code), str(error))


def item_not_found() -> EwsError:
    return EwsError("ErrorItemNotFound", "The specified object was not found in the store.")


def not_built(what: str) -> EwsError:
    """Refuse a part of EWS that this simulator leaves out (docs/exchange-ews.md)."""
    return EwsError("ErrorInvalidOperation", f"The Exchange simulator does not do this: {what}")


def fault(error: SoapFaultError) -> Element:
    """Return the fault as Exchange writes it."""
    made = etree.Element(f"{{{SOAP}}}Fault")
    code = etree.SubElement(made, "faultcode", nsmap={"a": TYPES})
    code.text = f"a:{error.code}"
    words = etree.SubElement(made, "faultstring")
    words.set("{http://www.w3.org/XML/1998/namespace}lang", "en-US")
    words.text = str(error)
    detail = etree.SubElement(made, "detail")
    for tag, text in (("ResponseCode", error.code), ("Message", str(error))):
        etree.SubElement(detail, f"{{{ERRORS}}}{tag}", nsmap={"e": ERRORS}).text = text
    if error.values:
        detail.append(t("MessageXml", *_values(error.values)))
    return made


def problem(error: EwsError) -> list[Element]:
    """Return the members that every failed response message begins with."""
    members = [
        m("MessageText", str(error)),
        m("ResponseCode", error.code),
        m("DescriptiveLinkKey", "0"),
    ]
    if error.values:
        members.append(m("MessageXml", *_values(error.values)))
    return members


def _values(values: dict[str, str]) -> list[Element]:
    return [t("Value", text, Name=name) for name, text in values.items()]
