"""A timeline as JSON: the form is documented in docs/history.md and has a version."""

from typing import Any

from pydantic import TypeAdapter

from core.app.rule_words import rule
from core.app.timeline.values import Timeline

_FORM = TypeAdapter(Timeline)


def exported(timeline: Timeline) -> dict[str, Any]:
    """Return what is written: all fields, moments in ISO 8601 with their zone, rules with texts."""
    content: dict[str, Any] = _FORM.dump_python(timeline, mode="json")
    return content | {"rule_texts": {name: rule(name) for name in rules_of(timeline)}}


def rules_of(timeline: Timeline) -> tuple[str, ...]:
    """Return every rule that a timeline names, in the order in which they are met."""
    named = [rule for link in timeline.links for refusal in link.refusals for rule in refusal.rules]
    named += [rule for entry in timeline.entries for rule in entry.rules]
    return tuple(dict.fromkeys(named))
