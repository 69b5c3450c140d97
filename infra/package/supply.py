"""What the package is made of: a CycloneDX bill of materials, and the licences."""

import re
from collections.abc import Collection, Iterable, Mapping
from importlib.metadata import Distribution
from typing import Any

from packaging.requirements import Requirement

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_UNKNOWN = "unknown"
PLATFORM = {"python_version": "3.13", "sys_platform": "linux", "platform_system": "Linux"}
"""What the app runs on, whatever the package is made on."""


def locked_hashes(lock: str) -> dict[str, list[str]]:
    """Return by normalised name the hashes of a locked requirements file."""
    pins = list(_PIN.finditer(lock))
    ends = [*(pin.start() for pin in pins[1:]), len(lock)]
    return {
        normal(pin[1]): _HASH.findall(lock[pin.start() : end])
        for pin, end in zip(pins, ends, strict=True)
    }


def normal(name: str) -> str:
    """Return a distribution's name as registries write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(distribution: Distribution) -> str:
    """Return the licence as the distribution tells it, in one line."""
    told = distribution.metadata
    if expression := told.get("License-Expression"):
        return str(expression)
    classified = [
        each.rpartition("::")[2].strip()
        for each in told.get_all("Classifier") or []
        if each.startswith("License ::") and each != "License :: OSI Approved"
    ]
    free_text = str(told.get("License") or "").strip().splitlines()[:1]
    return "; ".join(classified) or "".join(free_text)[:80] or _UNKNOWN


def licence_list(found: Iterable[Distribution]) -> str:
    """Return one line per distribution: name, version, licence."""
    rows = sorted((normal(each.name), each.version, licence_of(each)) for each in found)
    return "".join(f"{name} {version}: {licence}\n" for name, version, licence in rows)


def bill_of_materials(
    name: str, version: str, found: Iterable[Distribution], hashes: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Return CycloneDX 1.6: the same packages give the same bill, so it has neither date nor id."""
    listed = {normal(each.name): each for each in found}
    app = f"{name}@{version}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": app, "name": name, "version": version}
        },
        "components": [
            _component(key, each, hashes.get(key, [])) for key, each in sorted(listed.items())
        ],
        "dependencies": [
            {"ref": app, "dependsOn": sorted(_reference(k, each) for k, each in listed.items())},
            *(
                {
                    "ref": _reference(key, each),
                    "dependsOn": sorted(
                        _reference(k, listed[k])
                        for k in {normal(need.name) for need in requirements_of(each)}
                        & listed.keys()
                    ),
                }
                for key, each in sorted(listed.items())
            ),
        ],
    }


def _reference(name: str, distribution: Distribution) -> str:
    return f"pkg:pypi/{name}@{distribution.version}"


def _component(name: str, distribution: Distribution, hashes: list[str]) -> dict[str, Any]:
    reference, licence = _reference(name, distribution), licence_of(distribution)
    return {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": distribution.version,
        "purl": reference,
        "licenses": [] if licence == _UNKNOWN else [{"license": {"name": licence}}],
        # Of every file that the lock allows: which of them it became depends on the platform.
        "properties": [{"name": "lock:sha256", "value": each} for each in hashes],
    }


def requirements_of(distribution: Distribution, extras: Collection[str] = ()) -> list[Requirement]:
    """Return what a distribution requires on the platform, with some of its extras."""
    found = map(Requirement, distribution.requires or [])
    return [each for each in found if any(_holds(each, extra) for extra in ("", *extras))]


def _holds(needed: Requirement, extra: str) -> bool:
    return needed.marker is None or needed.marker.evaluate({**PLATFORM, "extra": extra})
