"""What the local host reads from `host.json`; everything else in it is the cloud's business."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class BusOptions:
    """`extensions.serviceBus`, with the defaults of extension 5; durations in seconds."""

    auto_complete: bool = True
    max_auto_lock_renewal_s: float = 300.0
    max_concurrent_calls: int = 16
    max_concurrent_sessions: int = 8
    max_message_batch_size: int = 1000
    session_idle_timeout_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HostOptions:
    """The options of one app."""

    route_prefix: str = "api"
    max_body_bytes: int = 100 * 1024 * 1024
    bus: BusOptions = BusOptions()


def read_host_json(path: Path) -> HostOptions:
    """Read `host.json`; a file that is missing or wrong is a ValueError that says what to do."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ValueError(f"{path} is missing: --app must name the folder of the app") from error
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    extensions = content.get("extensions", {})
    prefix = extensions.get("http", {}).get("routePrefix", "api")
    bus = extensions.get("serviceBus", {})
    return HostOptions(route_prefix=str(prefix).strip("/"), bus=_bus_options(bus, path))


def _bus_options(section: dict[str, Any], path: Path) -> BusOptions:
    default = BusOptions()
    return BusOptions(
        auto_complete=bool(section.get("autoCompleteMessages", default.auto_complete)),
        max_auto_lock_renewal_s=_span(
            section, "maxAutoLockRenewalDuration", default.max_auto_lock_renewal_s, path
        ),
        max_concurrent_calls=int(section.get("maxConcurrentCalls", default.max_concurrent_calls)),
        max_concurrent_sessions=int(
            section.get("maxConcurrentSessions", default.max_concurrent_sessions)
        ),
        max_message_batch_size=int(
            section.get("maxMessageBatchSize", default.max_message_batch_size)
        ),
        session_idle_timeout_s=_span(
            section, "sessionIdleTimeout", default.session_idle_timeout_s, path
        ),
    )


def _span(section: dict[str, Any], name: str, default: float, path: Path) -> float:
    if name not in section:
        return default
    found = _SPAN.fullmatch(str(section[name]))
    if found is None:
        raise ValueError(
            f"{path}: serviceBus.{name} must look like 00:05:00, not {section[name]!r}"
        )
    days, hours, minutes, seconds = (int(group or 0) for group in found.groups()[:4])
    fraction = float(f"0.{found[5] or 0}")
    return days * 86400 + hours * 3600 + minutes * 60 + seconds + fraction
