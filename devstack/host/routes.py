"""Route templates of HTTP functions: `{name}`, `{name:int}`, `{name?}`, `{*rest}`."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

_CONSTRAINTS = {
    "int": r"-?\d+",
    "long": r"-?\d+",
    "alpha": r"[A-Za-z]+",
    "bool": r"(?:true|false)",
    "guid": r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}",
}
_SEGMENT = re.compile(r"\{(?P<rest>\*)?(?P<name>\w+)(?::(?P<kind>\w+))?(?P<optional>\?)?\}")


@dataclass(frozen=True, slots=True)
class RouteTemplate:
    """One route as a regular expression; `rank` sorts literal segments before parameters."""

    template: str
    pattern: re.Pattern[str]
    rank: tuple[int, ...]

    def match(self, path: str) -> dict[str, str] | None:
        """Return the parameters of `path` (percent-encoded), decoded; None when it does not fit."""
        found = self.pattern.fullmatch(path)
        if found is None:
            return None
        return {k: unquote(v) for k, v in found.groupdict().items() if v is not None}


def compile_route(template: str) -> RouteTemplate:
    """Translate a template without leading slash; an unknown constraint is a ValueError."""
    parts, rank = [], []
    for segment in template.strip("/").split("/"):
        parameter = _SEGMENT.fullmatch(segment)
        if parameter is None:
            parts.append("/" + _mixed(segment, template))
            rank.append(1 if "{" in segment else 0)
        elif parameter["rest"]:
            parts.append(rf"(?:/(?P<{parameter['name']}>.*))?")
            rank.append(4)
        else:
            value = _value(parameter, template)
            parts.append(f"(?:/{value})?" if parameter["optional"] else f"/{value}")
            rank.append(2 if parameter["kind"] else 3)
    # A catch-all takes whatever comes, line breaks too.
    pattern = re.compile("".join(parts) + "/?", re.IGNORECASE | re.DOTALL)
    return RouteTemplate(template, pattern, tuple(rank))


def _mixed(segment: str, template: str) -> str:
    """Translate a segment with literal text around its parameters, such as `{name}.json`."""
    text, position = "", 0
    for parameter in _SEGMENT.finditer(segment):
        text += re.escape(segment[position : parameter.start()]) + _value(parameter, template)
        position = parameter.end()
    return text + re.escape(segment[position:])


def _value(parameter: re.Match[str], template: str) -> str:
    kind = parameter["kind"]
    if kind is not None and kind not in _CONSTRAINTS:
        raise ValueError(
            f"route {template!r}: constraint {kind!r} is not known to the local host;"
            f" known: {', '.join(sorted(_CONSTRAINTS))}"
        )
    return f"(?P<{parameter['name']}>{_CONSTRAINTS[kind] if kind else '[^/]+'})"
