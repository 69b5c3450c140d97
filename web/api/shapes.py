"""What several subjects of the JSON API share."""

from typing import Annotated

from pydantic import Field

from core.domain.directory import Directory
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey, ResourceId, is_resource_mailbox
from web.routing import Shape

Name = Annotated[str, Field(min_length=1, max_length=500)]
Limit = Annotated[int, Field(ge=1, le=1000)]
DryRun = Annotated[bool, Field(description="Only answer what would be begun.")]


class MailboxShape(Shape):
    """A mailbox: `p` or `r` with the number of the person or resource in ROOMS."""

    environment: str
    mailbox: str
    resource: str = ""


def mailbox_shape(place: EventPlace, directory: Directory) -> MailboxShape:
    """Return a mailbox by its number, a resource by its name, too; a person never (D13)."""
    return MailboxShape(
        environment=place.environment,
        mailbox=place.mailbox,
        resource=resource_name(place, directory),
    )


def resource_name(place: EventPlace, directory: Directory) -> str:
    """Return the name of a resource's mailbox, "" for everybody else's."""
    number = place.mailbox[1:]
    if not is_resource_mailbox(place.mailbox) or not number.isdecimal():
        return ""
    found = directory.resources.get(ResourceId(int(number)))
    return "" if found is None else found.name


def place_named(text: str) -> EventPlace:
    """Return the mailbox that `environment/mailbox` names; environments may have slashes."""
    environment, _, mailbox = text.rpartition("/")
    return EventPlace(EnvironmentId(environment), MailboxKey(mailbox))
