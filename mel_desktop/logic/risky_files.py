"""Attachments that can do harm: by their name, their type, and their first octets.

Signatures are those of the formats' own specifications (PE, ELF, ZIP APPNOTE 4.3.7, MS-CFB 2.2,
ISO 32000-1 7.5.2, ECMA-119 8.1).
"""

from __future__ import annotations

import re
from typing import Final

from mel_desktop.model.risky import DANGEROUS, DANGEROUS_TYPES, ending
from mel_desktop.model.trust import Finding, Severity, TrustCode

HEAD: Final = 4096  # octets that ``judge`` wants to see
_PROGRAMS: Final = frozenset(
    one
    for row in (
        "ade adp apk app appimage application appref-ms appx bas bat bash cab chm cmd com",
        "command cpl deb desktop diagcab dll dmg elf exe gadget hlp hta img inf ins iqy iso",
        "isp its jar jnlp js jse ksh library-ms lnk mde msc msh msi msix msp mst msu one",
        "onepkg ocx pif pkg pl ps1 ps1xml ps2 psc1 psm1 reg rpm run scf scpt scr sct",
        "search-ms settingcontent-ms sh shb slk so sys theme url vb vbe vbs vhd vhdx wim",
        "website workflow ws wsc wsf wsh xbap xll xnk zsh",
    )
    for one in row.split()
)
_PAGES: Final = frozenset(
    one
    for row in ("htm html shtml xhtml xht mht mhtml svg svgz htt hta webarchive",)
    for one in row.split()
)
_MACROS: Final = frozenset(
    one
    for row in ("docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm sldm",)
    for one in row.split()
)
_OLD_OFFICE: Final = frozenset(["doc", "dot", "xls", "xlt", "ppt", "pps", "pot"])
_HARMLESS: Final = frozenset(
    one
    for row in (
        "pdf doc docx odt rtf txt xls xlsx ods csv ppt pptx odp jpg jpeg png gif mp3 mp4 zip",
    )
    for one in row.split()
)
_TURNED: Final = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_MANY_SPACES: Final = re.compile(r"[\s\u00a0\u2000-\u200b\u3000]{6,}")
_DOUBLE: Final = re.compile(r"\.([a-z0-9]{2,5})[\s\u00a0_]*\.[^.]+$", re.I)
_MAGIC: Final = (
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"), (b"#!", "script"), (b"%PDF-", "pdf"), (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"), (b"{\\rtf", "rtf"), (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"), (b"L\x00\x00\x00\x01\x14\x02\x00", "program"),
    (b"ITSF", "program"), (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "program"),
)  # fmt: skip
_PAGE: Final = re.compile(
    rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|script|svg|hta:)", re.I
)
# What each ending may begin with; others are not judged.
_EXPECTED: Final = {
    "pdf": {"pdf"}, "docx": {"zip", "ole"}, "xlsx": {"zip", "ole"}, "pptx": {"zip", "ole"},
    "odt": {"zip"}, "ods": {"zip"}, "odp": {"zip"}, "doc": {"ole", "rtf", "zip", "text"},
    "xls": {"ole", "zip", "text"}, "ppt": {"ole", "zip"}, "png": {"picture"},
    "jpg": {"picture"}, "jpeg": {"picture"}, "gif": {"picture"}, "zip": {"zip"},
}  # fmt: skip
_VBA: Final = ("_VBA_PROJECT".encode("utf-16-le"), "Macros".encode("utf-16-le"))


def judge(
    name: str, media_type: str, head: bytes = b"", *, lock: str = "", members: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    """What is risky about a file. ``name``: as the message has it. ``head``: its first octets where
    they are here. ``lock``: of formats.locked_files; ``members``: of an archive.
    """
    found: list[Finding] = []
    shown = " ".join(_TURNED.sub("", name).split()) or media_type
    last = ending(_TURNED.sub("", name).strip())
    found += _disguise(name, shown, last)
    kind = (
        "page" if _PAGE.match(head) else next((k for m, k in _MAGIC if head.startswith(m)), "text")
    )
    if last in _PROGRAMS:
        found.append(_of(TrustCode.DANGEROUS_FILE, Severity.DANGER, "program", shown, last))
    elif last in _PAGES or (media_type.casefold() in DANGEROUS_TYPES and last not in _HARMLESS):
        found.append(_of(TrustCode.DANGEROUS_FILE, Severity.LOOK, "page", shown, last))
    elif (
        last in _MACROS
        or any(one.lower().endswith("vbaproject.bin") for one in members)
        or (last in _OLD_OFFICE and kind == "ole" and any(mark in head for mark in _VBA))
    ):
        found.append(_of(TrustCode.DANGEROUS_FILE, Severity.LOOK, "macros", shown, last))
    elif last in DANGEROUS:
        found.append(_of(TrustCode.DANGEROUS_FILE, Severity.LOOK, "script", shown, last))
    if head and last in _EXPECTED and kind not in _EXPECTED[last]:
        if kind in ("program", "page", "script"):
            found.append(
                _of(TrustCode.DISGUISED_FILE, Severity.DANGER, "inside-" + kind, shown, last)
            )
        elif kind != "text":
            found.append(_of(TrustCode.DISGUISED_FILE, Severity.LOOK, "inside", shown, last))
    inner = next((one for one in members if ending(one) in _PROGRAMS), "")
    if inner:
        found.append(_of(TrustCode.DANGEROUS_FILE, Severity.DANGER, "member", shown, inner))
    if lock:
        found.append(_of(TrustCode.LOCKED_FILE, Severity.LOOK, "", shown, lock))
    return tuple(found)


def _disguise(name: str, shown: str, last: str) -> list[Finding]:
    if _TURNED.search(name):
        return [_of(TrustCode.DISGUISED_FILE, Severity.DANGER, "direction", shown, last)]
    risky = last in DANGEROUS or last in _PROGRAMS
    if _MANY_SPACES.search(name) and risky:
        return [_of(TrustCode.DISGUISED_FILE, Severity.DANGER, "spaces", shown, last)]
    double = _DOUBLE.search(name.rstrip(". "))
    if double and risky and double[1].lower() in _HARMLESS:
        return [_of(TrustCode.DISGUISED_FILE, Severity.DANGER, "double", shown, last)]
    if risky and name != name.rstrip(". "):
        return [_of(TrustCode.DISGUISED_FILE, Severity.DANGER, "dots", shown, last)]
    return []


def _of(code: TrustCode, severity: Severity, reason: str, who: str, known: str) -> Finding:
    return Finding(code, severity, reason, who, known)
