"""What happens in a soak beside deeds and faults, as plain values that print as sentences."""

from dataclasses import dataclass

from tests.simulation.steps import Deed, Fault, Rest, Series

HOST, BUS, AZURITE, EXCHANGE, ROOMS = PARTS = ("host", "bus", "azurite", "exchange", "rooms")
"""As the stack calls its processes."""
WORKED_WITH = (EXCHANGE, ROOMS)
"""What people work with: when it is gone they wait."""


@dataclass(frozen=True, slots=True)
class KillOf:
    """`kill -9` of a process after some real seconds; it is gone for `down_s` before it starts."""

    part: str
    after_s: float
    down_s: float

    def __str__(self) -> str:
        gone = f", gone for {self.down_s:g} s" if self.down_s else ""
        return f"KILL {self.part} after {self.after_s:g} s{gone}"


@dataclass(frozen=True, slots=True)
class Breath:
    """Real seconds until the next step."""

    seconds: float

    def __str__(self) -> str:
        return f"... {self.seconds:g} s"


type Step = Deed | Series | Fault | KillOf | Breath | Rest
