"""Where the directory's entries come from: dates, attribution, import, LDAP, removal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import MelError
from mel_desktop.model.people import DirectorySource, ImportReport, LdapSettings, SourceKind
from mel_desktop.ui import figures
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.web_sources_desk import WebSourcesDesk

if TYPE_CHECKING:
    from mel_desktop.ui.mapping_dialog import MappingDialog

SKIPPED_SHOWN: Final = 3


class SourcesPanel(QWidget):
    """One card a source, and the ways to add one."""

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, notice: Notice, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._notice = notice
        title = QLabel(self.tr("Sources"))
        font = title.font()
        font.setWeight(font.Weight.DemiBold)
        title.setFont(font)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        self.import_button = QPushButton(self.tr("Import a file…"))
        self.import_button.setAccessibleName(self.tr("Import a file of people"))
        self.import_button.setToolTip(
            self.tr("CSV, ONDE, ENT, vCard, LDIF, Zimbra, or the open directory of schools")
        )
        self.columns_button = QPushButton(self.tr("Choose the columns…"))
        self.columns_button.setAccessibleName(self.tr("Import a CSV file and choose its columns"))
        self.columns_button.clicked.connect(self._choose_table)
        self.import_button.clicked.connect(self._choose)
        self.ldap_button = QPushButton(self.tr("Add an LDAP directory…"))
        self.ldap_button.setAccessibleName(self.tr("Add an LDAP directory"))
        self.ldap_button.clicked.connect(lambda: self._ask_ldap())
        row = FlowLayout(spacing=8)
        row.addWidget(self.import_button)
        row.addWidget(self.columns_button)
        row.addWidget(self.ldap_button)
        self.web = WebSourcesDesk(facade, bridge, theme, notice, self, self._on_read)
        for button in self.web.buttons:
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(title)
        column.addLayout(self._cards)
        column.addLayout(row)

    def refresh(self) -> None:
        """Read the sources again."""
        with self._notice.errors():
            self._show(self._facade.directory_sources())

    def _show(self, sources: Sequence[DirectorySource]) -> None:
        while self._cards.count():
            item = self._cards.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for source in sources:
            self._cards.addWidget(self._card(source))
        if not sources:
            label = QLabel(
                self.tr(
                    "No source yet. Import the open directory of schools or a list of people, "
                    "or add your académie's LDAP directory."
                )
            )
            label.setWordWrap(True)
            label.setProperty("muted", True)
            self._cards.addWidget(label)

    def _card(self, source: DirectorySource) -> QWidget:
        card = QFrame(self)
        card.setObjectName("card")
        name = QLabel()
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setText(source.name)
        name.setWordWrap(True)
        facts = [self.tr("%n entry(ies)", "", source.count)]
        if source.updated_at is not None:
            facts.append(
                self.tr("updated on {date}").format(date=figures.plain_date(source.updated_at))
            )
        else:
            facts.append(self.tr("never read"))
        if not source.complete:
            facts.append(self.tr("not complete"))
        words = " · ".join(facts)
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(f"{words}\n{source.attribution}" if source.attribution else words)
        label.setWordWrap(True)
        label.setProperty("muted", True)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(name)
        text.addWidget(label)
        row = QHBoxLayout(card)
        row.setContentsMargins(12, 8, 8, 8)
        row.addLayout(text, 1)
        if source.kind is SourceKind.LDAP:
            row.addWidget(self._button("settings", self.tr("Change"), source, self._ask_ldap))
            row.addWidget(self._button("sync", self.tr("Read again"), source, self._sync))
        elif self.web.serves(source):
            row.addWidget(self._button("sync", self.tr("Read again"), source, self.web.sync))
        row.addWidget(self._button("trash", self.tr("Remove"), source, self._ask_remove))
        return card

    def _button(self, icon: str, text: str, source: DirectorySource, call: object) -> QPushButton:
        button = QPushButton()
        button.setProperty("link", True)
        button.setIcon(self._theme.icons.icon(icon))
        button.setToolTip(text)
        button.setAccessibleName(f"{text}: {source.name}")
        assert callable(call)
        button.clicked.connect(lambda: call(source))
        return button

    # -- import ------------------------------------------------------------------------------------

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Import a file of people"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(
            lambda names: self.import_files(tuple(Path(name) for name in names))
        )
        dialog.open()

    def _choose_table(self) -> None:
        dialog = QFileDialog(self, self.tr("Import a CSV file and choose its columns"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Tables (*.csv *.tsv *.txt)"), self.tr("All files (*)")])
        dialog.filesSelected.connect(lambda names: self.choose_columns((Path(names[0]),)))
        dialog.open()

    def import_files(self, files: tuple[Path, ...]) -> None:
        """Import on an engine thread; what was left out is said. Tables that are not understood
        by themselves are asked about, one after the other.
        """
        self.import_button.setEnabled(False)
        self._notice.say(self.tr("The file is being imported…"))

        def done(found: tuple[tuple[ImportReport, ...], tuple[Path, ...]]) -> None:
            reports, asked = found
            self.import_button.setEnabled(True)
            self._notice.clear()
            if reports:
                self._say_reports(reports)
                self.refresh()
            self.choose_columns(asked)

        self._bridge.run(self, lambda: self._import(files), done=done, failed=self._on_failed)

    def _import(self, files: tuple[Path, ...]) -> tuple[tuple[ImportReport, ...], tuple[Path, ...]]:
        asked = self._facade.people.tables.needing_map(files)
        others = tuple(path for path in files if path not in asked)
        return (self._facade.import_directory(others) if others else ()), asked

    def choose_columns(self, files: tuple[Path, ...]) -> MappingDialog | None:
        """Ask what the columns of tables are, one table after the other."""
        from mel_desktop.ui.mapping_dialog import MappingDialog  # noqa: PLC0415 seldom

        if not files:
            return None
        dialog = MappingDialog(self._facade, self._bridge, self._theme, files[0], self)
        reports: list[ImportReport] = []
        dialog.imported.connect(reports.append)

        def finished() -> None:
            if reports:
                self._say_reports(reports)
                self.refresh()
            self.choose_columns(files[1:])

        dialog.finished.connect(finished)
        dialog.open()
        return dialog

    def _on_read(self, reports: Sequence[ImportReport]) -> None:
        self._say_reports(reports)
        self.refresh()

    def _say_reports(self, reports: Sequence[ImportReport]) -> None:
        from mel_desktop.ui import skipped_words  # noqa: PLC0415 seldom

        words = []
        skipped = 0
        waits = False
        for report in reports:
            if report.waiting:
                waits = True
                words.append(
                    self.tr(
                        "{name}: the new copy waits for you, for %n entry(ies) would be removed.",
                        "",
                        report.would_remove,
                    ).format(name=report.source)
                )
                continue
            total = report.persons + report.groups + report.schools + report.services
            words.append(
                self.tr("{name}: {count} entry(-ies).", "", total).format(
                    name=report.source, count=figures.count(total)
                )
            )
            skipped += len(report.skipped)
            words.extend(
                self.tr("Line {line} left out: {reason}.").format(
                    line=line.line, reason=skipped_words.say(line.reason)
                )
                for line in report.skipped[:SKIPPED_SHOWN]
            )
        if skipped > SKIPPED_SHOWN:
            words.append(self.tr("%n line(s) left out in all.", "", skipped))
        self._notice.say(" ".join(words), Tone.WARNING if skipped or waits else Tone.INFO)

    def _on_failed(self, error: MelError) -> None:
        self.import_button.setEnabled(True)
        self._notice.say_error(error)

    # -- LDAP --------------------------------------------------------------------------------------

    def _ask_ldap(self, source: DirectorySource | None = None) -> None:
        from mel_desktop.ui.ldap_dialog import LdapDialog  # noqa: PLC0415 seldom

        dialog = LdapDialog(self._facade, self._bridge, self._theme, self, source)
        dialog.accepted.connect(lambda: self._add_ldap(dialog.settings(), dialog.password()))
        dialog.open()

    def _add_ldap(self, settings: LdapSettings, password: Secret | None) -> None:
        with self._notice.errors():
            self._sync(self._facade.add_ldap(settings, password))

    def _sync(self, source: DirectorySource) -> None:
        self._notice.say(self.tr("The directory is being read…"))

        def done(reports: tuple[ImportReport, ...]) -> None:
            self._say_reports(reports)
            self.refresh()

        self._bridge.run(
            self,
            lambda: self._facade.sync_directory(source.id),
            done=done,
            failed=self._on_failed,
        )

    def _ask_remove(self, source: DirectorySource) -> None:
        ask(
            self,
            Question(
                title=self.tr("Remove a source"),
                text=self.tr("Remove “{name}” and its entries from this PC?").format(
                    name=source.name
                ),
                yes=self.tr("Remove"),
                no=self.tr("Keep"),
            ),
            lambda: self._remove(source),
        )

    def _remove(self, source: DirectorySource) -> None:
        with self._notice.errors():
            self._facade.remove_directory_source(source.id)
            self.refresh()
