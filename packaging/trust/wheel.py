"""Wheel and sdist: built twice, compared octet by octet, installed and used outside the sources.

    python3 packaging/dev.py wheel [--out DIR]      build/dist unless told otherwise

hatchling comes from packaging/locks/release.txt by hash. The sdist holds all tracked files that the
suite needs (tests, packaging): ``python3 packaging/dev.py test`` runs in it, and it builds the same
wheel. Standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import environment

from trust.release import ROOT, ReleaseTrouble, changed, copy_sources, source_date_epoch, tracked

NAME = "mel_desktop"
# Of the sources, only what git itself and the CI on one machine need stays out of the sdist.
LEFT_OUT = (".ci/",)
# Steps of the headless visit that is made with the installed wheel.
_VISIT = ("-m", "mel_desktop", "--json", "demo", "--headless")


def main(arguments: Sequence[str]) -> int:
    """``dev.py wheel``; its exit code."""
    parser = argparse.ArgumentParser(prog="packaging/dev.py wheel", description="wheel and sdist")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "dist", metavar="DIR")
    chosen = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="mel-wheel-") as folder:
            made = build_checked(Path(folder))
            for said in check_installed(Path(folder), made[0]):
                print(said, flush=True)
            chosen.out.mkdir(parents=True, exist_ok=True)
            for file in made:
                shutil.copy(file, chosen.out)
                digest = hashlib.sha256(file.read_bytes()).hexdigest()
                print(f"{digest}  {chosen.out / file.name} ({file.stat().st_size:,} octets)")
    except ReleaseTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


def build_checked(folder: Path, root: Path = ROOT) -> tuple[Path, Path]:
    """Wheel and sdist, looked into and proved reproducible. ReleaseTrouble."""
    if dirty := changed(root):
        print(f"Not of a commit: {len(dirty)} changed files ({dirty[0]} ...)", flush=True)
    builder, epoch = environment.tools("release"), source_date_epoch(root)
    copy_sources(folder / "one" / "mel", root)
    copy_sources(folder / "another place" / "mel", root)
    first = build(builder, folder / "one" / "mel", folder / "first", epoch)
    again = build(builder, folder / "another place" / "mel", folder / "again", epoch, umask=0o077)
    compare(first, again, "built again elsewhere")
    wheel, sdist = first
    check_wheel(wheel, tracked(root))
    check_sdist(sdist, tracked(root))
    with tarfile.open(sdist) as archive:
        if hasattr(tarfile, "data_filter"):  # Debian 12's Python is older; the file is our own
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(folder / "unpacked")
    unpacked = next((folder / "unpacked").iterdir())
    of_sdist = build(builder, unpacked, folder / "of-sdist", epoch, targets=("wheel",))
    compare(first[:1], of_sdist, "built from the sdist")
    print("reproducible: built twice, and the wheel from the sdist: the same octets", flush=True)
    return wheel, sdist


def build(
    builder: Path,
    source: Path,
    out: Path,
    epoch: int,
    *,
    targets: Sequence[str] = ("wheel", "sdist"),
    umask: int = 0o022,
) -> tuple[Path, ...]:
    """What hatchling makes of ``source``, in the order of ``targets``. ReleaseTrouble."""
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    words = [word for target in targets for word in ("-t", target)]
    done = subprocess.run(
        [str(builder), "-m", "hatchling", "build", "-d", str(out), *words],
        cwd=source,
        env=env,
        check=False,
        stdout=subprocess.DEVNULL,
        umask=umask if os.name == "posix" else -1,
    )
    if done.returncode != 0:
        raise ReleaseTrouble(f"hatchling ended with {done.returncode}: see above")
    endings = {"wheel": "*.whl", "sdist": "*.tar.gz"}
    return tuple(next(out.glob(endings[target])) for target in targets)


def compare(ones: Sequence[Path], others: Sequence[Path], how: str) -> None:
    """ReleaseTrouble unless name and octets are equal."""
    for one, other in zip(ones, others, strict=True):
        if one.name != other.name or one.read_bytes() != other.read_bytes():
            raise ReleaseTrouble(f"{one.name} differs when it is {how}")


def check_wheel(wheel: Path, sources: Sequence[str]) -> None:
    """Every module and every resource is in it, and nothing else. ReleaseTrouble."""
    wanted = {one for one in sources if one.startswith(f"{NAME}/")}
    wanted |= {
        f"{NAME}/_resources/{one.removeprefix('resources/')}"
        for one in sources
        if one.startswith("resources/")
    }
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    metadata = {one for one in held if one.partition("/")[0].endswith(".dist-info")}
    _same(wheel.name, wanted, held - metadata)
    if not any(one.endswith("/licenses/LICENSE") for one in metadata):
        raise ReleaseTrouble(f"{wheel.name}: no licence in it")


def check_sdist(sdist: Path, sources: Sequence[str]) -> None:
    """Every source is in it, and nothing else. ReleaseTrouble."""
    wanted = {one for one in sources if not one.startswith(LEFT_OUT)} | {"PKG-INFO"}
    with tarfile.open(sdist) as archive:
        held = {one.name.partition("/")[2] for one in archive.getmembers() if one.isfile()}
    _same(sdist.name, wanted, held)


def _same(name: str, wanted: set[str], held: set[str]) -> None:
    for what, differing in (("missing in", wanted - held), ("not wanted in", held - wanted)):
        if differing:
            some = ", ".join(sorted(differing)[:5])
            raise ReleaseTrouble(f"{len(differing)} files {what} {name}: {some}")


# -- Installed ------------------------------------------------------------------------------------


def check_installed(folder: Path, wheel: Path) -> list[str]:
    """Install into an empty environment by hash, and use it where no sources are near."""
    interpreter = environment.empty(folder / "venv")
    environment.fill(interpreter, environment.LOCKS / "runtime.txt")
    named = folder / "wheel.txt"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    named.write_text(f"{NAME} @ {wheel.as_uri()} --hash=sha256:{digest}\n")
    environment.fill(interpreter, named, "--no-index")
    _run(folder, interpreter, "-m", "pip", "--disable-pip-version-check", "check")
    told = _run(folder, interpreter.with_name("mel-desktop"), "--version").strip()
    at = _run(folder, interpreter, "-c", "import mel_desktop as m; print(m.__file__)").strip()
    if (folder / "venv").resolve() not in Path(at).resolve().parents:
        raise ReleaseTrouble(f"what ran was not the wheel: {at}")
    visit = json.loads(_run(folder, interpreter, *_VISIT, QT_QPA_PLATFORM="offscreen"))
    return [
        f"installed by hash, outside the sources: {told}",
        f"headless demo from the wheel: {len(visit['steps'])} steps in {visit['seconds']} s",
    ]


def _run(folder: Path, program: Path, *words: str, **more: str) -> str:
    """What it prints, in an empty folder, with a home of its own. ReleaseTrouble."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env |= {"HOME": str(home), "XDG_STATE_HOME": str(home), "PYTHONUTF8": "1", **more}
    done = subprocess.run(
        [str(program), *words], cwd=home, env=env, check=False, capture_output=True,
        encoding="utf-8", stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-10:])
        raise ReleaseTrouble(f"{program.name} {' '.join(words)}: exit {done.returncode}\n{said}")
    return done.stdout
