"""Renders the console's page, or only the part of it that refreshes itself."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.app.console.reader import Look
from functions import console_lines as lines
from functions import console_texts as texts
from functions.console_findings import finding_lines

HERE = Path(__file__).parent
BASE = "/api/console"
"""Where the console is, with the host's route prefix (host.json)."""

MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


@cache
def assets() -> Mapping[str, bytes]:
    """Return the files that pages may refer to, by name: nothing else is ever served."""
    folder = HERE / "static"
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir())
        if file.suffix in MEDIA_TYPES
    }


@cache
def stamp(name: str) -> str:
    """Return a short hash of a file, which makes its address new when its content is."""
    return sha256(assets()[name]).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a file."""
    return f"{BASE}/static/{name}?v={stamp(name)}"


def page(look: Look, *, only_live: bool) -> str:
    """Return the page as HTML."""
    template = "live.html" if only_live else "page.html"
    return _templates().get_template(template).render(_shown(look))


def trouble_page(title: str, detail: str, help_text: str) -> str:
    """Return a page that says what went wrong."""
    return (
        _templates().get_template("trouble.html").render(title=title, detail=detail, help=help_text)
    )


def _shown(look: Look) -> dict[str, object]:
    return {
        "look": look,
        "board": look.board,
        "overview": lines.overview(look),
        "legend": lines.legend(look.board),
        "pages": lines.pages_line(look),
        "activity": [lines.activity_line(a, look) for a in look.activity],
        "findings": finding_lines(look),
        "refusals": [
            *(lines.given_up_line(entry, look) for entry in look.given_up),
            *(lines.refusal_line(mapping, look) for mapping in look.refused),
        ],
    }


@cache
def _templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {
        "t": texts.PAGE,
        "base": BASE,
        "asset": asset,
        "entry_line": lines.entry_line,
        "clock": lines.clock,
        "long_date": lines.long_date,
        "day_after": lines.day_after,
        "place_line": lines.place_line,
    }
    return found
