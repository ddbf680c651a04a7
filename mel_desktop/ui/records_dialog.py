"""What the directory holds: the end of the school year, the register sheet, one person's data."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTabWidget, QVBoxLayout, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.people import EntryId
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.record_of_person import PersonPage
from mel_desktop.ui.records_pages import RegisterPage, YearPage
from mel_desktop.ui.theme import Theme

Page = YearPage | RegisterPage | PersonPage


class RecordsDialog(QDialog):
    """Three pages; the one that is shown reads the store anew."""

    import_asked = Signal()  # a new year's list

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What the directory holds"))
        self.notice = Notice(theme, self)
        self.year = YearPage(facade, bridge, self.notice, self)
        self.register = RegisterPage(facade, bridge, self.notice, self)
        self.person = PersonPage(facade, bridge, theme, self.notice, self)
        self.year.import_asked.connect(self.import_asked)
        self._order: tuple[Page, ...] = (self.year, self.register, self.person)
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        names = (self.tr("School &year"), self.tr("&Register sheet"), self.tr("One &person"))
        for page, name in zip(self._order, names, strict=True):
            self.pages.addTab(page, name)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        buttons.setContentsMargins(14, 0, 14, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)
        column.addWidget(buttons)
        self.pages.currentChanged.connect(lambda _: self.refresh())
        self.resize(820, 600)
        self.refresh()

    def refresh(self) -> None:
        """Read the page that is shown."""
        self.page().refresh()

    def page(self) -> Page:
        """What is shown."""
        return self._order[self.pages.currentIndex()]

    def show_register(self) -> None:
        """Come forward with the sheet."""
        self.pages.setCurrentWidget(self.register)

    def show_person(self, entry: EntryId) -> None:
        """Come forward with one person."""
        self.pages.setCurrentWidget(self.person)
        self.person.show_entry(entry)
