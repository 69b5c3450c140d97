"""Puts a matter into words: the finished mail, as text and as HTML."""

import html
import re

from core.app.mail.library import Layout, Library
from core.app.mail.matter import Matter
from core.app.mail.own_texts import is_html, own_template, own_text
from core.app.mail.template import Template, TemplateError, Values
from core.app.mail.values import one_line, values_of
from core.ports.mail import Letter

LONGEST_SUBJECT = 250
_TAG = re.compile(r"<(style|script|head)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]*>", re.IGNORECASE)
_LINK = re.compile(r"<a\b[^>]*?href=\"([^\"]*)\"[^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)
_GAP = re.compile(r"\n{3,}")


def write_letter(matter: Matter, library: Library) -> Letter | None:
    """Return the mail, None when its location wants none in this language (R-801: empty body)."""
    language = library.language(matter.recipient.language)
    values, layout = values_of(matter, language), library.layout(language.tag)
    body = _own(matter, "body", matter.recipient.language or language.tag)
    if body is not None and not body.strip():
        return None
    text, page = _bodies(body, layout, values, language.tag)
    return Letter(
        notice_id=matter.notice_id,
        to=matter.recipient.address,
        to_name=one_line(matter.recipient.name),
        cc=_copies(matter),
        subject=_subject(matter, layout, values, language.tag),
        text=text,
        html=page,
        language=language.tag,
    )


def _own(matter: Matter, part: str, language: str) -> str | None:
    return None if matter.own is None else own_text(getattr(matter.own, part), language)


def _subject(matter: Matter, layout: Layout, values: Values, tag: str) -> str:
    title = _own(matter, "title", matter.recipient.language or tag)
    template = layout.title if title is None or not title.strip() else _read("title", title)
    return one_line((template or layout.title).fill(values))[:LONGEST_SUBJECT]


def _bodies(body: str | None, layout: Layout, values: Values, tag: str) -> tuple[str, str]:
    own = None if body is None else _read("body", body)
    if body is None or own is None:
        return _tidy(layout.text.fill(values)), layout.html.fill(values, html.escape)
    if is_html(body):
        page = own.fill(values, html.escape)
        return _tidy(_as_text(page)), page
    text = _tidy(own.fill(values))
    return text, _as_page(text, tag)


def _read(part: str, text: str) -> Template | None:
    """Read a location's own text; one that was stored before it was checked is not used."""
    try:
        return own_template(part, text)
    except TemplateError:
        return None


def _copies(matter: Matter) -> tuple[str, ...]:
    known = {matter.recipient.address.lower()}
    copies = []
    for address in () if matter.own is None else matter.own.cc:
        if address.lower() not in known:
            known.add(address.lower())
            copies.append(address)
    return tuple(copies)


def _as_text(page: str) -> str:
    linked = _LINK.sub(r"\2 (\1)", page)
    plain = _TAG.sub("", _BREAK.sub("\n", linked))
    return html.unescape("\n".join(line.strip() for line in plain.splitlines()))


def _as_page(text: str, tag: str) -> str:
    lines = "<br>\n".join(html.escape(line) for line in text.rstrip().splitlines())
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(tag)}"><head><meta charset="utf-8"></head>\n'
        f"<body style=\"font-family:'Segoe UI',Helvetica,Arial,sans-serif;font-size:15px;"
        f'line-height:1.5;">\n{lines}\n</body></html>\n'
    )


def _tidy(text: str) -> str:
    """Return a text without the gaps that empty blocks leave behind."""
    return _GAP.sub("\n\n", text).strip() + "\n"
