"""packaging/dev.py: what it promises without installing anything, and that the locks fit."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / "packaging" / "dev.py"
LOCKS = ROOT / "packaging" / "locks"


def dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(DEV), *arguments], capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def packaging_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DEV.parent))


@pytest.mark.parametrize("name", ["frozen", "deb"])
def test_the_packages_tell_their_options(name: str) -> None:
    assert name in dev("--help").stdout
    listed = dev(name, "--help")
    assert listed.returncode == 0, listed.stderr
    assert f"dev.py {name}" in listed.stdout


def test_help_and_wrong_usage() -> None:
    listed = dev("--help")
    assert listed.returncode == 0
    assert all(
        name in listed.stdout for name in ("demo", "test", "lock", "bench", "faults", "windows")
    )
    assert dev().returncode == 2
    assert dev("nonsense").returncode == 2


def test_the_bench_is_of_something() -> None:
    done = dev("bench", "nothing")
    assert done.returncode == 2
    assert "bench all|sync|store|directory" in done.stderr


@pytest.mark.usefixtures("packaging_modules")
@pytest.mark.parametrize("words", [[], ["all"], ["--size", "small"]])
def test_the_bench_of_everything_is_told_what_could_not_be_installed(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import debian
    import dev as command

    asked: list[tuple[str, ...]] = []

    def need(packages: Sequence[str]) -> None:
        asked.append(tuple(packages))
        if "notmuch" in packages:
            raise debian.CannotInstall(packages)

    ran: list[list[str]] = []

    def run(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        ran.append(words)
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(command, "need", need)
    monkeypatch.setattr(command.environment, "ensure", lambda lock: None)
    monkeypatch.setattr(command.subprocess, "run", run)
    assert command.main(["bench", *words]) == 0
    (started,) = ran
    rest = [one for one in words if one != "all"]
    assert started[1:] == ["-m", "tests.benchmarks.every", *rest, "--absent=notmuch"]
    assert {("isync",), ("thunderbird",), ("slapd",)} <= set(asked)
    assert command.main(["bench", "everything"]) == 2


def test_it_starts_with_the_standard_library_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(DEV), "--help"], capture_output=True, text=True, timeout=60
    )
    # -I keeps the script's folder off the path; put it back and nothing else
    assert done.returncode in (0, 1)
    code = (
        f"import sys; sys.path.insert(0, {str(DEV.parent)!r});"
        " ours = {'dev', 'debian', 'environment', 'outcomes'}; [__import__(one) for one in ours];"
        " names = {name.partition('.')[0] for name in sys.modules};"
        " print(sorted(names - sys.stdlib_module_names - ours))"
    )
    alone = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert alone.stdout.strip() == "['__main__']" or alone.stdout.strip() == "[]"


@pytest.mark.usefixtures("packaging_modules")
@pytest.mark.parametrize(("code", "ok"), [(0, True), (3, False)])
def test_a_tool_that_complains_has_failed_and_is_heard(
    monkeypatch: pytest.MonkeyPatch, code: int, ok: bool
) -> None:
    import dev as command

    monkeypatch.setattr(command.environment, "program", lambda name: sys.executable)
    complain = f"import sys; print('élève', file=sys.stderr); sys.exit({code})"
    step, said = command.run_check("ruff", ["ruff", "-X", "utf8", "-c", complain])
    assert (step.name, step.ok, step.passed, step.failed) == ("ruff", ok, int(ok), int(not ok))
    assert said == "élève\n"


@pytest.mark.usefixtures("packaging_modules")
def test_the_suites_run_beside_each_other_and_chosen_tests_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import dev as command

    commands: list[list[str]] = []

    def watched(words: list[str], folder: Path, file: Path) -> int:
        commands.append(words)
        return 2  # interrupted: nothing is run again

    monkeypatch.setattr(command.outcomes, "watched", watched)
    step, _ = command.run_pytest([])
    assert (step.passed, step.failed, step.ok) == (0, 1, False)
    command.run_pytest(["-k", "outbox"])
    everything, chosen = commands
    assert int(everything[everything.index("-n") + 1]) >= 2
    assert set(command.SUITES) <= set(everything)
    assert {path.name for path in (ROOT / "tests").iterdir() if any(path.glob("test_*.py"))} == {
        suite.removeprefix("tests/") for suite in (*command.SUITES, "tests/benchmarks")
    }
    assert chosen[-2:] == ["-k", "outbox"]
    assert not {"-n", *command.SUITES} & set(chosen)


# Steady; failing each time; failing the first time; passing alone; never run.
SUITE = """
import os, pathlib, pytest

def first_time(name):
    try:
        pathlib.Path(name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True

def test_steady(): pass

@pytest.mark.parametrize("number", range({unsteady}))
def test_unsteady(number):
    assert not first_time(f"unsteady-{{number}}"), "the first time"

@pytest.fixture
def leaves():
    yield
    assert not first_time("leaves"), "when it leaves"

def test_leaves({leaves}): pass

def test_wrong(): assert not {wrong}

def test_dies():
    if {dies} and first_time("dies"):
        os._exit(3)

def test_gone():
    if {gone} and not first_time("gone"):
        pytest.skip("no second time")
    assert not {gone}
"""


@pytest.mark.usefixtures("packaging_modules")
@pytest.mark.parametrize(
    ("suite", "ok", "numbers", "listed"),
    [
        ({}, True, (5, 0), 0),
        ({"unsteady": 2, "leaves": "leaves"}, True, (7, 0), 3),
        ({"unsteady": 3, "leaves": "leaves"}, False, (4, 4), 4),
        ({"wrong": True, "unsteady": 1}, False, (4, 2), 1),
        ({"dies": True}, True, (5, 0), 1),
        ({"gone": True}, False, (4, 1), 0),
    ],
    ids=["steady", "three", "four", "wrong", "dies", "skipped"],
)
def test_what_failed_is_run_once_more_alone_and_told(
    suite: dict[str, object], ok: bool, numbers: tuple[int, int], listed: int,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    import dev as command

    usual = {"unsteady": 0, "leaves": "", "wrong": False, "dies": False, "gone": False}
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (tmp_path / "test_it.py").write_text(SUITE.format(**usual | suite))
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "SUITES", ("test_it.py",))
    monkeypatch.setattr(command, "PARALLEL", ("-n", "1") if "dies" in suite else ())
    monkeypatch.setattr(command.environment, "python", lambda: Path(sys.executable))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(command, "need", lambda packages: None)
    monkeypatch.setattr(command.environment, "ensure", lambda lock: None)
    for name in ("prepare_cyrus", "prepare_readers"):
        monkeypatch.setattr(command, name, lambda: None)
    monkeypatch.setattr(command, "run_checks", list)
    assert command.main(["test"]) == (0 if ok else 1)
    summary = capfd.readouterr().out.split("\nSummary\n")[1]
    assert summary.splitlines()[-1] == f"{numbers[0]} passed, {numbers[1]} failed"
    assert ("  pytest         ok" in summary) is ok
    assert summary.count("  test_it.py::test_") == listed
    if listed:
        assert f"UNSTEADY (failed once, passed alone): {listed}\n" in summary
    else:
        assert "UNSTEADY" not in summary
    for text, test in (("the first time", "unsteady"), ("when it leaves", "leaves")):
        assert (text in summary) is (suite.get(test, 0) not in (0, ""))


@pytest.mark.usefixtures("packaging_modules")
def test_a_run_that_could_not_go_on_is_not_forgiven(tmp_path: Path) -> None:
    from outcomes import MOST_AGAIN, Outcomes, judge, read

    def never(tests: object) -> tuple[int, Outcomes]:
        raise AssertionError("run again")

    assert read(tmp_path / "absent") == Outcomes(frozenset(), {})
    one = Outcomes(frozenset({"a"}), {"b": "why"})
    for code in (2, 3, 4, 5, -11):
        verdict = judge(code, one, never)
        assert (verdict.passed, verdict.failed, verdict.ok) == (1, 1, False)
    many = Outcomes(frozenset(), {f"test {number}": "" for number in range(MOST_AGAIN + 1)})
    assert not judge(1, many, never).ok
    assert judge(1, Outcomes(frozenset({"a"}), {}), never).failed == 1
    assert not judge(1, one, None).ok  # chosen tests
    # the second run did not end well, whatever it said
    assert not judge(1, one, lambda tests: (3, Outcomes(frozenset({"b"}), {}))).ok


STUCK = """
import os, time
def test_good(): pass
def test_stuck(): time.sleep({stuck})
def test_dies(): {dies}
"""


@pytest.mark.usefixtures("packaging_modules")
@pytest.mark.parametrize(
    ("stuck", "words", "told"),
    [(600, ["-n", "2", "--dist", "loadfile"], True), (600, [], True), (0, [], False)],
    ids=["processes", "alone", "ends"],
)
def test_a_run_of_which_nothing_is_heard_is_ended(
    stuck: int, words: list[str], told: bool,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    from outcomes import begun, read, watched

    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (tmp_path / "test_it.py").write_text(STUCK.format(stuck=stuck, dies="pass"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    file = tmp_path / "outcomes.jsonl"
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.outcomes", "-q", *words]
    code = watched([*command, f"--outcomes={file}", "test_it.py"], tmp_path, file, silence_s=20)
    said = capfd.readouterr().out
    assert (code != 0) is told
    assert ("  not ended: test_it.py::test_stuck\n" in said) is told
    assert begun(file) == (["test_it.py::test_stuck"] if told else [])
    assert "test_it.py::test_good" in read(file).passed


@pytest.mark.usefixtures("packaging_modules")
def test_a_test_that_kills_its_process_again_and_again_ends_the_run(tmp_path: Path) -> None:
    from dev import PARALLEL
    from outcomes import read, watched

    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (tmp_path / "test_it.py").write_text(STUCK.format(stuck=0, dies="os._exit(3)"))
    file = tmp_path / "outcomes.jsonl"
    env = ["env", f"PYTHONPATH={ROOT}"] if os.name == "posix" else []
    command = [*env, sys.executable, "-m", "pytest", "-p", "tests.support.outcomes", "-q"]
    code = watched([*command, *PARALLEL, f"--outcomes={file}", "test_it.py"], tmp_path, file)
    assert code != 0
    assert list(read(file).failed) == ["test_it.py::test_dies"]
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    died = [one for one in lines if one["outcome"] == "failed"]
    assert len(died) <= 4


@pytest.mark.usefixtures("packaging_modules")
def test_packages_are_named_when_they_cannot_be_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import debian
    import dev as command

    if not debian.is_debian():
        pytest.skip("needs Debian's package database")
    assert debian.missing(("dpkg", "no-such-package-at-all")) == ("no-such-package-at-all",)
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(debian.shutil, "which", lambda name, path=None: None)
    monkeypatch.setattr(debian, "is_debian", lambda: True)
    monkeypatch.setattr(debian, "missing", lambda packages: ("libgl1", "slapd"))
    assert command.main(["test"]) == 2
    assert "--no-install-recommends libgl1 slapd" in capsys.readouterr().err


def pinned(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([a-z0-9-]+)==([^ \\;]+)", (LOCKS / f"{lock}.txt").read_text(), re.MULTILINE
    ):
        found.setdefault(name, set()).add(version)
    return found


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9-]", one)[0].lower() for one in requirements}


def test_locks_hold_every_dependency_with_hashes_and_no_host() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = names(project["project"]["dependencies"])
    needed |= names(project["project"]["optional-dependencies"]["demo"])
    runtime, everything = pinned("runtime"), pinned("dev")
    assert needed <= set(runtime)
    assert needed | names(project["dependency-groups"]["dev"]) <= set(everything)
    assert names(project["dependency-groups"]["package"]) <= set(pinned("package"))
    for name, versions in runtime.items():
        assert everything[name] == versions
    for lock in LOCKS.glob("*.txt"):
        text = lock.read_text()
        assert "://" not in text
        entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
        assert all("--hash=sha256:" in entry for entry in entries if entry.strip())


def test_the_abandoned_qt_is_nowhere() -> None:
    for lock in ("runtime", "dev"):
        text = (LOCKS / f"{lock}.txt").read_text()
        for line in re.findall(r"^pyside6-essentials==6\.12\.0.*", text, re.MULTILINE):
            assert "python_full_version >= '3.12'" in line
