"""The reader: who really wrote, to whom, warnings, attachments, the text. Reads nothing remote."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.mail import (
    BodyState,
    Flags,
    Marks,
    MessageId,
    ReadMessage,
    WarningCode,
)
from mel_desktop.ui import figures, line_words, wording
from mel_desktop.ui.attachments_bar import AttachmentsBar
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.find_bar import FindBar
from mel_desktop.ui.mail_browser import MailBrowser, Pictures
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.reader_head import ReaderHead
from mel_desktop.ui.reader_strips import STRIPS
from mel_desktop.ui.remote_strip import RemoteStrip
from mel_desktop.ui.room import Room
from mel_desktop.ui.theme import Theme

logger = logging.getLogger("mel.window")

READ_AFTER_MS: Final = 1200
REST_AFTER_MS: Final = 100  # what is made ready aside must not make the first screen late
FIRST: Final = 6_000  # characters of HTML that are drawn at once; the rest when it is scrolled to
REMOTE: Final = "mel-remote-"  # before the number of a remote picture that may be shown


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
        self.head = ReaderHead(theme, self)
        self.head.back_asked.connect(self.back_asked)
        self.head.form_asked.connect(self.toggle_form)
        self.remote = RemoteStrip(facade, bridge, theme, self)
        self.remote.came.connect(self._show_remote)
        self._pictures = Notice(theme, self, closable=False)
        self.attachments = AttachmentsBar(facade, bridge, theme, self.notice, self)
        self.attachments.fetches.moved.connect(lambda _: self.fetched.emit())
        self.browser = MailBrowser(theme, self)
        self.browser.link_clicked.connect(self._on_link)
        self.browser.whole_asked.connect(self.show_rest)
        self.browser.verticalScrollBar().valueChanged.connect(lambda _: self._on_scrolled())
        self.find_bar = FindBar(theme, self.browser, self)
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

    def _make_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        between = QWidget()
        lines = QVBoxLayout(between)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        for line in (
            *(self.notice, self._state, self._warnings, self.remote, self._pictures),
            *self.strips,
        ):
            lines.addWidget(line)
        column.addWidget(Room(between, framed=False))
        column.addWidget(self.attachments)
        column.addWidget(self.browser, 1)
        column.addWidget(self.find_bar)
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
        self.head.back.setVisible(shown)

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
            found = self._facade.show(message, FIRST)
        except MelError as error:
            self.show_nothing(wording.of_error(error).text)
            return
        self._show(found)
        if found.clipped:
            QTimer.singleShot(REST_AFTER_MS, self, lambda: self._bring_rest(message))
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

    # -- long messages -----------------------------------------------------------------------------

    def _bring_rest(self, message: MessageId) -> None:
        """The whole of a long message is made ready aside while its beginning is read."""
        if self._message is None or self._message.id != message or not self._message.clipped:
            return

        def done(whole: ReadMessage) -> None:
            if self._message is None or self._message.id != message or not self._message.clipped:
                return
            self._message = whole
            self.browser.has_more = True
            self._show_around(whole)
            self._show_warnings(whole)
            self._on_scrolled()

        def failed(_: MelError) -> None:
            logger.info("the rest of message %d is not shown", message)

        self._bridge.run(self, lambda: self._facade.show(message), done=done, failed=failed,
                         local=True)  # fmt: skip

    def _on_scrolled(self) -> None:
        bar = self.browser.verticalScrollBar()
        if self.browser.has_more and bar.value() + bar.pageStep() >= bar.maximum():
            self.show_rest()

    def show_rest(self) -> None:
        """All of a long message, where its beginning stands."""
        found = self._message
        if found is None or not (self.browser.has_more or found.clipped):
            return
        if found.clipped:
            try:
                found = self._message = self._facade.show(found.id)
            except MelError:
                return
        bar = self.browser.verticalScrollBar()
        place = bar.value()
        self.browser.has_more = False
        self.browser.renew_html(self._html(found), self._answers(found))
        bar.setValue(place)

    def begin_find(self) -> None:
        """Words are sought in the whole text."""
        self.show_rest()
        self.find_bar.begin()

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
        self.head.show_message(found)
        self._show_warnings(found)
        self._show_around(found)
        if found.body is BodyState.LOCAL:
            self._state.clear()
        if not same_text:
            self._show_text(found)

    def _show_around(self, found: ReadMessage) -> None:
        """What stands between the head and the text."""
        self.attachments.show_parts(found.id, found.attachments)
        self._show_pictures(found)
        for strip in self.strips:
            strip.show_message(found)

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
        self.remote.show_message(found, plain=not self._shows_html())

    def _show_text(self, found: ReadMessage) -> None:
        as_html = bool(found.html_safe) and not self._wants_plain
        self.browser.has_more = False
        words = self.tr("Show as plain text") if as_html else self.tr("Show with formatting")
        tip = ""
        if found.formatting is not None:
            with self.notice.errors():
                price = self._facade.price(found.id, found.formatting.number)
                tip = line_words.price(price)
                size = figures.size(price.octets)
                words = self.tr("Show with formatting ({size})").format(size=size)
        offered = bool(found.html_safe) or found.formatting is not None
        self.head.show_form(words, tip, offered=offered)
        if as_html:
            self.browser.show_html(self._html(found), self._answers(found))
        else:
            self.browser.show_plain(found.text)
        self._show_warnings(found)

    def _html(self, found: ReadMessage) -> str:
        """As sanitised; with places for the remote pictures that may be shown."""
        view = None if found.clipped else self.remote.view(found)
        return found.html_safe if view is None or not view.html else view.html

    def shown_html(self) -> str:
        """The whole HTML as it is shown now; "" where plain text is."""
        self.show_rest()
        found = self._message
        return self._html(found) if found is not None and self._shows_html() else ""

    def _answers(self, found: ReadMessage) -> Pictures:
        return picture_source(self._facade, found)

    def _show_remote(self) -> None:
        """Remote pictures came, or the leave to show them."""
        found = self._message
        if found is None:
            return
        if self._shows_html():
            self.browser.has_more = False
            self.browser.renew_html(self._html(found), self._answers(found))
        self.remote.show_message(found, plain=not self._shows_html())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The head has other room."""
        super().resizeEvent(event)
        self.head.fit(event.size().width())

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
        from mel_desktop.ui.link_dialog import open_link  # noqa: PLC0415 seldom

        url = QUrl(target)
        if url.scheme() == "mailto":
            self.write_to.emit(url.path())
            return
        open_link(self, self._facade, target, self._message)


def picture_source(facade: Facade, found: ReadMessage) -> Pictures:
    """What answers the ``cid:`` pictures of a message, remote ones from our cache among them."""

    def answer(cid: str) -> tuple[str, bytes] | None:
        number = cid.removeprefix(REMOTE)
        if number != cid and number.isdecimal():
            octets = facade.remote.picture(found.id, int(number))
            return None if octets is None else ("image/*", octets)
        return facade.inline_image(found.id, cid)

    return answer
