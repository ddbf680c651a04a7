"""Choose: the window, the demo, or a command. Qt is imported only for the first two."""

from __future__ import annotations

import gc
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mel_desktop.app import extract
from mel_desktop.cli import options as before_command
from mel_desktop.model.errors import MelError

if TYPE_CHECKING:
    from mel_desktop.cli.output import Output


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry of ``mel-desktop`` and ``python -m mel_desktop``."""
    from mel_desktop.app import asked

    gc.freeze()  # what was imported stays for good: the collector need not look at it again
    given = list(sys.argv[1:] if arguments is None else arguments)
    if len(given) == 1 and given[0] in extract.WORKERS:  # a frozen program starts itself
        return extract.WORKERS[given[0]]()
    words = before_command.words_of(given)
    request = asked.of_argument(words[0]) if len(words) == 1 else ""
    if request:  # a mailto: address, or a message file that is there: for the window
        at = len(given) - 1 - given[::-1].index(words[0])
        del given[at - 1 if given[at - 1 : at] == ["--"] else at : at + 1]
        words = ()
    is_ours = words[:1] == ("demo",) or (not words and "--self-test" in given)
    if not is_ours and (words or any(flag in given for flag in ("--help", "-h", "--version"))):
        from mel_desktop.cli import main as command_line

        return command_line.run(given)
    before_command.utf8_streams()
    from mel_desktop.cli.output import Output

    output = Output(as_json="--json" in given, quiet="--quiet" in given)
    try:
        options = _options(given, with_command=bool(words))
    except MelError as error:
        output.error(error)
        return error.code.exit_code
    if options.self_test:
        return _self_test(options, output)
    if words:
        from mel_desktop.demo import run as run_demo

        return run_demo(
            headless=options.headless,
            keep=options.keep,
            screenshot=options.screenshot,
            as_json=options.json,
            quiet=options.quiet,
        )
    gc.disable()  # until the window stands (ui.application): little of what is loaded goes again
    from mel_desktop.cli.context import Context
    from mel_desktop.ui import application

    try:
        context = Context(options, output)
        policy = context.policy
    except MelError as error:
        output.error(error)
        return error.code.exit_code
    return application.run(
        context.profile,
        offline=options.offline,
        policy=policy,
        asked=(request,) if request else (),
    )


def _options(given: Sequence[str], *, with_command: bool) -> Namespace:
    """LocalRefusal. Without a command, forty modules of commands are not loaded."""
    if not with_command:
        return before_command.of_window(given)
    from mel_desktop.cli import main as command_line

    return command_line.parse(given)


def _self_test(options: Namespace, output: Output) -> int:
    from mel_desktop.demo import self_test

    try:
        return self_test.run(out=options.report, as_json=options.json, quiet=options.quiet)
    except MelError as error:
        output.error(error)
        return error.code.exit_code


if __name__ == "__main__":
    sys.exit(main())
