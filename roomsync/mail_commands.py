"""`roomsync mail`: what people are told, looked at without sending anything."""

import html
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from core.adapters.mail_files import load_library
from core.app.mail.letter import write_letter
from core.app.mail.library import Library
from core.app.mail.samples import sample
from core.bootstrap import App
from core.domain.directory import Directory, ErrorMail
from core.domain.ids import LocationId
from core.domain.notice import NoticeKind
from core.errors import InvalidPayloadError
from core.ports.mail import Letter
from roomsync.options import one_of
from roomsync.output import say
from roomsync.session import run

commands = typer.Typer(no_args_is_help=True, help="What people are told by mail.")

TEMPLATES_VARIABLE = "ROOMSYNC_MAIL_TEMPLATES"
LANGUAGE_VARIABLE = "ROOMSYNC_MAIL_LANGUAGE"

Kind = Annotated[
    NoticeKind | None, typer.Option(metavar="KIND", help=one_of("only these", NoticeKind))
]
Language = Annotated[
    str | None, typer.Option(metavar="TAG", help="only in this language, as in `de`")
]
Place = Annotated[
    int | None,
    typer.Option(
        "--location", metavar="ID", help="as this location has them, from the stored settings"
    ),
]
Out = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="write them as files, with an index.html")
]
Series = Annotated[bool, typer.Option("--series", help="as for a whole series")]


@dataclass(frozen=True, slots=True)
class Preview:
    """One mail, or none where the location sends none; `name` is that of its files."""

    name: str
    letter: Letter | None


@commands.callback()
def _mail() -> None:
    """Keep `preview` a command of its own, also while it is the only one."""


@commands.command()
def preview(
    kind: Kind = None,
    language: Language = None,
    location: Place = None,
    out: Out = None,
    series: Series = False,
) -> None:
    """Show mails with sample data, in every kind and language unless told otherwise."""
    library = _library()
    for fault in library.faults:
        say(f"Not used: {fault}", "red")
    resource, own = ("Säntis", None) if location is None else _configured(location)
    previews = list(_previews(library, kind, language, resource, own, is_series=series))
    if out is None:
        _print(previews)
        return
    _write(previews, out)
    say(f"{len(previews)} mails are in {out}; open {out / 'index.html'}", "green")


def _library() -> Library:
    """Return the texts without any other setting: templates are written before all is set up."""
    folder = os.environ.get(TEMPLATES_VARIABLE)
    fallback = os.environ.get(LANGUAGE_VARIABLE) or "en"
    return load_library(Path(folder) if folder else None, fallback)


def _configured(location: int) -> tuple[str, ErrorMail | None]:
    async def load(app: App) -> Directory:
        return await (await app.services()).settings.load()

    return _found(run(load), LocationId(location))


def _found(directory: Directory, location: LocationId) -> tuple[str, ErrorMail | None]:
    if location not in directory.locations:
        known = ", ".join(str(number) for number in sorted(directory.locations)) or "none"
        raise InvalidPayloadError(f"location {location} is not in the settings; known: {known}")
    names = [r.name for r in directory.resources.values() if r.location_id == location]
    return (names or ["Säntis"])[0], directory.error_mail_at(location)


def _previews(
    library: Library,
    kind: NoticeKind | None,
    language: str | None,
    resource: str,
    own: ErrorMail | None,
    *,
    is_series: bool,
) -> Iterator[Preview]:
    if own is not None and not own.enabled:
        raise InvalidPayloadError("this location sends no mails: error_mail.enabled is false")
    if language is not None and library.language(language).tag != language.partition("-")[0]:
        known = ", ".join(sorted(library.languages))
        raise InvalidPayloadError(f"there are no mail texts in {language!r}; there are {known}")
    for tag in sorted(library.languages) if language is None else [language]:
        for each in NoticeKind if kind is None else [kind]:
            matter = sample(each, tag, resource=resource, own=own, is_series=is_series)
            yield Preview(f"{tag}-{each.value}", write_letter(matter, library))


def _print(previews: list[Preview]) -> None:
    for each in previews:
        say(f"--- {each.name}", "bold")
        if each.letter is None:
            say("No mail: the location's text is empty in this language.", "yellow")
            continue
        say(f"Subject: {each.letter.subject}")
        if each.letter.cc:
            say(f"Cc: {', '.join(each.letter.cc)}")
        say("")
        say(each.letter.text)


def _write(previews: list[Preview], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for each in previews:
            if each.letter is not None:
                (folder / f"{each.name}.html").write_text(each.letter.html, encoding="utf-8")
                plain = f"Subject: {each.letter.subject}\n\n{each.letter.text}"
                (folder / f"{each.name}.txt").write_text(plain, encoding="utf-8")
        (folder / "index.html").write_text(_index(previews), encoding="utf-8")
    except OSError as error:
        raise InvalidPayloadError(f"{folder} cannot be written: {error.strerror}") from None


def _index(previews: list[Preview]) -> str:
    lines = "\n".join(
        f'<li><a href="{each.name}.html">{each.name}</a>'
        f' (<a href="{each.name}.txt">text</a>): {html.escape(each.letter.subject)}</li>'
        for each in previews
        if each.letter is not None
    )
    return (
        '<!DOCTYPE html>\n<meta charset="utf-8">\n<title>Mails of the sync</title>\n'
        f"<h1>Mails of the sync</h1>\n<ul>\n{lines}\n</ul>\n"
    )
