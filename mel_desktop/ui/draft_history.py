"""The history of a draft: what changed when, word by word; back to any state, as a new revision."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.outgoing import DraftId
from mel_desktop.model.revisions import RevisionLine
from mel_desktop.ui import draft_words, figures
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme


class DraftHistoryDialog(QDialog):
    """Revisions at the left, the chosen one compared at the right."""

    restored = Signal(object)  # Draft

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, draft: DraftId, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("History of the draft"))
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._draft = draft
        self._lines: tuple[RevisionLine, ...] = ()
        self.notice = Notice(theme, self)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Revisions, the newest first"))
        self.list.setSpacing(3)
        self.list.addItem(self.tr("Being read…"))
        self.against = NamedBox()
        self.against.setAccessibleName(self.tr("Compared with"))
        self.against.addItem(self.tr("Compared with the revision before"))
        self.against.addItem(self.tr("Compared with the draft as it is now"))
        self.view = QTextBrowser()
        self.view.setOpenLinks(False)
        self.view.setTabChangesFocus(True)
        self.view.setAccessibleName(self.tr("Differences: + was added, − was removed"))
        self.legend = QLabel(self.tr("+ added   − removed"))
        self.legend.setProperty("muted", True)
        self._lay_out()
        self.list.currentRowChanged.connect(self._show)
        self.against.currentIndexChanged.connect(self._show)
        theme.changed.connect(self._show)
        bridge.run(
            self, lambda: facade.revisions.lines(draft), done=self._take,
            failed=self.notice.say_error, local=True,
        )  # fmt: skip

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        top = QHBoxLayout()
        top.addWidget(self.against)
        top.addStretch(1)
        top.addWidget(self.legend)
        right.addLayout(top)
        right.addWidget(self.view, 1)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.list, 2)
        row.addLayout(right, 4)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(self.tr("Close"))
        self.copy = self._button(buttons, self.tr("Copy the text"), "Ctrl+Shift+C", self.copy_text)
        self.restore = self._button(
            buttons, self.tr("Go back to this revision"), "Ctrl+R", self.restore_chosen
        )
        self.restore.setProperty("primary", True)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addLayout(row, 1)
        column.addWidget(buttons)
        self.resize(920, 560)
        self.list.setFocus()

    def _button(self, box: QDialogButtonBox, text: str, key: str, call: object) -> QPushButton:
        button = box.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
        keys = QKeySequence(key)
        button.setToolTip(f"{text} ({keys.toString(QKeySequence.SequenceFormat.NativeText)})")
        button.setAutoDefault(False)
        button.setEnabled(False)
        button.clicked.connect(lambda: call())  # type: ignore[operator]
        QShortcut(keys, self).activated.connect(button.click)
        return button

    def chosen(self) -> RevisionLine | None:
        """The chosen revision."""
        place = self.list.currentRow()
        return self._lines[place] if 0 <= place < len(self._lines) else None

    def copy_text(self) -> None:
        """The text of the chosen revision to the clipboard."""
        line = self.chosen()
        if line is not None:
            with self.notice.errors():
                content = self._facade.draft(self._draft, line.revision).content
                QGuiApplication.clipboard().setText(self._facade.revisions.text(content))
                self.notice.say(self.tr("The text was copied."))

    def restore_chosen(self) -> None:
        """The chosen revision becomes the newest again; nothing of the history is lost."""
        line = self.chosen()
        if line is not None:
            with self.notice.errors():
                self.restored.emit(self._facade.restore_draft(self._draft, line.revision))
                self.accept()

    def _take(self, lines: tuple[RevisionLine, ...]) -> None:
        self._lines = lines
        self.list.clear()
        at = figures.now()
        for line in lines:
            self.list.addItem(f"{figures.moment(line.saved_at, at)}\n{self._size(line)}")
        self.copy.setEnabled(bool(lines))
        self.list.setCurrentRow(0)

    def _size(self, line: RevisionLine) -> str:
        parts = []
        if line.added:
            parts.append(self.tr("+%n word(s)", "", line.added))
        if line.removed:
            parts.append(self.tr("−%n word(s)", "", line.removed))
        if line.heads:
            parts.append(self.tr("%n field(s)", "", line.heads))
        return ", ".join(parts) or self.tr("layout or spaces only")

    def _show(self) -> None:
        line = self.chosen()
        self.restore.setEnabled(line is not None and self.list.currentRow() > 0)
        if line is None:
            return
        place = self.list.currentRow()
        newest = self._lines[0].revision
        before = self._lines[place + 1].revision if place + 1 < len(self._lines) else None
        older, newer = (before, line.revision) if not self.against.currentIndex() else (
            line.revision, newest
        )  # fmt: skip

        def take(found: object) -> None:
            if self.chosen() is line:
                self.view.setHtml(draft_words.shown(found, self._theme.tones))  # type: ignore[arg-type]
                self.view.scrollToAnchor(draft_words.FIRST)

        self._bridge.run(
            self, lambda: self._facade.revisions.compare(self._draft, older, newer), done=take,
            failed=self.notice.say_error, local=True,
        )  # fmt: skip
