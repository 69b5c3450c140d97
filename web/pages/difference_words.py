"""How differences read on a page: who and when in the reader's words and zone, values as text."""

from dataclasses import dataclass

from core.app.drift.listing import Listed
from core.app.drift.view import FieldView, Value
from core.domain.directory import Directory
from core.domain.drift import Advice, Drift, DriftKind, DriftState
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.meeting import Aspect
from core.domain.work import mailbox_session
from web.api.difference_answers import item_of
from web.api.shapes import resource_name
from web.board.tones import DIFFERENCES
from web.board.words_of import dated_span
from web.render import View

MISSING = frozenset({DriftKind.MISSING_IN_ROOMS, DriftKind.MISSING_IN_EXCHANGE})


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells of differences to one reader."""

    view: View
    directory: Directory

    def tone(self, drift: Drift) -> str:
        """Return how a difference is coloured."""
        is_worse = drift.state is DriftState.OPEN and drift.kind in MISSING
        return "bad" if is_worse else DIFFERENCES[drift.state]

    def what(self, each: Drift | Listed) -> str:
        """Return the resource that it is about, or the mailbox where there is none."""
        known = self.directory.resources.get(each.resource or ResourceId(0))
        if known is not None:
            return known.name
        if each.place is None:
            return self.view.words("differences.somewhere")
        return resource_name(each.place, self.directory) or mailbox_session(each.place)

    def mailbox(self, each: Drift | Listed) -> str:
        """Return the mailbox by its number, and the resource's name if it is one's."""
        if each.place is None:
            return ""
        name = resource_name(each.place, self.directory)
        return f"{mailbox_session(each.place)} {name}".strip()

    def item(self, each: Drift | Listed) -> str:
        """Return how an operator names it, for a comparison or its history, "" if nothing does."""
        return item_of(each)

    def when(self, time: Interval | None) -> str:
        """Return a span of time in the reader's zone."""
        return "" if time is None else dated_span(time, self.view.zone, self.view.words)

    def fields(self, drift: Drift) -> str:
        """Return the fields that differ, in words."""
        return ", ".join(self.view.words.aspect(field.aspect) for field in drift.fields)

    def why(self, code: str) -> str:
        """Return why something was refused; what is no refusal is told by its kind."""
        return self.view.words.refusal(code)

    def recommended(self, drift: Drift) -> str:
        """Return the deed that is recommended, "" where a person has to look or it is settled."""
        is_open = drift.state is DriftState.OPEN and drift.advice is not Advice.CHECK
        return drift.advice.value if is_open else ""

    def values(self, field: FieldView) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what ROOMS and Exchange show in a field, each as lines."""
        return self._value(field.aspect, field.rooms), self._value(field.aspect, field.exchange)

    def _value(self, aspect: Aspect, value: Value) -> tuple[str, ...]:  # noqa: PLR0911 - a line per type
        words = self.view.words
        match value:
            case None | "" | ():
                return ()
            case bool():
                return (words("yes") if value else words("no"),)
            case Interval():
                return (self.when(value),)
            case tuple():
                return value
            case int():
                return (words("differences.minutes", n=words.number(value)),)
            case _ if aspect is Aspect.SHOW_AS:
                return (words.shown_as(value),)
            case _:
                return (value,)
