"""Objects that are built, and their modules loaded, when something is first asked of them.

An idle window needs few of the services of a profile: what the others import is a quarter of all
modules. ``app.wiring`` names them twice: for the type checker by a plain import, for the program by
``postponed``.

Rule 1: a postponed object is asked by its methods and attributes, or called. No ``with``, no loop,
no ``isinstance``: Python asks the class of an object for those.
Rule 2: a bound method of it that is handed over builds it at once.
Rule 3: what builds it waits for nothing and nobody, the database least of all: one lock guards all
building, and whoever holds the database may be the next to ask.
Rule 4: what must be closed is closed by ``close_for_good``: who asks for it later gets it closed.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

T = TypeVar("T")
_GUARD = threading.RLock()  # building one may build another


class Postponed:
    """Stands for one object."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], object]) -> None:
        object.__setattr__(self, "_make", make)

    def __getattr__(self, name: str) -> Any:
        """Only what this class has not: the object's own."""
        return getattr(_object_of(self), name)

    def __setattr__(self, name: str, value: object) -> None:
        """The object's."""
        setattr(_object_of(self), name, value)

    def __delattr__(self, name: str) -> None:
        """The object's."""
        delattr(_object_of(self), name)

    def __call__(self, *given: Any, **named: Any) -> Any:
        """The object's."""
        return _object_of(self)(*given, **named)


def postponed(module: str, name: str) -> Callable[..., Any]:
    """What is called like the class ``name`` of a module, and loads the module later."""

    def build(*given: Any, **named: Any) -> Postponed:
        return Postponed(lambda: getattr(importlib.import_module(module), name)(*given, **named))

    return build


def later(make: Callable[[], T]) -> T:
    """What ``make`` gives, made when something is first asked of it."""
    return cast("T", Postponed(make))


class Closes(Protocol):
    """What has something behind it that must not stay: connections, a process."""

    def close(self) -> None:
        """End it, and whatever it would begin later."""
        ...


def close_for_good(one: Closes) -> None:
    """Close it; builds nothing, and what is built later is closed before anybody gets it."""
    if isinstance(one, Postponed):
        with _GUARD:
            if not _is_there(one):
                object.__setattr__(one, "_make", _closed(object.__getattribute__(one, "_make")))
                return
    one.close()


def _closed(make: Callable[[], Closes]) -> Callable[[], Closes]:
    def made() -> Closes:
        found = make()
        found.close()
        return found

    return made


def is_built(one: object) -> bool:
    """Whether there is something to ask; waits for what is being built."""
    if not isinstance(one, Postponed):
        return True
    with _GUARD:
        return _is_there(one)


def _object_of(one: Postponed) -> Any:
    try:
        return object.__getattribute__(one, "_made")
    except AttributeError:
        with _GUARD:
            if not _is_there(one):
                made = object.__getattribute__(one, "_make")()
                object.__setattr__(one, "_made", made)
                object.__setattr__(one, "_make", None)
            return object.__getattribute__(one, "_made")


def _is_there(one: Postponed) -> bool:
    try:
        object.__getattribute__(one, "_made")
    except AttributeError:
        return False
    return True
