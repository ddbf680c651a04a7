"""Photos made smaller: their pixels alone go on, upright, without place, date or camera.

Decoding and encoding are Qt's and take a while: call ``shrunk`` off the main thread.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import (
    QColorSpace,
    QImage,
    QImageIOHandler,
    QImageReader,
    QImageWriter,
    QPainter,
)

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.letter import PICTURE_TYPES
from mel_desktop.model.values import dataclass
from mel_desktop.ui.mail_browser import decode_picture

PRESETS: Final = (1920, 1280, 800)
QUALITY: Final = 85
_ENDINGS: Final = {"png": (".png",), "jpeg": (".jpg", ".jpeg"), "gif": (".gif",)}


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a certain size."""

    name: str
    media_type: str
    octets: bytes
    width: int
    height: int


def fit_for_text(name: str, octets: bytes) -> Photo:
    """A picture that may stand in a text: PNG, JPEG or GIF as it is, if a reader can bear it and
    needs not turn it; any other as pixels, at most PRESETS[0] on its longer side. BAD_FILE.
    """
    reader, _keeps = _reader(octets)
    kind = bytes(reader.format().data()).decode("ascii", "replace")
    image = decode_picture(octets)
    is_upright = reader.transformation() == QImageIOHandler.Transformation.TransformationNone
    if f"image/{kind}" in PICTURE_TYPES and is_upright and not image.isNull():
        return Photo(_named(name, kind), f"image/{kind}", octets, *_size(reader, image))
    return shrunk(name, octets, PRESETS[0])


def drawn_anew(name: str, octets: bytes) -> Photo:
    """The pixels of a picture from anywhere, and nothing else of it. BAD_FILE."""
    image = decode_picture(octets)
    if image.isNull():
        raise LocalRefusal(ErrorCode.BAD_FILE, why="no-picture")
    return _pixels(name, image)


def _reader(octets: bytes) -> tuple[QImageReader, QBuffer]:
    """The buffer has to live as long as the reader."""
    buffer = QBuffer()
    buffer.setData(QByteArray(octets))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    return reader, buffer


def _size(reader: QImageReader, image: QImage) -> tuple[int, int]:
    size = reader.size()
    return (size if size.isValid() else image.size()).toTuple()


def shrunk(name: str, octets: bytes, longest: int) -> Photo:
    """At most ``longest`` pixels on its longer side. LocalRefusal(BAD_FILE)."""
    reader, _keeps = _reader(octets)
    reader.setAutoTransform(True)  # a telephone notes how it was held
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > longest:
        reader.setScaledSize(size.scaled(longest, longest, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise LocalRefusal(ErrorCode.BAD_FILE, why="no-picture")
    if max(image.width(), image.height()) > longest:  # a format that tells no size ahead
        image = image.scaled(
            QSize(longest, longest),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    return _pixels(name, image)


def _pixels(name: str, image: QImage) -> Photo:
    """The pixels, and none of the texts that an image may carry."""
    if image.colorSpace().isValid():
        image.convertToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    clear = image.hasAlphaChannel()
    made = QImage(
        image.size(), QImage.Format.Format_ARGB32 if clear else QImage.Format.Format_RGB32
    )
    made.fill(Qt.GlobalColor.transparent if clear else Qt.GlobalColor.white)
    painter = QPainter(made)
    painter.drawImage(0, 0, image)
    painter.end()
    kind = "png" if clear else "jpeg"
    octets = encoded(made, kind)
    return Photo(_named(name, kind), f"image/{kind}", octets, made.width(), made.height())


def _named(name: str, kind: str) -> str:
    """The name with an ending that fits."""
    endings = _ENDINGS[kind]
    return (
        name if PurePath(name).suffix.lower() in endings else f"{PurePath(name).stem}{endings[0]}"
    )


def encoded(image: QImage, kind: str) -> bytes:
    """A picture as ``png`` or ``jpeg``. LocalRefusal(BAD_FILE)."""
    out = QByteArray()
    target = QBuffer(out)
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(target, QByteArray(kind.encode()))
    if kind == "jpeg":
        writer.setQuality(QUALITY)
    if not writer.write(image):
        raise LocalRefusal(ErrorCode.BAD_FILE, why="no-picture")
    return bytes(out.data())
