"""A table of people that is not understood by itself: what its columns are, and who comes of it.

Guesses can be mended one by one; the people below follow every choice. Nothing is imported before
the button is pressed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import LocalRefusal, MelError
from mel_desktop.model.people import DirectoryEntry, ImportReport, Profile
from mel_desktop.model.tables import ColumnMap, TableLook, TablePreview
from mel_desktop.ui import figures, mapping_words
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.mapping_columns import MeaningsTable
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.spoken import NamedBox, cell
from mel_desktop.ui.theme import Theme

PAUSE_MS: Final = 120  # between a choice and the people that it makes
SHOWN_PEOPLE: Final = 8
SHOWN_ROWS: Final = 4


class MappingDialog(QDialog):
    """For one file. ``imported`` brings the report."""

    imported = Signal(object)  # ImportReport

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, path: Path, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What the columns are: {name}").format(name=path.name))
        self._tables = facade.people.tables
        self._bridge = bridge
        self._path = path
        self._look: TableLook | None = None
        self._can = False
        self.notice = Notice(theme, self)
        self._make_choices(path)
        self._make_views()
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._preview)
        self._read(None)

    def _make_choices(self, path: Path) -> None:
        self.name = QLineEdit(path.stem)
        self.name.setAccessibleName(self.tr("Name of the source"))
        self.name.textChanged.connect(self._follow)
        self.people = _choice(self.tr("Who they are"), mapping_words.profiles())
        self.people.currentIndexChanged.connect(self._on_changed)
        self.delimiter = _choice(self.tr("Between two cells"), mapping_words.delimiters())
        self.encoding = _choice(self.tr("Letters"), mapping_words.encodings())
        self.heading = QCheckBox(self.tr("The &first line names the columns"))
        for one in (self.delimiter, self.encoding):
            one.currentIndexChanged.connect(self._on_form)
        self.heading.clicked.connect(self._on_form)
        self.keep = QCheckBox(self.tr("Read files with the same columns so the &next time"))
        self.keep.setChecked(True)

    def _make_views(self) -> None:
        self.columns = MeaningsTable(self)
        self.columns.changed.connect(self._on_changed)
        self.left_out = _label(self.tr("Columns left out"))
        self.shown = QTableWidget(0, 4, self)
        self.shown.setAccessibleName(self.tr("First people"))
        self.shown.setHorizontalHeaderLabels(
            [self.tr("Name"), self.tr("Addresses"), self.tr("Function"), self.tr("Classes")]
        )
        self.shown.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.shown.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.shown.setTabKeyNavigation(False)
        self.shown.setShowGrid(False)
        self.shown.setWordWrap(False)
        self.shown.verticalHeader().hide()
        header = self.shown.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        row = self.shown.verticalHeader().defaultSectionSize()
        self.shown.setFixedHeight(header.sizeHint().height() + SHOWN_ROWS * row + 4)
        self.told = _label(self.tr("What would be imported"))

    def _lay_out(self) -> None:
        form = QFormLayout()
        name = QLabel(self.tr("Na&me of the source"))
        name.setBuddy(self.name)
        form.addRow(name, self.name)
        people = QLabel(self.tr("&Who they are"))
        people.setBuddy(self.people)
        form.addRow(people, self.people)
        between = QLabel(self.tr("&Between two cells"))
        between.setBuddy(self.delimiter)
        letters = QLabel(self.tr("&Letters"))
        letters.setBuddy(self.encoding)
        form.addRow(between, self.delimiter)
        form.addRow(letters, self.encoding)
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        column.addLayout(form)
        column.addWidget(self.heading)
        column.addWidget(self.columns, 1)
        column.addWidget(self.left_out)
        column.addWidget(self.shown)
        column.addWidget(self.told)
        column.addWidget(self.keep)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton(self.tr("&Import"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setProperty("primary", True)
        self.go.setEnabled(False)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        outer = QVBoxLayout(self)
        outer.setSpacing(8)
        outer.addWidget(self.notice)
        outer.addWidget(area, 1)
        outer.addWidget(buttons)
        screen = self.screen().availableGeometry()
        self.resize(min(860, screen.width() - 40), min(700, screen.height() - 60))

    # -- the file ----------------------------------------------------------------------------------

    def _on_form(self) -> None:
        self._read(self.heading.isChecked())

    def _read(self, has_heading: bool | None) -> None:
        """Look at the file anew, as it is to be read."""
        self.go.setEnabled(False)
        delimiter, encoding = str(self.delimiter.currentData()), str(self.encoding.currentData())
        path = self._path
        self._bridge.run(
            self,
            lambda: self._tables.look(
                path, delimiter=delimiter, encoding=encoding, has_heading=has_heading
            ),
            done=self._show,
            failed=self._on_failed,
            local=True,
        )

    def _show(self, look: TableLook) -> None:
        self._look = look
        self.notice.clear()
        if look.kept:
            self.notice.say(self.tr("These columns are known from an earlier import."))
        for one, value in (
            (self.people, look.columns.profile),
            (self.delimiter, look.columns.delimiter),
            (self.encoding, look.columns.encoding),
        ):
            one.blockSignals(True)
            one.setCurrentIndex(max(0, one.findData(value)))
            one.blockSignals(False)
        self.heading.setChecked(look.columns.has_heading)
        self.keep.setEnabled(look.columns.has_heading)
        self.columns.show_look(look)
        self._preview()

    def _on_failed(self, error: MelError) -> None:
        self._look = None
        self._can = False
        self._follow()
        self.notice.say_error(error)

    # -- what comes of it --------------------------------------------------------------------------

    def chosen(self) -> ColumnMap:
        """What the columns are now."""
        assert self._look is not None
        profile = self.people.currentData()
        assert isinstance(profile, Profile)
        return replace(self._look.columns, fields=self.columns.fields(), profile=profile)

    def _on_changed(self) -> None:
        self._pause.start()

    def _preview(self) -> None:
        if self._look is None:
            return
        self._name_left_out(self._look)
        try:
            found = self._tables.preview(self._look, self.chosen())
        except LocalRefusal as error:
            self._can = False
            self.shown.setRowCount(0)
            missing = error.facts.get("missing", "")
            self.told.setText(
                self.tr("Still missing: {columns}.").format(columns=missing) if missing else ""
            )
        else:
            self._can = bool(found.people)
            self._fill(found)
        self._follow()

    def _fill(self, found: TablePreview) -> None:
        from mel_desktop.ui import skipped_words  # noqa: PLC0415 seldom

        self.shown.setRowCount(min(SHOWN_PEOPLE, len(found.people)))
        for row, entry in enumerate(found.people[:SHOWN_PEOPLE]):
            for place, text in enumerate(_cells(entry)):
                self.shown.setItem(row, place, cell(text))
        assert self._look is not None
        words = [self.tr("Looked at: %n line(s).", "", len(self._look.rows))]
        if found.groups:
            words.append(self.tr("%n class(es) or group(s).", "", found.groups))
        if found.ties:
            words.append(self.tr("%n tie(s) of family.", "", found.ties))
        if found.skipped:
            line = found.skipped[0]
            words.append(
                self.tr("Line {line}: {reason}.").format(
                    line=figures.count(line.line), reason=skipped_words.say(line.reason)
                )
            )
        if not found.people:
            words.append(self.tr("Nobody would be imported."))
        self.told.setText(" ".join(words))

    def _name_left_out(self, look: TableLook) -> None:
        never: list[str] = []
        unread: list[str] = []
        fields = self.columns.fields()
        for heading, guess, field in zip(look.columns.headings, look.guesses, fields, strict=True):
            if field is None:
                (never if guess.sensitive is not None else unread).append(heading)
        words = []
        if never:
            words.append(
                self.tr("Never read, for a mail program has no use for it: {columns}.").format(
                    columns=", ".join(never)
                )
            )
        if unread:
            words.append(self.tr("Not read: {columns}.").format(columns=", ".join(unread)))
        self.left_out.setText(" ".join(words))
        self.left_out.setVisible(bool(words))

    def _follow(self) -> None:
        self.go.setEnabled(self._can and bool(self.name.text().strip()))

    # -- import ------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Import, without the window waiting for it."""
        if self._look is None:
            return
        self.go.setEnabled(False)
        self.notice.say(self.tr("The file is being imported…"))
        columns, name, path = self.chosen(), self.name.text().strip(), self._path
        keep = self.keep.isChecked() and columns.has_heading

        def done(report: ImportReport) -> None:
            self.imported.emit(report)
            QDialog.accept(self)

        def failed(error: MelError) -> None:
            self._follow()
            self.notice.say_error(error)

        self._bridge.run(
            self,
            lambda: self._tables.import_table(path, columns, name, keep=keep),
            done=done,
            failed=failed,
        )


def _choice(name: str, values: dict[Profile, str] | dict[str, str]) -> QComboBox:
    made = NamedBox()
    made.setAccessibleName(name)
    for value, words in values.items():
        made.addItem(words, value)
    return made


def _label(name: str) -> QLabel:
    made = QLabel()
    made.setAccessibleName(name)
    made.setWordWrap(True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def _cells(entry: DirectoryEntry) -> tuple[str, str, str, str]:
    addresses = ", ".join(filter(None, (entry.email, *entry.more_emails)))
    return entry.name, addresses, entry.role, ", ".join(entry.classes)
