"""Photos made smaller: their pixels alone go on, upright, without place, date or camera.

Decoding and encoding are Qt's and take a while: call ``shrunk`` off the main thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColorSpace, QImage, QImageReader, QImageWriter, QPainter

from mel_desktop.model.errors import ErrorCode, LocalRefusal

PRESETS: Final = (1920, 1280, 800)
QUALITY: Final = 85


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a certain size."""

    name: str
    media_type: str
    octets: bytes
    width: int
    height: int


def shrunk(name: str, octets: bytes, longest: int) -> Photo:
    """At most ``longest`` pixels on its longer side. LocalRefusal(BAD_FILE)."""
    held = QByteArray(octets)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
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
    if image.colorSpace().isValid():
        image.convertToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    clear = image.hasAlphaChannel()
    made = QImage(
        image.size(), QImage.Format.Format_ARGB32 if clear else QImage.Format.Format_RGB32
    )
    made.fill(Qt.GlobalColor.transparent if clear else Qt.GlobalColor.white)
    painter = QPainter(made)  # the pixels, and none of the texts that an image may carry
    painter.drawImage(0, 0, image)
    painter.end()
    kind, ending = ("png", ".png") if clear else ("jpeg", ".jpg")
    smaller = encoded(made, kind)
    stem = PurePath(name).stem
    keeps = PurePath(name).suffix.lower() in ((".png",) if clear else (".jpg", ".jpeg"))
    return Photo(
        name if keeps else f"{stem}{ending}",
        f"image/{kind}",
        smaller,
        made.width(),
        made.height(),
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
