"""Claims: before anything is created, one worker announces it; others wait (design 4)."""

from dataclasses import replace
from datetime import timedelta

from core.app.link_gate import require_whole
from core.app.services import Services
from core.domain.event import EventPlace
from core.domain.ids import MappingId
from core.domain.mapping import Mapping, MappingState
from core.domain.pointers import Pointer, PointerKey
from core.errors import AlreadyExistsError, ClaimedError


def new_mapping(services: Services, home: EventPlace, carried: str | None) -> Mapping:
    """Return an unsaved link; an `AppointmentOid` that an item carries already becomes its id."""
    return Mapping(
        id=MappingId(carried.lower()) if carried else services.new_id(),
        state=MappingState.CREATING,
        home=home,
        mandator=services.rooms.mandator,
    )


SKEW = timedelta(seconds=5)
"""How far apart two workers' clocks may be without one of them having been set."""

A_MOMENT_S = 1.0
"""When to look again at an item that was linked between two calls."""


async def claim(key: PointerKey, mapping: Mapping, services: Services) -> None:
    """Announce that this worker links the item; ClaimedError while another one does.

    A claim whose lease has ended is taken over, unless it has become a link since the caller looked
    for one. One that lasts longer than any lease is of a clock that was set back meanwhile: it gets
    one whole lease from now on.
    LinksIncompleteError while links are lost or being rebuilt: here every new link begins.
    """
    await require_whole(services)
    now = services.clock.now()
    lease = now + timedelta(seconds=services.limits.lease_s)
    try:
        await services.pointers.claim(key, Pointer(mapping_id=mapping.id, lease_until=lease))
    except AlreadyExistsError:
        other = await services.pointers.find(key)
        if other is not None and other.lease_until is not None and other.lease_until > now:
            if other.lease_until > lease + SKEW:
                await services.pointers.replace(key, replace(other, lease_until=lease))
            wait = min((other.lease_until - now).total_seconds(), services.limits.lease_s)
            raise ClaimedError("another worker is linking this item", retry_after_s=wait) from None
        if await _has_become_a_link(other, services):
            raise ClaimedError(
                "another worker has linked this item meanwhile", retry_after_s=A_MOMENT_S
            ) from None
        version = None if other is None else other.version
        taken = Pointer(mapping_id=mapping.id, lease_until=lease, version=version)
        await services.pointers.replace(key, taken)


async def _has_become_a_link(pointer: Pointer | None, services: Services) -> bool:
    """Tell whether a pointer leads to a stored link; asked only after two have met at an item."""
    if pointer is None or pointer.mapping_id is None:
        return False
    return await services.mappings.get(pointer.mapping_id) is not None


async def linked(key: PointerKey, services: Services) -> Mapping | None:
    """Return the link that a pointer leads to, None when there is none (any more)."""
    pointer = await services.pointers.find(key)
    if pointer is None or pointer.mapping_id is None:
        return None
    return await services.mappings.get(pointer.mapping_id)


async def carried_link(oid: str | None, services: Services) -> Mapping | None:
    """Return the link whose `AppointmentOid` an item carries, None when it is not one of ours."""
    return await services.mappings.get(MappingId(oid.lower())) if oid else None
