"""What a person decides about rules: whose are in force, and what is taken back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import Choice
from mel_desktop.model.rules import BookState, Consent, RuleBook, RunId
from mel_desktop.ui import rule_words
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.theme import Theme


class DecisionDialog(QDialog):
    """Both sides are shown; what is not chosen is kept."""

    chosen = Signal(object)  # Choice | Consent

    def __init__(self, book: RuleBook, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._is_conflict = book.state is BookState.CONFLICT
        self.setWindowTitle(self.tr("Rules on the server"))
        self.told = QLabel(self._told(book))
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.mine = self._text(
            self.tr("Here"), "\n".join(rule_words.sentence(one.rule) for one in book.rules)
        )
        self.theirs = self._text(self.tr("On the server"), self._theirs(book))
        sides = QHBoxLayout()
        for title, side in ((self.tr("Here"), self.mine), (self.tr("On the server"), self.theirs)):
            column = QVBoxLayout()
            column.addWidget(QLabel(title))
            column.addWidget(side, 1)
            sides.addLayout(column, 1)
        self.buttons = QDialogButtonBox()
        self.choices: dict[Choice | Consent, QPushButton] = {}
        for choice, text in self._choices(book):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, one=choice: self._choose(one))
            self.buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
            self.choices[choice] = button
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setSpacing(10)
        whole.addWidget(self.told)
        whole.addLayout(sides, 1)
        whole.addWidget(self.buttons)
        self.resize(820, 460)

    def _text(self, name: str, text: str) -> QPlainTextEdit:
        box = QPlainTextEdit(text)
        box.setReadOnly(True)
        box.setTabChangesFocus(True)
        box.setAccessibleName(name)
        if text.startswith(("require", "#", "/*", "if")):
            box.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        return box

    def _theirs(self, book: RuleBook) -> str:
        if not self._is_conflict:
            return book.foreign_text
        if book.theirs_rules is not None:
            return "\n".join(map(rule_words.sentence, book.theirs_rules))
        return book.theirs or self.tr("(deleted there)")

    def _told(self, book: RuleBook) -> str:
        if self._is_conflict:
            if book.theirs_rules is None and book.theirs:
                return self.tr(
                    "The script of Mel Desktop on the server was changed by another program and "
                    "cannot be read as rules any more. If yours are taken, a copy of it stays on "
                    "the server and in the vault."
                )
            return self.tr(
                "The rules were changed here and on the server, by another PC perhaps. Choose "
                "those that shall be in force; a copy of the server’s is kept in the vault."
            )
        return self.tr(
            "Another program, the webmail perhaps, keeps rules on the server under the name "
            "“{name}”. They are never changed, and a copy is in the vault. What shall run?"
        ).format(name=book.foreign_name)

    def _choices(self, book: RuleBook) -> list[tuple[Choice | Consent, str]]:
        if self._is_conflict:
            found: list[tuple[Choice | Consent, str]] = [(Choice.MINE, self.tr("&Those of here"))]
            if book.theirs_rules is not None or not book.theirs:
                found.append((Choice.THEIRS, self.tr("Those of the &server")))
            return found
        found = []
        if book.can_include:
            found.append((Consent.BESIDE, self.tr("&Both: theirs first")))
        found.append((Consent.INSTEAD, self.tr("Only &mine")))
        found.append((Consent.THEIRS, self.tr("Only &theirs; mine on this PC")))
        return found

    def _choose(self, choice: Choice | Consent) -> None:
        self.chosen.emit(choice)
        self.accept()


class RunsDialog(QDialog):
    """What rules did on this PC, newest first."""

    def __init__(self, facade: Facade, theme: Theme, account: AccountId, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What rules did on this PC"))
        self._facade = facade
        self._account = account
        self.notice = Notice(theme, self)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Messages that rules were about"))
        self.take_back = QPushButton(self.tr("&Take back"))
        self.take_back.setAutoDefault(False)
        self.take_back.clicked.connect(self.undo)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.take_back, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        self.list.currentItemChanged.connect(lambda *_: self._set_enabled())
        self._read()
        self.resize(620, 420)

    def _read(self) -> None:
        names = {one.id: one.path for one in self._facade.folders(self._account)}
        self.list.clear()
        with self.notice.errors():
            for run in self._facade.rules.runs(self._account):
                where = names.get(run.target) if run.target is not None else None
                text = f"{run.subject} — {', '.join(run.fired)}"
                if where:
                    text += f" → {where}"
                if run.undone:
                    text = self.tr("{what} (taken back)").format(what=text)
                item = QListWidgetItem(text)
                item.setData(Qt.ItemDataRole.UserRole, None if run.undone else int(run.id))
                self.list.addItem(item)
        if not self.list.count():
            self.notice.say(self.tr("No rule did anything on this PC yet."))
        self.list.setCurrentRow(0)
        self._set_enabled()

    def _set_enabled(self) -> None:
        item = self.list.currentItem()
        is_there = item is not None and item.data(Qt.ItemDataRole.UserRole) is not None
        self.take_back.setEnabled(is_there)

    def undo(self) -> None:
        """The chosen one goes back to where it was."""
        item = self.list.currentItem()
        if item is None or item.data(Qt.ItemDataRole.UserRole) is None:
            return
        with self.notice.errors():
            self._facade.rules.undo(RunId(item.data(Qt.ItemDataRole.UserRole)))
        self._read()
