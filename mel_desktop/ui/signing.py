"""Signatures in the letter being written: put there, and exchanged with the sender."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.identities import Signature
from mel_desktop.model.outgoing import DraftContent

if TYPE_CHECKING:
    from mel_desktop.ui.letter_edit import LetterEdit


def signed(facade: Facade, account: AccountId, content: DraftContent) -> DraftContent:
    """A letter about to be begun, with its sender and, in plain text, his signature."""
    sender = content.sender or facade.letters.default_sender(account)
    content = replace(content, sender=sender)
    signature = facade.letters.identity_of(account, sender).signature
    if content.html or not signature.text.strip():
        return content
    return replace(content, text=facade.letters.sign(content.text, Signature(), signature))


def sign(letter: LetterEdit, facade: Facade, old: Signature, new: Signature) -> None:
    """One signature in the place of another; one that was changed by hand stays."""
    if letter.is_rich:
        before, now = (facade.letters.sign("", Signature(), one).strip() for one in (old, new))
        letter.replace_signature(new.html or now, is_html=bool(new.html), before=before)
        return
    before = letter.toPlainText()
    after = facade.letters.sign(before, old, new)
    if after == before:
        return
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    cursor = QTextCursor(letter.document())  # one step for undo, and the cursor stays
    cursor.setPosition(_units(before[:head]))
    end = _units(before[: len(before) - tail])
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText(after[head : len(after) - tail])


def _common(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _units(text: str) -> int:
    """Letters as Qt counts them: UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
