"""What Graph answers about people, groups and mailboxes, as far as it matters here."""

from typing import Any

from pydantic import Field

from core.adapters.graph.payloads import Payload


class GroupPayload(Payload):
    """A group of the directory."""

    id: str = Field(min_length=1)


class MemberPayload(Payload):
    """One entry of a group's members: a person, a mail contact, a group, a device."""

    odata_type: str = Field("", alias="@odata.type")
    mail: str = ""
    display_name: str = ""

    @property
    def is_group(self) -> bool:
        """Tell whether this entry stands for others, which the list has, too."""
        return self.odata_type.lower().endswith(".group")


class TypedValue(Payload):
    """One side of a pair; a list of one text, whatever its type."""

    values: tuple[Any, ...] = ()

    @property
    def text(self) -> str:
        """Return the value as text, empty when there is none or more than one."""
        return str(self.values[0]) if len(self.values) == 1 else ""


class StructuredEntry(Payload):
    """A key and its value."""

    key_entry: TypedValue = TypedValue()
    value_entry: TypedValue = TypedValue()


class ConfigurationPayload(Payload):
    """A user configuration of a folder (Graph beta)."""

    structured_data: tuple[StructuredEntry, ...] = ()

    def values(self) -> dict[str, str]:
        """Return the pairs as texts, keys in lower case."""
        return {e.key_entry.text.lower(): e.value_entry.text for e in self.structured_data}


class MailboxSettingsPayload(Payload):
    """The mailbox settings that matter here; each request asks for one of them."""

    time_zone: str = ""
    user_purpose: str = ""


class UserPayload(Payload):
    """A directory entry with all its addresses: `SMTP:` marks the primary one."""

    id: str = Field(min_length=1)
    mail: str = ""
    proxy_addresses: tuple[str, ...] = ()


class RoomPayload(Payload):
    """A room of the organisation (places)."""

    email_address: str = ""
    display_name: str = ""
    building: str = ""
