"""Options that several commands share stand once: as the fields of a dataclass."""

import dataclasses
import functools
import inspect
import textwrap
from collections.abc import Callable
from enum import StrEnum
from inspect import Parameter
from typing import get_type_hints


def with_options(shared: type) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let typer see a command's first parameter as options, one for each field of `shared`.

    The fields are annotated as parameters are; the command itself is called with the whole.
    """
    hints = get_type_hints(shared, include_extras=True)
    options = [
        Parameter(
            field.name, Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in dataclasses.fields(shared)
    ]

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def called(**given: object) -> None:
            whole = shared(**{option.name: given.pop(option.name) for option in options})
            command(whole, **given)

        _, *own = inspect.signature(command).parameters.values()
        own = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in own]
        vars(called)["__signature__"] = inspect.Signature([*options, *own])
        return called

    return decorated


def one_of(what: str, values: type[StrEnum]) -> str:
    """Return the help of an option, with the values that it takes."""
    return f"{what}: {', '.join(values)}"


def flowing(text: str) -> str:
    """Return a help text whose paragraphs are broken by the terminal alone, not by the source."""
    paragraphs = textwrap.dedent(text).strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
