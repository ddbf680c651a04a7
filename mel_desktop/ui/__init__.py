"""The window: Qt widgets. Knows app.facade, app.wiring and model, nothing else.

One thing happens at import, before any module of the window and once for the process: see
``_read_no_sources``.
"""

from __future__ import annotations

import sys
from types import ModuleType

import PySide6.QtCore  # noqa: F401  # sets the hook of imports that is amended here


def _read_no_sources() -> None:
    """PySide need not read the source of every module that is imported after it.

    Its hook of imports looks there for the word PySide6, to know whether Python names of Qt's
    methods may be switched (``from __feature__ import snake_case``): a text of 20 MB that stays
    in linecache, and no module here switches them. Where a later PySide6 has no such function,
    nothing is changed (tests/journey/test_idle_memory.py tells).
    """
    feature = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = _is_not_asked  # type: ignore[union-attr]


def _is_not_asked(_: ModuleType) -> bool:
    return True  # as if it named PySide6: Qt's own names, the same for all


_read_no_sources()
