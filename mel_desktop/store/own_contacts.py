"""Rows of contacts of one's own: entries of the source that its person writes."""

from __future__ import annotations

from typing import cast

from mel_desktop.model.people import EntryId, SourceKind
from mel_desktop.store.database import Reader
from mel_desktop.store.people_rows import VISIBLE


def entry_id(reader: Reader, key: str) -> EntryId | None:
    """The visible entry of this key."""
    found = reader.value(
        f"""SELECT max(e.id) FROM entry e JOIN source s ON s.id = e.source_id
             WHERE s.kind = ? AND e.key = ? AND {VISIBLE}""",  # noqa: S608 constant
        SourceKind.OWN.value,
        key,
    )
    return None if found is None else EntryId(cast("int", found))
