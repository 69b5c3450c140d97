"""Makes `var/package.zip`: own modules that are reached, libraries without what is never loaded.

Byte-compiled, and checked by loading it with nothing else on the path.
"""

import compileall
import json
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distributions
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

from infra.package.contents import copy_own, remove, sdk_reach, trim, unneeded_distributions
from infra.package.supply import bill_of_materials, licence_list, locked_hashes

PLATFORM, VERSION = "x86_64-manylinux_2_28", "3.13"
LIBRARIES = Path(".python_packages", "lib", "site-packages")
_EPOCH = (2020, 1, 1, 0, 0, 0)
_MEGABYTE = 1_000_000

_LOAD = """
import json, sys
sys.path[:] = [p for p in sys.path if "site-packages" not in p]
sys.path[:0] = [sys.argv[1], sys.argv[2]]
import importlib, function_app
for name in json.loads(sys.argv[3]):
    importlib.import_module(name)
print(len(function_app.app.get_functions()))
"""


class PackageError(Exception):
    """The package cannot be made, or does not work: what went wrong."""


def build(project: Path, version: str) -> dict[str, Any]:
    """Make the package, its bill of materials and list of licences; return its figures."""
    var = project / "var"
    app = var / "package"
    shutil.rmtree(app, ignore_errors=True)
    libraries = app / LIBRARIES
    libraries.mkdir(parents=True)
    _install(project, libraries)
    before = _size(libraries)
    reach = copy_own(project, app)
    idle = unneeded_distributions(project, libraries)
    left_out = sorted(each.name for each in idle)
    for each in idle:
        remove(each)
    found = list(distributions(path=[str(libraries)]))
    hashes = locked_hashes((project / "requirements.txt").read_text("utf-8"))
    bill = bill_of_materials("exchange-resource-sync", version, found, hashes)
    (var / "sbom.json").write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
    (var / "licences.txt").write_text(licence_list(found), encoding="utf-8")
    trim(libraries, sdk_reach(project, libraries))
    _compile(app)
    functions = _load(app, sorted(reach.modules))
    archive = _zip(app, var / "package.zip")
    return {
        "zip_mb": _rounded(archive.stat().st_size),
        "unpacked_mb": _rounded(_size(app)),
        "own_modules": len(reach.modules),
        "own_mb": _rounded(_size(app) - _size(libraries)),
        "libraries": len(found),
        "libraries_mb": _rounded(_size(libraries)),
        "installed_mb": _rounded(before),
        "left_out": left_out,
        "largest_mb": _largest(libraries),
        "functions": functions,
    }


def _install(project: Path, libraries: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    told = subprocess.run(  # noqa: S603 - our own environment
        [
            uv, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", libraries,
            "--python-platform", PLATFORM, "--python-version", VERSION, "--only-binary", ":all:",
            "-r", project / "requirements.txt",
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if told.returncode:
        raise PackageError(f"the libraries cannot be installed: {told.stderr[-2000:]}")


def _compile(app: Path) -> None:
    """Byte-compile for good: without looking at times, which unpacking changes."""
    is_done = compileall.compile_dir(
        app,
        quiet=1,
        workers=0,
        stripdir=str(app),
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not is_done:
        raise PackageError("not everything could be compiled; the lines above say what")


def _load(app: Path, modules: list[str]) -> int:
    """Return how many functions the package has, loaded with nothing else on the path."""
    told = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-I", "-c", _LOAD, app, app / LIBRARIES, json.dumps(modules)],
        capture_output=True,
        text=True,
        check=False,
        cwd=app,
    )
    if told.returncode:
        raise PackageError(f"the package does not load: {told.stderr[-2000:]}")
    return int(told.stdout)


def _zip(app: Path, archive: Path) -> Path:
    """Pack it; the same files give the same bytes."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path in sorted(app.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(app).as_posix(), _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                packed.writestr(entry, path.read_bytes())
    return archive


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _rounded(size: int) -> float:
    return round(size / _MEGABYTE, 1)


def _largest(libraries: Path) -> dict[str, float]:
    sizes = {path.name: _size(path) for path in libraries.iterdir() if path.is_dir()}
    first = sorted(sizes, key=lambda name: -sizes[name])[:8]
    return {name: _rounded(sizes[name]) for name in first}
