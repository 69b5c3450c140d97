"""How a kind of finding is worded: what is so, what to do, and the command for it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Words of one kind, with places for its facts: `{name}`.

    `command` is the same in every language: for a shell of Exchange or Azure. Where it depends on
    how an environment is reached, there is one per kind of environment, chosen by the fact `by`.
    """

    what: str
    advice: str
    command: str | Mapping[str, str] = ""
