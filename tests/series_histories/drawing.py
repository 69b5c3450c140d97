"""Draws a history from a seed: the same edits for the same seed, on every machine."""

import random

from tests.series_histories.edits import DEEDS, OUTLOOK, ROOMS, Edit

LENGTH = 10
PEOPLE, PLACES = ("anna", "marc", "lea"), ("Säntis", "Eiger", "Pilatus")
RULES = ("weekly", "every other week", "two days a week", "daily", "every third day", "monthly",
         "last working days")  # fmt: skip
"""Names of rules.py."""
FIRST_DEEDS = ("books", "books", "books", "books single")
SHARE_OF_NEW = 0.12
"""How often something new is made rather than something there edited."""


def history(seed: int, length: int = LENGTH) -> list[Edit]:
    """Return the edits of a seed; it begins with something that can be edited."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secrets
    return [_edit(chance, is_first=number == 0) for number in range(length)]


def _edit(chance: random.Random, *, is_first: bool) -> Edit:
    side = chance.choice((OUTLOOK, ROOMS))
    is_new = is_first or chance.random() < SHARE_OF_NEW
    others = [what for what in DEEDS[side] if not what.startswith("books")]
    return Edit(
        side=side,
        what=chance.choice(FIRST_DEEDS if is_new else others),
        series=chance.randrange(3),
        date=chance.randrange(5),
        days=chance.choice((-1, 0, 0, 1)),
        hour=chance.randrange(8, 17),
        room=chance.choice(PLACES),
        person=chance.choice(PEOPLE),
        rule=chance.choice(RULES),
        number=chance.randrange(2, 6),
        settles=chance.random() < 0.5,
    )
