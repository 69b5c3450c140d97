"""The `Prefer` header: several wishes, comma-joined or repeated (graph-calendar 13.9)."""

import re
from dataclasses import dataclass

from devstack.exchange.graph.errors import GraphError
from devstack.exchange.model.zones import UnknownTimeZoneError, Zone, zone

UTC = zone("UTC")
_WISH = re.compile(r'([\w.\-]+)\s*(?:=\s*(?:"([^"]*)"|([^,;]*)))?')


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefer:
    """What the caller would like; unknown wishes are ignored, an unknown zone is an error."""

    immutable_ids: bool = False
    zone: Zone = UTC
    text_bodies: bool = False
    page_size: int | None = None
    applied: str = ""


NOTHING = Prefer()


def parse_prefer(header: str | None) -> Prefer:
    """Read the header; `applied` is what Preference-Applied answers."""
    if not header:
        return NOTHING
    wishes = {
        found[1].lower(): (found[2] if found[2] is not None else (found[3] or "")).strip()
        for found in _WISH.finditer(header)
    }
    applied = []
    page = wishes.get("odata.maxpagesize", "")
    page_size = int(page) if page.isdigit() and int(page) > 0 else None
    if page_size is not None:
        applied.append(f"odata.maxpagesize={page_size}")
    immutable = wishes.get("idtype", "").lower() == "immutableid"
    if immutable:
        applied.append('IdType="ImmutableId"')
    name = wishes.get("outlook.timezone")
    if name:
        applied.append(f'outlook.timezone="{name}"')
    text = wishes.get("outlook.body-content-type", "").lower() == "text"
    if text:
        applied.append('outlook.body-content-type="text"')
    return Prefer(
        immutable_ids=immutable,
        zone=zone_of(name) if name else NOTHING.zone,
        text_bodies=text,
        page_size=page_size,
        applied=", ".join(applied),
    )


def zone_of(name: str) -> Zone:
    """Return a zone that a request names; an unknown one is Graph's 400 (graph-calendar 10)."""
    try:
        return zone(name)
    except UnknownTimeZoneError as error:
        raise GraphError(
            400,
            "TimeZoneNotSupportedException",
            f"A valid TimeZone value must be specified. The following TimeZone value is not"
            f" supported: '{name}'.",
        ) from error
