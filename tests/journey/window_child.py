"""The window in a process of its own, with a hand on it: reads, searches, writes, and waits.

``python -m tests.journey.window_child PROFILE PASSPHRASE_FILE QUERY DRAFT``; then lines on standard
input: "lock" locks the vault, anything else ends it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mel_desktop.app import wiring
from mel_desktop.cli.context import read_secret
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui import language
from mel_desktop.ui.main_window import MainWindow
from tests.support.quick import unlock_quickly


def main() -> None:
    """Open, work, say "ready"."""
    unlock_quickly()
    profile, passphrase, words = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    query, drafted = Path(words).read_text(encoding="utf-8").splitlines()
    app = QApplication([])
    language.load(app, language.FRENCH)
    facade = wiring.open_profile(
        profile, passphrase=read_secret(passphrase), use_keyring=False, offline=True
    )
    settings = QSettings(str(profile / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(facade, settings=settings)
    window.show()
    window.search_field.setText(query)
    window.search()
    rows = facade.messages(facade.find_folder("inbox").id, limit=1)
    window.mail.view.select(rows[0].id)
    window.compose(DraftContent(subject=drafted, text=drafted))
    facade.new_draft(facade.accounts()[0].id, DraftContent(subject=drafted, text=drafted))
    facade.vault.open_outside_file("sortie.txt", [drafted.encode()])
    QTest.qWait(500)
    print("ready", flush=True)
    while (line := sys.stdin.readline().strip()) == "lock":
        window.writing.close_all()
        window.close()
        facade.vault.lock()
        print("locked", flush=True)
    sys.exit(0 if line else 1)


if __name__ == "__main__":
    main()
