"""The bar that takes a message back for some seconds after "Send", also after a restart."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.outgoing import OutboxId, OutboxRow
from mel_desktop.ui import figures
from mel_desktop.ui.language import current
from mel_desktop.ui.mail_commands import Done, MailCommands
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.typography import spoken
from mel_desktop.ui.writing_desk import WritingDesk

BEAT_MS: Final = 500
SAID_MS: Final = 6000
MOST_STEPS: Final = 50


class UndoDesk(QObject):
    """Shows the message queued last for as long as it can be taken back."""

    def __init__(self, facade: Facade, theme: Theme, writing: WritingDesk, window: QWidget) -> None:
        super().__init__(window)
        self._facade = facade
        self._writing = writing
        self._row: OutboxId | None = None
        self._hints = ""
        self._later = ""  # when it leaves, if that was chosen
        self._is_offline = False
        self.bar = Notice(theme, window)
        self._key = QShortcut(QKeySequence("Ctrl+Z"), window)
        self._key.setEnabled(False)
        self._key.activated.connect(self.undo)
        self._key.activatedAmbiguously.connect(self.undo)  # a pane has this key as well
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self.look)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(SAID_MS)
        self._quiet.timeout.connect(self.bar.clear)
        writing.sent.connect(self.begin)
        self._commands: MailCommands | None = None
        self._steps: list[Done] = []
        QTimer.singleShot(0, self, self.look)  # what was queued just before the last end

    def begin(self, row: OutboxRow) -> None:
        """A message was queued."""
        from mel_desktop.app import warning_words  # noqa: PLC0415 seldom

        language = current()
        self._hints = " ".join(
            spoken(warning_words.told(one, language), language)
            for one in self._writing.hints_of_sent
        )
        self._later = ""
        if row.next_attempt is not None:
            ahead = (row.next_attempt - figures.now()).total_seconds()
            if ahead > self._facade.safety.settings().undo_s + 30:
                self._later = figures.long_date(row.next_attempt)
        self._quiet.stop()
        self._row = None
        self.look()
        if self._row is None:
            self._say_left()

    def look(self) -> None:
        """Count down; nothing happens where nothing can be taken back."""
        try:
            found = self._facade.safety.undoable()
        except MelError:  # the vault was closed meanwhile
            found = None
        if found is None:
            if self._row is not None:
                self._end()
                self._say_left()
            return
        row, left = found
        self._row = row.id
        if not self._timer.isActive():
            self._timer.start()
        self._key.setEnabled(True)
        keys = self._key.key().toString(QKeySequence.SequenceFormat.NativeText)
        leaves = self.tr("The message leaves in %n second(s).", "", math.ceil(left))
        text = self._text() if self._later or self._is_offline else leaves
        self.bar.say(
            f"{text} {self._hints}".strip(),
            button=self.tr("Undo sending ({keys})").format(keys=keys),
            call=self.undo,
        )

    def set_offline(self, offline: bool) -> None:
        """What is said of the time at which it leaves."""
        self._is_offline = offline

    # -- commands on messages ----------------------------------------------------------------------

    def watch(self, commands: MailCommands) -> None:
        """Commands of the list that can be undone, the newest first."""
        self._commands = commands
        commands.done.connect(self.offer)

    def offer(self, done: Done) -> None:
        """A command was carried out."""
        self._steps.append(done)
        del self._steps[:-MOST_STEPS]
        self._key.setEnabled(True)
        if self._row is None:  # what leaves in a moment is more urgent
            keys = self._key.key().toString(QKeySequence.SequenceFormat.NativeText)
            self.bar.say(
                done.words,
                button=self.tr("Undo ({keys})").format(keys=keys),
                call=self.undo,
            )
            self._quiet.start()

    def can_undo(self) -> bool:
        """Whether there is anything to take back."""
        return self._row is not None or bool(self._steps)

    def _undo_step(self) -> None:
        if not self._steps or self._commands is None or self._commands.is_running():
            return
        done = self._steps.pop()
        self.bar.clear()
        self._commands.restore(done)
        self._key.setEnabled(bool(self._steps))

    def undo(self) -> None:
        """Back into a composer, exactly as it was queued; else the newest command is undone."""
        row = self._row
        if row is None:
            self._undo_step()
            return
        self._end()
        self.bar.clear()
        try:
            draft = self._facade.safety.undo(row)
        except MelError as error:
            self.bar.say_error(error)
            return
        self._writing.open_draft(draft.id)

    # -- inside ------------------------------------------------------------------------------------

    def _end(self) -> None:
        self._row = None
        self._timer.stop()
        self._key.setEnabled(bool(self._steps))

    def _text(self) -> str:
        if self._later:
            return self.tr("The message leaves on {hour}.").format(hour=self._later)
        if self._is_offline:
            return self.tr("The message leaves when you are online again.")
        return self.tr("The message is in the outbox and leaves now.")

    def _say_left(self) -> None:
        self.bar.say(f"{self._text()} {self._hints}".strip(), Tone.INFO)
        self._hints = self._later = ""
        self._quiet.start()
