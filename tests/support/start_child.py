"""One start as a person has it: ``python -m tests.support.start_child --profile FOLDER --offline``.

The program's own ``main`` runs until its window was painted once, and a little longer. The last
line it prints is a JSON document: what had been loaded and compiled by the first painting, and
whether the collector of rubbish worked then and by the end.
"""

from __future__ import annotations

import gc
import json
import re
import sys
from typing import Any

told: dict[str, Any] = {"patterns": []}
LONGER_MS = 300


def count_patterns() -> None:
    """Who has a regular expression compiled, by module."""
    real = re.compile

    def compile_(pattern: Any, flags: Any = 0) -> Any:
        told["patterns"].append(sys._getframe(1).f_globals.get("__name__", ""))
        return real(pattern, flags)

    re.compile = compile_


def watch() -> None:
    """The first painting of the window, then the end."""

    from PySide6.QtCore import QEvent, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    from mel_desktop.ui import application
    from mel_desktop.ui.main_window import MainWindow

    def places(window: MainWindow) -> list[tuple[str, ...]]:
        """Where each widget is that can be seen, without asking for a layout."""
        seen = (one for one in window.findChildren(QWidget) if one.isVisibleTo(window))
        return [(type(one).__name__, str(one.geometry().getRect())) for one in seen]

    real = MainWindow.event

    def event(window: MainWindow, what: QEvent) -> bool:
        done = real(window, what)
        if what.type() is QEvent.Type.Paint:
            told.setdefault("places", places(window))
        if what.type() is QEvent.Type.UpdateRequest and "modules" not in told:
            told["modules"] = sorted(sys.modules)
            told["patterns"] = list(told["patterns"])
            told["collecting"] = gc.isenabled()
            app = QApplication.instance()
            told["sheet"] = app.styleSheet() if isinstance(app, QApplication) else None
            QTimer.singleShot(application.SETTLED_AFTER_MS + LONGER_MS, window, end)
        return done

    made = MainWindow.__init__

    def make(window: MainWindow, *given: Any, **named: Any) -> None:
        made(window, *given, **named)
        app = QApplication.instance()
        told["sheet_while_built"] = app.styleSheet() if isinstance(app, QApplication) else None

    setattr(MainWindow, "__init__", make)  # noqa: B010 the same

    def end() -> None:
        told["collecting_later"] = gc.isenabled()
        window = next(one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow))
        told["places_later"] = places(window)
        QApplication.quit()

    setattr(MainWindow, "event", event)  # noqa: B010 mypy: not to be assigned


def main() -> int:
    """The program's own answer."""
    count_patterns()
    watch()
    from mel_desktop import __main__ as program

    code = program.main(sys.argv[1:])
    print(json.dumps(told))
    return code


if __name__ == "__main__":
    sys.exit(main())
