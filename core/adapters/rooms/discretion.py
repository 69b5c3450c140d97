"""Takes out of ROOMS' texts what must not leave ROOMS: titles, addresses, names (P9)."""

import re
from collections.abc import Iterable

_PART = r"[^\s<>()\[\],;:«»\"]+"
_ADDRESS = re.compile(f"{_PART}@{_PART}")
_LONGEST_TEXT = 500
_LONGEST_READ = 4000
"""Longer texts are no reasons; searching them would cost more with every character."""
_TWO = 2


def discreet(text: str, words: Iterable[str]) -> str:
    """Return a text without e-mail addresses and without `words`: titles and people's names.

    A name is also found with the family name first. At most 500 characters are kept.
    """
    if len(text) > _LONGEST_READ:
        text = text[:_LONGEST_READ].rpartition(" ")[0]
    wanted = {form for word in words for form in _forms(word.strip()) if form}
    for word in sorted(wanted, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "…", text, flags=re.IGNORECASE)
    return _ADDRESS.sub("…", text)[:_LONGEST_TEXT]


def _forms(word: str) -> tuple[str, ...]:
    parts = word.split()
    if len(parts) < _TWO:
        return (word,)
    given, family = " ".join(parts[:-1]), parts[-1]
    return (word, f"{family} {given}", f"{family}, {given}")
