"""A room's policy out of the pairs of its calendar options (R-901)."""

from collections.abc import Mapping

from core.domain.room_policy import AutomateProcessing, RoomPolicy

OPTION_IDS = ("Calendar", "IPM.Configuration.Calendar")
_PROCESSING = {
    "0": AutomateProcessing.NONE,
    "none": AutomateProcessing.NONE,
    "1": AutomateProcessing.AUTO_UPDATE,
    "autoupdate": AutomateProcessing.AUTO_UPDATE,
    "2": AutomateProcessing.AUTO_ACCEPT,
    "autoaccept": AutomateProcessing.AUTO_ACCEPT,
}
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def policy_from(values: Mapping[str, str]) -> RoomPolicy:
    """Return what the pairs of a mailbox's calendar options say; keys are in lower case."""
    return RoomPolicy(
        automate_processing=_PROCESSING.get(values.get("automateprocessing", "").lower()),
        allow_recurring_meetings=_boolean(values, "allowrecurringmeetings"),
        allow_conflicts=_boolean(values, "allowconflicts"),
        booking_window_days=_number(values, "bookingwindowindays"),
        enforce_scheduling_horizon=_boolean(values, "enforceschedulinghorizon"),
        maximum_duration_minutes=_number(values, "maximumdurationinminutes"),
        maximum_conflict_instances=_number(values, "maximumconflictinstances"),
        conflict_percentage_allowed=_number(values, "conflictpercentageallowed"),
    )


def _boolean(values: Mapping[str, str], name: str) -> bool | None:
    return _BOOLEANS.get(values.get(name, "").strip().lower())


def _number(values: Mapping[str, str], name: str) -> int | None:
    text = values.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("1000000") else None
