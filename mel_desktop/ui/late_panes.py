"""Pages of the window that are made when they are first gone to.

Directory, attachments and agenda have two hundred widgets and fifteen modules: 5 MB that most hours
with the mail never look at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from mel_desktop.model.mail import FolderId, MessageId
from mel_desktop.ui.folder_tree import Place

if TYPE_CHECKING:
    from mel_desktop.app.facade import Facade
    from mel_desktop.ui.agenda_pane import AgendaPane
    from mel_desktop.ui.attachments_pane import AttachmentsPane
    from mel_desktop.ui.directory_pane import DirectoryPane
    from mel_desktop.ui.main_window import MainWindow

    Pane = AgendaPane | AttachmentsPane | DirectoryPane

LATE: Final = frozenset({Place.DIRECTORY, Place.ATTACHMENTS, Place.AGENDA})


class LatePanes:
    """Those of one window; each becomes one of its pages, and is connected, when it is made."""

    def __init__(
        self, facade: Facade, window: MainWindow, show: Callable[[FolderId, MessageId], object]
    ) -> None:
        self._facade = facade
        self._window = window
        self._show = show
        self._directory: DirectoryPane | None = None
        self._attachments: AttachmentsPane | None = None
        self._agenda: AgendaPane | None = None

    def made(self, place: Place) -> Pane | None:
        """What was made already."""
        made: dict[Place, Pane | None] = {
            Place.DIRECTORY: self._directory,
            Place.ATTACHMENTS: self._attachments,
            Place.AGENDA: self._agenda,
        }
        return made.get(place)

    def is_shown(self, place: Place) -> bool:
        """Whether it is the page in front."""
        made = self.made(place)
        return made is not None and self._window.pages.currentWidget() is made

    def pane(self, place: Place) -> Pane:
        """One of LATE."""
        if place is Place.DIRECTORY:
            return self.directory
        return self.attachments if place is Place.ATTACHMENTS else self.agenda

    @property
    def directory(self) -> DirectoryPane:
        """People and groups."""
        if self._directory is None:
            from mel_desktop.ui.directory_pane import DirectoryPane  # noqa: PLC0415 start-up time

            window = self._window
            pane = DirectoryPane(self._facade, window.bridge, window.theme, window)
            self._directory = pane
            window.pages.addWidget(pane)
            window.letters.follow(pane, window.compose)
            window.people.follow(pane, self._show)
            window.records.watch(window.pages, pane, pane.notice)
        return self._directory

    @property
    def attachments(self) -> AttachmentsPane:
        """Every attachment of every message."""
        if self._attachments is None:
            from mel_desktop.ui.attachments_pane import (  # noqa: PLC0415 start-up time
                AttachmentsPane,
            )

            window = self._window
            pane = AttachmentsPane(self._facade, window.bridge, window.theme, window)
            self._attachments = pane
            window.pages.addWidget(pane)
            pane.message_asked.connect(lambda at: self._show(at.folder, at.message))
            pane.contact_asked.connect(window.people.add_contact)
            pane.written.connect(window.mail.reader.attachments.opened)
            pane.keep_in(window.settings)
        return self._attachments

    @property
    def agenda(self) -> AgendaPane:
        """What was accepted."""
        if self._agenda is None:
            from mel_desktop.ui.agenda_pane import AgendaPane  # noqa: PLC0415 start-up time

            self._agenda = AgendaPane(self._facade, self._window.theme, self._window)
            self._agenda.message_asked.connect(self._window.extras.agenda.open_message)
            self._window.pages.addWidget(self._agenda)
        return self._agenda
