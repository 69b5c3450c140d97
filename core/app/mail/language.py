"""One language of the mails: its words, its sentences, and how it writes days and times."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.app.mail.template import Template, TemplateError, read_template
from core.app.mail.vocabulary import LABELS, REASON, SENTENCE
from core.domain.notice import NoticeKind
from core.domain.refusal import RefusalCode

ANSWER = "answer"
"""The key of the reason that quotes what ROOMS said."""
OWN_WORDS = ("untitled", "private", "resource", "all_day")

Text = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DateForms(_Part):
    """Names of days and months, and how a date, a short date and a time are put together.

    Fields: `{weekday}`, `{day}`, `{day_2}`, `{month}`, `{month_2}`, `{year}`, `{hour}`, `{hour_2}`,
    `{minute_2}`; `first_day` is what `{day}` is on the first of a month.
    """

    weekdays: Annotated[tuple[Text, ...], Field(min_length=7, max_length=7)]
    months: Annotated[tuple[Text, ...], Field(min_length=12, max_length=12)]
    first_day: Text
    long: Text
    short: Text
    time: Text

    def weekday(self, local: datetime) -> str:
        """Return the name of a moment's day."""
        return self.weekdays[local.weekday()]

    def written(self, pattern: str, local: datetime) -> str:
        """Return a moment as `pattern` wants it; an unknown field is a KeyError."""
        return pattern.format_map(
            {
                "day": self.first_day if local.day == 1 else str(local.day),
                "day_2": f"{local.day:02}",
                "month": self.months[local.month - 1],
                "month_2": f"{local.month:02}",
                "year": str(local.year),
                "weekday": self.weekday(local),
                "hour": str(local.hour),
                "hour_2": f"{local.hour:02}",
                "minute_2": f"{local.minute:02}",
            }
        )


class _KindTexts(_Part):
    title: Text
    what: Text
    todo: Text


class _File(_Part):
    words: dict[str, Text]
    dates: DateForms
    kinds: dict[NoticeKind, _KindTexts]
    reasons: dict[str, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """What a mail of one kind says: in its title, of what has happened, and what to do now."""

    title: Template
    what: Template
    todo: Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language that was read and found complete; `tag` as in `de`."""

    tag: str
    words: Mapping[str, str]
    dates: DateForms
    kinds: Mapping[NoticeKind, Sentences] = field(default_factory=dict)
    reasons: Mapping[str, Template] = field(default_factory=dict)

    def reason(self, code: str) -> Template:
        """Return the sentence for a reason; one that is not known is `other`."""
        return self.reasons.get(code, self.reasons[RefusalCode.OTHER])


def read_language(tag: str, content: Mapping[str, Any], where: str) -> Language:
    """Read a language's file; TemplateError lists everything that is missing or wrong."""
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        raise TemplateError(
            [
                f"{where}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}"
                for fault in error.errors(include_input=False, include_url=False)
            ]
        ) from None
    faults = [*_missing(file, where), *_wrong_dates(file.dates, where)]
    kinds, reasons = _sentences(file, where, faults), _reasons(file, where, faults)
    if faults:
        raise TemplateError(faults)
    return Language(tag=tag, words=file.words, dates=file.dates, kinds=kinds, reasons=reasons)


def _missing(file: _File, where: str) -> Iterator[str]:
    wanted = {
        "words": ({*LABELS, *OWN_WORDS}, set(file.words)),
        "kinds": ({kind.value for kind in NoticeKind}, {kind.value for kind in file.kinds}),
        "reasons": ({ANSWER, *(code.value for code in RefusalCode)}, set(file.reasons)),
    }
    for part, (needed, there) in wanted.items():
        yield from (f"{where}: {part}.{name} is missing" for name in sorted(needed - there))
        yield from (f"{where}: {part}.{name} is not known" for name in sorted(there - needed))


def _wrong_dates(dates: DateForms, where: str) -> Iterator[str]:
    for name in ("long", "short", "time"):
        try:
            dates.written(getattr(dates, name), datetime(2026, 3, 1, 9, 5))  # noqa: DTZ001 - a form
        except (KeyError, ValueError, IndexError, AttributeError) as error:
            yield f"{where}: dates.{name}: {{{error}}} is no field of a date"


def _sentences(file: _File, where: str, faults: list[str]) -> dict[NoticeKind, Sentences]:
    found = {}
    for kind, texts in file.kinds.items():
        read = {}
        for name in ("title", "what", "todo"):
            try:
                read[name] = read_template(
                    getattr(texts, name), f"{where}, kinds.{kind}.{name}", SENTENCE
                )
            except TemplateError as error:
                faults.extend(error.faults)
        if len(read) == len(_KindTexts.model_fields):
            found[kind] = Sentences(**read)
    return found


def _reasons(file: _File, where: str, faults: list[str]) -> dict[str, Template]:
    found = {}
    for code, text in file.reasons.items():
        try:
            found[code] = read_template(text, f"{where}, reasons.{code}", REASON)
        except TemplateError as error:
            faults.extend(error.faults)
    return found
