"""``python -m tests.support.all_galleries [FOLDER]``: what ``packaging/dev.py gallery`` runs.

Every screen of every gallery, and a sheet of each gallery in each look. To be looked at by people.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.benchmarks.sync.clients import REPOSITORY


def main() -> int:
    """Each gallery in processes of its own; 1 when one of them broke off."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "build" / "gallery"
    broken = []
    for path in sorted(Path(__file__).parent.glob("*_gallery.py")):
        if path.stem == "careless_gallery":
            continue
        command = [sys.executable, "-m", f"tests.support.{path.stem}", str(folder / path.stem)]
        if subprocess.run(command, cwd=REPOSITORY, check=False).returncode:
            broken.append(path.stem)
    for one in broken:
        print(f"{one}: broke off", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
