"""Sentences for operators that other languages can say, too: English, and what they are made of.

    Remark("{key} is given more than once", key=11)      "11 is given more than once"

A remark is its English text; whoever speaks another language looks its template up and puts the
values in, which may be remarks themselves. Where there is no such text, the English one is shown.
"""

from collections.abc import Iterable
from typing import Self


class Remark(str):
    """An English text. `key` is its template, or another name; `values` are put into it.

    A remark made of others (`of`) has no key; `parts` are those others and what stands between.
    """

    __slots__ = ("key", "parts", "values")
    key: str
    values: dict[str, object]
    parts: tuple[str, ...]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Return what a template says of these values; values themselves are never templates."""
        return cls.named(template, template.format(**values) if values else template, **values)

    @classmethod
    def named(cls, key: str, text: str, /, **values: object) -> Self:
        """Return a text whose wording is somebody else's, by a name of its own."""
        return cls._made(text, key, values, ())

    @classmethod
    def of(cls, parts: Iterable[str]) -> Self:
        """Return remarks in a row; what is none is the same in every language."""
        given = tuple(parts)
        return cls._made("".join(given), "", {}, given)

    @classmethod
    def listed(cls, remarks: Iterable[str], between: str = "; ") -> Self:
        """Return remarks with something between them."""
        row: list[str] = []
        for remark in remarks:
            row += [between, remark] if row else [remark]
        return cls.of(row)

    @classmethod
    def _made(cls, text: str, key: str, values: dict[str, object], parts: tuple[str, ...]) -> Self:
        made = str.__new__(cls, text)
        made.key, made.values, made.parts = key, values, parts
        return made


def text_of(error: Exception) -> str:
    """Return what an error says, as the remark that it was raised with, if it was one."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Remark) else str(error)
