"""The model as one thing: directory, items, messages and the assistant, wired together."""

from datetime import timedelta

from devstack.exchange.model.answering import Answering
from devstack.exchange.model.assistant import Assistant
from devstack.exchange.model.chance import Chance
from devstack.exchange.model.chores import Chores
from devstack.exchange.model.directory import Directory
from devstack.exchange.model.organizing import Organizing
from devstack.exchange.model.post_office import PostOffice
from devstack.exchange.model.propagation import Propagation
from devstack.exchange.model.sent_items import SentItems
from devstack.exchange.model.series import Series
from devstack.exchange.model.store import Store
from devstack.exchange.model.timing import Timing
from devstack.kit.agenda import Agenda
from devstack.kit.control import Controls


class Exchange:
    """One Exchange organisation (cloud and on-premises mailboxes alike) and its outside."""

    def __init__(self, *, agenda: Agenda, controls: Controls, seed: int, timing: Timing) -> None:
        stamps, shelf, switches = controls.stamps, controls.shelf, controls.switches
        self.clock, self.stamps, self.switches = agenda.clock, stamps, switches
        self.shelf, self.mails = shelf, controls.mails
        self.chance = Chance(seed)
        self.chores = Chores(agenda, shelf)
        self.store = Store(
            clock=agenda.clock,
            stamps=stamps,
            shelf=shelf,
            read_lag=lambda: timedelta(seconds=int(switches["read_lag_s"])),
        )
        self.series = Series(self.store, switches)
        self.directory = Directory()
        self.sent = SentItems(shelf)
        self.post = PostOffice(
            clock=agenda.clock, chores=self.chores, chance=self.chance, mails=self.mails
        )
        self.assistant = Assistant(
            clock=agenda.clock,
            stamps=stamps,
            store=self.store,
            series=self.series,
            chores=self.chores,
            chance=self.chance,
            post=self.post,
        )
        self.propagation = Propagation(self.store, self.series, self.assistant)
        self.organizing = Organizing(self.store, self.series, self.post)
        self.answering = Answering(
            stamps=stamps, store=self.store, series=self.series, post=self.post, switches=switches
        )
        self.set_timing(timing)
        self.chores.teach("meeting-message", self.propagation.arrive, counts_as="assistant")
        self.chores.teach("assistant", self.assistant.decide, counts_as="assistant")

    @property
    def timing(self) -> Timing:
        return self.post.timing

    def set_timing(self, timing: Timing) -> None:
        self.post.timing = timing

    def use_directory(self, directory: Directory) -> None:
        """Let everybody see the same people."""
        self.directory = directory
        for reader in (self.post, self.assistant, self.propagation, self.organizing):
            reader.directory = directory
        self.shelf.put("directory", "directory", directory)

    def clear(self) -> None:
        """Forget items, people and what was still to be done."""
        self.chores.clear()
        self.store.clear()
        self.sent.clear()
        self.post.clear()
        self.use_directory(Directory())

    def restore(self) -> None:
        """Take up what was on the shelf (once everybody has taught their chores)."""
        for _, directory in self.shelf.load("directory"):
            self.use_directory(directory)
        self.store.restore()
        self.sent.restore()
        self.chores.restore()
