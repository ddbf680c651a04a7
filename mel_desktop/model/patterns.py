"""Regular expressions that are compiled when they are first used.

Python compiles at each start what stands at the head of a module: 340 of them took 40 ms, and an
idle window uses three.

Rule: what ``late`` gives is asked by its methods. ``re.sub(pattern, ...)`` refuses it.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, Final, cast

_ASKED: Final = (
    "findall", "finditer", "flags", "fullmatch", "groupindex", "groups", "match", "pattern",
    "search", "split", "sub", "subn",
)  # fmt: skip


class _Compiled:
    """Has the methods of the pattern as its own: no call costs more than the pattern's."""


class Late:
    """One that nobody used yet."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Compile. re.error."""
        if name not in _ASKED:
            raise AttributeError(name)
        made = re.compile(self._text, self._flags)
        self.__dict__.update({one: getattr(made, one) for one in _ASKED})
        self.__class__ = _Compiled  # type: ignore[assignment]  # last: another thread may look
        return getattr(made, name)


def late(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What ``re.compile`` gives, but compiled later, and wrong later."""
    return cast("re.Pattern[AnyStr]", Late(text, flags))
