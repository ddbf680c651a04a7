"""What the window says of its own store: missing work, damage, a full disk; and the way on."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.soundness_dialog import SoundnessDialog, SoundnessWords
from mel_desktop.ui.theme import Theme

LOOK_MS: Final = 3000


class SoundnessDesk(QObject):
    """Shows ``banner`` while something is wrong with the store."""

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, check: QAction, window: QWidget
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._window = window
        self._is_trying = False
        self._said: ErrorCode | None = None
        self._checked = facade.soundness.last_check()  # as of what the banner says
        self.banner = Notice(theme, window, closable=False)
        check.triggered.connect(lambda _=False: self.open())
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._say_alarms()

    def open(self) -> SoundnessDialog:
        """The check."""
        dialog = SoundnessDialog(self._facade, self._bridge, self._theme, self._window)
        dialog.finished.connect(self._say_alarms)
        dialog.open()
        return dialog

    def look(self) -> None:
        """Can the store be written to? While it cannot, say so, and try again. And did the check in
        the background find anything?
        """
        checked = self._facade.soundness.last_check()
        if checked != self._checked:
            self._checked = checked
            self._say_alarms()
        trouble = self._facade.soundness.trouble()
        if trouble is None:
            if self._said is not None:
                self._said = None
                self._say_alarms()
            return
        if trouble is not self._said:
            self._said = trouble
            self.banner.say(self._sentence(trouble), Tone.DANGER)
        if not self._is_trying:
            self._is_trying = True
            self._bridge.run(
                self, self._facade.soundness.try_writing, done=self._tried, failed=self._not_tried
            )

    def _tried(self, works: bool) -> None:
        self._is_trying = False
        if works:
            self.look()

    def _not_tried(self, _: MelError) -> None:
        self._is_trying = False

    def _sentence(self, trouble: ErrorCode) -> str:
        if trouble is ErrorCode.DISK_FULL:
            return self.tr(
                "The disk is full. Nothing that was saved is lost, and you can read and search. "
                "Make some room (empty the bin, move large files): work then goes on by itself."
            )
        return self.tr(
            "The vault cannot be written to. Nothing that was saved is lost, and you can read and "
            "search. Check the rights on the folder and the antivirus: work then goes on by itself."
        )

    def _say_alarms(self) -> None:
        if self._said is not None:
            return
        words = SoundnessWords(self)
        checked = self._facade.soundness.last_check()
        try:
            alarms = [one for one in self._facade.soundness.alarms() if one.is_loss]
            repaired = self._facade.soundness.repaired()
        except MelError:
            alarms, repaired = [], None
        if checked is not None and checked.damages:
            self._offer(self.tr("A part of the vault is damaged. The rest is intact."), Tone.DANGER)
        elif alarms:
            self._offer(words.alarm(alarms[-1]), Tone.DANGER)
        elif repaired is not None:
            self._offer(" ".join(words.repaired(repaired)[:2]), Tone.WARNING)
        else:
            self.banner.clear()

    def _offer(self, text: str, tone: Tone) -> None:
        self.banner.say(
            text,
            tone,
            button=self.tr("What does that mean?"),
            call=lambda: (self.open(), None)[1],
        )
