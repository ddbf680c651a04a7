"""What an engine thread works for is let go on the main thread, however it ends."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, MelError
from mel_desktop.ui.errand import Errand


class Dialog(QObject):
    """Its work and its answers hold it, as those of dialogs do."""

    def __init__(self, go: threading.Event, fails: bool) -> None:
        super().__init__()
        self.told: list[object] = []
        self._go = go
        self._fails = fails

    def work(self) -> int:
        assert self._go.wait(10)
        if self._fails:
            raise ConnectionTrouble(ErrorCode.OFFLINE)
        return 5

    def done(self, found: int) -> None:
        self.told.append(found)

    def failed(self, error: MelError) -> None:
        self.told.append(error.code)


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("window_is_there", [False, True])
def test_it_goes_on_the_main_thread(qtbot: QtBot, fails: bool, window_is_there: bool) -> None:
    go = threading.Event()
    gone: list[int] = []
    told: list[list[object]] = []
    calls: list[Callable[[], None]] = []

    def post(call: Callable[[], None]) -> None:
        if window_is_there:
            calls.append(call)

    with ThreadPoolExecutor(1) as pool:
        dialog = Dialog(go, fails)
        told.append(dialog.told)
        weakref.finalize(dialog, lambda: gone.append(threading.get_ident()))
        errand = Errand(dialog, dialog.work, done=dialog.done, failed=dialog.failed)
        pool.submit(errand).add_done_callback(errand.ending(post))
        del dialog, errand
        go.set()
    while calls:
        calls.pop()()
    if window_is_there:
        assert told == [[ErrorCode.OFFLINE] if fails else [5]]
    del told[:]
    qtbot.waitUntil(lambda: bool(gone), timeout=10_000)
    assert gone == [threading.get_ident()]
