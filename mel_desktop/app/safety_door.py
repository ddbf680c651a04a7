"""The door to checks before a message leaves, its files, and taking it back: ``facade.safety``.

All local.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.links import InForce, Price
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.outgoing import (
    Draft,
    DraftContent,
    DraftId,
    OutboxId,
    OutboxRow,
    OutboxState,
)
from mel_desktop.model.safety import (
    CheckLevel,
    FileNature,
    Mend,
    SendingSettings,
    SendWarning,
    WarningCode,
)

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class SafetyDoor:
    """Checks, settings, undo."""

    def __init__(self, services: Services) -> None:
        self._services = services

    # -- checks ------------------------------------------------------------------------------------

    def look(self, draft: DraftId, at: datetime | None = None) -> tuple[SendWarning, ...]:
        """What a person should see before the newest revision leaves. Milliseconds; once for each
        large file it reads what it needs of it. NOT_FOUND.
        """
        return self._services.safety.look(draft, at)

    def look_at_letter(self, draft: DraftId, to: Iterable[Address] = ()) -> tuple[SendWarning, ...]:
        """The same of a letter to many, once for all whom it goes ``to``. NOT_FOUND."""
        return self._services.safety.look_at_letter(draft, to)

    def read_files(self, draft: DraftId) -> None:
        """Look into documents for pupils' data; ``look`` knows them then. Seconds: not on the main
        thread. NOT_FOUND | Cancelled.
        """
        self._services.safety.read_files(draft)

    def mended(self, content: DraftContent, mend: Mend, choice: int = 0) -> DraftContent:
        """The content with one mend done; no address is lost."""
        from mel_desktop.logic.sendchecks import mended  # noqa: PLC0415 first needed here

        return mended(content, mend, choice)

    def files(self, draft: DraftId) -> dict[int, FileNature]:
        """Locked or not, by the id of the attachment. NOT_FOUND."""
        return self._services.safety.files(draft)

    def size_limit(self, account: AccountId) -> int:
        """Octets of a message that may leave; 0: nobody has said. NOT_FOUND."""
        return self._services.safety.size_limit(account)

    def wire_size(self, content: DraftContent, files: tuple[int, ...]) -> int:
        """About how many octets a message has on its way."""
        from mel_desktop.logic.sendchecks import wire_size  # noqa: PLC0415 first needed here

        return wire_size(content, files)

    def price_up(self, account: AccountId, octets: int) -> tuple[Price, InForce]:
        """What sending so many octets costs on the present line, and the profile in force."""
        links = self._services.links
        return links.price_up(account, octets), links.in_force(account)

    # -- files of a draft --------------------------------------------------------------------------

    def add_file(self, draft: DraftId, name: str, octets: bytes, media_type: str = "") -> int:
        """Attach what is in memory: from the clipboard. TOO_LARGE."""
        return self._services.draft_files.add(draft, name, octets, media_type=media_type)

    def read_outside(self, file: Path) -> bytes:
        """All of a file outside the vault. BAD_FILE | TOO_LARGE."""
        return self._services.draft_files.read_outside(file)

    def add_picture(self, draft: DraftId, name: str, octets: bytes, media_type: str) -> str:
        """A picture that will stand in the text; its content id. TOO_LARGE | USAGE(no-picture)."""
        from mel_desktop.logic.compose import new_message_id  # noqa: PLC0415 first needed here

        services = self._services
        owner = services.accounts.get(services.drafting.get(draft).account)
        content_id = new_message_id(owner.email, services.randomness.token(16))
        services.draft_files.add_picture(
            draft, name, octets, media_type=media_type, content_id=content_id
        )
        return content_id

    def picture(self, draft: DraftId, content_id: str) -> bytes:
        """A picture of the text, from the vault. NOT_FOUND."""
        return self._services.draft_files.picture(draft, content_id)

    def add_message(self, draft: DraftId, message: MessageId) -> int:
        """Attach a message as a file, if all of it is here. NOT_FOUND | NOT_LOCAL | TOO_LARGE."""
        from mel_desktop.logic.attached_message import (  # noqa: PLC0415 first needed here
            without_bcc,
        )

        octets = without_bcc(self._services.reading.raw(message))
        name = f"{self._services.reading.show(message).subject.strip() or 'message'}.eml"
        return self.add_file(draft, name, octets, "message/rfc822")

    def replace_file(
        self, draft: DraftId, attachment: int, name: str, octets: bytes, media_type: str
    ) -> int:
        """Another file in the place of one, which older revisions keep. NOT_FOUND | TOO_LARGE."""
        return self._services.draft_files.replace(
            draft, attachment, name, octets, media_type=media_type
        )

    def swap_file(self, draft: DraftId, attachment: int, older: int) -> Draft:
        """The file that an older revision lists comes back. NOT_FOUND."""
        return self._services.draft_files.swap(draft, attachment, older)

    def originals(self, draft: DraftId) -> dict[int, int]:
        """Photos made smaller -> what they were, as long as that is kept. NOT_FOUND."""
        return self._services.draft_files.originals(draft)

    def rename_file(self, draft: DraftId, attachment: int, name: str) -> Draft:
        """Its ending stays where the new name has none. NOT_FOUND | USAGE."""
        return self._services.draft_files.rename(draft, attachment, name)

    def file_octets(self, draft: DraftId, attachment: int) -> bytes:
        """All of it, in memory. NOT_FOUND."""
        return self._services.draft_files.octets(draft, attachment)

    def save_file(self, draft: DraftId, attachment: int, target: Path) -> int:
        """Write it outside the vault, for good; its size. NOT_FOUND | DISK_FULL | NOT_WRITABLE."""
        return self._services.draft_files.write(draft, attachment, target)

    def open_file(self, draft: DraftId, attachment: int) -> Path:
        """A copy that another program may open; shredded at lock and exit. NOT_FOUND."""
        files = self._services.drafting.get(draft).attachments
        name = next((one.filename for one in files if one.id == attachment), "attachment")
        chunks = self._services.draft_files.chunks(draft, attachment)
        return self._services.outside.write(name, chunks)

    # -- settings ----------------------------------------------------------------------------------

    def settings(self) -> SendingSettings:
        """What is in force, and what the school has fixed."""
        return self._services.safety.settings()

    def set_check(self, code: WarningCode, level: CheckLevel) -> None:
        """POLICY | USAGE."""
        self._services.safety.set_check(code, level)

    def set_undo(self, seconds: int) -> None:
        """How long the undo is shown; 0: not at all. POLICY | USAGE."""
        self._services.safety.set_undo(seconds)

    # -- undo --------------------------------------------------------------------------------------

    def undoable(self) -> tuple[OutboxRow, float] | None:
        """The message queued last, if it may still be taken back, and for how many seconds."""
        undo_s = self._services.safety.settings().undo_s
        now = self._services.clock.now()
        for row in self._services.outbox.rows():
            left = (row.since + timedelta(seconds=undo_s) - now).total_seconds()
            fresh = row.state is OutboxState.QUEUED and not row.attempts and row.draft is not None
            fresh = fresh and row.next_attempt is not None  # held: queued by the window
            if fresh and 0 < left <= undo_s:
                return row, left
        return None

    def undo(self, row: OutboxId) -> Draft:
        """Back into the drafts, exactly the revision that was queued. USAGE: it is leaving."""
        return self._services.outbox.cancel(row)
