"""What comes in from files and goes out to them: import, export, backup, seeds.

All of it blocks: the window calls it through ``Facade.in_background``. ``progress`` and
``cancelled`` are called on the thread that does the work. Raises model.errors only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import FolderId
from mel_desktop.model.transfer import (
    BackupFacts,
    ExportDone,
    ExportKind,
    ImportDone,
    ImportPreview,
    SeedDone,
    TransferProgress,
)

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services

OnProgress = Callable[[TransferProgress], None]
IsCancelled = Callable[[], bool]


class TransferDoor:
    """Reached as ``facade.transfer``."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._engine = engine

    def _or_closing(self, cancelled: IsCancelled | None) -> IsCancelled:
        """Work ends with the program too."""
        return lambda: self._engine.is_stopping() or (cancelled is not None and cancelled())

    # -- import ------------------------------------------------------------------------------------

    @staticmethod
    def thunderbird_places() -> tuple[Path, ...]:
        """Where Thunderbird keeps its profiles on this PC, if it does."""
        from mel_desktop.services import import_sources  # noqa: PLC0415 seldom

        return import_sources.thunderbird_places()

    def preview_import(
        self, source: Path, account: AccountId, folder: FolderId | None = None
    ) -> ImportPreview:
        """What a file or folder holds and where it would go. NOT_FOUND | BAD_FILE."""
        return self._services.importing.preview(source, account, folder)

    def import_mail(
        self,
        source: Path,
        account: AccountId,
        folder: FolderId | None = None,
        *,
        progress: OnProgress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> ImportDone:
        """Import; goes on where an earlier import of the same was broken off.

        Without a folder: into a folder of this PC. Cancelled (what came stays) | DISK_FULL ...
        """
        done = self._services.importing.run(
            source, account, folder, progress=progress, cancelled=self._or_closing(cancelled)
        )
        if done.waits_for_server:
            self._engine.wake()
        return done

    # -- export ------------------------------------------------------------------------------------

    def export_mail(
        self,
        kind: ExportKind,
        target: Path,
        folders: Sequence[FolderId] = (),
        *,
        fetch: bool = False,
        replace: bool = False,
        progress: OnProgress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> ExportDone:
        """Write messages of folders (none: of all). ``fetch``: bring what is not here first.

        USAGE (the file is there, without ``replace``) | NOT_WRITABLE | DISK_FULL | Cancelled.
        """
        return self._services.exporting.run(
            kind,
            target,
            folders,
            fetch=fetch,
            replace=replace,
            progress=progress,
            cancelled=self._or_closing(cancelled),
        )

    # -- backup ------------------------------------------------------------------------------------

    def back_up(
        self,
        target: Path,
        *,
        progress: OnProgress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> BackupFacts:
        """The whole vault in one encrypted file. The way back: ``wiring.restore_profile``.

        USAGE (another file is there) | NOT_WRITABLE | DISK_FULL | DAMAGED | Cancelled.
        """
        return self._services.backups.create(
            target, progress=progress, cancelled=self._or_closing(cancelled)
        )

    # -- seeds -------------------------------------------------------------------------------------

    def seed_code(self) -> str:
        """What this PC shows to be given a seed."""
        return self._services.seeding.code()

    def create_seed(
        self,
        target: Path,
        code: str,
        accounts: Sequence[AccountId] = (),
        *,
        everything: bool = False,
        progress: OnProgress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> SeedDone:
        """What the PC of this code does not have yet, sealed to it. USAGE | DISK_FULL ...

        ``everything``: also what earlier seeds for this code held.
        """
        return self._services.seeding.create(
            target,
            code,
            accounts,
            everything=everything,
            progress=progress,
            cancelled=self._or_closing(cancelled),
        )

    def open_seed(
        self,
        source: Path,
        *,
        progress: OnProgress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> SeedDone:
        """Merge a seed that was made for this PC. BAD_FILE | DAMAGED | DISK_FULL | Cancelled."""
        done = self._services.seeding.open(
            source, progress=progress, cancelled=self._or_closing(cancelled)
        )
        self._engine.wake()
        return done
