"""A desk whose Exchange and ROOMS are what a test says, and every question that it asked."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from core.app.free_busy.desk import FreeBusyDesk, free_busy_desk
from core.domain.directory import Directory
from core.domain.free_busy.schedule import BusyTime, Schedule, Unknown
from core.domain.ids import EnvironmentId
from core.domain.meeting import ShowAs
from devstack.kit.clock import VirtualClock
from tests.unit.builders import NOW, a_directory


def busy(*spans, show_as=ShowAs.BUSY):
    return Schedule(tuple(BusyTime(span, show_as) for span in spans))


@dataclass
class Exchange:
    """One environment: `people` by address, `trouble` by the mailbox that is asked through."""

    people: dict[str, Schedule | Unknown] = field(default_factory=dict)
    trouble: dict[str, Exception] = field(default_factory=dict)
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    answers: asyncio.Event | None = None

    async def schedules(self, asker, addresses, window):  # noqa: ARG002 - the port's
        if self.answers is not None:
            await self.answers.wait()
        self.asked.append((asker.mailbox, tuple(addresses)))
        error = self.trouble.get(asker.mailbox, self.trouble.get("all"))
        if error is not None:
            raise error
        return {each: self.people.get(each.lower(), Unknown.NOBODY) for each in addresses}


@dataclass
class Rooms:
    """What ROOMS has: lines that block, bookings, sizes."""

    lines: list = field(default_factory=list)
    bookings: list = field(default_factory=list)
    sizes: dict = field(default_factory=dict)
    trouble: Exception | None = None
    asked: list[str] = field(default_factory=list)
    answers: asyncio.Event | None = None

    async def blockers(self, resources, window):  # noqa: ARG002 - the port's
        self.asked.append("blockers")
        if self.answers is not None:
            await self.answers.wait()
        if self.trouble is not None:
            raise self.trouble
        return [line for line in self.lines if line.resource in resources]

    async def find_bookings(self, query):
        self.asked.append(f"bookings of {query.resource}")
        return [b for b in self.bookings if b.resource == query.resource]

    async def capacities(self, resources):
        self.asked += [f"size of {each}" for each in resources]
        return {each: self.sizes[each] for each in resources if each in self.sizes}


class Settings:
    def __init__(self, directory):
        self.now = directory

    async def directory(self):
        return self.now


@dataclass
class Office:
    """Everything around one desk."""

    directory: Directory = field(default_factory=a_directory)
    exchange: dict[EnvironmentId, Exchange] = field(default_factory=dict)
    rooms: Rooms = field(default_factory=Rooms)
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(NOW))

    def __post_init__(self):
        for environment in self.directory.environments:
            self.exchange.setdefault(environment, Exchange())
        self.desk: FreeBusyDesk = free_busy_desk(
            self.clock,
            Settings(self.directory),
            self.exchange.__getitem__,
            self.rooms,
            self.rooms,
        )

    def passes(self, seconds):
        self.clock.advance(timedelta(seconds=seconds))
