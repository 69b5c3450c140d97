"""Links get lost: what scenarios say of it, and what must not follow."""

from contextlib import asynccontextmanager

from core.app.rebuild.run import Rebuilt, foresee_rebuild, rebuild
from tests.kit.world import World

LINKS = ("mappings", "pointers", "waiting")


def loses_links(world: World, *tables: str) -> None:
    """Wipe the tables of links and start anew, as after a reinstallation (S05)."""
    world.tables.wipe(*(tables or LINKS))
    world.restarts()


async def rebuilds(world: World) -> Rebuilt:
    """Do what `roomsync rebuild --yes` does, and let everything be looked at."""
    foreseen = await foresee_rebuild(await world.app.services())
    done = await rebuild(await world.app.services())
    assert [r.verdict for r in foreseen.restored] == [r.verdict for r in done.outlook.restored]
    await world.settles()
    return done


@asynccontextmanager
async def nothing_is_written(world: World):
    """Assert that the service writes to neither system meanwhile, and tells nobody."""
    before, told = len(world.calls), len(world.notices())
    mails = len(world.exchange.controls.mails.since(0))
    yield
    writes = world.service_writes(before)
    assert not writes, "\n".join(f"{c.side} {c.method} {c.path}" for c in writes)
    assert len(world.notices()) == told
    assert len(world.exchange.controls.mails.since(0)) == mails
