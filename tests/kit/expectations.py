"""What a scenario says in advance about its end: differences that are meant to stay."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.kit.sides import Finding


@dataclass(frozen=True, slots=True)
class Tolerated:
    """One disagreement that stays, and why. `shown` is the cause under which the console has it.

    `item` is an event, of a series its master, or a booking; with `date` only that date is meant.
    """

    item: str | int
    field: str
    because: str
    shown: str | None
    date: datetime | None = None

    def covers(self, finding: Finding) -> bool:
        is_item = self.item in (finding.event_id, finding.booking_id)
        return self.field == finding.field and is_item and self.date in (None, finding.date)


@dataclass(slots=True)
class Expectations:
    """Everything that the closing assertions of a world have to know."""

    tolerated: list[Tolerated] = field(default_factory=list)
    crashes: int = 0
    given_up: int = 0

    def stays_different(
        self, item: object, field: str, because: str, *, shown: str | None = None
    ) -> None:
        """Say that this event or booking will differ in one field to the end.

        `shown`: under this cause the console must list it; without, the console must not. Of a
        series say it once, or date by date.
        """
        date = getattr(item, "original_start", None)
        self.tolerated.append(Tolerated(_number(item), field, because, shown, date))

    def is_listed(self, item: object, cause: str) -> None:
        """Say that the console lists an item although both sides agree: somebody is to look."""
        self.tolerated.append(Tolerated(_number(item), "", "it is to be looked at", cause))


def _number(item: object) -> str | int:
    for name in ("booking_id", "series", "master_id", "event_id"):
        if (number := getattr(item, name, None)) is not None:
            found: str | int = number
            return found
    raise AssertionError(f"{item!r} is neither an event nor a booking")
