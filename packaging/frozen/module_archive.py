"""Writes the archive of modules that shared_modules.py reads in the frozen program.

A frame holds many modules, so that they share what they have in common: those of the start first,
in the order of start-modules.txt, then the others by name. That file only makes the start fast: a
name in it that is no longer there does no harm, one that is missing costs a frame more.
``python3 packaging/frozen/module_archive.py`` writes it anew, with the window of an empty profile.
"""

from __future__ import annotations

import json
import marshal
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import docstrings
from shared_modules import END, MAGIC, MODULE, NAMESPACE, PACKAGE

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
ORDER: Final = HERE / "start-modules.txt"
FRAME: Final = 256 * 1024
LEVEL: Final = 19
_HEAD: Final = 16  # octets of a .pyc before the code (PEP 552)
_FIRST: Final = "mel_desktop.__main__", "mel_desktop.cli.context", "mel_desktop.cli.output"
_CHILD: Final = (
    "import importlib, runpy, sys; [importlib.import_module(one) for one in sys.argv[3:]];"
    " runpy.run_module('tests.support.idle_child', run_name='__main__')"
)


def start_order() -> list[str]:
    """Modules of the start, as they are wanted."""
    return ORDER.read_text(encoding="utf-8").split()


def pack(pyz: Path, into: Path, *, pressed: bool) -> None:
    """What PyInstaller collected in ``pyz``, as our archive. The same modules, the same octets."""
    # only in the environment of a build
    theirs = import_module("PyInstaller.loader.pyimod01_archive")
    reader = theirs.ZlibArchiveReader(str(pyz), start_offset=0, check_pymagic=True)
    modules = {name: (row[0], reader.extract(name, raw=True)) for name, row in reader.toc.items()}
    write(modules, into, start_order(), theirs.PYTHON_MAGIC_NUMBER, pressed=pressed)


def write(
    modules: Mapping[str, tuple[int, bytes | None]],
    into: Path,
    order: Iterable[str],
    python: bytes,
    *,
    pressed: bool,
) -> None:
    """``modules``: kind and marshalled code by name. ValueError for a kind that nobody knows."""
    if unknown := {kind for kind, _ in modules.values()} - {MODULE, PACKAGE, NAMESPACE}:
        raise ValueError(f"modules of an unknown kind: {sorted(unknown)}")
    from zstandard import ZstdCompressor  # noqa: PLC0415

    press = ZstdCompressor(level=LEVEL, write_checksum=True).compress if pressed else bytes
    first = [name for name in dict.fromkeys(order) if name in modules]
    toc: dict[str, tuple[int, int, int, int]] = {}
    frames: list[tuple[int, int, int]] = []
    with into.open("wb") as file:
        file.write(MAGIC + python)
        for group in (first, sorted(modules.keys() - set(first))):
            for names in _frames(group, modules):
                toc |= _rows(names, modules, len(frames))
                whole = b"".join(modules[name][1] or b"" for name in names)
                octets = press(whole)
                frames.append((file.tell(), len(octets), len(whole)))
                file.write(octets)
        whole = marshal.dumps((dict(sorted(toc.items())), tuple(frames)))
        octets = press(whole)
        file.write(octets + END.pack(file.tell(), len(octets), len(whole)))


def _frames(
    names: Sequence[str], modules: Mapping[str, tuple[int, bytes | None]]
) -> list[list[str]]:
    found: list[list[str]] = []
    room = 0
    for name in names:
        length = len(modules[name][1] or b"")
        if not found or length > room:
            found.append([])
            room = max(FRAME, length)  # a large one stands alone
        found[-1].append(name)
        room -= length
    return found


def _rows(
    names: Iterable[str], modules: Mapping[str, tuple[int, bytes | None]], frame: int
) -> dict[str, tuple[int, int, int, int]]:
    rows, at = {}, 0
    for name in names:
        kind, octets = modules[name]
        length = len(octets or b"")
        rows[name] = kind, frame, at, length
        at += length
    return rows


def base(theirs: Path, into: Path, library: Path, *, pressed: bool) -> None:
    """PyInstaller's zip of what its own start imports, compiled anew without docstrings.

    ``library``: where the sources of Python lie. Names, and what stands before the code, stay.
    """
    method = ZIP_DEFLATED if pressed else ZIP_STORED
    with ZipFile(theirs) as old, ZipFile(into, "w", method, compresslevel=9) as new:
        for row in sorted(old.infolist(), key=lambda row: row.filename):
            octets = old.read(row)
            source = library / Path(row.filename).with_suffix(".py")
            if row.filename.endswith(".pyc") and source.is_file():
                name = marshal.loads(octets[_HEAD:]).co_filename
                bare = docstrings.code(Path(name), source.read_bytes())
                octets = octets[:_HEAD] + marshal.dumps(bare)
            new.writestr(ZipInfo(row.filename, row.date_time), octets, method)


def record() -> list[str]:
    """The modules of a window of an empty profile at rest, in the order of their import."""
    sys.path.insert(0, str(ROOT))
    from mel_desktop.app import wiring  # noqa: PLC0415
    from mel_desktop.model.accounts import Secret  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="mel-start-") as folder:
        profile, passphrase = Path(folder) / "profile", "nobody's"
        wiring.create_profile(
            profile, passphrase=Secret(passphrase), use_keyring=False, offline=True
        ).close()
        env = {**os.environ, "HOME": folder, "PYTHONPATH": str(ROOT)}
        env["QT_QPA_PLATFORM"] = "offscreen"
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, str(profile), passphrase, *_FIRST],
            env=env, cwd=ROOT, check=True, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
    loaded: list[str] = json.loads(done.stdout.splitlines()[-1])["modules"]
    none_of_ours = {"__main__", "_distutils_hack", "runpy", "tests", *sys.builtin_module_names}
    return [one for one in loaded if one.partition(".")[0] not in none_of_ours]


def main() -> int:
    """Write the order anew."""
    names = record()
    ORDER.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    print(f"{ORDER.relative_to(ROOT)}: {len(names)} modules")
    return 0


if __name__ == "__main__":
    sys.exit(main())
