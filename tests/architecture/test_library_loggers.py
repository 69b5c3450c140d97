"""Every library of the deployment that logs is held back by the product (P9)."""

import ast
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from core.telemetry.logs import TALKATIVE

LOCKED = Path(__file__).parents[2] / "requirements.txt"
NOT_ITS_OWN = {"spam": "an example in a text of aiohttp"}


def installed():
    """Yield what is locked and installed here: some of it is for other systems."""
    for name in re.findall(r"^([\w.-]+)==", LOCKED.read_text(), re.MULTILINE):
        try:
            yield distribution(name)
        except PackageNotFoundError:
            continue


def loggers_of(package):
    """Yield the names of its loggers, as far as they are written there."""
    for file in package.files or ():
        text = file.locate().read_text(errors="replace") if file.suffix == ".py" else ""
        if "getLogger(" not in text:
            continue
        module = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
        for asked in re.findall(r"getLogger\(([^()]+)\)", text):
            yield ast.literal_eval(asked) if asked[0] in "\"'" else module


@pytest.mark.parametrize("package", list(installed()), ids=lambda package: package.name)
def test_a_library_that_logs_is_held_back(package):
    names = {name.partition(".")[0] for name in loggers_of(package)} - NOT_ITS_OWN.keys()
    assert names <= set(TALKATIVE)


def test_loggers_are_found_at_all():
    names = {name for package in installed() for name in loggers_of(package)}
    assert {"httpx", "hpack.hpack", "urllib3.connectionpool"} <= names
