"""Looking into a leaf of a message: the files in it (``inner_parts``), and Outlook's text."""

from __future__ import annotations

from typing import Final

from mel_desktop.logic.html_text import html_to_text
from mel_desktop.logic.inner_parts import Inner, of_text, of_winmail
from mel_desktop.logic.mime_text import TEXT_CAP, Readable, files_in_text, preview
from mel_desktop.logic.rtf_text import rtf_text
from mel_desktop.logic.winmail import KINDS, read_winmail
from mel_desktop.model.mail import Part

CONTAINER_CAP: Final = 64 * 1024 * 1024  # octets of what is looked into


def files_in(container: Part, octets: bytes) -> tuple[Inner, ...]:
    """Files inside a leaf; ``octets``: decoded, at most CONTAINER_CAP of them."""
    if container.media_type in KINDS:
        return of_winmail(container, read_winmail(octets, with_rtf=False))
    if not container.media_type.startswith("text/") or container.media_type == "text/html":
        return ()
    return of_text(container, files_in_text(container, octets))


def read_envelope(octets: bytes) -> Readable | None:
    """The text of an envelope: plain, else of its HTML, else of its RTF; None without any."""
    envelope = read_winmail(octets)
    text = envelope.text
    if not text.strip() and envelope.html:
        text = html_to_text(envelope.html)
    if not text.strip() and envelope.rtf:
        try:
            text = rtf_text(envelope.rtf).strip("\n")
        except ValueError:
            text = ""
    text = text[:TEXT_CAP]
    if not text.strip():
        return None
    return Readable(text, envelope.html[:TEXT_CAP], preview(text), text)
