"""`$filter`: parses the part of OData that Outlook and the directory understand.

`parse_filter` turns the text into a predicate over a `Resolver`, which knows the values of one
thing. What a value equals is its own affair: see `comparable.py`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from devstack.exchange.graph.comparable import Comparable
from devstack.exchange.graph.errors import GraphError

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),:])"
    r"|(?P<word>[^\s'(),:]+(?::\d[^\s'(),]*)*))"
)
_COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
_FUNCTIONS = ("startswith", "endswith", "contains")

Resolver = Callable[[str], "Comparable | list[Resolver] | None"]
Predicate = Callable[[Resolver], bool]


def invalid_filter(text: str, why: str) -> GraphError:
    return GraphError(400, "ErrorInvalidUrlQueryFilter", f"Invalid filter clause: {why}: {text}")


def parse_filter(text: str) -> Predicate:
    """Return the predicate of a `$filter`; what cannot be read is a 400."""
    parser = _Parser(text, _tokens(text))
    predicate = parser.either()
    if parser.peek() is not None:
        raise invalid_filter(text, f"unexpected {parser.peek()!r}")
    return predicate


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    stripped = text.rstrip()
    while place < len(stripped):
        found = _TOKEN.match(stripped, place)
        if found is None:
            raise invalid_filter(text, f"unreadable from character {place}")
        tokens.append(found[0].strip())
        place = found.end()
    return tokens


@dataclass(slots=True)
class _Parser:
    """Recursive descent over the tokens; `variable` is the name a lambda gave its element."""

    text: str
    tokens: list[str]
    place: int = 0
    variable: str | None = None

    def peek(self, ahead: int = 0) -> str | None:
        index = self.place + ahead
        return self.tokens[index] if index < len(self.tokens) else None

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        if token is None or (expected is not None and token.lower() != expected):
            raise invalid_filter(self.text, f"{expected or 'more'} expected")
        self.place += 1
        return token

    def either(self) -> Predicate:
        parts = [self.both()]
        while (self.peek() or "").lower() == "or":
            self.take()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else lambda thing: any(p(thing) for p in parts)

    def both(self) -> Predicate:
        parts = [self.single()]
        while (self.peek() or "").lower() == "and":
            self.take()
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else lambda thing: all(p(thing) for p in parts)

    def single(self) -> Predicate:
        word = (self.peek() or "").lower()
        if word == "not":
            self.take()
            inner = self.single()
            return lambda thing: not inner(thing)
        if word == "(":
            self.take()
            inner = self.either()
            self.take(")")
            return inner
        if word in _FUNCTIONS and self.peek(1) == "(":
            return self.function()
        if word.endswith("/any") and self.peek(1) == "(":
            return self.some()
        return self.comparison()

    def function(self) -> Predicate:
        name = self.take().lower()
        self.take("(")
        path = self.path()
        self.take(",")
        wanted = self.literal()
        self.take(")")

        def holds(thing: Resolver) -> bool:
            value = self.value(thing, path)
            return value is not None and value.has(name, wanted)

        return holds

    def some(self) -> Predicate:
        """Parse `path/any(x:…)`: whether one element of a collection fits."""
        path = self.take()[: -len("/any")]
        self.take("(")
        outer, self.variable = self.variable, self.take()
        self.take(":")
        inner = self.either()
        self.variable = outer
        self.take(")")

        def holds(thing: Resolver) -> bool:
            elements = thing(path.lower())
            if not isinstance(elements, list):
                raise invalid_filter(self.text, f"{path} is no collection")
            return any(inner(element) for element in elements)

        return holds

    def comparison(self) -> Predicate:
        path = self.path()
        sign = self.take().lower()
        if sign not in _COMPARISONS:
            raise invalid_filter(self.text, f"unknown operator {sign!r}")
        wanted = self.literal()

        def holds(thing: Resolver) -> bool:
            value = self.value(thing, path)
            if value is None:
                return (sign == "eq") == (wanted == "null")
            return value.compares(sign, wanted)

        return holds

    def path(self) -> str:
        """Take a path; below a lambda's variable it is the element's own path."""
        token = self.take()
        if token.startswith("'"):
            raise invalid_filter(self.text, "a property is expected before the operator")
        if self.variable is not None and token == self.variable:
            return ""
        if self.variable is not None and token.startswith(f"{self.variable}/"):
            return token.removeprefix(f"{self.variable}/").lower()
        return token.lower()

    def literal(self) -> str:
        token = self.take()
        return token[1:-1].replace("''", "'") if token.startswith("'") else token

    def value(self, thing: Resolver, path: str) -> Comparable | None:
        found = thing(path)
        if isinstance(found, list):
            raise invalid_filter(self.text, f"{path} is a collection")
        return found
