"""The deleted dates of a series, as Graph names them. Pure."""

from collections.abc import Iterable
from datetime import date, datetime

from core.adapters.exchange.series_dates import SeriesDates


def cancelled_in(texts: Iterable[object], dates: SeriesDates) -> tuple[set[datetime], bool]:
    """Return the deleted dates that Exchange names, and whether all of its texts were understood.

    `OID.{master}.{yyyy-MM-dd}` names the local day (graph-calendar 3.1).
    """
    named = [_day_in(text) for text in texts]
    known = [None if day is None else dates.on(day) for day in named]
    return {o.original_start for o in known if o is not None}, None not in known


def _day_in(text: object) -> date | None:
    if not isinstance(text, str) or not text.startswith("OID."):
        return None
    try:
        return date.fromisoformat(text.rpartition(".")[2])
    except ValueError:
        return None
