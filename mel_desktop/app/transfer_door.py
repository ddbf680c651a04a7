"""What comes in from files and goes out to them: import, export, backup, seeds.

All of it blocks: the window calls it through ``Facade.in_background``. ``progress`` and
``cancelled`` are called on the thread that does the work. Raises model.errors only.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import FolderId
from mel_desktop.model.transfer import ImportDone, ImportPreview, TransferProgress

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.wiring import Services

OnProgress = Callable[[TransferProgress], None]
IsCancelled = Callable[[], bool]


class TransferDoor:
    """Reached as ``facade.transfer``."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._engine = engine

    # -- import ------------------------------------------------------------------------------------

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
            source, account, folder, progress=progress, cancelled=cancelled
        )
        if done.waits_for_server:
            self._engine.wake()
        return done
