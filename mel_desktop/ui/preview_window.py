"""Attachments looked at without opening them: one after another, nothing written, nothing fetched
but the file itself when a person asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.previews import Preview, PreviewKind, Trouble
from mel_desktop.ui import agenda_words, figures, line_words
from mel_desktop.ui.attachments_files import FileOf, decoded, of_part
from mel_desktop.ui.attachments_saving import SavingFiles, here
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.preview_parts import (
    LONGEST,
    CardsView,
    MailView,
    PictureView,
    TableView,
    TextView,
    tool,
)
from mel_desktop.ui.preview_pdf import PdfView
from mel_desktop.ui.theme import Theme

SIZE: Final = (900, 680)


class PreviewWindow(QDialog):
    """A window of its own; Escape closes it, Alt and the arrows go to the other files."""

    open_asked = Signal(object)  # FileOf: in another program
    contact_asked = Signal(object)  # OwnContact
    fetched = Signal(object)  # FileOf: it is here now

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        *,
        files: Sequence[FileOf],
        place: int,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlags(Qt.WindowType.Window)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._files = list(files)
        self._place = place
        self._asked = 0
        self.ready = False  # what is shown is whole
        self.notice = Notice(theme, self)
        self.saving = SavingFiles(facade, bridge, self.notice, self)
        self.name = QLabel()
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        font = self.name.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setWeight(font.Weight.DemiBold)
        self.name.setFont(font)
        self.facts = QLabel()
        self.facts.setProperty("muted", True)
        self.back = tool(theme, "back", self.tr("File before"), "Alt+Left")
        self.on = tool(theme, "next", self.tr("Next file"), "Alt+Right")
        self.back.clicked.connect(lambda: self.step(-1))
        self.on.clicked.connect(lambda: self.step(1))
        self.save = QPushButton(self.tr("Save…"))
        self.save.setIcon(theme.icons.icon("save"))
        self.save.setShortcut("Ctrl+S")
        self.save.setAutoDefault(False)
        self.save.clicked.connect(lambda: self.saving.ask_save((self.file,)))
        self.open_button = QPushButton(self.tr("Open outside"))
        self.open_button.setShortcut("Ctrl+O")
        self.open_button.setAutoDefault(False)
        self.open_button.clicked.connect(lambda: self.open_asked.emit(self.file))
        self._make_pages(theme)
        self._lay_out()
        QShortcut(QKeySequence("F3"), self).activated.connect(self.close)
        self.resize(*SIZE)
        self._show()

    def _make_pages(self, theme: Theme) -> None:
        self.word = QLabel()
        self.word.setWordWrap(True)
        self.word.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.word.setTextFormat(Qt.TextFormat.PlainText)
        self.fetch = QPushButton(self.tr("Fetch and show"))
        self.fetch.setIcon(theme.icons.icon("download"))
        self.fetch.setAutoDefault(False)
        self.fetch.clicked.connect(self._on_fetch)
        self.said = QWidget()
        column = QVBoxLayout(self.said)
        column.setContentsMargins(32, 32, 32, 32)
        column.addStretch(1)
        column.addWidget(self.word)
        column.addWidget(self.fetch, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
        self.picture = PictureView(theme)
        self.pdf = PdfView(self._facade, self._bridge, theme)
        self.text = TextView()
        self.table = TableView()
        self.cards = CardsView()
        self.mail = MailView()
        self.mail.look_asked.connect(self._look_inside)
        self.mail.save_asked.connect(self._save_inside)
        self._inside: tuple[FileOf, ...] = ()  # files of the message that is looked at
        self.pdf.failed.connect(lambda: self._say(self._trouble(Trouble.FAILED)))
        self.pdf.shown.connect(lambda: self._set_ready(self.pdf))
        self.cards.add_asked.connect(self.contact_asked)
        self.pages = QStackedWidget()
        for page in (
            *(self.said, self.picture, self.pdf, self.text, self.table, self.cards, self.mail),
        ):
            self.pages.addWidget(page)

    def _lay_out(self) -> None:
        head = QWidget()
        head.setObjectName("paneHead")
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.facts)
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self.on)
        row.addLayout(words, 1)
        row.addWidget(self.open_button)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)

    @property
    def file(self) -> FileOf:
        """The file that is looked at."""
        return self._files[self._place]

    def step(self, by: int) -> None:
        """The next file, or the one before."""
        place = self._place + by
        if 0 <= place < len(self._files):
            self._place = place
            self._show()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing of what was shown stays; the process that read it ends."""
        self._asked += 1
        self.pdf.show_file(None)
        self._bridge.run(
            self._bridge,
            self._facade.attachments.rest,
            done=lambda _: None,
            failed=lambda _: None,
            local=True,
        )
        super().closeEvent(event)

    # -- inside ------------------------------------------------------------------------------------

    def _show(self) -> None:
        file = self.file
        self._asked += 1
        self.ready = False
        self.notice.clear()
        self.pdf.show_file(None)
        name = file.name or self.tr("(unnamed)")
        self.setWindowTitle(name)
        width = SIZE[0] - 420
        self.name.setText(
            self.name.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, width)
        )
        self.name.setToolTip(name)
        where = self.tr("on this PC") if file.local else self.tr("on the server")
        facts = [figures.size(file.size), where]
        if len(self._files) > 1:
            facts.append(self.tr("{n} of {all}").format(n=self._place + 1, all=len(self._files)))
        self.facts.setText(" · ".join(facts))
        self.back.setEnabled(self._place > 0)
        self.on.setEnabled(self._place + 1 < len(self._files))
        self.open_button.setEnabled(not file.is_dangerous)
        if file.local:
            self._load()
            return
        price = self.saving.price((file,))
        words = self.tr("This file is still on the server.")
        if price is not None and price.octets:
            words += f"\n{line_words.price(price)}"
        self._say(words, fetch=True)

    def _load(self) -> None:
        file, asked = self.file, self._asked
        self._say(self.tr("One moment…"))

        def work() -> tuple[Preview, QImage | None]:
            # What is here as a part of a whole message is cut out of it; no network is needed.
            self._facade.fetch_attachment(file.message, file.part)
            found = self._facade.attachments.preview(file.message, file.part)
            if found.kind is PreviewKind.PICTURE and found.octets:
                return replace(found, octets=b""), decoded(found.octets, LONGEST)
            return found, None

        def done(result: tuple[Preview, QImage | None]) -> None:
            if asked == self._asked:
                self._show_preview(*result)

        def failed(error: MelError) -> None:
            if asked == self._asked:
                self._say(self.tr("This file cannot be shown."))
                self.notice.say_error(error)

        self._bridge.run(self, work, done=done, failed=failed, local=True)

    def _on_fetch(self) -> None:
        asked, place = self._asked, self._place

        def done() -> None:
            self._files[place] = here(self._files[place])
            self.fetched.emit(self._files[place])
            if asked == self._asked:
                self._show()

        self.saving.ask_fetch((self.file,), done)

    def _show_preview(self, found: Preview, image: QImage | None) -> None:
        kind = found.kind
        if found.trouble is not None:
            self._say(self._trouble(found.trouble))
            return
        if kind is PreviewKind.PICTURE:
            if image is None:
                self._say(self._trouble(Trouble.FAILED))
                return
            self.pages.setCurrentWidget(self.picture)
            self.picture.show_image(image)
            self._set_ready(self.picture)
        elif kind is PreviewKind.PDF:
            self.pages.setCurrentWidget(self.pdf)
            self.pdf.show_file(self.file)
        elif kind is PreviewKind.TABLE and found.rows:
            self.table.show_rows(found.rows, found.rest)
            self._set_ready(self.table)
        elif kind is PreviewKind.ARCHIVE:
            self.table.show_members(found.members, found.rest)
            self._set_ready(self.table)
        elif kind is PreviewKind.CONTACTS and found.cards:
            self.cards.show_cards(found.cards, found.rest)
            self._set_ready(self.cards)
        elif kind is PreviewKind.MAIL and found.mail is not None:
            message = self.file.message
            self._inside = tuple(of_part(message, one) for one in found.mail.files)
            self.mail.show_mail(found.mail)
            self._set_ready(self.mail)
        elif found.events:
            text = "\n\n".join(map(agenda_words.sheet, found.events))
            self.text.show_text(text, self._note(found), fixed=False)
            self._set_ready(self.text)
        else:
            fixed = kind is PreviewKind.TEXT and not self.file.name.lower().endswith(
                (".txt", ".md")
            )
            self.text.show_text(found.text, self._note(found), fixed=fixed)
            self._set_ready(self.text)

    def _look_inside(self, place: int) -> None:
        """A window upon this one, for the files of an attached message."""
        if not 0 <= place < len(self._inside):
            return
        window = PreviewWindow(
            self._facade, self._bridge, self._theme, files=self._inside, place=place, parent=self
        )
        window.open_asked.connect(self.open_asked)
        window.contact_asked.connect(self.contact_asked)
        window.show()

    def _save_inside(self, places: Sequence[int]) -> None:
        self.saving.ask_save([self._inside[place] for place in places])

    def _note(self, found: Preview) -> str:
        words = []
        if found.kind is PreviewKind.WORDS:
            words.append(
                self.tr("Only the words of this file are shown, without pictures and layout.")
            )
        if found.events and found.rest:
            words.append(self.tr("%n more event(s) in it.", "", found.rest))
        elif found.rest:
            words.append(
                self.tr("{n} more characters are not shown.").format(n=figures.count(found.rest))
            )
        return " ".join(words)

    def _trouble(self, trouble: Trouble) -> str:
        return {
            Trouble.NO_PREVIEW: self.tr("Files of this type are not shown here."),
            Trouble.TOO_LARGE: self.tr("This file is too large to be shown here."),
            Trouble.FAILED: self.tr(
                "This file cannot be shown: damaged, protected by a password, or too complex."
            ),
            Trouble.EMPTY: self.tr("There is nothing to read in this file."),
        }[trouble]

    def _say(self, words: str, *, fetch: bool = False) -> None:
        self.word.setText(words)
        self.word.setAccessibleName(words)
        self.fetch.setVisible(fetch)
        self.pages.setCurrentWidget(self.said)

    def _set_ready(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self.ready = True
