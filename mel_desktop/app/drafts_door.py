"""History of drafts, drafts thrown away, those that another program changed too or began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mel_desktop.app.seldom import ForeignDrafts, Revisions
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import Draft, DraftContent, DraftId, ForeignDraft

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services
    from mel_desktop.model.revisions import (
        Differences,
        HeadField,
        Piece,
        RevisionLine,
        RivalFile,
        Rivalry,
        Taken,
    )


class DraftsDoor:
    """``facade.revisions``."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._engine = engine
        self._revisions = Revisions(
            services.database, services.drafting, services.journal, services.reading
        )
        self._foreign = ForeignDrafts(
            services.database, services.accounts, services.reading, services.clock
        )

    def foreign(self) -> tuple[ForeignDraft, ...]:
        """Drafts that another program left on the server, newest first."""
        return self._foreign.listed()

    def begun(self, message: MessageId) -> DraftId | None:
        """The draft whose copy this message of the Drafts folder is, or None."""
        return self._foreign.begun(message)

    def take(self, message: MessageId) -> Draft:
        """Continue such a draft here; may fetch. NOT_FOUND | NOT_LOCAL | TOO_LARGE | USAGE."""
        return self._foreign.take(message)

    def lines(self, draft: DraftId) -> tuple[RevisionLine, ...]:
        """Every revision kept, newest first, with what changed in it. NOT_FOUND."""
        return self._revisions.lines(draft)

    def compare(self, draft: DraftId, older: int | None, newer: int) -> Differences:
        """Two revisions; ``older`` None: nothing at all. NOT_FOUND."""
        return self._revisions.compare(draft, older, newer)

    def text(self, content: DraftContent) -> str:
        """What a draft says, without its layout."""
        from mel_desktop.logic import draftdiff  # noqa: PLC0415 seldom

        return draftdiff.said(content)

    def thrown_away(self) -> tuple[Draft, ...]:
        """Drafts that can be brought back, newest first; they go for good after 30 days."""
        return self._revisions.thrown_away()

    def bring_back(self, draft: DraftId) -> Draft:
        """A draft thrown away is written on. NOT_FOUND | USAGE."""
        brought = self._revisions.bring_back(draft)
        self._engine.wake()
        return brought

    def note_open(self, drafts: Sequence[DraftId]) -> None:
        """These are in windows now; they are offered again should the program be killed."""
        self._revisions.note_open(drafts)

    def left_open(self) -> tuple[Draft, ...]:
        """What was in windows when the program was killed."""
        return self._revisions.left_open()

    def has_rival(self, draft: DraftId) -> bool:
        """Whether there is another version to be compared with."""
        return self._revisions.has_rival(draft)

    def rivalry(self, draft: DraftId) -> Rivalry:
        """Both versions of a draft in conflict; may fetch. NOT_FOUND."""
        return self._revisions.rivalry(draft)

    def words(self, piece: Piece) -> tuple[Piece, ...]:
        """A piece that differs, word by word."""
        from mel_desktop.logic import textdiff  # noqa: PLC0415 seldom

        return textdiff.words(piece.mine, piece.theirs)

    def merged_text(self, rivalry: Rivalry, taken: Sequence[Taken]) -> str:
        """The text that these choices make."""
        from mel_desktop.logic import draftdiff  # noqa: PLC0415 seldom

        made = draftdiff.merged(rivalry.draft.content, rivalry.theirs, {}, taken)
        return draftdiff.said(made)

    def loses_layout(self, rivalry: Rivalry, taken: Sequence[Taken]) -> bool:
        """Whether these choices cost layout: bold, lists, tables of some passage."""
        from mel_desktop.logic import draftdiff  # noqa: PLC0415 seldom

        return draftdiff.loses_layout(rivalry.draft.content, rivalry.theirs, taken)

    def settle(
        self,
        rivalry: Rivalry,
        of_heads: Mapping[HeadField, Taken],
        of_text: Sequence[Taken],
        files: Sequence[RivalFile] | None = None,
    ) -> Draft:
        """Save what was chosen, and put it in the place of the other version. ``files`` None: all
        of both. USAGE | TOO_LARGE.
        """
        saved = self._revisions.settle(rivalry, of_heads, of_text, files)
        self._engine.wake()
        return saved
