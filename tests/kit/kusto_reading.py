"""Reads statements of queries: words, and expressions as tuples that begin with their kind."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.kit.kusto_values import UNITS, KustoError

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"[^"]*")|(?P<number>\d+(?:\.\d+)?)(?P<unit>ms|[dhms])?\b'
    r"|(?P<name>!in\b|[A-Za-z_]\w*)|(?P<sign>==|!=|>=|<=|\.\.|[|(),=<>+*/\[\]-]))"
)
_COMPARES = ("==", "!=", ">=", "<=", ">", "<", "startswith", "has", "in", "!in", "between")


class Token(NamedTuple):
    """A word, a sign, a text or a number of a query."""

    kind: str
    value: Any


def _tokens(text: str) -> Iterator[Token]:
    at, text = 0, text.rstrip()
    while at < len(text):
        if not (found := _TOKEN.match(text, at)):
            raise KustoError(f"cannot be read: {text[at : at + 30]!r}")
        at = found.end()
        if found["text"] is not None:
            yield Token("value", found["text"][1:-1])
        elif found["number"] is not None:
            number = float(found["number"]) if "." in found["number"] else int(found["number"])
            yield Token("value", number * UNITS[found["unit"]] if found["unit"] else number)
        else:
            kind = "name" if found["name"] else "sign"
            yield Token(kind, found["name"] or found["sign"])


class Reader:
    """One statement, read from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens, self._at = list(_tokens(text)), 0

    @property
    def is_at_end(self) -> bool:
        """Tell whether all was read."""
        return self._at >= len(self._tokens)

    @property
    def is_at_value(self) -> bool:
        """Tell whether a text or a number comes next."""
        return not self.is_at_end and self._tokens[self._at].kind == "value"

    def expression(self) -> Any:
        """Read an expression."""
        left = self._all_of()
        while self.takes("or"):
            left = ("or", left, self._all_of())
        return left

    def _all_of(self) -> Any:
        left = self._comparison()
        while self.takes("and"):
            left = ("and", left, self._comparison())
        return left

    def _comparison(self) -> Any:
        left = self._sum()
        word = self.peek()
        if word not in _COMPARES:
            return left
        self._at += 1
        if word in {"in", "!in"}:
            return (word, left, *self._arguments())
        if word == "between":
            self.expect("(")
            first = self._sum()
            self.expect("..")
            last = self._sum()
            self.expect(")")
            return ("and", (">=", left, first), ("<=", left, last))
        return (word, left, self._sum())

    def _sum(self) -> Any:
        left = self._product()
        while (sign := self.peek()) in {"+", "-"}:
            self._at += 1
            left = (sign, left, self._product())
        return left

    def _product(self) -> Any:
        left = self._item()
        while (sign := self.peek()) in {"*", "/"}:
            self._at += 1
            left = (sign, left, self._item())
        return left

    def _item(self) -> Any:
        token = self.next_one()
        if token.kind == "value":
            return ("value", token.value)
        if token.value == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if token.kind != "name":
            raise KustoError(f"{token.value} stands where a value should")
        if self.peek() == "(":
            return ("call", token.value, *self._arguments())
        if self.takes("["):
            key = self.next_one().value
            self.expect("]")
            return ("item", token.value, key)
        return ("name", token.value)

    def _arguments(self) -> list[Any]:
        self.expect("(")
        found: list[Any] = []
        while not self.takes(")"):
            if found:
                self.expect(",")
            found.append(self.expression())
        return found

    def next_one(self) -> Token:
        """Read a word."""
        if self.is_at_end:
            raise KustoError("ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def peek(self, further: int = 0) -> Any:
        """Return a word or sign that comes, None for a value or the end."""
        at = self._at + further
        if at >= len(self._tokens) or self._tokens[at].kind == "value":
            return None
        return self._tokens[at].value

    def takes(self, word: str) -> bool:
        """Read a word if it comes next; tell whether it did."""
        is_next = self.peek() == word
        self._at += is_next
        return is_next

    def expect(self, word: str) -> None:
        """Read a word that must come next."""
        if not self.takes(word):
            raise KustoError(f"{word} is missing before {self.peek()}")

    def name(self) -> str:
        """Read a name."""
        token = self.next_one()
        if token.kind != "name":
            raise KustoError(f"{token.value} stands where a name should")
        return str(token.value)
