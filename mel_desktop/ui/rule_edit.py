"""One rule, written like a sentence: when what holds, do what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import Role
from mel_desktop.model.rules import Action, Condition, Deed, Match, Rule, Topic
from mel_desktop.ui import rule_words
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme

TEXT_MATCHES: Final = (Match.CONTAINS, Match.IS, Match.BEGINS, Match.ENDS, Match.MATCHES)
FOLDER_DEEDS: Final = (Deed.FILE, Deed.COPY)
VALUE_DEEDS: Final = (Deed.TAG, Deed.REDIRECT)


class Row(QWidget):
    """A line of the sentence that can be taken away."""

    gone = Signal(object)
    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.remove = QToolButton()
        self.remove.setIcon(theme.icons.icon("trash"))
        self.remove.setAccessibleName(self.tr("Take this line away"))
        self.remove.setToolTip(self.tr("Take this line away"))
        self.remove.clicked.connect(lambda: self.gone.emit(self))


class ConditionRow(Row):
    """What is looked at, how, and for what."""

    def __init__(self, theme: Theme, given: Condition, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.topic, self.match = NamedBox(), NamedBox()
        self.topic.setAccessibleName(self.tr("What is looked at"))
        self.match.setAccessibleName(self.tr("How it is looked at"))
        self.header, self.value = QLineEdit(given.header), QLineEdit(given.value)
        self.header.setAccessibleName(self.tr("Name of the header"))
        self.header.setPlaceholderText("X-…")
        self.header.setMaximumWidth(130)
        self.value.setAccessibleName(self.tr("What is looked for"))
        for one in Topic:
            self.topic.addItem(rule_words.topic(one), one)
        self.topic.setCurrentIndex(self.topic.findData(given.topic))
        for widget in (self.topic, self.header, self.match):
            self.line.addWidget(widget)
        self.line.addWidget(self.value, 1)
        self.line.addWidget(self.remove)
        self.matches: list[tuple[Match, bool]] = []  # in the order of the box
        self._fill(given.match, negated=given.negated)
        self.topic.currentIndexChanged.connect(lambda: self._fill())
        for edit in (self.header, self.value):
            edit.textChanged.connect(lambda: self.changed.emit())
        self.match.currentIndexChanged.connect(lambda: self.changed.emit())

    def _fill(self, chosen: Match | None = None, *, negated: bool = False) -> None:
        topic = self.topic.currentData()
        matches: Sequence[Match] = TEXT_MATCHES
        if topic is Topic.SIZE:
            matches = (Match.OVER, Match.UNDER)
        elif topic in (Topic.BODY, Topic.ATTACHMENT):
            matches = (Match.CONTAINS,)
        self.matches = [(one, no) for no in (False, True) for one in matches]
        self.match.blockSignals(True)
        self.match.clear()
        for one, no in self.matches:
            is_presence = topic is Topic.ATTACHMENT
            words = rule_words.presence(negated=no) if is_presence else ""
            self.match.addItem(words or rule_words.match(one, negated=no))
        places = [n for n, one in enumerate(self.matches) if one == (chosen, negated)]
        self.match.setCurrentIndex(places[0] if places else 0)
        self.match.blockSignals(False)
        self.header.setVisible(topic is Topic.HEADER)
        self.value.setVisible(topic is not Topic.ATTACHMENT)
        self.changed.emit()

    def condition(self) -> Condition:
        """As it stands."""
        topic = self.topic.currentData()
        kind, negated = self.matches[max(self.match.currentIndex(), 0)]
        value = "" if topic is Topic.ATTACHMENT else self.value.text().strip()
        header = self.header.text().strip() if topic is Topic.HEADER else ""
        return Condition(topic, kind, value, header, negated)


class ActionRow(Row):
    """What is done, and with which folder, tag or address."""

    def __init__(
        self,
        theme: Theme,
        given: Action,
        folders: Sequence[tuple[str, str]],
        deeds: Sequence[Deed],
        parent: QWidget,
    ) -> None:
        super().__init__(theme, parent)
        self.deed, self.folder, self.value = NamedBox(), NamedBox(), QLineEdit()
        self.deed.setAccessibleName(self.tr("What is done"))
        self.folder.setAccessibleName(self.tr("Folder"))
        self.value.setAccessibleName(self.tr("Tag or address"))
        for one in deeds:
            self.deed.addItem(rule_words.deed(one), one)
        for name, path in folders:
            self.folder.addItem(name, path)
        self.deed.setCurrentIndex(max(self.deed.findData(given.deed), 0))
        if given.deed in FOLDER_DEEDS and given.value:
            if self.folder.findData(given.value) < 0:  # not there (yet): kept as it was written
                self.folder.addItem(given.value, given.value)
            self.folder.setCurrentIndex(self.folder.findData(given.value))
        elif given.value:
            self.value.setText(given.value)
        self.line.addWidget(self.deed)
        self.line.addWidget(self.folder, 1)
        self.line.addWidget(self.value, 1)
        self.line.addStretch(0)
        self.line.addWidget(self.remove)
        self._fit()
        self.deed.currentIndexChanged.connect(self._fit)
        self.folder.currentIndexChanged.connect(lambda: self.changed.emit())
        self.value.textChanged.connect(lambda: self.changed.emit())

    def _fit(self) -> None:
        deed = self.deed.currentData()
        self.folder.setVisible(deed in FOLDER_DEEDS)
        self.value.setVisible(deed in VALUE_DEEDS)
        self.line.setStretch(3, 0 if deed in (*FOLDER_DEEDS, *VALUE_DEEDS) else 1)
        self.changed.emit()

    def action(self) -> Action:
        """As it stands."""
        deed = self.deed.currentData()
        if deed in FOLDER_DEEDS:
            return Action(deed, str(self.folder.currentData() or ""))
        return Action(deed, self.value.text().strip() if deed in VALUE_DEEDS else "")


class RuleEdit(QDialog):
    """The editor. ``written``: the rule as it was agreed to."""

    written = Signal(object)  # Rule

    def __init__(
        self, facade: Facade, theme: Theme, account: AccountId, rule: Rule, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Rule"))
        self._facade = facade
        self._theme = theme
        self._is_enabled = rule.enabled
        self._folders = [
            (one.name if one.role is None else f"{one.path}", one.path)
            for one in facade.folders(account)
            if one.selectable and not one.local and one.role is not Role.DRAFTS
        ]
        redirects = facade.rules.may_redirect() or any(
            one.deed is Deed.REDIRECT for one in rule.actions
        )
        self._deeds = [one for one in Deed if one is not Deed.REDIRECT or redirects]
        self.notice = Notice(theme, self)
        self.name = QLineEdit(rule.name)
        self.name.setAccessibleName(self.tr("Name of the rule"))
        self.all_of = NamedBox()
        self.all_of.setAccessibleName(self.tr("How the conditions go together"))
        self.all_of.addItem(self.tr("all of these hold"), True)
        self.all_of.addItem(self.tr("one of these holds"), False)
        self.all_of.setCurrentIndex(0 if rule.all_of else 1)
        self.conditions: list[ConditionRow] = []
        self.actions_: list[ActionRow] = []
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.sentence.setAccessibleName(self.tr("The rule in one sentence"))
        self._lay_out()
        for condition in rule.conditions:
            self._add_condition(condition)
        for action in rule.actions or (Action(Deed.FILE),):
            self._add_action(action)
        self.all_of.currentIndexChanged.connect(self._show)
        self._show()
        self.resize(760, 520)
        self.name.setFocus()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(self.tr("&Name"), self.name)
        form.addRow(self.tr("&When"), self.all_of)
        when, self._when = self._group(
            self.tr("Conditions (none: every message)"),
            self.tr("Add a &condition"),
            self.add_condition,
        )
        then, self._then = self._group(
            self.tr("Then"),
            self.tr("Add an &action"),
            lambda: self._add_action(Action(Deed.FLAG)).deed.setFocus(),
        )
        inside = QWidget()
        both = QVBoxLayout(inside)
        both.setContentsMargins(0, 0, 0, 0)
        both.addWidget(when)
        both.addWidget(then)
        both.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inside)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addLayout(form)
        column.addWidget(area, 1)
        column.addWidget(self.sentence)
        column.addWidget(buttons)

    def _group(
        self, title: str, more: str, call: Callable[[], object]
    ) -> tuple[QGroupBox, QVBoxLayout]:
        group = QGroupBox(title)
        column = QVBoxLayout(group)
        rows = QVBoxLayout()
        button = QPushButton(more)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: call())
        column.addLayout(rows)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return group, rows

    def add_condition(self) -> None:
        """One more line to fill in."""
        self._add_condition(Condition(Topic.FROM)).topic.setFocus()

    def _add_condition(self, given: Condition) -> ConditionRow:
        row = ConditionRow(self._theme, given, self)
        row.gone.connect(self._drop)
        row.changed.connect(self._show)
        self.conditions.append(row)
        self._when.addWidget(row)
        self._show()
        return row

    def _add_action(self, given: Action) -> ActionRow:
        row = ActionRow(self._theme, given, self._folders, self._deeds, self)
        row.gone.connect(self._drop)
        row.changed.connect(self._show)
        self.actions_.append(row)
        self._then.addWidget(row)
        self._show()
        return row

    def _drop(self, row: Row) -> None:
        if isinstance(row, ConditionRow):
            self.conditions.remove(row)
        elif isinstance(row, ActionRow):
            self.actions_.remove(row)
        row.hide()
        row.deleteLater()
        self._show()

    def rule(self) -> Rule:
        """As it stands."""
        return Rule(
            self.name.text().strip(),
            tuple(one.condition() for one in self.conditions),
            tuple(one.action() for one in self.actions_),
            bool(self.all_of.currentData()),
            self._is_enabled,
        )

    def _show(self) -> None:
        self.sentence.setText(rule_words.sentence(self.rule()))

    def accept(self) -> None:
        """Tell it, if it may be saved."""
        rule = self.rule()
        try:
            self._facade.rules.check([rule])
        except MelError as error:
            self.notice.say_error(error)
            return
        self.written.emit(rule)
        super().accept()
