"""Decides what goes into the package, and what of the installed libraries does not."""

import shutil
import tomllib
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement

from infra.package.reach import SDK, Reach, named_attributes
from infra.package.supply import normal, requirements_of

ENTRY = "function_app"
OWN = ("core", "functions", "web")
NOT_IN_PACKAGE = ("devstack", "infra", "roomsync", "tests")
COMMAND_LINE_ONLY = frozenset({"rich", "typer"})
"""What the project depends on and the function app does not; a test looks for imports of it."""
GRAPH = Path("core", "adapters", "graph")
_UNUSED = frozenset({".pyi", ".pyx", ".pxd", ".c", ".h", ".md", ".rst", ".typed"})
_UNUSED_NAMES = frozenset({"kiota-dom-export.txt"})
_UNUSED_FOLDERS = frozenset({"tests", "test", "testing_data", "__pycache__", "bin"})
_PROOFS = ("METADATA", "licenses", "LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")


def own_reach(project: Path) -> Reach:
    """Return the modules of ours that the function app can load."""
    reach = Reach([project], ())
    reach.follow([ENTRY])
    return reach


def copy_own(project: Path, target: Path) -> Reach:
    """Copy the app's modules, texts, pages and templates; return what they reach."""
    reach = own_reach(project)
    for path in reach.modules.values():
        _copy(path, project, target)
    for package in OWN:
        for path in (project / package).rglob("*"):
            if path.is_file() and path.suffix not in {".py", ".pyc"}:
                _copy(path, project, target)
    for name in ("host.json", "requirements.txt"):
        _copy(project / name, project, target)
    return reach


def sdk_reach(project: Path, libraries: Path) -> Reach:
    """Return the modules of Graph's SDK that our requests can load."""
    ours = {path.stem: path for path in sorted((project / GRAPH).glob("*.py"))}
    reach = Reach([libraries], named_attributes(ours.values()), within=SDK)
    for name, path in ours.items():
        reach.follow(reach.imports_of(".".join([*GRAPH.parts, name]), path))
    return reach


def unneeded_distributions(project: Path, libraries: Path) -> list[Distribution]:
    """Return installed distributions that only the command line has a use for.

    What the project depends on is kept, imported or not: some libraries look for others by
    themselves (forms of the console). So is all that those require, with their extras.
    """
    told = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    waiting = [needed for needed in map(Requirement, told) if needed.name not in COMMAND_LINE_ONLY]
    installed = {normal(each.name): each for each in distributions(path=[str(libraries)])}
    kept: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        needed = waiting.pop()
        name, extras = normal(needed.name), frozenset(needed.extras)
        if (name, extras) not in kept and name in installed:
            kept.add((name, extras))
            waiting += requirements_of(installed[name], extras)
    names = {name for name, _ in kept}
    return [each for name, each in installed.items() if name not in names]


def remove(distribution: Distribution) -> None:
    """Remove a distribution's files, and the folder in which it tells of itself."""
    places = [Path(str(file.locate())) for file in distribution.files or ()]
    for place in places:
        place.unlink(missing_ok=True)
    for folder in {place.parent for place in places if place.parent.suffix == ".dist-info"}:
        shutil.rmtree(folder, ignore_errors=True)


def trim(libraries: Path, sdk: Reach) -> None:
    """Remove what is never imported: the rest of the SDK, tests, stubs, sources of extensions."""
    kept = {path.resolve() for path in sdk.modules.values()}
    for path in sorted((libraries / SDK).rglob("*.py")):
        if path.resolve() not in kept:
            path.unlink()
    for path in sorted(libraries.rglob("*"), reverse=True):
        if path.is_dir():
            is_unused = path.name in _UNUSED_FOLDERS and not (path / "__init__.py").exists()
            if is_unused or path.name in {"tests", "__pycache__"}:
                shutil.rmtree(path)
            elif not any(path.iterdir()):
                path.rmdir()
        elif _is_unused(path):
            path.unlink()


def _is_unused(path: Path) -> bool:
    folder = next((part for part in path.parts if part.endswith(".dist-info")), "")
    if folder:
        inner = path.parts[path.parts.index(folder) + 1]
        return not inner.startswith(_PROOFS) and inner != "top_level.txt"
    return path.suffix in _UNUSED or path.name in _UNUSED_NAMES


def _copy(path: Path, base: Path, target: Path) -> None:
    place = target / path.relative_to(base)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, place)
