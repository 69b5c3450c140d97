"""Turns telemetry on for this process, as its environment says; loads nothing heavy itself."""

import atexit
import os
import random
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.telemetry.logs import listen, quieten_libraries
from core.telemetry.recorder import Recorder, Shares, record, recording

if TYPE_CHECKING:
    from core.adapters.telemetry.post import Exporters

WAYS = ("azure", "otlp", "console")
INSTANCE = ("WEBSITE_INSTANCE_ID", "CONTAINER_NAME", "WEBSITE_POD_NAME")
"""What names this instance: the first on App Service, the others on Flex Consumption."""


def start_telemetry(environment: Mapping[str, str] = os.environ) -> None:
    """Note from now on, and hand over, if this process has somewhere to tell it to; once.

    Wrong values are for `core.settings` to refuse: here they count as not set.
    """
    quieten_libraries()
    way = way_of(environment)
    if not way or recording.recorder is not None:
        return
    from core.adapters.telemetry.post import Post  # noqa: PLC0415 - only where it is on

    def made() -> "Exporters":
        from core.adapters.telemetry.exporters import exporters  # noqa: PLC0415 - loads the SDK

        return exporters(way, instance_of(environment))

    # Ids need not be unguessable, and asking the system for each would cost more than the span.
    seed = random.SystemRandom().getrandbits(128)
    chance = random.Random(seed)  # noqa: S311 - as above  # nosec B311
    recorder = Recorder(time.time_ns, chance.getrandbits, shares_of(environment))
    record(recorder)
    listen()
    post = Post(recorder, made)
    post.start()
    atexit.register(post.close)


def way_of(environment: Mapping[str, str]) -> str:
    """Return where telemetry goes to, "" for nowhere."""
    way = environment.get("ROOMSYNC_TELEMETRY", "")
    if not way and environment.get("APPLICATIONINSIGHTS_CONNECTION_STRING"):
        return "azure"
    return way if way in WAYS else ""


def instance_of(environment: Mapping[str, str]) -> str:
    """Return the name of this instance; elsewhere the number of the process, unique on a machine.

    In a container of its own each process has the same number: it would make all instances one.
    """
    named = (environment.get(name, "") for name in INSTANCE)
    return next((name for name in named if name), f"{os.getpid()}")


def shares_of(environment: Mapping[str, str]) -> Shares:
    """Return which part of the traces is kept."""
    default = Shares()
    return Shares(
        _share(environment.get("ROOMSYNC_TRACE_SHARE", ""), default.actions),
        _share(environment.get("ROOMSYNC_TRACE_SHARE_OF_ROUNDS", ""), default.rounds),
    )


def _share(text: str, default: float) -> float:
    try:
        share = float(text)
    except ValueError:
        return default
    return share if 0.0 <= share <= 1.0 else default
