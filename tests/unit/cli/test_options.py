"""Options that commands share, and texts of help."""

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from roomsync.cli import app
from roomsync.options import flowing, with_options


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What two commands have."""

    place: Annotated[str, typer.Option("--place")] = "here"
    number: Annotated[int | None, typer.Option("--number")] = None


@pytest.fixture
def typed():
    """Types a command that has options of its own beside the shared ones; tells what came in."""
    came, commands = [], typer.Typer()

    @commands.command()
    @with_options(Shared)
    def one(shared: Shared, names: list[str] | None = None, *, loud: bool = False) -> None:
        came.append((shared, names, loud))

    def run(*arguments):
        ended = CliRunner().invoke(commands, arguments)
        return ended.exit_code, came.pop() if came else None

    return run


def test_shared_options_arrive_as_one_with_those_of_the_command_beside(typed):
    typed_in = typed("--number", "3", "--names", "a", "--names", "b", "--loud")

    assert typed_in == (0, (Shared(number=3), ["a", "b"], True))


def test_what_is_not_typed_is_as_the_fields_say(typed):
    assert typed() == (0, (Shared(), None, False))


def test_what_a_shared_option_does_not_take_is_refused(typed):
    assert typed("--number", "three") == (2, None)


def test_a_help_text_is_broken_by_the_terminal_alone():
    text = """Say it.

    A sentence that the source
    breaks.

    Another one.
    """

    assert flowing(text) == "Say it.\n\nA sentence that the source breaks.\n\nAnother one."


def all_commands(command, name="roomsync"):
    """Yield every command that does something, with its whole name."""
    groups = getattr(command, "commands", {})
    for each, inner in groups.items():
        yield from all_commands(inner, f"{name} {each}")
    if not groups:
        yield name, command


COMMANDS = dict(all_commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_each_of_its_options_says_what_it_is_for(name):
    command = COMMANDS[name]
    assert command.help, name
    assert "\n" not in command.help.replace("\n\n", ""), name
    untold = [each.name for each in command.params if not getattr(each, "help", "")]
    assert untold == []
