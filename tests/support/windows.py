"""The main window in tests: opened on a profile, and gone when the test is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import Theme

SIZE = (1366, 768)


@contextmanager
def fresh_profile(folder: Path, *, offline: bool = False) -> Iterator[Facade]:
    """A new profile in a folder of its own, open and without an account."""
    facade = wiring.create_profile(
        folder / "profile",
        passphrase=Secret("une phrase assez longue"),
        use_keyring=False,
        offline=offline,
    )
    try:
        yield facade
    finally:
        facade.close()


@contextmanager
def shown_window(facade: Facade, theme: Theme, settings: QSettings) -> Iterator[MainWindow]:
    """Its window; letters being written are closed before it."""
    window = MainWindow(facade, theme=theme, settings=settings)
    window.resize(*SIZE)
    window.show()
    try:
        yield window
    finally:
        window.writing.close_all()
        window.close()
        delete_now(window)


def delete_now(widget: QObject) -> None:
    """Without this, windows of earlier tests live on and each change of style visits them all."""
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # type: ignore[arg-type]
