"""The outbox: every outgoing message, where it stands and why, and the way on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Status
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftId, OutboxId, OutboxRow, OutboxState
from mel_desktop.model.sending import OutboxDetails, OutboxWay, Recipient, RecipientState
from mel_desktop.ui import figures, wording
from mel_desktop.ui.notice import Tone
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.table_pane import TableModel, TablePane
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.send_later import SendLaterDialog

translate = QCoreApplication.translate
S = OutboxState
R = RecipientState
W = OutboxWay
WAITS_FOR_LINE: Final = "waits-for-line"  # app.reasons
KEPT_HERE: Final = "kept-here"

LOUD_AFTER: Final = timedelta(hours=1)  # with a line
LOUD_ANYHOW: Final = timedelta(days=1)
MOST_NAMED: Final = 12
LEAVES: Final = frozenset({S.QUEUED, S.HELD, S.FAILED})
BACK: Final = frozenset({S.QUEUED, S.HELD, S.FAILED})


class OutboxPane(TablePane[OutboxRow]):
    """Rows with their reason in words, each recipient, and what may be done."""

    edit_asked = Signal(object)  # DraftId
    message_asked = Signal(object)  # MessageId: the copy in Sent

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        self._facade = facade
        self._details: OutboxDetails | None = None
        at = figures.now
        model: TableModel[OutboxRow] = TableModel(
            (
                (translate("panes", "State"), lambda one: standing(one)),
                (
                    translate("panes", "Subject"),
                    lambda one: one.subject or translate("panes", "(no subject)"),
                ),
                (translate("panes", "To"), lambda one: ", ".join(one.recipients)),
                (translate("panes", "Since"), lambda one: figures.age(one.since, at())),
                (translate("panes", "Hour"), lambda one: hour(one, at())),
                (translate("panes", "Size"), lambda one: figures.size(one.size)),
            ),
            lambda one: one.id,
        )
        super().__init__(
            theme,
            translate("panes", "Outbox"),
            translate("panes", "Nothing waits to be sent."),
            model,
            lambda one: one.id,
            parent,
        )
        model.setParent(self)
        self._retry = self.add_button(self.tr("Send now"), "Ctrl+T", self.retry_chosen)
        self._hour = self.add_button(self.tr("Another hour…"), "Ctrl+H", self.ask_hour)
        self._edit = self.add_button(self.tr("Back to drafts"), "Ctrl+O", self.edit_chosen)
        self._more = self._more_button()
        self.set_widths((-1, 0, 0, -1, -1, -1))

    def _more_button(self) -> QPushButton:
        button = QPushButton(self.tr("More"))
        button.setAccessibleName(self.tr("More"))
        menu = QMenu(button)
        self._hold = self._action(
            menu, self.tr("Put on hold"), "Ctrl+Shift+Space", self.hold_chosen
        )
        self._copy = self._action(menu, self.tr("Show the copy in Sent"), "Ctrl+E", self.show_copy)
        self._again = self._action(
            menu,
            self.tr("Correct the address and send again…"),
            "Ctrl+Shift+K",
            self.correct_chosen,
        )
        menu.addSeparator()
        self._ways = {
            way: self._action(menu, text, keys, call)
            for way, text, keys, call in (
                (W.IT_LEFT, self.tr("It did leave…"), "Ctrl+J", self.mark_sent),
                (
                    W.SEND_IN_DOUBT,
                    self.tr("Send it all the same…"),
                    "Ctrl+Shift+V",
                    self.send_in_doubt,
                ),
                (W.LET_REST_BE, self.tr("Leave it at that…"), "Ctrl+Y", self.let_rest_be),
                (W.STOP_FILING, self.tr("Stop filing it…"), "Ctrl+Shift+W", self.stop_filing),
            )
        }
        button.setMenu(menu)
        self.buttons.addWidget(button)
        return button

    def _action(self, menu: QMenu, text: str, keys: str, call: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _=False: call())
        menu.addAction(action)
        self.addAction(action)
        action.setEnabled(False)
        return action

    def refresh(self) -> None:
        """Read again."""
        with self.notice.errors():
            rows = self._facade.outbox()
            self.show_rows(rows)
            self._say_oldest(rows)

    def badge(self, status: Status) -> tuple[int, bool]:
        """How many wait, and whether that wants attention: something failed, or waits too long."""
        waiting = status.waiting_outbox + status.failed_outbox
        if not waiting:
            return 0, False
        try:
            rows = self._facade.outbox()
        except MelError:  # the pane says it when it is looked at
            rows = ()
        late = oldest_late(rows, figures.now(), offline=status.offline)
        return waiting, status.failed_outbox > 0 or late is not None

    def _say_oldest(self, rows: tuple[OutboxRow, ...]) -> None:
        now = figures.now()
        late = oldest_late(rows, now, offline=self._facade.status().offline)
        if late is None:
            self.notice.clear()
            return
        self.notice.say(
            self.tr("The oldest message has been waiting since {time}.").format(
                time=figures.moment(late, now)
            ),
            Tone.WARNING,
        )

    def show_chosen(self, value: OutboxRow | None) -> None:
        """Say why and for whom, and what may be done."""
        self._details = None
        if value is not None:
            with self.notice.errors():
                self._details = self._facade.leaving.details(value.id)
        state, details = None if value is None else value.state, self._details
        ways = frozenset[OutboxWay]() if details is None else details.ways
        searched = details is not None and details.is_absent
        in_doubt = searched or W.SEND_IN_DOUBT in ways
        is_filed_now = state is S.ACCEPTED
        self._retry.setEnabled(state in LEAVES or is_filed_now or (state is S.UNKNOWN and searched))
        self._retry.setText(
            self.tr("It was not received: send again")
            if state is S.UNKNOWN
            else self.tr("File it now")
            if is_filed_now
            else self.tr("Send now")
        )
        self._retry.setAccessibleName(self._retry.text())
        self._hour.setEnabled(state in LEAVES)
        partly = W.LET_REST_BE in ways
        self._edit.setEnabled((state in BACK and not partly) or (state is S.UNKNOWN and in_doubt))
        written = value is None or value.draft is not None
        self._edit.setText(self.tr("Back to drafts") if written else self.tr("Do not send"))
        self._edit.setAccessibleName(self._edit.text())
        self._hold.setEnabled(state is S.QUEUED)
        self._copy.setEnabled(details is not None and details.filed_message is not None)
        for way, action in self._ways.items():
            action.setEnabled(way in ways)
        missed = () if details is None else not_reached(details)
        may_correct = (bool(missed) and state in {S.ACCEPTED, S.FILED}) or (
            partly and state is not S.UNKNOWN
        )
        self._again.setEnabled(may_correct and value is not None and value.draft is not None)
        self._more.setEnabled(value is not None)
        words = "" if value is None else self._words(value, details)
        self.explanation.setText(words)

    def _words(self, value: OutboxRow, details: OutboxDetails | None) -> str:
        words = [wording.outbox_reason(value)]
        if value.state is S.UNKNOWN and value.reason:  # what to do is said below, as Sent has it
            words = [wording.of_text(value.reason).text]
        now = figures.now()
        if value.state is S.QUEUED and not value.reason and value.next_attempt is None:
            words.append(self.tr("It leaves by itself as soon as the line allows."))
        if hour(value, now) and value.next_attempt is not None:
            when = figures.long_date(value.next_attempt)
            words.append(self.tr("It leaves {time}.").format(time=when))
        if value.state is S.UNKNOWN:
            words.append(self._searched(details))
        if value.state is S.ACCEPTED and value.reason and value.attempts:
            words.append(
                self.tr("It was sent: only the copy in Sent is missing. “More” stops trying.")
            )
        if value.attempts:
            words.append(self.tr("%n attempt(s) so far.", "", value.attempts))
        lines = [" ".join(word for word in words if word)]
        if details is not None:
            if details.confirm:
                lines.append(self._confirmation(details))
            lines += self._people(details)
        return "\n".join(line for line in lines if line)

    def _searched(self, details: OutboxDetails | None) -> str:
        now = figures.now()
        if details is not None and details.is_absent and details.checked_at is not None:
            return self.tr("Sent was searched {age}: the message is not there.").format(
                age=figures.age(details.checked_at, now)
            )
        if details is not None and details.word.trouble:
            words = self.tr("Sent cannot be searched. {why}").format(
                why=wording.of_text(details.word.trouble).text
            )
            if W.SEND_IN_DOUBT in details.ways:
                more = self.tr("Ask a recipient, then say under “More” whether it left.")
                words = f"{words} {more}"
            return words
        if details is None or details.checked_at is None:
            return self.tr("Sent is searched for it as soon as the line allows.")
        return self.tr(
            "The message is not in Sent yet. Servers may file their copy late: Sent is searched "
            "again in a minute, do not send it twice."
        )

    def _confirmation(self, details: OutboxDetails) -> str:
        if details.confirms is False:
            return self.tr(
                "A confirmation of delivery was asked for, but the sending server gives none."
            )
        if any(one.state in (R.TAKEN, R.WAITING) for one in details.recipients):
            return self.tr("A confirmation of delivery is asked for.")
        return ""

    def _people(self, details: OutboxDetails) -> list[str]:
        counts = {state: sum(one.state is state for one in details.recipients) for state in R}
        words = []
        if counts[R.TAKEN] and counts[R.WAITING]:
            done = len(details.recipients) - counts[R.WAITING]
            words.append(
                self.tr("Sent to {done} of {all} recipients.", "", done).format(
                    done=figures.count(done),
                    all=figures.count(len(details.recipients)),
                )
            )
        named = [one for one in details.recipients if one.state not in (R.TAKEN, R.WAITING)]
        words += [self._person(one) for one in named[:MOST_NAMED]]
        if len(named) > MOST_NAMED:
            words.append(self.tr("and %n other(s).", "", len(named) - MOST_NAMED))
        return words

    def _person(self, one: Recipient) -> str:
        why = wording.of_reason(self._facade.leaving.reason_of(one))
        return {
            R.REFUSED: self.tr("Refused for {who}: {why}"),
            R.UNDELIVERED: self.tr("Not delivered to {who}: {why}"),
            R.DELAYED: self.tr("Delayed for {who}: {why}"),
            R.LEFT_OUT: self.tr("Not sent to {who}, as you wished."),
            R.RELAYED: self.tr("Passed on for {who}: that server confirms no deliveries."),
        }.get(one.state, self.tr("Delivered to {who}.")).format(who=one.address, why=why)

    # -- commands ----------------------------------------------------------------------------------

    def retry_chosen(self) -> None:
        """Send it now; what may have arrived is asked about first."""
        row = self.chosen()
        if row is None:
            return
        if row.state is not S.UNKNOWN:
            self._retry_row(row)
            return
        question = Question(
            self.tr("Send again"),
            self.tr(
                "Sent does not hold this message. If it was received all the same, the recipients "
                "get it twice. Send it again?"
            ),
            self.tr("It was not received: send again"),
            self.tr("Leave it"),
        )
        ask(self, question, lambda: self._retry_row(row))

    def _retry_row(self, row: OutboxRow) -> None:
        with self.notice.errors():
            self._facade.retry_outbox(row.id)

    def mark_sent(self) -> None:
        """It left, a person says."""
        row = self._with_way(W.IT_LEFT)
        if row is None:
            return
        question = Question(
            self.tr("It did leave"),
            self.tr(
                "Do you know that it was received (a recipient told you, or it is in Sent on the "
                "webmail)? It is then filed as sent and not sent again. If it was not received, "
                "nobody gets it."
            ),
            self.tr("It did leave"),
            self.tr("I do not know"),
        )
        ask(self, question, lambda: self._do(self._facade.leaving.it_left, row))

    def send_in_doubt(self) -> None:
        """Send it although nobody can tell whether it left."""
        row = self._with_way(W.SEND_IN_DOUBT)
        if row is None:
            return
        question = Question(
            self.tr("Send it all the same"),
            self.tr(
                "Sent cannot be searched: nobody can tell whether this message left. If it did, "
                "%n recipient(s) get it twice.",
                "",
                len(row.recipients),
            ),
            self.tr("Send it all the same"),
            self.tr("Leave it"),
            more=self.tr("Asking one of them first is the sure way."),
        )
        ask(self, question, lambda: self._do(self._facade.leaving.send_in_doubt, row))

    def let_rest_be(self) -> None:
        """Those who do not have it yet do not get it."""
        row, details = self._with_way(W.LET_REST_BE), self._details
        if row is None or details is None:
            return
        rest = [one.address for one in details.recipients if one.state is R.WAITING]
        question = Question(
            self.tr("Leave it at that"),
            self.tr(
                "%n recipient(s) do not have this message, and will not get it:", "", len(rest)
            ),
            self.tr("Leave it at that"),
            self.tr("Go on trying"),
            more="\n".join(rest[:MOST_NAMED] + ["…"] * (len(rest) > MOST_NAMED)),
        )
        ask(self, question, lambda: self._do(self._facade.leaving.let_rest_be, row))

    def stop_filing(self) -> None:
        """The copy stays on this PC."""
        row = self._with_way(W.STOP_FILING)
        if row is None:
            return
        question = Question(
            self.tr("Stop filing it"),
            self.tr(
                "The message was sent; the server does not take the copy for Sent. Keep the copy "
                "on this PC and stop trying? It is then not seen on the webmail."
            ),
            self.tr("Keep it on this PC"),
            self.tr("Go on trying"),
            destroys=False,
        )
        ask(self, question, lambda: self._do(self._facade.leaving.stop_filing, row))

    def _with_way(self, way: OutboxWay) -> OutboxRow | None:
        row, details = self.chosen(), self._details
        return row if details is not None and way in details.ways else None

    def _do(self, work: Callable[[OutboxId], None], row: OutboxRow) -> None:
        with self.notice.errors():
            work(row.id)

    def ask_hour(self) -> SendLaterDialog | None:
        """Another hour."""
        from mel_desktop.ui.send_later import SendLaterDialog  # noqa: PLC0415 seldom

        row = self.chosen()
        if row is None or row.state not in LEAVES:
            return None
        dialog = SendLaterDialog(
            self._facade, row.account, self, at=row.next_attempt, may_remind=False
        )
        dialog.chosen.connect(lambda at, _: self._set_hour(row, at))
        dialog.open()
        return dialog

    def _set_hour(self, row: OutboxRow, at: datetime) -> None:
        with self.notice.errors():
            self._facade.leaving.set_hour(row.id, at)

    def hold_chosen(self) -> None:
        """Put it on hold."""
        row = self.chosen()
        if row is not None:
            with self.notice.errors():
                self._facade.leaving.hold(row.id)

    def edit_chosen(self) -> None:
        """Take it back into the drafts and open it."""
        row = self.chosen()
        if row is not None:
            with self.notice.errors():
                if row.draft is None:  # an answer to an invitation, a receipt: nobody wrote it
                    self._facade.agenda.withdraw(row.id)
                    return
                self.edit_asked.emit(self._facade.cancel_outbox(row.id).id)

    def show_copy(self) -> None:
        """The copy in Sent."""
        if self._details is not None and self._details.filed_message is not None:
            self.message_asked.emit(self._details.filed_message)

    def correct_chosen(self) -> None:
        """A draft with the same words to those who were not reached.

        Those whom a partly sent message still waits for get the corrected one in its place.
        """
        row, details = self.chosen(), self._details
        if row is None or row.draft is None or details is None:
            return
        if W.LET_REST_BE not in details.ways:
            self._correct(row, row.draft, details)
            return
        waiting = sum(one.state is R.WAITING for one in details.recipients)
        question = Question(
            self.tr("Correct and send again"),
            self.tr(
                "%n recipient(s) do not have this message yet. A corrected one is written to them, "
                "and this one is not sent to them any more.",
                "",
                waiting,
            ),
            self.tr("Correct it"),
            self.tr("Go on trying"),
            destroys=False,
        )
        ask(self, question, partial(self._correct, row, row.draft, details))

    def _correct(self, row: OutboxRow, draft: DraftId, details: OutboxDetails) -> None:
        with self.notice.errors():
            people = tuple(Address("", one.address) for one in not_reached(details))
            if W.LET_REST_BE in details.ways:
                self._facade.leaving.let_rest_be(row.id)
                waiting = [one for one in details.recipients if one.state is R.WAITING]
                people += tuple(Address("", one.address) for one in waiting)
            sent = self._facade.draft(draft)
            content = replace(sent.content, to=people, cc=(), bcc=())
            made = self._facade.new_draft(row.account, content, reply_to=sent.reply_to)
            self.edit_asked.emit(made.id)
            if sent.attachments:
                self.notice.say(self.tr("The files of that message have to be attached again."))


def standing(row: OutboxRow) -> str:
    """The state, as far as the table has room for it."""
    if row.undelivered:
        return translate("panes", "Not delivered to all")
    if row.state is S.QUEUED and row.reason == WAITS_FOR_LINE:
        return translate("panes", "Waiting for a good line")
    if row.state is S.FILED and row.reason == KEPT_HERE:
        return translate("panes", "Sent, kept on this PC")
    if row.state is S.QUEUED and row.next_attempt is not None and not row.reason:
        return translate("panes", "Waiting for its hour")
    return wording.outbox_state(row.state)


def hour(row: OutboxRow, now: datetime) -> str:
    """When it leaves, if that is known."""
    if row.next_attempt is None or row.state is not S.QUEUED or row.next_attempt <= now:
        return ""
    return figures.moment(row.next_attempt, now)


def not_reached(details: OutboxDetails) -> tuple[Recipient, ...]:
    """Those for whom it is certain that nothing arrived."""
    return tuple(one for one in details.recipients if one.state in (R.REFUSED, R.UNDELIVERED))


def oldest_late(rows: tuple[OutboxRow, ...], now: datetime, *, offline: bool) -> datetime | None:
    """Since when the oldest message waits that should have left long ago; None: all is well."""
    limit = LOUD_ANYHOW if offline else LOUD_AFTER
    late = [
        one.since
        for one in rows
        if one.state in (S.QUEUED, S.SENDING, S.ACCEPTED, S.UNKNOWN)
        and now - one.since > (LOUD_ANYHOW if one.reason == WAITS_FOR_LINE else limit)
        and (one.next_attempt is None or one.next_attempt <= now)
    ]
    return min(late, default=None)
