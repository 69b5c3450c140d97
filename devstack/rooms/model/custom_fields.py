"""How the values of custom fields are merged (rooms-api 5, `person/update`)."""

from collections.abc import Mapping


def merged(present: Mapping[str, object], wanted: Mapping[str, object]) -> Mapping[str, object]:
    """Return `present` with `wanted` laid over it: absent keeps a value, null clears it."""
    values = {**present, **wanted}
    return {name: value for name, value in values.items() if value is not None}
