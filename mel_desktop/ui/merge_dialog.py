"""Send a letter to many: to whom, what it says to each, who gets none and why; then the outbox."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.merging import Audience, LeftOut, MergeOptions, MergePlan, Person
from mel_desktop.model.outgoing import Draft
from mel_desktop.model.people import EntryId
from mel_desktop.model.safety import CheckLevel
from mel_desktop.ui import figures
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.send_checks import SendChecksDialog
from mel_desktop.ui.template_dialog import FieldsForm
from mel_desktop.ui.theme import Theme


class MergeDialog(QDialog):
    """Nothing is sent before its button is pressed; the plan follows every choice."""

    started = Signal(object)  # MergeRow

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, draft: Draft, parent: QWidget
    ) -> None:
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
        self.notice = Notice(theme, self)
        self._make_choices()
        self._make_views()
        self._lay_out()
        self._read_group()

    def _make_choices(self) -> None:
        self.group = QComboBox()
        self.group.setAccessibleName(self.tr("Class or group"))
        for id_, entry, members in self._facade.directory_groups():
            self.group.addItem(f"{entry.name} ({members})", int(id_))
        self.who = QComboBox()
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
        middle.addWidget(self.list, 2)
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
        """People of a table; its columns are found by their headings and become fields."""
        with self.notice.errors():
            letters = self._facade.letters
            table = letters.read_table(path)
            mapping = letters.suggested_columns(table, letters.fields(self._draft.content))
            source = letters.people_of_table(table, mapping)
            self._people = source.people
            self.group.blockSignals(True)
            self.group.setCurrentIndex(-1)
            self.group.blockSignals(False)
            self.notice.clear()
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
        kept = max(0, self.list.currentRow())
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItems([one.who for one in self.plan.messages])
        self.list.blockSignals(False)
        self.list.setCurrentRow(min(kept, self.list.count() - 1))
        self._show()
        self.told.setText("\n".join(self._words()))
        self.send.setEnabled(bool(self.plan.messages) and not self.plan.missing)

    def _words(self) -> list[str]:
        plan = self.plan
        size = figures.size(plan.octets)
        words = [self.tr("%n message(s), {size} in all.", "", len(plan.messages)).format(size=size)]
        for why, text in (
            (LeftOut.NO_ADDRESS, self.tr("Without an address: {people}")),
            (LeftOut.BAD_ADDRESS, self.tr("Address not valid: {people}")),
            (LeftOut.TWICE, self.tr("The same message twice, sent once: {people}")),
            (LeftOut.FIELD_MISSING, self.tr("Left out, a field is missing: {people}")),
        ):
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
        place = self.list.currentRow()
        if not 0 <= place < len(self.plan.messages):
            self.preview.clear()
            return
        message = self.plan.messages[place]
        letter = self._facade.letters.merge_letter(self._draft.content, message)
        to = ", ".join(one.address for one in message.to)
        self.preview.setPlainText(f"{to}\n{letter.subject}\n\n{letter.text}")

    def accept(self) -> None:
        """Look at the letter once; then into the outbox."""
        with self.notice.errors():
            found = [
                replace(one, mend=None, may_merge=False)  # mended in the composer, not here
                for one in self._facade.safety.look_at_letter(self._draft.id)
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
