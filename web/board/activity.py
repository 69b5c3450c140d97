"""What was just synced, line by line: what was done and why."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.app.console.reader import Look
from core.app.wording import without_people
from core.domain.history import Activity
from core.domain.refusal import RefusalCode
from web.board.tones import OUTCOMES
from web.board.words_of import dated_span, first_upper, resource_name, seen_at, zone_of
from web.words import Words


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
    link: str


REFUSED = {"rejected", "refused"}


def activity_line(activity: Activity, look: Look, words: Words, zone: ZoneInfo) -> ActivityLine:
    """Return what was done and why; free texts without the people we know (D13)."""
    directory = look.directory
    resource = activity.resource or seen_at(activity.mapping_id, look.board)
    local = activity.at.astimezone(zone)
    at = (
        f"{local:%H:%M:%S}"
        if local.date() == look.now.astimezone(zone).date()
        else words.moment(local)
    )
    told = without_people(activity.text, directory)
    steps = _steps(activity, words)
    if activity.outcome in REFUSED or not steps:
        steps = (*steps, (_outcome(activity, words), words.reason(_said(activity, told))))
    return ActivityLine(
        at=at,
        moment=activity.at.isoformat(),
        resource=resource_name(resource, directory),
        time=""
        if activity.time is None
        else dated_span(activity.time, zone_of(resource, look), words),
        tone=OUTCOMES.get(activity.outcome, "calm"),
        steps=steps,
        source=words.source(activity.source),
        took="" if activity.latency_ms is None else words.duration(activity.latency_ms),
        link=activity.mapping_id or "",
    )


def _steps(activity: Activity, words: Words) -> tuple[tuple[str, str], ...]:
    """Return the steps in words; storing the link is not told where more was done."""
    told = [(name, why) for name, why in activity.steps if not name.endswith(" (link)")]
    return tuple((words.step(name), words.reason(why)) for name, why in told or activity.steps)


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
