"""`python -m infra.cost`: what a month costs by your own numbers, and how near limits are."""

import argparse
import sys
from dataclasses import fields

from infra.cost.company import Company
from infra.cost.ingest import Told
from infra.cost.limits import first_met, largest
from infra.cost.meters import month_of
from infra.cost.tables import bill_of_changes, bill_of_month, uses_of


def main(arguments: list[str] | None = None) -> int:
    """Print the tables; end with 2 where a number or a meter is none."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.mailboxes < 1:
        parser.error("--mailboxes: one at least")
    company = Company(**{field.name: getattr(given, field.name) for field in fields(Company)})
    told = Told(**{field.name: getattr(given, field.name) for field in fields(Told)})
    prices = dict(given.price)
    meters = [meter.name for meter in month_of(company, told)]
    if unknown := sorted(prices.keys() - set(meters)):
        parser.error(f"--price: there is no meter {', '.join(unknown)}; {', '.join(meters)}")
    parts = {
        "10,000 changes": bill_of_changes(company.memory_gb, told, prices),
        "A month": bill_of_month(company, told, prices),
        "Limits": uses_of(company),
    }
    for title, table in parts.items():
        print(f"{title}\n\n{table}\n")  # noqa: T201 - a command
    print(  # noqa: T201 - as above
        f"{first_met(company).what} is met first; half of it is used by {largest(company):,}"
        " mailboxes like these"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.cost", description=__doc__)
    parser.add_argument("--mailboxes", type=int, default=1_000, help="synced ones")
    for field in (*fields(Company), *fields(Told)):
        if field.name != "mailboxes":
            name = f"--{field.name.replace('_', '-')}"
            parser.add_argument(name, type=float, default=field.default, help="docs/cost.md")
    parser.add_argument(
        "--price", type=_price, action="append", default=[], metavar="METER=PRICE",
        help="what one unit of a meter costs, in your currency; the sum needs all of them",
    )  # fmt: skip
    return parser


def _price(text: str) -> tuple[str, float]:
    name, _, price = text.partition("=")
    try:
        return name, float(price)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: write it as meter=0.123") from None


if __name__ == "__main__":
    sys.exit(main())
