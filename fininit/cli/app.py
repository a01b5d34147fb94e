"""The group of commands and what happens around each: errors as sentences, exit codes, closed pipes."""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from typing import Any, Final

import click

from fininit._version import __version__
from fininit.errors import Exit, FininitError

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "inspect": ("fininit.cli.inspect", "What is this file, what would be read, does it add up. Changes nothing."),
    "run": ("fininit.cli.run", "Everything at once: files in, report, workbook and summary out."),
    "case": ("fininit.cli.case", "Make, show or verify a case folder."),
    "import": ("fininit.cli.import_", "Add files to a case."),
    "keying": ("fininit.cli.keying", "Type a paper statement into a workbook that proves itself."),
    "decide": ("fininit.cli.decide", "Settle what a file leaves open; without options, list what is open."),
    "trace": ("fininit.cli.trace", "Follow the money from an account or a transfer under one rule."),
    "report": ("fininit.cli.report", "Write the report of a case."),
    "formats": ("fininit.cli.formats", "List the formats that can be read, or show one."),
    "simulate": ("fininit.cli.simulate", "Write a made-up case with its answer key, to train and to test with."),
    "demo": ("fininit.cli.demo", "A made-up case from files to report, to look around in."),
}
"""Name -> (module, one line). The modules are not imported to print the help."""

PLANNED: Final[tuple[str, ...]] = (
    "disclose",
    "exchange",
    "explain",
    "export",
    "indicators",
    "link",
    "networks",
    "profile",
    "purge",
    "reproduce",
    "seal",
    "selftest",
)
"""Commands of the design that cannot be called yet; asked for, they say so."""


class Commands(click.Group):
    """Loads a command's module only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of an investigation."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None with a nearest name for click to show."""
        if cmd_name in COMMANDS:
            command: click.Command = import_module(COMMANDS[cmd_name][0]).command
            return command
        if cmd_name in PLANNED:
            raise click.UsageError(f"'{cmd_name}' is not yet built. Built so far: {', '.join(COMMANDS)}.", ctx)
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Unknown names answer with the nearest known one."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS and name not in PLANNED:
            import difflib

            near = difflib.get_close_matches(name, COMMANDS, 1)
            hint = f" Did you mean '{near[0]}'?" if near else f" Commands: {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command '{name}'.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


SETTINGS: Final[dict[str, Any]] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=Commands, context_settings=SETTINGS, epilog="Begin with: fininit demo, or fininit inspect FILE")
@click.version_option(__version__, "--version", message="fininit %(version)s")
@click.option("-v", "--verbose", is_flag=True, help="Show the inner error when fininit itself is at fault.")
@click.pass_context
def app(ctx: click.Context, verbose: bool) -> None:
    """Financial link analysis against trafficking in human beings.

    Reads bank, app and crypto exports into one ledger, finds groups of connected accounts, and hands over a report that
    works offline and in which every number leads back to a row of a file. Nothing leaves this machine; people are
    pseudonymised unless you say otherwise.
    """
    ctx.obj = {"verbose": verbose}


def call(args: list[str] | None = None) -> int:
    """Run the command line and give the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal or a pipe that cannot show a letter must not end the run.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    verbose = "-v" in (args or sys.argv[1:])[:1] or "--verbose" in (args or sys.argv[1:])[:1]
    try:
        code = app.main(args, prog_name="fininit", standalone_mode=False)
        return int(code) if isinstance(code, int) else int(Exit.OK)
    except click.exceptions.NoArgsIsHelpError as e:
        click.echo(e.format_message(), err=True)
        return int(Exit.USAGE)
    except click.ClickException as e:
        from fininit.cli.terminal import complain

        ctx = getattr(e, "ctx", None)
        complain(e.format_message(), hint=f"Help: {ctx.command_path} -h" if ctx else "Help: fininit -h")
        return int(Exit.USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; nothing is half-written.", err=True)
        return int(Exit.INTERRUPTED)
    except FininitError as e:
        from fininit.cli.terminal import complain

        complain(e.message, hint=e.hint)
        return int(e.exit_code)
    except BrokenPipeError:
        # The reader went away (| head). Python would complain again when it flushes on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return int(Exit.OK)
    except Exception as e:
        from fininit.cli.terminal import complain

        if verbose:
            raise
        complain(
            f"This is a fault of fininit ({type(e).__name__}), not of your files.",
            hint="Nothing is half-written. Report it with the output of: fininit -v … (check it for case data first).",
        )
        return int(Exit.ERROR)
