"""An answer of Graph before anybody has judged it: status, headers, bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class UnreadableReplyError(ValueError):
    """The body is not the JSON object that Graph always sends: a proxy, or half an answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Tell whether the status says that it was done."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the range of HTTP's 2xx

    @property
    def is_foreign(self) -> bool:
        """Tell whether somebody else has answered: Graph has no pages for people, proxies do."""
        return self.headers.get("content-type", "").strip().lower().startswith("text/html")

    def json_object(self) -> dict[str, Any]:
        """Return the body; anything but a JSON object is UnreadableReplyError."""
        try:
            content = json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise UnreadableReplyError("not JSON") from error
        if not isinstance(content, dict):
            raise UnreadableReplyError("not an object")
        return content
