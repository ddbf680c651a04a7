"""What is said of LDAP directories."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def profile_words(profile: str) -> str:
    """A mapping profile, by its id."""
    tr = QCoreApplication.translate
    words = {
        "": tr("LdapWords", "As the directory suggests"),
        "inetorgperson": tr("LdapWords", "Simple directory (inetOrgPerson)"),
        "eduperson": "eduPerson",
        "supann": "Supann",
        "ent": tr("LdapWords", "ENT (SDET)"),
        "scribe": "EOLE Scribe",
        "academie": tr("LdapWords", "Directory of an académie"),
        "activedirectory": "Active Directory",
    }
    return words.get(profile, profile)


def cut_words(cut: str) -> str:
    """Why a copy is not complete (``LdapReading.cuts``)."""
    tr = QCoreApplication.translate
    kind, _, host = cut.partition(":")
    if kind == "referral":
        if not host:
            return tr("LdapWords", "A part of it lies on another server, which is not asked.")
        return tr("LdapWords", "A part of it lies on {host}, which is not asked.").format(host=host)
    words = {
        "size-limit": tr("LdapWords", "The server gives only so many entries at a time."),
        "time-limit": tr("LdapWords", "The server stops after some time."),
        "admin-limit": tr("LdapWords", "Its administrators limit what this name may read."),
        "too-many": tr("LdapWords", "It holds more entries than are kept here."),
    }
    return words.get(kind, cut)
