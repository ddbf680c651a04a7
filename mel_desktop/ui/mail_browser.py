"""Shows the text of a message. Rule 1: nothing is ever fetched or read from disk by a message.

QTextBrowser asks for every picture, style sheet and page through ``loadResource`` (measured:
file://, bare paths and //server/share too). Only ``cid:`` pictures of this message and ``data:``
pictures are answered; all else gets an empty picture (None would be asked for again and again).
Remote pictures that were allowed stand in our own cache, and are ``cid:`` pictures here.
Rule 2: a link opens in the browser only after its true target was shown and confirmed.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QFont,
    QImage,
    QImageReader,
    QKeyEvent,
    QKeySequence,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from mel_desktop.model.patterns import late
from mel_desktop.ui import theme as themes
from mel_desktop.ui.theme import Theme

MAX_OCTETS: Final = 8_000_000
MAX_PIXELS: Final = 16_000_000
MAX_WIDTH: Final = 1600
MAX_PICTURES: Final = 200
MOST_QUOTES: Final = 100_000
FORMATS: Final = frozenset({b"png", b"jpeg", b"gif", b"webp", b"bmp"})
SCHEMES: Final = frozenset({"http", "https", "mailto"})

_LINK: Final = late(r"(?:https?://|www\.)[^\s<>\"'«»]{1,2000}|[\w.+-]{1,64}@[\w.-]{3,250}\w")
ZOOMS: Final = (50, 67, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300)  # per cent

_SIZES: Final = late(r"(font-size\s*:\s*)(\d{1,3}(?:\.\d{1,4})?)(px|pt)", re.IGNORECASE)

Pictures = Callable[[str], tuple[str, bytes] | None]


class MailBrowser(QTextBrowser):
    """Plain text or sanitised HTML, selectable, with links that ask first."""

    link_clicked = Signal(str)  # the true target
    zoomed = Signal(int)  # per cent
    end_reached = Signal()  # Space, where nothing is left to read
    find_asked = Signal()
    whole_asked = Signal()  # everything is to be chosen

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mail")
        self.setAccessibleName(self.tr("Text of the message"))
        self._theme = theme
        self._pictures: Pictures = lambda _: None
        self._kept: dict[str, QImage] = {}
        self._answered = 0
        self._source: tuple[str, bool] = ("", False)
        self._unfolded: set[int] = set()
        self._folding = True
        self._quotes = 0
        self._zoom = 100
        self._original = False
        self.has_more = False  # the end of what is drawn is not the end of the message
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        # one that appears makes Qt lay out a long message twice over (measured: 267 ms against 72)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.anchorClicked.connect(self._on_anchor)
        theme.changed.connect(self._show_again)

    # -- what is shown ---------------------------------------------------------------------------

    def show_plain(self, text: str) -> None:
        """Plain text; quoted lines quieter, long quotes folded, addresses become links."""
        self._take(text, False)
        self._pictures = lambda _: None
        self._draw()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def show_html(self, html: str, pictures: Pictures) -> None:
        """HTML that was sanitised already; ``pictures`` answers cid: addresses."""
        self._take(html, True)
        self._pictures = pictures
        self._draw()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def renew_html(self, html: str, pictures: Pictures) -> None:
        """The same message with more of its pictures: what was read and chosen stays in place."""
        self._source, self._pictures = (html, True), pictures
        self._show_again()

    def _take(self, text: str, is_html: bool) -> None:
        self._source = (text, is_html)
        self._unfolded.clear()
        self._folding = True
        self._original = False

    def _draw(self) -> None:
        text, is_html = self._source
        if is_html:
            self._draw_html(text)
        else:
            self._draw_plain(text)

    def _draw_html(self, html: str) -> None:
        from mel_desktop.app.drawing import LIGHT, Paper, drawable  # noqa: PLC0415 seldom
        from mel_desktop.app.reading_text import fold_html  # noqa: PLC0415 seldom

        tones = self._theme.tones
        white = tones.dark and self._original
        self._start(paper=white)
        shown = self._unfolded if self._folding else range(MOST_QUOTES)
        folded, self._quotes = fold_html(html, self._words, shown)
        paper = LIGHT
        if tones.dark and not white:
            paper = Paper(True, tones.surface, tones.text, tones.accent)
        self.setHtml(_sized(drawable(folded, paper), self._zoom))

    def _draw_plain(self, text: str) -> None:
        self._start(paper=False)
        if not text:  # nothing is chosen: what tells quotes apart is not loaded for that
            self._quotes = 0
            return
        from mel_desktop.app.reading_text import QUOTE_SCHEME, pieces  # noqa: PLC0415 seldom

        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        usual = self.currentCharFormat()
        usual.setFont(self.document().defaultFont())
        quiet = QTextCharFormat(usual)
        quiet.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))
        found = pieces(text)
        self._quotes = sum(one.quote is not None for one in found)
        first = True
        for piece in found:
            folds = piece.quote is not None and self._folding and piece.quote not in self._unfolded
            if folds:
                if not first:
                    cursor.insertText("\n", usual)
                self._insert_link(
                    cursor,
                    self._said(len(piece.lines)),
                    f"{QUOTE_SCHEME}:{piece.quote}",
                    usual,
                )
                first = False
                continue
            for line in piece.lines:
                if not first:
                    cursor.insertText("\n", usual)
                is_quiet = piece.signature or line.startswith(">")
                self._insert(cursor, line, quiet if is_quiet else usual)
                first = False
        cursor.endEditBlock()

    def clear_mail(self) -> None:
        """Nothing chosen."""
        self.show_plain("")

    # -- quotes, size, colours ---------------------------------------------------------------------

    def quotes(self) -> int:
        """How many quotes of the text can be folded."""
        return self._quotes

    def toggle_quotes(self) -> None:
        """Unfold all quotes; fold them again."""
        if not self._quotes:
            return
        all_open = not self._folding or len(self._unfolded) >= self._quotes
        self._folding = all_open
        self._unfolded.clear()
        self._show_again()

    def zoom(self) -> int:
        """Per cent."""
        return self._zoom

    def set_zoom(self, percent: int) -> None:
        """The size of letters, from 50 to 300 per cent."""
        percent = max(ZOOMS[0], min(ZOOMS[-1], percent))
        if percent != self._zoom:
            self._zoom = percent
            self._show_again()
            self.zoomed.emit(percent)

    def step_zoom(self, by: int) -> None:
        """One step larger or smaller."""
        place = min(range(len(ZOOMS)), key=lambda one: abs(ZOOMS[one] - self._zoom))
        self.set_zoom(ZOOMS[max(0, min(len(ZOOMS) - 1, place + by))])

    def toggle_colours(self) -> None:
        """In the dark: as the sender saw it, on white; and back."""
        self._original = not self._original
        self._show_again()

    def shows_original(self) -> bool:
        """Whether colours are the sender's."""
        return self._original

    def _said(self, lines: int) -> str:
        return self.tr("… show the quoted text (%n line(s))", "", lines)

    def _words(self, lines: int) -> str:
        from html import escape  # noqa: PLC0415 its entities are 0.4 MB

        return escape(self._said(lines))

    # -- keys --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space reads on, and then goes to the next unread message; Home and End; / finds."""
        bar, key = self.verticalScrollBar(), event.key()
        plain = not event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if plain and key == Qt.Key.Key_Space:
            if not back and bar.value() >= bar.maximum() and not self.has_more:
                self.end_reached.emit()
            bar.setValue(bar.value() + (-1 if back else 1) * max(20, bar.pageStep() - 30))
        elif plain and not back and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            bar.setValue(0 if key == Qt.Key.Key_Home else bar.maximum())
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.whole_asked.emit()
            super().keyPressEvent(event)
        elif event.text() == "/":
            self.find_asked.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl: larger or smaller."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                self.step_zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    # -- Rule 1 ------------------------------------------------------------------------------------

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Pictures of this message; an empty picture for all else."""
        url = QUrl(name)
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return QImage()
        address = url.toString()
        found = self._kept.get(address)
        if found is None:
            found = self._picture(url) if self._answered < MAX_PICTURES else QImage()
            self._answered += 1
            self._kept[address] = found
        return found

    def doSetSource(
        self,
        name: QUrl | str,
        kind: QTextDocument.ResourceType = QTextDocument.ResourceType.UnknownResource,
    ) -> None:
        """A message never leads to another page inside the window."""

    def _picture(self, url: QUrl) -> QImage:
        return decode_picture(octets_of(url, self._pictures))

    # -- Rule 2 ------------------------------------------------------------------------------------

    def _on_anchor(self, url: QUrl) -> None:
        from mel_desktop.app.reading_text import QUOTE_SCHEME  # noqa: PLC0415 seldom

        if url.scheme() == QUOTE_SCHEME:
            self._unfold(url.path())
        elif url.scheme().lower() in SCHEMES:
            self.link_clicked.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        elif not url.scheme() and url.hasFragment() and not url.path():
            self.scrollToAnchor(url.fragment())

    def _unfold(self, number: str) -> None:
        if number.isdecimal():
            self._unfolded.add(int(number))
            self._show_again()

    # -- inside ------------------------------------------------------------------------------------

    def _start(self, *, paper: bool) -> None:
        self._kept.clear()
        self._answered = 0
        self.document().clear()
        self.setProperty("paper", paper)
        self.style().unpolish(self)
        self.style().polish(self)
        tones = themes.LIGHT_TONES if paper else self._theme.tones
        self.setPalette(themes.palette(tones))
        self.document().setDefaultStyleSheet(
            f"a {{ color: {tones.accent}; }} blockquote {{ color: {tones.muted}; }}"
        )
        font = QFont(self.font())
        font.setPointSizeF(max(4.0, font.pointSizeF() * self._zoom / 100))
        self.document().setDefaultFont(font)
        self.document().setDocumentMargin(4)

    def _insert(self, cursor: QTextCursor, line: str, usual: QTextCharFormat) -> None:
        end = 0
        for match in _LINK.finditer(line):
            found = match.group().rstrip(".,;:!?)]")
            cursor.insertText(line[end : match.start()], usual)
            self._insert_link(cursor, found, _href(found), usual)
            end = match.start() + len(found)
        cursor.insertText(line[end:], usual)

    def _insert_link(
        self, cursor: QTextCursor, shown: str, href: str, usual: QTextCharFormat
    ) -> None:
        link = QTextCharFormat(usual)
        link.setAnchor(True)
        link.setAnchorHref(href)
        link.setForeground(self.palette().color(QPalette.ColorRole.Link))
        link.setFontUnderline(True)
        cursor.insertText(shown, link)

    def _show_again(self) -> None:
        """Draw anew; what is read and what is chosen stay, as far as the text is the same."""
        bar = self.verticalScrollBar()
        before, place = self.textCursor(), bar.value() / max(1, bar.maximum())
        anchor, position, text = before.anchor(), before.position(), before.selectedText()
        self._draw()
        cursor = self.textCursor()
        end = max(0, self.document().characterCount() - 1)
        cursor.setPosition(min(anchor, end))
        cursor.setPosition(min(position, end), QTextCursor.MoveMode.KeepAnchor)
        if cursor.selectedText() == text:
            self.setTextCursor(cursor)
        bar.setValue(round(place * bar.maximum()))


def _sized(html: str, percent: int) -> str:
    """With the sizes that are told in points or pixels made larger or smaller."""
    if percent == 100:
        return html
    return _SIZES.sub(
        lambda one: f"{one[1]}{max(4.0, float(one[2]) * percent / 100):.4g}{one[3]}", html
    )


def _href(found: str) -> str:
    if "@" in found and "/" not in found:
        return f"mailto:{found}"
    return found if found.startswith("http") else f"https://{found}"


def octets_of(url: QUrl, pictures: Pictures) -> bytes:
    """Octets of a ``cid:`` or ``data:`` picture; empty for every other address."""
    scheme = url.scheme().lower()
    if scheme == "cid":
        answer = pictures(url.toString()[len("cid:") :].strip("<>"))
        return b"" if answer is None else answer[1]
    if scheme == "data":
        return _data_octets(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
    return b""


def _data_octets(address: str) -> bytes:
    """Octets of a data: address (RFC 2397); empty when it is not one."""
    head, comma, body = address.partition(",")
    if not comma or len(body) > MAX_OCTETS * 2:
        return b""
    octets = unquote_to_bytes(body)
    if not head.lower().endswith(";base64"):
        return octets
    try:
        return base64.b64decode(octets, validate=False)
    except (binascii.Error, ValueError):
        return b""


def decode_picture(octets: bytes) -> QImage:
    """A picture of a known kind and a bearable size, scaled to a screen; else an empty one."""
    if not octets or len(octets) > MAX_OCTETS:
        return QImage()
    buffer = QBuffer()
    buffer.setData(QByteArray(octets))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    if bytes(reader.format().data()) not in FORMATS:
        return QImage()
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MAX_PIXELS:
        return QImage()
    if size.width() > MAX_WIDTH:
        reader.setScaledSize(QSize(MAX_WIDTH, max(1, size.height() * MAX_WIDTH // size.width())))
    return reader.read()
