"""Turns what the console reads into lines for its templates: words and wall times, no layout."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from core.app import series_wording
from core.app.console.day import DayView, Entry
from core.app.console.reader import PAGE as PAGE_SIZE
from core.app.console.reader import Look
from core.app.console.standing import Standing
from core.app.console.wall import zone_named
from core.app.overview import worst
from core.app.status import ParkedScope, Status
from core.app.wording import KINDS, without_people
from core.domain.directory import Directory, SyncedResource
from core.domain.given_up import GivenUpEntry
from core.domain.history import Activity
from core.domain.ids import MappingId, ResourceId
from core.domain.interval import Interval
from core.domain.mapping import Mapping, MappingState
from core.domain.refusal import RefusalCode
from core.domain.remaining import next_booking, open_refusals
from web.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """The words of one block; `number` is a booking's."""

    what: str
    number: str
    time: str
    state: str
    standing: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLine:
    """One line of what was just synced."""

    at: str
    moment: str
    resource: str
    time: str
    tone: str
    steps: tuple[tuple[str, str], ...]
    source: str
    took: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The first line of the page, and the numbers below it."""

    level: str
    verdict: str
    signs: tuple[tuple[str, str], ...]
    numbers: tuple[tuple[str, int], ...]


def overview(look: Look, words: Words, zone: ZoneInfo | None = None) -> Overview:
    """Return the verdict with what keeps it from being green; `zone` is the reader's."""
    status, level = look.status, worst(look.signs)
    queues = {name: d for name, d in status.queues.items() if name != "failed-items"}
    return Overview(
        level=level.name.lower(),
        verdict=words(f"level.{level.name.lower()}"),
        signs=(
            *(
                (sign.level.name.lower(), words.trouble(sign.trouble, sign.number))
                for sign in look.signs
            ),
            *(_parked_line(each, words, zone or look.zone) for each in status.parked),
        ),
        numbers=(
            (words("number.linked"), status.mappings.get("linked", 0)),
            (words("number.refused"), status.differences_open),
            (words("number.queued"), sum(depth.active for depth in queues.values())),
            (words("number.in_flight"), status.in_flight),
            (words("number.retries"), status.retries_pending),
            (words("number.dead"), sum(depth.dead for depth in status.queues.values())),
            (
                words("number.watched"),
                sum(status.subscriptions.get(c, 0) for c in ("active", "expiring")),
            ),
            *_by_environment(status, words),
        ),
    )


def _by_environment(status: Status, words: Words) -> tuple[tuple[str, int], ...]:
    """Return how many mailboxes are watched in each environment; one alone says nothing more."""
    if len(status.environments) < 2:  # noqa: PLR2004 - one is told already
        return ()
    return tuple(
        (
            words("number.watched_in", environment=each.id, kind=KINDS.get(each.kind, each.kind)),
            each.watched,
        )
        for each in status.environments
    )


def _parked_line(each: ParkedScope, words: Words, zone: ZoneInfo) -> tuple[str, str]:
    """Return what is said of one mailbox or system that does not answer."""
    breaker = each.breaker
    since, due = breaker.since.astimezone(zone), breaker.due.astimezone(zone)
    line = words(
        "sign.parked" if breaker.is_parking else "sign.on_trial",
        scope=breaker.scope.name,
        since=words.moment(since),
        due=f"{due:%H:%M}",
        waiting=each.waiting,
        why=breaker.why,
    )
    return ("bad" if breaker.is_parking else "look", line)


def entry_line(entry: Entry, words: Words) -> EntryLine:
    """Return the words of a block; never a title, never a person (D13)."""
    sight = entry.sight
    what = words(f"day.{'nothing_there' if sight.is_gap else 'item'}.{sight.side}")
    standing = words(f"standing.{sight.standing}")
    if sight.standing is Standing.MISSING and not sight.is_gap:
        standing = words(f"day.missing_in.{sight.side.other}")
    is_refused = sight.standing is Standing.REFUSED
    return EntryLine(
        what=what,
        number="" if sight.is_gap or sight.booking_id is None else str(sight.booking_id),
        time=span(sight.time, entry.zone, entry.day, words),
        state=words.shown_as(sight.state),
        standing=standing,
        reason=words.refusal(sight.reason) if is_refused else sight.reason,
    )


def legend(board: DayView, words: Words) -> tuple[tuple[str, str, int], ...]:
    """Return each standing of the day with its words and how often it occurs."""
    return tuple(
        (standing.value, words(f"standing.{standing}"), number)
        for standing, number in board.numbers.items()
    )


def activity_line(activity: Activity, look: Look, words: Words, zone: ZoneInfo) -> ActivityLine:
    """Return what was done and why; free texts without the people we know (D13)."""
    directory = look.directory
    resource = activity.resource or _seen_at(activity.mapping_id, look.board)
    local = activity.at.astimezone(zone)
    at = (
        f"{local:%H:%M:%S}"
        if local.date() == look.now.astimezone(zone).date()
        else words.moment(local)
    )
    told = without_people(activity.text, directory)
    steps = _steps(activity, words)
    if activity.outcome in REFUSED or not steps:
        steps = (*steps, (_outcome(activity, words), _said(activity, told)))
    return ActivityLine(
        at=at,
        moment=activity.at.isoformat(),
        resource=_resource(resource, directory),
        time=""
        if activity.time is None
        else dated_span(activity.time, _zone(resource, look), words),
        tone=TONES.get(activity.outcome, "calm"),
        steps=steps,
        source=words.source(activity.source),
        took="" if activity.latency_ms is None else words.duration(activity.latency_ms),
    )


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
        resource=_resource(resource, look.directory),
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
        resource=_resource(resource, look.directory),
        time=_time_line(mapping, resource, look, words),
        since=words.moment(changed) if changed else "",
        concerns="",
        link=mapping.id,
    )


def _time_line(mapping: Mapping, resource: ResourceId | None, look: Look, words: Words) -> str:
    if mapping.series is not None:
        when = series_wording.times(mapping.series.recurrence)
        return f"{when}, {series_wording.summary(mapping.series)}"
    return "" if mapping.time is None else dated_span(mapping.time, _zone(resource, look), words)


def _resource_of(mapping: Mapping, look: Look) -> ResourceId | None:
    booking = next_booking(mapping, look.now)
    return booking.resource if booking else _seen_at(mapping.id, look.board)


def pages_line(look: Look, words: Words) -> str:
    """Return which of the resources are shown, "" when all are."""
    if look.pages == 1:
        return ""
    first = (look.page - 1) * PAGE_SIZE
    return words(
        "day.resources_shown",
        first=str(first + 1),
        last=str(first + len(look.board.resources)),
        all=str(look.resources),
    )


def place_line(resource: SyncedResource, zone: ZoneInfo) -> str:
    """Return where and what a resource is; its zone where it is not the usual one."""
    own = resource.time_zone.replace("_", " ") if resource.time_zone != zone.key else ""
    return " \u00b7 ".join(filter(None, (resource.location, resource.type, own)))


def clock(minutes: int) -> str:
    """Return minutes since midnight as wall time."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def span(time: Interval, zone: ZoneInfo, day: date, words: Words) -> str:
    """Return a span of time in a zone; another date than `day` is said."""
    ends = [moment.astimezone(zone) for moment in (time.start, time.end)]
    told = [f"{e:%H:%M}" if e.date() == day else words.moment(e) for e in ends]
    return TO.join(told)


def dated_span(time: Interval, zone: ZoneInfo, words: Words) -> str:
    """Return a span of time in a zone with its date."""
    start = time.start.astimezone(zone)
    return f"{words.short_date(start)} {span(time, zone, start.date(), words)}"


TO = "\u2013"
"""Between the ends of a span of time."""

REFUSED = {"rejected", "refused"}

TONES = {"rejected": "bad", "refused": "bad", "given_up": "bad", "waiting": "look"}


def _steps(activity: Activity, words: Words) -> tuple[tuple[str, str], ...]:
    """Return the steps in words; storing the link is not told where more was done."""
    told = [(name, why) for name, why in activity.steps if not name.endswith(" (link)")]
    return tuple((words.step(name), why) for name, why in told or activity.steps)


def _outcome(activity: Activity, words: Words) -> str:
    code = activity.text.partition(":")[0]
    if activity.outcome in REFUSED and code in set(RefusalCode):
        return words.refusal(code)
    return first_upper(words.outcome(activity.outcome))


def _said(activity: Activity, told: str) -> str:
    """Return a line's free text without what its outcome says already."""
    code, _, rest = told.partition(":")
    if activity.outcome in REFUSED and code in set(RefusalCode):
        return rest.strip()
    return "" if told == activity.outcome else told


def _seen_at(link: MappingId | None, board: DayView) -> ResourceId | None:
    """Return the resource whose lanes show a link on this day."""
    for each in board.resources:
        entries = (entry for lane in each.lanes for entry in lane.entries)
        if link is not None and any(entry.sight.mapping_id == link for entry in entries):
            return each.resource.id
    return None


def _zone(resource: ResourceId | None, look: Look) -> ZoneInfo:
    known = None if resource is None else look.directory.resources.get(resource)
    return look.zone if known is None else zone_named(known.time_zone)


def _resource(resource: ResourceId | None, directory: Directory) -> str:
    known = None if resource is None else directory.resources.get(resource)
    return "" if known is None else known.name


def first_upper(text: str) -> str:
    """Return a text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]
