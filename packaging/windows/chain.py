"""The whole way of the Windows installer, rehearsed on Linux.

    python3 packaging/dev.py windows [--again] [--build-only] [--sign OPTIONS OF dev.py sign ...]

A Python for Windows and the wheels of the locks by hash, PyInstaller under Wine, wixl, then the
installer exercised under Wine. Each stage is kept in .mel-test/windows for as long as what goes
into it is the same. What comes out lies in build/windows: the MSI, the templates for group
policies, the report. It is a rehearsal: a release is made of the same spec and the same source on
Windows (packaging/windows/github-workflow.yml), and checklist.md says what only Windows can show.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "packaging" / "frozen"), str(ROOT / "packaging"), str(ROOT)]

import build as frozen  # noqa: E402
import contents  # noqa: E402
import environment  # noqa: E402

from mel_desktop import __version__  # noqa: E402
from windows import academy, exercise, post, python, wine, wxs  # noqa: E402

CACHE: Final = ROOT / ".mel-test" / "windows"
OUT: Final = ROOT / "build" / "windows"
FROZEN: Final = ROOT / "packaging" / "frozen"
HERE: Final = Path(__file__).resolve().parent
MOST_MSI_MB: Final = 45.0
MOST_INSTALLED_MB: Final = 95.0
MOST_S: Final = 360.0
EPOCH: Final = 1_767_225_600  # of what has no time of its own: 2026-01-01
TROUBLE: Final = (
    python.PythonTrouble, wine.WineTrouble, post.MsiTrouble, academy.Unfit, OSError,
    subprocess.CalledProcessError,
)  # fmt: skip


@dataclass(slots=True)
class Chain:
    """One run."""

    again: bool
    sign: Sequence[str] | None
    started: float = field(default_factory=time.monotonic)
    stages: list[tuple[str, float, bool]] = field(default_factory=list)  # name, seconds, kept

    def stage(self, name: str, inputs: str, made: Iterable[Path], work: Callable[[], None]) -> None:
        """Do it unless it was done with the same inputs and what it made is there."""
        stamp = CACHE / f"{name}.stamp"
        began = time.monotonic()
        kept = (
            not self.again
            and stamp.is_file()
            and stamp.read_text() == inputs
            and all(one.exists() for one in made)
        )
        print(f"{name} ...", end=" ", flush=True)
        if not kept:
            stamp.unlink(missing_ok=True)
            CACHE.mkdir(parents=True, exist_ok=True)
            work()
            stamp.write_text(inputs)
        took = time.monotonic() - began
        self.stages.append((name, took, kept))
        print("kept" if kept else f"{took:.0f} s", flush=True)

    def prepare(self) -> wine.Wine:
        """Python, wheels, a prefix of Wine."""
        interpreter, site = CACHE / "python", CACHE / "site"
        self.stage(
            "Python for Windows", digest([python.PYTHON_LOCK]), [interpreter / "python.exe"],
            lambda: python.fetch_python(environment.tools("package"), interpreter),
        )  # fmt: skip
        self.stage(
            "wheels", digest(python.WHEEL_LOCKS), [site],
            lambda: python.fetch_wheels(environment.uv(), site),
        )  # fmt: skip
        prefix = CACHE / "prefix"
        stubs = digest([wine.STUBS, HERE / "wine.py"], wine.version())
        self.stage("prefix of Wine", stubs, [prefix], lambda: wine.make_prefix(prefix))
        return wine.Wine(prefix)

    def freeze(self, windows: wine.Wine) -> Path:
        """The folder of PyInstaller."""
        folder = CACHE / "frozen" / "dist" / "mel-desktop"
        inputs = digest(
            [
                ROOT / "mel_desktop", ROOT / "resources", ROOT / "LICENSE", ROOT / "pyproject.toml",
                FROZEN, HERE / "pyinstaller.py", *python.WHEEL_LOCKS, python.PYTHON_LOCK,
            ],
            wine.version(),
        )  # fmt: skip
        self.stage("PyInstaller", inputs, [folder], lambda: _freeze(windows, folder))
        return folder

    def package(self, folder: Path) -> exercise.Installers:
        """The MSI, one of a higher version, one of an académie."""
        if self.sign is not None:  # the unsigned folder stays as it was made
            signed = folder.with_name("signed")
            shutil.rmtree(signed, ignore_errors=True)
            folder = Path(shutil.copytree(folder, signed, copy_function=os.link))
        made = _installers(folder)
        inputs = digest([folder, HERE, ROOT / "mel_desktop" / "logic"], " ".join(self.sign or ()))
        self.stage(
            "MSI", inputs, [made.first, made.newer, made.academy], lambda: self._package(made)
        )
        return made

    def _package(self, made: exercise.Installers) -> None:
        if self.sign is not None:
            self._sign([made.folder / wxs.WINDOWED, made.folder / wxs.CONSOLE])
        _even_times(made.folder)
        shutil.rmtree(OUT, ignore_errors=True)
        made.first.parent.mkdir(parents=True)
        made.newer.parent.mkdir(parents=True, exist_ok=True)
        icon = CACHE / "frozen" / "assets" / "mel-desktop.ico"
        make_msi(made.folder, icon, made.version, made.first)
        newer = CACHE / "frozen" / "newer"
        _newer_folder(made, newer)
        make_msi(newer, icon, made.newer_version, made.newer, small=False)  # for the rehearsal
        academy.make(made.first, made.academy, {"ACADEMIE": "creteil"}, when=EPOCH)
        if self.sign is not None:
            self._sign([made.first, made.newer, made.academy])
        for name in ("MelDesktop.admx", "fr-FR", "en-US"):
            source = ROOT / "resources" / "policies" / name
            (shutil.copytree if source.is_dir() else shutil.copyfile)(source, OUT / name)

    def _sign(self, files: Sequence[Path]) -> None:
        if not (ROOT / "packaging" / "trust" / "sign.py").is_file():
            raise post.MsiTrouble("--sign: packaging/trust/sign.py is not there")
        command = [sys.executable, str(ROOT / "packaging" / "dev.py"), "sign"]
        subprocess.run([*command, *map(str, files), *(self.sign or ())], check=True)


def make_msi(folder: Path, icon: Path, version: str, msi: Path, *, small: bool = True) -> None:
    """One installer. MsiTrouble. The same folder makes the same octets. ``small``: takes longer."""
    source = wxs.Source(folder, icon, CACHE / "frozen", version)
    post.compile_source(source, msi)
    if small:
        post.repack(msi)
    made_by = [HERE / name for name in ("wxs.py", "post.py", "cabinet.py")]
    package = wxs.guid(f"package {version} {digest([folder, *made_by])}")
    post.finish(msi, version=version, package=package, when=EPOCH)
    msi.with_suffix(".wxs").rename(CACHE / f"{msi.stem}.wxs")


def digest(paths: Iterable[Path], more: str = "") -> str:
    """Of names and contents."""
    found = hashlib.sha256(more.encode())
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(f"{file.relative_to(path.parent)}\0".encode())
                found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def _freeze(windows: wine.Wine, folder: Path) -> None:
    base = folder.parents[1]
    shutil.rmtree(base, ignore_errors=True)
    assets = base / "assets"
    frozen.assets(assets, Path(sys.executable))
    ran = windows.run(
        str(CACHE / "python" / "python.exe"), wine.windows_path(HERE / "pyinstaller.py"),
        "--noconfirm", "--log-level", "WARN", "--workpath", "work", "--distpath", "dist",
        wine.windows_path(FROZEN / "mel-desktop.spec"), "--", wine.windows_path(assets),
        more={
            "PYTHONPATH": python_path(), "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": str(EPOCH),
            "PYTHONPYCACHEPREFIX": wine.windows_path(CACHE / "bytecode"),
        },
        cwd=base, patience_s=1800,
    )  # fmt: skip
    if ran.code or not (folder / wxs.WINDOWED).is_file():
        raise wine.WineTrouble(f"PyInstaller failed ({ran.code}):\n{ran.said[-3000:]}")
    # its size is told at the end, beside that of the MSI
    problems = contents.problems(folder, platform="win32")
    if found := [one for one in problems if not one.startswith("too large")]:
        raise wine.WineTrouble("the frozen program:\n" + "\n".join(found))


def python_path() -> str:
    """Of the Windows Python: the wheels, and this source."""
    return ";".join(map(wine.windows_path, (CACHE / "site", ROOT)))


def _installers(folder: Path) -> exercise.Installers:
    major, minor, _ = __version__.split(".")
    newer = f"{major}.{int(minor) + 1}.0"
    return exercise.Installers(
        folder=folder,
        first=OUT / f"mel-desktop-{__version__}-x64.msi",
        newer=CACHE / "msi" / f"mel-desktop-{newer}-x64.msi",
        academy=OUT / f"mel-desktop-{__version__}-x64-creteil.msi",
        added="_internal/added-by-the-rehearsal.txt",
        dropped="_internal/mel_desktop/_resources/dictionaries/README_en_GB.txt",
        version=__version__,
        newer_version=newer,
    )


def _newer_folder(made: exercise.Installers, newer: Path) -> None:
    """The same program with one file more and one less: hard links, no second copy."""
    shutil.rmtree(newer, ignore_errors=True)
    shutil.copytree(made.folder, newer, copy_function=os.link)
    (newer / made.added).write_text("A file of the next version.\n")
    (newer / made.dropped).unlink()
    _even_times(newer)


def _even_times(folder: Path) -> None:
    """wixl writes them into the cabinet."""
    for path in folder.rglob("*"):
        os.utime(path, (EPOCH, EPOCH))


# -- The command -----------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when everything was made, fits, and worked."""
    parser = argparse.ArgumentParser(
        prog="packaging/dev.py windows", description="The MSI, made and exercised under Wine"
    )
    parser.add_argument("--again", action="store_true", help="keep nothing of earlier runs")
    parser.add_argument("--build-only", action="store_true", help="do not install it under Wine")
    parser.add_argument(
        "--sign", nargs=argparse.REMAINDER, metavar="OPTION", help="options of `dev.py sign`"
    )
    chosen = parser.parse_args(arguments)
    chain = Chain(chosen.again, chosen.sign)
    try:
        windows = chain.prepare()
        folder = chain.freeze(windows)
        made = chain.package(folder)
    except TROUBLE as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    checks: list[tuple[str, bool, str]] = []
    notes = ["not on Windows: UAC, group policies, WAPT, SmartScreen, printing (checklist.md)"]
    if not chosen.build_only:
        checks, more = _exercise(chain, windows, made)
        notes += more
    return _report(chain, made, checks, notes)


def _exercise(
    chain: Chain, windows: wine.Wine, made: exercise.Installers
) -> tuple[list[tuple[str, bool, str]], list[str]]:
    print(f"installed under {wine.version()}", flush=True)
    began = time.monotonic()
    scratch = CACHE / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    interpreter = exercise.Python(CACHE / "python" / "python.exe", python_path())
    course = exercise.Exercise(windows, made, interpreter, scratch)
    course.run()
    chain.stages.append(("exercise", time.monotonic() - began, False))
    return course.checks, course.notes


def _report(
    chain: Chain,
    made: exercise.Installers,
    checks: Sequence[tuple[str, bool, str]],
    notes: Sequence[str],
) -> int:
    """Print and write it; the exit code."""
    installed = sum(one.stat().st_size for one in made.folder.rglob("*") if one.is_file()) / 1e6
    size = made.first.stat().st_size / 1e6
    took = time.monotonic() - chain.started
    limits = [
        (f"the MSI has at most {MOST_MSI_MB:.0f} MB", size <= MOST_MSI_MB, f"{size:.1f} MB"),
        (
            f"installed at most {MOST_INSTALLED_MB:.0f} MB",
            installed <= MOST_INSTALLED_MB,
            f"{installed:.1f} MB",
        ),
        (f"the chain takes at most {MOST_S:.0f} s", took <= MOST_S, f"{took:.0f} s"),
    ]
    for what, ok, seen in limits:
        print(f"  {'ok' if ok else 'FAILED':<7}{what}: {seen}")
    every = [*checks, *limits]
    failed = [what for what, ok, _ in every if not ok]
    for note in notes:
        print(f"  note   {note}")
    document = {
        "wine": wine.version(), "version": made.version, "msi_mb": round(size, 1),
        "installed_mb": round(installed, 1), "files": len(list(made.folder.rglob("*"))),
        "seconds": round(took), "notes": list(notes),
        "stages": [{"name": n, "seconds": round(s, 1), "kept": k} for n, s, k in chain.stages],
        "checks": [{"what": what, "ok": ok, "seen": seen} for what, ok, seen in every],
    }  # fmt: skip
    OUT.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (OUT / "report.json").write_text(f"{text}\n", encoding="utf-8")
    print(f"{made.first.relative_to(ROOT)}: {size:.1f} MB, {installed:.1f} MB installed")
    print(f"{len(every) - len(failed)} passed, {len(failed)} failed, {took:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
