"""Restoring a backup while no profile is open: one thread of its own, ended with its dialog."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from mel_desktop.app import wiring
from mel_desktop.app.transfer_door import IsCancelled, OnProgress
from mel_desktop.model.accounts import Secret
from mel_desktop.model.transfer import BackupFacts

T = TypeVar("T")
Restored = tuple[BackupFacts, Path | None]


class RestoreJob:
    """Runs one piece of work at a time."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mel-restore")

    def run(self, work: Callable[[], T]) -> Future[T]:
        """Run it on the thread."""
        return self._pool.submit(work)

    def close(self) -> None:
        """End the thread once its work has let go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    @staticmethod
    def restore(
        source: Path,
        profile: Path,
        *,
        passphrase: Secret | None,
        recovery: Secret | None,
        replace: bool,
        progress: OnProgress,
        cancelled: IsCancelled,
    ) -> Restored:
        """``wiring.restore_profile`` with what a person typed."""
        return wiring.restore_profile(
            source,
            profile,
            passphrase=passphrase,
            recovery=recovery,
            use_keyring=False,
            replace=replace,
            progress=progress,
            cancelled=cancelled,
        )
