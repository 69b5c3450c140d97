"""Works out expressions of one file as far as that is possible before a deployment."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from infra.check.source import BicepError
from infra.check.values import Choice, Reference, Unknown, Value, choice, variants

type Look = Callable[[str], Value]
"""Returns what a declared name stands for; KeyError if there is none."""

_HOLE = re.compile(r"\$\{([^{}]*)\}")
_PATH = re.compile(r"[A-Za-z_]\w*(\.\w+)*")
UNIQUE = "u" * 13
"""Stands for what `uniqueString` gives: so many lower-case letters and digits."""
_KINDS = {
    "guid": "string", "subscription_resource_id": "string",
    "readEnvironmentVariable": "string", "split": "array", "empty": "bool", "contains": "bool",
    "int": "int", "bool": "bool", "concat": "array",
}  # fmt: skip


class Evaluator:
    """Expressions as pycep tells them, with the names of one file."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def of(self, expression: Any) -> Value:  # noqa: ANN401 - pycep's tree has no types
        """Return what an expression comes to."""
        match expression:
            case None | bool() | int():
                found: Value = expression
            case str():
                found = self._text(expression)
            case list():
                found = [self.of(item) for item in expression]
            case {"operator": {"type": str(kind), "operands": dict(operands)}}:
                found = self._operator(kind, operands)
            case {"function": {"type": str(kind), **rest}}:
                found = self._function(kind, rest.get("parameters"))
            case {"loop_type": dict(), "config": config}:
                found = [one.of(config) for one in self.spelled_out(expression)]
            case dict():
                found = self.properties(expression)
            case _:
                found = Unknown(str(expression))
        return found

    def properties(self, expression: Mapping[str, Any]) -> dict[str, Value]:
        """Return what an object holds."""
        return {self._key(key): self.of(item) for key, item in expression.items()}

    def spelled_out(self, loop: Mapping[str, Any]) -> list["Evaluator"]:
        """Return one evaluator for each round of a loop; one for all where rounds are unknown."""
        detail = loop["loop_type"]["detail"]
        over = self.of(detail["array_name"])
        rounds = over if isinstance(over, list) else [Unknown(detail["item_name"])]
        found = []
        for number, item in enumerate(rounds):
            index: Value = number if isinstance(over, list) else Unknown("index", "int")
            names = {detail["item_name"]: item, detail.get("index_name", ""): index}
            found.append(Evaluator(_with(names, self._look)))
        return found

    def _key(self, key: str) -> str:
        bare = key.removeprefix("'").removesuffix("'")
        found = self._text(bare) if "${" in bare else bare
        if isinstance(found, Unknown):
            return found.text
        return found if isinstance(found, str) else bare

    def _text(self, text: str) -> Value:
        if "${" in text:
            return self._filled(text)
        try:
            return self._look(text)
        except KeyError:
            return text.replace("\\'", "'")

    def _filled(self, text: str) -> Value:
        """Fill in what is known; of the rest it is said where it comes from."""
        values = {hole: self._path(hole) for hole in _HOLE.findall(text)}
        filled = _HOLE.sub(lambda found: _written(values[found[1]], found[0]), text)
        is_known = all(isinstance(each, str | int) for each in values.values())
        return filled if is_known else Unknown(filled, "string")

    def _path(self, hole: str) -> Value:
        if not _PATH.fullmatch(hole):
            return Unknown(hole)
        first, *rest = hole.split(".")
        try:
            found = self._look(first)
        except KeyError:
            return Unknown(hole)
        for part in rest:
            found = _property(found, part)
        return found

    def _operator(self, kind: str, operands: Mapping[str, Any]) -> Value:
        match kind:
            case "property_accessor":
                return self._property_of(operands["operand_1"], operands["operand_2"])
            case "index_accessor":
                return _item(self.of(operands["operand_1"]), self.of(operands["operand_2"]))
            case "conditional":
                return self._conditional(operands)
            case "not":
                value = self.of(operands["bool_value"])
                return not value if isinstance(value, bool) else Unknown(kind, "bool")
            case "and" | "or":
                return _both(kind, [self.of(each) for each in operands.values()])
            case _:
                return Unknown(kind, "bool")

    def _conditional(self, operands: Mapping[str, Any]) -> Value:
        condition = self.of(operands["condition"])
        if isinstance(condition, bool):
            return self.of(operands["true_value" if condition else "false_value"])
        return choice(self.of(operands["true_value"]), self.of(operands["false_value"]))

    def _property_of(self, owner: object, path: object) -> Value:
        found = self.of(owner)
        while isinstance(path, dict):  # a.b.c comes as a.(b.c)
            inner = path["operator"]["operands"]
            found, path = _property(found, str(inner["operand_1"])), inner["operand_2"]
        return _property(found, str(path))

    def _function(self, kind: str, parameters: object) -> Value:
        listed = parameters.values() if isinstance(parameters, dict) else ()
        given = tuple(self.of(each) for each in listed if each is not None)
        match kind, given:
            case "unique_string", _:
                found: Value = UNIQUE
            case "union", _:
                found = _union(given)
            case "concat", _ if all(isinstance(each, list | Choice) for each in given):
                found = _concat(given)
            case "empty", (str() | list() | dict() as value,):
                found = not value
            case "empty", (Unknown(text),) if "${" in text and _HOLE.sub("", text):
                found = False
            case "contains", (list() | dict() as among, value):
                found = value in among
            case "split", (Unknown(text), *_):
                found = Unknown(f"split({text})", "array", given)
            case _:
                found = Unknown(kind, _KINDS.get(kind, ""), given)
        return found


def _written(value: Value, hole: str) -> str:
    match value:
        case str() | int():
            return str(value)
        case Unknown(text) if text:
            return text if "${" in text else f"${{{text}}}"
    return hole


def _both(kind: str, values: list[Value]) -> Value:
    """Return what `and` or `or` come to: one that decides is enough."""
    decides = kind == "or"
    if decides in values:
        return decides
    return not decides if all(isinstance(x, bool) for x in values) else Unknown(kind, "bool")


def _with(names: Mapping[str, Value], outer: Look) -> Look:
    def look(name: str) -> Value:
        return names[name] if name in names else outer(name)

    return look


def _property(owner: Value, name: str) -> Value:
    match owner:
        case dict():
            if name not in owner:
                raise BicepError(f"nothing is called {name} among {', '.join(owner) or 'nothing'}")
            return owner[name]
        case Choice(among):
            return choice(*(_property(each, name) for each in among))
        case Reference(symbol=symbol, name=named):
            return named if name == "name" else Unknown(f"{symbol}.{name}")
        case Unknown(text):
            return Unknown(f"{text}.{name}")
    return Unknown(name)


def _item(owner: Value, index: Value) -> Value:
    if isinstance(owner, list) and isinstance(index, int) and index < len(owner):
        return owner[index]
    if isinstance(owner, dict) and isinstance(index, str):
        return _property(owner, index)
    return Unknown(f"{owner.text}[{index}]" if isinstance(owner, Unknown) else "item")


def _union(given: tuple[Value, ...]) -> Value:
    """Merge what is known: an object that is not adds nothing that could be asserted."""
    found: dict[str, Value] = {}
    for each in given:
        if isinstance(each, dict):
            found |= each
    return found


def _concat(given: tuple[Value, ...]) -> Value:
    """Put lists together; where one may be there or not, all that may be in them."""
    found: list[Value] = []
    for each in given:
        for one in variants(each):
            if isinstance(one, list):
                found += one
    return found
