"""What became of drafts: their history compared, those thrown away, those changed elsewhere too."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Choice
from mel_desktop.model.outgoing import Draft, DraftContent, DraftId, DraftState
from mel_desktop.services.drafting import Drafting
from mel_desktop.services.foreign_drafts import ForeignFile, content_of, files_of, load_whole
from mel_desktop.services.journal import Journal
from mel_desktop.store import blobs, draftcopies, outgoing, settings
from mel_desktop.store.database import Database, Reader, to_json

if TYPE_CHECKING:
    from mel_desktop.model.revisions import (
        Differences,
        HeadField,
        RevisionLine,
        RivalFile,
        Rivalry,
        Taken,
    )
    from mel_desktop.services.reading import ReadingService

OPEN: Final = "drafts-open"  # among the settings of the profile


class Revisions:
    """Reads and commands; all local but ``rivalry``."""

    def __init__(
        self, database: Database, drafting: Drafting, journal: Journal, reading: ReadingService
    ) -> None:
        self._database = database
        self._drafting = drafting
        self._journal = journal
        self._reading = reading

    def lines(self, draft: DraftId) -> tuple[RevisionLine, ...]:
        """Revisions kept, newest first, with what changed in each. NOT_FOUND."""
        from mel_desktop.logic import draftdiff  # noqa: PLC0415 seldom
        from mel_desktop.model.revisions import RevisionLine  # noqa: PLC0415 first needed here

        with self._database.read() as reader:
            states = [
                outgoing.draft(reader, draft, one.revision)
                for one in reversed(outgoing.history(reader, draft))
            ]
            saved = {one.revision: one.saved_at for one in outgoing.history(reader, draft)}
        found: list[RevisionLine] = []
        nothing = DraftContent()
        for before, after in pairwise((None, *states)):
            assert after is not None  # only the first one is missing
            change = draftdiff.compare(
                nothing if before is None else before.content,
                after.content,
                () if before is None else _files(before),
                _files(after),
            )
            added, removed = draftdiff.size_of(change.text)
            found.append(
                RevisionLine(
                    after.revision, saved[after.revision], added, removed, len(change.heads)
                )
            )
        return tuple(reversed(found))

    def compare(self, draft: DraftId, older: int | None, newer: int) -> Differences:
        """Two revisions; ``older`` None: the empty page before the first one. NOT_FOUND."""
        from mel_desktop.logic import draftdiff  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            before = None if older is None else outgoing.draft(reader, draft, older)
            after = outgoing.draft(reader, draft, newer)
        return draftdiff.compare(
            DraftContent() if before is None else before.content,
            after.content,
            () if before is None else _files(before),
            _files(after),
        )

    def thrown_away(self) -> tuple[Draft, ...]:
        """Drafts that were thrown away and can be brought back, newest first."""
        with self._database.read() as reader:
            return outgoing.drafts(reader, DraftState.DELETED)

    def bring_back(self, draft: DraftId) -> Draft:
        """A draft thrown away is written on. NOT_FOUND | USAGE."""
        current = self._drafting.get(draft)
        if current.state is not DraftState.DELETED:
            raise LocalRefusal(ErrorCode.USAGE, why=f"draft-{current.state.value}")
        return self._drafting.restore(draft, current.revision)

    def note_open(self, drafts: Sequence[DraftId]) -> None:
        """These are in windows now: after a crash they are offered again. On disk at once."""
        value = to_json(list(drafts))
        self._database.write(lambda tx: settings.save(tx, OPEN, value), durable=True)

    def left_open(self) -> tuple[Draft, ...]:
        """Drafts that were in windows when the program stopped without a word."""
        with self._database.read() as reader:
            ids = json.loads(settings.load(reader, OPEN) or "[]")
            return tuple(
                one for one in outgoing.drafts(reader, DraftState.EDITING) if one.id in ids
            )

    def has_rival(self, draft: DraftId) -> bool:
        """Whether another program changed the copy of this draft, and that is here to be read."""
        with self._database.read() as reader:
            copy = draftcopies.one(reader, draft)
            is_conflict = copy is not None and copy.state == "conflict"
            return is_conflict and bool(draftcopies.rivals(reader, draft))

    def rivalry(self, draft: DraftId) -> Rivalry:
        """Both versions; fetches the other one if it is not here. NOT_FOUND."""
        from mel_desktop.logic import draftdiff  # noqa: PLC0415 seldom
        from mel_desktop.model.revisions import Rivalry  # noqa: PLC0415 first needed here

        with self._database.read() as reader:
            rivals = draftcopies.rivals(reader, draft)
        ours = self._drafting.get(draft)
        if not rivals:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
        read = load_whole(self._database, self._reading, rivals[0])
        theirs = content_of(read, ours.content.sender)
        with self._database.read() as reader:
            theirs, files = _joined_files(
                reader, ours, theirs, files_of(reader, read.id, theirs.html)
            )
        return Rivalry(
            ours,
            theirs,
            (*draftdiff.heads(ours.content, theirs), *draftdiff.layout(ours.content, theirs)),
            draftdiff.paragraphs(ours.content, theirs),
            files,
        )

    def settle(
        self,
        rivalry: Rivalry,
        of_heads: Mapping[HeadField, Taken],
        of_text: Sequence[Taken],
        files: Sequence[RivalFile] | None = None,
    ) -> Draft:
        """Keep what was chosen as a new revision, then put it in the place of the other one, which
        goes to the trash. ``files`` None: all of both. USAGE where the draft was changed since, or
        nothing is in conflict; TOO_LARGE.
        """
        from mel_desktop.logic import draftdiff  # noqa: PLC0415 seldom

        draft = rivalry.draft.id
        if self._drafting.get(draft).revision != rivalry.draft.revision:
            raise LocalRefusal(ErrorCode.USAGE, why="draft-newer")
        if not self.has_rival(draft):
            raise LocalRefusal(ErrorCode.USAGE, why="no-conflict")
        content = draftdiff.merged(rivalry.draft.content, rivalry.theirs, of_heads, of_text)
        wanted = rivalry.files if files is None else files
        drawn = [
            one
            for one in rivalry.files
            if one.content_id and f"cid:{one.content_id}".casefold() in content.html.casefold()
        ]
        kept = [
            one for one in rivalry.files if one in drawn or (one in wanted and not one.content_id)
        ]
        saved = self._drafting.save_with(draft, content, kept)
        self._journal.resolve(f"d{draft}", Choice.MINE)
        return saved


def _joined_files(
    reader: Reader, ours: Draft, theirs: DraftContent, of_theirs: Sequence[ForeignFile]
) -> tuple[DraftContent, tuple[RivalFile, ...]]:
    """Files of both, each once, ours ahead. Two pictures of one Content-ID get two."""
    from mel_desktop.model.revisions import RivalFile  # noqa: PLC0415 first needed here

    digests = {
        one.id: blobs.digest(reader, outgoing.attachment_blob(reader, ours.id, one.id))
        for one in ours.attachments
    }
    files = [
        RivalFile(one.filename, one.media_type, one.size, one.id, None, one.content_id)
        for one in ours.attachments
    ]
    for other in of_theirs:
        digest = blobs.digest(reader, other.blob)
        same = next(
            (place for place, one in enumerate(files)
             if one.mine is not None and one.theirs is None and digests[one.mine] == digest
             and (one.filename == other.filename or one.content_id)
             and one.content_id == other.content_id),
            None,
        )  # fmt: skip
        if same is not None:
            files[same] = replace(files[same], theirs=other.blob)
            continue
        content_id = other.content_id
        if content_id and any(one.content_id == content_id for one in files):
            content_id = f"theirs.{content_id}"
            html = theirs.html.replace(f"cid:{other.content_id}", f"cid:{content_id}")
            theirs = replace(theirs, html=html)
        files.append(
            RivalFile(other.filename, other.media_type, other.size, None, other.blob, content_id)
        )
    return theirs, tuple(files)


def _files(draft: Draft) -> tuple[str, ...]:
    return tuple(one.filename for one in draft.attachments)
