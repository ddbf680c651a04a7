"""Who is proposed because a message went there: forget one, forget all, take it back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.contacts import Learned
from mel_desktop.ui import figures
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.forms import muted
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.theme import Theme

PERSON = Qt.ItemDataRole.UserRole


class LearnedDialog(QDialog):
    """A view of what completion has learnt."""

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Recipients learnt"))
        self._door = facade.contacts
        self.notice = Notice(theme, self)
        self.query = QLineEdit()
        add_clear_button(self.query)
        self.query.setPlaceholderText(self.tr("Name or address…"))
        self.query.setAccessibleName(self.tr("Search the recipients learnt"))
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setTabKeyNavigation(False)
        self.list.setAccessibleName(self.tr("Recipients learnt, the latest first"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setHeaderLabels(
            [self.tr("Name"), self.tr("Address"), self.tr("Messages"), self.tr("Last on")]
        )
        header = self.list.header()
        for column_at in (0, 1):
            header.setSectionResizeMode(column_at, QHeaderView.ResizeMode.Stretch)
        for column_at in (2, 3):
            header.setSectionResizeMode(column_at, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(False)
        self.forget = QPushButton(self.tr("&Forget"))
        self.forget.setToolTip(self.tr("Propose them no more (Del)"))
        self.forget.clicked.connect(self.forget_chosen)
        self.forget_all = QPushButton(self.tr("Forget &all…"))
        self.forget_all.setProperty("danger", True)
        self.forget_all.clicked.connect(self.ask_forget_all)
        for button in (self.forget, self.forget_all):
            button.setAutoDefault(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.forget)
        row.addWidget(self.forget_all)
        row.addStretch(1)
        row.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(self.notice)
        column.addWidget(
            muted(
                self.tr(
                    "They are proposed while you type a recipient because you have written to "
                    "them. Nothing of this leaves this PC."
                )
            )
        )
        column.addWidget(self.query)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        key = QShortcut(QKeySequence("Del"), self.list)
        key.setContext(Qt.ShortcutContext.WidgetShortcut)
        key.activated.connect(self.forget_chosen)
        self.query.textChanged.connect(self._filter)
        self.list.itemSelectionChanged.connect(self._tell)
        self.resize(680, 460)
        self.refresh()
        self.query.setFocus()

    def refresh(self) -> None:
        """Read again."""
        self.list.clear()
        with self.notice.errors():
            for one in self._door.learned():
                day = "" if one.last_at is None else figures.plain_date(one.last_at)
                item = QTreeWidgetItem([one.name, one.address, figures.count(one.times), day])
                item.setData(0, PERSON, one)
                self.list.addTopLevelItem(item)
        self._filter()

    def chosen(self) -> tuple[Learned, ...]:
        """Those of the chosen lines that are shown."""
        return tuple(
            item.data(0, PERSON) for item in self.list.selectedItems() if not item.isHidden()
        )

    def forget_chosen(self) -> None:
        """Forget these, with a way back while the dialog is open."""
        self._forget(self.chosen())

    def ask_forget_all(self) -> None:
        """All, after a question."""
        with self.notice.errors():
            everybody = self._door.learned()
            if everybody:
                ask(
                    self,
                    Question(
                        title=self.tr("Forget all"),
                        text=self.tr(
                            "Forget the %n recipient(s) that were learnt?", "", len(everybody)
                        ),
                        yes=self.tr("Forget all"),
                        no=self.tr("Keep"),
                        more=self.tr("The directory and your own contacts stay."),
                    ),
                    lambda: self._forget(everybody),
                )

    def _forget(self, people: tuple[Learned, ...]) -> None:
        if not people:
            return
        with self.notice.errors():
            self._door.forget(one.address for one in people)
            self.refresh()
            self.notice.say(
                self.tr("%n recipient(s) forgotten.", "", len(people)),
                Tone.INFO,
                button=self.tr("Undo"),
                call=lambda: self._take_back(people),
            )

    def _take_back(self, people: tuple[Learned, ...]) -> None:
        self.notice.clear()
        with self.notice.errors():
            self._door.remember(people)
            self.refresh()

    def _filter(self) -> None:
        words = self.query.text().casefold().split()
        for at in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(at)
            if item is not None:
                text = f"{item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in text for word in words))
        self._tell()

    def _tell(self) -> None:
        self.forget.setEnabled(bool(self.chosen()))
        self.forget_all.setEnabled(self.list.topLevelItemCount() > 0)
