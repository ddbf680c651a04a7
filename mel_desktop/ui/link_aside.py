"""A large file goes to the ministry's own file service, and the message carries a link.

Only services with a source are named: Nuage, of the portal Apps.education.fr
(education-nationale.md, section 4). Nothing is uploaded from here: the teacher does that, signed in
there, and pastes the link. A message whose link was not pasted is asked about before it leaves.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.warning_words import link_placeholder
from mel_desktop.model.errors import MelError
from mel_desktop.model.outgoing import DraftAttachment
from mel_desktop.ui import figures, language, wording
from mel_desktop.ui.attachments_card import safe_name
from mel_desktop.ui.paragraph import paragraph
from mel_desktop.ui.theme import Theme


class LinkDialog(QDialog):
    """Save aside, then take the file off with a paragraph in its place."""

    save_asked = Signal(object)  # Path
    chosen = Signal(str)  # the paragraph

    def __init__(self, attachment: DraftAttachment, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Give a link instead of the file"))
        self._attachment = attachment
        how = paragraph(
            self.tr(
                "1. Save the file.\n2. Put it into Nuage, on the portal Apps.education.fr, and "
                "make a link to share it.\n3. Paste the link into the message, where it says so."
            )
        )
        self.save = QPushButton(theme.icons.icon("save"), self.tr("&Save the file aside…"))
        self.save.clicked.connect(self._choose)
        self.saved = paragraph("")
        self.saved.setProperty("muted", True)
        line = QHBoxLayout()
        line.addWidget(self.save)
        line.addWidget(self.saved, 1)
        label = QLabel(self.tr("&Paragraph of the message"))
        self.paragraph = QPlainTextEdit(self._words())
        self.paragraph.setTabChangesFocus(True)
        self.paragraph.setAccessibleName(self.tr("Paragraph of the message"))
        self.paragraph.setFixedHeight(self.fontMetrics().height() * 5)
        label.setBuddy(self.paragraph)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.insert = buttons.addButton(
            self.tr("&Insert it and take the file off"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.insert.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(how)
        column.addLayout(line)
        column.addWidget(label)
        column.addWidget(self.paragraph)
        column.addWidget(buttons)
        self.setMinimumWidth(520)
        self.save.setFocus()

    def accept(self) -> None:
        """This paragraph."""
        self.chosen.emit(self.paragraph.toPlainText().strip())
        super().accept()

    def show_saved(self, path: Path) -> None:
        """It lies there now, readable by whoever uses this PC."""
        self.saved.setText(self.tr("Saved as {name}").format(name=path.name))

    def show_error(self, error: MelError) -> None:
        """It does not."""
        self.saved.setText(str(wording.of_error(error)))

    def _words(self) -> str:
        return self.tr("The file “{name}” ({size}) is to be fetched here: {link}").format(
            name=self._attachment.filename,
            size=figures.size(self._attachment.size),
            link=link_placeholder(language.current()),
        )

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the file aside"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(safe_name(self._attachment.filename))
        dialog.fileSelected.connect(lambda name: self.save_asked.emit(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
