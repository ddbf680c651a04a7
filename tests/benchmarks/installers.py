"""``python -m tests.benchmarks.installers``: how large what IT installs is.

Reads what ``dev.py deb`` and ``dev.py windows`` left in build/; makes nothing itself.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mel_desktop import __version__
from tests.benchmarks import figures
from tests.benchmarks.figures import Figure, joined
from tests.benchmarks.goals import target
from tests.benchmarks.machine import ROOT

SCENARIO: Final = "sizes"
PEER: Final = "Thunderbird"
_KIB: Final = 1024


def main(arguments: Sequence[str]) -> int:
    """0 when every goal that could be measured is kept."""
    parser = argparse.ArgumentParser(prog="dev.py bench all --only installers", description=__doc__)
    parser.add_argument("--build", type=Path, default=ROOT / "build", metavar="DIR")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as a list")
    options = parser.parse_args(arguments)
    found = measured(options.build)
    figures.write(options.json, found)
    for one in found:
        value = "not built in this run" if one.value is None else f"{one.value:.1f} {one.unit}"
        print(f"{one.name:<20}{value:>24}  {one.goal}")
    return 0 if all(one.kept for one in found if one.limit is not None and one.value) else 1


def measured(build: Path) -> list[Figure]:
    """Each installer; without a value where it is not there."""
    deb, msi = newest(build, "mel-desktop*.deb"), newest(build, "mel*.msi")
    beside_fetch, beside_installed = thunderbird()
    sizes = {
        ".deb, to fetch": (_megabytes(deb), beside_fetch),
        ".deb, installed": (deb_installed(deb), beside_installed),
        "MSI, to fetch": (_megabytes(msi), {}),
        "MSI, installed": (msi_installed(msi), {}),
    }
    promised = [
        target("installers", SCENARIO, what, sizes[what][0])
        for what in (".deb, to fetch", "MSI, to fetch", "MSI, installed")
    ]
    compared = [Figure(SCENARIO, what, got, "MB", peer) for what, (got, peer) in sizes.items()]
    return joined("installers", promised, compared)


def newest(build: Path, pattern: str) -> Path | None:
    """The file that was made last, wherever below; of this version if there is one. Not an empty
    one: that is being written.

    A longer name is one that was made of it for somebody.
    """
    if not build.is_dir():
        return None
    wanted = pattern.casefold()
    found = [
        path
        for path in build.rglob("*")
        if path.is_file() and path.stat().st_size and Path(path.name.casefold()).match(wanted)
    ]
    ours = [path for path in found if __version__ in path.name]
    ranked = [(-len(path.name), path.stat().st_mtime, path) for path in ours or found]
    return max(ranked)[2] if ranked else None


def deb_installed(deb: Path | None) -> float | None:
    """MB, as the package itself says."""
    if deb is None or shutil.which("dpkg-deb") is None:
        return None
    said = _said("dpkg-deb", "-f", str(deb), "Installed-Size")
    return int(said) * _KIB / 1e6 if said.isdecimal() else None


def msi_installed(msi: Path | None) -> float | None:
    """MB, by its table of files (tab-separated; after three lines of heads FileSize is the 4th)."""
    if msi is None or shutil.which("msiinfo") is None:
        return None
    rows = [line.split("\t") for line in _said("msiinfo", "export", str(msi), "File").splitlines()]
    sizes = [int(row[3]) for row in rows[3:] if len(row) > 3 and row[3].isdecimal()]
    return sum(sizes) / 1e6 if sizes else None


def thunderbird() -> tuple[dict[str, float], dict[str, float]]:
    """To fetch and installed, of the Debian package; nothing where apt does not know it."""
    if shutil.which("apt-cache") is None:
        return {}, {}
    fields: dict[str, str] = {}
    for line in _said("apt-cache", "show", "--no-all-versions", "thunderbird").splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name, value.strip())
    fetched, installed = fields.get("Size", ""), fields.get("Installed-Size", "")
    return (
        {PEER: int(fetched) / 1e6} if fetched.isdecimal() else {},
        {PEER: int(installed) * _KIB / 1e6} if installed.isdecimal() else {},
    )


def _megabytes(path: Path | None) -> float | None:
    return None if path is None else path.stat().st_size / 1e6


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip("\n") if done.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
