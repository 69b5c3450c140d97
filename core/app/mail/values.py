"""What the placeholders of a mail stand for (R-802), in the recipient's language and zone."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.app.mail.language import ANSWER, Language
from core.app.mail.matter import Matter, Part
from core.app.mail.template import Template, Values
from core.app.mail.vocabulary import LABELS
from core.domain.interval import Interval
from core.domain.refusal import RefusalCode

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
UNEXPLAINED = {RefusalCode.OTHER, RefusalCode.NOT_ALLOWED}
"""Reasons that say nothing by themselves: what ROOMS said is quoted."""
LONGEST_ANSWER = 300
TO = "\N{EN DASH}"
"""Between two times of a day; with spaces around it between two days."""
DAY = timedelta(days=1)


def values_of(matter: Matter, language: Language) -> Values:
    """Return the value of every placeholder of a mail."""
    facts = _facts(matter, language)
    sentences = language.kinds[matter.kind]
    told = Values(words=facts)
    words = {
        **{name: language.words[name] for name in LABELS},
        **facts,
        "Sprache": language.tag,
        "Ereignis": sentences.what.fill(told),
        "Ereignis.Titel": sentences.title.fill(told),
        "Empfehlung": sentences.todo.fill(told),
        "Reservation.Link": matter.booking_link,
        "Termin.Link": matter.event_link,
    }
    return Values(
        words=words,
        flags={
            "BetrifftGanzeSerie": matter.is_series,
            "MitName": bool(matter.recipient.name),
            "MitTitel": matter.is_private or bool(matter.title.strip()),
            "MitZeit": matter.time is not None,
            "MitReservationLink": bool(matter.booking_link),
            "MitTerminLink": bool(matter.event_link),
        },
        repeats={
            "SynchronisationValidierung": [
                {"Validierungsfehler": reason} for reason in _reasons(matter, language)
            ],
            "SerieReservationen": [_part_words(part, matter, language) for part in matter.parts],
        },
    )


def _facts(matter: Matter, language: Language) -> dict[str, str]:
    names = ", ".join(one_line(name) for name in matter.resources)
    words = {
        "Reservation.Titel": _title(matter, language),
        "Reservation.Ressource": names or language.words["resource"],
        "Reservation.Zeitraum": "",
        "Empfaenger.Name": one_line(matter.recipient.name),
    }
    if matter.time is None:
        return words
    zone, dates = matter.recipient.zone, language.dates
    begin, end = matter.time.start.astimezone(zone), matter.time.end.astimezone(zone)
    for name, local in (("Vorlaufbeginn", begin), ("Nachlaufende", end)):
        words[f"Reservation.{name}Wochentag"] = dates.weekday(local)
        words[f"Reservation.{name}Datum"] = dates.written(dates.short, local)
        words[f"Reservation.{name}Zeit"] = dates.written(dates.time, local)
    words["Reservation.Zeitraum"] = _span(begin, end, language) + _other_zone(matter.time, matter)
    return words


def _title(matter: Matter, language: Language) -> str:
    if matter.is_private:
        return language.words["private"]
    return one_line(matter.title) or language.words["untitled"]


def _span(begin: datetime, end: datetime, language: Language) -> str:
    dates = language.dates
    first, last = dates.written(dates.long, begin), dates.written(dates.long, end)
    if _is_midnight(begin) and _is_midnight(end) and end > begin:
        last = dates.written(dates.long, end - DAY)
        days = first if first == last else f"{first} {TO} {last}"
        return f"{days}, {language.words['all_day']}"
    since, until = dates.written(dates.time, begin), dates.written(dates.time, end)
    if begin.date() == end.date():
        return f"{first}, {since}{TO}{until}"
    return f"{first}, {since} {TO} {last}, {until}"


def _is_midnight(local: datetime) -> bool:
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def _other_zone(time: Interval, matter: Matter) -> str:
    """Name the zone when the clock at the resource shows another time than the recipient's."""
    zone = matter.recipient.zone
    if _offset(time, zone) == _offset(time, matter.resource_zone):
        return ""
    return f" ({zone.key})"


def _offset(time: Interval, zone: ZoneInfo) -> timedelta | None:
    return time.start.astimezone(zone).utcoffset()


def _reasons(matter: Matter, language: Language) -> list[str]:
    """Return each reason once, however many dates of a series it is the reason for."""
    return list(dict.fromkeys(_reason(part, matter, language) for part in matter.parts))


def _reason(part: Part, matter: Matter, language: Language) -> str:
    words = _part_words(part, matter, language)
    reason = _said(language.reason(part.code), words)
    answer = one_line(part.answer)[:LONGEST_ANSWER]
    if answer and part.code not in set(RefusalCode) - UNEXPLAINED:
        reason = f"{reason} {_said(language.reasons[ANSWER], {**words, 'Antwort': answer})}"
    return reason


def _said(sentence: Template, words: dict[str, str]) -> str:
    return sentence.fill(Values(words=words))


def _part_words(part: Part, matter: Matter, language: Language) -> dict[str, str]:
    zone, dates = matter.recipient.zone, language.dates
    words = {"Ressourcenbezeichnung": one_line(part.resource) or language.words["resource"]}
    for name, moment in (("Von", part.time.start), ("Bis", part.time.end)):
        local = moment.astimezone(zone)
        words[f"{name} Wochentag"] = dates.weekday(local)
        day, time = dates.written(dates.short, local), dates.written(dates.time, local)
        words[f"{name} Datum/Zeit"] = f"{day} {time}"
    return words


def one_line(text: str) -> str:
    """Return a foreign text without line breaks and control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())
