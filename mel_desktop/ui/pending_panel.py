"""Refreshes that would take much of a source away: look, accept, or keep the old copy."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QMessageBox, QPushButton, QVBoxLayout, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.people import SourceId
from mel_desktop.model.persons import PendingRefresh
from mel_desktop.ui import figures
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.question import plain_box


class PendingPanel(QWidget):
    """Nothing is shown while nothing waits. ``settled``: a person has decided."""

    settled = Signal()

    def __init__(self, facade: Facade, bridge: Bridge, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self._facade = facade
        self._bridge = bridge
        self._notice = notice
        self.rows: tuple[PendingRefresh, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def refresh(self) -> None:
        """Read what waits."""
        found: tuple[PendingRefresh, ...] = ()
        with self._notice.errors():
            found = self._facade.people.pending()
        self.show_rows(found)

    def show_rows(self, rows: tuple[PendingRefresh, ...]) -> None:
        """These wait."""
        self.rows = rows
        while self._column.count():
            item = self._column.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for one in rows:
            self._column.addWidget(self._card(one))
        self.setVisible(bool(rows))

    def _card(self, one: PendingRefresh) -> QWidget:
        card = QFrame(self)
        card.setObjectName("notice")
        card.setProperty("tone", "warning")
        card.setProperty("flush", True)  # as wide as the cards below
        text = QLabel()
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setText(self._words(one))
        row = FlowLayout(spacing=8)
        for words, call in (
            (self.tr("Look"), lambda: self.look(one)),
            (self.tr("Accept the new copy"), lambda: self.decide(one, accept=True)),
            (self.tr("Keep the old copy"), lambda: self.decide(one, accept=False)),
        ):
            button = QPushButton(words)
            button.setAccessibleName(f"{words}: {one.source.name}")
            button.clicked.connect(lambda _=False, do=call: do())
            row.addWidget(button)
        column = QVBoxLayout(card)
        column.addWidget(text)
        column.addLayout(row)
        return card

    def _words(self, one: PendingRefresh) -> str:
        said = self.tr(
            "{source}: the copy read on {date} would remove {gone} of {shown} entries. "
            "The old copy is still shown."
        )
        return said.format(
            source=one.source.name,
            date=figures.plain_date(one.read_at),
            gone=figures.count(one.would_remove),
            shown=figures.count(one.shown),
        )

    def look(self, one: PendingRefresh) -> QMessageBox:
        """Who would go."""
        names = "\n".join(one.samples)
        rest = one.would_remove - len(one.samples)
        if rest > 0:
            names += "\n" + self.tr("and {n} more").format(n=figures.count(rest))
        box = plain_box(
            self.window(), QMessageBox.Icon.Information, self.tr("What would be removed"),
            self._words(one), names,
        )  # fmt: skip
        box.addButton(QMessageBox.StandardButton.Close)
        box.open()
        return box

    def decide(self, one: PendingRefresh, *, accept: bool) -> None:
        """Show the new copy, or go on with the old one."""
        people, source = self._facade.people, SourceId(one.source.id)

        def done(_: object) -> None:
            self.refresh()
            self.settled.emit()

        self._bridge.run(
            self,
            lambda: people.accept(source) if accept else people.refuse(source),
            done=done,
            failed=self._notice.say_error,
            local=True,
        )
