"""``python -m tests.benchmarks.every``: what ``packaging/dev.py bench`` (or ``bench all``) runs.

Every benchmark beside its peers, one after the other, each in a process of its own; then
resources/docs/benchmarks.json, benchmarks.md and the table in the README. What is finished is kept
in .mel-test/bench-all: a run that was ended goes on where it was, as long as nothing that figures
depend on was changed (``--fresh``: all anew).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.benchmarks import machine, rendering
from tests.benchmarks.figures import Figure
from tests.benchmarks.parts import PARTS, SIZES, Kept, Part, run

CACHE: Final = machine.ROOT / ".mel-test" / "bench-all"


def main(arguments: Sequence[str]) -> int:
    """0 when everything ran and every goal that could be measured is kept."""
    options = _options(arguments)
    chosen = [one for one in PARTS if not options.only or one.name in options.only]
    state, folder = machine.state(), options.cache / options.size
    kept = {one.name: Kept.of(folder, one, options.size) for one in PARTS}
    done: list[str] = []

    def write() -> dict[str, Any]:
        usable = {
            name: found
            for name, found in kept.items()
            if found is not None and (name in done or (state and found.state == state))
        }
        told = document(options.size, usable, absent=options.absent)
        if not usable:
            print("nothing of these sources is kept: nothing is written", file=sys.stderr)
            return told
        save(told, options.docs, options.readme)
        return told

    for part in () if options.render else chosen:
        before = kept[part.name]
        if before is not None and before.is_sound(state) and not (options.fresh or part.is_quick):
            print(f"{part.name}: kept from {before.date}", file=sys.stderr, flush=True)
            continue
        print(f"{part.name} ...", file=sys.stderr, flush=True)
        kept[part.name] = run(part, options.size, folder)
        done.append(part.name)
        write()  # a run that is ended, or broken, leaves what it found
    told = write()
    print(rendering.summary(told))
    return 0 if rendering.is_content(told, [one.name for one in chosen]) else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    names = [one.name for one in PARTS]
    root = machine.ROOT
    parser = argparse.ArgumentParser(prog="dev.py bench all", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small", help="full: an hour or more")
    parser.add_argument("--only", action="append", choices=names, default=[])
    parser.add_argument("--fresh", action="store_true", help="measure again what is kept")
    parser.add_argument("--render", action="store_true", help="measure nothing, write what is kept")
    parser.add_argument("--absent", action="append", default=[], metavar="PACKAGE",
                        help="that could not be installed: told in the report")  # fmt: skip
    parser.add_argument("--cache", type=Path, default=CACHE, metavar="DIR")
    parser.add_argument("--docs", type=Path, default=root / "resources" / "docs", metavar="DIR")
    parser.add_argument("--readme", type=Path, default=root / "README.md", metavar="FILE")
    return parser.parse_args(arguments)


def document(size: str, found: Mapping[str, Kept], *, absent: Sequence[str] = ()) -> dict[str, Any]:
    """All that is known: these results, the machine and who took part."""
    parts = [_told(part, size, found.get(part.name)) for part in PARTS]
    return {
        "dates": sorted({one.date[:10] for one in found.values()}),
        "size": size,
        "machine": machine.facts(),
        "versions": machine.versions(one.commit for one in found.values()),
        "absent": dict.fromkeys(_missing(), "not installed")
        | dict.fromkeys(absent, "could not be installed"),
        "parts": parts,
    }


def _told(part: Part, size: str, found: Kept | None) -> dict[str, Any]:
    figures: Sequence[Figure] = () if found is None else found.figures
    trouble = "not measured in this run" if found is None else found.trouble
    return {
        "name": part.name,
        "sizes": part.told(size),
        "date": "" if found is None else found.date,
        "commit": "" if found is None else found.commit,
        "seconds": 0 if found is None else round(found.seconds),
        "load": None if found is None else found.load,
        "trouble": trouble,
        "left_out": [] if found is None else list(found.left_out),
        "figures": [one.as_json() for one in figures],
    }


def _missing() -> list[str]:
    """Debian packages of peers."""
    return [package for name, package in machine.PEERS.items() if not machine.peer_version(name)]


def save(told: Mapping[str, Any], docs: Path, readme: Path) -> None:
    """The three files, from one document."""
    docs.mkdir(parents=True, exist_ok=True)
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    (docs / "benchmarks.json").write_text(text, encoding="utf-8")
    (docs / "benchmarks.md").write_text(rendering.report(told), encoding="utf-8")
    before = readme.read_text(encoding="utf-8")
    readme.write_text(rendering.put_into(before, rendering.short(told)), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
