"""The window of a profile, at rest: ``python -m tests.support.idle_child PROFILE PASSPHRASE``.

Prints one JSON document: the modules that were loaded, how many texts of modules linecache keeps,
the memory that is this process's own (megabytes, None where the system does not tell), and how many
widgets there are.
"""

from __future__ import annotations

import json
import linecache
import sys
import time
from pathlib import Path

import mel_desktop.ui  # noqa: F401  # first, as the program has it: PySide reads no sources
from mel_desktop.app import wiring
from mel_desktop.model.accounts import Secret
from mel_desktop.ui import application
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.settings_file import open_settings
from mel_desktop.ui.theme import Theme

PATIENCE_S = 60.0
REST_S = 0.5  # without a new module


def own_memory() -> float | None:
    """Pages that no file stands behind, in megabytes."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(one.split()[1]) / 1024 for one in lines if one.startswith("RssAnon")), None)


def main(profile: Path, passphrase: Secret) -> None:
    """Open, show, begin, rest, tell."""
    settings = open_settings(profile / application.SETTINGS_FILE)
    app = application.application(settings)
    facade = wiring.open_profile(profile, passphrase=passphrase, use_keyring=False, offline=True)
    window = MainWindow(facade, theme=Theme(), settings=settings)
    window.show()
    facade.start_engine()
    until, known, since = time.monotonic() + PATIENCE_S, 0, time.monotonic()
    while time.monotonic() < until and time.monotonic() - since < REST_S:
        app.processEvents()
        time.sleep(0.005)
        if len(sys.modules) != known or not window.isVisible():
            known, since = len(sys.modules), time.monotonic()
    told = {
        "modules": list(sys.modules),  # in the order of their import
        "sources": sum(name.endswith(".py") for name in linecache.cache),
        "own_mb": own_memory(),
        "widgets": len(app.allWidgets()),
    }
    window.bridge.close()
    facade.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Secret(sys.argv[2]))
