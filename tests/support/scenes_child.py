"""Shows one screen after the other as it is told: ``python -m tests.support.scenes_child FOLDER``.

On stdin ``show MODULE SCENE``, ``key KEYS`` or ``end``; after each ``ready`` on stdout, ``ready
moved`` where the focus went. MODULE is one of the galleries in tests.support.
"""

from __future__ import annotations

import importlib
import os
import shutil
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from queue import Empty, Queue

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support import planted_school, writing_gallery


class Stage:
    """One window at a time."""

    def __init__(self, folder: Path, look: str) -> None:
        self._folder = folder
        self._look = look
        self._first = folder / "first"
        self._stack = ExitStack()
        self._shown: QWidget | None = None
        self._count = 0
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        planted_school.make_profile(self._first, folder)

    def show(self, module: str, scene: str) -> None:
        """A window of its own for each."""
        self.clear()
        self._count += 1
        place = self._folder / str(self._count)
        shutil.copytree(self._first, place / "profile")
        made_by = importlib.import_module(f"tests.support.{module}").Scenes
        scenes = self._stack.enter_context(writing_gallery.window_in(self._look, place, made_by))
        self._shown = scenes.see(scene)
        for _ in range(200):  # nothing says where the focus is while no window is active
            self._shown.activateWindow()
            QTest.qWait(50)
            if QApplication.activeWindow() is not None:
                break
        QTest.qWait(200)

    def press(self, keys: str) -> bool:
        """A real key event to whatever has the focus; whether that moved."""
        before = QApplication.focusWidget()
        target = before or self._shown
        if target is not None:
            combination = QKeySequence(keys)[0]
            QTest.keyClick(target, combination.key(), combination.keyboardModifiers())
            QTest.qWait(20)
        return QApplication.focusWidget() is not before

    def clear(self) -> None:
        """Close what is shown."""
        if self._shown is not None:
            self._shown.close()
            self._shown = None
        self._stack.close()
        self._stack = ExitStack()


def main() -> None:
    """Until ``end`` or the end of stdin."""
    app = QApplication([])
    stage = Stage(Path(sys.argv[1]), sys.argv[2])
    lines: Queue[str] = Queue()

    def listen() -> None:
        for line in sys.stdin:
            lines.put(line.strip())
        lines.put("end")

    threading.Thread(target=listen, daemon=True).start()
    busy = False

    def look() -> None:
        nonlocal busy
        if busy:  # a scene waits with the event loop running
            return
        try:
            line = lines.get_nowait()
        except Empty:
            return
        busy = True
        words = line.split()
        moved = False
        if words[0] == "end":
            stage.clear()
            app.quit()
        elif words[0] == "show":
            stage.show(words[1], words[2])
        else:
            moved = stage.press(words[1])
        busy = False
        sys.stdout.write("ready moved\n" if moved else "ready\n")
        sys.stdout.flush()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(5)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    app.exec()


if __name__ == "__main__":
    main()
