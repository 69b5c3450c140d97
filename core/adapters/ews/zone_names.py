"""Windows names of zones: servers on premises know no others."""

from exchangelib.winzone import IANA_TO_MS_TIMEZONE_MAP

from core.errors import InvalidPayloadError


def windows_name(iana: str) -> str:
    """Return the name under which Windows keeps a zone; InvalidPayloadError if it has none."""
    known: tuple[str, str] | None = IANA_TO_MS_TIMEZONE_MAP.get(iana)
    if known is None:
        raise InvalidPayloadError(f"Windows has no name for the time zone {iana}")
    return known[0]
