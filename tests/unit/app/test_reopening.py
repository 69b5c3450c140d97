"""What is parked is asked system by system: one that does not answer holds up no other."""

import asyncio
from types import SimpleNamespace

import pytest

from core.app import reopening
from core.app.reopening import care_for_parked
from core.domain.ids import EnvironmentId
from core.domain.scope import ROOMS, Scope
from tests.unit.builders import CONTOSO, NOW

CELLAR = EnvironmentId("cellar")


def parked(scope):
    return SimpleNamespace(scope=scope, is_parking=True, needs_care=lambda _: True)


def services_with(*breakers):
    async def refresh(max_age):
        assert not max_age

    book = SimpleNamespace(refresh=refresh, everything=lambda: breakers)
    return SimpleNamespace(breakers=book, clock=SimpleNamespace(now=lambda: NOW))


async def test_a_system_that_keeps_us_waiting_holds_up_no_other(monkeypatch):
    never, asked = asyncio.Event(), []

    async def ask(breaker, _):
        if breaker.scope.environment == CELLAR:
            await never.wait()
        asked.append(breaker.scope)

    monkeypatch.setattr(reopening, "_ask_again", ask)
    others = (Scope(CONTOSO), ROOMS)
    caring = asyncio.create_task(
        care_for_parked(services_with(*map(parked, (Scope(CELLAR), *others))))
    )
    await asyncio.sleep(0.01)
    assert (tuple(asked), caring.done()) == (others, False)
    never.set()
    await caring
    assert asked[-1] == Scope(CELLAR)


async def test_what_fails_in_one_system_is_raised_after_all_were_asked(monkeypatch):
    asked = []

    async def ask(breaker, _):
        asked.append(breaker.scope)
        if breaker.scope.environment == CELLAR:
            raise LookupError("cellar")

    monkeypatch.setattr(reopening, "_ask_again", ask)
    with pytest.raises(LookupError, match="cellar"):
        await care_for_parked(services_with(*map(parked, (Scope(CELLAR), Scope(CONTOSO)))))
    assert asked == [Scope(CELLAR), Scope(CONTOSO)]
