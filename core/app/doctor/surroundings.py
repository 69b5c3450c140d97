"""What the doctor asks beside Exchange's mailboxes and ROOMS' lists: everything around the app."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.app.send_notice import PostRoom
from core.app.subscribe import Callbacks
from core.domain.ids import EnvironmentId
from core.ports.queues import QueueCounts
from core.ports.vault import SecretEnds
from core.ports.web import Web


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The parts of the app that a checkup needs; the bootstrap puts them together.

    `clocks` are addresses by the name of whom they belong to, whose clock is to go as ours does;
    empty where ours is a made one. `probes` are addresses of mailboxes, by environment, that must
    be out of reach. `queues` are the names of all queues there must be. `post` None: mails are left
    out; `vault` None: there is none.
    """

    web: Web
    callbacks: Callbacks
    counts: QueueCounts
    queues: Sequence[str]
    clocks: Mapping[str, str] = field(default_factory=dict)
    probes: Mapping[EnvironmentId, str] = field(default_factory=dict)
    is_rooms_heard: bool = True
    vault: SecretEnds | None = None
    post: PostRoom | None = None
