"""A message on paper, or as a PDF file: its head, its text with the pictures that are shown, pages
numbered. Nothing is fetched for it.

Always ink on white, whatever the theme; quotes unfolded, as the whole of the message.
"""

from __future__ import annotations

from html import escape
from typing import Any, Final

from PySide6.QtCore import (
    QCoreApplication,
    QIODevice,
    QMarginsF,
    QRectF,
    QSaveFile,
    QSizeF,
    Qt,
    QUrl,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.mail import Address, ReadMessage
from mel_desktop.ui import figures
from mel_desktop.ui.mail_browser import Pictures, decode_picture, octets_of
from mel_desktop.ui.reader_head import address_line

MARGIN_MM: Final = 18.0
POINTS: Final = 10.0
RESOLUTION: Final = 300  # of PDF files; pictures are as sharp as they came
MOST_PAGES: Final = 2000
LISTED: Final = 400  # people of one line of the head

translate = QCoreApplication.translate


class _Paper(QTextDocument):
    """Rule: pictures of the message alone, as in the reader."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self._kept: dict[str, QImage] = {}
        self.setUndoRedoEnabled(False)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """``cid:`` pictures; an empty one for all else but ``data:``."""
        url = QUrl(name)
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return QImage()
        address = url.toString()
        if address not in self._kept:
            self._kept[address] = decode_picture(octets_of(url, self._pictures))
        return self._kept[address]


def head_html(found: ReadMessage) -> str:
    """Subject, people, date and files, as a table."""
    groups = (
        (translate("Printing", "To"), found.to),
        (translate("Printing", "Cc"), found.cc),
        (translate("Printing", "Bcc"), found.bcc),
    )
    rows = [(translate("Printing", "From"), address_line(found.sender))]
    rows += [(name, _people(people)) for name, people in groups if people]
    when = figures.long_date(found.sent_at or found.received_at)
    rows.append((translate("Printing", "Date"), when))
    if found.attachments:
        files = (f"{one.filename} ({figures.size(one.size)})" for one in found.attachments)
        rows.append((translate("Printing", "Attachments"), ", ".join(files)))
    cells = "".join(
        f'<tr><td style="color:#595959;padding-right:12px">{escape(name)}</td>'
        f"<td>{escape(value)}</td></tr>"
        for name, value in rows
    )
    subject = escape(found.subject or translate("Printing", "(no subject)"))
    return f'<h2 style="margin:0 0 6px 0">{subject}</h2><table>{cells}</table><hr>'


def _people(people: tuple[Address, ...]) -> str:
    shown = ", ".join(map(address_line, people[:LISTED]))
    return shown if len(people) <= LISTED else f"{shown} …"


def document(found: ReadMessage, html: str, pictures: Pictures) -> QTextDocument:
    """What is printed. ``html``: sanitised; "" prints the plain text."""
    from mel_desktop.app.drawing import drawable  # noqa: PLC0415 seldom

    paper = _Paper(pictures)
    font = QFont("Arial")
    font.setPointSizeF(POINTS)
    paper.setDefaultFont(font)
    paper.setDocumentMargin(0)
    paper.setDefaultStyleSheet("a { color: #000091; } blockquote { color: #444444; }")
    body = (
        drawable(html) if html else f'<div style="white-space:pre-wrap">{escape(found.text)}</div>'
    )
    paper.setHtml(f'<div style="color:#161616">{head_html(found)}</div>{body}')
    return paper


def paint(found: ReadMessage, paper: QTextDocument, device: QPagedPaintDevice) -> int:
    """All pages on a printer or into a file; how many. StoreTrouble(NOT_WRITABLE)."""
    painter = QPainter()
    if not painter.begin(device):
        raise StoreTrouble(ErrorCode.NOT_WRITABLE)
    try:
        scale = device.logicalDpiX() / 96.0
        page = QRectF(0, 0, device.width() / scale, device.height() / scale)
        footer = 24.0
        body = QSizeF(page.width(), page.height() - footer)
        paper.setPageSize(body)
        pages = min(paper.pageCount(), MOST_PAGES)
        small = QFont(paper.defaultFont())
        small.setPixelSize(11)
        for number in range(pages):
            if number:
                device.newPage()
            painter.save()
            painter.scale(scale, scale)
            painter.save()
            painter.translate(0, -number * body.height())
            paper.drawContents(painter, QRectF(0, number * body.height(), *_pair(body)))
            painter.restore()
            painter.setFont(small)
            painter.setPen(QColor("#595959"))
            line = QRectF(0, page.height() - footer, page.width(), footer)
            told = translate("Printing", "Page {page} of {pages}").format(
                page=number + 1, pages=pages
            )
            room = line.adjusted(0, 0, -120, 0).width()
            subject = painter.fontMetrics().elidedText(
                found.subject, Qt.TextElideMode.ElideRight, int(room)
            )
            bottom = Qt.AlignmentFlag.AlignBottom
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | bottom, subject)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | bottom, told)
            painter.restore()
        return pages
    finally:
        painter.end()


def _pair(size: QSizeF) -> tuple[float, float]:
    return size.width(), size.height()


def layout() -> QPageLayout:
    """A4, upright, with margins that every printer can keep."""
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    return QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Portrait,
        margins,
        QPageLayout.Unit.Millimeter,
    )


def write_pdf(found: ReadMessage, paper: QTextDocument, path: str) -> int:
    """A PDF file, without any printer; its pages. StoreTrouble(NOT_WRITABLE | DISK_FULL)."""
    file = QSaveFile(path)  # whole, or not at all
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise StoreTrouble(ErrorCode.NOT_WRITABLE)
    writer = QPdfWriter(file)
    writer.setResolution(RESOLUTION)
    writer.setPageLayout(layout())
    writer.setTitle(found.subject)
    writer.setCreator("Mel Desktop")
    pages = paint(found, paper, writer)
    if not file.commit():
        raise StoreTrouble(ErrorCode.DISK_FULL)
    return pages
