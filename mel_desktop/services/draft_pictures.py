"""Which pictures of its text a draft has: a revision lists those that its HTML shows, and no other.

A picture that left the text comes back with it (undo): its row stays as long as a revision that is
kept lists it. Those of the message that is passed on (or of the part that an answer quotes) become
the draft's own, under the same content id and with the same octets, which are stored once.
"""

from __future__ import annotations

from collections.abc import Iterable

from mel_desktop.logic.compose import safe_filename
from mel_desktop.logic.html_reading import content_ids, read_html
from mel_desktop.logic.html_writing import described, redrawn, to_html
from mel_desktop.model.letter import Letter
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import Draft, DraftId
from mel_desktop.store import outgoing
from mel_desktop.store.database import Reader, Transaction


def files_of_revision(tx: Transaction, current: Draft, html: str) -> list[int]:
    """The files that the next revision of a draft lists, with this text."""
    shown = content_ids(html)
    kept = [one for one in current.attachments if not one.content_id or one.content_id in shown]
    there = {one.content_id for one in kept}
    files = [one.id for one in kept]
    missing = [one for one in shown if one not in there]
    if not missing:
        return files
    earlier = outgoing.pictures(tx, current.id)
    files += [earlier[one] for one in missing if one in earlier]
    missing = [one for one in missing if one not in earlier]
    return files + taken_over(tx, current.id, (current.forward, current.reply_to), missing)


def taken_over(
    tx: Transaction, draft: DraftId, originals: Iterable[MessageId | None], wanted: Iterable[str]
) -> list[int]:
    """Pictures of these messages as files of the draft."""
    missing = list(wanted)
    made: list[int] = []
    for message in originals:
        if message is None or not missing:
            continue
        found = outgoing.message_pictures(tx, message)
        for content_id in [one for one in missing if one.casefold() in found]:
            part, blob = found[content_id.casefold()]
            missing.remove(content_id)
            name = safe_filename(part.filename or f"image.{part.media_type[6:]}")
            made.append(
                outgoing.insert_attachment(
                    tx, draft, name, part.media_type, part.size, blob, content_id=content_id
                )
            )
    return made


def with_pictures_of(reader: Reader, message: MessageId, letter: Letter) -> Letter:
    """The letter with those pictures that are here; the others are described."""
    here = outgoing.message_pictures(reader, message)
    return redrawn(letter, lambda one: one if one.content_id.casefold() in here else described(one))


def as_sent(current: Draft) -> str:
    """The HTML as it leaves: clean, and without pictures that the draft does not have."""
    if not current.content.html:
        return ""
    there = {one.content_id for one in current.attachments if one.content_id}
    letter = read_html(current.content.html)
    return to_html(redrawn(letter, lambda one: one if one.content_id in there else described(one)))
