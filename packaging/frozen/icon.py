"""The program's icon for the systems, drawn from the one drawing in resources/icons.

    python icon.py ico TARGET.ico          for Windows: all sizes in one file
    python icon.py png FOLDER              for Linux: FOLDER/<size>.png

Needs PySide6; draws without a screen.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING: Final = Path(__file__).resolve().parents[2] / "resources" / "icons" / "mel-desktop.svg"
ICO_SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 128, 256)
PNG_SIZES: Final = (16, 24, 32, 48, 64, 128, 256)
INK: Final = b"#000091"  # as ui.icons paints it


def png(size: int) -> bytes:
    """The drawing as PNG."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    drawing = QSvgRenderer(QByteArray(DRAWING.read_bytes().replace(b"currentColor", INK)))
    drawing.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """PNG pictures by size in one .ico: Windows Vista and later read them."""
    head = struct.pack("<HHH", 0, 1, len(pictures))
    at = len(head) + 16 * len(pictures)
    entries, bodies = b"", b""
    for side, body in sorted(pictures.items()):
        octet = side % 256  # 256 is written 0
        entries += struct.pack("<BBBBHHII", octet, octet, 0, 0, 1, 32, len(body), at + len(bodies))
        bodies += body
    return head + entries + bodies


def main(kind: str, target: str) -> int:
    """Write what is asked for."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication(sys.argv[:1])
    if kind == "ico":
        Path(target).write_bytes(ico({size: png(size) for size in ICO_SIZES}))
    else:
        for size in PNG_SIZES:
            (Path(target) / f"{size}.png").write_bytes(png(size))
    app.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
