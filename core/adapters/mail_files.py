"""Reads the mail templates: those that come with the app, and an operator's own folder."""

from dataclasses import replace
from pathlib import Path

from core.app.mail.library import Files, Library, read_library, with_own_files

SHIPPED = Path(__file__).parents[1] / "mail_templates"
ENDINGS = {".txt", ".html", ".toml"}


def load_library(own_folder: Path | None, fallback: str) -> Library:
    """Return all templates; what is wrong with the operator's own is in `faults`."""
    shipped = _files(SHIPPED)
    try:
        own = {} if own_folder is None else _files(own_folder)
    except (OSError, UnicodeDecodeError) as error:
        fault = f"ROOMSYNC_MAIL_TEMPLATES cannot be read: {_why(error)}"
        return replace(read_library(shipped, fallback), faults=(fault,))
    return with_own_files(read_library(shipped, fallback), shipped, own)


def _files(folder: Path) -> Files:
    return {
        path.name: path.read_text(encoding="utf-8-sig")
        for path in sorted(folder.iterdir())
        if path.suffix in ENDINGS and not path.name.startswith(".")
    }


def _why(error: Exception) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else "not UTF-8"
