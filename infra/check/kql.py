"""Reads queries as far as that is possible without Azure: words, brackets, tables, columns.

House style makes it possible: our own names and columns begin with a capital, everything of the
language does not; attributes are `Properties["name"]`.
"""

import re
from collections.abc import Iterator, Mapping


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


_OF_ALL = (
    "TimeGenerated Properties OperationName OperationId ParentId AppRoleName AppRoleInstance"
    " AppVersion SDKVersion ResourceGUID SourceSystem Type"
)
TABLES: Mapping[str, frozenset[str]] = {
    name: words(f"{_OF_ALL} {columns}")
    for name, columns in {
        "AppMetrics": "Name Sum Min Max ItemCount",
        "AppTraces": "Message SeverityLevel ItemCount",
        "AppRequests": "Id Name Source Url Success ResultCode DurationMs ItemCount",
        "AppDependencies": (
            "Id Name Target DependencyType Data Success ResultCode DurationMs ItemCount"
        ),
        "AppExceptions": "ProblemId ExceptionType OuterMessage SeverityLevel ItemCount",
    }.items()
} | {
    "Usage": words("TimeGenerated DataType Quantity IsBillable Solution"),
    "AZKVAuditLogs": words(
        "TimeGenerated OperationName RequestUri CallerIpAddress ResultSignature HttpStatusCode"
    ),
    "AZMSOperationalLogs": words("TimeGenerated EventName EventProperties Caller Status"),
    "StorageBlobLogs": words(
        "TimeGenerated OperationName ObjectKey RequesterUpn RequesterObjectId CallerIpAddress"
        " StatusCode StatusText UserAgentHeader"
    ),
}
"""Tables of a workspace with Application Insights and what diagnostic settings send there, and
those of their columns that are of use.
"""

OPERATORS = words(
    "where extend project summarize order distinct join union take top render mv-expand"
)
WORDS = words(
    "let by asc desc in and or not between kind inner leftouter on with"
    " ago now bin count countif sum avg max min arg_max take_any dcount percentile tostring toint"
    " todouble iff coalesce strcat trim round dayofweek startofday startswith has isnotempty"
    " true false timechart"
) | {word for operator in OPERATORS for word in operator.split("-")}
"""All of the language that queries use: one that is missing here may well be a misspelling."""

_STRING = re.compile(r'"[^"\n]*"')
_COMMENT = re.compile(r"//.*$", re.MULTILINE)
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_MADE = re.compile(r"\b([A-Z]\w*)\s*=(?![=~])")
_FIRST = re.compile(r"let\s+\w+\s*=\s*(\S+)|(\S+)")
_PIPED = re.compile(r"\|\s*([a-z][a-z-]*)?")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def bare(query: str) -> str:
    """Return a query without comments, its texts emptied."""
    return _COMMENT.sub("", _STRING.sub('""', query))


def statements(query: str) -> list[str]:
    """Return the statements with their texts, without comments; texts hold no semicolons."""
    kept = "\n".join(line.partition("//")[0] for line in query.splitlines())
    return [each.strip() for each in kept.split(";") if each.strip()]


def tables_of(query: str) -> set[str]:
    """Return the tables that are read."""
    return set(_NAME.findall(bare(query))) & set(TABLES)


def query_faults(query: str) -> Iterator[str]:
    """Yield what is wrong with a query by itself."""
    text = bare(query)
    if fault := _bracket_fault(text):
        yield fault
    tables, made = tables_of(query), set(_MADE.findall(text))
    if not tables:
        yield "reads no table that is known"
    columns = {column for table in tables for column in TABLES[table]}
    for name in sorted(set(_NAME.findall(text)) - made - columns - tables):
        if name[0].isupper():
            yield f"{name} is no column of {', '.join(sorted(tables))}, nor made in the query"
        elif name not in WORDS:
            yield f"{name} is no word of the language that is known here (infra/check/kql.py)"
    yield from _statement_faults(text, made | set(TABLES))


def _statement_faults(text: str, sources: set[str]) -> Iterator[str]:
    for statement in statements(text):
        found = _FIRST.match(statement)
        first = (found[1] or found[2] if found else "").rstrip("|")
        if first != "union" and first not in sources and not first.startswith('"'):
            yield f"a statement begins with {first!r}, which is no table"
        for operator in _PIPED.findall(statement):
            if operator not in OPERATORS:
                yield f"| {operator}: is no operator"
    last = statements(text)[-1:]
    if last and last[0].startswith("let "):
        yield "ends with a definition: nothing would be shown"


def _bracket_fault(text: str) -> str:
    if text.count('"') % 2:
        return "a text is not closed"
    open_ones: list[str] = []
    for sign in text:
        if sign in "([{":
            open_ones.append(sign)
        elif sign in _PAIRS and (not open_ones or open_ones.pop() != _PAIRS[sign]):
            return f"{sign} closes nothing"
    return f"{open_ones[-1]} is not closed" if open_ones else ""
