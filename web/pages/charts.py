"""Small charts of how it was: lines and bars as SVG, with what they say in words beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.measure import Measure
from web.render import View

WIDTH, HEIGHT = 320, 72
GAP = 3
"""How many steps may be missing before a line is broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a chart as an SVG path; `name` is its colour and its legend."""

    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart: `bars` are (x, y, width, height), `ticks` (x, text)."""

    key: str
    title: str
    about: str
    summary: str
    now: str
    highest: str
    lines: tuple[Line, ...] = ()
    bars: tuple[tuple[float, float, float, float], ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Frame:
    start: datetime
    span: timedelta
    step: timedelta

    def x(self, at: datetime) -> float:
        return round((at - self.start) / self.span * WIDTH, 1)


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
        is_bars: bool = False,
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
            bars=_bars(measures, values, frame) if is_bars else (),
            ticks=_ticks(frame, view),
        )

    p50 = [m.within_ms(0.5) for m in measures]
    p95 = [m.within_ms(0.95) for m in measures]
    top = max((v for v in p95 if v is not None), default=0)
    latency = [
        Line(name="p95", path=_path(measures, p95, frame, top)),
        Line(name="p50", path=_path(measures, p50, frame, top)),
    ]
    waiting = [None if m.waiting is None else float(m.waiting) for m in measures]
    backlog = [Line(name="p50", path=_path(measures, waiting, frame, max(_known(waiting))))]
    looks = [float(m.changes) for m in measures]
    troubles = [float(m.refused + m.given_up) for m in measures]
    return (
        chart("latency", p95, spent, latency),
        chart("looks", looks, told, is_bars=True),
        chart("backlog", waiting, told, backlog),
        chart("troubles", troubles, told, is_bars=True),
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
) -> tuple[tuple[float, float, float, float], ...]:
    """Return bars of a quarter of an hour, or of twelve hours: wide enough to be seen."""
    width = frame.span / 60
    sums: dict[int, float] = {}
    for measure, value in zip(measures, values, strict=True):
        sums[int((measure.at - frame.start) / width)] = sums.get(
            int((measure.at - frame.start) / width), 0
        ) + (value or 0)
    top = max(sums.values(), default=0)
    each = WIDTH / 60
    return tuple(
        (
            round(number * each + 0.5, 1),
            round(HEIGHT - 2 - value / top * (HEIGHT - 6), 1),
            round(each - 1, 1),
            round(value / top * (HEIGHT - 6), 1),
        )
        for number, value in sorted(sums.items())
        if value and 0 <= number < 60  # noqa: PLR2004 - as many bars as there are
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
