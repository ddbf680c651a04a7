"""Letters for the window: HTML read, HTML and text written. Pure; what is stored is elsewhere."""

from __future__ import annotations

from mel_desktop.logic.html_reading import read_html
from mel_desktop.logic.html_writing import (
    from_text,
    is_formatted,
    normal_line,
    to_html,
    to_text,
    without_pictures,
)

__all__ = [
    "from_text",
    "is_formatted",
    "normal_line",
    "read_html",
    "to_html",
    "to_text",
    "without_pictures",
]
