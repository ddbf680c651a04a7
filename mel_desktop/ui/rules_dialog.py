"""Rules of an account: their order, on or off, where each runs, and what others did to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import Choice, FolderId
from mel_desktop.model.rules import (
    Action,
    BookState,
    Condition,
    Consent,
    Deed,
    Offered,
    Preview,
    Rule,
    RuleBook,
    Topic,
)
from mel_desktop.ui import rule_words, wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.rule_decisions import DecisionDialog, RunsDialog
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.rule_edit import RuleEdit

NEW: Final = Rule("", (Condition(Topic.FROM),), (Action(Deed.FILE),))


class RulesDialog(QDialog):
    """Each change is kept at once, and leaves for the server when the line allows."""

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        parent: QWidget,
        *,
        account: AccountId | None = None,
        folder: FolderId | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Rules"))
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._folder = folder
        self._folder_account = account
        self._book: RuleBook | None = None
        self.notice = Notice(theme, self)
        self.account = NamedBox()
        self.account.setAccessibleName(self.tr("Account"))
        for one in facade.accounts():
            self.account.addItem(one.email, one.id)
        self.account.setCurrentIndex(max(self.account.findData(account), 0))
        self.where, self.sentence = QLabel(), QLabel()
        for label in (self.where, self.sentence):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setAccessibleName(self.tr("The chosen rule"))
        self.list = QTreeWidget()
        self.list.setAccessibleName(self.tr("Rules, in their order"))
        self.list.setRootIsDecorated(False)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHeaderLabels([self.tr("Rule"), self.tr("What it does"), self.tr("Runs on")])
        self._make_buttons()
        self._lay_out()
        self.list.itemChanged.connect(self._on_checked)
        self.list.itemActivated.connect(lambda *_: self.edit())
        self.list.currentItemChanged.connect(lambda *_: self._set_enabled())
        self.account.currentIndexChanged.connect(lambda: self._begin())
        bridge.changed.connect(self._on_changed)
        self._begin()
        self.resize(900, 520)
        self.list.setFocus()

    def _make_buttons(self) -> None:
        self.add = self._button(self.tr("&New…"), lambda: self.write(NEW))
        self.change = self._button(self.tr("&Edit…"), self.edit)
        self.remove = self._button(self.tr("&Delete"), self.delete)
        self.up = self._button(self.tr("&Up"), lambda: self.shift(-1))
        self.down = self._button(self.tr("Do&wn"), lambda: self.shift(1))
        self.now = self._button(self.tr("&Apply now…"), self.apply_now)
        self.look = self._button(self.tr("Ask the &server"), self.ask_server)
        self.decide = self._button(self.tr("De&cide…"), self.ask_decision)
        self.undo = self._button(self.tr("Wha&t was done…"), self.show_runs)
        self.question: QMessageBox | None = None

    def _button(self, text: str, call: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: call())
        return button

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        for button in (self.add, self.change, self.remove, self.up, self.down):
            side.addWidget(button)
        side.addSpacing(12)
        for button in (self.now, self.undo, self.look):
            side.addWidget(button)
        side.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.list, 1)
        row.addLayout(side)
        told = QHBoxLayout()
        told.addWidget(self.where, 1)
        told.addWidget(self.decide)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addWidget(self.account)
        column.addLayout(told)
        column.addLayout(row, 1)
        column.addWidget(self.sentence)
        column.addWidget(buttons)

    # -- what there is -----------------------------------------------------------------------------

    def _begin(self) -> None:
        """What is known, and a quiet look at the server where that is old."""
        self.read()
        account = self.account_id()
        if account is not None:
            look_quietly(self._facade, self._bridge, account, self, self.read)

    def account_id(self) -> AccountId | None:
        """Whose rules are shown."""
        found = self.account.currentData()
        return None if found is None else AccountId(found)

    def _folder_here(self) -> FolderId | None:
        """The folder that the window shows, if it is of this account."""
        return self._folder if self.account_id() == self._folder_account else None

    def rules(self) -> list[Rule]:
        """As they are shown."""
        return [] if self._book is None else [one.rule for one in self._book.rules]

    def read(self, place: int | None = None) -> None:
        """From the store."""
        account = self.account_id()
        if account is None:
            return
        place = self._place() if place is None else place
        with self.notice.errors():
            self._show(self._facade.rules.book(account), place)

    def _show(self, book: RuleBook, place: int) -> None:
        self._book = book
        self.list.blockSignals(True)
        self.list.clear()
        for one in book.rules:
            item = QTreeWidgetItem(
                [one.rule.name, rule_words.sentence(one.rule), rule_words.runs(one)]
            )
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            state = Qt.CheckState.Checked if one.rule.enabled else Qt.CheckState.Unchecked
            item.setCheckState(0, state)
            item.setToolTip(1, item.text(1))
            metrics = self.fontMetrics()
            width = metrics.horizontalAdvance(one.rule.name) + 44  # the box and its margins
            item.setSizeHint(0, QSize(width, metrics.height() + 14))
            if one.why:
                item.setToolTip(2, wording.of_reason(one.why))
            self.list.addTopLevelItem(item)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.list.resizeColumnToContents(0)
        self.list.setColumnWidth(0, min(self.list.columnWidth(0), 200))
        self.list.resizeColumnToContents(2)
        current = self.list.topLevelItem(min(max(place, 0), len(book.rules) - 1))
        if current is not None:
            self.list.setCurrentItem(current)
        self.list.blockSignals(False)
        self.where.setText(self._standing(book))
        self.decide.setVisible(
            book.state in (BookState.CONFLICT, BookState.ASKS) or bool(book.foreign_name)
        )
        self._set_enabled()

    def _standing(self, book: RuleBook) -> str:
        """How things stand with the server, in a sentence or two."""
        if book.state is BookState.CONFLICT:
            return self.tr(
                "These rules were changed here and on the server. Nothing was overwritten: decide."
            )
        if book.state is BookState.ASKS:
            return self.tr(
                "Another program’s rules (“{name}”) are active on the server. They stay so until "
                "you decide; until then yours run on this PC."
            ).format(name=book.foreign_name)
        if book.offered is Offered.NO:
            told = self.tr(
                "This server takes no rules: they run on this PC, while Mel Desktop is open."
            )
        elif book.offered is Offered.UNKNOWN:
            told = self.tr("The server was not asked yet whether it takes rules.")
        elif book.state is BookState.WAITING:
            told = self.tr("Your changes leave for the server as soon as the line allows.")
        elif book.is_ours_active:
            told = self.tr("The server runs these rules, even when this PC is off.")
        else:
            told = self.tr("No rule of yours is active on the server.")
        if book.trouble:
            code = wording.known_code(book.trouble)
            reason = wording.of_reason(book.trouble) if code is None else wording.of_code(code)
            told = f"{told} {reason}"
        return f"{told} {book.said}" if book.said else told

    def _on_changed(self, changes: Changes) -> None:
        if changes.areas & (Area.RULES | Area.ACCOUNTS):
            self.read()

    def _place(self) -> int:
        item = self.list.currentItem()
        return -1 if item is None else self.list.indexOfTopLevelItem(item)

    def _set_enabled(self) -> None:
        place, count = self._place(), self.list.topLevelItemCount()
        chosen = self.rules()[place] if place >= 0 else None
        self.sentence.setText("" if chosen is None else rule_words.sentence(chosen))
        for button in (self.change, self.remove, self.now):
            button.setEnabled(place >= 0)
        self.now.setEnabled(place >= 0 and self._folder_here() is not None)
        self.up.setEnabled(place > 0)
        self.down.setEnabled(0 <= place < count - 1)
        self.add.setEnabled(self.account_id() is not None)

    # -- changes -----------------------------------------------------------------------------------

    def _save(self, rules: list[Rule], place: int) -> None:
        account = self.account_id()
        if account is None:
            return
        with self.notice.errors():
            self._facade.rules.save(account, rules)
            self.notice.clear()
        self.read(place)

    def write(self, rule: Rule, place: int | None = None) -> RuleEdit | None:
        """The editor for a new rule, or for the one at this place."""
        from mel_desktop.ui.rule_edit import RuleEdit  # noqa: PLC0415 seldom

        account = self.account_id()
        if account is None:
            return None
        editor = RuleEdit(self._facade, self._theme, account, rule, self)
        editor.written.connect(lambda made: self._take(made, place))
        editor.open()
        return editor

    def edit(self) -> RuleEdit | None:
        """The editor for the chosen one."""
        place = self._place()
        return self.write(self.rules()[place], place) if place >= 0 else None

    def _take(self, rule: Rule, place: int | None) -> None:
        rules = self.rules()
        if place is None or place >= len(rules):
            self._save([*rules, rule], len(rules))
        else:
            rules[place] = rule
            self._save(rules, place)

    def delete(self) -> QMessageBox | None:
        """Forget the chosen one, when that is meant."""
        place = self._place()
        if place < 0:
            return None
        rules = self.rules()
        question = Question(
            title=self.tr("Delete the rule"),
            text=self.tr("Delete the rule “{name}”?").format(name=rules[place].name),
            yes=self.tr("Delete"),
            no=self.tr("Keep"),
        )
        return ask(self, question, lambda: self._save(rules[:place] + rules[place + 1 :], place))

    def shift(self, step: int) -> None:
        """The chosen one goes up or down."""
        place, rules = self._place(), self.rules()
        if 0 <= place < len(rules) and 0 <= place + step < len(rules):
            rules[place], rules[place + step] = rules[place + step], rules[place]
            self._save(rules, place + step)

    def _on_checked(self, item: QTreeWidgetItem) -> None:
        place, rules = self.list.indexOfTopLevelItem(item), self.rules()
        enabled = item.checkState(0) is Qt.CheckState.Checked
        if 0 <= place < len(rules) and rules[place].enabled != enabled:
            rules[place] = replace(rules[place], enabled=enabled)
            self._save(rules, place)

    # -- the server --------------------------------------------------------------------------------

    def ask_server(self) -> None:
        """Look at it now; blocks nobody."""
        account = self.account_id()
        if account is None:
            return
        self.look.setEnabled(False)

        def done(_: object) -> None:
            self.look.setEnabled(True)
            self.notice.say(self.tr("The server was asked."))
            self.read()

        def failed(error: MelError) -> None:
            self.look.setEnabled(True)
            self.notice.say_error(error)
            self.read()

        self._bridge.run(self, lambda: self._facade.rules.look(account), done=done, failed=failed)

    def ask_decision(self) -> QDialog | None:
        """Whose rules shall be in force."""
        if self._book is None:
            return None
        dialog = DecisionDialog(self._book, self)
        dialog.chosen.connect(self._decide)
        dialog.open()
        return dialog

    def _decide(self, choice: Choice | Consent) -> None:
        account = self.account_id()
        if account is None:
            return
        with self.notice.errors():
            if isinstance(choice, Consent):
                self._facade.rules.consent(account, choice)
            else:
                self._facade.rules.resolve(account, choice)
            self.notice.say(self.tr("Done as soon as the server is reached."))
        self.read()

    # -- on mail that is here ----------------------------------------------------------------------

    def apply_now(self) -> None:
        """Count first, then ask."""
        account, folder, place = self.account_id(), self._folder_here(), self._place()
        if account is None or folder is None or place < 0:
            return

        def counted(preview: Preview) -> None:
            self._ask_apply(account, preview, place)

        self._bridge.run(
            self,
            lambda: self._facade.rules.preview(account, folder, [place]),
            done=counted,
            failed=self.notice.say_error,
            local=True,
        )

    def _ask_apply(self, account: AccountId, preview: Preview, place: int) -> None:
        count = len(preview.fitting)
        if not count:
            self.notice.say(self.tr("This rule fits no message of the folder."))
            return
        more = ""
        if preview.not_known:
            more = self.tr("%n message(s) cannot be judged: the text is not here.", "",
                           preview.not_known)  # fmt: skip
        question = Question(
            title=self.tr("Apply now"),
            text=self.tr("Apply this rule to %n message(s) of the folder?", "", count),
            more=more,
            yes=self.tr("Apply"),
            no=self.tr("Cancel"),
            destroys=False,
        )
        self.question = ask(self, question, lambda: self._apply(account, preview, place))

    def _apply(self, account: AccountId, preview: Preview, place: int) -> None:
        with self.notice.errors():
            count = self._facade.rules.apply(account, preview.fitting, [place])
            self.notice.say(self.tr("Applied to %n message(s).", "", count))

    def show_runs(self) -> QDialog | None:
        """What rules did on this PC, each to be taken back."""
        account = self.account_id()
        if account is None:
            return None
        dialog = RunsDialog(self._facade, self._theme, account, self)
        dialog.open()
        return dialog


def look_quietly(
    facade: Facade, bridge: Bridge, account: AccountId, owner: QDialog, then: Callable[[], None]
) -> None:
    """Ask the server where what is known is old; trouble stands in the book."""
    if facade.rules.is_stale(account):
        bridge.run(
            owner,
            lambda: facade.rules.look(account),
            done=lambda _: then(),
            failed=lambda _: then(),
        )
