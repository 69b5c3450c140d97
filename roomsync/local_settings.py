"""Where the command line gets the app's settings from: the environment, or a local.settings.json.

A file that was named wins over the environment. The file of a running local stack is only taken
where the environment has no settings at all, so that two installations never mix.
"""

import json
from collections.abc import MutableMapping
from pathlib import Path

from core.errors import RoomSyncError

PREFIX = "ROOMSYNC_"
FILE_VARIABLE = "ROOMSYNC_SETTINGS_FILE"
OWN_VARIABLES = {FILE_VARIABLE}
STACK_FILE = "local.settings.json"


class SettingsFileError(RoomSyncError):
    """A settings file that cannot be used; the text says which and why."""


def use_settings(named: Path | None, environment: MutableMapping[str, str]) -> Path | None:
    """Put a file's settings into the environment and return the file, None when there is none."""
    if named is not None:
        environment.update(read_values(named))
        return named
    configured = {n for n in environment if n.startswith(PREFIX)} - OWN_VARIABLES
    stack = Path(environment.get("RUN_DIR", "var/run")) / STACK_FILE
    if configured or not stack.is_file():
        return None
    environment.update(read_values(stack))
    return stack


def read_values(path: Path) -> dict[str, str]:
    """Return the app's settings of a local.settings.json, those that are set."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsFileError(f"settings file {path} does not exist") from None
    except (OSError, ValueError) as error:
        raise SettingsFileError(f"settings file {path} cannot be read as JSON: {error}") from None
    values = content.get("Values") if isinstance(content, dict) else None
    if not isinstance(values, dict):
        raise SettingsFileError(f'settings file {path} has no object "Values"')
    return {
        name: str(value)
        for name, value in values.items()
        if name.startswith(PREFIX) and value not in {"", None}
    }
