"""``packaging/dev.py gallery [--into FOLDER] [--look LOOK] [--scene SCENE] [NAME ...]``.

Every screen of every gallery, and a sheet of each gallery in each look. To be looked at by people.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.sync.clients import REPOSITORY
from tests.support.writing_gallery import LOOKS, OTHERS

_END = "_gallery"


def names() -> list[str]:
    """The galleries there are."""
    found = (path.stem for path in sorted(Path(__file__).parent.glob(f"*{_END}.py")))
    return [name.removesuffix(_END) for name in found if name != f"careless{_END}"]


def main() -> int:
    """Each gallery in processes of its own; 1 when one of them broke off."""
    parser = argparse.ArgumentParser(description="pictures of every screen")
    parser.add_argument("name", nargs="*", help=", ".join(names()))
    parser.add_argument("--into", type=Path, default=REPOSITORY / "build" / "gallery")
    looks = [one.name for one in (*LOOKS, *OTHERS)]
    parser.add_argument(
        "--look", action="append", default=[], choices=looks, metavar="LOOK",
        help=f"these alone, of {', '.join(looks)}",
    )  # fmt: skip
    parser.add_argument("--scene", action="append", default=[], help="these screens alone")
    given = parser.parse_args()
    if unknown := set(given.name) - set(names()):
        parser.error(f"no gallery {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    broken = []
    for name in given.name or names():
        command = [sys.executable, "-m", f"tests.support.{name}{_END}", str(given.into / name)]
        command += [*given.look, *given.scene]
        if subprocess.run(command, cwd=REPOSITORY, check=False).returncode:
            broken.append(name)
    for one in broken:
        print(f"{one}: broke off", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
