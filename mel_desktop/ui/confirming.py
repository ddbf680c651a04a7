"""What the composer's menu offers about what becomes of a letter: delivered, displayed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSignalBlocker
from PySide6.QtGui import QAction, QKeySequence

from mel_desktop.app.facade import Facade
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.notice import Tone


def install(composer: Composer, facade: Facade) -> None:
    """Add the command to the composer's menu; its key works in its window."""
    Confirming(composer, facade)


class Confirming(QObject):
    """Says at once where the sending server confirms nothing; the wish stays in the draft."""

    def __init__(self, composer: Composer, facade: Facade) -> None:
        super().__init__(composer)
        self.setObjectName("confirming")
        self._composer = composer
        self._facade = facade
        self.action = QAction(self.tr("Ask for a confirmation of deli&very"), composer)
        self.action.setCheckable(True)
        self.action.setShortcut(QKeySequence("Ctrl+Shift+F9"))
        self.action.toggled.connect(self._on_toggled)
        composer.more_menu.addAction(self.action)
        composer.addAction(self.action)
        self.receipt = QAction(self.tr("Ask for a receipt of readi&ng"), composer)
        self.receipt.setCheckable(True)
        self.receipt.setShortcut(QKeySequence("Shift+F8"))
        self.receipt.toggled.connect(self._on_receipt)
        composer.more_menu.addAction(self.receipt)
        composer.addAction(self.receipt)
        composer.confirm_shown.connect(self._show)
        self._show(composer.confirm)

    def _show(self, wanted: bool) -> None:
        for action, is_so in ((self.action, wanted), (self.receipt, self._composer.receipt)):
            with QSignalBlocker(action):
                action.setChecked(is_so)

    def _on_receipt(self, wanted: bool) -> None:
        composer = self._composer
        composer.set_receipt(wanted)
        if wanted:
            composer.notice.say(
                self.tr(
                    "Whoever reads it is asked whether to tell you; many never answer, and "
                    "an answer does not say that it was understood."
                )
            )
        else:
            composer.notice.clear()

    def _on_toggled(self, wanted: bool) -> None:
        composer = self._composer
        composer.set_confirm(wanted)
        if not wanted:
            composer.notice.clear()
        elif self._facade.leaving.confirms(composer.account()) is False:
            composer.notice.say(
                self.tr(
                    "The sending server of this account confirms no deliveries: "
                    "only failures will be reported."
                ),
                Tone.WARNING,
            )
        else:
            composer.notice.say(
                self.tr("The outbox will say for each recipient when the letter is delivered.")
            )
