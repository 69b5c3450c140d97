"""Reads a world file; what is wrong in it is said with its place."""

import json
from pathlib import Path

from pydantic import ValidationError

from devstack.kit.world import World

DEMO_COMPANY = Path(__file__).resolve().parents[1] / "worlds" / "demo_company.json"


class WorldFileError(Exception):
    """The world file cannot be used; the text says which file, where in it, and why."""


def read_world(path: Path) -> World:
    """Return the world in `path`; raises WorldFileError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise WorldFileError(f"world file {path} does not exist") from error
    except (OSError, ValueError) as error:
        raise WorldFileError(f"world file {path} cannot be read as JSON: {error}") from error
    try:
        return World.model_validate(content)
    except ValidationError as error:
        places = "\n".join(
            f"  {'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}"
            for fault in error.errors()
        )
        raise WorldFileError(f"world file {path} is not a world:\n{places}") from error
