"""Where both sides disagree and somebody may have to do something, line by line."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.app import series_wording
from core.app.console.reader import Look
from core.app.wording import without_people
from core.domain.given_up import GivenUpEntry
from core.domain.ids import ResourceId
from core.domain.mapping import Mapping, MappingState
from core.domain.remaining import next_booking, open_refusals
from web.board.words_of import dated_span, first_upper, resource_name, seen_at, zone_of
from web.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalLine:
    """One refusal."""

    why: str
    said: str
    resource: str
    time: str
    since: str
    concerns: str
    link: str


def refusal_line(mapping: Mapping, look: Look, words: Words, zone: ZoneInfo) -> RefusalLine:
    """Return what ROOMS refused and why; a refused new event has no resource of its own yet.

    A series is one line, however many of its dates were refused.
    """
    refused = open_refusals(mapping, look.now)
    if not refused:
        return _disabled_line(mapping, look, words, zone)
    refusal = refused[0]
    resource = refusal.resource or _resource_of(mapping, look)
    since = refusal.since.astimezone(zone)
    return RefusalLine(
        why=", ".join(dict.fromkeys(words.refusal(each.code) for each in refused)),
        said=without_people(refusal.text, look.directory),
        resource=resource_name(resource, look.directory),
        time=_time_line(mapping, resource, look, words),
        since=words.moment(since),
        concerns=", ".join(sorted(words.aspect(aspect) for aspect in refusal.aspects)),
        link=mapping.id,
    )


def given_up_line(entry: GivenUpEntry, words: Words, zone: ZoneInfo) -> RefusalLine:
    """Return what stands for a meeting that was given up: why, since when, and its link."""
    since = entry.first_at.astimezone(zone)
    return RefusalLine(
        why=f"{first_upper(words.outcome('given_up'))}: {entry.text}",
        said="",
        resource="",
        time="",
        since=words.moment(since),
        concerns="",
        link=entry.mapping_id or "",
    )


def _disabled_line(mapping: Mapping, look: Look, words: Words, zone: ZoneInfo) -> RefusalLine:
    """Return what stands for a link whose changes in Exchange are not followed any more (R-113)."""
    resource = _resource_of(mapping, look)
    changed = mapping.changed_at and mapping.changed_at.astimezone(zone)
    return RefusalLine(
        why=first_upper(words.state(MappingState.SYNC_DISABLED)),
        said=words("refused.how_to_reset", link=mapping.id),
        resource=resource_name(resource, look.directory),
        time=_time_line(mapping, resource, look, words),
        since=words.moment(changed) if changed else "",
        concerns="",
        link=mapping.id,
    )


def _time_line(mapping: Mapping, resource: ResourceId | None, look: Look, words: Words) -> str:
    if mapping.series is not None:
        when = series_wording.times(mapping.series.recurrence)
        return f"{when}, {series_wording.summary(mapping.series)}"
    return "" if mapping.time is None else dated_span(mapping.time, zone_of(resource, look), words)


def _resource_of(mapping: Mapping, look: Look) -> ResourceId | None:
    booking = next_booking(mapping, look.now)
    return booking.resource if booking else seen_at(mapping.id, look.board)
