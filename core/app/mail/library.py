"""All mail templates of an installation: those that came with it, replaced by an operator's own.

A file of the operator's that cannot be used is left out and told; the shipped one goes on being
used, so that a slip in a text never keeps a mail from being sent.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.app.mail.language import Language, read_language
from core.app.mail.template import Template, TemplateError, read_template
from core.app.mail.vocabulary import MAIL

Files = Mapping[str, str]
"""Content by file name."""

LAYOUTS = ("title.txt", "mail.txt", "mail.html")
LANGUAGE_FILE = ".toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The frame of a mail in one language."""

    title: Template
    text: Template
    html: Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Every language with its layout; `faults` are what is wrong with the operator's own files."""

    languages: Mapping[str, Language]
    layouts: Mapping[str, Template]
    fallback: str
    faults: tuple[str, ...] = ()

    def language(self, tag: str) -> Language:
        """Return the language of a tag: `de-CH`, else `de`, else the installation's own."""
        for wanted in (tag.lower(), tag.lower().partition("-")[0], self.fallback):
            if wanted in self.languages:
                return self.languages[wanted]
        return next(iter(self.languages.values()))

    def layout(self, tag: str) -> Layout:
        """Return the layout of a language: `mail.fr.html`, else `mail.html`."""
        title, text, html = (
            self.layouts.get(_for_language(name, tag), self.layouts[name]) for name in LAYOUTS
        )
        return Layout(title=title, text=text, html=html)


def read_library(shipped: Files, fallback: str) -> Library:
    """Read the templates that came with the app; TemplateError when they cannot be used."""
    library = Library(languages={}, layouts={}, fallback=fallback)
    faults: list[str] = []
    for name, content in sorted(shipped.items()):
        try:
            library = _with_file(library, name, content, shipped)
        except TemplateError as error:
            faults.extend(error.faults)
    faults += [f"{name} is missing" for name in LAYOUTS if name not in library.layouts]
    if not library.languages:
        faults.append("there is no language file (de.toml)")
    if faults:
        raise TemplateError(faults)
    return library


def with_own_files(library: Library, shipped: Files, own: Files) -> Library:
    """Return the library with the operator's files in place of the shipped ones."""
    faults: list[str] = []
    for name, content in sorted(own.items()):
        try:
            library = _with_file(library, name, content, shipped)
        except TemplateError as error:
            faults.extend(error.faults)
    if library.fallback not in library.languages:
        known = ", ".join(sorted(library.languages))
        faults.append(f"there are no mail texts in {library.fallback!r}; there are {known}")
    return replace(library, faults=tuple(faults))


def _with_file(library: Library, name: str, content: str, shipped: Files) -> Library:
    if name.endswith(LANGUAGE_FILE):
        tag = name.removesuffix(LANGUAGE_FILE).lower()
        base = _toml(name, shipped[name]) if name in shipped else {}
        language = read_language(tag, _merged(base, _toml(name, content)), name)
        return replace(library, languages={**library.languages, tag: language})
    if not _is_layout(name):
        raise TemplateError([f"{name} is not used; {', '.join(_usable())} are"])
    template = read_template(content, name, MAIL)
    return replace(library, layouts={**library.layouts, name: template})


def _toml(name: str, content: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise TemplateError([f"{name}: {error}"]) from None


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with what `over` says instead, table by table."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _merged(below, value)
        else:
            merged[key] = value
    return merged


def _for_language(name: str, tag: str) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{tag}.{ending}"


def _is_layout(name: str) -> bool:
    parts = name.split(".")
    return name in LAYOUTS or (len(parts) == 3 and f"{parts[0]}.{parts[2]}" in LAYOUTS)  # noqa: PLR2004 - name, language, ending


def _usable() -> Iterable[str]:
    return (*LAYOUTS, "mail.<language>.html", "<language>.toml")
