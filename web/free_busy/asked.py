"""What the page of free/busy was asked for: all of it stands in its address."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field
from starlette.requests import Request

from core.app.console.wall import day_span
from core.domain.ids import ResourceId
from core.domain.interval import YEARS, Interval
from core.domain.remark import Remark
from web.api.free_busy_shapes import Who
from web.problems import Problem
from web.routing import Shape, checked, said

DAYS = {"day": 1, "week": 7}


class PageAsked(Shape):
    """`who` is chosen, `find` is looked for; `at` and `room` are the suggestion that is shown."""

    who: Who = ()
    find: Annotated[str, Field(max_length=320)] = ""
    day: date | None = None
    span: Literal["day", "week"] = "day"
    zone: Annotated[str, Field(max_length=60)] = ""
    hours: Literal["usual", "all"] = "usual"
    suggest: Literal["", "yes"] = ""
    minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    where: Literal["fitting", "chosen", "none"] | None = None
    type: Annotated[str, Field(max_length=200)] = ""
    place: Annotated[str, Field(max_length=200)] = ""
    seats: Annotated[int, Field(ge=1, le=100_000)] | None = None
    anytime: Literal["", "yes"] = ""
    at: AwareDatetime | None = None
    room: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None

    def link(self, **changes: object) -> str:
        """Return the address of the page with something else asked for; "" or None: not at all."""
        asked = self.model_dump(mode="json") | {"find": ""} | changes
        usual = PageAsked().model_dump(mode="json")
        told = {k: v for k, v in asked.items() if v not in (None, "", ()) and v != usual[k]}
        return f"?{urlencode(told, doseq=True)}"

    def days(self, today: date) -> tuple[date, ...]:
        """Return the day, or the days of the week that it is in, from Monday on."""
        first = self.day or today
        if self.span == "week":
            first -= timedelta(days=first.weekday())
        return tuple(first + timedelta(days=n) for n in range(DAYS[self.span]))

    def shown_time(self, window: Interval) -> Interval | None:
        """Return the suggestion that is to be shown, if it is within what is looked at."""
        if self.at is None:
            return None
        time = Interval(self.at, self.at + timedelta(minutes=self.minutes))
        return time if time.overlaps(window) else None

    def shown_room(self) -> tuple[ResourceId, ...]:
        """Return the resource of the suggestion that is shown."""
        return () if self.room is None else (ResourceId(self.room),)


def asked_for(request: Request) -> PageAsked:
    """Read the address; a Problem says what is wrong with it. Empty fields were not filled in."""
    given: dict[str, Any] = said(PageAsked, request.query_params)
    known = {k: v for k, v in given.items() if k in PageAsked.model_fields and v not in ("", [])}
    if "who" in known:
        known["who"] = list(dict.fromkeys(filter(None, known["who"])))
    asked = checked(PageAsked, known)
    if asked.day is not None and asked.day.year not in YEARS:
        raise Problem(
            422,
            "not_valid",
            Remark("years go from {first} to {last}", first=YEARS[0], last=YEARS[-1]),
        )
    return asked


def window_of(days: tuple[date, ...], zone: ZoneInfo) -> Interval:
    """Return the time from the first midnight to the last."""
    return Interval(day_span(days[0], zone).start, day_span(days[-1], zone).end)
