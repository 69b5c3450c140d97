"""A link and what both sides show of it, in the reader's words and zone: lines, no layout."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.app.reference import named_key
from core.app.series_wording import times
from core.app.slots import Holder
from core.app.timeline.redaction.privacy import is_private
from core.app.timeline.short import short_version
from core.app.timeline.values import ItemNow, LinkTold, Sight, Timeline
from core.domain.directory import Directory
from core.domain.ids import ResourceId
from core.domain.mapping import MappingState
from core.domain.stamps import moment_of
from core.sync.fingerprint import HashKeys
from web.board.tones import LINKS
from web.board.words_of import dated_span
from web.render import View
from web.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class NowLine:
    """What one side shows of one item now."""

    side: str
    item: str
    tone: str
    told: str
    changed: str
    version: str
    whole_version: str
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalLine:
    """One no, and whether both sides still differ because of it."""

    why: str
    resource: str
    since: str
    is_open: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """One link of the meeting, and what both sides show of it."""

    id: str
    tone: str
    state: str
    when: str
    where: tuple[str, ...]
    event: str
    bookings: tuple[str, ...]
    more_bookings: int
    special_dates: tuple[tuple[str, str], ...]
    refusals: tuple[RefusalLine, ...]
    waits_for: tuple[str, ...]
    is_pending: bool
    now: tuple[NowLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderLine:
    """One meeting in a slot: `name` is what its history is asked by."""

    name: str
    tone: str
    state: str
    when: str
    witnesses: str


def holder_line(holder: Holder, zone: ZoneInfo, keys: HashKeys, words: Words) -> HolderLine:
    """Return a meeting in a slot; when it is only of one that is known not to be private (D13)."""
    link, when = holder.link, ""
    if link is not None and not is_private(link, None, (), keys):
        if link.series is not None:
            when = times(link.series.recurrence)
        elif link.time is not None:
            when = dated_span(link.time, zone, words)
    return HolderLine(
        name=named_key(holder.key),
        tone="calm" if link is None else LINKS[link.state],
        state=words("meeting.no_link") if link is None else words.state(link.state),
        when=when,
        witnesses=", ".join(words(f"meeting.witness.{each}") for each in sorted(holder.witnesses)),
    )


def link_lines(timeline: Timeline, directory: Directory, view: View) -> tuple[LinkLine, ...]:
    """Return the links, the one that was asked for first."""
    return tuple(
        _link(link, [each for each in timeline.now if each.link == link.id], directory, view)
        for link in timeline.links
    )


def _link(link: LinkTold, now: Iterable[ItemNow], directory: Directory, view: View) -> LinkLine:
    words = view.words
    when = link.series
    if link.time is not None:
        start, end = (m.astimezone(view.zone) for m in (link.time.start, link.time.end))
        is_same_day = start.date() == end.date()
        ends = f"{end:%H:%M}" if is_same_day else words.moment(end)
        when = f"{words.long_date(start)}, {start:%H:%M}\u2013{ends}"
    return LinkLine(
        id=link.id,
        tone=LINKS.get(MappingState(link.state), "calm"),
        state=words.state(link.state),
        when=when,
        where=tuple(
            f"{_resource(number, directory)} \u00d7 {count}"
            if link.dates is not None
            else _resource(number, directory)
            for number, count in link.booked
        ),
        event=f"{link.mailbox}/{link.event_id}" if link.event_id is not None else "",
        bookings=tuple(str(each.booking_id) for each in link.bookings),
        more_bookings=link.more_bookings,
        special_dates=link.special_dates,
        refusals=tuple(
            RefusalLine(
                why=words.refusal(each.code),
                resource="" if each.resource is None else _resource(each.resource, directory),
                since=view.moment(each.since),
                is_open=each.is_open,
                rules=each.rules,
            )
            for each in link.refusals
        ),
        waits_for=tuple(_resource(number, directory) for number in link.waits_for),
        is_pending=bool(link.pending),
        now=tuple(_now(each, link, view) for each in now),
    )


def _resource(number: ResourceId, directory: Directory) -> str:
    known = directory.resources.get(number)
    return f"r{number}" if known is None else known.name


def _now(item: ItemNow, link: LinkTold, view: View) -> NowLine:
    words = view.words
    is_foreign = link.state == MappingState.LINKED and item.is_linked is False
    told, tone = words("meeting.dealt_with"), "good"
    if item.sight is Sight.UNREADABLE:
        told, tone = words("meeting.unreadable"), "look"
    elif item.sight is Sight.GONE:
        told, tone = words("meeting.gone"), "calm"
    elif is_foreign:
        told, tone = words("meeting.other_link"), "look"
    elif not item.is_dealt_with:
        told, tone = words("meeting.not_looked_at"), "look"
    stamp = moment_of(item.changed_at)
    return NowLine(
        side=words.difference("side", item.side),
        item="" if item.side == "exchange" else item.item,
        tone=tone,
        told=", ".join(filter(None, (words.shown_as(item.state) if item.state else "", told))),
        changed="" if stamp is None else f"{view.moment(stamp)}:{stamp.astimezone(view.zone):%S}",
        version=short_version(item.version, view.zone),
        whole_version=item.version,
        trouble=item.trouble,
    )
