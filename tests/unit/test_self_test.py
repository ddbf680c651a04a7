"""demo.self_test: how steps are told and judged, and what a step says when its part is missing."""

from __future__ import annotations

import json
import os
import re
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mel_desktop import __main__
from mel_desktop.app import wiring
from mel_desktop.cli import main as command_line
from mel_desktop.demo import self_test, step_words, visit
from mel_desktop.demo.self_test import Report
from mel_desktop.model.errors import Bug, ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.net import trust
from mel_desktop.system import keyring_store
from mel_desktop.system.keyring_store import KeyringStore
from tests.unit.test_keyring_store import LockedBackend


def report(file: Path | None = None) -> tuple[Report, list[str]]:
    told: list[str] = []
    ticks = count(step=2)
    return Report(told.append, file, lambda: float(next(ticks))), told


def broken(error: Exception) -> None:
    raise error


def test_each_step_has_its_time_and_its_words(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    made, told = report(file)
    with made.step("qt") as said:
        said.append("Qt 6")
    made.begin("vault")
    made.note({"step": "vault", "seconds": 9, "new": 3})
    made.begin("sync")
    made.end(ok=False, detail="offline")
    expected = [
        {"step": "qt", "ok": True, "seconds": 2.0, "detail": "Qt 6"},
        {"step": "vault", "ok": True, "seconds": 2.0, "detail": "new 3"},
        {"step": "sync", "ok": False, "seconds": 2.0, "detail": "offline"},
    ]
    assert made.rows == expected
    assert json.loads(file.read_text(encoding="utf-8")) == expected
    assert told[0] == "✓ qt (2.0 s) Qt 6"
    assert told[2].startswith("✗ sync")
    assert not made.ok


def test_every_step_is_told_in_words_of_both_languages() -> None:
    sources = (Path(str(module.__file__)).read_text("utf-8") for module in (self_test, visit))
    named = re.compile(r'(?:step|begin)\("([a-z-]+)"\)')
    steps = {name for source in sources for name in named.findall(source)}
    assert len(steps) > 20
    assert steps == set(step_words.WORDS)
    assert step_words.titled("disk", french=True) == "disk : rien en clair sur le disque"
    assert step_words.titled("disk", french=False) == "disk: nothing readable on the disk"
    assert step_words.titled("yet another", french=True) == "yet another"


def test_who_reads_only_the_beginning_gets_no_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """``mel-desktop --self-test | head -1``: the steps go on, the exit code is theirs."""
    reading, writing = os.pipe()
    os.close(reading)
    monkeypatch.setattr(self_test, "check", lambda report, folder: two_steps(report))
    with os.fdopen(writing, "w", encoding="utf-8") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        code = self_test.run(out=tmp_path / "report.json", as_json=False, quiet=False)
    assert code == 1
    rows = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [row["step"] for row in rows] == ["qt", "vault"]


def two_steps(report: Report) -> None:
    with report.step("qt"):
        pass
    with report.step("vault"):
        raise ValueError


def test_a_crash_leaves_the_step_that_it_broke(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    made, _ = report(file)
    made.begin("qt")  # and Qt aborts the process
    assert json.loads(file.read_text()) == [
        {"step": "qt", "ok": False, "seconds": 0.0, "detail": "not ended"}
    ]


def test_what_a_step_raises_is_its_detail_and_the_next_ones_are_tried() -> None:
    made, _ = report()
    with made.step("libraries"):
        broken(ImportError("libX.so.1: cannot open shared object file"))
    with made.step("vault"):
        broken(Bug(ErrorCode.BUG, why="demo: reading"))
    with made.step("disk"):
        pass
    assert [row["ok"] for row in made.rows] == [False, False, True]
    assert made.rows[0]["detail"] == "ImportError: libX.so.1: cannot open shared object file"
    assert "demo: reading" in str(made.rows[1]["detail"])


def test_a_report_that_cannot_be_written_is_told_at_once(tmp_path: Path) -> None:
    made, _ = report(tmp_path / "nowhere" / "report.json")
    with pytest.raises(StoreTrouble) as trouble:
        made.begin("qt")
    assert trouble.value.code is ErrorCode.NOT_WRITABLE


def run_steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Without Qt and without the visit: the journey has those."""
    monkeypatch.setattr(self_test, "_start_qt", lambda folder: ["Qt"])
    monkeypatch.setattr(self_test, "_visit", lambda report, folder: None)
    made, _ = report()
    self_test.check(made, tmp_path)
    return {str(row["step"]): row for row in made.rows}


def test_own_processes_libraries_and_files_are_tried(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = run_steps(monkeypatch, tmp_path)
    assert all(row["ok"] for row in rows.values()), rows
    assert {"document-process", "page-process", "script-process", "spelling", "keyring"} <= set(
        rows
    )


def test_what_is_missing_fails_its_step_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(self_test, "LIBRARIES", ("json", "no_such_library"))
    monkeypatch.setattr(self_test, "SHIPPED", (("icons",), ("no", "such.file")))
    monkeypatch.setattr("sys.executable", "/bin/false")  # a child that ends at once
    rows = run_steps(monkeypatch, tmp_path)
    failed = {name for name, row in rows.items() if not row["ok"]}
    assert failed == {
        "files", "libraries", "document-process", "page-process", "script-process"
    }  # fmt: skip
    assert "no/such.file" in rows["files"]["detail"]
    assert "no_such_library" in rows["libraries"]["detail"]


def test_a_keyring_is_named_and_its_lack_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(keyring_store, "ELSEWHERE", ())
    monkeypatch.setattr(keyring_store, "PLATFORMS", {})
    row = run_steps(monkeypatch, tmp_path)["keyring"]
    assert (row["ok"], row["detail"]) == (True, "none in this session: vaults open by passphrase")
    monkeypatch.setattr(wiring, "keyring_name", lambda seconds: "keyring.backends.X.Keyring")
    row = run_steps(monkeypatch, tmp_path)["keyring"]
    assert (row["ok"], row["detail"]) == (True, "keyring.backends.X.Keyring")


def test_the_name_of_a_keyring_is_found_without_asking_it() -> None:
    name = f"{LockedBackend.__module__}.LockedBackend"  # whatever is asked of it fails
    assert KeyringStore(LockedBackend(), allowed=frozenset({name})).name() == name
    assert KeyringStore(LockedBackend()).name() == ""


def test_the_visit_ends_where_it_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Broken:
        def __init__(self, folder: Path, output: object, now: object, watcher: Report) -> None:
            self._watcher = watcher

        def run(self, picture: object) -> None:
            self._watcher.begin("servers")
            self._watcher.begin("sync")
            self._watcher.note({"step": "sync", "new": 299})
            raise Bug(ErrorCode.BUG, why="demo: first sync")

    monkeypatch.setattr(self_test, "_start_qt", lambda folder: ["Qt"])
    monkeypatch.setattr(self_test, "Visit", Broken)
    made, told = report()
    self_test.check(made, tmp_path)
    assert [(row["step"], row["ok"]) for row in made.rows[-2:]] == [
        ("servers", True), ("sync", False)
    ]  # fmt: skip
    assert "new 299" in told[-1]
    assert "demo: first sync" in told[-1]


@pytest.mark.parametrize(
    "words", [("--self-test", "sync"), ("--out", "report.json"), ("--self-test", "demo")]
)
def test_it_goes_with_no_command(words: tuple[str, ...]) -> None:
    with pytest.raises(LocalRefusal) as refusal:
        command_line.parse(words)
    assert refusal.value.code is ErrorCode.USAGE


def test_a_failed_step_makes_exit_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(made: Report, folder: Path) -> None:
        with made.step("qt"):
            raise ImportError("no plugin")

    monkeypatch.setattr(self_test, "check", failing)
    target = tmp_path / "report.json"
    assert __main__.main(["--self-test", "--json", "--out", str(target)]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(target.read_text())
    assert printed[0]["detail"] == "ImportError: no plugin"
    monkeypatch.setattr(self_test, "check", lambda made, folder: None)
    assert __main__.main(["--self-test", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_where_the_system_cannot_check_the_rest_is_seen_with_openssl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bool]] = []

    class Refused(OSError):
        winerror = -2147024809

    class Visits:
        def __init__(self, folder: Path, output: object, now: object, watcher: Report) -> None:
            assert folder.is_dir()
            self.folder, self.watcher = folder, watcher

        def run(self, picture: object) -> None:
            monkeypatch.setattr(trust, "_has_store", lambda: False)
            by_system = type(trust.system_context()).__module__.startswith("truststore")
            seen.append((self.folder.name, by_system))
            self.watcher.begin("tls")
            if by_system:
                raise Refused("Invalid parameter")

    monkeypatch.setattr(self_test, "Visit", Visits)
    made, _ = report()
    self_test._visit(made, tmp_path)
    assert seen == [(tmp_path.name, True), ("openssl", False)]
    assert [(row["step"], row["ok"]) for row in made.rows] == [("tls", False), ("tls", True)]
    assert not made.ok
    assert type(trust.system_context()).__module__.startswith("truststore")  # as before


def test_other_trouble_of_the_visit_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[Path] = []

    class Visits:
        def __init__(self, folder: Path, output: object, now: object, watcher: Report) -> None:
            self.watcher = watcher
            runs.append(folder)

        def run(self, picture: object) -> None:
            self.watcher.begin("tls")
            raise OSError("refused")

    monkeypatch.setattr(self_test, "Visit", Visits)
    made, _ = report()
    self_test._visit(made, tmp_path)
    assert runs == [tmp_path]
    assert not made.ok
