"""Seeded luck: every random decision of the simulator comes from here."""

import random

Span = tuple[float, float]


class Chance:
    """A random source that gives the same decisions for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose, no secret

    def happens(self, probability: float) -> bool:
        return self._random.random() < probability

    def within(self, span: Span) -> float:
        """Return a number of the closed span (seconds, mostly)."""
        return self._random.uniform(*span)

    def count(self, mean: float) -> int:
        """Return a whole number whose mean is `mean`: its floor, and one more now and then."""
        whole = int(mean)
        return whole + self.happens(mean - whole)

    def between(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def shuffled[Thing](self, things: list[Thing]) -> list[Thing]:
        return self._random.sample(things, len(things))
