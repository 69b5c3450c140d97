"""`python -m infra.package`: makes the package and says what is in it, also in var/bench.json."""

import json
import sys
import tomllib
from pathlib import Path

from infra.package.build import PackageError, build

PROJECT = Path(__file__).parents[2]
FIGURES = PROJECT / "var" / "bench.json"


def main() -> int:
    """Make it; return 1 if that fails."""
    about = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    try:
        figures = build(PROJECT, about["version"])
    except PackageError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command
        return 1
    known = json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {}
    text = json.dumps(known | {"package": figures}, indent=2, ensure_ascii=False)
    FIGURES.write_text(text + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2))  # noqa: T201 - as above
    print("var/package.zip, var/sbom.json, var/licences.txt")  # noqa: T201 - as above
    return 0


if __name__ == "__main__":
    sys.exit(main())
