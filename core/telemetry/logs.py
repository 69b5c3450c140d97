"""Log lines become events; what libraries log is kept out of every log (P9, B5)."""

import logging

from core.telemetry.events import EVENTS
from core.telemetry.recorder import EventRecord, recording
from core.telemetry.tracing import here

OURS = ("core", "functions", "web")
"""The packages whose lines are events."""

TALKATIVE = (
    "aiohttp",
    "anyio",
    "azure",
    "charset_normalizer",
    "dotenv",
    "exchangelib",
    "hpack",
    "httpcore",
    "httpx",
    "jinja2",
    "kiota_http",
    "markdown_it",
    "msal",
    "msal_extensions",
    "msgraph",
    "msrest",
    "oauthlib",
    "opentelemetry",
    "pydantic_settings",
    "python_multipart",
    "requests",
    "requests_oauthlib",
    "rich",
    "spnego",
    "tzlocal",
    "uamqp",
    "urllib3",
    "werkzeug",
)
"""Every library here that logs, for tests/architecture finds them: addresses, ids, headers, bytes.

Only their warnings are let through.
"""


def quieten_libraries() -> None:
    """Keep what libraries log about single requests out of our logs (P9)."""
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))


class EventHandler(logging.Handler):
    """Notes our own lines as events: those of the vocabulary, with their own fields only."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.levels_before: dict[str, int] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Note a line."""
        recorder = recording.recorder
        known = EVENTS.get(str(record.msg))
        if recorder is None or known is None:
            return
        fields = {name: record.__dict__[name] for name in known if name in record.__dict__}
        trace_id, span_id = here()
        recorder.tell(
            EventRecord(
                at_ns=int(record.created * 1e9),
                level=record.levelno,
                logger=record.name,
                event=str(record.msg),
                fields={
                    name: value if isinstance(value, str | int | float | bool) else str(value)
                    for name, value in fields.items()
                },
                trace_id=trace_id,
                span_id=span_id,
            )
        )


def listen() -> EventHandler:
    """Note our own lines from now on, also those of level INFO; return what notes them."""
    handler = EventHandler()
    for name in OURS:
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        handler.levels_before[name] = logger.level
        if logger.level == logging.NOTSET or logger.level > logging.INFO:
            logger.setLevel(logging.INFO)
    return handler


def stop_listening(handler: EventHandler) -> None:
    """Undo `listen`."""
    for name, level in handler.levels_before.items():
        logger = logging.getLogger(name)
        logger.removeHandler(handler)
        logger.setLevel(level)
