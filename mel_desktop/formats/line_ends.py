"""Line ends as mail has them (RFC 5322 2.1): CRLF, whatever the file that it lay in had."""

from __future__ import annotations


class ToCrlf:
    """A lone LF becomes CRLF; a lone CR stays. Feed pieces of any size."""

    def __init__(self) -> None:
        self._held = False  # a CR at the end of the last piece

    def feed(self, piece: bytes) -> bytes:
        """The piece, its ends made alike."""
        if self._held:
            piece = b"\r" + piece
            self._held = False
        if piece.endswith(b"\r"):
            piece = piece[:-1]
            self._held = True
        return to_crlf(piece)

    def finish(self) -> bytes:
        """What was held back."""
        held, self._held = self._held, False
        return b"\r" if held else b""


def to_crlf(data: bytes) -> bytes:
    """Whole content in one go."""
    if b"\r\n" in data:
        data = data.replace(b"\r\n", b"\n")
    return data.replace(b"\n", b"\r\n")
