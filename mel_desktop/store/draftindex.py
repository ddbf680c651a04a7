"""Full-text index of drafts, and so of what waits in the outbox: rows of draft_fts, queries on it.

It is asked with the expressions that message_fts is asked with. Contentless as that one: what a hit
shows is read from the draft itself.

Rule: a row is written in the transaction of its revision (store.outgoing) or of the text of a file;
it goes with the draft, by a trigger.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.logic.folding import searchable
from mel_desktop.model.outgoing import DraftContent, DraftId
from mel_desktop.store import attachmenttexts
from mel_desktop.store.database import Reader, Transaction, Value
from mel_desktop.store.times import to_text

FOUND: Final = "d.state IN ('editing', 'queued')"  # being written, or in the outbox


def put(tx: Transaction, draft: int, content: DraftContent, attachments: Sequence[int]) -> None:
    """Index a draft as it is now, replacing what was indexed of it before."""
    people = (*content.to, *content.cc, *content.bcc)
    told = files(tx, attachments, attachmenttexts.MOST_INDEXED)
    tx.run("DELETE FROM draft_fts WHERE rowid = ?", draft)
    tx.run(
        """INSERT INTO draft_fts (rowid, subject, sender, recipients, body, files)
           VALUES (?, ?, '', ?, ?, ?)""",
        draft,
        searchable(content.subject),
        searchable(" ".join(f"{one.name} {one.address}" for one in people)),
        searchable(text(content)),
        searchable(" ".join(f"{name} {words}".rstrip() for name, words in told)),
    )


def text(content: DraftContent) -> str:
    """What a draft says, as plain text."""
    if content.text:
        return content.text
    from mel_desktop.logic.html_text import html_to_text  # noqa: PLC0415 first needed here

    return html_to_text(content.html)


def files(reader: Reader, attachments: Sequence[int], most: int) -> tuple[tuple[str, str], ...]:
    """(name, text taken out of it or "") of files of drafts, ``most`` letters of text in all."""
    rows = reader.all(
        """SELECT a.filename, t.text FROM json_each(?) AS listed
             JOIN draft_attachment AS a ON a.id = listed.value
             LEFT JOIN attachment_text AS t ON t.blob_id = a.blob_id AND t.state = 'done'
            ORDER BY listed.key""",
        json.dumps(list(attachments)),
    )
    from mel_desktop.logic.message_text import plain  # noqa: PLC0415 first needed here

    found = []
    for name, packed in rows:
        words = plain(attachmenttexts.inflate(packed))[:most] if packed and most > 0 else ""
        most -= len(words)
        found.append((str(name), words))
    return tuple(found)


def holders(reader: Reader, blob: int) -> tuple[int, ...]:
    """Drafts with a file of this content."""
    rows = reader.all(
        "SELECT DISTINCT draft_id FROM draft_attachment WHERE blob_id = ? ORDER BY 1", blob
    )
    return tuple(cast("int", row[0]) for row in rows)


def find(
    reader: Reader,
    match: str,
    unwanted: str,
    *,
    after: datetime | None,
    before: datetime | None,
    limit: int,
) -> tuple[DraftId, ...]:
    """Drafts being written and those in the outbox that fit, saved last first.

    ``match`` and ``unwanted`` as in store.search.find; ``after`` this instant or later.
    """
    source = "draft AS d"
    conditions = [FOUND]
    params: list[Value] = []
    if match:
        source = "draft_fts AS f CROSS JOIN draft AS d ON d.id = f.rowid"
        conditions.append("f.draft_fts MATCH ?")
        params.append(match)
    elif unwanted:
        conditions.append("d.id NOT IN (SELECT rowid FROM draft_fts WHERE draft_fts MATCH ?)")
        params.append(unwanted)
    for sign, instant in ((">=", after), ("<", before)):
        if instant is not None:
            conditions.append(f"d.saved_at {sign} ?")
            params.append(to_text(instant))
    rows = reader.all(
        f"""SELECT d.id FROM {source} WHERE {" AND ".join(conditions)}
             ORDER BY d.saved_at DESC, d.id DESC LIMIT ?""",  # noqa: S608 constants; values are parameters
        *params,
        limit,
    )
    return tuple(DraftId(cast("int", row[0])) for row in rows)
