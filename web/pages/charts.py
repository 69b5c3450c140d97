"""Small charts of how it was: lines and bars as SVG, with what they say in words beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.measure import Measure, PartOfWay, joined_parts
from web.render import View

WIDTH, HEIGHT = 320, 72
BARS = 60
GAP = 3
"""How many steps may be missing before a line is broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a chart as an SVG path; `name` is its colour and its legend."""

    name: str
    path: str


Bar = tuple[str, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart: `bars` are (name, x, y, width, height), `ticks` (x, text).

    `parts` name what is stacked in a bar, each with what is said of it.
    """

    key: str
    title: str
    about: str
    summary: str
    now: str
    highest: str
    lines: tuple[Line, ...] = ()
    bars: tuple[Bar, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Frame:
    start: datetime
    span: timedelta
    step: timedelta

    def x(self, at: datetime) -> float:
        return round((at - self.start) / self.span * WIDTH, 1)

    def place(self, at: datetime) -> int:
        """Return into which of the bars a moment falls."""
        return int((at - self.start) / (self.span / BARS))


def charts(
    measures: Sequence[Measure], now: datetime, span: timedelta, view: View
) -> tuple[Chart, ...]:
    """Return the charts of a span that ends now."""
    step = timedelta(minutes=5) if span <= timedelta(days=2) else timedelta(hours=1)
    frame = _Frame(now - span, span, step)
    words = view.words
    said = words("history.24h" if span <= timedelta(days=2) else "history.30d")

    def told(value: float | None) -> str:
        return words("history.none") if value is None else words.number(value)

    def spent(value: float | None) -> str:
        return words("history.none") if value is None else words.duration(value)

    def chart(
        key: str,
        values: Sequence[float | None],
        shown: Callable[[float | None], str],
        lines: Sequence[Line] = (),
        *,
        bars: Sequence[Bar] = (),
        parts: Sequence[tuple[str, str]] = (),
    ) -> Chart:
        known = [value for value in values if value is not None]
        highest = max(known, default=None)
        current = values[-1] if values else None
        title = words(f"chart.{key}")
        return Chart(
            key=key,
            title=title,
            about=words(f"chart.{key}.help"),
            summary=words(
                "chart.summary", title=title, now=shown(current), highest=shown(highest), span=said
            ),
            now=words("chart.now", value=shown(current)),
            highest=words("chart.highest", value=shown(highest)),
            lines=tuple(lines),
            bars=tuple(bars),
            parts=tuple(parts),
            ticks=_ticks(frame, view),
        )

    p50 = [m.within_ms(0.5) for m in measures]
    p95 = [m.within_ms(0.95) for m in measures]
    top = max((v for v in p95 if v is not None), default=0)
    latency = [
        Line(name="p95", path=_path(measures, p95, frame, top)),
        Line(name="p50", path=_path(measures, p50, frame, top)),
    ]
    ways = [sum(part.mean_ms for part in m.parts) if m.parts else None for m in measures]
    parts = [
        (part.name, f"{words(f'part_of_way.{part.name}')} {words.duration(part.mean_ms)}")
        for part in joined_parts(part for m in measures for part in m.parts)
    ]
    waiting = [None if m.waiting is None else float(m.waiting) for m in measures]
    backlog = [Line(name="p50", path=_path(measures, waiting, frame, max(_known(waiting))))]
    looks = [float(m.changes) for m in measures]
    troubles = [float(m.refused + m.given_up) for m in measures]
    return (
        chart("latency", p95, spent, latency),
        chart("parts", ways, spent, bars=_stacks(measures, frame), parts=parts),
        chart("looks", looks, told, bars=_bars(measures, looks, frame)),
        chart("backlog", waiting, told, backlog),
        chart("troubles", troubles, told, bars=_bars(measures, troubles, frame)),
    )


def _known(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None] or [0.0]


def _path(
    measures: Sequence[Measure], values: Sequence[float | None], frame: _Frame, top: float
) -> str:
    """Return a line through all values; where nothing was measured for long, it is broken."""
    parts: list[str] = []
    last: datetime | None = None
    for measure, value in zip(measures, values, strict=True):
        if value is None:
            continue
        is_new = last is None or measure.at - last > frame.step * GAP
        y = HEIGHT - 2 - (value / top if top else 0) * (HEIGHT - 6)
        x = frame.x(measure.at)
        parts.append(f"M{x} {y:.1f}h0.1" if is_new else f"L{x} {y:.1f}")
        last = measure.at
    return "".join(parts)


def _bars(
    measures: Sequence[Measure], values: Sequence[float | None], frame: _Frame
) -> tuple[Bar, ...]:
    """Return bars of a quarter of an hour, or of twelve hours: wide enough to be seen."""
    sums: dict[int, float] = {}
    for measure, value in zip(measures, values, strict=True):
        place = frame.place(measure.at)
        sums[place] = sums.get(place, 0) + (value or 0)
    top = max(sums.values(), default=0)
    return tuple(
        _bar("", number, 0, value / top)
        for number, value in sorted(sums.items())
        if value and 0 <= number < BARS
    )


def _stacks(measures: Sequence[Measure], frame: _Frame) -> tuple[Bar, ...]:
    """Return bars as wide as the others, of the parts of the ways, one above the other."""
    noted: dict[int, list[PartOfWay]] = {}
    for measure in measures:
        noted.setdefault(frame.place(measure.at), []).extend(measure.parts)
    ways = {number: joined_parts(parts) for number, parts in sorted(noted.items())}
    top = max((sum(part.mean_ms for part in way) for way in ways.values()), default=0)
    found: list[Bar] = []
    for number, way in ways.items():
        below = 0.0
        for part in way:
            if part.mean_ms and 0 <= number < BARS:
                found.append(_bar(part.name, number, below, part.mean_ms / top))
                below += part.mean_ms / top
    return tuple(found)


def _bar(name: str, number: int, below: float, share: float) -> Bar:
    """Return a bar at a place: its share of the height, above what is below it."""
    each, height = WIDTH / BARS, HEIGHT - 6
    return (
        name,
        round(number * each + 0.5, 1),
        round(HEIGHT - 2 - (below + share) * height, 1),
        round(each - 1, 1),
        round(share * height, 1),
    )


def _ticks(frame: _Frame, view: View) -> tuple[tuple[float, str], ...]:
    """Return times, or dates, at round places of the axis in the reader's zone."""
    is_day = frame.span <= timedelta(days=2)
    every = timedelta(hours=6) if is_day else timedelta(days=7)
    local = frame.start.astimezone(view.zone)
    first = local.replace(hour=0, minute=0, second=0, microsecond=0)
    ticks = []
    at = first
    while at < local + frame.span:
        if at > local:
            text = f"{at:%H:%M}" if is_day else view.words.short_date(at)
            x = frame.x(at)
            if 0 <= x <= WIDTH - 12:
                ticks.append((x, text))
        at += every
    return tuple(ticks)
