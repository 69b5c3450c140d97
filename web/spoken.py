"""Sentences of the core (`core.domain.remark`) for operators, in the reader's language.

in English                      as it is
a remark with a text here       that text, its values put in, which may be remarks themselves
one without, or no remark       as it is, marked as English (WCAG 3.1.2)
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.remark import Remark

OWN = "en"
GROUP = "remark"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A piece of a sentence; `is_english` where the page's language is another."""

    text: str
    is_english: bool = False


def spoken(told: str, texts: Mapping[str, str], language: str) -> tuple[Spoken, ...]:
    """Return a sentence piece by piece; pieces of one language are joined."""
    if language == OWN:
        return (Spoken(str(told)),) if told else ()
    pieces: list[Spoken] = []
    for each in _pieces(told, texts):
        if pieces and (pieces[-1].is_english is each.is_english or not each.text.strip(" :;.,")):
            pieces[-1] = Spoken(pieces[-1].text + each.text, pieces[-1].is_english)
        elif each.text:
            pieces.append(each)
    return tuple(pieces)


def _pieces(told: object, texts: Mapping[str, str]) -> list[Spoken]:
    if not isinstance(told, Remark):
        return [Spoken(str(told), is_english=True)]
    if told.parts:
        return [
            piece
            for part in told.parts
            for piece in (_pieces(part, texts) if isinstance(part, Remark) else [Spoken(part)])
        ]
    text = texts.get(f"{GROUP}.{told.key}")
    if text is None:
        return [Spoken(str(told), is_english=True)]
    values = {
        name: "".join(piece.text for piece in _pieces(value, texts))
        for name, value in told.values.items()
    }
    return [Spoken(text.format(**values))]
