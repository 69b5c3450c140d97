"""Reads requests as ROOMS does: names in any casing, unknown ones ignored, naive times as UTC.

`Body` models bind JSON; `bind_query` binds query strings by the notation of the operation table.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel
from starlette.datastructures import QueryParams

FIRST_YEAR, LAST_YEAR = 1753, 9990  # what the vendor's database can hold, less some room


class BadRequestError(Exception):
    """A request that cannot be bound; `state` says for each place what is wrong."""

    def __init__(self, state: dict[str, list[str]]) -> None:
        super().__init__("The request is invalid.")
        self.state = state


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, str):
        moment = datetime.fromisoformat(value)
    else:
        raise ValueError("not an ISO 8601 date and time")  # noqa: TRY004 - pydantic wants ValueError
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"the year must be {FIRST_YEAR} to {LAST_YEAR}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Int32 = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Moment = Annotated[datetime, BeforeValidator(_moment)]


class Body(BaseModel):
    """A request body: every field optional, names as the vendor's in any casing."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _any_casing(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        names = {str(info.alias).lower(): info.alias for info in cls.model_fields.values()}
        return {names[key.lower()]: value for key, value in data.items() if key.lower() in names}


QUERY_TYPES: dict[str, TypeAdapter[Any]] = {
    "int": TypeAdapter(Int32),
    "bool": TypeAdapter(bool),
    "text": TypeAdapter(str),
    "time": TypeAdapter(Moment),
    "uuid": TypeAdapter(UUID),
}


def bind_query(wanted: Mapping[str, str], given: QueryParams) -> dict[str, Any]:
    """Return the query parameters of an operation by their last name part, typed.

    Absent ones are None, absent lists empty. A missing required one or a wrong value is refused.
    """
    values: dict[str, list[str]] = {}
    for key, value in given.multi_items():
        values.setdefault(key.lower(), []).append(value)
    bound: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for name, notation in wanted.items():
        texts = [text for text in values.get(name.lower(), []) if text != ""]
        if not texts and notation.endswith("!"):
            wrong[name] = [f"The parameter '{name}' is required."]
            continue
        bound[name.rpartition(".")[2]] = _typed(name, notation.rstrip("!"), texts, wrong)
    if wrong:
        raise BadRequestError(wrong)
    return bound


def bind_body[Content: BaseModel](name: str, model: type[Content], content: object) -> Content:
    """Return the body as `model`; wrong values are refused with their place."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        state: dict[str, list[str]] = {}
        for fault in error.errors():
            place = ".".join([name, *(str(part) for part in fault["loc"])])
            state.setdefault(place, []).append(fault["msg"])
        raise BadRequestError(state) from error


def _typed(name: str, notation: str, texts: list[str], wrong: dict[str, list[str]]) -> object:
    many = notation.endswith("[]")
    adapter = QUERY_TYPES[notation.removesuffix("[]")]
    typed = []
    for text in texts:
        try:
            typed.append(adapter.validate_python(text))
        except ValidationError:
            wrong.setdefault(name, []).append(f"The value '{text}' is not valid for {name}.")
    if many:
        return tuple(typed)
    return typed[0] if typed else None
