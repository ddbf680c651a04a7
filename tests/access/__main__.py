"""``python -m tests.access``: what ``packaging/dev.py access`` runs.

Every screen of every gallery, asked through AT-SPI and gone through by Tab; contrast of every
theme. Writes the accessibility statement from what was found, and what was found into asked.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from mel_desktop.ui import theme
from tests.access import statement
from tests.access.contrast import contrast, pairs
from tests.access.looking import Seen, looking, scenes
from tests.benchmarks.sync.clients import REPOSITORY

RECORD: Final = Path(__file__).parent / "asked.json"
# The judge's own trial; and the screens before the vault is open: no window shows them. The
# statement says so.
NOT_ASKED: Final = ("careless_gallery", "first_gallery")
SUPPORT: Final = REPOSITORY / "tests" / "support"


def main(arguments: Sequence[str]) -> int:
    """0 when nothing was found that a person would stumble over."""
    parser = argparse.ArgumentParser(prog="dev.py access", description=__doc__)
    parser.add_argument(
        "--gallery", action="append", default=[], metavar="NAME",
        help="ask this one anew; the others stay as they are in the record",
    )  # fmt: skip
    parser.add_argument("--look", default="fr-light")
    parser.add_argument("--jobs", type=int, default=2, help="galleries side by side")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "build" / "access.json")
    parser.add_argument("--docs", type=Path, default=REPOSITORY / "resources" / "docs")
    parser.add_argument("--record", type=Path, default=RECORD)
    options = parser.parse_args(arguments)
    asked = options.gallery or galleries()
    with ThreadPoolExecutor(options.jobs) as pool:  # each has a screen and buses of its own
        by_gallery = dict(
            zip(asked, pool.map(lambda x: _look(x, options.look), asked), strict=True)
        )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    screens = {name: [asdict(one) for one in seen] for name, seen in by_gallery.items()}
    options.out.write_text(json.dumps(screens, ensure_ascii=False, indent=1), encoding="utf-8")
    for seen in by_gallery.values():
        for one in seen:
            for fault in one.faults:
                print(f"{one.screen}: {fault}")
    there = galleries()
    kept = {name: row for name, row in read(options.record).items() if name in there}
    kept |= {name: _row(seen) for name, seen in by_gallery.items()}
    options.record.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    found = _found(kept)
    print(
        f"{found.screens} screens, {found.controls} controls,"
        f" {found.stops} stops of the focus, {found.faults} faults"
    )
    for name, text in statement.texts(found).items():
        (options.docs / name).write_text(text, encoding="utf-8")
    return 1 if any(one.faults for seen in by_gallery.values() for one in seen) else 0


def read(record: Path) -> dict[str, dict[str, Any]]:
    """What was found last, by gallery: date, screens, controls, stops, faults."""
    if not record.is_file():
        return {}
    found: dict[str, dict[str, Any]] = json.loads(record.read_text(encoding="utf-8"))
    return found


def _row(seen: Sequence[Seen]) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "screens": len(seen),
        "controls": sum(one.acting for one in seen),
        "stops": sum(len(one.stops) for one in seen),
        "faults": sum(len(one.faults) for one in seen),
    }


def _found(record: Mapping[str, Mapping[str, Any]]) -> statement.Found:
    def total(what: str) -> int:
        return sum(int(row[what]) for row in record.values())

    return statement.Found(
        min(date.fromisoformat(row["date"]) for row in record.values()),
        total("screens"), total("controls"), total("stops"), total("faults"),
        {name: _least(tones) for name, tones in _themes().items()},
    )  # fmt: skip


def galleries() -> tuple[str, ...]:
    """The modules of tests.support that show screens."""
    found = sorted(path.stem for path in SUPPORT.glob("*_gallery.py"))
    return tuple(one for one in found if one not in NOT_ASKED)


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
