"""Shows the text of a message. Rule 1: nothing is ever fetched or read from disk by a message.

QTextBrowser asks for every picture, style sheet and page through ``loadResource`` (measured:
file://, bare paths and //server/share too). Only ``cid:`` pictures of this message and ``data:``
pictures are answered; all else gets an empty picture (None would be asked for again and again).
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
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from mel_desktop.ui import theme as themes
from mel_desktop.ui.theme import Theme

MAX_OCTETS: Final = 8_000_000
MAX_PIXELS: Final = 16_000_000
MAX_WIDTH: Final = 1600
MAX_PICTURES: Final = 200
FORMATS: Final = frozenset({b"png", b"jpeg", b"gif", b"webp", b"bmp"})
SCHEMES: Final = frozenset({"http", "https", "mailto"})

_LINK: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"'«»]{1,2000}|[\w.+-]{1,64}@[\w.-]{3,250}\w")
_OWN_COLOURS: Final = re.compile(r"bgcolor|background|color\s*[:=]", re.IGNORECASE)

Pictures = Callable[[str], tuple[str, bytes] | None]


class MailBrowser(QTextBrowser):
    """Plain text or sanitised HTML, selectable, with links that ask first."""

    link_clicked = Signal(str)  # the true target

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mail")
        self.setAccessibleName(self.tr("Text of the message"))
        self._theme = theme
        self._pictures: Pictures = lambda _: None
        self._kept: dict[str, QImage] = {}
        self._answered = 0
        self._source: tuple[str, bool] = ("", False)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.anchorClicked.connect(self._on_anchor)
        theme.changed.connect(self._show_again)

    # -- what is shown ---------------------------------------------------------------------------

    def show_plain(self, text: str) -> None:
        """Plain text; quoted lines quieter, addresses become links."""
        self._source = (text, False)
        self._pictures = lambda _: None
        self._start(paper=False)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        usual = self.currentCharFormat()
        usual.setFont(self.font())
        quoted = QTextCharFormat(usual)
        quoted.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for number, line in enumerate(text.split("\n")):
            if number:
                cursor.insertText("\n", usual)
            self._insert(cursor, line, quoted if line.startswith(">") else usual)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def show_html(self, html: str, pictures: Pictures) -> None:
        """HTML that was sanitised already; ``pictures`` answers cid: addresses."""
        self._source = (html, True)
        self._pictures = pictures
        self._start(paper=self._theme.tones.dark and bool(_OWN_COLOURS.search(html)))
        self.setHtml(html)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def clear_mail(self) -> None:
        """Nothing chosen."""
        self.show_plain("")

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
        scheme = url.scheme().lower()
        if scheme == "cid":
            answer = self._pictures(url.toString()[len("cid:") :].strip("<>"))
            octets = b"" if answer is None else answer[1]
        elif scheme == "data":
            octets = _data_octets(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        else:
            octets = b""
        return decode_picture(octets)

    # -- Rule 2 ------------------------------------------------------------------------------------

    def _on_anchor(self, url: QUrl) -> None:
        if url.scheme().lower() in SCHEMES:
            self.link_clicked.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        elif not url.scheme() and url.hasFragment() and not url.path():
            self.scrollToAnchor(url.fragment())

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
        self.document().setDefaultFont(font)
        self.document().setDocumentMargin(4)

    def _insert(self, cursor: QTextCursor, line: str, usual: QTextCharFormat) -> None:
        end = 0
        for match in _LINK.finditer(line):
            found = match.group().rstrip(".,;:!?)]")
            cursor.insertText(line[end : match.start()], usual)
            link = QTextCharFormat(usual)
            link.setAnchor(True)
            link.setAnchorHref(_href(found))
            link.setForeground(self.palette().color(QPalette.ColorRole.Link))
            link.setFontUnderline(True)
            cursor.insertText(found, link)
            end = match.start() + len(found)
        cursor.insertText(line[end:], usual)

    def _show_again(self) -> None:
        text, is_html = self._source
        if is_html:
            self.show_html(text, self._pictures)
        else:
            self.show_plain(text)


def _href(found: str) -> str:
    if "@" in found and "/" not in found:
        return f"mailto:{found}"
    return found if found.startswith("http") else f"https://{found}"


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
