"""The pages of the school year and of the register sheet."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.records import Holding, Holdings, Purged, year_name
from mel_desktop.ui import figures, language
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.forms import muted
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.storage_table import ValueTable


class YearPage(QWidget):
    """Lists of an earlier school year: replaced by a new one, or their families removed."""

    import_asked = Signal()

    def __init__(self, facade: Facade, bridge: Bridge, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self._facade = facade
        self._bridge = bridge
        self._notice = notice
        self._held: Holdings | None = None
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setAccessibleName(self.tr("School year"))
        self.lists: ValueTable[Holding] = ValueTable(
            self.tr("Lists with classes or families"),
            (
                (self.tr("Source"), lambda one: one.source.name),
                (self.tr("School year"), _year),
                (self.tr("As of"), _as_of),
                (self.tr("Pupils"), lambda one: figures.count(one.pupils)),
                (self.tr("Guardians"), lambda one: figures.count(one.guardians)),
                (self.tr("Classes"), lambda one: figures.count(one.groups)),
            ),
            lambda one: one.source.id,
            several=True,
        )
        self.lists.selectionModel().selectionChanged.connect(lambda *_: self._on_choice())
        self.notes = QCheckBox(self.tr("Also remove &notes on these people"))
        self.notes.setChecked(True)
        self.learned = QCheckBox(self.tr("Also stop &proposing their addresses"))
        self.learned.setChecked(True)
        self.explain = muted()
        self.new_list = QPushButton(self.tr("&Import this year’s list…"))
        self.new_list.clicked.connect(lambda: self.import_asked.emit())
        self.purge = QPushButton(self.tr("&Remove last year’s classes and families…"))
        self.purge.setAutoDefault(False)
        self.new_list.setAutoDefault(False)
        self.purge.clicked.connect(lambda: self.ask_purge())
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.new_list)
        row.addWidget(self.purge)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(8)
        column.addWidget(self.summary)
        column.addWidget(self.lists, 1)
        column.addWidget(self.notes)
        column.addWidget(self.learned)
        column.addWidget(self.explain)
        column.addLayout(row)

    def refresh(self) -> None:
        """Read what is held."""
        with self._notice.errors():
            self._show(self._facade.records.holdings())

    def _show(self, held: Holdings) -> None:
        self._held = held
        lists = [one for one in held.sources if one.of_one_year]
        self.lists.show_values(lists)
        outdated = held.outdated
        year = year_name(held.school_year)
        if outdated:
            text = self.tr(
                "%n list(s) of an earlier school year are still shown. Import the list of {year}"
                " under the same name, or remove the classes and families: staff and schools stay.",
                "",
                len(outdated),
            )
        elif lists:
            text = self.tr("All lists with classes or families are of {year}.")
        else:
            text = self.tr("No list holds classes or families. This is the school year {year}.")
        self.summary.setText(text.replace("{year}", year))
        if held.families_days:
            self.explain.setText(
                self.tr("Your IT service removes them by itself %n day(s) after {day}.", "",
                        held.families_days).replace(
                    "{day}", figures.plain_date(
                        datetime.combine(held.ends, time(12))
                    )
                )
            )  # fmt: skip
        self.explain.setVisible(bool(held.families_days))
        old = {one.source.id for one in outdated}
        for place, one in enumerate(lists):
            if one.source.id in old:
                self.lists.selectRow(place)
                break
        self._on_choice()

    def _on_choice(self) -> None:
        self.purge.setEnabled(bool(self.lists.chosen()))

    def ask_purge(self) -> None:
        """Ask with counts, then remove; staff and schools stay."""
        chosen = self.lists.chosen()
        if not chosen:
            return
        pupils = sum(one.pupils for one in chosen)
        guardians = sum(one.guardians for one in chosen)
        classes = sum(one.groups for one in chosen)
        text = self.tr(
            "{pupils} pupils, {guardians} guardians and {classes} classes and groups leave the"
            " directory of this PC. Messages stay. This cannot be undone, but a list can be"
            " imported again."
        ).format(
            pupils=figures.count(pupils),
            guardians=figures.count(guardians),
            classes=figures.count(classes),
        )
        question = Question(
            self.tr("Remove classes and families?"),
            text,
            self.tr("Remove"),
            self.tr("Keep"),
            more=", ".join(one.source.name for one in chosen),
        )
        sources = [one.source.id for one in chosen]
        notes, learned = self.notes.isChecked(), self.learned.isChecked()
        ask(
            self.window(),
            question,
            lambda: self._bridge.run(
                self,
                lambda: self._facade.records.purge(sources, notes=notes, learned=learned),
                done=self._on_purged,
                failed=self._on_failed,
                local=True,
            ),
        )

    def _on_purged(self, gone: Purged) -> None:
        self._notice.say(
            self.tr("Removed: {people} people and {groups} classes and groups.").format(
                people=figures.count(gone.people), groups=figures.count(gone.groups)
            ),
            Tone.INFO,
        )
        self.refresh()

    def _on_failed(self, error: MelError) -> None:
        self._notice.say_error(error)


class RegisterPage(QWidget):
    """The sheet as it is saved, read before it is."""

    def __init__(self, facade: Facade, bridge: Bridge, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self._facade = facade
        self._notice = notice
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(self.tr("Register sheet"))
        self.text.setTabChangesFocus(True)
        explain = muted(
            self.tr(
                "For the register of processing of your school (GDPR, article 30). It counts and"
                " names nobody. Nothing is sent."
            )
        )
        self.save_button = QPushButton(self.tr("&Save…"))
        self.save_button.setProperty("primary", True)
        self.save_button.setAutoDefault(False)
        self.save_button.clicked.connect(lambda: self._choose())
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(8)
        column.addWidget(explain)
        column.addWidget(self.text, 1)
        column.addLayout(row)

    def refresh(self) -> None:
        """Make the sheet of what is held now."""
        with self._notice.errors():
            self.text.setHtml(self._facade.records.sheet(language.current()))

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the register sheet"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Web page (*.html)")])
        dialog.setDefaultSuffix("html")
        dialog.selectFile(self.tr("register-mel-desktop") + ".html")
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.open()

    def save(self, target: Path) -> None:
        """Write the sheet."""
        with self._notice.errors():
            self._facade.records.save_sheet(target, language.current())
            self._notice.say(self.tr("Saved: {file}").format(file=target.name))


def _year(one: Holding) -> str:
    return year_name(one.school_year)


def _as_of(one: Holding) -> str:
    return "–" if one.source.updated_at is None else figures.plain_date(one.source.updated_at)
