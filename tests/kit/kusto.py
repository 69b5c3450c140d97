"""Answers queries as the workspace would, as far as `infra/queries` and the workbook ask.

Nothing that runs KQL runs outside of Azure. This knows the operators and functions of
`infra/check/kql.py` and refuses any other; how it is read stands in `kusto_reading.py`,
what a value comes to in `kusto_values.py`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.kit.kusto_reading import Reader
from tests.kit.kusto_values import Asked, KustoError, Row, evaluate, grouped

_COMMENT = re.compile(r"//.*$", re.MULTILINE)


def answer(query: str, tables: Mapping[str, Sequence[Row]], now: datetime) -> list[Row]:
    """Return the rows that a query gives; KustoError says what is wrong with it."""
    asked = Asked({name: list(rows) for name, rows in tables.items()}, {}, now)
    found: list[Row] = []
    kept = _COMMENT.sub("", query)
    for statement in re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', kept):
        if statement.strip():
            found = _Statement(statement, asked).answer()
    return found


class _Statement(Reader):
    """One statement, answered while it is read."""

    def __init__(self, text: str, asked: Asked) -> None:
        super().__init__(text)
        self._asked = asked

    def answer(self) -> list[Row]:
        """Return what is shown, nothing for a definition."""
        if not self.takes("let"):
            return self._whole()
        name = self.name()
        self.expect("=")
        if self.is_at_value:
            self._asked.scalars[name] = self.next_one().value
        else:
            self._asked.tables[name] = self._whole()
        return []

    def _whole(self) -> list[Row]:
        rows = self._rows()
        if not self.is_at_end:
            raise KustoError(f"{self.next_one().value} stands where the end should")
        return rows

    def _rows(self) -> list[Row]:
        rows = self._source()
        while self.takes("|"):
            name = self.name()
            deed = getattr(self, f"_{name}_rows", None)
            if deed is None:
                raise KustoError(f"| {name} is not known here")
            rows = deed(rows)
        return rows

    def _source(self) -> list[Row]:
        if not self.takes("union"):
            return self._table(self.name())
        rows = self._table(self.name())
        while self.takes(","):
            rows = rows + self._table(self.name())
        # A column that one of them does not have is null in its rows.
        columns = dict.fromkeys(name for row in rows for name in row)
        return [{name: row.get(name) for name in columns} for row in rows]

    def _table(self, name: str) -> list[Row]:
        if name not in self._asked.tables:
            raise KustoError(f"there is no table {name}")
        return list(self._asked.tables[name])

    def _where_rows(self, rows: list[Row]) -> list[Row]:
        condition = self.expression()
        return [row for row in rows if evaluate(condition, self._asked, row) is True]

    def _extend_rows(self, rows: list[Row]) -> list[Row]:
        columns = self._columns()
        return [
            row | {name: evaluate(each, self._asked, row) for name, each in columns} for row in rows
        ]

    def _project_rows(self, rows: list[Row]) -> list[Row]:
        columns = self._columns()
        return [{name: evaluate(each, self._asked, row) for name, each in columns} for row in rows]

    def _distinct_rows(self, rows: list[Row]) -> list[Row]:
        columns = self._columns()
        shown = ({n: evaluate(each, self._asked, row) for n, each in columns} for row in rows)
        return [dict(each) for each in dict.fromkeys(tuple(row.items()) for row in shown)]

    def _summarize_rows(self, rows: list[Row]) -> list[Row]:
        columns = self._columns()
        by = self._columns() if self.takes("by") else []
        return grouped(rows, columns, by, self._asked)

    def _order_rows(self, rows: list[Row]) -> list[Row]:
        self.expect("by")
        keys = [self._key()]
        while self.takes(","):
            keys.append(self._key())
        for expression, is_descending in reversed(keys):
            rows = sorted(
                rows,
                key=lambda row, e=expression: _sortable(evaluate(e, self._asked, row)),
                reverse=is_descending,
            )
        return rows

    def _top_rows(self, rows: list[Row]) -> list[Row]:
        number = self.next_one().value
        return self._order_rows(rows)[:number]

    def _take_rows(self, rows: list[Row]) -> list[Row]:
        return rows[: self.next_one().value]

    def _join_rows(self, rows: list[Row]) -> list[Row]:
        for expected in ("kind", "=", "inner", "("):
            self.expect(expected)
        others = self._rows()
        self.expect(")")
        self.expect("on")
        on = [name for name, _ in self._columns()]
        return [
            {f"{n}1" if n in row else n: value for n, value in other.items()} | row
            for row in rows
            for other in others
            if all(row[name] == other[name] for name in on)
        ]

    def _columns(self) -> list[tuple[str, Any]]:
        """Read `Name = expression, …`; one without a name has that of its column, or none."""
        found = [self._column()]
        while self.takes(","):
            found.append(self._column())
        return found

    def _column(self) -> tuple[str, Any]:
        name = ""
        if self.peek(1) == "=" and not self.is_at_value:
            name = self.name()
            self.expect("=")
        expression = self.expression()
        return name or (expression[1] if expression[0] == "name" else ""), expression

    def _key(self) -> tuple[Any, bool]:
        expression = self.expression()
        is_ascending = self.takes("asc")
        return expression, not is_ascending and (self.takes("desc") or True)


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value)
