"""Log lines of the host and the app: one line each on stdout, stamped with the stack's clock."""

import logging
import sys

from devstack.kit.clock import Clock

_NOISY = ("azure.servicebus", "azure.core", "httpx", "uvicorn")


class _StackTime(logging.Formatter):
    """Stamps lines with the stack's clock; a message keeps to one line."""

    def __init__(self, clock: Clock) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._clock = clock

    def formatTime(  # noqa: N802 - the name is logging's
        self,
        record: logging.LogRecord,  # noqa: ARG002 - part of the signature
        datefmt: str | None = None,  # noqa: ARG002 - part of the signature
    ) -> str:
        return self._clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        record.message = record.message.replace("\n", "\\n")
        return super().formatMessage(record)


def configure_logging(clock: Clock, level: str) -> None:
    """Send everything from `level` up to stdout; libraries only from WARNING up."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_StackTime(clock))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A broker that is gone is reported once by the lanes; the client would repeat it per link.
    logging.getLogger("azure.servicebus._pyamqp").setLevel(logging.CRITICAL)
    logging.getLogger("azure.functions").setLevel(logging.WARNING)
