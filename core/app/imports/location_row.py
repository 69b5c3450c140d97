"""The row of a location: its name, its parent, and how its mails are written (R-800, R-801)."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from core.app.imports.rows import Id, Name, Row
from core.app.mail.own_texts import own_text_faults
from core.domain.directory import ErrorMail, Location
from core.domain.ids import LocationId
from core.domain.remark import Remark


def _by_language(value: object) -> object:
    """Take one text without a language for all languages."""
    return {"*": value} if isinstance(value, str) else value


Texts = Annotated[dict[str, str], BeforeValidator(_by_language)]


class ErrorMailRow(BaseModel):
    """How the sync's error mails are written for a location; see docs/mails.md."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = True
    cc: tuple[str, ...] = ()
    title: Texts = {}
    body: Texts = {}

    @model_validator(mode="after")
    def _can_be_used(self) -> Self:
        faults = [f"cc: no. {n} is no mail address" for n, cc in enumerate(self.cc, 1) if _bad(cc)]
        faults += own_text_faults(self.to_domain())
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def to_domain(self) -> ErrorMail:
        """Return how mails are written."""
        return ErrorMail(enabled=self.enabled, cc=self.cc, title=self.title, body=self.body)


class LocationRow(Row):
    """A building, a floor, or a group of them."""

    id: Id
    name: Name
    parent: Id | None = None
    error_mail: ErrorMailRow | None = None

    @classmethod
    def saying(cls, location: Location) -> dict[str, Any]:
        """Return the row that says what is stored of a location."""
        mail = location.error_mail
        return {
            "id": location.id,
            "name": location.name,
            "parent": location.parent,
            "error_mail": None
            if mail is None
            else {"enabled": mail.enabled, "cc": mail.cc, "title": mail.title, "body": mail.body},
        }

    def to_domain(self) -> Location:
        """Return the location."""
        return Location(
            id=LocationId(self.id),
            name=self.name,
            parent=None if self.parent is None else LocationId(self.parent),
            error_mail=None if self.error_mail is None else self.error_mail.to_domain(),
        )


def parent_faults(locations: Iterable[Location]) -> Mapping[LocationId, str]:
    """Return what is wrong with the parents of locations that are each readable."""
    parents = {location.id: location.parent for location in locations}
    faults: dict[LocationId, str] = {}
    for own, parent in parents.items():
        if parent is not None and parent not in parents:
            faults[own] = Remark("its parent {id} is not among the locations", id=parent)
        passed, above = {own}, parent
        while above is not None and above not in passed:
            passed.add(above)
            above = parents.get(above)
        if above == own:
            faults[own] = Remark("it is its own parent in the end; take one parent away")
    return faults


def _bad(address: str) -> bool:
    name, _, domain = address.partition("@")
    return not name or "." not in domain or any(c.isspace() or c in '<>,;"@' for c in domain)
