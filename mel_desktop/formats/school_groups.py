"""Classes and groups of the ministry's exports, which are named where somebody is in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mel_desktop.formats.headings import class_label
from mel_desktop.formats.people_csv import CLASS_ROLE, group_entry
from mel_desktop.formats.xml_stream import too_large
from mel_desktop.model.people import DirectoryEntry

MAX_GROUPS: Final = 200_000


def group_of(
    known: set[str], place: str, role: str, label: str, *, school: str = "", uai: str = ""
) -> tuple[str, DirectoryEntry | None]:
    """Key of a class or group, and its entry the first time that it is met. TOO_LARGE.

    ``place``: begins the key; of one school and role. ``known``: keys met so far.
    """
    key = f"{place}/{class_label(label)}"
    if key in known or not label:
        return key, None
    if len(known) >= MAX_GROUPS:
        raise too_large("export-too-large", limit=MAX_GROUPS)
    known.add(key)
    entry = group_entry(key, role, label, school, uai)
    if not uai:
        return key, entry
    kind = "class" if role == CLASS_ROLE else "group"  # what other sources of the school call it
    return key, replace(entry, same_as=(f"{kind}:{uai}/{class_label(label)}",))
