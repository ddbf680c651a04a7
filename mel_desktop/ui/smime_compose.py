"""What the composer offers for S/MIME: sign, encrypt. Who lacks a certificate is named before."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSignalBlocker
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel

from mel_desktop.app.facade import Facade
from mel_desktop.model.smime import Protection
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.notice import Tone


def install(composer: Composer, facade: Facade) -> None:
    """Add the commands to the composer's menu; their keys work in its window."""
    Protecting(composer, facade)


class Protecting(QObject):
    """The wish stays with the draft; it is met when the letter is queued, or nothing leaves."""

    def __init__(self, composer: Composer, facade: Facade) -> None:
        super().__init__(composer)
        self.setObjectName("protecting")
        self._composer = composer
        self._facade = facade
        self.state = QLabel()
        self.state.setAccessibleName(self.tr("Protection of the message"))
        self.state.hide()
        composer.foot_line.addWidget(self.state)
        self.sign = self._add(self.tr("Sign (S/MIME)"), "Shift+F9")
        self.encrypt = self._add(self.tr("Encrypt (S/MIME)"), "Ctrl+F9")
        composer.held.connect(self._on_held)
        composer.guards.append(self.may_leave)
        if composer.draft_id() is not None:
            self._on_held()

    def _add(self, text: str, key: str) -> QAction:
        action = QAction(text, self._composer)
        action.setCheckable(True)
        action.setShortcut(QKeySequence(key))
        action.toggled.connect(self._on_toggled)
        self._composer.more_menu.addAction(action)
        self._composer.addAction(action)
        return action

    def wanted(self) -> Protection:
        """What is chosen now."""
        return Protection(self.sign.isChecked(), self.encrypt.isChecked())

    def may_leave(self) -> bool:
        """Whether the wish can be met; else it is said what stands in the way."""
        wanted = self.wanted()
        if wanted == Protection():
            return True
        composer = self._composer
        draft = composer.draft_id() if composer.save() else None
        if draft is None:
            return False
        said = ""
        with composer.notice.errors():
            self._facade.smime.wish(draft, wanted)
            sender = composer.heads.identity().address
            ready = self._facade.smime.readiness(draft, sender)
            if not ready.has_own:
                said = self.tr(
                    "There is no certificate in force for {sender} here. Import yours with "
                    "Shift+F9 in the main window."
                ).format(sender=sender)
            elif wanted.encrypt and ready.has_bcc:
                said = self.tr(
                    "A message with hidden recipients cannot be encrypted: each recipient could "
                    "see that there are others. Send to them apart."
                )
            elif wanted.encrypt and ready.missing:
                said = self.tr(
                    "No certificate is known of: {people}. A signed message from them brings it. "
                    "Without it, this message cannot be encrypted to them."
                ).format(people=", ".join(ready.missing))
            if not said:
                return True
            composer.notice.say(said, Tone.DANGER)
        return False

    def _on_toggled(self) -> None:
        self._show_state()
        draft = self._composer.draft_id()
        if draft is not None:
            with self._composer.notice.errors():
                self._facade.smime.wish(draft, self.wanted())
        if self.sign.isChecked() or self.encrypt.isChecked():
            self._say_missing_own()

    def _say_missing_own(self) -> None:
        with self._composer.notice.errors():
            if not self._facade.smime.own():
                self._composer.notice.say(
                    self.tr(
                        "You have no certificate here yet. Import yours with Shift+F9 in the main "
                        "window."
                    ),
                    Tone.WARNING,
                )

    def _on_held(self) -> None:
        """The draft is there: it holds the wish, or brings its own."""
        draft = self._composer.draft_id()
        if draft is None:
            return
        with self._composer.notice.errors():
            if self.wanted() != Protection():
                self._facade.smime.wish(draft, self.wanted())
                return
            kept = self._facade.smime.wished(draft)
            for action, chosen in ((self.sign, kept.sign), (self.encrypt, kept.encrypt)):
                with QSignalBlocker(action):
                    action.setChecked(chosen)
            self._show_state()

    def _show_state(self) -> None:
        wanted = self.wanted()
        words = ""
        if wanted.sign and wanted.encrypt:
            words = self.tr("Signed and encrypted when sent")
        elif wanted.sign:
            words = self.tr("Signed when sent")
        elif wanted.encrypt:
            words = self.tr("Encrypted when sent")
        self.state.setText(words)
        self.state.setVisible(bool(words))
