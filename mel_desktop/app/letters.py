"""Letters for the window: HTML read, HTML and text written. Pure; what is stored is elsewhere."""

from __future__ import annotations

from mel_desktop.logic.html_reading import content_ids, read_html, read_with_pictures
from mel_desktop.logic.html_writing import (
    described,
    from_text,
    is_formatted,
    normal_line,
    pictures_in,
    redrawn,
    to_html,
    to_text,
    without_pictures,
)

__all__ = [
    "content_ids",
    "described",
    "from_text",
    "is_formatted",
    "normal_line",
    "pictures_in",
    "read_html",
    "read_with_pictures",
    "redrawn",
    "to_html",
    "to_text",
    "without_pictures",
]
