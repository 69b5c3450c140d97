"""What the pages say, in the reader's language: one folder of texts per language, a file per page.

English words for steps, outcomes and refusals are those of the command line (`core.app.wording`);
other languages have them in their files, and a test compares what there is.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

from core.app import wording
from core.app.doctor import wording as findings
from core.app.drift import wording as drift_wording
from core.app.overview import Trouble
from core.app.rule_words import rule
from core.domain.finding import Finding, Part
from core.domain.ids import MailboxKey, is_resource_mailbox
from web.spoken import Spoken, spoken

HERE = Path(__file__).parent / "texts"
_STEP = re.compile(
    r"(?P<words>(?:[A-Z][a-z]+)+)(?: \((?P<aspects>[^)]+)\))?(?: on (?P<day>[\d-]+))?"
)
_TOLD = re.compile(r"Tell \((?P<kind>\w+)\)")
_RULE = r"(?:R-\d{3}|[DSP]\d{1,2}|design \d{1,2}|graph-calendar \d\.\d)"
_REASON = re.compile(
    rf"(?P<text>.+?)(?P<rules> \({_RULE}(?:, {_RULE})*\))?"
    r"(?:: (?P<codes>[a-z_]+(?:, [a-z_]+)*))?(?P<last>, R-\d{3}| \(R-\d{3}\))?"
)
_OWN = "en"


@cache
def catalog(language: str) -> Mapping[str, str]:
    """Return every text of a language by its key; each key stands in one file only."""
    found: dict[str, str] = {}
    for file in sorted((HERE / language).glob("*.json")):
        found |= json.loads(file.read_text(encoding="utf-8"))
    return found


@cache
def words_in(language: str) -> "Words":
    """Return the words of one of the languages that there are."""
    return Words(language)


class Words:
    """The texts of one language. A key that is missing is a KeyError: no page shows half a text."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = catalog(language)

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its values put in."""
        return self._texts[key].format(**values)

    def raw(self, key: str) -> str:
        """Return a text as it is, for a script that puts the values in."""
        return self._texts[key]

    def many(self, key: str, number: int, **values: object) -> str:
        """Return a text for one or for several; the file has them as "one|several"."""
        one, _, several = self._texts[key].partition("|")
        return (one if number == 1 else several or one).format(n=self.number(number), **values)

    def known(self, key: str, otherwise: str) -> str:
        """Return a text, or what is to be said where there is none."""
        return self._texts.get(key, otherwise)

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number as people of this language write it."""
        text = f"{value:,.{digits}f}"
        if self.language != "de":
            return text
        return text.replace(",", "\u2019").replace(".", ",")

    def trouble(self, kind: Trouble, number: int) -> str:
        """Return one sentence about something that is not as it should be."""
        if self.language == _OWN:
            return wording.trouble(kind, number)
        return self.many(f"trouble.{kind}", number)

    def outcome(self, name: str) -> str:
        """Return what a look came to."""
        return self._shared("outcome", name, wording.outcome(name))

    def source(self, name: str) -> str:
        """Return how a change came to us."""
        return self._shared("source", name, wording.source(name))

    def state(self, name: str) -> str:
        """Return where a link is in its life."""
        return self._shared("state", name, wording.state(name))

    def refusal(self, code: str) -> str:
        """Return why ROOMS or Exchange said no."""
        return self._shared("refusal", code, wording.refusal(code))

    def reason(self, text: str) -> str:
        """Return why a step is taken, with the rules and the refusals that it names."""
        if self.language == _OWN or f"reason.{text}" in self._texts:
            return self.known(f"reason.{text}", text)
        found = _REASON.fullmatch(text)
        if found is None or f"reason.{found['text']}" not in self._texts:
            return text
        codes = (
            f": {', '.join(map(self.refusal, found['codes'].split(', ')))}"
            if found["codes"]
            else ""
        )
        rules = (found["rules"] or "") + (found["last"] or "")
        return f"{self(f'reason.{found["text"]}')}{codes}{rules}"

    def failure(self, name: str) -> str:
        """Return why something was given up, what nobody foresaw by its own name."""
        kind, _, tries = name.partition(":")
        told = self.known(f"failure.{kind}", kind)
        return f"{told}: {self.known(f'tries.{tries}', tries)}" if tries else told

    def spoken(self, told: str) -> tuple[Spoken, ...]:
        """Return a sentence of the core piece by piece, as some may be in English."""
        return spoken(told, self._texts, self.language)

    def said(self, told: str) -> str:
        """Return a sentence of the core where no piece can be marked."""
        return "".join(piece.text for piece in self.spoken(told))

    def choice(self, field: str, value: str) -> str:
        """Return what a value of a setting means; one that is none of a few is itself."""
        if value in {"true", "false"}:
            return self("yes" if value == "true" else "no")
        return self.known(f"choice.{field}.{value}", value)

    def aspect(self, name: str) -> str:
        """Return the name of a part of a meeting."""
        return self._shared("aspect", name, name.replace("_", " "))

    def difference(self, group: str, name: str) -> str:
        """Return a word about differences; the groups are those of `core.app.drift.wording`."""
        return self._shared(f"difference.{group}", name, drift_wording.GROUPS[group][name])

    def rule(self, name: str) -> str:
        """Return what a rule says, "" for one without a text."""
        return self._shared("rule", name, rule(name))

    def shown_as(self, state: str) -> str:
        """Return how a booking or an event takes up its time."""
        return self.known(f"shown_as.{state}", state)

    def step(self, name: str) -> str:
        """Return the name of a step in words."""
        if self.language == _OWN:
            return wording.step(name)
        told = _TOLD.fullmatch(name)
        if told is not None:
            kind = self.known(f"mail.{told['kind']}", told["kind"].replace("_", " "))
            return self("step.Tell", kind=kind)
        found = _STEP.fullmatch(name)
        if found is None or f"step.{found['words']}" not in self._texts:
            return wording.step(name)
        parts = [self(f"step.{found['words']}")]
        if found["aspects"]:
            parts.append(f"({', '.join(map(self._part, found['aspects'].split(', ')))})")
        if found["day"]:
            parts.append(self("step.on", day=self.short_date(date.fromisoformat(found["day"]))))
        return " ".join(parts)

    def finding(self, finding: Finding) -> str:
        """Return what is so, to be read after whom it is about."""
        if self.language == _OWN:
            return findings.what(finding)
        return findings.filled(self._texts[f"finding.{finding.kind}"], finding, self.mailbox)

    def advice(self, finding: Finding) -> str:
        """Return what to do about a finding."""
        if self.language == _OWN:
            return findings.advice(finding)
        text = self._texts[f"finding_advice.{finding.kind}"]
        return findings.filled(text, finding, self.mailbox)

    def mailbox(self, mailbox: MailboxKey) -> str:
        """Return who owns a mailbox, by number."""
        if not mailbox:
            return self("somebody_else")
        part = Part.RESOURCE if is_resource_mailbox(mailbox) else Part.PERSON
        return f"{self(f'about.{part}')} {mailbox[1:]}"

    def duration(self, latency_ms: float) -> str:
        """Return a span of time as people say it."""
        told = wording.duration(round(latency_ms))
        return told.replace(".", ",") if self.language == "de" else told

    def short_date(self, day: date) -> str:
        """Return a date of about this year: "2 Mar", "2.3."."""
        if self.language == "de":
            return f"{day.day}.{day.month}."
        return f"{day.day} {wording.MONTHS[day.month - 1][:3]}"

    def dated(self, day: date) -> str:
        """Return a date of about this year with its weekday: "Mon 2 Mar", "Mo 2.3."."""
        letters = 2 if self.language == "de" else 3
        return f"{self(f'weekday.{day.weekday()}')[:letters]} {self.short_date(day)}"

    def moment(self, moment: datetime) -> str:
        """Return a moment of about this year, in the zone that it has."""
        return f"{self.short_date(moment)} {moment:%H:%M}"

    def long_date(self, day: date) -> str:
        """Return a date as people say it."""
        weekday = self(f"weekday.{day.weekday()}")
        dot = "." if self.language == "de" else ""
        return f"{weekday}, {day.day}{dot} {self(f'month.{day.month}')} {day.year}"

    def _part(self, text: str) -> str:
        number, _, rest = text.partition(" ")
        if number.isdecimal() and rest in {"date", "dates"}:
            return self.many("step.dates", int(number))
        return self.aspect(text)

    def _shared(self, group: str, name: str, english: str) -> str:
        if self.language == _OWN:
            return english
        return self.known(f"{group}.{name}", english)
