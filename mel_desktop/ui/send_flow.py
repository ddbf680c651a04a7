"""From the key "Send" to the outbox: looked at, asked, mended, looked at again, queued."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.outgoing import DraftId
from mel_desktop.model.safety import CheckLevel, Mend, MendKind, SendWarning
from mel_desktop.ui import wording
from mel_desktop.ui.notice import Tone
from mel_desktop.ui.send_checks import SendChecksDialog
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.composer import Composer

LOOKING_MS: Final = 6000  # into attached documents; then it is said that nobody has looked yet


class SendFlow(QObject):
    """Of one composer."""

    def __init__(self, composer: Composer, facade: Facade, theme: Theme) -> None:
        super().__init__(composer)
        self._composer = composer
        self._facade = facade
        self._theme = theme
        self._accepted: frozenset[str] = frozenset()
        self._at: datetime | None = None
        self.hints: tuple[SendWarning, ...] = ()  # said beside the undo
        self.dialog: SendChecksDialog | None = None
        self._has_waited = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(LOOKING_MS)
        self._patience.timeout.connect(self._on_looked)

    def send(self) -> None:
        """Queue the message, or say what is wrong with it."""
        composer = self._composer
        if composer.is_attaching():
            composer.notice.say(self.tr("A file is still being attached. Send in a moment."))
            return
        wrong = composer.heads.wrong()
        if wrong:
            said = wording.of_code(ErrorCode.BAD_ADDRESS)
            named = ", ".join(one.address for one in wrong)
            composer.notice.say(f"{said} ({named})", Tone.DANGER)
            return
        if self._patience.isActive():
            return  # it goes on by itself
        if not all(may_leave() for may_leave in composer.guards):
            return
        self._has_waited = False
        self._accepted = frozenset()
        self._at = composer.send_at  # kept here: the dialog answers later
        self._go_on()

    # -- inside ------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Save, look, and ask or queue."""
        composer = self._composer
        draft = composer.draft_id() if composer.save() else None
        if draft is None:
            return
        content = composer.content()
        try:
            found: tuple[SendWarning, ...] = ()
            if content.to or content.cc or content.bcc:  # without, the outbox says so first
                found = self._facade.safety.look(draft, self._at)
        except MelError as error:
            composer.notice.say_error(error)
            return
        if not self._has_waited and any(_is_unread(one) for one in found):
            self._look_into_files(draft)
            return
        self.hints = tuple(one for one in found if one.level is CheckLevel.HINT)
        asked = [
            one
            for one in found
            if one.level is CheckLevel.FORBID
            or (one.level is CheckLevel.WARN and one.code.value not in self._accepted)
        ]
        if asked:
            self._ask(asked)
        else:
            self._queue(draft)

    def _look_into_files(self, draft: DraftId) -> None:
        """Off this thread, and not for longer than a person waits for a key."""
        self._composer.state.setText(self.tr("The attached files are being looked into…"))
        self._patience.start()

        def ended(_: object = None) -> None:
            if self._patience.isActive():
                self._on_looked()

        self._composer.attaching.look_into(draft, ended)

    def _on_looked(self) -> None:
        self._patience.stop()
        self._has_waited = True
        self._composer.state.clear()
        self._go_on()

    def _ask(self, asked: list[SendWarning]) -> None:
        if self.dialog is None:
            self.dialog = SendChecksDialog(self._theme, self._composer)
            self.dialog.mend_chosen.connect(self._mend)
            self.dialog.merge_chosen.connect(self._merge)
            self.dialog.accepted_all.connect(self._accept)
            self.dialog.finished.connect(self._forget)
        self.dialog.show_warnings(asked)
        self.dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    def _close(self) -> None:
        if self.dialog is not None:
            self.dialog.close()
            self.dialog = None

    def _accept(self, codes: frozenset[str]) -> None:
        self._accepted |= codes
        self._go_on()

    def _queue(self, draft: DraftId) -> None:
        composer = self._composer
        self._close()
        try:
            row = self._facade.send(
                draft,
                not_before=self._at,
                remind_at=composer.remind_at,
                accepted=self._accepted,
                may_undo=True,
            )
        except MelError as error:
            composer.notice.say_error(error)
            if error.code is ErrorCode.NO_SMTPUTF8:  # of whom: errors never hold an address
                content = composer.content()
                people = (*content.to, *content.cc, *content.bcc)
                beyond = [
                    one.address for one in people if not one.address.rpartition("@")[0].isascii()
                ]
                said = wording.of_code(error.code)
                composer.notice.say(f"{said} ({', '.join(beyond)})", Tone.DANGER)
            if error.code is ErrorCode.NO_RECIPIENT:
                composer.to.setFocus()
            return
        composer.leave_sent(row)

    # -- mending -----------------------------------------------------------------------------------

    def _mend(self, mend: Mend, choice: int) -> None:
        composer = self._composer
        if mend.kind is MendKind.WRITE_SUBJECT:
            self._close()
            composer.subject.setFocus()
        elif mend.kind is MendKind.ATTACH:
            self._close()
            composer.attach_action.trigger()
        elif mend.kind is MendKind.TAKE_OFF:
            composer.take_off(mend.files)
            self._go_on()
        elif mend.kind is MendKind.LOOK_AGAIN:
            self._close()
            self._has_waited = False
            self._go_on()
        elif mend.kind is MendKind.SHRINK:
            self._close()
            composer.attaching.shrink_then(mend.files[0], self._go_on)
        elif mend.kind is MendKind.ASIDE:
            self._close()
            composer.attaching.put_aside(mend.files[0])
        elif mend.kind is MendKind.SEND_LATER:
            self._at = mend.at
            self._go_on()
        else:
            composer.take(self._facade.safety.mended(composer.content(), mend, choice))
            self._go_on()

    def _merge(self) -> None:
        self._close()
        self._composer.merge_asked.emit()


def _is_unread(warning: SendWarning) -> bool:
    mend = warning.mend
    return mend is not None and mend.kind is MendKind.LOOK_AGAIN
