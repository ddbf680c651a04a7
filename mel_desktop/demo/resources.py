"""Where the demonstration's data lies: beside the code, or inside it once installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def demo_text(name: str) -> str:
    """The text of ``resources/demo/<name>``, wherever this program was installed."""
    for root in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        file = root / "demo" / name
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise FileNotFoundError(name)
