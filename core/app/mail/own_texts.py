"""The texts that a location has of its own instead of the shipped ones (R-800)."""

from collections.abc import Iterator

from core.app.mail.template import Template, TemplateError, read_template
from core.app.mail.vocabulary import MAIL
from core.domain.directory import ErrorMail

ALL_LANGUAGES = "*"


def own_text(texts: dict[str, str], language: str) -> str | None:
    """Return the text for a language tag: `de-CH`, else `de`, else the one for all languages."""
    by_tag = {tag.lower(): text for tag, text in texts.items()}
    for tag in (language.lower(), language.lower().partition("-")[0], ALL_LANGUAGES):
        if tag in by_tag:
            return by_tag[tag]
    return None


def is_html(body: str) -> bool:
    """Tell whether a body is HTML: it then begins with a tag."""
    return body.lstrip().startswith("<")


def own_template(part: str, text: str) -> Template:
    """Read a text of a location; TemplateError tells what is wrong."""
    return read_template(text, part, MAIL)


def own_text_faults(mail: ErrorMail) -> Iterator[str]:
    """Yield what is wrong with a location's texts, a sentence per fault."""
    for part, texts in (("title", mail.title), ("body", mail.body)):
        for language, text in texts.items():
            try:
                own_template(f"{part}.{language}", text)
            except TemplateError as error:
                yield from error.faults
