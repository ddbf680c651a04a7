"""The run of all benchmarks: what is kept and reused, and what is written of made-up results."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mel_desktop import __version__
from tests.benchmarks import every, installers, machine, parts, rendering
from tests.benchmarks.figures import Figure, of_targets
from tests.benchmarks.goals import target, unmeasured
from tests.benchmarks.parts import PARTS, Kept, Part

ROOT = Path(__file__).resolve().parents[2]
MACHINE = {"CPU": "Slow One", "Cores": "2", "Memory": "8.0 GiB", "System": "Debian 12"}
VERSIONS = {
    "Mel Desktop": "0.1.0 (abc)", "Python": "3.11.7", "mbsync": "1.4.4-5",
    "Thunderbird": "1:153.8.0esr-1~deb12u1", "notmuch": "0.37+dfsg-1+b1", "slapd": "2.5",
}  # fmt: skip
FIGURES = {
    "sync": (
        *of_targets(
            "sync",
            [
                target("sync", "delta", "bytes down", 204.4, 190.5),
                target("sync", "delta", "turns", 7, 4),
                target("sync", "mirror", "peak memory", None),
            ],
        ),
        Figure(
            "no-change", "seconds of the whole process", 3.8612, "s",
            {"floor": 3.2, "mbsync": 30.05}, "<= 0.12 x mbsync", "issue 3", 3.606, kept=False,
        ),
        Figure("newest", "seconds of CPU", 0.01234, "s", {"floor": 0.0}),
    ),
    "store": (
        *of_targets("store", [
            unmeasured("rekey"), target("store", "store", "size / notmuch", 0.7),
        ]),
        Figure("store", "size", 70.0, "MB", {"notmuch": 100.0}),
    ),
    "start": tuple(of_targets("start", [
        target("start", "start", "frozen, process to window", 480),
        target("start", "start", "frozen, of the module's", 1.5),
        target("start", "memory", "idle window, module", 128.6),
    ])),
    "installers": (
        Figure("sizes", ".deb, to fetch", 34.51, "MB", {"Thunderbird": 71.8},
               "<= 42 MB", "issue 9", 42, kept=True),
    ),
}  # fmt: skip


def kept(name: str, figures: tuple[Figure, ...], **other: Any) -> Kept:
    part = next(one for one in PARTS if one.name == name)
    usual: dict[str, Any] = {
        "state": "s1", "commit": "abc", "date": "2026-11-28 09:00 UTC",
        "seconds": 61.4, "load": 0.5,
    }  # fmt: skip
    return Kept(name, part.words("small"), figures=figures, **(usual | other))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(machine, "facts", lambda: MACHINE)
    monkeypatch.setattr(machine, "versions", lambda _: VERSIONS)
    monkeypatch.setattr(
        machine, "peer_version", lambda name: "" if name in ("mu", "slapd") else "1"
    )
    found = {name: kept(name, figures) for name, figures in FIGURES.items()}
    found["store"] = kept(
        "store", FIGURES["store"], date="2026-11-27 23:00 UTC",
        trouble="rekey broke off: OSError: x", left_out=("mu: no index",),
    )  # fmt: skip
    return every.document("small", found, absent=["slapd"])


# -- rendering ------------------------------------------------------------------------------------


def test_every_figure_stands_in_the_document(told: dict[str, Any]) -> None:
    text = rendering.report(told)
    for part in told["parts"]:
        for row in part["figures"]:
            (line,) = re.findall(
                rf"^\| {row['scenario']} \| {re.escape(row['name'])} \|.*", text, re.M
            )
            numbers = [row["value"], *(peer["value"] for peer in row["ratio_to"].values())]
            numbers += [peer["ratio"] for peer in row["ratio_to"].values()]
            for value in numbers:
                assert value is None or rendering.number(value) in line, (line, value)
            assert row["goal"] in line
            assert row["source"] in line
    assert "3.86 s | <= 0.12 x mbsync = 3.61 s (issue 3) | **missed** | 3.20 s (1.21 x)" in text
    assert "| 34.5 MB | <= 42 MB (issue 9) | kept | 71.8 MB (0.481 x) |" in text
    assert "| delta | turns | 7 | <= floor + 2 (issue 3) | **missed** |" in text
    assert "| mirror | peak memory | - | <= 150 MB (issue 3) | not measured |" in text
    assert "| CPU | Slow One |" in text
    assert "| mbsync | 1.4.4-5 |" in text
    assert "| Date | 2026-11-27 to 2026-11-28 |" in text
    assert "**Not complete**: rekey broke off: OSError: x." in text
    assert "Left out: mu: no index." in text


def test_what_was_missed_or_not_there_is_said_at_the_top(told: dict[str, Any]) -> None:
    top = rendering.report(told).partition("## Machine")[0]
    assert "Kept 3, missed 6, not measured 1." in top
    assert "- not measured: sync, mirror: peak memory (<= 150 MB (issue 3))" in top
    assert "- store: rekey broke off: OSError: x" in top
    assert "- store: without mu: no index" in top
    assert "busy" not in top
    assert "- missed: sync, delta: turns, 7 instead of <= floor + 2 (issue 3)" in top
    assert "- missed: store, rekey: measured to its end, - instead of" in top
    assert "- window: not measured in this run" in top
    assert "- maildir-utils is not there: not installed" in top
    assert "- slapd is not there: could not be installed" in top
    assert "Small sizes" in top
    assert "Full sizes." in rendering.report({**told, "size": "full"})
    assert not rendering.is_content(told, ["sync"])
    assert not rendering.is_content(told, ["store"])
    assert not rendering.is_content(told, ["window"])
    assert rendering.is_content(told, ["installers"])


def test_french_at_the_top_has_commas_and_spaces_that_do_not_break(told: dict[str, Any]) -> None:
    french = rendering.report(told).partition("## En bref")[2].partition("\n## ")[0]
    assert (
        "3,86\u00a0s, **objectif manqué** (client minimal 3,20\u00a0s\u00a0; mbsync 30,1\u00a0s)"
        in french
    )
    assert "34,5\u00a0Mo, objectif tenu (Thunderbird 71,8\u00a0Mo)" in french
    assert not re.search(r"(?<!\u00a0)[;:?!]", french)
    assert "Mesuré le 27/11/2026 au 28/11/2026" in french
    assert "70\u00a0Mo, **objectif manqué** (notmuch 100\u00a0Mo)" in french
    assert "Incomplet ou non mesuré\u00a0: base et recherche, annuaire, fenêtre" in french
    assert rendering._french(12345.0, "kB") == "12\u202f345\u00a0ko"


def test_the_readme_gets_the_short_table_between_its_marks(told: dict[str, Any]) -> None:
    readme = f"# T\n\n{rendering.BEGIN}\n\nyesterday\n\n{rendering.END}\n\nrest\n"
    made = rendering.put_into(readme, rendering.short(told))
    assert made.startswith("# T\n")
    assert made.endswith("\n\nrest\n")
    assert "yesterday" not in made
    assert rendering.block_of(made) == rendering.short(told)
    assert rendering.put_into(made, rendering.short(told)) == made
    row = "| Package for Debian | 34.5 MB | Thunderbird 71.8 MB (0.481 x) | <= 42 MB: kept |"
    assert row in made
    assert "<= 0.12 x mbsync: **missed** |" in made
    assert "| 70 MB | notmuch 100 MB (0.700 x) | <= 0.5 x notmuch: **missed** |" in made
    assert "| 480 ms | - | <= 500 ms: kept; <= 1.3 x the module: **missed** |" in made
    assert (
        "| Memory of an idle window, from the sources | 129 MB | - | <= 120 MB: **missed** |"
        in made
    )
    assert "2026-11-27 to 2026-11-28, Slow One, 2 cores, 8.0 GiB, Debian 12." in made
    assert "Mel Desktop 0.1.0 (abc), mbsync 1.4.4, Thunderbird 153.8.0esr, notmuch 0.37." in made
    assert "Not in it: store: rekey broke off: OSError: x; store: without mu: no index;" in made
    assert "slapd is not there" in made
    with pytest.raises(ValueError, match="no place"):
        rendering.put_into("# T\n", "x")


def test_a_busy_machine_is_told_at_both_places(told: dict[str, Any]) -> None:
    told["parts"][0]["load"] = 11.9
    assert "The machine was busy (load up to 11.9)" in rendering.short(told)
    assert "The machine was busy (load up to 11.9)" in rendering.report(told)


def test_what_is_published_of_an_error_names_no_place_of_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("platform.node", lambda: "box7")
    said = (
        f"exit 1: no {machine.ROOT}/build/x.deb, '/var/lib/a b', box7:/srv/u/v at https://a.fr/b/c"
    )
    assert machine.shown(said) == (
        "exit 1: no build/x.deb, '…/a b', this machine:/srv/u/v at https://a.fr/b/c"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (3, "3"), (1234.5, "1,234"), (123.4, "123"), (12.34, "12.3"), (1.234, "1.23"),
     (0.1234, "0.123"), (-2.5, "-2.50"), (70000, "70,000")],
)  # fmt: skip
def test_numbers(value: float, text: str) -> None:
    assert rendering.number(value) == text


def test_the_readme_shows_what_the_last_run_found() -> None:
    docs = ROOT / "resources" / "docs"
    block = rendering.block_of((ROOT / "README.md").read_text(encoding="utf-8"))
    if not (docs / "benchmarks.json").is_file():
        assert block == rendering.NOT_YET
        assert not (docs / "benchmarks.md").exists()
        return
    last = json.loads((docs / "benchmarks.json").read_text(encoding="utf-8"))
    assert block == rendering.short(last)
    assert (docs / "benchmarks.md").read_text(encoding="utf-8") == rendering.report(last)


# -- running --------------------------------------------------------------------------------------


@pytest.fixture
def run_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``every`` over two parts that are made up; what was run, and the document."""
    (tmp_path / "README.md").write_text(f"{rendering.BEGIN}\n{rendering.END}\n")
    two = PARTS[:1] + PARTS[-1:]
    monkeypatch.setattr(every, "PARTS", two)
    monkeypatch.setattr(machine, "facts", lambda: MACHINE)
    ran: list[str] = []

    def measured(part: Part, size: str, folder: Path) -> Kept:
        ran.append(part.name)
        found = kept(part.name, FIGURES[part.name], state=machine.state())
        found.save(folder)
        return found

    monkeypatch.setattr(every, "run", measured)

    def once(*words: str, state: str = "s1") -> tuple[int, list[str], Mapping[str, Any]]:
        ran.clear()
        monkeypatch.setattr(machine, "state", lambda: state)
        where = ["--cache", str(tmp_path / "kept"), "--docs", str(tmp_path / "docs")]
        code = every.main([*where, "--readme", str(tmp_path / "README.md"), *words])
        return code, list(ran), json.loads((tmp_path / "docs" / "benchmarks.json").read_text())

    return once


def test_what_is_finished_is_not_measured_again(run_of: Any, tmp_path: Path) -> None:
    code, ran, _ = run_of("--only", "installers")
    assert (code, ran) == (0, ["installers"])
    code, ran, last = run_of()
    assert (code, ran) == (1, ["sync", "installers"])
    assert [bool(one["figures"]) for one in last["parts"]] == [True, True]
    assert run_of()[1] == ["installers"]  # it looks at what may have been built since
    assert run_of("--fresh")[1] == ["sync", "installers"]
    assert run_of("--size", "full")[1] == ["sync", "installers"]
    assert run_of("--only", "sync", state="s2")[1] == ["sync"]
    _, ran, last = run_of("--render", state="s2")
    assert ran == []
    assert [one["trouble"] for one in last["parts"]] == ["", "not measured in this run"]
    assert "small" in (tmp_path / "README.md").read_text().casefold()


def test_sources_that_are_not_committed_are_measured_each_time(run_of: Any) -> None:
    assert run_of(state="")[1] == ["sync", "installers"]
    assert run_of(state="")[1] == ["sync", "installers"]
    code, _, last = run_of("--render", state="")
    assert code == 1  # and what was written of the last run stays
    assert all(one["figures"] for one in last["parts"])


def test_a_torn_or_troubled_result_is_measured_again(run_of: Any, tmp_path: Path) -> None:
    run_of()
    (tmp_path / "kept" / "small" / "sync.json").write_text('{"part": "sy')
    kept("installers", (), trouble="exit 2: no").save(tmp_path / "kept" / "small")
    assert run_of()[1] == ["sync", "installers"]


MODULE = """\
import json, os, signal, subprocess, sys, time
sys.path.insert(0, {root!r})
from tests.benchmarks import scenarios
words = sys.argv[1:]
name = words[-1].removeprefix("--json=")
rows = [{{"name": "x", "value": 1.5, "unit": "s"}}]
{body}
"""


@pytest.mark.parametrize(
    ("body", "trouble", "count"),
    [
        ("json.dump(rows, open(name, 'w'))", "", 1),
        ("json.dump(rows, open(name, 'w')); sys.exit(1)", "", 1),  # a goal was missed
        ("print('no root', file=sys.stderr); sys.exit(2)", "exit 2: no root", 0),
        (
            "json.dump(rows, open(name, 'w')); raise ValueError('deep')",
            "exit 1: ValueError: deep",
            1,
        ),
        ("pass", "it told no figures", 0),
        ("sys.exit('no screen')", "it told no figures: no screen", 0),
        (
            "json.dump(rows, open(name, 'w'))\n"
            "scenarios.attempt('delta', lambda: 1 / 0); sys.exit(1)",
            "delta broke off: ZeroDivisionError: division by zero",
            1,
        ),
        # what it leaves behind holds its stderr open
        (
            "json.dump(rows, open(name, 'w')); subprocess.Popen(['sleep', '600'])",
            "",
            1,
        ),
        (
            "scenarios.end_well()\ntry: time.sleep(600)\nfinally: json.dump(rows, open(name, 'w'))",
            "ended after 0 minutes",
            1,
        ),
        ("json.dump({}, open(name, 'w'))", "it told no figures", 0),
        ("time.sleep(600)", "ended after 0 minutes", 0),
    ],
    ids=[
        "well",
        "missed",
        "refused",
        "broke",
        "silent",
        "said why",
        "one scenario",
        "left one behind",
        "hung but told",
        "other",
        "hung",
    ],
)
def test_a_benchmark_in_a_process_of_its_own(
    body: str, trouble: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "madeup.py").write_text(MODULE.format(body=body, root=str(ROOT)))
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(machine, "state", lambda: "s")
    monkeypatch.setattr(machine, "commit", lambda: "c")
    monkeypatch.setattr(parts, "_MOST_S", {"small": 2.0 if "sleep" in body else 60.0})
    found = parts.run(Part("sync", "madeup", {"runs": 1}, {}), "small", tmp_path / "kept")
    assert (found.trouble, len(found.figures)) == (trouble, count)
    assert found.is_sound("s") is (trouble == "")
    assert Kept.load_file(tmp_path / "kept" / "sync.json") == found
    sys.modules.pop("madeup", None)


def test_who_was_left_out_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "json.dump(rows, open(name, 'w')); scenarios.left_out('Thunderbird', 'no rows')"
    (tmp_path / "madeup.py").write_text(MODULE.format(body=body, root=str(ROOT)))
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    found = parts.run(Part("sync", "madeup", {}, {}), "small", tmp_path / "kept")
    assert (found.left_out, found.trouble) == (("Thunderbird: no rows",), "")
    assert Kept.load_file(tmp_path / "kept" / "sync.json") == found


def test_a_full_disk_in_one_part_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept").write_text("no folder")
    found = parts.run(Part("sync", "tests.benchmarks.sync", {}, {}), "small", tmp_path / "kept")
    assert found.trouble.startswith(("FileExistsError", "NotADirectoryError"))
    assert str(tmp_path) not in found.trouble


def test_a_run_that_is_ended_has_written_what_it_found(
    run_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = every.run

    def ended(part: Part, size: str, folder: Path) -> Kept:
        if part.name == "installers":
            raise KeyboardInterrupt
        return measured(part, size, folder)

    monkeypatch.setattr(every, "run", ended)
    with pytest.raises(KeyboardInterrupt):
        run_of()
    last = json.loads((tmp_path / "docs" / "benchmarks.json").read_text())
    assert [bool(one["figures"]) for one in last["parts"]] == [True, False]
    assert "not measured in this run" in (tmp_path / "README.md").read_text()


def test_a_benchmark_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = parts.run(Part("sync", "tests.benchmarks.nowhere", {}, {}), "small", tmp_path)
    assert found.trouble == "this benchmark is not there"


@pytest.mark.parametrize("part", PARTS)
def test_every_part_knows_its_options(part: Part, capsys: pytest.CaptureFixture[str]) -> None:
    suffix = "" if part.name == "installers" else ".__main__"
    module = __import__(f"{part.module}{suffix}", fromlist=["main"])
    with pytest.raises(SystemExit) as left:
        module.main(["-h"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert set(part.small) == set(part.full)
    assert all(f"--{name} " in said for name in (*part.small, "json"))
    assert ("--program " in said) is bool(part.program)


def test_the_frozen_program_is_measured_once_it_was_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    part = Part("start", "x", {"runs": 2}, {}, program="build/program")
    assert part.words("small") == ["--runs=2"]
    assert "not built" in part.told("small")
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "program").touch()
    assert part.words("small") == ["--runs=2", "--program=build/program"]
    assert part.told("small") == "runs 2"


# -- machine and installers -----------------------------------------------------------------------


def test_the_machine_and_the_versions_are_told() -> None:
    facts, versions = machine.facts(), machine.versions()
    measured = machine.versions(["b", "a", "b"])["Mel Desktop"]
    assert measured.endswith(" (a, b)")  # not of the tree that writes the report
    assert all(facts[name] for name in ("CPU", "Cores", "Memory", "Kernel", "System"))
    assert re.fullmatch(r"\d+\.\d+\.\d+ \(.+\)", versions["Mel Desktop"])
    assert re.fullmatch(r"3\.\d+\.\d+", versions["SQLite"])
    assert re.fullmatch(r"6\.\d+\.\d+", versions["Qt"])


def test_installers_are_those_made_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installers, "thunderbird", lambda: ({"Thunderbird": 72.0}, {}))
    found = {one.name: one for one in installers.measured(tmp_path / "none")}
    assert [one.value for one in found.values()] == [None] * 4
    assert found["MSI, to fetch"].kept is False
    deep = tmp_path / "build" / "deb"
    deep.mkdir(parents=True)
    for at, (name, size) in enumerate(
        (("mel-desktop_9.1_amd64.deb", 41_000_000), ("mel-desktop_9.0_amd64.deb", 43_000_000),
         ("other.deb", 1), (f"Mel-Desktop-{__version__}.msi", 44_000_000),
         (f"Mel-Desktop-{__version__}-creteil.msi", 45_000_000),
         ("Mel-Desktop-9.1.msi", 46_000_000))
    ):  # fmt: skip
        with (deep / name).open("wb") as file:
            file.truncate(size)
        os.utime(deep / name, (at, at))
    (deep / f"mel-desktop_{__version__}_amd64.deb").touch()  # being written
    found = {one.name: one for one in installers.measured(tmp_path / "build")}
    assert (found[".deb, to fetch"].value, found[".deb, to fetch"].kept) == (43.0, False)
    assert (found["MSI, to fetch"].value, found["MSI, to fetch"].kept) == (44.0, True)
    assert found[".deb, to fetch"].beside == {"Thunderbird": 72.0}


def test_thunderbirds_package_as_apt_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "Package: thunderbird\nInstalled-Size: 271000\nSize: 71800000\nSize: 5\n"
    monkeypatch.setattr(installers, "_said", lambda *command: said)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    assert installers.thunderbird() == ({"Thunderbird": 71.8}, {"Thunderbird": 277.504})


def test_an_msi_tells_what_it_puts_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "File\tComponent_\tFileName\tFileSize\ns72\ts72\ts255\ti4\nFile\tFile\n"
    rows += "f1\tc1\ta.dll\t2000000\t\t\t\t1\nf2\tc2\tb.dll\t500000\t\t\t\t2\n"
    monkeypatch.setattr(installers, "_said", lambda *command: rows)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    assert installers.msi_installed(Path("x.msi")) == 2.5
