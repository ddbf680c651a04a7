"""A message from a file (.eml), in a window of its own: read only, and nothing of it is fetched."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.app.file_door import OpenedFile
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import Address, Part
from mel_desktop.ui import figures
from mel_desktop.ui.icons import application_icon
from mel_desktop.ui.mail_browser import MailBrowser
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.outer_link import ask_open
from mel_desktop.ui.theme import Theme

MOST_NAMED = 20  # recipients that are named


class FileWindow(QWidget):
    """Head, text, files that can be saved."""

    write_to = Signal(str)  # an address

    def __init__(
        self, facade: Facade, theme: Theme, file: OpenedFile, *, plain: bool, parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowIcon(application_icon())
        self._facade = facade
        self._file = file
        shown = file.message
        self.setWindowTitle(shown.subject or self.tr("(no subject)"))
        self.notice = Notice(theme, self)
        self.browser = MailBrowser(theme, self)
        self.browser.link_clicked.connect(self._on_link)
        subject = QLabel(shown.subject or self.tr("(no subject)"))
        subject.setTextFormat(Qt.TextFormat.PlainText)
        subject.setWordWrap(True)
        font = subject.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setWeight(font.Weight.DemiBold)
        subject.setFont(font)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        rows = [
            (self.tr("From"), _words((shown.sender,))),
            (self.tr("To"), _words(shown.to)),
            (self.tr("Copy"), _words(shown.cc)),
            (self.tr("Date"), "" if shown.sent_at is None else figures.long_date(shown.sent_at)),
        ]
        for title, words in rows:
            if words:
                label = QLabel(words)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setWordWrap(True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                form.addRow(title, label)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addWidget(subject)
        column.addLayout(form)
        column.addWidget(self.browser, 1)
        self.files = QListWidget()
        self.files.setAccessibleName(self.tr("Attachments"))
        self.save = QPushButton(self.tr("&Save the attachment…"))
        self._list_files(shown.attachments, theme)
        column.addWidget(self.files)
        column.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        for key in ("Esc", "Ctrl+W"):
            QShortcut(QKeySequence(key), self).activated.connect(self.close)
        self._show(plain=plain)
        self.resize(760, 620)
        self.browser.setFocus()

    def _show(self, *, plain: bool) -> None:
        shown = self._file.message
        self.notice.say(self.tr("A message from a file: it can be read, and is not kept here."))
        if shown.html_safe and not plain:
            self.browser.show_html(shown.html_safe, self._file.picture)
            if shown.blocked_remote:
                self.notice.say(
                    self.tr(
                        "A message from a file. %n remote image(s) are not shown.",
                        "",
                        shown.blocked_remote,
                    )
                )
        else:
            self.browser.show_plain(shown.text)

    def _list_files(self, parts: tuple[Part, ...], theme: Theme) -> None:
        for part in parts:
            words = f"{part.filename or part.media_type} – {figures.size(part.size)}"
            item = QListWidgetItem(theme.icons.icon("attachment"), words)
            item.setData(Qt.ItemDataRole.UserRole, part)
            self.files.addItem(item)
        self.files.setVisible(bool(parts))
        self.files.setMaximumHeight(110)
        self.files.setCurrentRow(0)
        self.save.setVisible(bool(parts))
        self.save.clicked.connect(self._ask_where)

    def _ask_where(self) -> None:
        if self.files.currentRow() < 0:
            return
        part: Part = self.files.currentItem().data(Qt.ItemDataRole.UserRole)
        dialog = QFileDialog(self, self.tr("Save the attachment"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(part.filename or "piece-jointe")
        dialog.fileSelected.connect(lambda path: self.save_part(part, Path(path)))
        dialog.open()

    def save_part(self, part: Part, target: Path) -> None:
        """Write one of its files where a person chose."""
        try:
            self._facade.message_files.save(self._file, part, target)
        except MelError as error:
            self.notice.say_error(error)
            return
        self.notice.say(self.tr("Saved: {name}").format(name=target.name))

    def _on_link(self, target: str) -> None:
        if QUrl(target).scheme() == "mailto":
            self.write_to.emit(target)
        else:
            ask_open(self, target)


def _words(people: tuple[Address, ...]) -> str:
    named = [f"{one.name} <{one.address}>" if one.name else one.address for one in people]
    more = f" … (+{len(named) - MOST_NAMED})" if len(named) > MOST_NAMED else ""
    return ", ".join(one for one in named[:MOST_NAMED] if one) + more
