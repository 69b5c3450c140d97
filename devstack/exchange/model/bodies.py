"""Bodies as Exchange keeps them: always HTML, wrapped and normalised (graph-calendar 3.1, 12.10).

So nothing that goes in comes out equal, which is what makes comparing bodies useless.
"""

import html
import re

HEAD = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
BLOB_CLASS = "me-email-text"
PREVIEW_LENGTH = 255
_INVISIBLE = re.compile(r"<(head|style|script)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr)\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
_DOCUMENT_OPEN = re.compile(r"<html[^>]*>", re.IGNORECASE)
_HEAD_OPEN = re.compile(r"<head[^>]*>", re.IGNORECASE)
_BODY_CLOSE = re.compile(r"</body\s*>", re.IGNORECASE)
_BLOB = re.compile(rf'<div class="{BLOB_CLASS}">.*?</div>', re.DOTALL)


def from_html(content: str) -> str:
    """Return HTML as it is stored: a whole document with one charset declaration."""
    if not content:
        return EMPTY_BODY
    if "<html" not in content.lower():
        return f"<html><head>\r\n{HEAD}</head><body>\r\n{content}\r\n</body></html>\r\n"
    if HEAD in content:
        return content
    with_head, found = _HEAD_OPEN.subn(lambda tag: f"{tag[0]}\r\n{HEAD}", content, count=1)
    if found:
        return with_head
    return _DOCUMENT_OPEN.sub(lambda tag: f"{tag[0]}<head>\r\n{HEAD}</head>", content, count=1)


def from_text(content: str) -> str:
    """Return plain text as the HTML document that is kept of it."""
    if not content:
        return EMPTY_BODY
    escaped = html.escape(content, quote=False).replace("\r\n", "\n").replace("\n", "<br>\r\n")
    return from_html(f'<div class="PlainText">{escaped}</div>')


def to_text(body: str) -> str:
    """Return what a person reads."""
    visible = _BREAK.sub("\n", _INVISIBLE.sub("", body).replace("\r\n", ""))
    lines = [" ".join(line.split()) for line in html.unescape(_TAG.sub("", visible)).split("\n")]
    return "\r\n".join(lines).strip()


def preview(body: str) -> str:
    return to_text(body)[:PREVIEW_LENGTH] if body != EMPTY_BODY else ""


def with_meeting_blob(body: str, join_url: str) -> str:
    """Put the online meeting's join information at the end of the body."""
    document = from_html("<div></div>") if body == EMPTY_BODY else body
    blob = f'<div class="{BLOB_CLASS}"><a href="{join_url}">Join the meeting now</a></div>'
    return _BODY_CLOSE.sub(f"{blob}\r\n</body>", document, count=1)


def has_meeting_blob(body: str) -> bool:
    return _BLOB.search(body) is not None


EMPTY_BODY = ""
