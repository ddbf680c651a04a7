"""``python -m tests.benchmarks.directory``: what ``packaging/dev.py bench directory`` runs.

100,000 generated persons and 70,000 schools are read in, then found letter by letter; a school's
AAF export, and an LDAP server of 50,000 entries beside ldapsearch in this one run. Times of keys
are CPU of the thread that types; imports and LDAP by the wall.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import random
import shutil
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mel_desktop.model.people import DirectoryEntry
from mel_desktop.services.directory import Directory
from mel_desktop.store.database import Database
from mel_desktop.system.clock import SystemClock
from tests.benchmarks import figures, goals, scenarios
from tests.benchmarks.directory import annuaire
from tests.benchmarks.directory.people import persons, schools, with_one_typo
from tests.benchmarks.figures import Figure, joined
from tests.benchmarks.goals import Target
from tests.benchmarks.sync.clients import REPOSITORY
from tests.benchmarks.sync.results import machine

SCENARIOS: Final = ("annuaire", "persons", "typing", "aaf", "ldap")


class NotHere(Exception):
    """Something that a scenario needs is not there: it is told, and nothing is promised."""


def main(arguments: Sequence[str]) -> int:
    """Run; 0 when every target that was measured is kept."""
    parser = argparse.ArgumentParser(prog="dev.py bench directory", description=__doc__)
    parser.add_argument("--only", action="append", choices=SCENARIOS, default=[])
    parser.add_argument("--people", type=int, default=100_000, metavar="N")
    parser.add_argument("--schools", type=int, default=70_000, metavar="N")
    parser.add_argument("--sessions", type=int, default=300, metavar="N", help="names typed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=REPOSITORY / "build" / "bench-directory.json")
    parser.add_argument(
        "--entries", type=int, default=50_000, metavar="N", help="of the LDAP server"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as a list")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="mel-bench-directory-"))
    bench = Bench(options, folder)
    scenarios.end_well()
    try:
        for name in SCENARIOS:
            needed = name in ("annuaire", "persons") and "typing" in options.only
            if not options.only or name in options.only or needed:
                print(f"{name} ...", file=sys.stderr, flush=True)
                bench.attempt(name)
    finally:
        figures.write(options.json, bench.figures())  # before what may fail
        bench.save(options.out)
        print(bench.markdown())
        bench.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if all(one.kept for one in bench.targets) else 1


class _Book:
    format_name = "csv"
    attribution = ""
    is_delta = False

    def __init__(self, entries: Sequence[DirectoryEntry]) -> None:
        self._entries = entries

    def __iter__(self) -> Iterator[DirectoryEntry]:
        return iter(self._entries)


class Bench:
    """One invocation; one store for all but LDAP."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self._options = options
        self._folder = folder
        self._database = Database(folder / "store.db", bytes(range(32)))
        self._directory = Directory(self._database, None, SystemClock(), lambda: True)  # type: ignore[arg-type]
        self.targets: list[Target] = []
        self.notes: list[str] = []
        self.told: dict[str, Any] = {}

    def close(self) -> None:
        """Let go of the store."""
        self._database.close()

    def note(self, line: str) -> None:
        """One line above the targets, and at once for whoever waits."""
        self.notes.append(line)
        print(f"  {line}", file=sys.stderr, flush=True)

    def attempt(self, name: str) -> None:
        """Run one; what it needs and what broke are told."""

        def run() -> None:
            try:
                getattr(self, f"run_{name}")()
            except NotHere as why:
                scenarios.left_out(name, str(why))
                self.notes.append(f"{name}: left out, {why}")

        if scenarios.attempt(name, run):
            self.targets.append(goals.unmeasured(name))

    # -- scenarios ---------------------------------------------------------------------------------

    def run_annuaire(self) -> None:
        """The open data, from a file as it is downloaded."""
        path = self._folder / "annuaire.csv"
        octets = annuaire.write(path, schools(self._options.seed, self._options.schools))
        took, (report,) = _timed(lambda: self._directory.import_files([path]))
        self.note(
            f"annuaire: {report.schools} schools, {octets / 1e6:.0f} MB in {took['wall_s']:.1f} s"
        )
        self.told["annuaire"] = took | {"schools": report.schools, "octets": octets}
        self._promise("annuaire", "annuaire of schools read in", took["wall_s"])

    def run_persons(self) -> None:
        """Entries as any reader gives them."""
        entries = list(persons(self._options.seed, self._options.people))
        took, report = _timed(
            lambda: self._directory.import_reader(_Book(entries), name="persons", url="")
        )
        rate = len(entries) / took["wall_s"]
        self.note(f"persons: {report.persons} in {took['wall_s']:.1f} s, {rate:.0f} a second")
        took_again, _ = _timed(
            lambda: self._directory.import_reader(_Book(entries), name="persons", url="")
        )
        self.note(f"persons once more, unchanged: {took_again['wall_s']:.1f} s")
        self.told["persons"] = took | {"rows_a_second": rate, "again": took_again}

    def run_typing(self) -> None:
        """Names letter by letter, half of them with one wrong key."""
        self._directory = Directory(self._database, None, SystemClock(), lambda: True)  # type: ignore[arg-type]
        took, _ = _timed(self._directory.warm)
        self.note(f"words of the directory made ready in {took['cpu_s']:.2f} s of CPU")
        dice = random.Random(self._options.seed)
        people = list(persons(self._options.seed, self._options.people))
        chosen = dice.sample(people, min(self._options.sessions, len(people)))
        del people
        gc.collect()
        gc.freeze()
        for way, ask in (("completion", self._complete), ("search", self._search)):
            told = _typed(dice, chosen, ask, way)
            self.told[way] = told
            self._promise(way, "a key, p95", told["p95"])
            self._promise(way, "a key, p99", told["p99"])
            self._promise(way, "one wrong key, in the first 8", told["recall"])
            self.note(
                f"{way}: {told['keys']} keys, p50 {told['p50']:.2f} ms, most {told['most']:.1f} ms;"
                f" typed right, in the first 8: {told['exact']:.1f} %"
            )

        self._promise("typing", "memory kept between keys", self._memory(chosen))

    def _memory(self, chosen: Sequence[DirectoryEntry]) -> float:
        """MB that one more search service holds after 100 names were typed."""
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        self._directory = Directory(self._database, None, SystemClock(), lambda: True)  # type: ignore[arg-type]
        self._directory.warm()
        for one in chosen[:100]:
            for end in range(2, len(one.name) + 1, 2):
                self._search(one.name[:end])
        gc.collect()
        kept = (tracemalloc.get_traced_memory()[0] - before) / 1e6
        tracemalloc.stop()
        return kept

    def run_aaf(self) -> None:
        """A school of 1,500 pupils and their families."""
        try:
            made = importlib.import_module("tests.support.aaf_school")
        except ModuleNotFoundError:
            raise NotHere("there is no reader of AAF yet") from None
        path = self._folder / "ENT2D.20261101.zip"
        path.write_bytes(made.packed(made.full(made.invent(1, 1_500), padding=25), "zip"))
        took, reports = _timed(lambda: self._directory.import_files([path]))
        count = sum(one.persons for one in reports)
        self.note(f"AAF: {count} persons, {path.stat().st_size / 1e6:.1f} MB zip")
        self.told["aaf"] = took | {"persons": count}
        self._promise("aaf", "1,500 pupils with families", took["wall_s"])

    def run_ldap(self) -> None:
        """A rectorat's directory, beside ldapsearch."""
        if shutil.which("ldapsearch") is None or not Path("/usr/sbin/slapd").exists():
            raise NotHere("slapd and ldap-utils are not installed")
        try:
            beside = importlib.import_module("tests.benchmarks.directory.ldap")
        except ImportError as missing:
            raise NotHere(f"the incremental reader is not there yet ({missing.name})") from None
        told: dict[str, float] = beside.measured(self._folder, self._options.entries)
        self.told["ldap"] = told
        self.note(
            f"LDAP: ldapsearch {told['peer_s']:.2f} s, ours {told['read_s']:.2f} s;"
            f" 100 changes: {told['part_octets']:.0f} of {told['whole_octets']:.0f} octets"
        )
        self._promise("ldap", "a whole directory / ldapsearch", told["read_s"] / told["peer_s"])
        share = 100 * told["part_octets"] / told["whole_octets"]
        self._promise("ldap", "100 changes, octets / full copy", share)

    # -- inside ------------------------------------------------------------------------------------

    def _complete(self, typed: str) -> list[str]:
        return [hit.entry.key for hit in self._directory.complete(typed).hits]

    def _search(self, typed: str) -> list[str]:
        return [hit.entry.key for hit in self._directory.search(typed).hits[:8]]

    def _promise(self, scenario: str, what: str, got: float | None) -> None:
        self.targets.append(goals.target("directory", scenario, what, got))

    # -- out ---------------------------------------------------------------------------------------

    def markdown(self) -> str:
        """Machine and date, notes, then one row for each promise."""
        found = machine()
        return "\n".join(
            [
                f"{datetime.now(UTC):%Y-%m-%d}, {found['system']}, Python {found['python']},"
                f" {found['cpus']} CPUs, load {found['load']}",
                "",
                *(f"- {line}" for line in self.notes),
                "",
                "| scenario | target | got | limit | |",
                "|---|---|---|---|---|",
                *map(_row, self.targets),
            ]
        )

    def figures(self) -> list[Figure]:
        """Every goal, and what ldapsearch took."""
        compared = []
        if "persons" in self.told:
            rate = self.told["persons"]["rows_a_second"]
            compared.append(Figure("persons", "persons read in a second", rate, "1/s"))
        for way in ("completion", "search"):
            if way in self.told:
                told = self.told[way]
                compared.append(Figure(way, "a key, median", told["p50"], "ms"))
                compared.append(Figure(way, "typed right, in the first 8", told["exact"], "%"))
        if "ldap" in self.told:
            told = self.told["ldap"]
            peer = {"ldapsearch": told["peer_s"]}
            compared.append(Figure("ldap", "a whole directory", told["read_s"], "s", peer))
            compared.append(Figure("ldap", "a refresh of 100 changes", told["part_s"], "s", peer))
        return joined("directory", self.targets, compared)

    def save(self, path: Path) -> None:
        """Everything as JSON, and beside it the table as Markdown."""
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "told": self.told,
            "notes": self.notes,
            "targets": [{**asdict(one), "kept": one.kept} for one in self.targets],
        }
        path.write_text(json.dumps(document, indent=1) + "\n")
        path.with_suffix(".md").write_text(self.markdown() + "\n")


def _row(one: Target) -> str:
    got = "-" if one.got is None else f"{one.got:.2f}"
    limit = f"{'>=' if one.least else '<='} {one.limit:g} {one.unit}"
    return f"| {one.scenario} | {one.what} | {got} | {limit} | {'kept' if one.kept else 'MISSED'} |"


def _timed(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}, found


def _typed(
    dice: random.Random, chosen: Sequence[DirectoryEntry], ask: Callable[[str], list[str]], way: str
) -> dict[str, float]:
    """Each name once right and once with a wrong key in a word of at least five letters."""
    took: list[float] = []
    right: list[bool] = []
    wrong: list[bool] = []
    for one in chosen:
        if way == "completion" and not one.email:
            continue
        words = one.name.split(" ")
        long = [at for at, word in enumerate(words) if len(word) >= 5]
        typos = []
        if long:
            at = dice.choice(long)
            typos = [" ".join([*words[:at], with_one_typo(dice, words[at]), *words[at + 1 :]])]
        for typed, hits in ((one.name, right), *((typo, wrong) for typo in typos)):
            found: list[str] = []
            for end in range(2, len(typed) + 1):
                began = time.thread_time()
                found = ask(typed[:end])
                took.append((time.thread_time() - began) * 1000)
            hits.append(one.key in found)
    took.sort()
    return {
        "keys": len(took),
        **{f"p{share}": took[len(took) * share // 100] for share in (50, 95, 99)},
        "most": took[-1],
        "exact": 100 * sum(right) / len(right),
        "recall": 100 * sum(wrong) / len(wrong),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
