"""Pages of the window that are made when they are first gone to.

Directory, attachments and agenda have two hundred widgets and fifteen modules: 5 MB that most hours
with the mail never look at. Drafts, outbox, answers awaited and journal are a table each, 0.5 MB:
the last three are made, too, as soon as there is a row for them, since a pane counts its rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QTimer

from mel_desktop.model.changes import Area
from mel_desktop.model.mail import FolderId, MessageId
from mel_desktop.ui.folder_tree import Place

if TYPE_CHECKING:
    from mel_desktop.app.facade import Facade
    from mel_desktop.ui.agenda_pane import AgendaPane
    from mel_desktop.ui.attachments_pane import AttachmentsPane
    from mel_desktop.ui.directory_pane import DirectoryPane
    from mel_desktop.ui.followups_pane import FollowupsPane
    from mel_desktop.ui.journal_pane import JournalPane
    from mel_desktop.ui.local_panes import DraftsPane
    from mel_desktop.ui.main_window import MainWindow
    from mel_desktop.ui.outbox_pane import OutboxPane

    Table = DraftsPane | FollowupsPane | JournalPane | OutboxPane
    Pane = AgendaPane | AttachmentsPane | DirectoryPane | Table

LEISURE_MS: Final = 1000  # until the journal is looked into, as its pane does while it is hidden


class LatePanes:
    """Those of one window; each becomes one of its pages, and is connected, when it is made."""

    def __init__(
        self, facade: Facade, window: MainWindow, show: Callable[[FolderId, MessageId], object]
    ) -> None:
        self._facade = facade
        self._window = window
        self._show = show
        self._made: dict[Place, Pane] = {}
        self._leisure = QTimer(window)
        self._leisure.setSingleShot(True)
        self._leisure.setInterval(LEISURE_MS)
        self._leisure.timeout.connect(self._look_into_journal)

    def made(self, place: Place) -> Pane | None:
        """What was made already."""
        return self._made.get(place)

    def is_shown(self, place: Place) -> bool:
        """Whether it is the page in front."""
        made = self.made(place)
        return made is not None and self._window.pages.currentWidget() is made

    def pane(self, place: Place) -> Pane:
        """The page of a place."""
        makers: dict[Place, Callable[[], Pane]] = {
            Place.DRAFTS: self._make_drafts,
            Place.OUTBOX: self._make_outbox,
            Place.FOLLOWUPS: self._make_followups,
            Place.JOURNAL: self._make_journal,
            Place.DIRECTORY: self._make_directory,
            Place.ATTACHMENTS: self._make_attachments,
            Place.AGENDA: self._make_agenda,
        }
        if place not in self._made:
            pane = self._made[place] = makers[place]()
            self._window.pages.addWidget(pane)
        return self._made[place]

    def take_changes(self, areas: Area) -> None:
        """What is in front is read again; of the journal, what asks for a person is told anyhow."""
        for area, place in (
            (Area.DRAFTS, Place.DRAFTS),
            (Area.OUTBOX, Place.OUTBOX),
            (Area.DIRECTORY, Place.DIRECTORY),
        ):
            if areas & area and self.is_shown(place):
                self.pane(place).refresh()
        if areas & Area.JOURNAL:
            if Place.JOURNAL in self._made:
                self.journal.refresh_soon()
            elif not self._leisure.isActive():
                self._leisure.start()

    def _look_into_journal(self) -> None:
        with self._window.notice.errors():
            if Place.JOURNAL in self._made or self._facade.journal():
                self.journal.refresh()

    @property
    def drafts(self) -> DraftsPane:
        """What is being written."""
        return cast("DraftsPane", self.pane(Place.DRAFTS))

    @property
    def outbox(self) -> OutboxPane:
        """What leaves."""
        return cast("OutboxPane", self.pane(Place.OUTBOX))

    @property
    def followups(self) -> FollowupsPane:
        """Answers awaited."""
        return cast("FollowupsPane", self.pane(Place.FOLLOWUPS))

    @property
    def journal(self) -> JournalPane:
        """What has not reached the server."""
        return cast("JournalPane", self.pane(Place.JOURNAL))

    @property
    def directory(self) -> DirectoryPane:
        """People and groups."""
        return cast("DirectoryPane", self.pane(Place.DIRECTORY))

    @property
    def agenda(self) -> AgendaPane:
        """What was accepted."""
        return cast("AgendaPane", self.pane(Place.AGENDA))

    @property
    def attachments(self) -> AttachmentsPane:
        """Every attachment of every message."""
        return cast("AttachmentsPane", self.pane(Place.ATTACHMENTS))

    def _make_drafts(self) -> DraftsPane:
        from mel_desktop.ui.local_panes import DraftsPane  # noqa: PLC0415 start-up time

        window = self._window
        pane = DraftsPane(self._facade, window.theme, window)
        pane.open_asked.connect(window.open_draft)
        window.draft_desk.follow(pane)
        return pane

    def _make_outbox(self) -> OutboxPane:
        from mel_desktop.ui.outbox_pane import OutboxPane  # noqa: PLC0415 start-up time

        window = self._window
        pane = OutboxPane(self._facade, window.theme, window)
        pane.edit_asked.connect(window.open_draft)
        pane.message_asked.connect(window.leaving.show_message)
        return pane

    def _make_followups(self) -> FollowupsPane:
        from mel_desktop.ui.followups_pane import FollowupsPane  # noqa: PLC0415 start-up time

        window = self._window
        pane = FollowupsPane(self._facade, window.theme, window)
        pane.message_asked.connect(window.leaving.show_message)
        pane.answer_asked.connect(window.leaving.write_answer)
        pane.counted.connect(window.leaving.count)
        return pane

    def _make_journal(self) -> JournalPane:
        from mel_desktop.ui.journal_pane import JournalPane  # noqa: PLC0415 start-up time

        window = self._window
        pane = JournalPane(self._facade, window.theme, window)
        pane.compare_asked.connect(window.draft_desk.open_rivalry)
        pane.counted.connect(window.count_decisions)
        return pane

    def _make_directory(self) -> DirectoryPane:
        from mel_desktop.ui.directory_pane import DirectoryPane  # noqa: PLC0415 start-up time

        window = self._window
        pane = DirectoryPane(self._facade, window.bridge, window.theme, window)
        window.letters.follow(pane, window.compose)
        window.people.follow(pane, self._show)
        window.records.watch(window.pages, pane, pane.notice)
        return pane

    def _make_attachments(self) -> AttachmentsPane:
        from mel_desktop.ui.attachments_pane import AttachmentsPane  # noqa: PLC0415 start-up time

        window = self._window
        pane = AttachmentsPane(self._facade, window.bridge, window.theme, window)
        pane.message_asked.connect(lambda at: self._show(at.folder, at.message))
        pane.contact_asked.connect(window.people.add_contact)
        pane.written.connect(window.mail.reader.attachments.opened)
        pane.keep_in(window.settings)
        return pane

    def _make_agenda(self) -> AgendaPane:
        from mel_desktop.ui.agenda_pane import AgendaPane  # noqa: PLC0415 start-up time

        pane = AgendaPane(self._facade, self._window.theme, self._window)
        pane.message_asked.connect(self._window.extras.agenda.open_message)
        return pane
