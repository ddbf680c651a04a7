"""Send a letter to many: to whom, what it says to each, who gets none and why; then the outbox."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from enum import Enum
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.merging import (
    Audience,
    LeftOut,
    MergeMessage,
    MergeOptions,
    MergePlan,
    Person,
    Table,
)
from mel_desktop.model.outgoing import Draft
from mel_desktop.model.people import EntryId
from mel_desktop.model.safety import CheckLevel
from mel_desktop.ui import figures
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.merge_columns import ColumnsTable
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.send_checks import SendChecksDialog
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme


class _Which(Enum):
    """Which messages are listed."""

    ALL = "all"
    LACKING = "lacking"
    LEFT_OUT = "left-out"


def _said(message: MergeMessage) -> str:
    """What is searched of a message: its people, its subject, what is its own in the text."""
    people = [f"{one.name} {one.address}" for one in message.to]
    return " ".join((message.who, message.subject, *people, *message.fields.values()))


class MergeDialog(QDialog):
    """Nothing is sent before its button is pressed; the plan follows every choice."""

    started = Signal(object)  # MergeRow

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, draft: Draft, parent: QWidget,
        group: EntryId | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Send to many"))
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._draft = draft
        self.checks: SendChecksDialog | None = None
        self._people: tuple[Person, ...] = ()
        self.plan = MergePlan(())
        self._given: dict[str, str] = {}
        self._table: Table | None = None
        self._rows: list[int | str] = []  # places in the plan, or what is said of who is left out
        self.notice = Notice(theme, self)
        self._make_choices(group)
        self._make_views()
        self._lay_out()
        self._read_group()

    def _make_choices(self, wanted: EntryId | None) -> None:
        self.group = NamedBox()
        self.group.setAccessibleName(self.tr("Class or group"))
        groups = self._facade.letters.merge_groups()
        names = Counter(one.name for one in groups)
        for one in groups:
            school = f", {one.school}" if names[one.name] > 1 and one.school else ""
            self.group.addItem(f"{one.name}{school} ({one.members})", int(one.ids[0]))
            if wanted in one.ids:
                self.group.setCurrentIndex(self.group.count() - 1)
        self.who = NamedBox()
        self.who.setAccessibleName(self.tr("Who of it"))
        for name, audience in (
            (self.tr("Parents"), Audience.PARENTS),
            (self.tr("Team"), Audience.TEAM),
            (self.tr("Pupils"), Audience.PUPILS),
            (self.tr("Everybody"), Audience.ALL),
        ):
            self.who.addItem(name, audience)
        self.file = QPushButton(self.tr("From a CSV &file…"))
        self.file.setAccessibleName(self.tr("From a CSV file"))
        self.together = QCheckBox(self.tr("One &message a family, its people together in To"))
        self.skip = QCheckBox(self.tr("&Leave out those of whom a field is missing"))
        self.group.currentIndexChanged.connect(self._read_group)
        self.who.currentIndexChanged.connect(self._read_group)
        self.file.clicked.connect(self._choose_file)
        self.together.toggled.connect(self._plan)
        self.skip.toggled.connect(self._plan)

    def _make_views(self) -> None:
        from mel_desktop.ui.template_dialog import FieldsForm  # noqa: PLC0415 seldom

        self.columns = ColumnsTable(self)
        self.columns.changed.connect(self._read_columns)
        self.query = QLineEdit()
        add_clear_button(self.query)
        self.query.setPlaceholderText(self.tr("Search among the messages…"))
        self.query.setAccessibleName(self.tr("Search among the messages"))
        self.query.textChanged.connect(self._fill_list)
        self.which = NamedBox()
        self.which.setAccessibleName(self.tr("Which messages"))
        for which in _Which:
            self.which.addItem("", which)
        self.which.currentIndexChanged.connect(self._fill_list)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Messages"))
        self.list.currentRowChanged.connect(self._show)
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        self.preview.setAccessibleName(self.tr("Preview"))
        self.form = FieldsForm(self)
        self.form.edited.connect(self._on_given)
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setAccessibleName(self.tr("What would be sent"))
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _lay_out(self) -> None:
        source = QHBoxLayout()
        source.addWidget(self.group, 2)
        source.addWidget(self.who, 1)
        source.addWidget(self.file)
        form = QFormLayout()
        to = QLabel(self.tr("&To"))
        to.setBuddy(self.group)
        form.addRow(to, source)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        left = QVBoxLayout()
        left.addWidget(self.query)
        left.addWidget(self.which)
        left.addWidget(self.list, 1)
        middle.addLayout(left, 2)
        right = QVBoxLayout()
        right.addWidget(self.preview, 3)
        right.addWidget(self.form, 2)
        middle.addLayout(right, 3)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.send = buttons.addButton(self.tr("&Send"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.send.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(self.notice)
        column.addLayout(form)
        column.addWidget(self.columns)
        column.addWidget(self.together)
        column.addWidget(self.skip)
        column.addLayout(middle, 1)
        column.addWidget(self.told)
        column.addWidget(buttons)
        self.resize(900, 600)

    # -- to whom -----------------------------------------------------------------------------------

    def _read_group(self) -> None:
        group = self.group.currentData()
        if group is None:
            self._plan()
            return
        self._table = None
        self.columns.hide()
        self.who.setEnabled(True)
        with self.notice.errors():
            source = self._facade.letters.people_of(EntryId(group), self.who.currentData())
            self._people = source.people
            self.notice.clear()
            self._plan()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("People to write to (CSV)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.filesSelected.connect(lambda names: self.read_file(Path(names[0])))
        dialog.open()

    def read_file(self, path: Path) -> None:
        """People of a table; its columns are found by their headings, and can be corrected."""
        with self.notice.errors():
            letters = self._facade.letters
            self._table = table = letters.read_table(path)
            wanted = letters.fields(self._draft.content)
            mapping = letters.suggested_columns(table, wanted)
            self.columns.show_table(table, mapping, letters.table_fields(wanted))
            self.group.blockSignals(True)
            self.group.setPlaceholderText(path.name)
            self.group.setCurrentIndex(-1)
            self.group.blockSignals(False)
            self.who.setEnabled(False)
            self._read_columns()

    def _read_columns(self) -> None:
        """People of the table as its columns are understood now."""
        if self._table is None:
            return
        self._people = ()
        self.notice.clear()
        with self.notice.errors():
            source = self._facade.letters.people_of_table(self._table, self.columns.mapping())
            self._people = source.people
            if source.skipped:
                self.notice.say(self.tr("%n line(s) could not be read.", "", source.skipped))
        self._plan()

    # -- what --------------------------------------------------------------------------------------

    def _options(self) -> MergeOptions:
        return MergeOptions(self._given, self.together.isChecked(), self.skip.isChecked())

    def _plan(self) -> None:
        self.plan = self._facade.letters.plan_merge(self._draft, self._people, self._options())
        if not self._given:
            self.form.show_fields(tuple(name for name, _ in self.plan.missing), {})
        self._name_choices()
        self._fill_list()
        self.told.setText("\n".join(self._words()))
        self.send.setEnabled(bool(self.plan.messages) and not self.plan.missing)

    def _name_choices(self) -> None:
        """How many each choice would show."""
        lacking = sum(1 for one in self.plan.messages if one.missing)
        for which, text in (
            (_Which.ALL, self.tr("All messages ({count})").format(count=len(self.plan.messages))),
            (_Which.LACKING, self.tr("A field is missing ({count})").format(count=lacking)),
            (
                _Which.LEFT_OUT,
                self.tr("Without a message ({count})").format(count=len(self.plan.left_out)),
            ),
        ):
            self.which.setItemText(self.which.findData(which), text)

    def _fill_list(self) -> None:
        """Messages that are looked for, in their order."""
        which, plan = self.which.currentData(), self.plan
        listed: list[tuple[str, str, int | str]]  # who, what is searched, place or reason
        if which is _Which.LEFT_OUT:
            reasons = self._reasons()
            listed = [(who, who, reasons[why].format(people=who)) for who, why in plan.left_out]
        else:
            listed = [
                (one.who, _said(one), place)
                for place, one in enumerate(plan.messages)
                if one.missing or which is _Which.ALL
            ]
        found = self._facade.letters.matching(self.query.text(), [said for _, said, _ in listed])
        shown = [(listed[place][0], listed[place][2]) for place in found]
        kept = max(0, self.list.currentRow())
        self._rows = [row for _, row in shown]
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItems([who for who, _ in shown])
        self.list.blockSignals(False)
        self.list.setCurrentRow(min(kept, self.list.count() - 1))
        self._show()

    def _reasons(self) -> dict[LeftOut, str]:
        return {
            LeftOut.NO_ADDRESS: self.tr("Without an address: {people}"),
            LeftOut.BAD_ADDRESS: self.tr("Address not valid: {people}"),
            LeftOut.TWICE: self.tr("The same message twice, sent once: {people}"),
            LeftOut.FIELD_MISSING: self.tr("Left out, a field is missing: {people}"),
        }

    def _words(self) -> list[str]:
        plan = self.plan
        size = figures.size(plan.octets)
        words = [self.tr("%n message(s), {size} in all.", "", len(plan.messages)).format(size=size)]
        for why, text in self._reasons().items():
            people = [who for who, reason in plan.left_out if reason is why]
            if people:
                more = "…" if len(people) > 8 else ""
                words.append(text.format(people=", ".join(people[:8]) + more))
        if plan.missing:
            fields = ", ".join(f"{name} ({count})" for name, count in plan.missing)
            words.append(self.tr("Fields that nothing is known of: {fields}").format(fields=fields))
        if plan.unused_recipients:
            words.append(self.tr("The recipients of the letter itself get nothing."))
        return words

    def _on_given(self) -> None:
        self._given = {name: text for name, text in self.form.values().items() if text.strip()}
        self._plan()

    def _show(self) -> None:
        row = self.list.currentRow()
        place = self._rows[row] if 0 <= row < len(self._rows) else ""
        if isinstance(place, str):
            self.preview.setPlainText(place)
            return
        message = self.plan.messages[place]
        letter = self._facade.letters.merge_letter(self._draft.content, message)
        to = ", ".join(one.address for one in message.to)
        self.preview.setPlainText(f"{to}\n{letter.subject}\n\n{letter.text}")

    def accept(self) -> None:
        """Look at the letter once; then into the outbox."""
        everybody = self._facade.letters.recipients_of(self.plan)
        with self.notice.errors():
            found = [
                replace(one, mend=None, may_merge=False)  # mended in the composer, not here
                for one in self._facade.safety.look_at_letter(self._draft.id, everybody)
                if one.level is not CheckLevel.HINT
            ]
            if not found:
                self._start(frozenset())
                return
            self.checks = SendChecksDialog(self._theme, self)
            self.checks.accepted_all.connect(self._start)
            self.checks.show_warnings(found)
            self.checks.open()

    def _start(self, accepted: frozenset[str]) -> None:
        """Into the outbox, without the window waiting for it."""
        if self.checks is not None:
            self.checks.close()
            self.checks = None
        self.send.setEnabled(False)
        draft, people, options = self._draft.id, self._people, self._options()

        def failed(error: MelError) -> None:
            self.send.setEnabled(True)
            self.notice.say_error(error)

        def done(row: object) -> None:
            self.started.emit(row)
            QDialog.accept(self)

        self._bridge.run(
            self,
            lambda: self._facade.letters.start_merge(draft, people, options, accepted=accepted),
            done=done,
            failed=failed,
            local=True,
        )
