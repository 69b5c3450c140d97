"""Templates with the vendor's placeholders in brackets (R-802): read strictly, filled in one pass.

`[Name]` is replaced by a value, `[Name]...[/Name]` is a block: shown if it applies, or repeated.
`[[` is a bracket. A value that looks like a placeholder is never replaced again.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

_TOKEN = re.compile(r"\[\[|\[(?P<end>/?)(?P<name>[^\[\]\n]*)\]|\[")
_ALONE = re.compile(r"[ \t]*\n")
"""What follows a block's mark that stands on a line of its own: the line is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What a template may say: `words` everywhere, in a repeated block those of the block, too."""

    words: frozenset[str]
    flags: frozenset[str] = frozenset()
    repeats: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def inside(self, block: str) -> "Vocabulary":
        """Return what may be said within a block."""
        more = self.repeats.get(block, frozenset())
        return Vocabulary(words=self.words | more, flags=self.flags, repeats=self.repeats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What a template is filled with, by placeholder."""

    words: Mapping[str, str]
    flags: Mapping[str, bool] = field(default_factory=dict)
    repeats: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Word:
    name: str


@dataclass(frozen=True, slots=True)
class _Block:
    name: str
    parts: tuple["_Part", ...]


_Part = str | _Word | _Block


class TemplateError(ValueError):
    """A template that cannot be used; `faults` name file, line and placeholder, one sentence each.

    Never raised for values: a template that was read can always be filled.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read and found good."""

    parts: tuple[_Part, ...]

    def fill(self, values: Values, escape: Callable[[str], str] = str) -> str:
        """Return the text; `escape` makes each value fit for what the template is (HTML)."""
        return "".join(_filled(self.parts, values, escape))


def read_template(text: str, where: str, vocabulary: Vocabulary) -> Template:
    """Read a template; TemplateError lists all its faults, `where` names the file."""
    reading = _Reading(text.replace("\r\n", "\n"), where)
    parts = reading.parts(vocabulary)
    if reading.faults:
        raise TemplateError(reading.faults)
    return Template(parts)


@dataclass(frozen=True, slots=True)
class _Opened:
    name: str
    line: int


@dataclass(slots=True)
class _Reading:
    text: str
    where: str
    place: int = 0
    faults: list[str] = field(default_factory=list)

    def parts(self, known: Vocabulary, opened: tuple["_Opened", ...] = ()) -> tuple[_Part, ...]:
        """Read up to the end of the block that was opened last, of everything when none was."""
        found: list[_Part] = []
        while (token := _TOKEN.search(self.text, self.place)) is not None:
            found.append(self.text[self.place : token.start()])
            self.place = token.end()
            line = self.text.count("\n", 0, token.start()) + 1
            name = token["name"]
            if name is None:
                found.append(self._bracket(token[0], line))
            elif token["end"]:
                if self._ends(name, line, opened):
                    self._drop_line(found, token)
                    return tuple(found)
                if any(block.name == name for block in opened):
                    self.place = token.start()
                    break
            elif name in known.flags or name in known.repeats:
                self._drop_line(found, token)
                found.append(self._block(_Opened(name, line), known, opened))
            elif name in known.words:
                found.append(_Word(name))
            else:
                self._fault(line, _unknown(name, known))
        else:
            found.append(self.text[self.place :])
            self.place = len(self.text)
        if opened:
            name, line = opened[-1].name, opened[-1].line
            self._fault(line, f"[{name}] is not ended before what is around it; add [/{name}]")
        return tuple(found)

    def _block(self, block: "_Opened", known: Vocabulary, opened: tuple["_Opened", ...]) -> _Block:
        if any(outer.name == block.name for outer in opened):
            self._fault(block.line, f"[{block.name}] stands within itself")
            return _Block(block.name, ())
        return _Block(block.name, self.parts(known.inside(block.name), (*opened, block)))

    def _bracket(self, written: str, line: int) -> str:
        if len(written) == 1:
            self._fault(line, "[ without ]; write [[ for a bracket")
        return "["

    def _ends(self, name: str, line: int, opened: tuple["_Opened", ...]) -> bool:
        if opened and opened[-1].name == name:
            return True
        if all(block.name != name for block in opened):
            self._fault(line, f"[/{name}] ends a block that was not begun")
        return False

    def _drop_line(self, found: list[_Part], token: re.Match[str]) -> None:
        """Forget the line of a block's mark that stands there alone."""
        before = self.text.rfind("\n", 0, token.start()) + 1
        rest = _ALONE.match(self.text, token.end())
        if rest is None or self.text[before : token.start()].strip(" \t"):
            return
        if found and isinstance(found[-1], str):
            found[-1] = found[-1].rstrip(" \t")
        self.place = rest.end()

    def _fault(self, line: int, what: str) -> None:
        self.faults.append(f"{self.where}, line {line}: {what}")


def _unknown(name: str, known: Vocabulary) -> str:
    for block, words in known.repeats.items():
        if name in words:
            return f"[{name}] stands outside of [{block}]...[/{block}]"
    all_names = (*known.words, *known.flags, *known.repeats)
    close = get_close_matches(name, all_names, n=1)
    advice = f"did you mean [{close[0]}]?" if close else "see docs/mails.md for all of them"
    return f"[{name}] is not a placeholder; {advice} A bracket itself is written [["


def _filled(parts: Sequence[_Part], values: Values, escape: Callable[[str], str]) -> Sequence[str]:
    texts: list[str] = []
    for part in parts:
        match part:
            case str():
                texts.append(part)
            case _Word(name):
                texts.append(escape(values.words.get(name, "")))
            case _Block(name, inner):
                for scope in _scopes(name, values):
                    texts.extend(_filled(inner, scope, escape))
    return texts


def _scopes(name: str, values: Values) -> Sequence[Values]:
    """Return what a block is filled with: nothing, once, or once per line of a repeated one."""
    if name not in values.repeats:
        return [values] if values.flags.get(name, False) else []
    return [
        Values(words={**values.words, **row}, flags=values.flags, repeats=values.repeats)
        for row in values.repeats[name]
    ]
