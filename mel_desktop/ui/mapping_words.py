"""Words for what the columns of a table hold."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from mel_desktop.model.people import Profile
from mel_desktop.model.tables import Field, Sensitive

translate = QCoreApplication.translate


def fields() -> dict[Field, str]:
    """What a column may be, in the order in which it is offered."""
    return {
        Field.SURNAME: translate("mapping", "Surname"),
        Field.USAGE: translate("mapping", "Name in use"),
        Field.GIVEN: translate("mapping", "Given name"),
        Field.FULL: translate("mapping", "Whole name"),
        Field.CIVILITY: translate("mapping", "Title"),
        Field.EMAIL: translate("mapping", "Mail address"),
        Field.PHONE: translate("mapping", "Telephone"),
        Field.ROLE: translate("mapping", "Function"),
        Field.SUBJECT: translate("mapping", "Subject taught"),
        Field.CLASSES: translate("mapping", "Class"),
        Field.GROUPS: translate("mapping", "Group"),
        Field.HEAD_OF: translate("mapping", "Head teacher of"),
        Field.SCHOOL: translate("mapping", "School"),
        Field.UAI: translate("mapping", "UAI of the school"),
        Field.TOWN: translate("mapping", "Town of the school"),
        Field.ID: translate("mapping", "Number of the person"),
        Field.RELATION: translate("mapping", "Relation to the pupil"),
        Field.CHILD_SURNAME: translate("mapping", "Child: surname"),
        Field.CHILD_USAGE: translate("mapping", "Child: name in use"),
        Field.CHILD_GIVEN: translate("mapping", "Child: given name"),
        Field.CHILD_FULL: translate("mapping", "Child: whole name"),
        Field.CHILD_CLASSES: translate("mapping", "Child: class"),
        Field.CHILD_ID: translate("mapping", "Child: number"),
        Field.GUARDIAN_SURNAME: translate("mapping", "Guardian: surname"),
        Field.GUARDIAN_USAGE: translate("mapping", "Guardian: name in use"),
        Field.GUARDIAN_GIVEN: translate("mapping", "Guardian: given name"),
        Field.GUARDIAN_FULL: translate("mapping", "Guardian: whole name"),
        Field.GUARDIAN_CIVILITY: translate("mapping", "Guardian: title"),
        Field.GUARDIAN_EMAIL: translate("mapping", "Guardian: mail address"),
        Field.GUARDIAN_PHONE: translate("mapping", "Guardian: telephone"),
        Field.GUARDIAN_RELATION: translate("mapping", "Guardian: relation to the pupil"),
    }


def never_read(kind: Sensitive) -> str:
    """Why a column is never read."""
    return {
        Sensitive.BIRTH: translate("mapping", "Never read: birth"),
        Sensitive.NATIONAL_ID: translate("mapping", "Never read: national number"),
        Sensitive.ADDRESS: translate("mapping", "Never read: postal address"),
        Sensitive.BURSARY: translate("mapping", "Never read: money"),
        Sensitive.PROGRAMME: translate("mapping", "Never read: MEF"),
        Sensitive.HEALTH: translate("mapping", "Never read: health"),
        Sensitive.CARE: translate("mapping", "Never read: child care"),
        Sensitive.OTHER: translate("mapping", "Never read: private life"),
    }[kind]


def profiles() -> dict[Profile, str]:
    """Who the people of the lines are."""
    return {
        Profile.OTHER: translate("mapping", "As their function says"),
        Profile.PUPIL: translate("mapping", "Pupils"),
        Profile.GUARDIAN: translate("mapping", "Parents and guardians"),
        Profile.TEACHER: translate("mapping", "Teachers"),
        Profile.HEAD: translate("mapping", "Heads of school"),
        Profile.STAFF: translate("mapping", "Other staff"),
    }


def delimiters() -> dict[str, str]:
    """What stands between two cells."""
    return {
        "": translate("mapping", "Found out"),
        ";": translate("mapping", "Semicolon"),
        ",": translate("mapping", "Comma"),
        "\t": translate("mapping", "Tabulator"),
        "|": translate("mapping", "Vertical bar"),
    }


def encodings() -> dict[str, str]:
    """How letters are written."""
    return {
        "": translate("mapping", "Found out"),
        "utf-8": "UTF-8",
        "cp1252": "Windows, Latin-1",
        "utf-16": "UTF-16",
        "cp850": "MS-DOS (850)",
        "mac-roman": "Mac Roman",
    }
