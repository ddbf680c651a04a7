"""What the main window offers about drafts: their history, and two versions of one."""

from __future__ import annotations

from PySide6.QtCore import QObject

from mel_desktop.model.outgoing import DraftId
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.draft_history import DraftHistoryDialog
from mel_desktop.ui.draft_rivalry import DraftRivalryDialog
from mel_desktop.ui.journal_pane import JournalPane
from mel_desktop.ui.local_panes import DraftsPane
from mel_desktop.ui.writing_desk import WritingDesk


class DraftDesk(QObject):
    """Joins the panes with the dialogs; a draft that is open is seen in its own window."""

    def __init__(self, drafts: DraftsPane, journal: JournalPane, writing: WritingDesk) -> None:
        super().__init__(writing)
        self._writing = writing
        self._dialogs = writing.draft_dialogs
        drafts.history_asked.connect(self.open_history)
        drafts.compare_asked.connect(self.open_rivalry)
        journal.compare_asked.connect(self.open_rivalry)

    def open_history(self, draft: DraftId) -> DraftHistoryDialog | None:
        """Its revisions."""
        return self._dialogs.history(draft, self._composer(draft))

    def open_rivalry(self, draft: DraftId) -> DraftRivalryDialog | None:
        """Its two versions."""
        return self._dialogs.rivalry(draft, self._composer(draft))

    def _composer(self, draft: DraftId) -> Composer | None:
        for composer in self._writing.composers():
            if composer.draft_id() == draft:
                composer.raise_()
                composer.activateWindow()
                return composer
        return None
