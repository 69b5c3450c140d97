"""What is said about one operation of the REST face.

Paths are as in the vendor's Swagger without `/{mandator}/api`. A parameter's notation ends with `!`
when it is required. Operation ids are the vendor's; the few doubled ones got a word more.
"""

from dataclasses import dataclass, field

V1, V2 = "/v1.0", "/v2.0"
SPAN = {"start": "time!", "end": "time!"}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; path parameters stand in the path with their type (`{id:int}`)."""

    method: str
    path: str
    id: str
    summary: str
    answer: str
    query: dict[str, str] = field(default_factory=dict)
    body: tuple[str, str] | None = None
