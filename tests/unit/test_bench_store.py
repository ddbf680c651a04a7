"""The store's benchmark runs from end to end; what it measures is no business of a test."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.store import connections
from tests.benchmarks.store import child, corpus
from tests.benchmarks.store.__main__ import SCENARIOS, Bench, main

SMALL = ["--messages", "200", "--people", "200", "--peers", "none", "--runs", "1", "--queries", "3"]


def run(tmp_path: Path, *scenarios: str) -> dict[tuple[str, str], float | None]:
    out = tmp_path / "out.json"
    only = [word for name in scenarios for word in ("--only", name)]
    main([*SMALL, *only, "--cache", str(tmp_path / "cache"), "--out", str(out)])
    return {
        (one["scenario"], one["what"]): one["got"] for one in json.loads(out.read_text())["targets"]
    }


def test_it_measures_everything_it_promises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with_key = connections.give_key

    def here(bench: Bench, **asked: Any) -> dict[str, Any]:  # without a process for each
        monkeypatch.setattr(connections, "give_key", with_key)
        asked |= {"corpus": str(tmp_path / "cache"), "count": 200, "seed": 1, "queries": 3}
        return json.loads(json.dumps(child.main(asked)))  # type: ignore[no-any-return]

    monkeypatch.setattr(Bench, "_child", here)
    wanted = [one for one in SCENARIOS if one not in ("syncing", "open")]
    got = run(tmp_path, *wanted)
    absent = [what for (_, what), value in got.items() if value is None]
    assert all("notmuch" in what or "mu" in what for what in absent)
    assert {scenario for scenario, _ in got} == {*wanted}
    assert "kept" in capfd.readouterr().out


def test_a_scenario_that_breaks_off_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(bench: Bench) -> None:
        raise subprocess.CalledProcessError(1, ["child"])

    monkeypatch.setattr(Bench, "run_rekey", broken)
    got = run(tmp_path, "rekey", "directory")  # this one in its own process
    assert got["rekey", "measured to its end"] is None
    assert got["directory", "completion, p95 of a keystroke"] is not None


def test_the_corpus_is_the_same_each_time(tmp_path: Path) -> None:
    one = corpus.ensure(tmp_path / "a", 40, 1)
    two = corpus.ensure(tmp_path / "b", 40, 1)
    assert one.queries == two.queries
    assert [path.read_bytes() for path in one.files()] == [
        path.read_bytes() for path in two.files()
    ]
    assert all(len(queries) == corpus.QUERIES for queries in one.queries.values())
