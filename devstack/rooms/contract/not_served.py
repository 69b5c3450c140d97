"""The vendor's operations that are not served here (they answer 501), from `not_served.txt`."""

from pathlib import Path


def _read() -> tuple[tuple[str, str], ...]:
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" ", 1) for line in lines if line)
    return tuple((method, path) for method, path in pairs)


NOT_SERVED = _read()
