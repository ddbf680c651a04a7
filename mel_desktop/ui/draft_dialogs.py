"""Dialogs about a draft: its history, and two versions of it; what its composer offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.outgoing import DraftId
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.composer import Composer
    from mel_desktop.ui.draft_history import DraftHistoryDialog
    from mel_desktop.ui.draft_rivalry import DraftRivalryDialog


class DraftDialogs(QObject):
    """Opens the dialogs over a window."""

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._window = window

    def history(self, draft: DraftId, composer: Composer | None) -> DraftHistoryDialog | None:
        """Revisions; what a composer holds is kept first, and follows afterwards."""
        from mel_desktop.ui.draft_history import DraftHistoryDialog  # noqa: PLC0415 seldom

        if composer is not None and not composer.save():
            return None
        dialog = DraftHistoryDialog(
            self._facade, self._bridge, self._theme, draft, composer or self._window
        )
        if composer is not None:
            dialog.restored.connect(composer.open_draft)
        dialog.open()
        return dialog

    def rivalry(self, draft: DraftId, composer: Composer | None) -> DraftRivalryDialog | None:
        """Both versions side by side."""
        from mel_desktop.ui.draft_rivalry import DraftRivalryDialog  # noqa: PLC0415 seldom

        if composer is not None and not composer.save():
            return None
        dialog = DraftRivalryDialog(
            self._facade, self._bridge, self._theme, draft, composer or self._window
        )
        if composer is not None:
            dialog.settled.connect(composer.open_draft)
        dialog.open()
        return dialog


class ComposerHistory(QObject):
    """The command in the menu of one composer."""

    def __init__(self, composer: Composer, dialogs: DraftDialogs) -> None:
        super().__init__(composer)
        self._composer = composer
        self._dialogs = dialogs
        action = QAction(self.tr("&History of the draft…"), composer)
        action.setShortcut(QKeySequence("Ctrl+H"))
        action.triggered.connect(lambda: self.open())
        composer.more_menu.addAction(action)
        composer.addAction(action)

    def open(self) -> DraftHistoryDialog | None:
        """The history of what is being written; it begins now if nothing was kept yet."""
        composer = self._composer
        draft = composer.draft_id() if composer.save() else None
        return None if draft is None else self._dialogs.history(draft, composer)


def install(composer: Composer, facade: Facade, bridge: Bridge, theme: Theme) -> None:
    """Add the command to a composer's menu."""
    ComposerHistory(composer, DraftDialogs(facade, bridge, theme, composer))
