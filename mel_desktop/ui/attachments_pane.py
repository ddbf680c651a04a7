"""All attachments in one list, searched by name and by what is written in them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.documents import AttachmentList, AttachmentRow, ExtractedState
from mel_desktop.ui import figures
from mel_desktop.ui.attachments_bar import safe_name
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.table_pane import TableModel, TablePane
from mel_desktop.ui.theme import Theme

translate = QCoreApplication.translate

PAUSE_MS: Final = 250
LATER_MS: Final = 1500
LIMIT: Final = 300


class AttachmentsPane(TablePane[AttachmentRow]):
    """Newest first; Return shows the message."""

    message_asked = Signal(object)  # AttachmentRow

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        self._facade = facade
        self._bridge = bridge
        self._asked = 0
        at = figures.now
        model: TableModel[AttachmentRow] = TableModel(
            (
                (
                    translate("panes", "File"),
                    lambda one: one.filename or translate("panes", "(unnamed)"),
                ),
                (
                    translate("panes", "Message"),
                    lambda one: one.subject or translate("panes", "(no subject)"),
                ),
                (translate("panes", "From"), lambda one: one.sender.name or one.sender.address),
                (translate("panes", "Date"), lambda one: figures.moment(one.received_at, at())),
                (translate("panes", "Size"), lambda one: figures.size(one.size)),
            ),
            _key,
        )
        super().__init__(
            theme,
            translate("panes", "Attachments"),
            translate("panes", "No attachment."),
            model,
            _key,
            parent,
        )
        model.setParent(self)
        self.query = QLineEdit()
        self.query.setPlaceholderText(self.tr("Name or text of a file…"))
        self.query.setAccessibleName(self.tr("Search the attachments"))
        add_clear_button(self.query)
        self.query.setMinimumWidth(220)
        self.query.setMaximumWidth(320)
        self.count = QLabel()
        self.count.setProperty("muted", True)
        self.add_to_head(self.query, self.count)
        self._show_message = self.add_button(
            self.tr("Show the message"), "Ctrl+O", self.show_message
        )
        self._save = self.add_button(self.tr("Save…"), "Ctrl+S", self.ask_save)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.refresh)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self.refresh)
        self.query.textChanged.connect(lambda: self._pause.start())
        self.query.returnPressed.connect(self.refresh)
        bridge.changed.connect(self._on_changed)
        self.table.activated.connect(self._on_activated)
        self.set_widths((0, 0, 0, -1, -1))
        self.nothing.setText("")  # until the first answer is here

    def refresh(self) -> None:
        """Search again; answers to what was asked before are dropped."""
        self._pause.stop()
        self._asked += 1
        asked, typed = self._asked, self.query.text()

        def show(found: AttachmentList) -> None:
            if asked == self._asked:
                self.notice.clear()
                self._show(found, typed)

        self._bridge.run(
            self,
            lambda: self._facade.attachments.list(typed, limit=LIMIT),
            done=show,
            failed=self.notice.say_error,
        )

    def _show(self, found: AttachmentList, typed: str) -> None:
        words = [self.tr("%n attachment(s)", "", len(found.rows))]
        if len(found.rows) >= LIMIT:
            words = [self.tr("the {n} newest").format(n=figures.count(LIMIT))]
        if found.unread:
            words.append(self.tr("%n still to be read", "", found.unread))
        self.count.setText(" · ".join(words))
        self.nothing.setText(
            self.tr("No attachment has these words in its name or text.")
            if typed.strip()
            else translate("panes", "No attachment.")
        )
        self.show_rows(found.rows)

    def show_chosen(self, value: AttachmentRow | None) -> None:
        """What is known of its text, and where the words were found."""
        self._show_message.setEnabled(value is not None)
        self._save.setEnabled(value is not None and value.local)
        if value is None:
            self.explanation.clear()
            return
        words = [value.snippet] if value.snippet else []
        if not value.local:
            words.append(self.tr("Only its name is searched: the file is still on the server."))
        elif value.text is ExtractedState.NOTHING:
            words.append(self.tr("No text in it that can be searched."))
        elif value.text is ExtractedState.FAILED:
            words.append(self.tr("Its text cannot be read: damaged, protected or too complex."))
        elif value.text is ExtractedState.TOO_LARGE:
            words.append(self.tr("Too large for its text to be read."))
        elif value.text is None:
            words.append(self.tr("Its text will soon be read."))
        self.explanation.setText(" ".join(words))

    def show_message(self) -> None:
        """Go to the message of the chosen file."""
        row = self.chosen()
        if row is not None:
            self.message_asked.emit(row)

    def ask_save(self) -> None:
        """Where to? Then ``save_to``. What is on the server is fetched from its message."""
        row = self.chosen()
        if row is None or not row.local:
            return
        dialog = QFileDialog(self, self.tr("Save the attachment"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(safe_name(row.filename))
        dialog.fileSelected.connect(lambda name: self.save_to(row, Path(name)))
        dialog.open()

    def save_to(self, row: AttachmentRow, target: Path) -> None:
        """Write the file; the notice says when it is done."""

        def work() -> int:
            self._facade.fetch_attachment(row.message, row.part)  # cut out of what is here
            return self._facade.save_attachment(row.message, row.part, target)

        def done(_: int) -> None:
            self.notice.say(self.tr("{name} was saved.").format(name=target.name))

        self._bridge.run(self, work, done=done, failed=self.notice.say_error)

    def _on_changed(self, changes: Changes) -> None:
        """A file was read, or came: what is shown is found again, not at every one of many."""
        areas = Area.MESSAGES | Area.BODIES
        if changes.areas & areas and self.isVisible() and not self._later.isActive():
            self._later.start()

    def _on_activated(self, _: QModelIndex) -> None:
        self.show_message()


def _key(row: AttachmentRow) -> tuple[int, str]:
    return row.message, row.part
