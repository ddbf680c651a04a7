"""What is said of LDAP directories."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def profile_words(profile: str) -> str:
    """A mapping profile, by its id."""
    words = {
        "": QCoreApplication.translate("LdapWords", "As the directory suggests"),
        "inetorgperson": QCoreApplication.translate(
            "LdapWords", "Simple directory (inetOrgPerson)"
        ),
        "eduperson": "eduPerson",
        "supann": "Supann",
        "ent": QCoreApplication.translate("LdapWords", "ENT (SDET)"),
        "scribe": "EOLE Scribe",
        "academie": QCoreApplication.translate("LdapWords", "Directory of an académie"),
        "activedirectory": "Active Directory",
    }
    return words.get(profile, profile)


def cut_words(cut: str) -> str:
    """Why a copy is not complete (``LdapReading.cuts``)."""
    kind, _, host = cut.partition(":")
    if kind == "referral":
        if not host:
            return QCoreApplication.translate(
                "LdapWords", "A part of it lies on another server, which is not asked."
            )
        return QCoreApplication.translate(
            "LdapWords", "A part of it lies on {host}, which is not asked."
        ).format(host=host)
    words = {
        "size-limit": QCoreApplication.translate(
            "LdapWords", "The server gives only so many entries at a time."
        ),
        "time-limit": QCoreApplication.translate("LdapWords", "The server stops after some time."),
        "admin-limit": QCoreApplication.translate(
            "LdapWords", "Its administrators limit what this name may read."
        ),
        "too-many": QCoreApplication.translate(
            "LdapWords", "It holds more entries than are kept here."
        ),
    }
    return words.get(kind, cut)
