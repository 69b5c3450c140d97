"""What operators do about differences, each deed written down with who did it (ADR 0030)."""

from collections.abc import Collection, Mapping, Sequence

from core.app.drift.act import Deed, Done, carry_out, ignore
from core.app.drift.scans import ScanOrder, request_scan
from core.app.operating import note
from core.app.services import Services
from core.domain.deed import DeedKind
from core.domain.drift import Drift, Obstacle
from core.domain.scan import Scan


def as_shown(deeds: Sequence[Deed], shown: Mapping[str, str]) -> tuple[list[Deed], list[Done]]:
    """Return what still comes to the plan that somebody was shown, and what does not.

    `shown` are the fingerprints of plans by the names of their drifts.
    """
    kept, other = [], []
    for deed in deeds:
        same = tuple(p for p in deed.plans if shown.get(p.drift.id) == p.fingerprint)
        if same:
            kept.append(Deed(wish=deed.wish, key=deed.key, link=deed.link, plans=same))
        other += [
            Done(drift=plan.drift, problem=plan.foreseen.problem or Obstacle.CHANGED)
            for plan in deed.plans
            if plan not in same
        ]
    return kept, other


async def settle(deeds: Sequence[Deed], who: str, services: Services) -> list[Done]:
    """Carry out what was planned."""
    told = [f"{p.drift.id} {deed.wish}" for deed in deeds for p in deed.possible]
    if told:
        await note(DeedKind.DIFFERENCES_SETTLED, who, told, services)
    return await carry_out(deeds, services)


async def leave(drifts: Collection[Drift], who: str, services: Services) -> list[Drift]:
    """Leave drifts as they are until either side changes."""
    if not drifts:
        return []
    told = [drift.id for drift in drifts]
    await note(DeedKind.DIFFERENCES_IGNORED, who, told, services)
    return await ignore(drifts, services)


async def begin_scan(order: ScanOrder, who: str, services: Services) -> Scan:
    """Begin a scan; noted once it has begun, as it changes nothing on either side."""
    begun = await request_scan(order, services)
    # A person or a mailbox is named by its number only.
    await note(DeedKind.SCAN_BEGUN, who, [begun.target], services)
    return begun
