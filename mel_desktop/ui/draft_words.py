"""Differences of two texts as a person sees them: colour and sign, never colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QCoreApplication

from mel_desktop.model.revisions import Differences, HeadChange, HeadField, Piece
from mel_desktop.ui.theme import Tones

translate = QCoreApplication.translate

PLUS, MINUS = "+", "−"
FIRST = "first"  # anchor of the first difference


def field_name(field: HeadField) -> str:
    """What a compared field is called."""
    return {
        HeadField.SENDER: translate("drafts", "From"),
        HeadField.TO: translate("drafts", "To"),
        HeadField.CC: translate("drafts", "Cc"),
        HeadField.BCC: translate("drafts", "Bcc"),
        HeadField.SUBJECT: translate("drafts", "Subject"),
        HeadField.FILES: translate("drafts", "Attachments"),
        HeadField.LAYOUT: translate("drafts", "Layout"),
    }[field]


def shown(differences: Differences, tones: Tones) -> str:
    """Fields that changed, then the text with what went and what came, as HTML for a view."""
    heads = "".join(_head(one, tones) for one in differences.heads)
    rule = "<hr>" if heads else ""
    return f"{heads}{rule}{_body(differences.text, tones)}"


def side(pieces: Sequence[Piece], tones: Tones, *, is_mine: bool) -> str:
    """One of two texts, with what only it has marked."""
    made: list[str] = []
    for piece in pieces:
        said = piece.mine if is_mine else piece.theirs
        if piece.is_same:
            made.append(_plain(said))
        elif said.strip():
            style = f"color:{tones.text}; background:{tones.mark}; text-decoration:underline"
            made.append(f'<span style="{style}">{_plain(said)}</span>')
    return f'<p style="white-space: pre-wrap">{"".join(made)}</p>'


def _head(change: HeadChange, tones: Tones) -> str:
    gone = [_gone(one, tones) for one in change.mine]
    come = [_come(one, tones) for one in change.theirs]
    name = escape(field_name(change.field))
    return f"<p><b>{name}</b> {'&nbsp; '.join([*gone, *come])}</p>"


def _body(pieces: Sequence[Piece], tones: Tones) -> str:
    made: list[str] = []
    is_first = True
    for piece in pieces:
        if piece.is_same:
            made.append(_plain(piece.mine))
            continue
        if is_first:
            made.append(f'<a name="{FIRST}"></a>')
            is_first = False
        if piece.mine:
            made.append(_gone(piece.mine, tones))
        if piece.theirs:
            made.append(_come(piece.theirs, tones))
    return f'<p style="white-space: pre-wrap">{"".join(made)}</p>'


def _gone(text: str, tones: Tones) -> str:
    style = f"color:{tones.danger}; background:{tones.danger_ground}; text-decoration:line-through"
    return f'<span style="{style}">{MINUS}{_plain(_visible(text))}</span>'


def _come(text: str, tones: Tones) -> str:
    style = f"color:{tones.info}; background:{tones.info_ground}; text-decoration:underline"
    return f'<span style="{style}">{PLUS}{_plain(_visible(text))}</span>'


def _visible(text: str) -> str:
    """A line end that came or went shows as a sign."""
    return text if text.strip("\r\n") else text.replace("\n", "¶\n")


def _plain(text: str) -> str:
    return escape(text).replace("\n", "<br>")
