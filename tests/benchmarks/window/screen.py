"""A screen of its own whose pixels can be read: Xvfb's frame buffer, a file in XWD format.

XWD header: X11/XWDFile.h, 32-bit numbers, most significant octet first.
"""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SIZE: Final = (1366, 768)
_PIXEL: Final = 4
_COLOUR: Final = 12  # octets of one entry of the colour map
_NUMBERS: Final = 25


@dataclass(frozen=True, slots=True)
class Area:
    """Pixels: left and top included, right and bottom not."""

    left: int
    top: int
    right: int
    bottom: int


class Screen:
    """The frame buffer. ``display``: what DISPLAY says."""

    def __init__(self, display: str, file: Path) -> None:
        self.display = display
        with file.open("rb") as source:
            self._pixels = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
        head = struct.unpack(f">{_NUMBERS}I", self._pixels[: 4 * _NUMBERS])
        self._start = head[0] + head[19] * _COLOUR
        self.width, self.height, self._line = head[4], head[5], head[12]

    def close(self) -> None:
        """Let the file go."""
        self._pixels.close()

    def lines(self, area: Area) -> int:
        """Lines of writing in the area: runs of pixel rows that are not of one colour."""
        count, was_blank = 0, True
        for top in range(area.top, area.bottom):
            start = self._start + top * self._line + area.left * _PIXEL
            row = self._pixels[start : start + (area.right - area.left) * _PIXEL]
            is_blank = row == row[:_PIXEL] * (area.right - area.left)
            count += was_blank and not is_blank
            was_blank = is_blank
        return count

    def pixels(self, row: int, step: int) -> list[bytes]:
        """Every so manyth pixel of a row: blue, green, red."""
        start = self._start + row * self._line
        line = self._pixels[start : start + self.width * _PIXEL]
        return [line[at : at + 3] for at in range(0, len(line), step * _PIXEL)]

    def picture(self) -> bytes:
        """All of it as a binary PPM (netpbm)."""
        end = self._start + self.height * self._line
        raw = self._pixels[self._start : end]
        colours = bytearray(3 * (len(raw) // _PIXEL))
        for at, plane in enumerate((2, 1, 0)):  # blue lies first
            colours[at::3] = raw[plane::_PIXEL]
        return b"P6 %d %d 255\n" % (self._line // _PIXEL, self.height) + bytes(colours)


@contextmanager
def screen() -> Iterator[Screen]:
    """Xvfb for as long as it is needed. FileNotFoundError without it."""
    read, write = os.pipe()
    with tempfile.TemporaryDirectory(prefix="mel-screen-") as folder:
        command = ["Xvfb", "-displayfd", str(write), "-nolisten", "tcp", "-fbdir", folder]
        command += ["-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24"]
        process = subprocess.Popen(
            command, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            os.close(write)
            with os.fdopen(read) as told:
                display = told.readline().strip()
            shown = Screen(f":{display}", Path(folder) / "Xvfb_screen0")
            try:
                yield shown
            finally:
                shown.close()
        finally:
            process.terminate()
            process.wait()
