"""Modules that a library imports at its head, for functions of it that are never called here.

While the library is loaded, a placeholder stands for each of them in ``sys.modules``. It loads the
module itself when something is asked of it, whoever asks and whenever: nothing is missing, only
late. So it may be given away for good, to the library and to whatever other thread imports that
module at the same moment.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any


class Placeholder(ModuleType):
    """Looks like a module that has nothing in it yet."""

    def __getattr__(self, name: str) -> Any:
        """The module's own. What the machinery of imports asks a module for loads nothing."""
        if name.startswith("__"):
            raise AttributeError(name)
        own = self.__name__
        _take_away(self)
        return getattr(importlib.import_module(own), name)


@contextmanager
def not_yet(names: Iterable[str]) -> Iterator[None]:
    """Inside, imports of ``names`` load nothing; those that are loaded already stay."""
    stand_ins = [Placeholder(name) for name in names if name not in sys.modules]
    for one in stand_ins:
        sys.modules[one.__name__] = one
        _put_into_package(one)
    try:
        yield
    finally:
        for one in stand_ins:
            _take_away(one)


def _put_into_package(one: Placeholder) -> None:
    """``import a.b`` names only ``a``. A package that is not there has no such module."""
    package, _, last = one.__name__.rpartition(".")
    if package:
        with suppress(ImportError):
            setattr(importlib.import_module(package), last, one)


def _take_away(one: Placeholder) -> None:
    if sys.modules.get(one.__name__) is one:
        del sys.modules[one.__name__]
