"""Where a person was when the vault was locked, and the way back there.

What is being written is kept as drafts in the vault. Only where a draft cannot be kept (a full
disk) does its text stay in memory, for it would be lost otherwise.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QByteArray

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import DraftContent, DraftId
from mel_desktop.model.values import dataclass
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.folder_tree import Target
from mel_desktop.ui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Writing:
    """An open composer. ``unsaved``: its content, where no draft could be kept."""

    account: AccountId
    draft: DraftId | None
    geometry: QByteArray
    cursor: int
    unsaved: DraftContent | None = None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Ids only, and the words of a search are left behind."""

    target: Target | None = None
    message: MessageId | None = None
    writings: tuple[Writing, ...] = ()


def remember(window: MainWindow) -> Whereabouts:
    """Keep what is being written, and note what is shown."""
    read = window.mail.reader.message()
    return Whereabouts(
        target=window.tree.target(),
        message=None if read is None else read.id,
        writings=tuple(
            kept for one in window.writing.composers() if (kept := _keep(one)) is not None
        ),
    )


def go_back(window: MainWindow, where: Whereabouts) -> int:
    """Show it again; how many texts had to wait in memory and are now kept."""
    if where.target is not None:
        window.tree.choose(where.target)
    if where.message is not None:
        window.mail.view.select(where.message)
    return sum(_write_on(window, one) for one in where.writings)


def _keep(composer: Composer) -> Writing | None:
    for field in (composer.to, composer.cc, composer.bcc):
        field.commit()
    content = composer.content()
    begun = replace(content, text="", html="", sender=None) != DraftContent()  # but a signature
    if composer.draft_id() is None and not begun and not (composer.is_edited and content.text):
        return None
    kept = composer.save()
    return Writing(
        account=composer.heads.account(),
        draft=composer.draft_id(),
        geometry=composer.saveGeometry(),
        cursor=composer.text.textCursor().position(),
        unsaved=None if kept else content,
    )


def _write_on(window: MainWindow, kept: Writing) -> bool:
    composer = None
    if kept.draft is not None:
        composer = window.writing.open_draft(kept.draft)
    if kept.unsaved is not None:
        if composer is None:
            composer = window.writing.compose(kept.account, DraftContent())
        composer.take(kept.unsaved)
    if composer is None:  # the draft is gone: sent or thrown away elsewhere
        return False
    composer.restoreGeometry(kept.geometry)
    cursor = composer.text.textCursor()
    cursor.setPosition(min(kept.cursor, len(composer.text.toPlainText())))
    composer.text.setTextCursor(cursor)
    return kept.unsaved is not None
