"""Where the frozen program begins: what PyInstaller's starter leaves behind is put right first.

The import of the program stands here in plain sight: one that is written lazily hides the whole
program from PyInstaller's analysis.
"""

from __future__ import annotations

import os
import sys


def put_right() -> None:
    """Before anything of the program is imported."""
    # The starter points the loader at the bundle's libraries. That has served once this process
    # runs: a browser that we open must find its own.
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        before = os.environ.pop(f"{name}_ORIG", None)
        if before is not None:
            os.environ[name] = before
        elif os.environ.get(name, "").startswith(str(getattr(sys, "_MEIPASS", "\0"))):
            del os.environ[name]
    # A windowed program on Windows has no streams at all; what is said there goes nowhere.
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 kept open


def start() -> int:
    """The program, or the small one that it starts from itself, without loading all the rest."""
    if len(sys.argv) == 2 and sys.argv[1].endswith("-worker"):
        from mel_desktop.app.extract import WORKERS  # noqa: PLC0415 a child needs no more

        if sys.argv[1] in WORKERS:
            return WORKERS[sys.argv[1]]()
    from mel_desktop.__main__ import main  # noqa: PLC0415 after what it finds was put right

    return main()


if __name__ == "__main__":
    put_right()
    sys.exit(start())
