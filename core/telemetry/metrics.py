"""Numbers, as the code notes them; nothing at all while telemetry is off."""

from core.telemetry.recorder import Attributes, recording
from core.telemetry.vocabulary import Metric


def count(metric: Metric, amount: int = 1, /, **attributes: str) -> None:
    """Count something that has happened."""
    recorder = recording.recorder
    if recorder is not None and amount:
        recorder.add(metric, amount, _known(metric, attributes))


def measure(metric: Metric, value: float, /, **attributes: str) -> None:
    """Note one value of a histogram."""
    recorder = recording.recorder
    if recorder is not None:
        recorder.measure(metric, value, _known(metric, attributes))


def stands(metric: Metric, value: float, /, **attributes: str) -> None:
    """Note how something stands now."""
    recorder = recording.recorder
    if recorder is not None:
        recorder.put(metric, value, _known(metric, attributes))


def is_on() -> bool:
    """Tell whether anything is noted: for what would take a call to find out."""
    return recording.recorder is not None


def sorted_attributes(**attributes: str) -> Attributes:
    """Return attributes as numbers are kept by."""
    return tuple(sorted(attributes.items()))


def _known(metric: Metric, attributes: dict[str, str]) -> Attributes:
    return tuple(sorted((n, str(v)) for n, v in attributes.items() if n in metric.attributes))
