"""Series of the world file: also what ROOMS' own interface makes and the API does not take."""

from dataclasses import replace
from typing import Any

from pydantic import Field

from devstack.rooms.face.binding import Body, Moment
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.house import House
from devstack.rooms.model.person import Person
from devstack.rooms.model.refusal import MissingError
from devstack.rooms.model.series import LAST_WEEK, Kind, Pattern
from devstack.rooms.model.series_building import Wish, built


class SeedRecurrence(Body):
    """A SeriesDto as far as it says how the series goes; the spelling is the vendor's."""

    recurrence_type: Kind
    interval: int = Field(default=1, ge=1)
    days: tuple[int, ...] = ()
    day_in_month: int | None = Field(default=None, ge=1, le=31)
    week_number: int | None = Field(default=None, ge=1, le=LAST_WEEK)
    month_of_year: int | None = Field(default=None, ge=1, le=12)
    every_week_day: bool = False
    end_date: Moment | None = None
    occurences: int | None = Field(default=None, ge=1)

    def wish(self) -> Wish:
        return Wish(
            pattern=Pattern(
                kind=self.recurrence_type,
                interval=self.interval,
                days=tuple(sorted({day % 7 for day in self.days})),
                day_in_month=self.day_in_month,
                week_number=self.week_number,
                month_of_year=self.month_of_year,
                every_week_day=self.every_week_day,
            ),
            end=self.end_date,
            iterations=None if self.end_date else self.occurences,
        )


def series_items_of(
    house: House, creator: Person, booking: Booking, recurrence: dict[str, Any] | None
) -> list[Booking]:
    """Return the bookings that a seeded one stands for; limits are nobody's business here."""
    if recurrence is None:
        return [booking]
    known = {str(info.alias).lower() for info in SeedRecurrence.model_fields.values()}
    if unknown := [name for name in recurrence if name.lower() not in known]:
        raise MissingError(f"a recurrence has no {', '.join(unknown)}")
    wish = SeedRecurrence.model_validate(recurrence).wish()
    series, items = built(house, creator, booking, wish, limited=False)
    house.store.keep_series(series)
    return [replace(item, series_id=series.id) for item in items]
