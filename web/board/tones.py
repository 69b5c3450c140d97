"""Which tone a state has on every page: good, busy, look, bad or calm (colours.css)."""

from collections.abc import Mapping

from core.app.self_test.reading import Reading
from core.domain.drift import DriftState
from core.domain.finding import Severity
from core.domain.mapping import MappingState

OUTCOMES: Mapping[str, str] = {
    "refused": "bad",
    "rejected": "bad",
    "given_up": "bad",
    "parked": "look",
    "waiting": "look",
    "cancelled": "calm",
    "ignored": "calm",
    "nothing": "calm",
}
"""Of looks and what came of them; all others are good where somebody reads what happened."""

SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: "bad",
    Severity.WARNING: "look",
    Severity.NOTE: "busy",
}

LINKS: Mapping[MappingState, str] = {
    MappingState.LINKED: "good",
    MappingState.CREATING: "busy",
    MappingState.REJECTED: "bad",
    MappingState.SYNC_DISABLED: "look",
    MappingState.CANCELLED: "calm",
}

DIFFERENCES: Mapping[DriftState, str] = {
    DriftState.OPEN: "look",
    DriftState.IGNORED: "calm",
    DriftState.RESOLVED: "busy",
    DriftState.CLOSED: "good",
}

SELF_TESTS: Mapping[Reading, str] = {
    Reading.ALL: "good",
    Reading.RUNNING: "busy",
    Reading.NOT_CLEANED: "look",
}
"""All others are bad."""

ROOMS: Mapping[str, str] = {
    "known": "calm",
    "fits": "good",
    "several_fit": "look",
    "other_address": "look",
    "unknown": "busy",
}
"""Of rooms that Exchange offers, by their standing."""
