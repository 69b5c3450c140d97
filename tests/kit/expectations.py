"""What a scenario says in advance about its end: differences that are meant to stay."""

from dataclasses import dataclass, field

from tests.kit.agreement import Finding


@dataclass(frozen=True, slots=True)
class Tolerated:
    """One disagreement that stays, and why. `shown` is the cause under which the console has it."""

    item: str | int
    field: str
    because: str
    shown: str | None

    def covers(self, finding: Finding) -> bool:
        return self.field == finding.field and self.item in (finding.event_id, finding.booking_id)


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

        `shown`: under this cause the console must list it; without, the console must not.
        """
        number = getattr(item, "event_id", None) or getattr(item, "booking_id", None)
        assert number is not None, f"{item!r} is neither an event nor a booking"
        self.tolerated.append(Tolerated(number, field, because, shown))

    def is_listed(self, item: object, cause: str) -> None:
        """Say that the console lists an item although both sides agree: somebody is to look."""
        number = getattr(item, "event_id", None) or getattr(item, "booking_id", None)
        assert number is not None, f"{item!r} is neither an event nor a booking"
        self.tolerated.append(Tolerated(number, "", "it is to be looked at", cause))
