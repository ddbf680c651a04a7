"""The composer: one window a draft. What is typed is in the vault two seconds later.

The draft exists from the first change. Closing keeps it; only Discard throws it away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QTextCursor,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import Draft, DraftAttachment, DraftContent, DraftId, OutboxRow
from mel_desktop.ui import figures, signing
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.model.identities import Identity

AUTOSAVE_MS: Final = 2000


class Composer(QWidget):
    """A window of its own; delete it by closing it."""

    sent = Signal(object)  # OutboxRow
    kept = Signal(object)  # DraftId: closed, the draft stays
    discarded = Signal(object)  # DraftId
    held = Signal()  # the draft exists from now on
    confirm_shown = Signal(bool)  # whether the letter that is shown asks for it
    merge_asked = Signal()  # one message a person instead
    ended = Signal()  # the window closes, however

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, account: AccountId) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._draft: Draft | None = None
        self._reply_to: MessageId | None = None
        self._forward: MessageId | None = None
        self._done = False
        self._dirty = False
        self._is_touched = True  # a forward that nobody touched leaves no draft behind
        self._saved_at: datetime | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AUTOSAVE_MS)
        self._timer.timeout.connect(self.save)
        self.notice = Notice(theme, self)
        self._make_fields(account)
        self._make_actions()
        self._lay_out()
        self._connect()
        self._set_title()
        self.resize(820, 640)

    # -- building ----------------------------------------------------------------------------------

    def _make_fields(self, account: AccountId) -> None:
        from mel_desktop.ui.attaching import Attaching  # noqa: PLC0415 seldom
        from mel_desktop.ui.composer_heads import Heads  # noqa: PLC0415 seldom
        from mel_desktop.ui.composer_pictures import Pictures  # noqa: PLC0415 seldom
        from mel_desktop.ui.format_bar import FormatBar  # noqa: PLC0415 seldom
        from mel_desktop.ui.letter_edit import LetterEdit  # noqa: PLC0415 seldom

        self.heads = Heads(self._facade, self._theme, account, self)
        self.origin, self.subject = self.heads.origin, self.heads.subject
        self.to, self.cc, self.bcc = self.heads.recipients()
        self.text = LetterEdit(self._theme, self)
        self.formats = FormatBar(self.text, self)
        self.state = QLabel()
        self.state.setProperty("muted", True)
        self.state.setAccessibleName(self.tr("State of the draft"))
        self.attaching = Attaching(self, self._facade, self._bridge, self._theme)
        self.files = self.attaching.bar
        self.pictures = Pictures(self, self._facade, self._theme)

    def _make_actions(self) -> None:
        from mel_desktop.ui.send_flow import SendFlow  # noqa: PLC0415 seldom

        icon = self._theme.icons.icon
        self.send_action = QAction(icon("send"), self.tr("Send"), self)
        self.send_action.setShortcuts([QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")])
        self.send_action.triggered.connect(self.send)
        self.attach_action = QAction(icon("attachment"), self.tr("Attach…"), self)
        self.attach_action.setShortcut(QKeySequence("Ctrl+Shift+A"))
        self.attach_action.triggered.connect(self.attaching.choose)
        self.save_action = QAction(icon("save"), self.tr("Save"), self)
        self.save_action.setShortcut(QKeySequence.StandardKey.Save)
        self.save_action.triggered.connect(self.save)
        self.discard_action = QAction(icon("trash"), self.tr("Discard…"), self)
        self.discard_action.setShortcut(QKeySequence("Ctrl+Shift+D"))
        self.discard_action.triggered.connect(self._ask_discard)
        self.close_action = QAction(icon("close"), self.tr("Close"), self)
        self.close_action.setShortcuts([QKeySequence("Ctrl+W"), QKeySequence("Esc")])
        self.close_action.triggered.connect(self.close)
        for action in self._actions():
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{action.text()} ({key})")
        self.addAction(self.close_action)
        self.flow = SendFlow(self, self._facade, self._theme)
        self.send_at: datetime | None = None  # an hour that was chosen (ui.send_later)
        self.remind_at: datetime | None = None
        self.guards: list[Callable[[], bool]] = []  # asked before it is sent
        self.confirm = False  # a report of delivery is asked for (ui.confirming)
        self.receipt = False  # a receipt of reading, likewise
        self.more_menu = QMenu(self.tr("More"), self)  # what is seldom wanted; others add to it
        self.more_menu.setAccessibleName(self.tr("More"))
        self.unquote_action = QAction(self.tr("Remove the &quotation"), self)
        self.unquote_action.setShortcut(QKeySequence("Ctrl+Shift+E"))
        self.unquote_action.triggered.connect(self.text.delete_quotation)
        self.more_menu.addAction(self.unquote_action)
        self.addAction(self.unquote_action)
        self.more_menu.addAction(self.pictures.options_action)
        self.addAction(self.pictures.options_action)

    def _actions(self) -> tuple[QAction, ...]:
        return (
            self.send_action,
            self.attach_action,
            self.save_action,
            self.discard_action,
            self.close_action,
        )

    def _lay_out(self) -> None:
        bar = QToolBar()
        bar.setAccessibleName(self.tr("Tools of the message"))
        bar.setIconSize(QSize(20, 20))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for action in self._actions()[:4]:
            bar.addAction(action)
            if action is self.send_action:
                bar.widgetForAction(action).setProperty("primary", True)
                bar.addSeparator()
        bar.addAction(self.formats.form_action)
        bar.addWidget(self._more_button())
        foot = QWidget()
        foot.setObjectName("bar")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = self.foot_line = QHBoxLayout(foot)
        line.setContentsMargins(16, 4, 16, 4)
        line.addWidget(self.state, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.heads)
        column.addWidget(self.notice)
        column.addWidget(self.formats)
        column.addWidget(self.text, 1)
        column.addWidget(self.files)
        column.addWidget(foot)
        order = self.heads.tab_order()
        for first, second in zip(order, (*order[1:], self.text), strict=True):
            QWidget.setTabOrder(first, second)

    def _more_button(self) -> QToolButton:
        more = QToolButton()
        more.setText(self.tr("More"))
        more.setAccessibleName(self.tr("More"))
        more.setShortcut(QKeySequence("Alt+P"))
        more.setToolTip(self.tr("More (Alt+P)"))
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setMenu(self.more_menu)
        return more

    def _connect(self) -> None:
        self.attaching.watch()
        self.heads.edited.connect(self._on_edited)
        self.heads.identity_changed.connect(self._on_identity)
        self.text.textChanged.connect(self._on_edited)

    # -- opening -----------------------------------------------------------------------------------

    def start(
        self,
        content: DraftContent,
        *,
        reply_to: MessageId | None = None,
        forward: MessageId | None = None,
    ) -> None:
        """A new message, an answer or a message passed on."""
        self._reply_to, self._forward = reply_to, forward
        self.heads.choose(self.heads.account(), content.sender)
        self._show(content)
        if content.html and self.originals():
            self._sign_quoted()
        if reply_to is None and forward is None and self.formats.begins_rich():
            with QSignalBlocker(self.text):  # nobody wrote anything yet
                self.text.set_rich(True)
            self.formats.show_form()
        self._focus_first(content)
        if forward is not None and self.save_new():  # the files that go with it are seen at once
            self._is_touched = False

    def _sign_quoted(self) -> None:
        """The signature of a letter that begins with a quotation; nobody wrote anything yet."""
        from mel_desktop.model.identities import Signature  # noqa: PLC0415 first needed here

        with QSignalBlocker(self.text):
            signing.sign(self.text, self._facade, Signature(), self.heads.identity().signature)
            self.text.document().clearUndoRedoStacks()
            self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def originals(self) -> tuple[MessageId, ...]:
        """The message that is passed on or answered."""
        return tuple(one for one in (self._forward, self._reply_to) if one is not None)

    def attachments(self) -> tuple[DraftAttachment, ...]:
        """Files of the draft as it was kept last, pictures of its text too."""
        return () if self._draft is None else self._draft.attachments

    def open_draft(self, draft: Draft) -> None:
        """Go on with a draft."""
        self._draft = draft
        self._reply_to, self._forward = draft.reply_to, draft.forward
        self.held.emit()
        self._saved_at = draft.saved_at
        self.heads.choose(draft.account, draft.content.sender)
        self._show(draft.content)
        self.attaching.show_files(draft.id, draft.attachments)
        self._say_saved()
        self._focus_first(draft.content)

    def take(self, content: DraftContent) -> None:
        """Hold this content instead; it is yet to be saved."""
        self._show(content)
        self._on_edited()

    @property
    def is_edited(self) -> bool:
        """Whether there is something that is yet to be saved."""
        return self._dirty

    def draft_id(self) -> DraftId | None:
        """The draft, once it exists."""
        return None if self._draft is None else self._draft.id

    def content(self) -> DraftContent:
        """What the window holds."""
        text, html = self.text.letter()
        return DraftContent(
            to=self.to.addresses(),
            cc=self.cc.addresses(),
            bcc=self.bcc.addresses(),
            subject=self.subject.text(),
            text=text,
            html=html,
            sender=self.heads.named_sender(),
            confirm=self.confirm,
            receipt=self.receipt,
        )

    def set_confirm(self, wanted: bool) -> None:
        """Whether a confirmation of delivery is asked for."""
        self.confirm = wanted
        self._on_edited()

    def set_receipt(self, wanted: bool) -> None:
        """Whether a receipt of reading is asked for."""
        self.receipt = wanted
        self._on_edited()

    def _show(self, content: DraftContent) -> None:
        self.heads.show_content(content)
        self.text.show_content(content)
        self.confirm, self.receipt = content.confirm, content.receipt
        self.confirm_shown.emit(content.confirm)
        self._timer.stop()
        self._dirty = False
        self.state.clear()
        self._set_title()

    def _focus_first(self, content: DraftContent) -> None:
        if not content.to:
            self.to.setFocus()
        elif not content.subject:
            self.subject.setFocus()
        else:
            self.text.setFocus()

    def _set_title(self) -> None:
        subject = self.subject.text().strip() or self.tr("New message")
        self.setWindowTitle(f"{subject} – Mel Desktop")

    # -- saving ------------------------------------------------------------------------------------

    def _on_edited(self) -> None:
        self._dirty = self._is_touched = True
        self._set_title()
        self.heads.fit()
        self.state.setText(self.tr("Being written…"))
        self._timer.start()

    def save_new(self) -> bool:
        """Make the draft if it does not exist yet."""
        if self._draft is not None:
            return True
        account = self.heads.account()
        try:
            self._draft = self._facade.new_draft(
                account, self.content(), reply_to=self._reply_to, forward=self._forward
            )
        except MelError as error:
            self.notice.say_error(error)
            self.state.setText(self.tr("Not saved"))
            return False
        self._dirty = False
        self._saved_at = self._draft.saved_at
        self.attaching.show_files(self._draft.id, self._draft.attachments)
        self._say_saved()
        self.held.emit()
        return True

    def save(self) -> bool:
        """Keep what is here now; False (and a notice) when that failed."""
        self._timer.stop()
        if self._done:
            return True
        if self._draft is None:
            return self.save_new()
        if not self._dirty:
            return True
        try:
            files = self._draft.attachments
            self._draft = self._facade.save_draft(self._draft.id, self.content())
            if self._draft.attachments != files:  # a picture left the text, or came back
                self.attaching.show_files(self._draft.id, self._draft.attachments)
        except MelError as error:
            self.notice.say_error(error)
            self.state.setText(self.tr("Not saved"))
            self._timer.start()
            return False
        self._dirty = False
        self._saved_at = self._draft.saved_at
        self._say_saved()
        return True

    def _on_identity(self, before: Identity, now: Identity) -> None:
        """Another signature; in another account the draft goes there, files and all."""
        signing.sign(self.text, self._facade, before.signature, now.signature)
        if self._draft is None or now.account == self._draft.account:
            return
        if self.attaching.is_busy():
            self.heads.choose(before.account, self._facade.letters.sender_of(before))
            signing.sign(self.text, self._facade, now.signature, before.signature)
            self.notice.say(self.tr("A file is still being attached. Change the account later."))
            return
        with self.notice.errors():
            moved = self._facade.letters.move_draft(self._draft.id, now.account, self.content())
            self._draft = moved
            self.attaching.show_files(moved.id, moved.attachments)

    def _say_saved(self) -> None:
        if self._saved_at is not None:
            self.state.setText(
                self.tr("Draft saved at {time}").format(time=figures.clock(self._saved_at))
            )

    # -- sending -----------------------------------------------------------------------------------

    def send(self) -> None:
        """Queue the message; it leaves when the line allows. What is wrong is said here."""
        self.flow.send()

    def is_attaching(self) -> bool:
        """Whether a file is on its way into the draft."""
        return self.attaching.is_busy()

    def leave_sent(self, row: OutboxRow) -> None:
        """It is in the outbox."""
        self._done = True
        self.sent.emit(row)
        self.close()

    def leave(self) -> None:
        """The letter went another way: as the letter of a merge."""
        self._done = True
        self.close()

    # -- attachments -------------------------------------------------------------------------------

    def attach(self, path: Path) -> None:
        """Copy a file into the draft, in the background."""
        self.attaching.attach(path)

    def account(self) -> AccountId:
        """Whose message it is."""
        return self.heads.account()

    def settled_draft(self) -> DraftId | None:
        """The draft with all that was typed in it; None (and a notice) when it cannot be kept."""
        self._is_touched = True
        return self.draft_id() if self.save() else None

    def reload(self) -> None:
        """What the store has now."""
        if self._draft is None:
            return
        with self.notice.errors():
            self._draft = self._facade.draft(self._draft.id)
            self._saved_at = self._draft.saved_at
            self.attaching.show_files(self._draft.id, self._draft.attachments)
            self._say_saved()

    def take_off(self, files: Iterable[int]) -> None:
        """Take these files off the draft."""
        if self._draft is None or not self.save():
            return
        self._is_touched = True
        there = {one.id for one in self._draft.attachments}
        with self.notice.errors():
            for one in files:
                if one in there:
                    self._facade.detach(self._draft.id, one)
        self.reload()

    def insert_paragraph(self, text: str) -> None:
        """A paragraph of its own where the cursor is."""
        cursor = self.text.textCursor()
        before = "\n" if cursor.positionInBlock() else ""
        self.text.insert_text(f"{before}{text}\n")
        self.text.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere on the window."""
        if self.attaching.can_take(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach what was dropped: files, or messages of the list."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.attaching.take(event.mimeData())

    # -- ending ------------------------------------------------------------------------------------

    def _ask_discard(self) -> None:
        ask(
            self,
            Question(
                title=self.tr("Discard this draft"),
                text=self.tr("Throw this draft away? This cannot be undone."),
                yes=self.tr("Throw away"),
                no=self.tr("Keep"),
            ),
            self.discard,
        )

    def discard(self) -> None:
        """Throw the draft away and close."""
        with self.notice.errors():
            draft = self.draft_id()
            if draft is not None:
                self._facade.delete_draft(draft)
                self.discarded.emit(draft)
            self._done = True
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing keeps the draft; the window stays open if it could not be kept."""
        if not self._done and self._dirty and not self.save():
            event.ignore()
            return
        draft = self.draft_id()
        if not self._done and draft is not None:
            if self._is_touched:
                self.kept.emit(draft)
            else:
                with self.notice.errors():
                    self._facade.delete_draft(draft)
        self._timer.stop()
        event.accept()
        self.ended.emit()
