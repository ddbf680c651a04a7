"""Parse, run, report: exit codes and JSON exactly as the contract has them."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from mel_desktop import __version__
from mel_desktop.app import faults
from mel_desktop.cli import (
    account_commands,
    directory_commands,
    mail_commands,
    outgoing_commands,
    vault_commands,
)
from mel_desktop.cli.context import Context
from mel_desktop.cli.output import Output
from mel_desktop.cli.registry import NOT_YET
from mel_desktop.model.errors import Bug, ErrorCode, ExitCode, LocalRefusal, MelError

VALUED = frozenset({"--profile", "--passphrase-file", "--policy"})


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing and leaving, so that --json gets its document."""

    def error(self, message: str) -> NoReturn:
        raise LocalRefusal(ErrorCode.USAGE, why=message)


def build_parser() -> argparse.ArgumentParser:
    """All options and commands that are available."""
    parser = _Parser(
        prog="mel-desktop",
        description="Courrier et annuaire hors ligne, chiffrés, pour les enseignants."
        " Without a command: opens the window.",
        allow_abbrev=False,
    )
    parser.add_argument("--profile", type=Path, metavar="DIR")
    parser.add_argument("--passphrase-file", metavar="FILE", help="first line; - reads stdin")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--offline", action="store_true", help="open no socket at all")
    parser.add_argument("--policy", type=Path, metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--version", action="version", version=f"mel-desktop {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    demo = commands.add_parser("demo", help="the embedded school, no account needed")
    demo.add_argument("--headless", action="store_true")
    demo.add_argument("--keep", type=Path, metavar="DIR")
    demo.add_argument("--screenshot", type=Path, metavar="FILE", help="headless: picture to save")
    for module in (
        vault_commands,
        account_commands,
        mail_commands,
        outgoing_commands,
        directory_commands,
    ):
        module.add_parsers(commands)
    return parser


def words_of(arguments: Sequence[str]) -> tuple[str, ...]:
    """The first two words that are no global option: the command and its action."""
    words: list[str] = []
    skip = False
    for argument in arguments:
        if skip:
            skip = False
        elif argument in VALUED:
            skip = True
        elif not argument.startswith("-"):
            words.append(argument)
            if len(words) == 2:
                break
        elif words:
            break
    return tuple(words)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Options, or LocalRefusal(USAGE | NOT_YET)."""
    words = words_of(arguments)
    if words[:1] in NOT_YET or words[:2] in NOT_YET:
        raise LocalRefusal(ErrorCode.NOT_YET)
    options = build_parser().parse_args(list(arguments))
    if options.policy is not None:
        raise LocalRefusal(ErrorCode.NOT_YET, option="--policy")
    return options


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    _utf8_streams()
    output = Output(as_json="--json" in arguments, quiet="--quiet" in arguments)
    try:
        options = parse(arguments)
        logging.basicConfig(
            level=logging.DEBUG if options.verbose else logging.CRITICAL,
            format="%(asctime)s %(name)s %(levelname)s %(message)s",
        )
        context = Context(options, output)
        try:
            code: int = options.run(context)
        finally:
            context.close()
    except MelError as error:
        output.error(error)
        return error.code.exit_code
    except KeyboardInterrupt:
        return ExitCode.FAULT
    except BrokenPipeError:
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 the outermost edge: a bug is told, never a traceback
        return _fault(output, error)
    return code


def _fault(output: Output, error: Exception) -> int:
    """Exit 1 with a support id."""
    logging.getLogger("mel.cli").error("%s", faults.description(error))
    output.error(Bug(ErrorCode.BUG, support=faults.support_id(error)))
    return ExitCode.FAULT


def _utf8_streams() -> None:
    """French text leaves as UTF-8 whatever the console's code page."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
