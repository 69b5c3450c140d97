import time
from pathlib import Path

from devstack.kit.shelf import Shelf
from tests.contract.exchange.company import ANNA, SAENTIS, Company, at, meeting, world

PEOPLE, EVENTS = 100, 300


async def test_a_hundred_full_mailboxes_are_served_quickly(tmp_path: Path):
    """Figures are CPU time with room to spare: what counts is that nothing grows by squares."""
    company = Company(None, shelf=Shelf(tmp_path / "exchange.sqlite"))
    people = [f"p{n}@contoso.example" for n in range(PEOPLE)]
    seeds = [
        {"mailbox": mail, "deliver": False, "event": small(number)}
        for mail in people
        for number in range(EVENTS)
    ]
    crowd = world(
        persons=[
            {"mail": ANNA, "name": "Anna", "rooms_id": 1000},
            *({"mail": m, "name": m, "rooms_id": n} for n, m in enumerate(people)),
        ],
        events=seeds,
    )
    loading = await cpu(lambda: load(company, crowd))
    person = company.outlook(people[7])
    (event, *_) = await person.events()

    reading = await cpu(lambda: person.read(event), times=50)
    writing = await cpu(lambda: person.change(event, subject=str(time.perf_counter())), times=50)
    inviting = await cpu(lambda: person.create(meeting(SAENTIS)), times=5)
    await company.settle()
    await company.close()

    assert loading < 15
    assert reading < 0.005
    assert writing < 0.010
    assert inviting < 0.020


def small(number: int) -> dict:
    """Return one of many events, three a day."""
    day, hour = f"2026-{3 + number // 84:02d}-{1 + number // 3 % 28:02d}", 8 + number % 3 * 2
    return {
        "subject": f"Event {number}",
        "start": at(f"{day}T{hour:02d}:00:00"),
        "end": at(f"{day}T{hour + 1:02d}:00:00"),
    }


async def load(company: Company, crowd) -> None:
    company.sim.load(crowd)


async def cpu(deed, times: int = 1) -> float:
    """Return the CPU seconds of one go."""
    started = time.process_time()
    for _ in range(times):
        await deed()
    return (time.process_time() - started) / times
