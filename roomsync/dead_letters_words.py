"""How what was given up reads, in a terminal and as JSON: keys and reasons, no title, no name."""

from collections.abc import Sequence
from datetime import UTC
from zoneinfo import ZoneInfo

from core.app import wording
from core.app.dead_letters import Line
from core.domain.work import BookingKey, EventKey, ICalKey, MappingKey, home_of, mailbox_session
from roomsync.output import moment, say, show_records

UTC_ZONE = ZoneInfo("UTC")
_KINDS = {EventKey: "event", ICalKey: "meeting", MappingKey: "link"}


def show_letters(lines: Sequence[Line]) -> None:
    """Print one line for each letter."""
    if not lines:
        say("Nothing was given up.", "green")
        return
    rows = [
        (
            line.name,
            moment(line.at, UTC_ZONE),
            line.given_up.reason,
            line.mailbox or "-",
            _what(line),
            line.present,
            "-" if line.link is None else wording.state(line.link.state),
        )
        for line in lines
    ]
    columns = ("Letter", "Since (UTC)", "Reason", "Mailbox", "What", "State", "Link is")
    show_records(columns, rows, named_by=3)


def facts_of(line: Line) -> list[tuple[str, str]]:
    """Return all that is known of one, with what it is called."""
    given_up = line.given_up
    facts = [
        ("Letter", line.name),
        ("Since", moment(line.at, UTC_ZONE)),
        ("Reason", f"{given_up.reason}: {given_up.text}"),
        ("Mailbox", line.mailbox or "-"),
        ("What", _what(line)),
        ("State", line.present),
    ]
    if line.entry is not None:
        facts.append(
            ("Given up", f"{line.entry.times}x, last {moment(line.entry.last_at, UTC_ZONE)}")
        )
    if line.letter is not None and line.letter.deliveries:
        facts.append(("Delivered", f"{line.letter.deliveries} times"))
    if given_up.mapping_id is not None:
        state = "gone" if line.link is None else wording.state(line.link.state)
        facts.append(("Link", f"{given_up.mapping_id}  {state}"))
        facts.append(("History", f"roomsync history {given_up.mapping_id}"))
    if given_up.raw and not line.can_be_replayed:
        facts.append(("Bytes", f"{len(given_up.raw)} characters that nobody can read"))
    return facts


def tell_deed(
    verb: str, done_word: str, lines: Sequence[Line], done: Sequence[Line] | None
) -> None:
    """Print what came of a replay or a drop; `done` None: it was only shown."""
    stuck = [] if verb == "drop" else that_cannot_be_replayed(lines)
    if stuck:
        say(f"{len(stuck)} cannot be replayed: nobody can read them; drop them.", "yellow")
    if done is None:
        say(f"Would {verb}: {len(lines) - len(stuck)}. Nothing was changed.", "green")
        return
    say(f"{done_word.capitalize()}: {len(done)}.", "green")
    gone = len(lines) - len(stuck) - len(done)
    if gone:
        say(f"{gone} were gone meanwhile.", "yellow")


def that_cannot_be_replayed(lines: Sequence[Line]) -> list[Line]:
    """Return those that nobody can read."""
    return [line for line in lines if not line.can_be_replayed]


def as_json(line: Line) -> dict[str, object]:
    """Return what is known: keys and reasons, no subject and nobody's name."""
    given_up, key = line.given_up, None if line.given_up.item is None else line.given_up.item.key
    place = None if key is None else home_of(key)
    return {
        "letter": line.name,
        "since": line.at.astimezone(UTC).isoformat(),
        "reason": given_up.reason,
        "text": given_up.text,
        "mailbox": line.mailbox,
        "what": _what(line),
        "state": line.present,
        "link": given_up.mapping_id,
        "link_state": None if line.link is None else line.link.state,
        "history": f"roomsync history {given_up.mapping_id}" if given_up.mapping_id else None,
        "event_id": key.event_id if isinstance(key, EventKey) else None,
        "booking_id": key.booking_id if isinstance(key, BookingKey) else None,
        "home": None if place is None else mailbox_session(place),
        "times": None if line.entry is None else line.entry.times,
        "can_be_replayed": line.can_be_replayed,
    }


def _what(line: Line) -> str:
    given_up = line.given_up
    if given_up.notice is not None:
        return f"mail {given_up.notice.kind}"
    if given_up.job is not None:
        return f"job {given_up.job.kind}"
    key = None if given_up.item is None else given_up.item.key
    if isinstance(key, BookingKey):
        return f"booking {key.booking_id}"
    return _KINDS.get(type(key), "unreadable")
