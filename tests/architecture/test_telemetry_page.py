"""docs/telemetry.md has the names that alerts, workbook and queries are written against."""

import re
from pathlib import Path

from core.telemetry.events import EVENTS, FIELDS
from core.telemetry.vocabulary import ATTRIBUTES, METRICS, ON_EVERY_SPAN, SPANS

PAGE = Path(__file__).parents[2] / "docs" / "telemetry.md"
NAME = re.compile(r"[a-z][a-z_.]*")


def rows(first: str) -> list[list[str]]:
    """Return the rows of the table that begins with this heading, cell by cell."""
    lines = PAGE.read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {first} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return found


def listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


def test_the_page_has_the_spans_of_the_code():
    assert rows("span") == [
        [f"`{s.name}` + `{s.by}`", s.kind, listed(s.attributes), s.meaning] for s in SPANS
    ]


def test_the_page_has_the_attributes_of_the_code():
    assert rows("attribute") == [[f"`{name}`", value] for name, value in ATTRIBUTES.items()]


def test_the_page_has_the_metrics_of_the_code():
    assert rows("metric") == [
        [f"`{m.name}`", m.kind, m.unit, listed(m.attributes), m.meaning] for m in METRICS
    ]


def test_the_page_has_the_events_of_the_code_and_their_fields():
    assert rows("event") == [[f"`{name}`", listed(fields)] for name, fields in EVENTS.items()]
    assert rows("field") == [[f"`{name}`", value] for name, value in FIELDS.items()]


def test_no_attribute_and_no_field_is_without_a_meaning_or_without_a_use():
    used = {a for span in SPANS for a in (span.by, *span.attributes)} | set(ON_EVERY_SPAN)
    assert used == set(ATTRIBUTES)
    assert {field for fields in EVENTS.values() for field in fields} == set(FIELDS)


def test_names_are_written_as_names():
    names = [*ATTRIBUTES, *EVENTS, *FIELDS, *(m.name for m in METRICS)]
    names += [a for m in METRICS for a in m.attributes]
    assert [name for name in names if not NAME.fullmatch(name)] == []
    assert list(EVENTS) == sorted(EVENTS)
    assert len({m.name for m in METRICS}) == len(METRICS)
