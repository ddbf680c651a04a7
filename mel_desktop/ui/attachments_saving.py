"""Several files into a folder chosen once: the price agreed to, fetched, named safely, told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QProgressDialog, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import Cancelled, MelError
from mel_desktop.model.links import Price
from mel_desktop.model.previews import SavedFiles
from mel_desktop.ui import figures, line_words
from mel_desktop.ui.attachments_files import FileOf
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.question import Question, ask

SHOWN_AFTER_MS = 700


class SavingFiles(QObject):
    """For a bar or a pane: asks in its window, tells in its notice."""

    def __init__(self, facade: Facade, bridge: Bridge, notice: Notice, window: QWidget) -> None:
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._notice = notice
        self._window = window
        self._folder = ""  # chosen last
        self.progress: QProgressDialog | None = None

    # -- asking ------------------------------------------------------------------------------------

    def ask_save(self, files: Sequence[FileOf]) -> None:
        """What can run a program is named first, then what it costs, then the folder."""
        risky = [one.name for one in files if one.is_dangerous]
        if not risky:
            self._agree(files, self.tr("Fetch and save…"), lambda: self._choose(files))
            return
        ask(
            self._window,
            Question(
                title=self.tr("Save the attachments"),
                text=self.tr(
                    "%n of these files can run a program or a hostile page. Save all the same?",
                    "",
                    len(risky),
                ),
                more="\n".join(risky[:10]),
                yes=self.tr("Save…"),
                no=self.tr("Cancel"),
            ),
            lambda: self._agree(files, self.tr("Fetch and save…"), lambda: self._choose(files)),
        )

    def ask_fetch(self, files: Sequence[FileOf], done: Callable[[], object]) -> None:
        """Bring files that are still on the server, for one price; ``done`` once all are here."""
        away = [one for one in files if not one.local]

        def go() -> None:
            self._run(away, None, lambda _: done())

        self._agree(away, self.tr("Fetch"), go)

    def price(self, files: Sequence[FileOf]) -> Price | None:
        """What fetching those that are not here costs together; None: nothing, or unknown."""
        away = [one for one in files if not one.local]
        try:
            prices = [self._facade.price(one.message, one.part) for one in away]
        except MelError:
            return None
        return line_words.total(prices) if prices else None

    def _agree(self, files: Sequence[FileOf], yes: str, do: Callable[[], object]) -> None:
        price = self.price(files)
        if (
            price is None
            or not price.octets
            or not price.ask_first
            or self._facade.status().offline
        ):
            do()
            return
        away = sum(not one.local for one in files)
        ask(
            self._window,
            Question(
                title=self.tr("Fetch the attachments"),
                text=self.tr("Fetch %n attachment(s)? {price}.", "", away).format(
                    price=line_words.price(price)
                ),
                more=self.tr("It can be stopped at any time; what has come by then is kept."),
                yes=yes,
                no=self.tr("Later"),
                destroys=False,
            ),
            do,
        )

    def _choose(self, files: Sequence[FileOf]) -> None:
        dialog = QFileDialog(self._window, self.tr("Save the attachments"), self._folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save(files, Path(name)))
        dialog.open()

    # -- doing -------------------------------------------------------------------------------------

    def save(self, files: Sequence[FileOf], folder: Path) -> None:
        """Those that are here first, so that a cut line takes nothing from them."""
        self._folder = str(folder)

        def told(saved: SavedFiles) -> None:
            self._notice.say(
                self.tr("%n file(s) saved in {folder} ({size}).", "", len(saved.names)).format(
                    folder=folder.name or str(folder), size=figures.size(saved.octets)
                )
            )

        self._run(sorted(files, key=lambda one: not one.local), folder, told)

    def _run(
        self, files: Sequence[FileOf], folder: Path | None, done: Callable[[SavedFiles], object]
    ) -> None:
        if not files:
            done(SavedFiles((), 0))
            return
        stopped = threading.Event()
        total = sum(max(one.size, 1) for one in files)
        progress = self.progress = QProgressDialog(self._window)
        progress.setWindowTitle(self.tr("Attachments"))
        progress.setLabelText(self.tr("%n attachment(s)…", "", len(files)))
        progress.setCancelButtonText(self.tr("Stop"))
        progress.setRange(0, 1000)
        progress.setMinimumDuration(SHOWN_AFTER_MS)
        progress.setWindowModality(Qt.WindowModality.NonModal)
        progress.setAutoClose(False)
        progress.setAutoReset(False)
        progress.canceled.connect(stopped.set)
        progress.setValue(0)
        saved: list[SavedFiles] = []

        def work() -> SavedFiles:  # on an engine thread
            before = 0
            for file in files:
                self._bring(file, _from(before, tell), stopped)
                before += max(file.size, 1)
                if folder is not None:
                    saved.append(self._facade.attachments.save_all((file.key,), folder))
            return _summed(saved)

        def tell(octets: int) -> None:
            share = min(1000, octets * 1000 // total)
            self._bridge.post(
                lambda: progress.setValue(share) if self._is_shown(progress) else None
            )

        def ended() -> None:
            if self._is_shown(progress):
                progress.deleteLater()
                progress.hide()
                self.progress = None

        def came(result: SavedFiles) -> None:
            ended()
            done(result)

        def failed(error: MelError) -> None:
            ended()
            self._notice.say_error(error)
            if saved:
                self._notice.say(
                    self.tr("%n file(s) saved; the others could not be fetched.", "", len(saved)),
                    Tone.WARNING,
                )

        progress.canceled.connect(ended)
        self._bridge.run(self, work, done=came, failed=failed)

    def _is_shown(self, progress: QProgressDialog) -> bool:
        return self.progress is progress

    def _bring(self, file: FileOf, tell: Callable[[int], None], stopped: threading.Event) -> None:
        def heard(octets: int, _: int) -> None:
            if stopped.is_set():
                raise Cancelled
            tell(octets)

        if stopped.is_set():
            raise Cancelled
        self._facade.fetch_attachment(file.message, file.part, heard)
        tell(file.size)


def _from(start: int, tell: Callable[[int], None]) -> Callable[[int], None]:
    """Tell octets of one file as those of all."""
    return lambda octets: tell(start + octets)


def _summed(saved: Sequence[SavedFiles]) -> SavedFiles:
    names = tuple(name for one in saved for name in one.names)
    return SavedFiles(names, sum(one.octets for one in saved))


def here(file: FileOf) -> FileOf:
    """The same file, once it is on this PC."""
    return replace(file, local=True)
