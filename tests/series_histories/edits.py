"""What somebody does to a series, as a plain value that prints as a sentence.

An edit says which of the things that are there then it means by a number: the third series, its
second date. So any part of a history can be played, and the story reads the same each time.
"""

from dataclasses import dataclass
from string import Formatter

OUTLOOK, ROOMS = "Outlook", "ROOMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One deed on one side; what the deed does not need is drawn all the same, and not told.

    `what` is a key of DEEDS. `settles`: what follows from it is awaited before the next edit.
    """

    side: str
    what: str
    series: int = 0
    date: int = 0
    days: int = 0
    hour: int = 9
    room: str = "Säntis"
    person: str = "lea"
    rule: str = ""
    number: int = 4
    settles: bool = True

    def __str__(self) -> str:
        """Tell it."""
        names = {name for _, name, _, _ in Formatter().parse(DEEDS[self.side][self.what]) if name}
        told = DEEDS[self.side][self.what].format(**{name: getattr(self, name) for name in names})
        return f"{self.side}: {told}{'.' if self.settles else ' - at once'}"


IN_OUTLOOK = {
    "books": "{person} invites {room} to a series at {hour}, {rule}, {number} dates",
    "books single": "{person} invites {room} to a single meeting at {hour}",
    "renames": "series {series} gets another subject",
    "moves": "series {series} moves to {hour}",
    "invites": "series {series} gets {person} or loses them",
    "swaps room": "series {series} takes {room} instead",
    "takes off room": "series {series} loses its rooms",
    "private": "series {series} becomes private with another subject, or public",
    "another rule": "series {series} becomes {rule}, {number} dates",
    "another length": "series {series} gets {number} dates",
    "endless": "series {series} never ends",
    "deletes": "series {series} is deleted",
    "makes single": "series {series} becomes a single meeting",
    "makes series": "single meeting {series} becomes a series, {rule}, {number} dates",
    "moves date": "date {date} of series {series} moves by {days} days to {hour}",
    "renames date": "date {date} of series {series} gets another subject",
    "invites to date": "date {date} of series {series} gets {person} or loses them",
    "swaps room of date": "date {date} of series {series} takes {room} instead",
    "takes room off date": "date {date} of series {series} loses its rooms",
    "deletes date": "date {date} of series {series} is deleted",
    "moves following": "from date {date} on, series {series} is held at {hour}",
    "renames following": "from date {date} on, series {series} has another subject",
    "room of following": "from date {date} on, series {series} is held in {room}",
    "cancels following": "from date {date} on, series {series} is cancelled",
}
IN_ROOMS = {
    "books": "{person} books {room} for a series at {hour}, {rule}, {number} items",
    "books single": "{person} books {room} at {hour}",
    "renames": "series {series} gets another title",
    "moves": "series {series} moves to {hour}",
    "participants": "series {series} has {person} as its only participant",
    "changes room": "series {series} moves to {room}",
    "another rule": "series {series} is redrawn, {rule}, {number} items",
    "another length": "series {series} is redrawn, {number} weeks",
    "cancels": "series {series} is cancelled",
    "hands over": "series {series} is handed over to {person}",
    "makes single": "series {series} becomes a single booking",
    "makes series": "single booking {series} becomes a series, {rule}, {number} dates",
    "moves item": "item {date} of series {series} moves by {days} days to {hour}",
    "renames item": "item {date} of series {series} gets another title",
    "changes room of item": "item {date} of series {series} moves to {room}",
    "participants of item": "item {date} of series {series} has {person} as its only participant",
    "cancels item": "item {date} of series {series} is cancelled",
    "hands over item": "item {date} of series {series} is handed over to {person}",
    "moves following": "from item {date} on, series {series} is held at {hour}",
    "renames following": "from item {date} on, series {series} has another title",
    "room of following": "from item {date} on, series {series} is in {room}",
}
DEEDS = {OUTLOOK: IN_OUTLOOK, ROOMS: IN_ROOMS}
