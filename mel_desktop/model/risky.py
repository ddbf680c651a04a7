"""Types of files that can run a program, or let strangers' code run."""

from __future__ import annotations

from typing import Final

# What a double click would run: saved by those who know why, never opened from here. Windows' own
# list (Outlook's level 1) and what the other systems start.
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
# What servers on the way refuse as well. What teachers of computing send each other as texts
# (py, html, svg, xml) and tables with macros are not among them.
_REFUSED: Final = (
    "ade adp app appimage apk appref-ms appx bat cab chm cmd com command cpl deb diagcab dll dmg",
    "exe gadget hlp hta inf ins iqy iso img isp jar jnlp js jse lib lnk mde msc msi msix msp mst",
    "msu nsh pif ps1 ps1xml ps2 psc1 reg rpm scf scr sct settingcontent-ms shb sys url vb vbe vbs",
    "vhd vhdx vxd wsc wsf wsh xbap xll",
)
REFUSED: Final = frozenset(one for row in _REFUSED for one in row.split())


def ending(name: str) -> str:
    """The last ending of a name, as a system would take it: marks that nobody sees left out."""
    plain = "".join(one for one in name.casefold() if one.isalnum() or one in ".-_").rstrip(".")
    return plain.rpartition(".")[2] if "." in plain else ""


def is_dangerous(name: str, media_type: str) -> bool:
    """Whether opening could run a stranger's program: by the last ending, or by what it says."""
    return ending(name) in DANGEROUS or media_type.casefold() in DANGEROUS_TYPES


def is_refused(name: str) -> bool:
    """Whether servers refuse to carry a file of this name."""
    return ending(name) in REFUSED
