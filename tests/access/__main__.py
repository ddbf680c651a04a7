"""``python -m tests.access``: what ``packaging/dev.py access`` runs.

Every screen of every gallery, asked through AT-SPI and gone through by Tab; contrast of every
theme. Writes the accessibility statement from what was found.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mel_desktop.ui import theme
from tests.access import statement
from tests.access.contrast import contrast, pairs
from tests.access.looking import Seen, looking, scenes
from tests.benchmarks.sync.clients import REPOSITORY

SUPPORT: Final = REPOSITORY / "tests" / "support"


def main(arguments: Sequence[str]) -> int:
    """0 when nothing was found that a person would stumble over."""
    parser = argparse.ArgumentParser(prog="dev.py access", description=__doc__)
    parser.add_argument("--gallery", action="append", default=[], metavar="NAME")
    parser.add_argument("--look", default="fr-light")
    parser.add_argument("--jobs", type=int, default=2, help="galleries side by side")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "build" / "access.json")
    parser.add_argument("--docs", type=Path, default=REPOSITORY / "resources" / "docs")
    options = parser.parse_args(arguments)
    galleries = options.gallery or sorted(
        path.stem for path in SUPPORT.glob("*_gallery.py") if path.stem != "careless_gallery"
    )
    with ThreadPoolExecutor(options.jobs) as pool:  # each has a screen and buses of its own
        found_by_gallery = pool.map(lambda one: _look(one, options.look), galleries)
        seen = [one for found in found_by_gallery for one in found]
    least = {name: _least(tones) for name, tones in _themes().items()}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(
        json.dumps(
            {
                "date": datetime.now(UTC).isoformat(timespec="seconds"),
                "screens": [asdict(one) for one in seen],
                "contrast": least,
            },
            ensure_ascii=False, indent=1,
        )
    )  # fmt: skip
    faults = [(one.screen, fault) for one in seen for fault in one.faults]
    for screen, fault in faults:
        print(f"{screen}: {fault}")
    print(
        f"{len(seen)} screens, {sum(one.acting for one in seen)} controls,"
        f" {sum(len(one.stops) for one in seen)} stops of the focus, {len(faults)} faults"
    )
    if not options.gallery:
        found = statement.Found(
            datetime.now(UTC).date(), len(seen), sum(one.acting for one in seen),
            sum(len(one.stops) for one in seen), len(faults), least,
        )  # fmt: skip
        for name, text in statement.texts(found).items():
            (options.docs / name).write_text(text)
    return 1 if faults else 0


def _look(gallery: str, look: str) -> list[Seen]:
    seen: list[Seen] = []
    with tempfile.TemporaryDirectory() as folder, looking(Path(folder), look) as program:
        for scene in scenes(gallery):
            found = program.look(gallery, scene)
            print("  ", gallery, scene, *found.faults, sep=" | ", file=sys.stderr, flush=True)
            seen.append(found)
    return seen


def _themes() -> dict[str, theme.Tones]:
    found = {
        name.removesuffix("_TONES").lower().replace("_", " "): value
        for name, value in vars(theme).items()
        if name.endswith("_TONES") and isinstance(value, theme.Tones)
    }
    return dict(sorted(found.items()))


def _least(tones: theme.Tones) -> float:
    """The lowest contrast of a text."""
    return min(contrast(ink, ground) for ink, ground, least in pairs(tones) if least > 4)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
