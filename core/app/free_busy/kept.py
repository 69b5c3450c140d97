"""What was just read, for a minute: so that a page that is looked at costs nothing twice."""

from collections import OrderedDict
from datetime import datetime, timedelta

from core.ports.clock import Clock


class Kept[Key, Value]:
    """A bounded memory of this process; it holds times and kinds, never subjects."""

    def __init__(
        self, clock: Clock, *, age: timedelta = timedelta(seconds=60), most: int = 500
    ) -> None:
        self._clock, self._age, self._most = clock, age, most
        self._values: OrderedDict[Key, tuple[Value, datetime]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Key) -> Value | None:
        """Return what was kept, None where nothing is or it is too old."""
        found = self._values.get(key)
        if found is None:
            return None
        value, at = found
        # Should the clock have been set back nobody knows how old it is.
        if timedelta(0) <= self._clock.now() - at < self._age:
            return value
        del self._values[key]
        return None

    def keep(self, key: Key, value: Value) -> None:
        """Keep a value; the oldest gives way to it where there are too many."""
        self._values.pop(key, None)
        self._values[key] = (value, self._clock.now())
        while len(self._values) > self._most:
            self._values.popitem(last=False)
