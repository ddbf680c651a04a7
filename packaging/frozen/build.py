"""Builds the frozen program into a folder, looks at what came out, and lets it test itself.

    python3 packaging/dev.py frozen [--into DIR] [--python EXE]

``build`` is what dev.py, the .deb and the bench use; ``assets`` also serves the Windows build,
whose PyInstaller runs elsewhere. The same sources give the same octets: no time, no random order of
hashes and no path of this machine gets in. Standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import contents  # noqa: E402 beside this file, also when another folder's program imports us
import cpython  # noqa: E402
import icu  # noqa: E402

CACHE = ROOT / ".mel-test"
SPEC = HERE / "mel-desktop.spec"
LOCKS = (ROOT / "packaging/locks/runtime.txt", ROOT / "packaging/locks/package.txt")
OLDEST = (3, 12)  # what ships; an older one only where nothing else can be had, and told
# Of each PyInstaller's environment. Columns of the places in the source are a fifth of the code's
# size; a traceback shows them below the source line alone, and there is no source in a bundle.
REPEATABLE = {"PYTHONHASHSEED": "1", "PYTHONNODEBUGRANGES": "1"}
_ASK = (
    "import sys, sysconfig; print(*sys.version_info[:3], sysconfig.get_config_var("
    "'Py_ENABLE_SHARED') or 0, sys.platform)"
)
_VERSION_TEXT = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0, OS=0x40004,
    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable('040C04B0', [
      StringStruct('CompanyName', 'Mel Desktop'),
      StringStruct('FileDescription', {description!r}),
      StringStruct('FileVersion', {version!r}),
      StringStruct('InternalName', {name!r}),
      StringStruct('LegalCopyright', 'EUPL-1.2'),
      StringStruct('OriginalFilename', {file!r}),
      StringStruct('ProductName', 'Mel Desktop'),
      StringStruct('ProductVersion', {version!r})])]),
    VarFileInfo([VarStruct('Translation', [1036, 1200])])
  ]
)
"""


class BuildFailed(Exception):
    """Why there is no bundle: one sentence a line."""


# -- The Python that goes in ----------------------------------------------------------------------


def interpreter(wanted: Path | None = None) -> Path:
    """The Python to build with: ``wanted``, else MEL_PACKAGE_PYTHON, else 3.12 or later with its
    library shared, from this machine or built from Debian's source; at last the one that runs this.
    """
    named = wanted or Path(os.environ.get("MEL_PACKAGE_PYTHON") or "")
    if named.name:
        if _fitness(named) is None:
            raise BuildFailed(f"{named}: no Python, or without a shared libpython")
        return named
    if sys.platform != "linux":
        return Path(sys.executable)
    try:
        return cpython.ensure(CACHE / "cpython")
    except cpython.CannotBuild as reason:
        print(f"No CPython from Debian's source: {reason}", file=sys.stderr)
    fit = [(found, one) for one in _there() if (found := _fitness(one)) is not None]
    if not fit:
        raise BuildFailed("PyInstaller needs a Python with a shared libpython; none was found")
    newest, chosen = max(fit)
    if newest[:2] < OLDEST:
        print(f"Python {newest[0]}.{newest[1]} goes in: no later one was found", file=sys.stderr)
    return chosen


def _there() -> Iterator[Path]:
    for minor in (13, 12, 11):
        if found := shutil.which(f"python3.{minor}"):
            yield Path(found)
    yield Path(sys.executable)


def _fitness(python: Path) -> tuple[int, int, int] | None:
    """Its version, or None where PyInstaller could not use it."""
    try:
        done = subprocess.run([str(python), "-c", _ASK], capture_output=True, text=True, check=True)
        major, minor, micro, shared, platform = done.stdout.split()
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None
    fit = platform != "linux" or shared == "1"
    return (int(major), int(minor), int(micro)) if fit else None


def environment(python: Path, folder: Path) -> Path:
    """The Python of a virtual environment that holds the locks and nothing else."""
    inside = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "mel-package.stamp"
    digest = hashlib.sha256(b"".join(lock.read_bytes() for lock in LOCKS))
    digest.update(f"{python} {_fitness(python)}".encode())
    if inside.exists() and stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return inside
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([str(python), "-m", "venv", str(folder)], check=True)
    print(f"Installing the locks into {folder.name} (checked by hash)", flush=True)
    for lock in LOCKS:
        subprocess.run(
            [
                str(inside), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                "--no-input", "--require-hashes", "--no-deps", "-r", str(lock),
            ],
            check=True,
        )  # fmt: skip
    stamp.write_text(digest.hexdigest())
    return inside


# -- Building -------------------------------------------------------------------------------------


def epoch() -> str:
    """The time that goes into archives: SOURCE_DATE_EPOCH, else that of the last commit."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return given
    done = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "1764288000"


def version_text(name: str, description: str, version: str) -> str:
    """Version resource of an executable, as PyInstaller reads it."""
    numbers = tuple(([int(one) for one in version.split(".") if one.isdigit()] + [0] * 4)[:4])
    return _VERSION_TEXT.format(
        numbers=numbers, description=description, version=version, name=name, file=f"{name}.exe"
    )


def assets(folder: Path, python: Path) -> None:
    """What the spec takes from a folder. ``python``: one that has PySide6, of this machine."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, description in (
        (contents.NAME, "Mel Desktop"),
        (contents.CONSOLE_NAME, "Mel Desktop, ligne de commande"),
    ):
        text = version_text(name, description, contents.version())
        (folder / f"version-{name}.txt").write_text(text, encoding="utf-8")
    icon = folder / f"{contents.NAME}.ico"
    subprocess.run([str(python), str(HERE / "icon.py"), "ico", str(icon)], check=True)


def command(work: Path, into: Path, given: Path) -> list[str]:
    """PyInstaller's arguments, the same everywhere."""
    return [
        "--noconfirm", "--log-level", "ERROR", "--workpath", str(work), "--distpath", str(into),
        str(SPEC), "--", str(given),
    ]  # fmt: skip


def build(into: Path, *, python: Path | None = None, work: Path | None = None) -> Path:
    """The bundle, made anew as ``into``/mel-desktop and looked through. BuildFailed.

    ``python``: of an environment that holds the locks (``environment``).
    """
    inside = python or environment(interpreter(), CACHE / "package-venv")
    with tempfile.TemporaryDirectory(prefix="mel-frozen-") as folder:
        place = work or Path(folder)
        assets(place / "assets", inside)
        hidden = {"PYTHONPATH", "PYTHONHOME", "PYTHONPYCACHEPREFIX"}  # all comes from the locks
        env = {name: value for name, value in os.environ.items() if name not in hidden}
        env |= {"SOURCE_DATE_EPOCH": epoch(), **REPEATABLE}
        env |= {"PYINSTALLER_CONFIG_DIR": str(place / "cache")}
        words = command(place / "work", into, place / "assets")
        done = subprocess.run(
            [str(inside), "-m", "PyInstaller", *words], env=env, cwd=ROOT, check=False
        )
    if done.returncode != 0:
        raise BuildFailed(f"PyInstaller ended with {done.returncode}")
    bundle = into / contents.NAME
    if sys.platform == "linux":
        try:
            saved = icu.in_bundle(bundle / contents.INSIDE)
        except icu.CannotCut as reason:
            raise BuildFailed(f"ICU's data: {reason}") from reason
        print(f"ICU's data cut by {saved / 1e6:.1f} MB", flush=True)
    if found := contents.problems(bundle):
        raise BuildFailed("\n".join(found))
    return bundle


def program(bundle: Path, *, console: bool = False) -> Path:
    """The executable of a bundle."""
    if sys.platform == "win32":
        return bundle / f"{contents.CONSOLE_NAME if console else contents.NAME}.exe"
    return bundle / contents.NAME


def self_test(executable: Path, *, prefix: tuple[str, ...] = ()) -> list[dict[str, object]]:
    """The rows of the program's own test, in a home of its own. BuildFailed for a failed one."""
    with tempfile.TemporaryDirectory(prefix="mel-self-test-") as folder:
        report = Path(folder) / "report.json"
        env = {**os.environ, "HOME": folder, "XDG_STATE_HOME": folder, "TMPDIR": folder}
        env.pop("PYTHONPATH", None)
        words = [*prefix, str(executable), "--self-test", "--quiet", "--out", str(report)]
        done = subprocess.run(words, env=env, cwd=folder, check=False, timeout=300)
        rows = json.loads(report.read_text(encoding="utf-8")) if report.is_file() else []
    bad = [f"{row['step']}: {row['detail']}" for row in rows if not row["ok"]]
    if done.returncode != 0 or bad or not rows:
        raise BuildFailed("\n".join([f"the self-test ended with {done.returncode}", *bad]))
    return list(rows)


def digest(folder: Path) -> str:
    """Of all names, modes and octets below a folder: two builds are compared by it."""
    total = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_symlink():
            total.update(f"{name} -> {file.readlink()}\n".encode())
        elif file.is_file():
            octets = hashlib.sha256(file.read_bytes()).hexdigest()
            total.update(f"{name} {file.stat().st_mode & 0o777:o} {octets}\n".encode())
    return total.hexdigest()


def file_md5(file: Path) -> str:
    """As md5sums of a .deb wants it; nobody's security rests on it."""
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()


def main() -> int:
    """Build, look, test."""
    parser = argparse.ArgumentParser(
        prog="packaging/dev.py frozen", description="the frozen program"
    )
    parser.add_argument("--into", type=Path, default=ROOT / "build" / "frozen", metavar="DIR")
    parser.add_argument("--python", type=Path, metavar="EXE", help="Python that goes in")
    chosen = parser.parse_args()
    try:
        inside = environment(interpreter(chosen.python), CACHE / "package-venv")
        bundle = build(chosen.into, python=inside)
        rows = self_test(program(bundle, console=True))
    except BuildFailed as reason:
        print(reason, file=sys.stderr)
        return 1
    print(f"{bundle}: {contents.size(bundle) / 1e6:.1f} MB")
    for octets, name in contents.largest(bundle):
        print(f"  {octets / 1e6:6.1f} MB  {name}")
    print(f"self-test: {len(rows)} steps, all well; {rows[0]['detail']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
