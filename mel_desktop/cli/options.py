"""The options that stand before a command, and which words are the command.

All that the window needs of the command line: its forty modules are loaded for a command.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from mel_desktop import __version__
from mel_desktop.model.errors import ErrorCode, LocalRefusal

VALUED = frozenset({"--profile", "--passphrase-file", "--policy", "--out"})


class Parser(argparse.ArgumentParser):
    """Raises instead of printing and leaving, so that --json gets its document."""

    def error(self, message: str) -> NoReturn:
        """LocalRefusal(USAGE)."""
        raise LocalRefusal(ErrorCode.USAGE, why=message)


def global_parser() -> Parser:
    """All options that stand before a command, and no command."""
    parser = Parser(
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
    parser.add_argument("--policy", type=Path, metavar="FILE", help="under the system's policy")
    parser.add_argument("--version", action="version", version=f"mel-desktop {__version__}")
    parser.add_argument(
        "--self-test", action="store_true", help="whether this installation has all it needs"
    )
    parser.add_argument(
        "--out", dest="report", type=Path, metavar="FILE", help="--self-test: its JSON, saved"
    )
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


def of_window(arguments: Sequence[str]) -> argparse.Namespace:
    """Options of a start without a command. LocalRefusal(USAGE)."""
    options = global_parser().parse_args(list(arguments))
    if options.report and not options.self_test:
        raise LocalRefusal(ErrorCode.USAGE, option="--out", why="goes with --self-test")
    return options


def utf8_streams() -> None:
    """French text leaves as UTF-8 whatever the console's code page."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
