"""What people do in Outlook and in ROOMS, done to the models without HTTP.

The words are those of Graph and of ROOMS' API, as `tests.kit` says them: a method, a path, members.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from devstack.exchange.graph.actions import ANSWERS
from devstack.exchange.graph.errors import GraphError
from devstack.exchange.graph.event_body import Edit, read_edit
from devstack.exchange.graph.event_deeds import Doer
from devstack.exchange.graph.event_json import View, event_json
from devstack.exchange.graph.prefer import Prefer
from devstack.exchange.model.item import CALENDAR, Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.messages import Cause
from devstack.exchange.simulator import ExchangeSimulator
from devstack.kit.journal import RequestEntry, iso
from devstack.rooms.face.binding import BadRequestError
from devstack.rooms.model.refusal import ForbiddenError, MissingError, RefusedError
from devstack.rooms.simulator import RoomsSimulator
from tests.kit.wire import Said
from tests.simulation.ports.rooms_face import found, served

type Json = dict[str, Any]

_EVENT = re.compile(r"users/(?P<mailbox>[^/]+)/events(?:/(?P<event>[^/]+)(?:/(?P<deed>\w+))?)?")
_REFUSALS = (RefusedError, MissingError, ForbiddenError, BadRequestError)


@dataclass(frozen=True, slots=True)
class _Act:
    """One thing that somebody does to one event, or to a calendar."""

    mailbox: Mailbox
    event_id: str
    by: Doer
    body: Json
    query: dict[str, str]


class OutlookPeople:
    """Does what people in Outlook say."""

    def __init__(self, simulator: ExchangeSimulator) -> None:
        self._sim, self._deeds = simulator, simulator.deeds

    def says(self, address: str, method: str, path: str, body: Json | None) -> Said:
        """Do it as the person with this address; a refusal is told, not raised."""
        sim = self._sim
        parts = urlsplit(path)
        named = _EVENT.fullmatch(parts.path)
        assert named is not None, f"nobody says {method} {path} here"
        user = sim.model.directory.find(address)
        assert user is not None
        entry = _noted(sim, f"user:{user.mail}", method, f"/v1.0/{parts.path}")
        act = self._act(method, named["deed"], has_event=named["event"] is not None)
        try:
            content = act(
                _Act(
                    mailbox=sim.access.opened(named["mailbox"], user),
                    event_id=named["event"] or "",
                    by=Doer(is_service=False, cause=Cause(entry.actor, entry.number)),
                    body=body or {},
                    query=dict(parse_qsl(parts.query)),
                )
            )
        except GraphError as error:
            entry.status = error.status
            return Said(is_success=False, content={}, text=f"{error.status} {error.code}: {error}")
        entry.status = 200
        return Said(is_success=True, content=content)

    def _act(self, method: str, deed: str | None, *, has_event: bool) -> Callable[[_Act], Json]:
        if deed in ANSWERS:
            return lambda act: self._answer(act, deed)
        known = {
            ("POST", None, False): self._create,
            ("GET", None, True): self._read,
            ("PATCH", None, True): self._update,
            ("DELETE", None, True): self._delete,
            ("GET", "instances", True): self._instances,
            ("POST", "cancel", True): self._cancel,
            ("POST", "permanentDelete", True): self._purge,
            ("POST", "move", True): self._restore,
        }
        return known[method, deed, has_event]

    def _create(self, act: _Act) -> Json:
        item, _ = self._deeds.create(act.mailbox, CALENDAR, self._edit(act.body), act.by)
        return {"id": item.immutable_id}

    def _read(self, act: _Act) -> Json:
        return self._shown(self._deeds.read(act.mailbox, act.event_id, is_service=False))

    def _update(self, act: _Act) -> Json:
        item = self._deeds.changeable(act.mailbox, act.event_id)
        item = self._deeds.update(act.mailbox, item, self._edit(act.body), None, act.by)
        return {"id": item.immutable_id}

    def _delete(self, act: _Act) -> Json:
        item = self._deeds.item(act.mailbox, act.event_id)
        self._deeds.delete(act.mailbox, item, None, act.by)
        return {}

    def _cancel(self, act: _Act) -> Json:
        item = self._deeds.item(act.mailbox, act.event_id)
        self._deeds.cancel(item, str(act.body.get("comment") or ""), act.by)
        return {}

    def _purge(self, act: _Act) -> Json:
        self._deeds.purge(self._found(act), act.by)
        return {}

    def _restore(self, act: _Act) -> Json:
        assert act.body["destinationId"] == CALENDAR, "people only restore to their calendar"
        item = self._found(act)
        self._deeds.move(item, CALENDAR)
        return self._shown(item)

    def _answer(self, act: _Act, word: str) -> Json:
        item = self._deeds.item(act.mailbox, act.event_id)
        send = act.body.get("sendResponse") is not False
        self._deeds.answer(act.mailbox, item, ANSWERS[word], act.by, send=send)
        return {}

    def _instances(self, act: _Act) -> Json:
        master = self._deeds.item(act.mailbox, act.event_id)
        start, end = (_moment(act.query[f"{side}DateTime"]) for side in ("start", "end"))
        members = self._sim.model.series.members(master, start, end) if master.is_master else []
        return {
            "value": [
                {"id": item.immutable_id, "originalStart": f"{item.original_start:%FT%TZ}"}
                for item in members
            ]
        }

    def _found(self, act: _Act) -> Item:
        item = self._deeds.found(act.mailbox, act.event_id)
        assert item is not None, "there is no such event (any more)"
        return item

    def _edit(self, body: Json) -> Edit:
        return read_edit(body, subject_max=int(self._sim.switches["subject_max"]))

    def _shown(self, item: Item) -> Json:
        windows = self._sim.switches["original_time_zone"] == "windows"
        return event_json(item, View(prefer=Prefer(immutable_ids=True), windows_zones=windows))


class RoomsPeople:
    """Does what people in ROOMS say."""

    def __init__(self, simulator: RoomsSimulator) -> None:
        self._sim = simulator

    def says(
        self, pin: str, method: str, path: str, body: Json | None, *, acts_as: str = ""
    ) -> Said:
        """Do it as the person with this key; a refusal is told, not raised."""
        sim, parts = self._sim, urlsplit(path)
        asked = found(method, f"/{parts.path}")
        actor = sim.house.store.person_by_pin(pin)
        assert actor is not None, "nobody in ROOMS has this key"
        kind = acts_as or "user"
        entry = _noted(sim, f"{kind}:{actor.mail}", method, f"/Default/api/{parts.path}")
        entry.operation = asked[0].id
        sim.house.cause = {"actor": entry.actor, "request": entry.number}
        try:
            content = served(sim, actor, asked, parse_qsl(parts.query), body)
        except _REFUSALS as error:
            entry.status = 400
            return Said(is_success=False, content={}, text=f"400 {error}")
        entry.status = 200
        return Said(is_success=True, content=content)


def _noted(
    sim: ExchangeSimulator | RoomsSimulator, actor: str, method: str, path: str
) -> RequestEntry:
    moment = iso(sim.clock.now())
    entry = RequestEntry(time=moment, answered=moment, actor=actor, method=method, path=path)
    return sim.controls.requests.append(entry)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
