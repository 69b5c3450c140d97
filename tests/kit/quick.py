"""What nobody looks at and a scenario would do a hundred times: done once for all tests.

Together these were a fifth of the CPU time of a scenario.
"""

import importlib.util
import sys
from collections.abc import Callable
from typing import Any

from stduritemplate import StdUriTemplate


def begin() -> None:
    """Make this so in the present process."""
    if importlib.util.find_spec("sniffio") is None:
        # httpx looks for it at every call inside the process: found missing once, it stays missing.
        sys.modules["sniffio"] = None  # type: ignore[assignment]
    StdUriTemplate.expand = staticmethod(_remembering(StdUriTemplate.expand))


def _remembering(expand: Callable[[str, dict[str, Any]], str]) -> Callable[..., str]:
    """Return the SDK's expansion of URL templates: letter by letter, 0.3 ms a call."""
    known: dict[tuple[str, str], str] = {}

    def expanded(template: str, values: dict[str, Any]) -> str:
        key = template, repr(values)
        if key not in known:
            known[key] = expand(template, values)
        return known[key]

    return expanded
