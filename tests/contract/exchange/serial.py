"""Short words for series: how they are asked for, and how their dates are found again."""

from typing import Any

from tests.contract.exchange.company import Company, Person, at, meeting

YEAR = "startDateTime=2026-01-01&endDateTime=2027-01-01"
ZURICH = "Europe/Zurich"


def pattern(kind: str, *, interval: int = 1, **members: Any) -> dict[str, Any]:
    return {"type": kind, "interval": interval, **members}


def weekly(*days: str, **members: Any) -> dict[str, Any]:
    return pattern("weekly", daysOfWeek=list(days or ["tuesday"]), **members)


def times(number: int, start: str = "2026-03-03", **more: Any) -> dict[str, Any]:
    return {"type": "numbered", "startDate": start, "numberOfOccurrences": number, **more}


def until(end: str, start: str = "2026-03-03", **more: Any) -> dict[str, Any]:
    return {"type": "endDate", "startDate": start, "endDate": end, **more}


def endless(start: str = "2026-03-03", **more: Any) -> dict[str, Any]:
    return {"type": "noEnd", "startDate": start, **more}


def series(
    *mails: str, repeats: Any = None, limits: Any = None, zone: str = ZURICH, **more: Any
) -> dict[str, Any]:
    """Return a series of Tuesdays, 9 to 10 in Zurich, four times unless told otherwise."""
    day = (limits or times(4))["startDate"]
    return meeting(
        *mails,
        **{
            "subject": "Weekly",
            "start": at(f"{day}T09:00:00", zone),
            "end": at(f"{day}T10:00:00", zone),
            "recurrence": {"pattern": repeats or weekly(), "range": limits or times(4)},
        }
        | more,
    )


class Dates:
    """The dates of one series in one mailbox."""

    def __init__(self, person: Person, master: dict[str, Any], mailbox: str | None = None) -> None:
        self.person, self.master = person, master
        self.mailbox = mailbox or person.own

    async def all(self, window: str = YEAR, **headers: str) -> list[dict[str, Any]]:
        path = f"users/{self.mailbox}/events/{self.master['id']}/instances?{window}&$top=999"
        found: list[dict[str, Any]] = (await self.person.get(path, **headers))["value"]
        return found

    async def starts(self, window: str = YEAR) -> list[str]:
        """Return the UTC starts, to the minute."""
        return [e["start"]["dateTime"][:16] for e in await self.all(window)]

    async def on(self, day: str) -> dict[str, Any]:
        """Return what originally began on a UTC day."""
        (found,) = [e for e in await self.all() if e["originalStart"].startswith(day)]
        return found

    async def again(self, query: str = "") -> dict[str, Any]:
        """Return the master as it is now."""
        return await self.person.get(f"users/{self.mailbox}/events/{self.master['id']}{query}")

    async def details(self) -> tuple[list[str], list[str]]:
        """Return the deleted days and the original starts of the exceptions."""
        query = "?$select=cancelledOccurrences&$expand=exceptionOccurrences"
        master = await self.again(query)
        return (
            [text.rsplit(".", 1)[1] for text in master["cancelledOccurrences"]],
            [e["originalStart"][:10] for e in master["exceptionOccurrences"]],
        )


async def copy_of(company: Company, mail: str) -> Dates:
    """Return the dates of the one series that somebody has."""
    person = company.outlook(mail)
    return Dates(person, await person.only())
