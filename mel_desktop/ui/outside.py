"""Which attachments may be opened in another program, and how that is asked of the desktop."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

# What a double click would run, or lets strangers' code run: saved by those who know why, never
# opened from here. Windows' own list (Outlook's level 1) and what the other systems start.
_ENDINGS: Final = (
    "ade adp app appimage appinstaller application apk appref-ms asp aspx asx bas bash bat",
    "bin cab cer chm cmd cnt com command cpl crt csh deb der desktop diagcab dll dmg docm",
    "dotm elf exe fxp gadget grp hlp hpj hta htc htm html htt img inf ins iqy iso isp its jar",
    "jnlp js jse ksh lib library-ms lnk mad maf mag mam maq mar mas mat mau mav maw mcf mda",
    "mdb mde mdt mdw mdz mht mhtml msc msh msh1 msh1xml msh2 msh2xml mshxml msi msix",
    "msixbundle msp mst msu ocx ops osd out pcd pif pkg pl plg potm ppam ppsm pptm prf prg",
    "prn ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 psm1 pst py pyc pyo pyw pyz pyzw rb reg",
    "rpm run scf scpt scr sct search-ms settingcontent-ms sh shb shs shtml sldm slk so svg",
    "swf sys theme tmp url vb vbe vbp vbs vhd vhdx vsmacros vsto vsw webarchive website",
    "workflow ws wsc wsf wsh xbap xht xhtml xlam xll xlsm xltm xml xnk xsl zsh",
)
DANGEROUS: Final = frozenset(one for row in _ENDINGS for one in row.split())
DANGEROUS_TYPES: Final = frozenset(
    (
        *("text/html", "application/xhtml+xml", "image/svg+xml", "text/javascript"),
        *("application/javascript", "application/x-msdownload", "application/x-executable"),
        *("application/x-sh", "application/x-desktop", "application/java-archive"),
    )
)


def is_dangerous(name: str, media_type: str) -> bool:
    """Whether opening could run a stranger's program: by the last ending, or by what it says."""
    plain = "".join(one for one in name.casefold() if one.isalnum() or one in ".-_").rstrip(".")
    ending = plain.rpartition(".")[2] if "." in plain else ""
    return ending in DANGEROUS or media_type.casefold() in DANGEROUS_TYPES


def open_outside(path: Path) -> bool:
    """Have the desktop open a file or a folder."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
