"""What import-linter cannot say: submodules of the standard library, and Qt on the command line."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mel_desktop

PACKAGE = Path(mel_desktop.__file__).parent
PURE = [
    path
    for folder in ("model", "logic", "formats")
    for path in sorted((PACKAGE / folder).rglob("*.py"))
]


@pytest.mark.parametrize("path", PURE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_pure_layers_import_nothing_that_reaches_the_network(path: Path) -> None:
    found = {
        name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not {name for name in found if name.startswith(("urllib.request", "http", "asyncio"))}


def test_the_command_line_imports_no_qt() -> None:
    code = "import sys, mel_desktop.cli.main; print([m for m in sys.modules if 'PySide' in m])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_modules_fit_one_head() -> None:
    long = {
        str(path.relative_to(PACKAGE)): lines
        for path in PACKAGE.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 600
    }
    assert long == {}
