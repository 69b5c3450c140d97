"""What holds for every test: random examples are the same each time, unless one searches."""

from tests.kit import search

search.begin()
