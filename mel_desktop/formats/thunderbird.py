"""Files of a Thunderbird profile that tell where its mail is: profiles.ini and prefs.js."""

from __future__ import annotations

import json
import re
from typing import Final

_BOOK: Final = re.compile(
    r'^user_pref\("ldap_2\.servers\.([^".]+)\.(filename|description)",\s*(.+)\);\s*$'
)
_PREF: Final = re.compile(r'^user_pref\("mail\.server\.(server\d+)\.([a-z.-]+)",\s*(.+)\);\s*$')
SUBFOLDERS: Final = ".sbd"
# what lies beside the mailboxes and is none
NO_MAILBOX: Final = (
    ".msf", ".dat", ".html", ".json", ".sqlite", ".log", ".lock", ".wdseml", ".mozeml", ".ini",
    ".sbd", ".js", ".rc", ".parentlock", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal", ".tmp",
)  # fmt: skip


def account_names(prefs: str) -> dict[str, str]:
    """Folder of an account below Mail or ImapMail -> the name that a person gave it."""
    servers: dict[str, dict[str, str]] = {}
    for line in prefs.splitlines():
        match = _PREF.match(line)
        if match is None:
            continue
        servers.setdefault(match[1], {})[match[2]] = _value(match[3])
    found: dict[str, str] = {}
    for values in servers.values():
        folder = values.get("directory-rel") or values.get("directory", "")
        folder = re.split(r"[\\/]", folder.removeprefix("[ProfD]"))[-1]
        if folder:
            found[folder] = values.get("name") or values.get("hostname") or folder
    return found


def book_names(prefs: str) -> dict[str, str]:
    """File of an address book -> the name that a person gave it ("" for the two that are always
    there: their names are Thunderbird's own).
    """
    books: dict[str, dict[str, str]] = {}
    for line in prefs.splitlines():
        match = _BOOK.match(line)
        if match is None:
            continue
        books.setdefault(match[1], {})[match[2]] = _value(match[3])
    found: dict[str, str] = {}
    for one in books.values():
        name = one.get("description", "")
        if file := one.get("filename"):
            found[file] = "" if name.startswith("chrome:") else name
    return found


def _value(text: str) -> str:
    """A string as JavaScript writes it; "" for anything else."""
    try:
        return str(json.loads(text)) if text.startswith('"') else ""
    except ValueError:
        return ""


def default_profile(ini: str) -> tuple[str, bool] | None:
    """(path, whether it is relative) of the profile that Thunderbird opens; None: none is named."""
    sections: list[tuple[str, dict[str, str]]] = []
    for line in ini.splitlines():
        text = line.strip()
        if text.startswith("[") and text.endswith("]"):
            sections.append((text[1:-1].lower(), {}))
        elif "=" in text and sections:
            key, _, value = text.partition("=")
            sections[-1][1][key.strip().lower()] = value.strip()
    profiles = [values for name, values in sections if name.startswith("profile")]
    for name, values in sections:
        if name.startswith("install") and values.get("default"):
            chosen = values["default"]
            same = [one for one in profiles if one.get("path") == chosen]
            return chosen, same[0].get("isrelative", "1") == "1" if same else True
    named = [one for one in profiles if one.get("path")]
    first = next((one for one in named if one.get("default") == "1"), next(iter(named), None))
    return None if first is None else (first["path"], first.get("isrelative", "1") == "1")


def is_mailbox_name(name: str) -> bool:
    """Whether a file of this name may be a mailbox."""
    lower = name.lower()
    temporary = lower.startswith("nstmp")  # what a compaction under way writes
    return not name.startswith(".") and not temporary and not lower.endswith(NO_MAILBOX)
