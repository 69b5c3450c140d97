"""Which modules a program can ever load, told from its source.

Imports within functions count like others, those for type checkers do not. Of Graph's SDK, 16,000
modules of which a request touches fifty, an import within a function counts only if our own code
names that function: its builders load the next builder in a property of its name, and what is
fetched with typed models (`async def get`) is never called (docs/architecture.md).
"""

import ast
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

SDK = "msgraph"


class Reach:
    """Follows imports from module to module within some folders."""

    def __init__(
        self, folders: Iterable[Path], named: Collection[str] = (), *, within: str = ""
    ) -> None:
        self._folders = tuple(folders)
        self._named, self._within = frozenset(named), within
        self.modules: dict[str, Path] = {}
        """What was reached so far, by name."""
        self.roots: set[str] = set()
        """The first part of every name that is wanted, found or not."""

    def follow(self, names: Iterable[str]) -> None:
        """Add modules, and all that they can load."""
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            self.roots.add(name.partition(".")[0])
            if name in self.modules or (path := self._path(name)) is None:
                continue
            self.modules[name] = path
            waiting += [*_parents(name), *self.imports_of(name, path)]

    def _path(self, name: str) -> Path | None:
        if self._within and name.partition(".")[0] != self._within:
            return None
        inner = Path(*name.split("."))
        for folder in self._folders:
            for path in (folder / inner / "__init__.py", folder / inner.with_suffix(".py")):
                if path.is_file():
                    return path
        return None

    def imports_of(self, name: str, path: Path) -> Iterator[str]:
        """Yield what a module may import; names that are no modules among them."""
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        is_sdk = name.partition(".")[0] == SDK
        tree = ast.parse(path.read_bytes(), str(path))
        for node in _executed(tree, self._named if is_sdk else None):
            if isinstance(node, ast.Import):
                yield from (each.name for each in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = _absolute(package, node)
                yield from (f"{base}.{each.name}".lstrip(".") for each in node.names)
                if base:
                    yield base


def named_attributes(paths: Iterable[Path]) -> set[str]:
    """Return every attribute that these files name."""
    return {
        node.attr
        for path in paths
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Attribute)
    }


def _executed(node: ast.AST, named: Collection[str] | None) -> Iterator[ast.AST]:
    """Yield all nodes that can run; `named`: only functions of these names do, no coroutines."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield other
                yield from _executed(other, named)
            continue
        if named is not None and isinstance(child, ast.AsyncFunctionDef):
            continue
        if named is not None and isinstance(child, ast.FunctionDef) and not _may_run(child, named):
            continue
        yield child
        yield from _executed(child, named)


def _may_run(function: ast.FunctionDef, named: Collection[str]) -> bool:
    return function.name in named or function.name.startswith("_")


def _absolute(package: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def _parents(name: str) -> Iterator[str]:
    while name := name.rpartition(".")[0]:
        yield name
