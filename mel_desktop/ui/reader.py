"""The reader: who really wrote, to whom, warnings, attachments, the text. Reads nothing remote."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.mail import (
    Address,
    BodyState,
    Flags,
    Marks,
    MessageId,
    ReadMessage,
    WarningCode,
)
from mel_desktop.ui import figures, line_words, wording
from mel_desktop.ui.attachments_bar import AttachmentsBar
from mel_desktop.ui.avatar import Avatar
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.dialogs import RecipientsDialog
from mel_desktop.ui.link_dialog import open_link
from mel_desktop.ui.mail_browser import MailBrowser
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.reader_strips import STRIPS
from mel_desktop.ui.theme import Theme

logger = logging.getLogger("mel.window")

READ_AFTER_MS: Final = 1200
SHOWN_RECIPIENTS: Final = 3  # the others are one click away
ONE_COLUMN_BELOW: Final = 620  # narrower, the date goes under the names


def address_line(found: Address) -> str:
    """The display name and always the true address."""
    return f"{found.name} <{found.address}>" if found.name else found.address


class Reader(QWidget):
    """One message, as far as it is here; the rest is fetched without waiting."""

    write_to = Signal(str)  # a mailto: link was confirmed
    back_asked = Signal()
    fetched = Signal()  # octets came, for a text, a picture or an attachment

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._message: ReadMessage | None = None
        self._wants_plain = False
        self.prefers_plain = False
        self._read_timer = QTimer(self)
        self._read_timer.setSingleShot(True)
        self._read_timer.setInterval(READ_AFTER_MS)
        self._read_timer.timeout.connect(self._mark_read)
        self.notice = Notice(theme, self)
        self._state = Notice(theme, self, closable=False)
        self._warnings = Notice(theme, self, closable=False)
        self._remote = Notice(theme, self, closable=False)
        self._pictures = Notice(theme, self, closable=False)
        self.attachments = AttachmentsBar(facade, bridge, theme, self.notice, self)
        self.attachments.fetches.moved.connect(lambda _: self.fetched.emit())
        self.browser = MailBrowser(theme, self)
        self.browser.link_clicked.connect(self._on_link)
        self.strips = tuple(make(facade, bridge, theme, self) for make in STRIPS)
        for strip in self.strips:
            strip.changed.connect(self.refresh)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_empty())
        self._stack.addWidget(self._make_page())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    # -- building ----------------------------------------------------------------------------------

    def _make_empty(self) -> QWidget:
        self._empty = QLabel(self.tr("Choose a message to read it here."))
        self._empty.setProperty("muted", True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        return self._empty

    def _make_head(self) -> QWidget:
        head = QWidget()
        head.setObjectName("readerHead")
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._subject = _label(self.tr("Subject"), size=1.3, bold=True)
        self._avatar = Avatar(self._theme)
        self._sender = _label(self.tr("Sender"))
        self._recipients = _label(self.tr("Recipients"), muted=True)
        self._everyone = QPushButton()
        self._everyone.setProperty("link", True)
        self._everyone.clicked.connect(self._show_everyone)
        self._date = _label(self.tr("Date"), muted=True)
        self._date.setWordWrap(False)
        self._date.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self._date.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._form = QPushButton()
        self._form.setProperty("link", True)
        self._form.hide()
        self._form.clicked.connect(self.toggle_form)
        self._back = QPushButton(self.tr("Back to the list"))
        self._back.setProperty("link", True)
        self._back.setAccessibleName(self.tr("Back to the list"))
        self._back.clicked.connect(self.back_asked)
        self._back.hide()
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._sender)
        words.addWidget(self._recipients)
        words.addWidget(self._everyone, 0, Qt.AlignmentFlag.AlignLeft)
        side = self._side = QVBoxLayout()
        side.setSpacing(2)
        side.addWidget(self._date)
        side.addWidget(self._form, 0, Qt.AlignmentFlag.AlignRight)
        side.addStretch(1)
        self._names = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._names.setSpacing(12)
        self._names.addLayout(words, 1)
        self._names.addLayout(side)
        people = QHBoxLayout()
        people.setSpacing(12)
        people.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        people.addLayout(self._names, 1)
        column = QVBoxLayout(head)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(8)
        column.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._subject)
        column.addLayout(people)
        return head

    def _make_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        for notice in (
            self.notice,
            self._state,
            self._warnings,
            self._remote,
            self._pictures,
        ):
            column.addWidget(notice)
        for strip in self.strips:
            column.addWidget(strip)
        column.addWidget(self.attachments)
        column.addWidget(self.browser, 1)
        return page

    # -- what is shown -----------------------------------------------------------------------------

    def message(self) -> ReadMessage | None:
        """The message shown now."""
        return self._message

    def selected_text(self) -> str:
        """What is selected of the message, as lines."""
        return self.browser.textCursor().selection().toPlainText().replace("\ufffc", "")

    def selected(self) -> dict[str, str]:
        """Both, for those who quote it."""
        return {"selected": self.selected_text(), "selected_html": self.selected_html()}

    def selected_html(self) -> str:
        """What is selected, with its formatting and pictures; "" where plain text is shown."""
        cursor = self.browser.textCursor()
        if not cursor.hasSelection() or not self._shows_html():
            return ""
        return cursor.selection().toHtml()

    def _shows_html(self) -> bool:
        return self._message is not None and bool(self._message.html_safe) and not self._wants_plain

    def show_back(self, shown: bool) -> None:
        """Whether the way back to the list is offered (narrow windows)."""
        self._back.setVisible(shown)

    def show_nothing(self, text: str = "") -> None:
        """No message, or several, are chosen."""
        self._read_timer.stop()
        self._message = None
        self._empty.setText(text or self.tr("Choose a message to read it here."))
        self._stack.setCurrentIndex(0)
        self.browser.clear_mail()
        self.attachments.show_parts(None, ())
        for strip in self.strips:
            strip.show_message(None)

    def open(self, message: MessageId) -> None:
        """Show what is here at once; fetch the text if it is not."""
        if self._message is None or self._message.id != message:
            self.notice.clear()
            self._wants_plain = self.prefers_plain
        try:
            found = self._facade.show(message)
        except MelError as error:
            self.show_nothing(wording.of_error(error).text)
            return
        self._show(found)
        if not found.flags.marks & Marks.SEEN:
            self._read_timer.start()
        if found.body is not BodyState.LOCAL:
            self._load_or_ask(found)
        elif not found.headers and not self._costs(found):
            self._complete(found)

    def refresh(self) -> None:
        """The message shown may have changed."""
        if self._message is None:
            return
        try:
            found = self._facade.show(self._message.id)
        except MelError:
            self.show_nothing()
            return
        if found != self._message:
            self._show(found)

    def toggle_form(self) -> None:
        """Change between HTML and plain text."""
        if self._message is not None and self._message.html_safe:
            self._wants_plain = not self._wants_plain
            self._show_text(self._message)
        elif self._message is not None and self._message.formatting is not None:
            self._wants_plain = False
            self._complete(self._message)

    def _show(self, found: ReadMessage) -> None:
        same_text = (
            self._message is not None
            and self._message.id == found.id
            and (self._message.text, self._message.html_safe, self._message.pictures)
            == (found.text, found.html_safe, found.pictures)
            and self._message.formatting == found.formatting
        )
        self._message = found
        self._stack.setCurrentIndex(1)
        self._subject.setText(found.subject or self.tr("(no subject)"))
        self._sender.setText(address_line(found.sender))
        self._avatar.show_person(found.sender)
        self._show_recipients(found)
        self._date.setText(figures.long_date(found.sent_at or found.received_at))
        self._show_warnings(found)
        self.attachments.show_parts(found.id, found.attachments)
        self._show_pictures(found)
        for strip in self.strips:
            strip.show_message(found)
        if found.body is BodyState.LOCAL:
            self._state.clear()
        if not same_text:
            self._show_text(found)

    def _show_recipients(self, found: ReadMessage) -> None:
        self._recipients.setText(self._recipient_lines(found))
        number = len(found.to) + len(found.cc) + len(found.bcc)
        shortened = max(len(found.to), len(found.cc), len(found.bcc)) > SHOWN_RECIPIENTS
        words = self.tr("Show all %n recipient(s)…", "", number)
        self._everyone.setText(words)
        self._everyone.setAccessibleName(words)
        self._everyone.setVisible(shortened)

    def _show_everyone(self) -> None:
        found = self._message
        if found is None:
            return
        groups = (
            (self.tr("To: {people}"), found.to),
            (self.tr("Cc: {people}"), found.cc),
            (self.tr("Bcc: {people}"), found.bcc),
        )
        texts = (
            name.format(people="\n" + "\n".join(map(address_line, people)))
            for name, people in groups
            if people
        )
        RecipientsDialog("\n\n".join(texts), self).open()

    def _recipient_lines(self, found: ReadMessage) -> str:
        lines = []
        for name, people in (
            (self.tr("To: {people}"), found.to),
            (self.tr("Cc: {people}"), found.cc),
            (self.tr("Bcc: {people}"), found.bcc),
        ):
            if people:
                lines.append(name.format(people=self._people(people)))
        return "\n".join(lines)

    def _people(self, people: Sequence[Address]) -> str:
        shown = ", ".join(map(address_line, people[:SHOWN_RECIPIENTS]))
        more = len(people) - SHOWN_RECIPIENTS
        if more <= 0:
            return shown
        others = self.tr("and %n other(s)", "", more)
        return f"{shown} {others}"

    def _show_warnings(self, found: ReadMessage) -> None:
        grave = [
            wording.warning(one)
            for one in found.warnings
            if one.code is not WarningCode.REMOTE_BLOCKED
            and (found.shield is None or one.code.value not in wording.SHIELDED)
        ]
        if grave:
            self._warnings.say("\n".join(grave), Tone.WARNING)
        else:
            self._warnings.clear()
        if found.blocked_remote and not self._wants_plain:
            self._remote.say(
                self.tr(
                    "%n remote image(s) blocked: the sender does not learn that you read this.",
                    "",
                    len(found.blocked_remote),
                )
            )
        else:
            self._remote.clear()

    def _show_text(self, found: ReadMessage) -> None:
        as_html = bool(found.html_safe) and not self._wants_plain
        self._form.setVisible(bool(found.html_safe) or found.formatting is not None)
        words = self.tr("Show as plain text") if as_html else self.tr("Show with formatting")
        if found.formatting is not None:
            with self.notice.errors():
                price = self._facade.price(found.id, found.formatting.number)
                self._form.setToolTip(line_words.price(price))
                size = figures.size(price.octets)
                words = self.tr("Show with formatting ({size})").format(size=size)
        else:
            self._form.setToolTip("")
        self._form.setText(words)
        self._form.setAccessibleName(words)
        if as_html:
            message = found.id
            self.browser.show_html(
                found.html_safe, lambda cid: self._facade.inline_image(message, cid)
            )
        else:
            self.browser.show_plain(found.text)
        self._show_warnings(found)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names need the width more than the date does."""
        super().resizeEvent(event)
        beside = event.size().width() >= ONE_COLUMN_BELOW
        direction = QBoxLayout.Direction
        self._names.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        self._names.setSpacing(12 if beside else 2)
        policy = QSizePolicy.Policy
        width = policy.Maximum if beside else policy.Preferred  # else it would narrow the names
        self._date.setSizePolicy(width, policy.Preferred)
        side = Qt.AlignmentFlag.AlignRight if beside else Qt.AlignmentFlag.AlignLeft
        self._date.setAlignment(side | Qt.AlignmentFlag.AlignTop)
        self._side.setAlignment(self._form, side)

    # -- text that is not here yet -----------------------------------------------------------------

    def _costs(self, found: ReadMessage) -> bool:
        """Whether what a thrifty sync left out is dear enough to be asked for, or unwanted."""
        if self._facade.status().offline:
            return True
        try:
            return self.prefers_plain or (
                found.formatting is not None
                and self._facade.price(found.id, found.formatting.number).ask_first
            )
        except MelError:
            return True

    def _complete(self, found: ReadMessage) -> None:
        """Header and HTML, behind the plain text that is read meanwhile."""

        def done(loaded: ReadMessage) -> None:
            self.fetched.emit()
            if self._message is not None and self._message.id == loaded.id:
                self._show(loaded)

        def failed(_: MelError) -> None:  # the text is here: nothing is missing to read it
            logger.info("message %d stays as it is", found.id)

        self._bridge.run(self, lambda: self._facade.load_body(found.id), done=done, failed=failed)

    def _load_or_ask(self, found: ReadMessage) -> None:
        """Texts come by themselves, but where the line is dear a long one tells its price first."""
        try:
            price = self._facade.price(found.id, "")
        except MelError:  # what is wrong is told by fetching it
            price = None
        offline = self._facade.status().offline  # nothing is fetched, and that is what is told
        if offline or price is None or not price.ask_first or not price.octets:
            self._load(found)
            return
        self._state.say(
            self.tr("The text of this message is on the server: {price}.").format(
                price=line_words.price(price)
            ),
            button=self.tr("Fetch the text"),
            call=lambda: self._load(found),
        )

    def _show_pictures(self, found: ReadMessage) -> None:
        if not found.pictures or found.body is not BodyState.LOCAL:
            self._pictures.clear()
            return
        keys = [(found.id, one.number) for one in found.pictures]
        fetches = [self.attachments.fetches.of(key) for key in keys]
        if any(one is not None and one.running for one in fetches):
            self._pictures.say(self.tr("The images of this message are being fetched…"))
            return
        try:
            prices = [self._facade.price(found.id, one.number) for one in found.pictures]
        except MelError:
            self._pictures.clear()
            return
        whole = line_words.total(prices)
        self._pictures.say(
            self.tr("%n image(s) of this message on the server: {price}.", "", len(keys)).format(
                price=line_words.price(whole)
            ),
            button=self.tr("Fetch the images"),
            call=lambda: self._fetch_pictures(found),
        )

    def _fetch_pictures(self, found: ReadMessage) -> None:
        def came() -> None:
            if self._message is not None and self._message.id == found.id:
                self.refresh()

        def failed(error: MelError) -> None:
            if self._message is not None and self._message.id == found.id:
                self._show_pictures(self._message)
                self.notice.say_error(error)

        for one in found.pictures:
            key = (found.id, one.number)
            self.attachments.fetches.start(key, one.size, done=came, failed=failed)
        self._show_pictures(found)

    def _load(self, found: ReadMessage) -> None:
        self._state.say(self.tr("The text of this message is being fetched…"))

        def done(loaded: ReadMessage) -> None:
            self.fetched.emit()
            if self._message is not None and self._message.id == loaded.id:
                self._show(loaded)
                self._state.clear()

        def failed(error: MelError) -> None:
            if self._message is None or self._message.id != found.id:
                return
            if error.code in {ErrorCode.OFFLINE, ErrorCode.NOT_LOCAL}:
                self._state.say(
                    self.tr(
                        "The text of this message is not on this PC yet: "
                        "it comes when you are online."
                    ),
                )
            else:
                self._state.say(
                    str(wording.of_error(error)),
                    Tone.WARNING,
                    button=self.tr("Try again"),
                    call=lambda: self._load(found),
                )

        self._bridge.run(self, lambda: self._facade.load_body(found.id), done=done, failed=failed)

    def _mark_read(self) -> None:
        found = self._message
        if found is not None and not found.flags.marks & Marks.SEEN and self.isVisible():
            with self.notice.errors():
                if self._facade.migration.takes_changes(found.folder):
                    self._facade.flag([found.id], Flags(Marks.SEEN), Flags())

    # -- links -----------------------------------------------------------------------------------

    def _on_link(self, target: str) -> None:
        url = QUrl(target)
        if url.scheme() == "mailto":
            self.write_to.emit(url.path())
            return
        open_link(self, self._facade, target, self._message)


def _label(name: str, *, size: float = 1.0, bold: bool = False, muted: bool = False) -> QLabel:
    label = QLabel()
    label.setAccessibleDescription(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * size)
    if bold:
        font.setWeight(font.Weight.DemiBold)
    label.setFont(font)
    label.setProperty("muted", muted)
    return label
