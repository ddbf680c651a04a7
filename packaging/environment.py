"""The virtual environment in the repository, filled from the locks by hash, and nothing else."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOCKS = ROOT / "packaging" / "locks"
CACHE = ROOT / ".mel-test"
_WINDOWS = os.name == "nt"
# The larger lock holds all of the smaller one, at the same versions.
_CONTAINS = {"dev": ("dev", "runtime"), "runtime": ("runtime",), "package": ("package",)}


def python() -> Path:
    """The interpreter of the virtual environment."""
    return VENV / ("Scripts/python.exe" if _WINDOWS else "bin/python")


def program(name: str) -> str:
    """A program that the virtual environment brought."""
    return str(python().with_name(f"{name}.exe" if _WINDOWS else name))


def ensure(lock: str) -> None:
    """Make the environment if need be and install ``lock`` unless that has been done already."""
    if not _sound():
        if VENV.exists():
            shutil.rmtree(VENV)
        print(f"Creating {VENV.relative_to(ROOT)} with Python {sys.version.split()[0]}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    if _stamp(lock).is_file() and _stamp(lock).read_text() == _state(lock):
        return
    print(f"Installing packaging/locks/{lock}.txt (checked by hash)", flush=True)
    fill(python(), LOCKS / f"{lock}.txt")
    _put_on_path()
    for part in _CONTAINS[lock]:
        _stamp(part).write_text(_state(part))


def fill(interpreter: Path, requirements: Path, *options: str) -> None:
    """Install what a file names with a hash, and nothing that it does not name."""
    subprocess.run(
        [
            str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
            "--no-input", "--require-hashes", "--no-deps", *options, "-r", str(requirements),
        ],
        check=True,
    )  # fmt: skip


def empty(folder: Path) -> Path:
    """A new virtual environment; its interpreter."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder / ("Scripts/python.exe" if _WINDOWS else "bin/python")


def tools(lock: str) -> Path:
    """The interpreter of an environment in the cache with one lock alone, made unless it is there.

    For what builds and checks: it shall not see what the program or its tests bring.
    """
    folder = CACHE / f"venv-{lock}"
    stamp = folder / "ready"
    state = f"{_state(lock)}{sys.version}\n"
    if not (stamp.is_file() and stamp.read_text() == state):
        print(f"Installing packaging/locks/{lock}.txt into {folder.relative_to(ROOT)}", flush=True)
        fill(empty(folder), LOCKS / f"{lock}.txt")
        stamp.write_text(state)
    return folder / ("Scripts/python.exe" if _WINDOWS else "bin/python")


def uv() -> list[str]:
    """uv by its lock, told what it does not read itself: pip's index, the system's authorities."""
    interpreter = tools("lock")
    index = subprocess.run(
        [str(interpreter), "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    if index:
        os.environ.setdefault("UV_DEFAULT_INDEX", index)
    return [str(interpreter.with_name("uv.exe" if _WINDOWS else "uv")), "--system-certs"]


def _sound() -> bool:
    """Whether .venv runs, with the Python that called us."""
    if not python().exists():
        return False
    wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
    code = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    found = subprocess.run([str(python()), "-c", code], capture_output=True, text=True, check=False)
    return found.returncode == 0 and found.stdout.strip() == wanted


def _stamp(lock: str) -> Path:
    return VENV / f"mel-{lock}.stamp"


def _state(lock: str) -> str:
    digest = hashlib.sha256((LOCKS / f"{lock}.txt").read_bytes()).hexdigest()
    return f"{digest} {ROOT}\n"


def _put_on_path() -> None:
    """Let the environment find the sources, and give it the program's name as a command."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    found = subprocess.run([str(python()), "-c", code], capture_output=True, text=True, check=True)
    (Path(found.stdout.strip()) / "mel-desktop.pth").write_text(f"{ROOT}\n")
    if _WINDOWS:
        script = f'@"{python()}" -m mel_desktop %*\r\n'
        python().with_name("mel-desktop.cmd").write_text(script)
    else:
        launcher = python().with_name("mel-desktop")
        launcher.write_text(f'#!/bin/sh\nexec "{python()}" -m mel_desktop "$@"\n')
        launcher.chmod(0o755)
