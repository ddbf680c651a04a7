"""The whole way of the Windows installer, rehearsed on Linux.

    python3 packaging/dev.py windows [--again] [--build-only] [--sign OPTIONS OF dev.py sign ...]

A Python for Windows and the wheels of the locks by hash, PyInstaller under Wine, wixl, then the
installer exercised under Wine. Each stage is kept in .mel-test/windows for as long as what goes
into it is the same. What comes out lies in build/windows: the MSI, the templates for group
policies, the bill of materials, the report. It is a rehearsal: a release is made of the same spec
and the same source on Windows (packaging/windows/github-workflow.yml), and checklist.md says what
only Windows can show.

The exit code is 1 when something could not be made, did not work, or grew beyond what
contents.MOST_BYTES allows. Goals that are missed are told, here and in the report, and are no
failure: they tell how far there is to go, the bound keeps what was reached.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "packaging" / "frozen"), str(ROOT / "packaging"), str(ROOT)]

import build as frozen  # noqa: E402
import contents  # noqa: E402
import environment  # noqa: E402

from mel_desktop import __version__  # noqa: E402
from windows import academy, exercise, post, python, report, wine, wxs  # noqa: E402

CACHE: Final = ROOT / ".mel-test" / "windows"
OUT: Final = ROOT / "build" / "windows"
PYTHON: Final = CACHE / "python"
FROZEN: Final = ROOT / "packaging" / "frozen"
HERE: Final = Path(__file__).resolve().parent
EPOCH: Final = 1_767_225_600  # of what has no time of its own: 2026-01-01
Check = report.Check
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
    stages: list[report.Stage] = field(default_factory=list)

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
        if not kept:
            stamp.unlink(missing_ok=True)
            CACHE.mkdir(parents=True, exist_ok=True)
            work()
            stamp.write_text(inputs)
        took = time.monotonic() - began
        self.stages.append((name, took, kept))
        print(f"{name}: {'kept' if kept else f'{took:.0f} s'}", flush=True)

    def prepare(self) -> wine.Wine:
        """Python with the wheels, and beside that a prefix of Wine."""
        prefix = CACHE / "prefix"
        stubs = digest([wine.STUBS, HERE / "wine.py"], wine.version())
        with ThreadPoolExecutor(2) as pool:
            python_there = pool.submit(self._prepare_python)
            self.stage("prefix of Wine", stubs, [prefix], lambda: wine.make_prefix(prefix))
            python_there.result()
        return wine.Wine(prefix)

    def _prepare_python(self) -> None:
        recipe = HERE / "python.py"
        self.stage(
            "Python for Windows", digest([python.PYTHON_LOCK, recipe]), [PYTHON / "python.exe"],
            lambda: python.fetch_python(environment.tools("package"), PYTHON),
        )  # fmt: skip
        site = PYTHON / python.SITE
        self.stage(
            "wheels", digest([*python.WHEEL_LOCKS, python.PYTHON_LOCK, recipe]), [site],
            lambda: python.fetch_wheels(environment.uv(), site),
        )  # fmt: skip

    def freeze(self, windows: wine.Wine) -> Path:
        """The folder of PyInstaller."""
        folder = CACHE / "frozen" / "dist" / "mel-desktop"
        inputs = digest(
            [
                ROOT / "mel_desktop", ROOT / "resources", ROOT / "LICENSE", ROOT / "pyproject.toml",
                FROZEN, HERE / "pyinstaller.py", HERE / "python.py", *python.WHEEL_LOCKS,
                python.PYTHON_LOCK,
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
        newer = CACHE / "frozen" / "newer"
        _newer_folder(made, newer)
        with ThreadPoolExecutor(2) as pool:
            next_one = pool.submit(  # which nobody but the rehearsal installs: not packed again
                make_msi, newer, icon, made.newer_version, made.newer, small=False
            )
            make_msi(made.folder, icon, made.version, made.first)
            next_one.result()
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
        str(PYTHON / "python.exe"), wine.windows_path(HERE / "pyinstaller.py"),
        "--noconfirm", "--log-level", "INFO", "--workpath", "work", "--distpath", "dist",
        wine.windows_path(FROZEN / "mel-desktop.spec"), "--", wine.windows_path(assets),
        more={
            **frozen.REPEATABLE, "SOURCE_DATE_EPOCH": str(EPOCH),
            "PYTHONPATH": wine.windows_path(ROOT),
            "PYTHONPYCACHEPREFIX": wine.windows_path(CACHE / "bytecode"),
        },
        cwd=base, patience_s=1800,
    )  # fmt: skip
    (CACHE / "pyinstaller.log").write_text(ran.said, encoding="utf-8")  # with milliseconds
    if ran.code or not (folder / wxs.WINDOWED).is_file():
        raise wine.WineTrouble(f"PyInstaller failed ({ran.code}):\n{ran.said[-3000:]}")
    # its size is told at the end, beside that of the MSI
    problems = contents.problems(folder, platform="win32")
    if found := [one for one in problems if not one.startswith("too large")]:
        raise wine.WineTrouble("the frozen program:\n" + "\n".join(found))


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
    """The exit code: 0 when everything was made and worked, and nothing grew."""
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
    notes = ["not on Windows: UAC, group policies, WAPT, SmartScreen, printing (checklist.md)"]
    checks: list[Check] = []
    try:
        windows = chain.prepare()
        folder = chain.freeze(windows)
        made = chain.package(folder)
        with ThreadPoolExecutor(1) as pool:
            told = pool.submit(tell, folder)
            if not chosen.build_only:
                checks, more = _exercise(chain, windows, made)
                notes += more
            later = told.result()
    except TROUBLE as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    return _report(chain, made, checks, later, notes)


def tell(folder: Path) -> list[Check]:
    """Whether every licence is allowed and every binary known; the bill beside the MSI."""
    bundle = ("--bundle", str(folder))
    asked = {
        "every licence allowed, and all texts there": ("licences", "--check"),
        "every binary known": ("licences", *bundle, "--system", "windows"),
        "a bill of materials": ("sbom", "--for", "msi", *bundle, "--out", str(OUT)),
    }
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
    found: list[Check] = []
    for what, words in asked.items():
        command = [sys.executable, str(ROOT / "packaging" / "dev.py"), *words]
        ran = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        ok = ran.returncode == 0
        found.append((what, ok, "" if ok else (ran.stderr or ran.stdout).strip()[-2000:]))
    return found


def _exercise(
    chain: Chain, windows: wine.Wine, made: exercise.Installers
) -> tuple[list[Check], list[str]]:
    print(f"installed under {wine.version()}", flush=True)
    began = time.monotonic()
    scratch = CACHE / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    interpreter = exercise.Python(PYTHON / "python.exe", wine.windows_path(ROOT))
    course = exercise.Exercise(windows, made, interpreter, scratch)
    course.run()
    chain.stages.append(("exercise", time.monotonic() - began, False))
    return course.checks, course.notes


def _report(
    chain: Chain,
    made: exercise.Installers,
    checks: Sequence[Check],
    later: Sequence[Check],
    notes: Sequence[str],
) -> int:
    """Print and write it; the exit code. ``later``: checks that were not printed yet."""
    size, bound = contents.size(made.folder), contents.MOST_BYTES["win32"]
    grown = (f"at most {bound / 1e6:.1f} MB installed", size <= bound, f"{size / 1e6:.1f} MB")
    later = [*later, grown]
    every = [*checks, *later]
    took = time.monotonic() - chain.started
    goals = report.goals(msi=made.first, installed=size, seconds=took)
    OUT.mkdir(parents=True, exist_ok=True)
    facts = {
        "wine": wine.version(), "version": made.version,
        "files": sum(one.is_file() for one in made.folder.rglob("*")),
    }  # fmt: skip
    report.write(
        OUT / "report.json", facts=facts, stages=chain.stages, checks=every, found=goals,
        notes=notes,
    )  # fmt: skip
    for text in (*map(report.line, later), *report.ending(every, goals, notes)):
        print(text)
    return 0 if all(ok for _, ok, _ in every) else 1


if __name__ == "__main__":
    sys.exit(main())
