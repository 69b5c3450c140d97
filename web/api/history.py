"""The history of one meeting, what is in a slot of a resource, and looks asked for by hand."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from core.app.reference import UnknownItemError, named_key
from core.app.slot_reference import resource_named, slot_between
from core.app.slots import Holder
from core.app.timeline.export import exported
from core.app.timeline.read import read_timeline
from core.app.timeline.search import SlotFound, found_in, sought
from core.app.timeline.values import Entry, ItemNow, LinkTold, Timeline
from core.bootstrap import current_app
from core.domain.remark import Remark
from core.domain.work import ItemKey
from web.access import Role
from web.problems import Problem
from web.routing import Routes, Shape

routes = Routes()

Item = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1000,
        description="A booking's number, mailbox/event id, a link's id, an iCalUId,"
        " or a resource and a moment: Säntis 2026-03-10 09:00",
    ),
]
ResourceName = Annotated[
    str, Field(min_length=1, max_length=200, description="Its name, number or address.")
]
Moment = Annotated[
    str,
    Field(
        min_length=1,
        max_length=40,
        description="2026-03-10T09:00 on the resource's clock, or with a zone.",
    ),
]


class ItemAsked(Shape):
    """Which meeting is meant."""

    item: Item


class HistoryShape(Shape):
    """Everything that is remembered of one meeting, oldest first (docs/history.md)."""

    format: str
    version: int
    at: datetime
    is_private: bool
    is_complete: bool
    links: tuple[LinkTold, ...]
    entries: tuple[Entry, ...]
    now: tuple[ItemNow, ...]
    rule_texts: dict[str, str]


class SlotAsked(Shape):
    """A slot of a resource, at most seven days."""

    resource: ResourceName
    begins: Moment
    ends: Moment


class MeetingInSlot(Shape):
    """A meeting in a slot: `item` is what its history is asked by; who says that it is there."""

    item: str
    link: str
    state: str
    witnesses: tuple[str, ...]


class SlotShape(Shape):
    """What is in a slot; `troubles` says which system could not be asked, and why."""

    resource: int
    start: datetime
    end: datetime
    meetings: tuple[MeetingInSlot, ...]
    troubles: dict[str, str]


@routes.read("/v1/history", Role.VIEWER)
async def show_history(request: Request, asked: ItemAsked) -> HistoryShape:  # noqa: ARG001 - a route
    """Show the history of one meeting."""
    return HistoryShape.model_validate(exported(await timeline_of(await meant(asked.item))))


@routes.read("/v1/slots", Role.VIEWER)
async def show_slot(request: Request, asked: SlotAsked) -> SlotShape:  # noqa: ARG001 - a route
    """List the meetings in a slot of a resource, whoever knows of them."""
    found = await slot_meant(asked.resource, asked.begins, asked.ends)
    return SlotShape(
        resource=found.resource.id,
        start=found.time.start,
        end=found.time.end,
        meetings=tuple(map(_meeting, found.seen.holders)),
        troubles={name.value: why for name, why in found.seen.troubles.items()},
    )


async def meant(text: str) -> ItemKey:
    """Return the key of the one meeting that is meant; UnknownItemError if there is not one."""
    found = await sought(text, await current_app().services())
    if not isinstance(found, SlotFound):
        return found
    if len(found.seen.holders) == 1:
        return found.seen.holders[0].key
    names = ", ".join(named_key(each.key) for each in found.seen.holders)
    if not names:
        raise UnknownItemError(Remark("nothing is in that slot"))
    raise UnknownItemError(Remark("several meetings are in that slot: {names}", names=names))


async def timeline_of(key: ItemKey) -> Timeline:
    """Return a meeting's history; a Problem if nothing is known of it."""
    found = await read_timeline(key, await current_app().services())
    if found is None:
        raise Problem(
            404, "not_found", Remark("nothing is remembered of {item}", item=named_key(key))
        )
    return found


async def slot_meant(resource: str, begins: str, ends: str) -> SlotFound:
    """Return what is in a slot; UnknownItemError or SlotError when it cannot be asked about."""
    services = await current_app().services()
    known = resource_named(resource, await services.roster.directory())
    return await found_in(known, slot_between(begins, ends, known), services)


def _meeting(holder: Holder) -> MeetingInSlot:
    link = holder.link
    return MeetingInSlot(
        item=named_key(holder.key),
        link="" if link is None else link.id,
        state="" if link is None else link.state.value,
        witnesses=tuple(sorted(holder.witnesses)),
    )
