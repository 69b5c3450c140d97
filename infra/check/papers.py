"""What belongs to the deployment and is no Bicep: queries, workbook, runbooks, host.json.

They stand among the texts of the Bicep files, by their path as seen from `infra/bicep`.
"""

import posixpath
from collections.abc import Mapping
from pathlib import Path

QUERIES, ALERTS = "../queries/", "../queries/alerts/"
WORKBOOK = "../workbook/overview.json"
RUNBOOKS, HOST = "../../docs/runbooks.md", "../../host.json"


def read_papers(project: Path) -> dict[str, str]:
    """Return the texts of all of them; one that is missing is missing in it, too."""
    infra = project / "infra"
    found = {
        f"../{path.relative_to(infra).as_posix()}": path
        for path in sorted([*infra.glob("queries/**/*.kql"), *infra.glob("workbook/*.json")])
    }
    for name in (RUNBOOKS, HOST):
        if (path := project / name.removeprefix("../../")).is_file():
            found[name] = path
    return {name: path.read_text("utf-8") for name, path in found.items()}


def loaded_by(file: str, path: str) -> str:
    """Return the name under which a file that Bicep loads stands among the texts."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), path))


def queries_of(texts: Mapping[str, str]) -> dict[str, str]:
    """Return all queries that lie in files of their own."""
    return {name: text for name, text in texts.items() if name.endswith(".kql")}


def is_paper(name: str) -> bool:
    """Tell whether a text is one of these."""
    return name.startswith("../")
