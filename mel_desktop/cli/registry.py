"""Types that the command modules share, and the contract's commands that later issues bring."""

from __future__ import annotations

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from mel_desktop.cli.context import Context

Command = Callable[["Context"], int]
Subparsers: TypeAlias = "_SubParsersAction[ArgumentParser]"

# Named in the contract, built by later issues: answered with exit 2, not listed in --help.
NOT_YET: frozenset[tuple[str, ...]] = frozenset()
