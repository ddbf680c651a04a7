"""The outbox and the answers awaited in a window: numbers, the notice of what is due."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area, Status
from mel_desktop.model.errors import MelError
from mel_desktop.model.followups import Followup
from mel_desktop.model.mail import MessageId, ReadMessage, Role
from mel_desktop.ui import figures
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.folder_tree import FolderTree, Place
from mel_desktop.ui.late_panes import LatePanes
from mel_desktop.ui.notice import Notice, Tone

if TYPE_CHECKING:
    from mel_desktop.ui.send_later import DayDialog

LOOK_MS: Final = 60_000
SOON_MS: Final = 400


class LeavingDesk(QObject):
    """Looks every minute whether an answer is overdue. Its panes are made when they have a row."""

    place_asked = Signal(object)  # Place
    message_asked = Signal(object)  # ReadMessage
    answer_asked = Signal(object)  # ReadMessage

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        late: LatePanes,
        *,
        tree: FolderTree,
        notice: Notice,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._looking = False
        self._tree = tree
        self._notice = notice
        self._window = window
        self._late = late
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.look)
        self._soon.start()

    def show_status(self, status: Status) -> None:
        """The number beside the outbox."""
        number, loud = 0, False
        if status.waiting_outbox or status.failed_outbox:
            number, loud = self._late.outbox.badge(status)
        self._tree.folder_model().set_place_count(Place.OUTBOX, number, loud=loud)

    def take_changes(self, areas: Area) -> None:
        """What came or left may end a waiting."""
        if areas & (Area.MESSAGES | Area.OUTBOX | Area.BODIES):
            self._soon.start()

    def look(self) -> None:
        """Count what is awaited, and say what has become due; beside the window, which paints."""
        if self._looking:
            self._soon.start()
            return
        self._looking = True
        leaving = self._facade.leaving

        def done(found: tuple[tuple[Followup, ...], int]) -> None:
            self._looking = False
            rows, due = found
            if rows or self._late.made(Place.FOLLOWUPS) is not None:
                self._late.followups.show_awaited(rows)
            else:
                self.count(0, False)
            if due:
                self._notice.say(
                    self.tr("%n answer(s) you wait for did not come in time.", "", due),
                    Tone.WARNING,
                    button=self.tr("Show"),
                    call=self._show,
                )

        def failed(error: MelError) -> None:
            self._looking = False
            self._notice.say_error(error)

        self._bridge.run(
            self,
            lambda: (leaving.followups(), leaving.newly_due()),
            done=done,
            failed=failed,
            local=True,
        )

    def ask_reminder(self, read: ReadMessage | None) -> DayDialog | None:
        """When to be reminded of the message that is read, a sent one, if no answer comes."""
        from mel_desktop.ui.send_later import DayDialog  # noqa: PLC0415 seldom

        folder = next(
            (one for one in self._facade.folders() if read is not None and one.id == read.folder),
            None,
        )
        if read is None or folder is None or folder.role is not Role.SENT:
            self._notice.say(self.tr("Open a message that you sent first."))
            return None
        dialog = DayDialog(self._facade, AccountId(folder.account), self._window)
        dialog.chosen.connect(lambda due: self._wait_for(read.id, due))
        dialog.open()
        return dialog

    def _wait_for(self, message: MessageId, due: datetime) -> None:
        with self._notice.errors():
            self._facade.leaving.wait_for(message, due)
            self._notice.say(
                self.tr("You are reminded on {day} if no answer has come.").format(
                    day=figures.plain_date(due)
                )
            )

    def _show(self) -> None:
        self._notice.clear()
        self.place_asked.emit(Place.FOLLOWUPS)

    def count(self, number: int, due: bool) -> None:
        """How many answers are awaited, and whether one is overdue."""
        self._tree.folder_model().set_place_count(Place.FOLLOWUPS, number, loud=due)

    def show_message(self, message: MessageId) -> None:
        """In its folder."""
        self._with(message, self.message_asked)

    def write_answer(self, message: MessageId) -> None:
        """An answer, or a reminder in the same conversation."""
        self._with(message, self.answer_asked)

    def _with(self, message: MessageId, signal: SignalInstance) -> None:
        try:
            signal.emit(self._facade.show(message))
        except MelError as error:
            self._notice.say_error(error)
