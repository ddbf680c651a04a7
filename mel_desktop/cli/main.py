"""Parse, run, report: exit codes and JSON exactly as the contract has them."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

from mel_desktop.app import faults
from mel_desktop.cli import (
    account_commands,
    agenda_commands,
    attachment_commands,
    directory_commands,
    doctor_commands,
    followup_commands,
    letter_commands,
    mail_commands,
    offline_commands,
    organise_commands,
    outgoing_commands,
    policy_commands,
    provider_commands,
    release_commands,
    rule_commands,
    search_commands,
    storage_commands,
    sync_commands,
    transfer_commands,
    vault_commands,
)
from mel_desktop.cli.context import Context
from mel_desktop.cli.options import Parser, global_parser, utf8_streams, words_of
from mel_desktop.cli.output import Output, OutputLost, close_stdout
from mel_desktop.cli.registry import NOT_YET
from mel_desktop.model.errors import (
    Bug,
    Cancelled,
    ErrorCode,
    ExitCode,
    LocalRefusal,
    MelError,
    StoreTrouble,
)

INTERRUPTED = 128 + 2  # as shells say it of SIGINT; no exit code of the contract means this


def build_parser() -> argparse.ArgumentParser:
    """All options and commands that are available."""
    parser = global_parser()
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    demo = commands.add_parser("demo", help="the embedded school, no account needed")
    demo.add_argument("--headless", action="store_true")
    demo.add_argument("--keep", type=Path, metavar="DIR")
    demo.add_argument("--screenshot", type=Path, metavar="FILE", help="headless: picture to save")
    for module in (
        vault_commands,
        account_commands,
        doctor_commands,
        sync_commands,
        mail_commands,
        attachment_commands,
        followup_commands,
        agenda_commands,
        search_commands,
        offline_commands,
        organise_commands,
        outgoing_commands,
        rule_commands,
        letter_commands,
        directory_commands,
        storage_commands,
        transfer_commands,
        policy_commands,
        provider_commands,
        release_commands,
    ):
        module.add_parsers(commands)
    return parser


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Options, or LocalRefusal(USAGE | NOT_YET)."""
    words = words_of(arguments)
    if words[:1] in NOT_YET or words[:2] in NOT_YET:
        raise LocalRefusal(ErrorCode.NOT_YET)
    options = build_parser().parse_args(list(arguments))
    _refuse_undecodable(options)
    if (options.self_test and options.command) or (options.report and not options.self_test):
        raise LocalRefusal(ErrorCode.USAGE, option="--self-test", why="goes with no command")
    return options


def _refuse_undecodable(options: argparse.Namespace) -> None:
    """Words in another encoding than the console's are told, not stored as rubbish.

    Names of files are left alone: on Linux they are octets, and any octets will do.
    """
    for name, value in vars(options).items():
        words = [value] if isinstance(value, str) else value
        if name.endswith("_file") or not isinstance(words, list):
            continue
        for word in words:
            if isinstance(word, str) and any("\ud800" <= one <= "\udfff" for one in word):
                raise LocalRefusal(ErrorCode.USAGE, option=name, why="text in UTF-8 expected")


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    utf8_streams()
    output = Output(as_json="--json" in arguments, quiet="--quiet" in arguments)
    try:
        return _run(arguments, output)
    except BrokenPipeError:  # who reads has seen enough: `mel-desktop ... | head -1`
        close_stdout()
        return ExitCode.DONE
    except OSError as error:  # what was asked for is done, but nobody can read the answer
        close_stdout()
        output.as_json = False
        output.error(StoreTrouble(ErrorCode.NOT_WRITABLE, errno=error.errno or 0))
        return ExitCode.DISK


def _run(arguments: Sequence[str], output: Output) -> int:
    """The same; raises OSError when the output itself cannot be written."""
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
        output.finish()
    except Cancelled as error:
        output.error(error)
        return INTERRUPTED
    except MelError as error:
        output.error(error)
        return error.code.exit_code
    except KeyboardInterrupt:  # the critical step is finished by then: nothing is half done
        output.error(Cancelled())
        return INTERRUPTED
    except OutputLost as lost:
        raise lost.cause from lost
    except Exception as error:  # noqa: BLE001 the outermost edge: a bug is told, never a traceback
        return _fault(output, error)
    return code


def _fault(output: Output, error: Exception) -> int:
    """Exit 1 with a support id."""
    logging.getLogger("mel.cli").error("%s", faults.description(error))
    output.error(Bug(ErrorCode.BUG, support=faults.support_id(error)))
    return ExitCode.FAULT
