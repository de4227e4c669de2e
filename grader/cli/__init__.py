"""The command line: parses, calls, prints; one file per command, imported when it is used."""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import click

from grader import __version__
from grader.errors import GraderError, SandboxError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OK, FOUND, USAGE, UNGRADED, INTERRUPTED = 0, 1, 2, 3, 130

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "check": "Check your own work in an assignment's folder.",
        "grade": "Grade one submission or a whole class.",
        "show": "Draw an assignment's pictures from your own functions.",
        "diff": "Say who gains and loses what between two runs.",
        "merge": "Put results files of parts of a class together.",
        "stub": "Make what students receive from solutions/.",
        "harvest": "Make or check an assignment's frozen cases.",
        "audit": "Check that an assignment's checks kill what is wrong, and only that.",
        "new": "Make a new assignment's folder, with one example of everything.",
        "gradescope": "Build autograder.zip for Gradescope.",
        "doctor": "Show what this machine offers: versions, isolation.",
    }
)
"""Command to its help in a line: kept here so that `--help` imports no command."""


class _Commands(click.Group):
    """Finds a command in the module of the same name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"grader.cli.{cmd_name}")
        return cast("click.Command", module.command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib  # noqa: PLC0415 -- only for a typo

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" There are: {', '.join(COMMANDS)}."
            raise click.UsageError(f"{error.message}{hint}", error.ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader", message="%(prog)s %(version)s")
def group() -> None:
    """Grade exercises in looking for a function: losses, gradients, layers.

    Exit status: 0 all well, 1 a check found something, 2 usage or an author's error, 3 something
    could not be graded, 130 interrupted.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit status; only GraderError is caught, the rest are defects."""
    try:
        code = group.main(args=arguments, prog_name="grader", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except GraderError as error:
        _complain(error)
        return UNGRADED if isinstance(error, SandboxError) else USAGE
    return code if isinstance(code, int) else OK


def _complain(error: GraderError) -> None:
    for line in str(error).splitlines():
        # Messages may quote file names and text of students.
        shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)
        click.echo(f"grader: {shown}", err=True)
