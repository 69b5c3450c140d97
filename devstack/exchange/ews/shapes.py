"""Which fields of an item a caller wants to see, and items written that way."""

from dataclasses import dataclass

from devstack.exchange.ews.errors import EwsError
from devstack.exchange.ews.item_fields import BEFORE_PROPERTIES, BULKY, DEFAULT, FIELDS
from devstack.exchange.ews.item_parts import View, item_id
from devstack.exchange.ews.properties_xml import property_element, read_property_id
from devstack.exchange.ews.soap import Element, children, first, named, t, text_of
from devstack.exchange.model.item import Item
from devstack.exchange.model.values import PropertyId

NOT_IN_ALL = frozenset(["calendar:FirstOccurrence", "calendar:LastOccurrence"])


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields and extended properties that are shown beside the id."""

    fields: frozenset[str]
    properties: tuple[PropertyId, ...] = ()
    text_bodies: bool = False

    def without_bulk(self) -> "Shape":
        """Return what is left where lists, rules and bodies are not told."""
        return Shape(self.fields - BULKY, self.properties, self.text_bodies)


def read_shape(operation: Element) -> Shape:
    """Read an ItemShape; a field that EWS has and this simulator has not is never there."""
    shape = first(operation, "ItemShape")
    if shape is None:
        raise EwsError("ErrorSchemaValidation", "The request has no ItemShape.")
    bases = {"IdOnly": frozenset[str](), "Default": DEFAULT, "AllProperties": frozenset(FIELDS)}
    wanted = set(bases.get(text_of(shape, "BaseShape") or "", frozenset()))
    properties = []
    for uri in children(shape, "AdditionalProperties"):
        match named(uri.tag):
            case "FieldURI":
                wanted.add(uri.get("FieldURI", ""))
            case "ExtendedFieldURI":
                properties.append(read_property_id(uri))
    is_text = text_of(shape, "BodyType") == "Text"
    return Shape(frozenset(wanted), tuple(properties), is_text)


def require_columns(shape: Shape, operation: Element) -> None:
    """Refuse to list what is no column of a folder; `AllProperties` just does not have it."""
    asked = {
        uri.get("FieldURI") for uri in operation.iterfind(".//{*}AdditionalProperties/{*}FieldURI")
    }
    if refused := sorted(BULKY & shape.fields & asked):
        raise EwsError(
            "ErrorInvalidPropertyRequest",
            f"Property is not valid for this object type or operation: {', '.join(refused)}.",
        )


def item_element(item: Item, view: View, shape: Shape) -> Element:
    """Return a calendar item with the fields of a shape."""
    own = [property_element(item, wanted) for wanted in shape.properties]
    members: list[Element | None] = [item_id(item, view)]
    for uri, show in FIELDS.items():
        if uri in shape.fields:
            members.append(show(item, view))
        if uri == BEFORE_PROPERTIES:
            members += own
    return t("CalendarItem", *members)
