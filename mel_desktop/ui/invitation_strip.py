"""The card of an invitation: what, when, where, who, what it overlaps with, and the answer."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.agenda import Answer, Doubt, Event, Invitation, Method, Standing
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import MessageId, ReadMessage
from mel_desktop.ui import figures, wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.room import Room
from mel_desktop.ui.strip import Strip
from mel_desktop.ui.theme import Theme

MOST_NAMES: Final = 40
SMALL: Final = 64 * 1024  # octets of a part that are fetched without being asked for
CAREFUL: Final = frozenset({Doubt.NOT_ORGANISER, Doubt.NOT_MINE, Doubt.FORGED})
PUBLISHED: Final = (Method.PUBLISH, Method.PLAIN)


class InvitationStrip(Strip):
    """Shown for messages with a calendar part. Nothing is sent unless a button is pressed.

    The card, thirty widgets, is made for the first message that has one.
    """

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(facade, bridge, theme, parent)
        self.setObjectName("invitation")
        self.card: Invitation | None = None
        self._message: ReadMessage | None = None
        self._asked_for: MessageId | None = None
        self._opened = False  # the answers, of what was answered already
        self._is_made = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(100)
        self._soon.timeout.connect(self._look)
        bridge.changed.connect(self._on_changed)
        theme.changed.connect(self._paint)

    # -- building ----------------------------------------------------------------------------------

    def _make(self) -> None:
        self._is_made = True
        frame = QFrame()
        frame.setObjectName("card")
        self._icon = QLabel()
        self._icon.setFixedSize(24, 24)
        self.kind = _label(self.tr("Kind"), muted=True)
        self.title = _label(self.tr("Title"), bold=True)
        self.state = _label(self.tr("Where it stands"))
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.state.setWordWrap(False)
        self.when = _label(self.tr("When"))
        self.place = _label(self.tr("Where"))
        self.organiser = _label(self.tr("Organiser"), muted=True)
        self.guests = _label(self.tr("Guests"), muted=True)
        self.names = _label(self.tr("Names of the guests"), muted=True)
        self.changed_words = _label(self.tr("What changed"), careful=True)
        self.overlap = _label(self.tr("Overlaps"), careful=True)
        self.doubts = _label(self.tr("To be careful about"), careful=True)
        self.everyone = QPushButton(self.tr("Show the names"))
        self.everyone.setProperty("link", True)
        self.everyone.setCheckable(True)
        self.everyone.setAccessibleName(self.tr("Show the names of the guests"))
        self.everyone.toggled.connect(self._show_names)
        words = QVBoxLayout()
        words.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(self.kind, 1)
        head.addWidget(self.state)
        people = QHBoxLayout()
        people.addWidget(self.guests, 1)
        people.addWidget(self.everyone, 0, Qt.AlignmentFlag.AlignTop)
        words.addLayout(head)
        for widget in (self.title, self.when, self.place):
            words.addWidget(widget)
        words.addWidget(self.organiser)
        words.addLayout(people)
        for widget in (self.names, self.changed_words, self.overlap, self.doubts):
            words.addWidget(widget)
        words.addWidget(self._make_answer())
        words.addWidget(self._make_more())
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 6, 12, 6)
        self._room = Room(frame)
        outer.addWidget(self._room)
        self._paint()

    def _make_answer(self) -> QWidget:
        self.answers = QWidget()
        self.comment = QLineEdit()
        self.comment.setPlaceholderText(self.tr("A word to the organiser (optional)"))
        self.comment.setAccessibleName(self.tr("A word to the organiser"))
        self.comment.setMaxLength(1000)
        self.tell = QCheckBox(self.tr("Send the answer to the or&ganiser"))
        self.tell.setChecked(True)
        self.tell.toggled.connect(self.comment.setEnabled)
        self.buttons = {
            Answer.ACCEPTED: QPushButton(self.tr("Acce&pt")),
            Answer.TENTATIVE: QPushButton(self.tr("Pe&rhaps")),
            Answer.DECLINED: QPushButton(self.tr("Decli&ne")),
        }
        line = QWidget()
        flow = FlowLayout(line, spacing=8)
        flow.setContentsMargins(0, 0, 0, 0)
        for answer, button in self.buttons.items():
            button.setAccessibleName(button.text().replace("&", ""))
            button.clicked.connect(lambda _=False, chosen=answer: self.answer(chosen))
            flow.addWidget(button)
        flow.addWidget(self.tell)
        column = QVBoxLayout(self.answers)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.comment)
        column.addWidget(line)
        return self.answers

    def _make_more(self) -> QWidget:
        self.more = QPushButton()
        self.more.setAccessibleName(self.tr("Fetch the invitation"))
        self.more.clicked.connect(self._on_more)
        self.apply = QPushButton()
        self.apply.clicked.connect(self._on_apply)
        self.again = QPushButton(self.tr("Answer otherwise…"))
        self.again.setProperty("link", True)
        self.again.setAccessibleName(self.tr("Answer otherwise"))
        self.again.clicked.connect(self._open_answers)
        self.trouble = _label(self.tr("Trouble"), wrong=True)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 2, 0, 0)
        row.addWidget(self.more)
        row.addWidget(self.apply)
        row.addWidget(self.again)
        row.addWidget(self.trouble, 1)
        row.addStretch(0)
        return holder

    def _paint(self) -> None:
        if not self._is_made:
            return
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(self._theme.icons.pixmap("agenda", 24, ratio))

    # -- what is shown -----------------------------------------------------------------------------

    def show_message(self, found: ReadMessage | None) -> None:
        """The card of this message, if it has one."""
        is_other = found is None or self._message is None or found.id != self._message.id
        self._message = found
        if is_other and self._is_made:
            self.comment.clear()
            self.tell.setChecked(True)
            self.everyone.setChecked(False)
            self.trouble.hide()
        if is_other:
            self._opened = False
        self._look()

    def _look(self) -> None:
        found = self._message
        self.card = None
        if found is not None:
            try:
                self.card = self._facade.agenda.invitation(found.id)
            except MelError as error:
                if self._is_made:
                    self._say(error)
        if self.card is None or found is None:
            self.hide()
            return
        if not self._is_made:
            self._make()
        self._fill(self.card, found)
        self.show()
        if not self.card.here and self._asked_for != found.id:
            self._fetch(found.id, self.card.part)

    def _fill(self, card: Invitation, found: ReadMessage) -> None:
        from mel_desktop.ui import agenda_words  # noqa: PLC0415 first needed here

        event = card.event
        self.kind.setText(agenda_words.kind(card))
        standing = None if card.known is None else card.known.standing
        if event is not None and card.method is Method.CANCEL and standing is None:
            standing = Standing.CANCELLED
        self.state.setText("" if standing is None else agenda_words.standing(standing))
        for name in ("good", "wrong"):
            is_so = (standing is Standing.ACCEPTED, standing is Standing.CANCELLED)[name == "wrong"]
            self.state.setProperty(name, is_so)
        self.state.style().unpolish(self.state)
        self.state.style().polish(self.state)
        troubles = [agenda_words.trouble(one) for one in card.troubles]
        doubts = [agenda_words.doubt(one, card, found.sender.address) for one in card.doubts]
        _show(self.doubts, "\n".join((*doubts, *troubles)))
        _show(self.title, "" if event is None else event.title or self.tr("(no title)"))
        _show(self.overlap, agenda_words.conflicts(card.conflicts))
        if event is None:
            for label in (self.when, self.place, self.organiser, self.guests, self.names,
                          self.changed_words, self.everyone):  # fmt: skip
                label.hide()
        else:
            self._fill_event(card, event)
        self._fill_buttons(card, event, standing)

    def _fill_event(self, card: Invitation, event: Event) -> None:
        from mel_desktop.ui import agenda_words  # noqa: PLC0415 first needed here

        lines = [agenda_words.when(event), agenda_words.repeats(card)]
        if card.more:
            lines.append(self.tr("%n more event(s) in it", "", len(card.more)))
        _show(self.when, "\n".join(filter(None, lines)))
        _show(self.place, " · ".join(dict.fromkeys(filter(None, (event.place, event.link)))))
        organiser = ""
        if event.organiser is not None and not card.mine:
            organiser = self.tr("Organised by {who}").format(
                who=agenda_words.person(event.organiser)
            )
        _show(self.organiser, organiser)
        if card.method in (Method.REPLY, Method.COUNTER):
            _show(self.guests, "\n".join(agenda_words.guest(one) for one in event.guests[:3]))
            self.everyone.hide()
        else:
            _show(self.guests, agenda_words.count_of(event.guests))
            self.everyone.setVisible(len(event.guests) > 0)
        self._show_names(self.everyone.isChecked())
        before = None if card.known is None else card.known.before
        news: tuple[str, ...] = ()
        is_current = card.known is not None and Doubt.OUTDATED not in card.doubts
        if before is not None and is_current and card.method in (Method.REQUEST, Method.ADD):
            news = agenda_words.changes(before, event)
        _show(self.changed_words, "\n".join(news))

    def _fill_buttons(
        self, card: Invitation, event: Event | None, standing: Standing | None
    ) -> None:
        is_open = standing in (None, Standing.NONE) or self._opened
        self.answers.setVisible(card.may_answer and is_open)
        self.again.setVisible(card.may_answer and not is_open)
        text = self.tr("Change my agenda all the same")
        if card.method is Method.REPLY:
            text = self.tr("Count this answer all the same")
        self.apply.setText(text)
        self.apply.setAccessibleName(text)
        self.apply.setVisible(card.may_apply)
        strange = bool(CAREFUL & set(card.doubts))
        self.buttons[Answer.ACCEPTED].setDefault(not strange)
        can_tell = event is not None and event.organiser is not None
        can_tell = can_tell and Doubt.NOT_MINE not in card.doubts  # that would be myself
        self.tell.setEnabled(can_tell)
        self.comment.setEnabled(can_tell and self.tell.isChecked())
        text = ""
        if not card.here:
            text = self.tr("Fetch the invitation")
        elif event is not None and card.method in PUBLISHED and card.known is None:
            text = self.tr("Add to my agenda")
        _show(self.more, text)
        self.more.setAccessibleName(text)

    def _show_names(self, shown: bool) -> None:
        from mel_desktop.ui import agenda_words  # noqa: PLC0415 first needed here

        event = None if self.card is None else self.card.event
        self.everyone.setText(self.tr("Hide the names") if shown else self.tr("Show the names"))
        if event is None or not shown or self.everyone.isHidden():
            self.names.hide()
            return
        lines = [agenda_words.guest(one) for one in event.guests[:MOST_NAMES]]
        if len(event.guests) > MOST_NAMES:
            lines.append("…")
        _show(self.names, "\n".join(lines))

    # -- what a person does ------------------------------------------------------------------------

    def answer(self, answer: Answer) -> None:
        """Answer as chosen; told to the organiser only where that is ticked."""
        if self._message is None or self.card is None or not self.card.may_answer:
            return
        try:
            self._facade.agenda.answer(
                self._message.id,
                answer,
                comment=self.comment.text(),
                tell=self.tell.isChecked() and self.tell.isEnabled(),
            )
        except MelError as error:
            self._say(error)
            return
        self._opened = False
        self.trouble.hide()
        self._look()
        self.again.setFocus()

    def take_focus(self) -> bool:
        """The keyboard goes to the first thing that may be done; False where there is none."""
        if self.isHidden():
            return False
        if self.again.isVisible():
            self._open_answers()
            return True
        for button in (self.buttons[Answer.ACCEPTED], self.more, self.apply):
            if button.isVisible():
                button.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return True
        return False

    def _open_answers(self) -> None:
        self._opened = True
        self._look()
        self.buttons[Answer.ACCEPTED].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_more(self) -> None:
        if self._message is None or self.card is None:
            return
        if not self.card.here:
            self._fetch(self._message.id, self.card.part)
            return
        try:
            self._facade.agenda.add(self._message.id)
        except MelError as error:
            self._say(error)
        self._look()

    def _on_apply(self) -> None:
        if self._message is None or self.card is None or not self.card.may_apply:
            return
        try:
            self._facade.agenda.apply(self._message.id)
        except MelError as error:
            self._say(error)
        self._look()

    def _fetch(self, message: MessageId, part: str) -> None:
        self._asked_for = message
        self._bridge.run(
            self,
            lambda: self._facade.fetch_attachment(message, part),
            done=lambda _: self._look(),
            failed=self._say,
        )

    def _say(self, error: MelError) -> None:
        _show(self.trouble, str(wording.of_error(error)))

    def _on_changed(self, changes: Changes) -> None:
        if self._message is not None and changes.areas & Area.AGENDA:
            self._soon.start()


class ReceivedStrip(Strip):
    """Of a message in Sent: who says that it was displayed, and when."""

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(facade, bridge, theme, parent)
        self.words = _label(self.tr("Receipts of reading"), muted=True)
        row = QVBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.addWidget(self.words)

    def show_message(self, found: ReadMessage | None) -> None:
        """What came for this message."""
        lines = []
        if found is not None:
            try:
                came = self._facade.agenda.receipts(found.id)
            except MelError:
                came = ()
            for one in came:
                text = self.tr("Displayed on {date}, says the program of {who}.")
                if not one.displayed:
                    text = self.tr("Not displayed, but put away on {date}, by {who}.")
                lines.append(text.format(date=figures.long_date(one.at), who=one.who))
        self.words.setText("\n".join(lines))
        self.setVisible(bool(lines))


def _label(
    name: str, *, muted: bool = False, bold: bool = False, careful: bool = False,
    wrong: bool = False,
) -> QLabel:  # fmt: skip
    label = QLabel()
    label.setAccessibleName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)  # words of strangers are no markup
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    for prop, is_so in (("muted", muted), ("careful", careful), ("wrong", wrong)):
        if is_so:
            label.setProperty(prop, True)
    if bold:
        font = label.font()
        font.setWeight(font.Weight.DemiBold)
        label.setFont(font)
    return label


def _show(widget: QLabel | QPushButton, text: str) -> None:
    widget.setText(text)
    widget.setVisible(bool(text))
