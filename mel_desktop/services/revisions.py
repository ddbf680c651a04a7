"""What became of drafts: their history compared, those thrown away, those changed elsewhere too."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from mel_desktop.logic import draftdiff
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Choice
from mel_desktop.model.outgoing import Draft, DraftContent, DraftId, DraftState
from mel_desktop.model.revisions import Differences, HeadField, RevisionLine, Rivalry, Taken
from mel_desktop.services.drafting import Drafting
from mel_desktop.services.journal import Journal
from mel_desktop.services.reading import ReadingService
from mel_desktop.store import draftcopies, outgoing, settings
from mel_desktop.store.database import Database, to_json

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
        with self._database.read() as reader:
            rivals = draftcopies.rivals(reader, draft)
        ours = self._drafting.get(draft)
        if not rivals:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
        read = self._reading.load(rivals[0])
        theirs = DraftContent(
            to=read.to,
            cc=read.cc,
            bcc=read.bcc,
            subject=read.subject,
            text=read.text,
            html=read.html_safe,
            sender=ours.content.sender,
        )
        return Rivalry(
            ours,
            theirs,
            draftdiff.heads(ours.content, theirs),
            draftdiff.paragraphs(ours.content, theirs),
        )

    def settle(
        self,
        rivalry: Rivalry,
        of_heads: Mapping[HeadField, Taken],
        of_text: Sequence[Taken],
    ) -> Draft:
        """Keep what was chosen as a new revision, then put it in the place of the other one, which
        goes to the trash. USAGE where the draft was changed since, or nothing is in conflict.
        """
        draft = rivalry.draft.id
        if self._drafting.get(draft).revision != rivalry.draft.revision:
            raise LocalRefusal(ErrorCode.USAGE, why="draft-newer")
        if not self.has_rival(draft):
            raise LocalRefusal(ErrorCode.USAGE, why="no-conflict")
        content = draftdiff.merged(rivalry.draft.content, rivalry.theirs, of_heads, of_text)
        saved = self._drafting.save(draft, content)
        self._journal.resolve(f"d{draft}", Choice.MINE)
        return saved


def _files(draft: Draft) -> tuple[str, ...]:
    return tuple(one.filename for one in draft.attachments)
