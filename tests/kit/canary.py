"""The watch over everything that the product puts out, in every test (P9, ews-and-security B5).

The kit plants canaries: titles, texts, people, tokens, secrets. Whatever the product logs (any
logger of this process, at DEBUG), writes into a table or a queue, notes as telemetry, or says in an
error is kept until its test ends and searched for them then. What may hold some of it is in
`MAY_HOLD`, and why. With TELEMETRY=on every test notes telemetry, else those that are about it.
"""

import logging
import os
import random
import re
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, SecretStr

from core import errors
from core.telemetry.logs import quieten_libraries
from core.telemetry.recorder import EventRecord, Recorder, SpanRecord, record, recording


class Kind(StrEnum):
    """What a canary is; the word itself is never told again."""

    TITLE = "a title"
    TEXT = "a text of a meeting"
    PERSON = "a person's name"
    ADDRESS = "an address"
    TOKEN = "a token"
    SECRET = "a secret"


TEXT = "kanarienvogel im text"
"""In the body of each event and the comment of each booking that the kit makes."""
PLACE = "kanarienvogel im ort"
"""What people type into an event's location where the kit lets them."""

PEOPLE = frozenset({Kind.PERSON, Kind.ADDRESS})
MAY_HOLD: Mapping[str, tuple[frozenset[Kind], str]] = {
    "table settings": (PEOPLE, "who and what is synced, by address: that is what it is for"),
    "an error text of UnknownItemError": (
        PEOPLE,
        "it repeats what an operator has typed, to that operator alone",
    ),
    "a page of the console": (
        PEOPLE,
        "settings and address book, behind the sign-in; whom a viewer sees: tests/web",
    ),
    "what the command line prints": (PEOPLE, "to an operator, who names people by address"),
    "table deeds": (PEOPLE, "which operator did what by hand (ADR 0030); nobody's meetings"),
}
"""Which outputs may hold which kinds, and why."""

FOREIGN = ("devstack", "tests", "uvicorn", "hypothesis", "faker", "schemathesis")
"""Loggers of what stands in for the outside world, and of the tests themselves."""

SHORTEST = 8
"""Characters of a secret or token that is looked for: a shorter one is in any number."""
MOST_KEPT = 8_000_000
"""Characters after which what was seen is searched, so that long histories stay small."""

_ADDRESS = re.compile(r"[\w.+-]+@(?!odata\.|microsoft\.)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_TOKENS = tuple(
    map(
        re.compile,
        (r"Bearer +[\w+/=.:@-]{8,}", r"Basic +[\w+/=.:@-]{8,}", r"eyJ[\w-]{10,}\.[\w-]+\."),
    )
)
"""Each with a beginning of its own, for which Python searches as for a word: fast."""
_PLAIN_LOG = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_NONE: frozenset[Kind] = frozenset()


class Watch:
    """What was put out since the last `complaints`, and what must not be in it."""

    def __init__(self) -> None:
        self.log = LogKeeper(self)
        self._planted: dict[str, Kind] = {TEXT: Kind.TEXT, PLACE: Kind.TEXT}
        self._seen: dict[frozenset[Kind], list[tuple[str, str]]] = {}
        self._size = 0
        self._found: dict[str, None] = {}
        self._noted: set[tuple[object, ...]] = set()

    def plants(self, kind: Kind, *words: str) -> None:
        """Look for these words, too, until `forgets`."""
        shortest = SHORTEST if kind in (Kind.TOKEN, Kind.SECRET) else 1
        self._planted |= {word: kind for word in words if len(word.strip()) >= shortest}

    def plants_settings(self, settings: BaseModel) -> None:
        """Look for every secret of these settings."""
        self.plants(Kind.SECRET, *_secrets(settings))

    def saw(self, output: str, text: str) -> None:
        """Note what the product has put out where; long histories are searched as they go."""
        exempt = MAY_HOLD.get(output, (_NONE, ""))[0]
        self._seen.setdefault(exempt, []).append((output, text))
        self._size += len(text)
        if self._size > MOST_KEPT:
            self._search()

    def is_news(self, *told: object) -> bool:
        """Tell whether this is not among what will be searched already: telemetry repeats."""
        is_news = told not in self._noted
        self._noted.add(told)
        return is_news

    def complaints(self) -> list[str]:
        """Return what was found where, and begin anew; no canary is told again."""
        self._search()
        found, self._found = list(self._found), {}
        return found

    def forgets(self) -> list[str]:
        """Return the complaints at the end of a test, and forget what was planted in it."""
        found = self.complaints()
        self._planted = {TEXT: Kind.TEXT, PLACE: Kind.TEXT}
        self.log.lines.clear()
        if recording.recorder is not None:
            recording.recorder.take_spans()
            recording.recorder.take_numbers()
            recording.recorder.take_events()
        return found

    def _search(self) -> None:
        for exempt, seen in self._seen.items():
            whole = "\0".join(text for _, text in seen)
            for kind, word in self._in(whole, exempt):
                self._found |= {f"{kind} in {out}": None for out, text in seen if word in text}
        self._seen.clear()
        self._noted.clear()
        self._size = 0

    def _in(self, whole: str, exempt: frozenset[Kind]) -> Iterator[tuple[Kind, str]]:
        # One after the other is five times as fast as all in one pattern.
        for word, kind in self._planted.items():
            if kind not in exempt and word in whole:
                yield kind, word
        if Kind.ADDRESS not in exempt and "@" in whole:
            yield from ((Kind.ADDRESS, address) for address in set(_ADDRESS.findall(whole)))
        for pattern in _TOKENS:
            yield from ((Kind.TOKEN, token) for token in set(pattern.findall(whole)))


class LogKeeper(logging.Handler):
    """Keeps everything that is logged, extra fields and tracebacks included."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.DEBUG)
        self._watch = watch
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record as text."""
        if record.name.startswith(FOREIGN):
            return
        extra = {k: v for k, v in vars(record).items() if k not in _PLAIN_LOG}
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        line = f"{record.name} {record.getMessage()} {extra} {trace}"
        self.lines.append(line)
        self._watch.saw(f"a log line of {record.name}", line)


WATCH = Watch()
"""That of this process."""

_error_init = errors.RoomSyncError.__init__


def begin() -> None:
    """Watch this process from now on, with the product's own logging set-up; twice is once."""
    root = logging.getLogger()
    if WATCH.log in root.handlers:
        return
    root.addHandler(WATCH.log)
    root.setLevel(logging.DEBUG)
    quieten_libraries()
    errors.RoomSyncError.__init__ = _watched_init  # type: ignore[method-assign]
    for note in ("ended", "add", "put", "measure", "tell"):
        setattr(Recorder, note, _watched_note(getattr(Recorder, note)))
    watch_warnings()
    sys.unraisablehook = what_nobody_caught(sys.unraisablehook)
    threading.excepthook = what_nobody_caught(threading.excepthook)
    if os.environ.get("TELEMETRY") == "on":
        note_telemetry()


def note_telemetry() -> None:
    """Have this process note telemetry, so that it is watched; nothing takes it away."""
    record(Recorder(time.time_ns, random.Random(0).getrandbits))  # noqa: S311 - ids of spans


def watch_warnings() -> None:
    """Watch warnings from here on, as Python shows them."""
    shown = warnings.showwarning

    def warned(message: Warning | str, *more: Any, **named: Any) -> None:
        WATCH.saw("a warning", str(message))
        shown(message, *more, **named)

    warnings.showwarning = warned


def what_nobody_caught(tell: Callable[[Any], object]) -> Callable[[Any], None]:
    """Return a hook of Python's that is watched: what it tells goes to stderr, into any log."""

    def watched(told: Any) -> None:
        WATCH.saw("an error that nobody caught", _whole(told.exc_value))
        tell(told)

    return watched


def _whole(error: BaseException | None) -> str:
    return "" if error is None else "".join(traceback.format_exception(error))


def _watched_note(note: Callable[..., None]) -> Callable[..., None]:
    """Watch what telemetry notes: spans with their attributes, numbers with theirs, events."""

    def watched(recorder: Recorder, what: Any, *more: Any, **named: Any) -> None:
        match what:
            case SpanRecord():
                if WATCH.is_news(what.name, *what.attributes.values()):
                    WATCH.saw(f"a span {what.type.name}", f"{what.name} {what.attributes}")
            case EventRecord():
                WATCH.saw(f"an event {what.event}", f"{what.event} {what.fields}")
            case _:
                _, attributes = more
                if WATCH.is_news(what, attributes):
                    WATCH.saw(f"the metric {what.name}", f"{attributes}")
        note(recorder, what, *more, **named)

    return watched


def _watched_init(error: errors.RoomSyncError, *told: object) -> None:
    _error_init(error, *told)
    WATCH.saw(f"an error text of {type(error).__name__}", " ".join(map(str, told)))


def _secrets(value: Any) -> Iterable[str]:
    """Yield every secret within a value: those of environments lie in models within."""
    match value:
        case SecretStr():
            yield from value.get_secret_value().split()
        case BaseModel():
            yield from _secrets([getattr(value, name) for name in type(value).model_fields])
        case Mapping():
            yield from _secrets(list(value.values()))
        case list() | tuple():
            for each in value:
                yield from _secrets(each)
