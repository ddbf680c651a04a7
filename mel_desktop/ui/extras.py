"""Desks that the main window carries but does not need to know: each listens to what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mel_desktop.ui.agenda_desk import AgendaDesk
from mel_desktop.ui.attachments_desk import AttachmentsDesk
from mel_desktop.ui.organise_desk import OrganiseDesk
from mel_desktop.ui.reader_desk import ReaderDesk
from mel_desktop.ui.requests_desk import RequestsDesk
from mel_desktop.ui.resume_desk import ResumeDesk
from mel_desktop.ui.smime_desk import SmimeDesk
from mel_desktop.ui.tray_desk import TrayDesk
from mel_desktop.ui.trust_desk import TrustDesk
from mel_desktop.ui.window_desk import WindowDesk

if TYPE_CHECKING:
    from mel_desktop.app.facade import Facade
    from mel_desktop.ui.help_desk import HelpDesk
    from mel_desktop.ui.main_window import MainWindow
    from mel_desktop.ui.palette_desk import PaletteDesk


class Extras(QObject):
    """Made last, when all panes, menus and actions of the window are there."""

    def __init__(self, facade: Facade, window: MainWindow) -> None:
        super().__init__(window)
        self.reading = ReaderDesk(facade, window)
        self.attachments = AttachmentsDesk(facade, window)
        self.organise = OrganiseDesk(facade, window)
        self.trust = TrustDesk(facade, window)
        self.smime = SmimeDesk(facade, window)
        self.agenda = AgendaDesk(facade, window)
        self.window_desk = WindowDesk(window)
        self.tray = TrayDesk(facade, window)
        self.resume = ResumeDesk(facade, window)
        self.requests = RequestsDesk(facade, window)
        self._facade, self._window = facade, window
        self._help: HelpDesk | None = None
        self._palette: PaletteDesk | None = None
        acts = window.actions_
        acts.help.triggered.connect(lambda: self.help.open_fitting())
        acts.keys.triggered.connect(lambda: self.help.open_keys())
        acts.guide.triggered.connect(lambda: self.help.open_guide())
        window.welcome.help_asked.connect(lambda: self.help.open("first-day"))
        acts.palette.triggered.connect(lambda: self.palette.open())

    @property
    def help(self) -> HelpDesk:
        """The help, made when it is first wanted."""
        from mel_desktop.ui.help_desk import HelpDesk  # noqa: PLC0415 start-up time

        self._help = self._help or HelpDesk(self._window)
        return self._help

    @property
    def palette(self) -> PaletteDesk:
        """The palette, made when it is first wanted."""
        from mel_desktop.ui.palette_desk import PaletteDesk  # noqa: PLC0415 start-up time

        self._palette = self._palette or PaletteDesk(self._facade, self._window)
        return self._palette
