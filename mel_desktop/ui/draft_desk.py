"""What the main window offers about drafts: their history, two versions of one, and those that
another program left in the server's Drafts folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.mail import MessageId, Role
from mel_desktop.model.outgoing import DraftId
from mel_desktop.ui.mail_page import MailPage
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.writing_desk import WritingDesk

if TYPE_CHECKING:
    from mel_desktop.ui.composer import Composer
    from mel_desktop.ui.draft_history import DraftHistoryDialog
    from mel_desktop.ui.draft_rivalry import DraftRivalryDialog
    from mel_desktop.ui.local_panes import DraftsPane


class DraftDesk(QObject):
    """Joins the panes with the dialogs; a draft that is open is seen in its own window."""

    def __init__(self, writing: WritingDesk, mail: MailPage) -> None:
        super().__init__(writing)
        self._writing = writing
        self._drafts: DraftsPane | None = None
        self._mail = mail
        self._dialogs = writing.draft_dialogs
        mail.view.opened.connect(self._on_opened)

    def follow(self, drafts: DraftsPane) -> None:
        """The pane of drafts was made."""
        self._drafts = drafts
        drafts.history_asked.connect(self.open_history)
        drafts.compare_asked.connect(self.open_rivalry)
        drafts.foreign_asked.connect(lambda message: self.open_foreign(message, drafts.notice))

    def take_changes(self, changes: Changes) -> None:
        """What another program left on the server came or went."""
        drafts = self._drafts
        if changes.areas & (Area.MESSAGES | Area.FOLDERS) and drafts and drafts.isVisible():
            drafts.refresh()

    def open_foreign(self, message: MessageId, notice: Notice) -> None:
        """Go on here with a message of the Drafts folder: fetched first, if it is not here."""
        self._writing.take(message, notice, done=self._show)

    def _show(self, draft: DraftId, *, is_new: bool) -> None:
        if self._writing.has_rival(draft):
            self.open_rivalry(draft)
            return
        composer = self._writing.open_draft(draft)
        if composer is not None and is_new:
            composer.notice.say(
                self.tr(
                    "This draft was begun in another program. Your changes will take its place"
                    " on the server; the original goes to the trash."
                )
            )

    def _on_opened(self, message: MessageId) -> None:
        if self._mail.role_of(message) is Role.DRAFTS:
            self.open_foreign(message, self._mail.notice)

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
