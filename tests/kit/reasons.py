"""The reasons that the planner gives, read off its code: whatever words them has to know each."""

import ast
from collections.abc import Iterator
from pathlib import Path

CORE = Path(__file__).parents[2] / "core"
WHERE = [
    *sorted((CORE / "sync").rglob("*.py")),
    *sorted((CORE / "app" / "series").rglob("*.py")),
    CORE / "app" / "cleanup.py",
]
"""Where reasons are given that reach a history."""

A_CODE = "occupied"


def _texts(value: ast.expr) -> Iterator[str]:
    """Yield what an expression may be as a text; a part that varies is taken for a code."""
    match value:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(p.value if isinstance(p, ast.Constant) else A_CODE for p in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one), *_texts(other))
        case ast.BoolOp(values=several) | ast.Tuple(elts=several):
            for each in several:
                yield from _texts(each)
        case ast.Dict(values=several):
            for each in several:
                yield from _texts(each)
        case _:
            return


def _given() -> Iterator[tuple[str, str]]:
    for path in WHERE:
        for node in ast.walk(ast.parse(path.read_text())):
            value = None
            if isinstance(node, ast.keyword) and node.arg == "reason":
                value = node.value
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [t.id for t in targets if isinstance(t, ast.Name)]
                if any("reason" in name.lower() or name == "LINK_ONLY" for name in names):
                    value = node.value
            for text in _texts(value) if value is not None else ():
                yield (
                    text,
                    f"{path.relative_to(CORE)}:{node.lineno if value is None else value.lineno}",
                )


GIVEN = dict(_given())
"""Each reason with the place that gives it."""
