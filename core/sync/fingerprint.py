"""Keyed hashes of what a side shows, so that links remember agreement without clear text."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from core.domain.ids import ResourceId
from core.domain.mapping import Fingerprint
from core.domain.meeting import Aspect, Attendee, Meeting

DIGEST_BYTES = 12
"""96 bits: no accidental match in a link's life, short enough for hundreds of attendees."""


@dataclass(frozen=True, slots=True)
class HashKeys:
    """The secret keys by version. The current one is used for what is written from now on.

    An old key stays in the settings until all links were touched; a link whose key is gone is
    compared as if it had no baseline.
    """

    current: str
    secrets: Mapping[str, bytes]

    def digest(self, version: str, *parts: str) -> str:
        """Return the keyed hash of `parts` under one key version; KeyError if it is gone."""
        content = "\x1f".join(parts).encode()
        return hmac.digest(self.secrets[version], content, "sha256")[:DIGEST_BYTES].hex()


def fingerprint(meeting: Meeting, keys: HashKeys, version: str | None = None) -> Fingerprint:
    """Hash each aspect of a meeting on its own; attendees one by one, by identity (design 5.2)."""
    key = version or keys.current
    return Fingerprint(
        aspects={
            aspect: keys.digest(key, aspect.value, value)
            for aspect, value in _canonical(meeting)
            if value is not None
        },
        attendees=frozenset(attendee_hash(a, keys, key) for a in meeting.attendees),
    )


def attendee_hash(attendee: Attendee, keys: HashKeys, version: str) -> str:
    """Hash one attendee by identity: names may differ between the two systems."""
    return keys.digest(version, Aspect.ATTENDEES.value, attendee.identity)


DEMAND = frozenset({Aspect.TIME, Aspect.RESOURCES, Aspect.ORGANIZER, Aspect.PRIVATE})
"""What ROOMS decides on: when, what, for whom, how secret."""


def demand_fingerprint(
    meeting: Meeting, resource: ResourceId, aspects: frozenset[Aspect], keys: HashKeys
) -> str:
    """Hash what was asked for one resource: `aspects`, and all that ROOMS decides on anyway."""
    wanted = DEMAND | aspects
    one = replace(meeting, resources=(resource,))
    parts = [f"{aspect}={value}" for aspect, value in _canonical(one) if aspect in wanted]
    if Aspect.ATTENDEES in wanted:
        parts += [attendee.identity for attendee in meeting.attendees]
    return f"{keys.current}:{keys.digest(keys.current, *parts)}"


def _canonical(meeting: Meeting) -> Iterable[tuple[Aspect, str | None]]:
    """Write each aspect in one fixed way: white space and list order are no change (S20)."""
    yield Aspect.SUBJECT, canonical_text(meeting.subject)
    yield Aspect.TIME, f"{meeting.time.start.isoformat()}/{meeting.time.end.isoformat()}"
    yield Aspect.RESOURCES, ",".join(str(resource) for resource in meeting.resources)
    yield Aspect.ORGANIZER, "" if meeting.organizer is None else str(meeting.organizer)
    yield Aspect.PRIVATE, str(meeting.private)
    yield Aspect.SHOW_AS, None if meeting.show_as is None else meeting.show_as.value
    reminder = meeting.reminder_minutes
    yield Aspect.REMINDER, None if reminder is None else str(reminder)


def canonical_text(text: str) -> str:
    """Fold white space: servers trim and collapse it (S20)."""
    return " ".join(text.split())
