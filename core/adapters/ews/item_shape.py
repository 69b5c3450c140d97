"""Which fields are asked for: those that an event is made of, and our property."""

from dataclasses import dataclass

from core.adapters.ews.xml import Element, m, t
from core.adapters.exchange.link_property import LinkProperty

COLUMNS = (
    "item:Subject",
    "item:Sensitivity",
    "item:ReminderIsSet",
    "item:ReminderMinutesBeforeStart",
    "item:DateTimeCreated",
    "item:LastModifiedTime",
    "calendar:UID",
    "calendar:Start",
    "calendar:End",
    "calendar:OriginalStart",
    "calendar:IsAllDayEvent",
    "calendar:LegacyFreeBusyStatus",
    "calendar:Location",
    "calendar:IsCancelled",
    "calendar:CalendarItemType",
    "calendar:MyResponseType",
    "calendar:Organizer",
    "calendar:AppointmentState",
    "calendar:StartTimeZone",
)
PEOPLE = ("calendar:RequiredAttendees", "calendar:OptionalAttendees", "calendar:Resources")
SERIES = (
    "calendar:Recurrence",
    "calendar:ModifiedOccurrences",
    "calendar:DeletedOccurrences",
)
MARKS = ("calendar:CalendarItemType", "calendar:UID", "calendar:Start", "calendar:End")
"""What tells an item's kind and place in time, and nothing about anybody."""


@dataclass(frozen=True, slots=True)
class LinkUri:
    """The link property as EWS names it."""

    property_set: str
    name: str

    @classmethod
    def of(cls, link: LinkProperty) -> "LinkUri":
        """Read the property's id in Graph's notation."""
        _, _, rest = link.id.partition("{")
        guid, _, tail = rest.partition("}")
        return cls(guid.lower(), tail.removeprefix(" Name "))

    @property
    def transaction(self) -> "LinkUri":
        """Return the property that tells a repeated create: EWS knows no transaction ids."""
        return LinkUri(self.property_set, f"{self.name}Transaction")

    def element(self) -> Element:
        """Return the path of the property."""
        return t(
            "ExtendedFieldURI",
            PropertySetId=self.property_set,
            PropertyName=self.name,
            PropertyType="String",
        )


def shape(*fields: str, link: LinkUri | None = None) -> Element:
    """Return an ItemShape of ids, these fields, and the link property."""
    paths = [t("FieldURI", FieldURI=field) for field in fields]
    if link is not None:
        paths.append(link.element())
    base = t("BaseShape", "IdOnly")
    return m("ItemShape", base, t("AdditionalProperties", *paths)) if paths else m(
        "ItemShape", base
    )  # fmt: skip


def calendar_folder(tag: str) -> Element:
    """Return the default calendar, by its well-known name: no call is needed to find it."""
    return m(tag, t("DistinguishedFolderId", Id="calendar"))
