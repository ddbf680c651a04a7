"""The store's benchmark runs from end to end; what it measures is no business of a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks.store import corpus
from tests.benchmarks.store.__main__ import SCENARIOS, main


@pytest.mark.slow
def test_it_measures_everything_it_promises(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    arguments = ["--messages", "200", "--people", "200", "--peers", "none"]
    arguments += ["--runs", "1", "--queries", "3"]
    for name in SCENARIOS:
        arguments += ["--only", name] if name != "syncing" else []
    main([*arguments, "--cache", str(tmp_path / "cache"), "--out", str(out)])
    told = json.loads(out.read_text())
    got = {(one["scenario"], one["what"]): one["got"] for one in told["targets"]}
    absent = [key for key, value in got.items() if value is None]
    assert all("notmuch" in what or "mu" in what for _, what in absent)
    assert {scenario for scenario, _ in got} == {*SCENARIOS} - {"syncing"}
    assert "kept" in capfd.readouterr().out


def test_the_corpus_is_the_same_each_time(tmp_path: Path) -> None:
    one = corpus.ensure(tmp_path / "a", 40, 1)
    two = corpus.ensure(tmp_path / "b", 40, 1)
    assert one.queries == two.queries
    assert [path.read_bytes() for path in one.files()] == [
        path.read_bytes() for path in two.files()
    ]
    assert all(len(queries) == corpus.QUERIES for queries in one.queries.values())
