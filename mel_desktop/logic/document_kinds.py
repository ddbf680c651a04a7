"""What kind of document an attachment is, as far as its text can be taken out."""

from __future__ import annotations

from typing import Final

from mel_desktop.model.documents import DocumentKind

_OFFICE_TYPES: Final = (
    "application/vnd.openxmlformats-officedocument.",
    "application/vnd.oasis.opendocument.",
    "application/vnd.ms-word.document.macroenabled",
    "application/vnd.ms-excel.sheet.macroenabled",
    "application/vnd.ms-powerpoint.presentation.macroenabled",
)
_OFFICE_ENDS: Final = frozenset({
    "docx", "docm", "dotx", "xlsx", "xlsm", "xltx", "pptx", "pptm", "ppsx", "potx", "odt",
    "ott", "ods", "ots", "odp", "otp", "odg",
})  # fmt: skip
_TEXT_ENDS: Final = frozenset({
    "txt", "csv", "tsv", "md", "log", "ics", "vcf", "tex", "srt", "ini", "toml", "yaml",
    "yml", "json", "xml",
})  # fmt: skip
_TEXT_TYPES: Final = frozenset({"application/json", "application/xml", "application/x-tex"})


def document_kind(media_type: str, filename: str) -> DocumentKind | None:
    """By media type, and by the name where that says nothing. None: no text to be had."""
    kind = media_type.lower()
    _, dot, end = filename.lower().rpartition(".")
    end = end if dot else ""
    if kind in ("application/pdf", "application/x-pdf") or end == "pdf":
        return DocumentKind.PDF
    if kind.startswith(_OFFICE_TYPES) or end in _OFFICE_ENDS:
        return DocumentKind.OFFICE
    if kind in ("message/rfc822", "message/global") or end == "eml":
        return DocumentKind.MESSAGE
    if kind in ("application/rtf", "text/rtf", "text/richtext") or end == "rtf":
        return DocumentKind.RTF
    if kind == "text/html" or end in ("html", "htm", "xhtml"):
        return DocumentKind.HTML
    if kind.startswith("text/") or kind in _TEXT_TYPES or end in _TEXT_ENDS:
        return DocumentKind.TEXT
    return None
