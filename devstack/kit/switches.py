"""What the sources leave unverified, each as a switch with its options and the fact behind it."""

from dataclasses import dataclass, field

Value = str | int | bool


@dataclass(slots=True)
class Switch:
    """One open question: its present answer, the possible ones, and where the doubt is written."""

    value: Value
    options: tuple[Value, ...]
    fact: str


@dataclass(slots=True)
class Switches:
    """All switches of one simulator by name."""

    known: dict[str, Switch] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Value:
        return self.known[name].value

    def set(self, name: str, value: Value) -> None:
        """Turn a switch; what cannot be is a ValueError (see `check`)."""
        self.check(name, value)
        self.known[name].value = value

    def check(self, name: str, value: Value) -> None:
        """Refuse unknown names and values with a ValueError that lists what is possible."""
        if name not in self.known:
            raise ValueError(f"unknown switch {name!r}; known: {', '.join(sorted(self.known))}")
        switch = self.known[name]
        if not any(value == o and type(value) is type(o) for o in switch.options):
            raise ValueError(f"switch {name!r} takes one of {list(switch.options)}, not {value!r}")

    def as_json(self) -> dict[str, dict[str, object]]:
        return {
            name: {"value": s.value, "options": list(s.options), "fact": s.fact}
            for name, s in sorted(self.known.items())
        }
