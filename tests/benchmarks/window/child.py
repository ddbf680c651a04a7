"""The real window in a process of its own: ``python -m tests.benchmarks.window.child JSON``.

Prints one JSON document, times in milliseconds. What a person waits for is measured from the event
(a key, a turn of the wheel) to the end of the painting that shows it, on the main thread.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final, TypeVar

from PySide6.QtCore import QEvent, QPoint, QPointF, QSettings, Qt, qVersion
from PySide6.QtGui import QKeyEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

import mel_desktop.ui  # noqa: F401  # first, as the program has it: PySide reads no sources
from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import Folder
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.store.vault import Vault
from mel_desktop.ui import application, language
from mel_desktop.ui.interface_choice import THEME, choice
from mel_desktop.ui.letter_edit import LetterEdit
from mel_desktop.ui.mail_browser import MailBrowser
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.message_list import MessageListView
from mel_desktop.ui.theme import Theme
from tests.benchmarks.store import corpus
from tests.benchmarks.store.filling import parse, store_some
from tests.benchmarks.window.filling import LONG_FOLDER, OTHERS, PASSPHRASE

Asked = dict[str, Any]
T = TypeVar("T", bound=QAbstractScrollArea)

STEP_MS: Final = 16  # a turn of the wheel to the next, as a touchpad sends them
COMMIT_S: Final = 0.1
COMMITTED: Final = 50  # rows of each commit
PATIENCE_S: Final = 30.0
TYPED: Final = (
    "Bonjour, je vous écris au sujet de la sortie du 12 : pourriez-vous me rendre l’autorisation "
    "signée avant vendredi ? Bien cordialement. "
)


class Watch:
    """When each kind of area was last painted, and how often."""

    def __init__(self, *kinds: type[QAbstractScrollArea]) -> None:
        self.ended: dict[type[QAbstractScrollArea], float] = {}
        self.counts: dict[type[QAbstractScrollArea], int] = dict.fromkeys(kinds, 0)
        self.took: dict[type[QAbstractScrollArea], list[float]] = {one: [] for one in kinds}
        for kind in kinds:
            self._wrap(kind)

    def _wrap(self, kind: type[QAbstractScrollArea]) -> None:
        paint = kind.paintEvent

        def watched(area: QAbstractScrollArea, event: QPaintEvent) -> None:
            began = time.perf_counter()
            paint(area, event)
            self.ended[kind] = time.perf_counter()
            self.took[kind].append(1e3 * (self.ended[kind] - began))
            self.counts[kind] += 1

        kind.paintEvent = watched  # type: ignore[method-assign]

    def after(
        self, kind: type[QAbstractScrollArea], began: float, what: Callable[[], bool]
    ) -> float:
        """Milliseconds from ``began`` to the end of the first painting with ``what`` true."""
        last = self.counts[kind]
        while time.perf_counter() - began < PATIENCE_S:
            QApplication.processEvents()
            if self.counts[kind] > last and what():
                return 1e3 * (self.ended[kind] - began)
        raise TimeoutError(kind.__name__)


class Run:
    """One window, one set of measurements."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._profile = Path(asked["profile"])
        self._watch = Watch(MessageListView, MailBrowser, LetterEdit)
        self._app, self._settings = self._make_application()
        self.told: Asked = {"platform": self._app.platformName(), "qt": qVersion()}
        self._facade, unlocked = self._unlock()
        self._window = MainWindow(self._facade, theme=self._theme, settings=self._settings)
        self._window.resize(1366, 768)
        self._window.show()
        application.spare_the_collector(self._window)
        mail = self._window.mail
        first = self._watch.after(
            MessageListView, unlocked, lambda: mail.view.model().rowCount() > 0
        )
        self.told["first_rows_ms"] = first
        self.told["process_to_rows_ms"] = 1e3 * (
            self._watch.ended[MessageListView] - process_began()
        )
        self._facade.start_engine()  # offline: it opens no socket
        self._rest(1.5)
        self.told["rss_mb"] = resident_mb()
        self.told["pss_mb"] = proportional_mb()

    def _make_application(self) -> tuple[QApplication, QSettings]:
        settings = QSettings(str(self._profile.parent / "window.ini"), QSettings.Format.IniFormat)
        settings.setValue("interface/language", language.FRENCH)
        app = application.application(settings)
        self._theme = Theme(choice(settings, wiring.policy(), THEME))
        return app, settings

    def _unlock(self) -> tuple[Facade, float]:
        """The open profile, and the instant at which the key was known."""
        known: list[float] = []
        open_vault = Vault.open

        def told(*given: Any, **named: Any) -> Vault:
            vault = open_vault(*given, **named)
            known.append(time.perf_counter())
            return vault

        Vault.open = told  # type: ignore[method-assign]
        began = time.perf_counter()
        facade = wiring.open_profile(
            self._profile, passphrase=PASSPHRASE, use_keyring=False, offline=True
        )
        Vault.open = open_vault  # type: ignore[method-assign]
        self.told["key_ms"] = 1e3 * (known[0] - began)
        return facade, known[0]

    def _rest(self, seconds: float) -> None:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            QApplication.processEvents()
            time.sleep(0.002)

    def close(self) -> None:
        """The window, the engine, the store."""
        self.told["peak_mb"] = peak_mb()
        self._window.close()
        self._window.bridge.close()
        self._facade.close()

    # -- measurements ------------------------------------------------------------------------------

    def folders(self, times: int) -> None:
        """From one large folder to another."""
        names = [*OTHERS, "INBOX"]
        by_path = {one.path: one for one in self._facade.folders()}
        took = [self._go(by_path[names[number % len(names)]]) for number in range(times)]
        self.told["folder_ms"] = took[1:]

    def _go(self, folder: Folder) -> float:
        window = self._window
        before = window.mail.folder()
        if before is not None and before.id == folder.id:
            return 0.0
        began = time.perf_counter()
        window.tree.choose(folder.id)
        shown = self._watch.after(
            MessageListView,
            began,
            lambda: (
                window.mail.folder() is not None
                and window.mail.folder().id == folder.id
                and window.mail.view.model().rowCount() > 0
            ),  # type: ignore[union-attr]
        )
        self._rest(0.05)
        return shown

    def scroll(self, name: str, steps: int) -> None:
        """Turns of the wheel, each as long after the one before as a screen is repainted."""
        view = self._window.mail.view
        port = view.viewport()
        bar = view.verticalScrollBar()
        bar.setValue(0)
        QApplication.processEvents()
        waited: list[float] = []
        self._watch.took[MessageListView].clear()
        due = time.perf_counter()
        for number in range(steps):
            due += STEP_MS / 1e3
            while time.perf_counter() < due:
                QApplication.processEvents()
                time.sleep(0.0005)
            turned = due if time.perf_counter() - due < 1 else time.perf_counter()
            down = -360 if number % 200 < 150 else 360
            centre = QPointF(port.rect().center())
            QApplication.sendEvent(port, QWheelEvent(
                centre, QPointF(port.mapToGlobal(QPoint(0, 0))), QPoint(0, 0), QPoint(0, down),
                Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase, False,
            ))  # fmt: skip
            port.repaint()
            now = time.perf_counter()
            waited.append(1e3 * (now - turned))
            due = max(due, now - STEP_MS / 1e3)
        self.told[f"{name}_ms"] = waited
        self.told[f"{name}_paint_ms"] = list(self._watch.took[MessageListView])

    def scroll_while_syncing(self, steps: int) -> None:
        """The same while the writer commits messages that come into the folder shown."""
        self._go(next(one for one in self._facade.folders() if one.path == "INBOX"))
        stop = Event()
        writer = Thread(target=self._store_news, args=(stop,))
        writer.start()
        try:
            self._rest(0.5)
            self.scroll("syncing", steps)
        finally:
            stop.set()
            writer.join()

    def _store_news(self, stop: Event) -> None:
        database = self._facade._services.database
        folder = next(one for one in self._facade.folders() if one.path == "INBOX")
        made = corpus.ensure(Path(self._asked["letters"]), self._asked["messages"], 1)
        count = made.count
        files = list(_take(made.files(), 2_000))
        uid = 10 * count
        at = 0
        while not stop.is_set():
            began = time.perf_counter()
            some = []
            for path in files[at : at + COMMITTED]:
                uid += 1
                raw = path.read_bytes().replace(b"Message-ID: <", b"Message-ID: <n%d." % uid)
                some.append(parse(uid, raw, uid))  # dated after all that is there
            at = (at + COMMITTED) % (len(files) - COMMITTED or 1)
            store_some(database, folder.account, folder.id, some, downwards=False)
            stop.wait(max(0.0, COMMIT_S - (time.perf_counter() - began)))
        self.told["committed"] = uid - 10 * count

    def open_long(self) -> None:
        """Messages of 200 kB, each once."""
        self._go(next(one for one in self._facade.folders() if one.path == LONG_FOLDER))
        mail = self._window.mail
        ids = list(mail.model.ids)
        took: list[float] = []
        for message in ids:
            began = time.perf_counter()
            mail.view.select(message)
            took.append(
                self._watch.after(
                    MailBrowser,
                    began,
                    lambda wanted=message: _shown(mail.reader) == wanted,  # type: ignore[misc]
                )
            )
            self._rest(0.05)
        self.told["long_ms"] = took
        self.told["long_octets"] = sum(len(self._facade.show(one).html_safe) for one in ids) / max(
            1, len(ids)
        )

    def type_letter(self, keys: int) -> None:
        """A letter typed in the composer, spelling marks and all."""
        composer = self._window.compose(DraftContent(subject="Sortie"))
        assert composer is not None
        composer.show()
        edit = composer.text
        edit.setFocus()
        self._rest(1.0)
        took: list[float] = []
        for number in range(keys):
            letter = TYPED[number % len(TYPED)]
            began = time.perf_counter()
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(
                    edit, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                )
            edit.viewport().repaint()
            took.append(1e3 * (time.perf_counter() - began))
            pause = began + 0.03  # a quick typist
            while time.perf_counter() < pause:
                # what is late here makes the next key late: it counts
                QApplication.processEvents()
                time.sleep(0.001)
            late = 1e3 * (time.perf_counter() - pause)
            took[-1] += max(0.0, late - 2)
        self.told["typing_ms"] = took
        composer.close()


def _shown(reader: Any) -> int | None:
    found = reader.message()
    return None if found is None else int(found.id)


def _take(source: Iterator[Path], most: int) -> Iterator[Path]:
    for _, one in zip(range(most), source, strict=False):
        yield one


def process_began() -> float:
    """When this process began, by ``perf_counter``; to a tick of 10 ms (proc(5), starttime)."""
    told = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(told[19]) / os.sysconf("SC_CLK_TCK")
    return time.perf_counter() - age


def resident_mb() -> float:
    """Memory of this process now."""
    return _status("VmRSS")


def proportional_mb() -> float:
    """The same with each shared page divided by those that share it."""
    return _status("Pss:", "smaps_rollup")


def peak_mb() -> float:
    """The most it ever had."""
    return _status("VmHWM")


def _status(name: str, file: str = "status") -> float:
    for line in Path("/proc/self", file).read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return 0.0


def main(arguments: Sequence[str]) -> int:
    """Everything that is asked for, in one window."""
    asked: Asked = json.loads(arguments[0])
    run = Run(asked)
    try:
        run.folders(asked["switches"])
        run.open_long()
        run._go(next(one for one in run._facade.folders() if one.path == "INBOX"))
        run.scroll("rest", asked["steps"])
        run.type_letter(asked["keys"])
        run.told["rss_after_mb"] = resident_mb()
        run.scroll_while_syncing(asked["steps"])
    finally:
        run.close()
    print(json.dumps(run.told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
