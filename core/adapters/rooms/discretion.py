"""Takes out of ROOMS' texts what must not leave ROOMS: titles, addresses, names (P9)."""

import re
from collections.abc import Iterable

_ADDRESS = re.compile(r"[^\s<>()\[\],;:«»\"']+@[\w.\-]+\w")
_LONGEST_TEXT = 500
_TWO = 2


def discreet(text: str, words: Iterable[str]) -> str:
    """Return a text without e-mail addresses and without `words`: titles and people's names.

    A name is also found with the family name first. At most 500 characters are kept.
    """
    text = _ADDRESS.sub("…", text)
    wanted = {form for word in words for form in _forms(word.strip()) if form}
    for word in sorted(wanted, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "…", text, flags=re.IGNORECASE)
    return text[:_LONGEST_TEXT]


def _forms(word: str) -> tuple[str, ...]:
    parts = word.split()
    if len(parts) < _TWO:
        return (word,)
    given, family = " ".join(parts[:-1]), parts[-1]
    return (word, f"{family} {given}", f"{family}, {given}")
