"""Bicep files, read: pycep's tree, and what has to be known about it.

pycep does not tell a word in quotes from a name (`'vault'` and `vault` are the same to it), so a
word that is also declared in its file is refused here instead of being taken for the wrong one.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pycep import BicepParser

DECLARATIONS = ("parameters", "variables", "resources", "modules")
_WORD = re.compile(r"'([A-Za-z_]\w*)'")
_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_DECORATOR = re.compile(r"^\s*(@|metadata |targetScope )")
_KEY_OR_FOR = re.compile(r"\bfor \(?(\w+)(?:, (\w+)\))? in\b")
_TEXT = re.compile(r"'(?:\\'|\$\{[^}]*\}|[^'])*'")
_HOLE = re.compile(r"\$\{([^}]*)\}")
_KEY = re.compile(r"(^|[{,])\s*'?[A-Za-z_]\w*'?\s*:", re.MULTILINE)
_NAME = re.compile(r"(?<![\w.])([A-Za-z_]\w*)(?!\w*\()")
_ABOUT = re.compile(
    r"^\s*(param|var|resource|module|output) \w+( string| int| bool| array| object)?"
)
_KEYWORDS = frozenset(
    {
        "array",
        "bool",
        "description",
        "existing",
        "false",
        "for",
        "if",
        "in",
        "int",
        "metadata",
        "module",
        "null",
        "object",
        "output",
        "param",
        "resource",
        "string",
        "targetScope",
        "true",
        "var",
    }
)
_USING = re.compile(r"^using '(?P<path>[^']+)'$", re.MULTILINE)
_GIVEN = re.compile(r"^param (\w+) = ", re.MULTILINE)


class BicepError(Exception):
    """A file that cannot be read, or that would be read wrongly: which, and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name, and its declarations as pycep tells them."""

    name: str
    tree: dict[str, Any]
    idle: tuple[str, ...]
    """Parameters and variables that nothing in the file uses."""

    def declared(self, kind: str) -> dict[str, Any]:
        """Return the declarations of a kind by name."""
        found: dict[str, Any] = self.tree.get(kind, {})
        return found


@cache
def _parser() -> BicepParser:
    return BicepParser()


@cache
def _parsed(name: str, text: str) -> dict[str, Any]:
    try:
        tree: Any = _parser().parse(text=text)
    except Exception as error:  # noqa: BLE001 - the library lets its parser's own errors through
        first = str(error).strip().splitlines()[:1]
        raise BicepError(f"{name}: cannot be read: {' '.join(first)}") from None
    return dict(tree)


def read_source(name: str, text: str) -> Source:
    """Return a `.bicep` file; BicepError says where it is wrong or not to be told apart."""
    tree = _parsed(name, text)
    symbols = {symbol for kind in DECLARATIONS for symbol in tree.get(kind, {})}
    symbols |= {word for found in _KEY_OR_FOR.findall(text) for word in found if word}
    for line in _COMMENT.sub("", text).splitlines():
        if _DECORATOR.match(line):
            continue
        if taken := [word for word in _WORD.findall(line) if word in symbols]:
            raise BicepError(
                f"{name}: '{taken[0]}' is a word and the name of a declaration; the checks cannot"
                " tell them apart: give the declaration another name"
            )
    used = _used_names(text)
    if unknown := sorted(used - symbols - _KEYWORDS):
        raise BicepError(f"{name}: {', '.join(unknown)}: declared nowhere")
    named = (symbol for kind in ("parameters", "variables") for symbol in tree.get(kind, {}))
    return Source(name, tree, tuple(symbol for symbol in named if symbol not in used))


def _used_names(text: str) -> set[str]:
    """Return the names that expressions of a file begin with."""
    bare = _COMMENT.sub("", text)
    holes = " ".join(hole for found in _TEXT.findall(bare) for hole in _HOLE.findall(found))
    lines = [line for line in _TEXT.sub("", bare).splitlines() if not _DECORATOR.match(line)]
    said = _KEY.sub(r"\1 ", "\n".join(_ABOUT.sub("", line) for line in lines))
    return set(_NAME.findall(f"{said} {holes}"))


def read_parameters(name: str, text: str) -> tuple[str, dict[str, Any]]:
    """Return of a `.bicepparam` file which file it is for, and what it gives, unevaluated."""
    if not (using := _USING.search(text)):
        raise BicepError(f"{name}: the line using '…' is missing")
    as_variables = _GIVEN.sub(r"var \1 = ", _USING.sub("", text))
    variables = _parsed(name, as_variables).get("variables", {})
    return using["path"], {key: found["value"] for key, found in variables.items()}


def given_twice(text: str) -> set[str]:
    """Return the parameters that a `.bicepparam` file gives more than once: one would be lost."""
    names = _GIVEN.findall(text)
    return {name for name in names if names.count(name) > 1}


def read_folder(folder: Path) -> dict[str, str]:
    """Return the texts of all Bicep files of a folder, by path from there."""
    found = sorted([*folder.rglob("*.bicep"), *folder.rglob("*.bicepparam")])
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}
