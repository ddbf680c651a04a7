"""What can be done with the message being read: print, look at its source, size, quotes, pictures.

Printing and PDF fetch nothing: what is not on this PC is not on the paper either.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtWidgets import QFileDialog

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError
from mel_desktop.model.mail import Address, Marks, MessageId, ReadMessage
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui import line_words
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.notice import Tone
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.reader import picture_source

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog

    from mel_desktop.ui.main_window import MainWindow
    from mel_desktop.ui.remote_senders import RemoteSendersDialog

ZOOM: Final = "reader/zoom"
AHEAD: Final = 200  # rows that are looked through at once for an unread one


class ReaderDesk(QObject):
    """Opened, never waited for."""

    def __init__(self, facade: Facade, window: MainWindow) -> None:
        super().__init__(window)
        self._facade = facade
        self._window = window
        self._reader = window.mail.reader
        acts, browser = window.actions_, self._reader.browser
        slots: tuple[tuple[QAction, Callable[[], object]], ...] = (
            (acts.print_, self.open_print),
            (acts.pdf, self.ask_pdf),
            (acts.find_in, self._reader.begin_find),
            (acts.zoom_in, lambda: browser.step_zoom(1)),
            (acts.zoom_out, lambda: browser.step_zoom(-1)),
            (acts.zoom_usual, lambda: browser.set_zoom(100)),
            (acts.quotes, browser.toggle_quotes),
            (acts.images, self._reader.remote.show_once),
            (acts.images_always, self._reader.remote.show_always),
            (acts.colours, browser.toggle_colours),
            (acts.source, self.open_source),
            (acts.headers, self.open_headers),
        )
        for action, slot in slots:
            action.triggered.connect(lambda _=False, call=slot: call())
        acts.image_senders.triggered.connect(lambda: self.open_senders())
        self._needing = tuple(action for action, _ in slots if action not in (
            acts.zoom_in, acts.zoom_out, acts.zoom_usual,
        ))  # fmt: skip
        browser.find_asked.connect(self._reader.begin_find)
        browser.end_reached.connect(self.go_to_unread)
        browser.zoomed.connect(lambda percent: window.settings.setValue(ZOOM, percent))
        kept = str(window.settings.value(ZOOM, "100"))
        browser.set_zoom(int(kept) if kept.isdecimal() else 100)
        head = self._reader.head
        head.write_asked.connect(self._write)
        head.search_asked.connect(self._search)
        head.card_asked.connect(self._show_card)
        window.mail.selection_changed.connect(self._set_enabled)
        self._set_enabled(0)

    def _set_enabled(self, chosen: int) -> None:
        for action in self._needing:
            action.setEnabled(chosen == 1)

    # -- on paper ----------------------------------------------------------------------------------

    def _paper(self, found: ReadMessage) -> QTextDocument:
        from mel_desktop.ui import mail_print  # noqa: PLC0415 seldom

        html = self._reader.shown_html()
        return mail_print.document(found, html, picture_source(self._facade, found))

    def open_print(self) -> QPrintPreviewDialog | None:
        """A preview, from which it is printed; None where there is nothing to print."""
        from PySide6.QtPrintSupport import (  # noqa: PLC0415 seldom
            QPrinter,
            QPrinterInfo,
            QPrintPreviewDialog,
        )

        from mel_desktop.ui import mail_print  # noqa: PLC0415 seldom

        found = self._reader.message()
        if found is None:
            return None
        if not QPrinterInfo.availablePrinterNames():
            self._reader.notice.say(
                self.tr("No printer is known to this PC."),
                Tone.WARNING,
                button=self.tr("Save as PDF…"),
                call=lambda: _do(self.ask_pdf),
            )
            return None
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(mail_print.layout())
        printer.setDocName(self.tr("Message"))  # names of jobs are seen by others
        dialog = QPrintPreviewDialog(printer, self._window)
        dialog.setWindowTitle(self.tr("Print the message"))
        paper = self._paper(found)
        paper.setParent(dialog)

        def paint(device: QPrinter) -> None:
            with self._reader.notice.errors():
                mail_print.paint(found, paper, device)

        dialog.paintRequested.connect(paint)
        dialog.open()
        return dialog

    def ask_pdf(self) -> QFileDialog | None:
        """Where to write it."""
        from mel_desktop.ui.attachments_card import safe_name  # noqa: PLC0415 first needed here

        found = self._reader.message()
        if found is None:
            return None
        name = safe_name(f"{found.subject[:80] or self.tr('Message')}.pdf")
        dialog = QFileDialog(self._window, self.tr("Save as PDF"), name, self.tr("PDF (*.pdf)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda path: self.save_pdf(Path(path)))
        dialog.open()
        return dialog

    def save_pdf(self, path: Path) -> int:
        """Write the message being read; how many pages, 0 where it could not be."""
        from mel_desktop.ui import mail_print  # noqa: PLC0415 seldom

        found = self._reader.message()
        if found is None:
            return 0
        pages = 0
        with self._reader.notice.errors():
            pages = mail_print.write_pdf(found, self._paper(found), str(path))
            self._reader.notice.say(self.tr("Saved as {name}.").format(name=path.name))
        return pages

    # -- as it came --------------------------------------------------------------------------------

    def open_source(self) -> None:
        """The source; fetched where it is not here, its price told before."""
        found = self._reader.message()
        if found is None:
            return
        try:
            self._show_source(self._facade.raw(found.id))
        except LocalRefusal as error:
            if error.code is not ErrorCode.NOT_LOCAL:
                self._reader.notice.say_error(error)
                return
            self._ask_source(found.id)
        except MelError as error:
            self._reader.notice.say_error(error)

    def _ask_source(self, message: MessageId) -> None:
        with self._reader.notice.errors():
            if self._facade.status().offline:
                raise LocalRefusal(ErrorCode.NOT_LOCAL, message=message)
            price = self._facade.remote.price_of_whole(message)
            if not price.ask_first:
                self._fetch_source(message)
                return
            ask(
                self._window,
                Question(
                    title=self.tr("Source of the message"),
                    text=self.tr("The whole message is on the server: {price}.").format(
                        price=line_words.price(price)
                    ),
                    yes=self.tr("Fetch it"),
                    no=self.tr("Cancel"),
                    destroys=False,
                ),
                lambda: self._fetch_source(message),
            )

    def _fetch_source(self, message: MessageId) -> None:
        self._reader.notice.say(self.tr("The source of the message is being fetched…"))

        def done(raw: bytes) -> None:
            self._reader.fetched.emit()
            self._reader.notice.clear()
            self._show_source(raw)

        self._window.bridge.run(
            self,
            lambda: self._facade.load_raw(message),
            done=done,
            failed=self._reader.notice.say_error,
        )

    def _show_source(self, raw: bytes) -> None:
        from mel_desktop.ui.source_window import SourceWindow  # noqa: PLC0415 seldom

        SourceWindow(raw, self._window.theme, self._window).open()

    def open_headers(self) -> None:
        """All fields of the header, as far as they are here."""
        from mel_desktop.ui.source_window import HeadersWindow  # noqa: PLC0415 seldom

        found = self._reader.message()
        if found is not None:
            HeadersWindow(found, self._window.theme, self._window).open()

    def open_senders(self) -> RemoteSendersDialog:
        """Whose remote images are always shown."""
        from mel_desktop.ui.remote_senders import RemoteSendersDialog  # noqa: PLC0415 seldom

        dialog = RemoteSendersDialog(self._facade, self._window.theme, self._window)
        dialog.finished.connect(lambda _: self._reader.remote.came.emit())
        dialog.open()
        return dialog

    # -- going on ----------------------------------------------------------------------------------

    def go_to_unread(self) -> MessageId | None:
        """The next unread message of the list, from the one being read downwards, then from the
        top.
        """
        found, ids = self._reader.message(), self._window.mail.model.ids
        if found is None or found.id not in ids:
            return None
        place = ids.index(found.id)
        ahead = (*ids[place + 1 :], *ids[:place])
        for start in range(0, len(ahead), AHEAD):
            rows = self._facade.message_rows(ahead[start : start + AHEAD])
            unread = next((one.id for one in rows if not one.flags.marks & Marks.SEEN), None)
            if unread is not None:
                self._window.mail.view.select(unread)
                QTimer.singleShot(0, self._reader.browser, self._reader.browser.setFocus)
                return unread
        self._reader.notice.say(self.tr("No other unread message here."))
        return None

    # -- people of the head ------------------------------------------------------------------------

    def _write(self, person: Address) -> None:
        self._window.compose(DraftContent(to=(person,)))

    def _search(self, person: Address) -> None:
        self._window.search_field.setText(f"de:{person.address}")
        self._window.search()

    def _show_card(self, person: Address) -> None:
        self._window.tree.choose(Place.DIRECTORY)
        self._window.directory.query.setText(person.address)
        self._window.directory.search()


def _do(call: Callable[[], object]) -> None:
    call()
