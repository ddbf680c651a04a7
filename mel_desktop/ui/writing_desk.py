"""Composers of one window: new messages, answers, drafts gone on with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QMainWindow

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import MessageId, ReadMessage
from mel_desktop.model.outgoing import Draft, DraftContent, DraftId, OutboxRow
from mel_desktop.model.safety import SendWarning
from mel_desktop.ui import draft_dialogs, letters_menu, signing
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.left_open import LeftOpen
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.composer import Composer


class WritingDesk(QObject):
    """Knows the composers that are open; each draft has at most one."""

    sent = Signal(object)  # OutboxRow
    held = Signal()  # which drafts are in windows changed

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        notice: Notice,
        window: QMainWindow,
        settings: QSettings,
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._notice = notice
        self._window = window
        self._settings = settings
        self._composers: list[Composer] = []
        self.left_open = LeftOpen(facade, notice, self)
        self.draft_dialogs = draft_dialogs.DraftDialogs(facade, bridge, theme, window)
        self.hints_of_sent: tuple[SendWarning, ...] = ()  # of the message that was sent last

    def composers(self) -> tuple[Composer, ...]:
        """Open composers."""
        return tuple(self._composers)

    def compose(
        self,
        account: AccountId,
        content: DraftContent,
        *,
        reply_to: MessageId | None = None,
        forward: MessageId | None = None,
    ) -> Composer:
        """A new message; from the new account where one reads the old one of a move."""
        with self._notice.errors():
            account = self._facade.migration.writing(account)
        composer = self._open(account)
        content = signing.signed(self._facade, account, content)
        composer.start(content, reply_to=reply_to, forward=forward)
        return composer

    def open_draft(self, draft: DraftId) -> Composer | None:
        """Go on with a draft, in its window if it has one."""
        for composer in self._composers:
            if composer.draft_id() == draft:
                composer.raise_()
                composer.activateWindow()
                return composer
        try:
            found = self._facade.draft(draft)
        except MelError as error:
            self._notice.say_error(error)
            return None
        composer = self._open(found.account)
        composer.open_draft(found)
        return composer

    def take(self, message: MessageId, notice: Notice, *, done: Callable[..., None]) -> None:
        """Continue what another program left in Drafts: ``done(draft, is_new)`` when it is here."""
        try:
            begun = self._facade.revisions.begun(message)
        except MelError as error:
            notice.say_error(error)
            return
        fetching = self.tr("The draft is being fetched…")
        notice.say(fetching)

        def came(draft: Draft) -> None:
            if notice.text == fetching:
                notice.clear()
            done(draft.id, is_new=begun is None)

        self._bridge.run(
            self, lambda: self._facade.revisions.take(message), done=came, failed=notice.say_error
        )

    def has_rival(self, draft: DraftId) -> bool:
        """Whether another program changed this draft too."""
        found = False
        with self._notice.errors():
            found = self._facade.revisions.has_rival(draft)
        return found

    def answer(
        self,
        read: ReadMessage,
        account: AccountId,
        *,
        to_all: bool,
        selected: str = "",
        selected_html: str = "",
    ) -> Composer | None:
        """Reply, quoting all of it or what is selected."""
        try:
            content = self._facade.reply_content(
                read.id,
                to_all=to_all,
                selected=selected,
                selected_html=selected_html,
                formatted=self._quotes_formatted(),
            )
        except MelError as error:
            self._notice.say_error(error)
            return None
        return self.compose(account, content, reply_to=read.id)

    def pass_on(
        self, read: ReadMessage, account: AccountId, *, selected: str = "", selected_html: str = ""
    ) -> None:
        """Forward. Attachments that are not here come first, if the line allows."""
        wanted = [*read.attachments, *(read.pictures if self._quotes_formatted() else ())]
        absent = [part.number for part in wanted if not part.local]

        def fetch() -> None:
            for number in absent:
                self._facade.fetch_attachment(read.id, number)

        def pass_on() -> None:
            self._pass_on(read, account, selected, selected_html)

        if not absent:
            pass_on()
            return
        # what cannot come is named in the text of the new message
        self._fetch_first(self.tr("The attachments are being fetched…"), fetch, lambda _: pass_on())

    def pass_on_attached(self, messages: tuple[MessageId, ...], account: AccountId) -> None:
        """Forward messages as files, as they were received; what is not here is fetched first."""

        def fetch() -> None:
            for one in messages:
                self._facade.load_raw(one)

        def begin(error: MelError | None) -> None:
            if error is not None:
                self._notice.say_error(error)
                return
            try:
                first = self._facade.forward_content(messages[0])
            except MelError as refused:
                self._notice.say_error(refused)
                return
            subject = first.subject
            if len(messages) > 1:
                subject = self.tr("Fwd: %n message(s)", "", len(messages))
            composer = self.compose(account, DraftContent(subject=subject, sender=first.sender))
            composer.attaching.attach_messages(messages)

        self._fetch_first(self.tr("The messages are being fetched…"), fetch, begin)

    def _fetch_first(
        self, words: str, work: Callable[[], None], then: Callable[[MelError | None], None]
    ) -> None:
        self._notice.say(words)

        def ended(error: MelError | None = None) -> None:
            if self._notice.text == words:
                self._notice.clear()
            then(error)

        self._bridge.run(self, work, done=lambda _: ended(), failed=ended)

    def _quotes_formatted(self) -> bool:
        """Unless plain text was chosen, for writing or for reading."""
        from mel_desktop.ui.format_bar import RICH  # noqa: PLC0415 seldom

        reads_plain = str(self._settings.value("plain", "false")) == "true"
        return self._settings.value(RICH, "1") in ("1", 1) and not reads_plain

    def _pass_on(
        self, read: ReadMessage, account: AccountId, selected: str, selected_html: str
    ) -> Composer | None:
        try:
            content = self._facade.forward_content(
                read.id,
                selected=selected,
                selected_html=selected_html,
                formatted=self._quotes_formatted(),
            )
        except MelError as error:
            self._notice.say_error(error)
            return None
        return self.compose(account, content, forward=read.id)

    def close_all(self) -> bool:
        """Close every composer; False when one could not keep its draft."""
        closed = all(composer.close() for composer in tuple(self._composers))
        if closed:
            self.left_open.forget()
        return closed

    def _on_sent(self, row: OutboxRow, composer: Composer) -> None:
        self.hints_of_sent = composer.flow.hints
        self.sent.emit(row)

    def _open(self, account: AccountId) -> Composer:
        from mel_desktop.ui import confirming, smime_compose, spelling  # noqa: PLC0415 seldom
        from mel_desktop.ui.composer import Composer  # noqa: PLC0415 seldom
        from mel_desktop.ui.send_later import Later  # noqa: PLC0415 seldom

        composer = Composer(self._facade, self._bridge, self._theme, account)
        composer.setWindowIcon(self._window.windowIcon())
        self._composers.append(composer)
        Later(composer, self._facade, account)
        composer.sent.connect(lambda row: self._on_sent(row, composer))
        composer.held.connect(self.held)
        composer.ended.connect(lambda: self._on_ended(composer))
        composer.formats.remember_in(self._settings)
        confirming.install(composer, self._facade)
        smime_compose.install(composer, self._facade)
        letters_menu.install(composer, self._facade, self._bridge, self._theme)
        draft_dialogs.install(composer, self._facade, self._bridge, self._theme)
        spelling.install(composer, self._facade, self._bridge, self._theme)
        composer.show()
        return composer

    def _on_ended(self, composer: Composer) -> None:
        self._composers.remove(composer)
        self.held.emit()
