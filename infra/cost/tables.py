"""The tables of docs/cost.md and docs/limits.md, made from what was counted."""

from collections.abc import Iterable, Mapping, Sequence

from infra.cost.company import Company
from infra.cost.counted import CHANGES, MEAN, NOTHING, TIMERS
from infra.cost.ingest import Told
from infra.cost.limits import burst_s, each, first_met, uses
from infra.cost.meters import Meter, meters_of, month_of, total
from infra.cost.operations import Operations

TEN_THOUSAND = 10_000
SIZES = (100, 1_000, 10_000)


def changes() -> str:
    """Return what each kind of change costs."""
    rows = [(name, *_counts(counted)) for name, counted in CHANGES.items()]
    return _table(("a change", *_HEADS), [*rows, ("**mean**", *_counts(MEAN))])


def idle(mailboxes: int = 1_000) -> str:
    """Return what a day costs on which nothing changes, timer by timer."""
    company = Company(mailboxes=mailboxes)
    rows = [
        (
            f"`{name}`",
            *_counts(timer.run(mailboxes, company.links).times(timer.runs_per_day)),
        )
        for name, timer in TIMERS.items()
    ]
    return _table(
        (f"timer, {mailboxes:,} mailboxes", *_HEADS),
        [*rows, ("**a day**", *_counts(company.base()))],
    )


def bill_of_changes(memory_gb: float, told: Told, prices: Mapping[str, float]) -> str:
    """Return the meters of 10,000 changes."""
    changes = MEAN.times(TEN_THOUSAND)
    return _bill(meters_of(changes, memory_gb, told.of(changes, NOTHING)), prices)


def bill_of_month(company: Company, told: Told, prices: Mapping[str, float]) -> str:
    """Return the meters of a company's month, and its sum where each price is known."""
    return _bill(month_of(company, told), prices)


def limits(companies: Sequence[Company]) -> str:
    """Return how much of each limit companies use."""
    rows = [
        (
            of[0].what,
            f"{_number(of[0].limit)} {of[0].unit}",
            *(f"{_number(use.asked)} ({_percent(use.share)})" for use in of),
        )
        for of in each(tuple(companies))
    ]
    return _table(("limit of", "which is", *(_size(company) for company in companies)), rows)


def asked(companies: Sequence[Company]) -> str:
    """Return what is asked per second in the busiest hour."""
    peaks = [company.peak() for company in companies]
    rows: list[tuple[str, ...]] = [
        ("changes a day", *(_number(company.changes) for company in companies)),
        *(
            (name, *(_number(getattr(peak, name)) for peak in peaks))
            for name in ("graph", "rooms", "tables", "messages", "executions")
        ),
        ("seconds of a part of the sweep", *(_number(burst_s(each)) for each in companies)),
        (
            "met first",
            *(f"{first_met(each).what} ({_percent(first_met(each).share)})" for each in companies),
        ),
    ]
    return _table(("a second of the busiest hour", *(_size(each) for each in companies)), rows)


def uses_of(company: Company) -> str:
    """Return the limits for one company, for the command."""
    rows = [
        (use.what, f"{_number(use.limit)} {use.unit}", _number(use.asked), _percent(use.share))
        for use in uses(company)
    ]
    return _table(("limit of", "which is", "asked", "used"), rows)


_HEADS = (
    "Graph reads", "writes", "ROOMS reads", "writes", "table reads", "writes", "sends", "messages",
    "executions", "spans",
)  # fmt: skip


def _counts(of: Operations) -> tuple[str, ...]:
    return tuple(
        _number(each)
        for each in (
            of.graph_reads, of.graph_writes, of.rooms_reads, of.rooms_writes, of.table_reads,
            of.table_writes, of.sends, of.messages, of.executions, of.spans,
        )
    )  # fmt: skip


def _bill(meters: tuple[Meter, ...], prices: Mapping[str, float]) -> str:
    rows = []
    for meter in meters:
        cost = meter.costs(prices)
        said = "" if cost is None else _span(*cost)
        used = _span(meter.least / meter.per, meter.most / meter.per)
        rows.append((f"`{meter.name}`", meter.unit, used, said))
    if (whole := total(meters, prices)) is not None:
        rows.append(("**all**", "", "", _span(*whole)))
    return _table(("meter", "unit of its price", "units", "cost"), rows)


def _span(least: float, most: float) -> str:
    return _number(most) if least == most else f"{_number(least)} to {_number(most)}"


def _size(company: Company) -> str:
    return f"{company.mailboxes:,} mailboxes"


def _percent(share: float) -> str:
    if share < 0.001:  # noqa: PLR2004 - how it reads well
        return "< 0.1 %"
    return f"{share * 100:.1f} %" if share < 0.1 else f"{share * 100:.0f} %"  # noqa: PLR2004 - as above


def _number(number: float) -> str:
    """Say a number so that it can be read: three figures where it is small."""
    if number >= 100 or number == int(number):  # noqa: PLR2004 - as above
        return f"{round(number):,}"
    return f"{number:.3g}"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = tuple(heads)
    lines = [heads, ("---",) * len(heads), *(tuple(row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
