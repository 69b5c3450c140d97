"""What a look came to, or would come to."""

from dataclasses import dataclass

from core.domain.ids import MappingId

FORWARDED = "forwarded"
"""The outcome of a look that another session takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`outcome` is a plan's, or `nothing` or `forwarded`.

    `steps` are (name, reason) pairs as for the history, `found` what had changed, as `side:aspect`.
    """

    outcome: str
    reason: str
    mapping_id: MappingId | None = None
    steps: tuple[tuple[str, str], ...] = ()
    found: tuple[str, ...] = ()
