"""Figures of the benchmarks: goals joined with what peers took, as JSON and back."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import figures
from tests.benchmarks.figures import Figure
from tests.benchmarks.goals import target, unmeasured
from tests.benchmarks.store.peers import Indexed
from tests.benchmarks.store.tables import Report
from tests.benchmarks.sync.results import Measure, Results
from tests.benchmarks.window.__main__ import Beside
from tests.benchmarks.window.__main__ import Report as WindowReport
from tests.benchmarks.window.thunderbird import Started


def by_name(found: list[Figure]) -> dict[tuple[str, str], Figure]:
    return {(one.scenario, one.name): one for one in found}


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    targets = [
        target("sync", "no-change", "bytes down", 12.0, 10.0),
        target("sync", "no-change", "seconds of the sync", 3.0, None),
        unmeasured("newest"),
    ]
    compared = [
        Figure("no-change", "bytes down", 12.0, "kB", {"floor": 10.0, "mbsync": 60.0}),
        Figure("no-change", "seconds of the sync", 3.0, "s", {"floor": 2.0}),
        Figure("no-change", "seconds of CPU", 1 / 3, "s"),
    ]
    joined = figures.joined("sync", targets, compared)
    figures.write(tmp_path / "deep" / "out.json", joined)
    found = figures.read(tmp_path / "deep" / "out.json")
    assert [(one.name, one.kept, one.limit) for one in found] == [
        ("bytes down", True, 13.0),
        ("seconds of the sync", False, None),  # no peer, no limit
        ("measured to its end", False, 1.0),
        ("seconds of CPU", None, None),
    ]
    down, seconds, _, cpu = found
    assert (down.goal, down.source) == ("<= 1.3 x floor", "issue 3")
    assert (down.ratio("floor"), down.ratio("mbsync"), down.ratio("mutt")) == (1.2, 0.2, None)
    assert (seconds.value, seconds.ratio("floor")) == (3.0, 1.5)
    assert cpu.value == 0.33333
    rows = json.loads((tmp_path / "deep" / "out.json").read_text())
    assert rows[0]["ratio_to"]["mbsync"] == {"value": 60.0, "ratio": 0.2}
    figures.write(None, joined)


def test_a_row_without_a_value_is_no_figure() -> None:
    with pytest.raises(KeyError):
        Figure.from_json({"name": "x", "unit": "s"})


def test_the_sync_compares_medians_of_runs_that_went_well() -> None:
    results = Results()
    for client, walls in (("mel", (4.0, 2.0, 3.0)), ("floor", (1.0,)), ("mbsync", (6.0, 99.0))):
        for wall in walls:
            one = Measure("no-change", client, "satellite", wall, 1, 5_000_000, 7_000, 1, 3, 0, 1)
            one.ok = wall < 50
            one.marks = {"first_list": (wall / 2, 1, 1, 1)} if client != "mbsync" else {}
            results.add(one)
    results.promise("no-change", "seconds of the whole process", 3.0, 6.0)
    found = by_name(results.figures())
    seconds = found["no-change", "seconds of the whole process"]
    assert (seconds.value, dict(seconds.beside)) == (3.0, {"floor": 1.0, "mbsync": 6.0})
    assert (seconds.kept, seconds.goal) == (False, "<= 0.12 x mbsync")
    assert found["no-change", "peak memory"].value == 5.0
    assert found["no-change", "bytes down"].value == 7.0
    assert dict(found["no-change", "seconds to first list"].beside) == {"floor": 0.5}


def filled(cpu: float) -> dict[str, Any]:
    return {"cpu": {"store": cpu, "parse": 1.0}, "size_mb": 10 * cpu, "peak_mb": 150}


def test_the_store_is_set_beside_sqlite_notmuch_and_mu() -> None:
    report = Report(["notmuch"])
    peers = {"notmuch": Indexed(cpu_s=30.0, wall_s=31.0, size_mb=100.0)}
    report.storing([filled(3.0), filled(2.0)], [filled(1.5)], peers, 1000)
    spread = {"p50": 1.0, "p95": 4.0, "max": 9.0}
    keyed: dict[str, Any] = {"ids": {"phrase": spread}, "rows": {"phrase": spread}, "peak_mb": 150}
    keyed |= dict.fromkeys(("page", "newest page", "body"), spread)
    slow = {"phrase": {"p50": 2.0, "p95": 8.0, "process": 5.0}}
    report.searching(keyed, keyed, {"notmuch": slow})
    found = by_name(report.figures())
    assert dict(found["store", "with MIME parsing, CPU"].beside) == {
        "plain SQLite": 2.5, "notmuch": 30.0,
    }  # fmt: skip
    assert found["store", "with MIME parsing, CPU"].ratio("notmuch") == 0.1
    assert found["store", "size"].value == 20.0
    assert found["store", "with MIME parsing, CPU / mu"].value is None
    assert (found["search", "phrase, p95"].kept, found["search", "phrase, p95"].limit) == (True, 5)
    assert found["search", "phrase, p95"].ratio("notmuch") == 0.5
    assert found["search", "phrase, median"].value == 1.0
    assert found["search", "random body, p95"].kept is False


def test_the_window_is_set_beside_thunderbird(tmp_path: Path) -> None:
    options = Namespace(no_peer=True, out=tmp_path / "x", messages=1, others=1)
    beside = Beside(options)
    beside.started = [Started(4000, 500, 700), Started(2000, 400, 600), Started(9000, 900, 990)]
    names = ("first_rows_ms", "rss_mb", "pss_mb", "key_ms", "process_to_rows_ms")
    run: dict[str, Any] = dict.fromkeys(names, 170.0)
    times = ("folder_ms", "long_ms", "rest_ms", "syncing_ms", "typing_ms")
    run |= {name: [10.0, 20.0, 30.0] for name in times}
    found = by_name(WindowReport(options, [run], beside).figures())
    assert found["start", "process to rows painted"].ratio("Thunderbird") == 170 / 4000
    assert dict(found["memory", "the process, at rest"].beside) == {"Thunderbird": 700}
    assert found["memory", "the process, at rest"].kept is True
    assert found["window", "a key in the composer, p99"].kept is False
    assert found["window", "a key in the composer, median"].value == 20.0
