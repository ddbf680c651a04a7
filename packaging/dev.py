"""The two commands of the README, and what developers need beside them.

``python3 packaging/dev.py demo`` and ``python3 packaging/dev.py test`` run on a bare Debian 12 (its
python3 and nothing else) and on any system with Python 3.11 or later. Only the standard library is
used here; everything else is installed by the way, from packaging/locks by hash.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import debian
import environment
import outcomes
from environment import ROOT

# Command -> its script: all that follows is the script's.
_SCRIPTS = {"frozen": "frozen/build.py", "deb": "deb/package.py"}
# Their own programs: all that follows is theirs.
_RELEASE = ("wheel", "sbom", "licences", "sign")
_PASSED_ON = ("test", "bench", "faults", "access", "gallery", "windows", *_RELEASE, *_SCRIPTS)
CACHE = ROOT / ".mel-test"
# Long ones first: those that run beside each other then end together. tests/benchmarks measures
# and is for quiet machines.
SUITES = tuple(
    f"tests/{name}" for name in ("journey", "servers", "gui", "protocol", "property", "unit")
)
# Two processes a core, for the tests wait more than they compute (for servers, for deadlines), each
# with servers of its own, a file in one of them. More than four would only fight for the disk.
WORKERS = min(4, 2 * (os.cpu_count() or 1))
# A process that dies is replaced, and begins with the test at which it died: not for ever.
PARALLEL = (
    *("-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder"),
    *("--max-worker-restart", "3"),
)


# (command, first word or "") -> Debian packages, module
_PROGRAMS = {
    ("bench", ""): ((), "tests.benchmarks.every"),
    ("bench", "all"): ((), "tests.benchmarks.every"),
    ("bench", "sync"): (debian.BENCH, "tests.benchmarks.sync"),
    ("bench", "store"): (debian.BENCH_STORE, "tests.benchmarks.store"),
    ("bench", "directory"): (debian.BENCH_DIRECTORY, "tests.benchmarks.directory"),
    ("bench", "window"): ((*debian.QT_ON_X11, *debian.SCREEN), "tests.benchmarks.window"),
    ("bench", "start"): ((*debian.QT_ON_X11, *debian.SCREEN), "tests.benchmarks.start"),
    ("access", ""): ((*debian.QT_ON_X11, *debian.SCREEN), "tests.access"),
    ("gallery", ""): ((), "tests.support.all_galleries"),
    ("faults", ""): (debian.TEST_SERVERS, "tests.faults"),
    ("faults", "store"): ((), "tests.faults.store"),
    ("faults", "mime"): ((), "tests.faults.mime"),
    ("faults", "html"): ((), "tests.support.outside_vectors"),
    ("faults", "outbox"): ((*debian.TEST_SERVERS, *debian.OUTBOX_PEER), "tests.faults.outbox"),
}
# What a program measures beside ours if it can be had.
_WISHED = {
    ("bench", ""): debian.BENCH_ALL,
    ("bench", "all"): debian.BENCH_ALL,
    ("bench", "window"): debian.BENCH_WINDOW_PEER,
}


def main(arguments: Sequence[str]) -> int:
    """Run one subcommand; its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 any python3 may call this file
        print("Python 3.11 or later is needed.", file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(
        prog="packaging/dev.py", description="Mel Desktop, from source"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="open the program on the embedded school")
    demo.add_argument("--headless", action="store_true", help="no window: do the visit and report")
    demo.add_argument(
        "--keep", metavar="DIR", type=Path, help="keep the profile and the screenshot"
    )
    demo.add_argument("--json", action="store_true", help="report as one JSON document")
    commands.add_parser("test", help="all checks and tests; with arguments: pytest with them")
    commands.add_parser("bench", help="all beside their peers; or sync (as root), store, ...")
    commands.add_parser(
        "faults",
        help="cuts, kills and restarts by the hundred, for hours; faults store, outbox, mime, html",
    )
    commands.add_parser("access", help="what a screen reader gets of every screen; its statement")
    commands.add_parser("gallery", help="pictures of every screen, in each language and theme")
    policies = commands.add_parser("policies", help="ADMX, ADML and documents of the policies")
    policies.add_argument("--check", action="store_true", help="write nothing, fail when stale")
    commands.add_parser("wheel", help="wheel and sdist, built twice, compared, installed, tried")
    commands.add_parser("windows", help="the MSI, made and exercised under Wine, as a rehearsal")
    commands.add_parser("sbom", help="CycloneDX bill of materials of each package")
    commands.add_parser("licences", help="the licences of all that ships; --check writes nothing")
    commands.add_parser("sign", help="Authenticode signatures of exe and MSI; sign --test")
    commands.add_parser("frozen", help="the program with its Python and its Qt, in build/frozen")
    commands.add_parser("deb", help="the .deb, judged by lintian and tried in a bare Debian")
    commands.add_parser("lock", help="resolve the dependencies anew into packaging/locks")
    passed_on = list(arguments[1:]) if arguments and arguments[0] in _PASSED_ON else []
    chosen = parser.parse_args(arguments[:1] if passed_on else arguments)
    try:
        if chosen.command == "demo":
            return run_demo(chosen)
        if chosen.command == "test":
            return run_tests(passed_on)
        if chosen.command in ("bench", "faults", "access", "gallery"):
            return run_program(chosen.command, passed_on)
        if chosen.command == "windows":
            return make_windows(passed_on)
        if chosen.command in _SCRIPTS:
            return run_script(chosen.command, passed_on)
        if chosen.command in _RELEASE:
            return run_release(chosen.command, passed_on)
        if chosen.command == "policies":
            return make_policies(check=chosen.check)
        return make_locks()
    except debian.CannotInstall as trouble:
        print(
            "These Debian packages are needed and could not be installed from here "
            "(neither root nor sudo, or apt-get failed):\n"
            f"  apt-get install --no-install-recommends {' '.join(trouble.packages)}",
            file=sys.stderr,
        )
        return 2
    except subprocess.CalledProcessError as trouble:
        print(f"{Path(trouble.cmd[0]).name} failed ({trouble.returncode})", file=sys.stderr)
        return 1


def run_demo(chosen: argparse.Namespace) -> int:
    """The embedded school: with a screen in a window, else the headless visit."""
    screen = has_screen() and not chosen.headless
    need((*debian.QT, *debian.QT_ON_X11) if screen else debian.QT)
    environment.ensure("runtime")
    command = [str(environment.python()), "-m", "mel_desktop"]
    command += ["--json"] if chosen.json else []
    command += ["demo"]
    command += [] if screen else ["--headless"]
    if chosen.keep:
        command += ["--keep", str(chosen.keep.resolve())]
    elif not screen:
        command += ["--screenshot", str(ROOT / "build" / "demo.png")]
    sys.stdout.flush()
    if os.name == "posix":  # signals then reach the program itself, which cleans up
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


def has_screen() -> bool:
    """Whether a window can be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def need(packages: Sequence[str]) -> None:
    """Have Debian packages installed; elsewhere the system is taken as it is."""
    if debian.is_debian():
        absent = debian.missing((*debian.venv_packages(), *packages))
        if absent:
            print(f"Installing Debian packages: {' '.join(absent)}", flush=True)
            debian.install(absent)


def wish_for(packages: Sequence[str]) -> tuple[str, ...]:
    """Have Debian packages installed that can be done without: those that it is done without."""
    try:
        need(packages)
    except debian.CannotInstall:
        if len(packages) > 1:  # one that is not to be had must not keep the others away
            return tuple(one for package in packages for one in wish_for((package,)))
        print(f"Done without: {packages[0]}", flush=True)
        return tuple(packages)
    return ()


# -- Tests ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One part of ``test`` and how it went."""

    name: str
    passed: int
    failed: int
    seconds: float
    ok: bool


def run_tests(pytest_arguments: Sequence[str]) -> int:
    """Every check, each one even when an earlier one failed. With arguments: pytest alone."""
    need((*debian.QT, *debian.QT_ON_X11, *debian.TEST_SERVERS))
    environment.ensure("dev")
    prepare_cyrus()
    prepare_readers()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    steps = [] if pytest_arguments else run_checks()
    step, unsteady = run_pytest(pytest_arguments)
    steps.append(step)
    print("\nSummary")
    for step in steps:
        print(f"  {step.name:<14} {'ok' if step.ok else 'FAILED':<8} {step.seconds:7.1f} s")
    print(unsteady, end="")
    passed = sum(step.passed for step in steps)
    failed = sum(step.failed for step in steps)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 0 if all(step.ok for step in steps) else 1


def prepare_cyrus() -> None:
    """Unpack Cyrus into the cache: its Debian package cannot live beside Dovecot's."""
    if not debian.is_debian():
        return
    from cyrus_root import ensure_cyrus  # noqa: PLC0415 needed by the tests only

    if ensure_cyrus(CACHE / "cyrus") is None:
        print("Cyrus could not be unpacked: its tests will say so.", flush=True)


def prepare_readers() -> None:
    """Install the mail reader and the OpenID provider written in JavaScript into the cache."""
    from node_root import ensure_provider, ensure_readers  # noqa: PLC0415 needed by the tests only

    if ensure_readers(CACHE / "node") is None:
        print("mailparser (Node.js) could not be installed: its test will say so.", flush=True)
    if ensure_provider(CACHE / "oidc") is None:
        print("oidc-provider (Node.js) could not be installed: its tests will say so.", flush=True)


def run_checks() -> list[Step]:
    """The tools, mypy beside the others: alone it takes as long as they do."""
    checks = {
        "ruff format": ["ruff", "format", "--check", "."],
        "ruff": ["ruff", "check", "."],
        "mypy": ["mypy"],
        "lint-imports": ["lint-imports"],
    }
    steps = []
    with ThreadPoolExecutor(2) as pool:
        for step, said in pool.map(run_check, checks, checks.values()):
            heading(step.name)
            print(said, end="", flush=True)
            steps.append(step)
    return steps


def run_check(name: str, command: Sequence[str]) -> tuple[Step, str]:
    """A tool that is content or not, counted as one test; and what it said."""
    started = time.monotonic()
    done = subprocess.run(
        [environment.program(command[0]), *command[1:]],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    ok = done.returncode == 0
    return Step(name, int(ok), int(not ok), time.monotonic() - started, ok), done.stdout


def run_pytest(arguments: Sequence[str]) -> tuple[Step, str]:
    """pytest, and what failed of the whole once more, alone; and the list of what passed then."""
    heading("pytest")
    started = time.monotonic()

    def once(words: Sequence[str]) -> tuple[int, outcomes.Outcomes]:
        with tempfile.TemporaryDirectory(prefix="mel-tests-") as folder:
            file = Path(folder) / "outcomes.jsonl"
            command = [str(environment.python()), "-m", "pytest"]
            command += ["-p", "tests.support.outcomes", f"--outcomes={file}", *words]
            code = outcomes.watched(command, ROOT, file)
            return code, outcomes.read(file)

    def alone(tests: Sequence[str]) -> tuple[int, outcomes.Outcomes]:
        heading(f"pytest, once more and alone: {len(tests)}")
        return once(["-q", *tests])

    code, first = once(arguments or ["-q", "--durations=15", *PARALLEL, *SUITES])
    # Whoever chooses tests runs them again at will.
    verdict = outcomes.judge(code, first, None if arguments else alone)
    took = time.monotonic() - started
    step = Step("pytest", verdict.passed, verdict.failed, took, verdict.ok)
    return step, outcomes.told(verdict.unsteady)


def heading(name: str) -> None:
    """A line that can be found again in a long log."""
    print(f"\n=== {name} {'=' * max(4, 74 - len(name))}", flush=True)


# -- Bench and faults -----------------------------------------------------------------------------


def run_program(name: str, arguments: Sequence[str]) -> int:
    """A long program of tests/, with all that it needs installed. ``-h`` lists its options."""
    words = list(arguments)
    first = words[0] if words and (name, words[0]) in _PROGRAMS else ""
    is_unknown = not first and words and not words[0].startswith("-") and (name, "all") in _PROGRAMS
    if is_unknown or (name, first) not in _PROGRAMS:
        known = "|".join(one for command, one in _PROGRAMS if command == name and one)
        print(f"usage: dev.py {name} {known} [-h] [OPTIONS]", file=sys.stderr)
        return 2
    packages, module = _PROGRAMS[name, first]
    del words[: bool(first)]
    need((*debian.QT, *packages))
    absent = wish_for(_WISHED.get((name, first), ()))
    if module == "tests.benchmarks.every":
        words += [f"--absent={one}" for one in absent]
    environment.ensure("dev")
    command = [str(environment.python()), "-m", module, *words]
    with tempfile.TemporaryDirectory(prefix="mel-state-") as state:  # not the person's own
        env = {**os.environ, "XDG_STATE_HOME": state}
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def run_release(name: str, arguments: Sequence[str]) -> int:
    """A command of packaging/trust, with its own libraries and none of the program's."""
    need(debian.SIGNING if name == "sign" else ())
    command = [str(environment.tools("release")), str(ROOT / "packaging" / "trust"), name]
    return subprocess.run([*command, *arguments], check=False).returncode


def run_script(name: str, arguments: Sequence[str]) -> int:
    """A script of packaging/, with what the frozen program is linked with installed."""
    tools = debian.DEB if name == "deb" else debian.DEB_LIBRARIES
    if not {"-h", "--help"} & set(arguments):
        need((*debian.QT, *debian.QT_ON_X11, *debian.CPYTHON, *tools))
    command = [sys.executable, str(ROOT / "packaging" / _SCRIPTS[name]), *arguments]
    return subprocess.run(command, check=False).returncode


def make_windows(arguments: Sequence[str]) -> int:
    """The chain of packaging/windows."""
    need((*debian.QT, *debian.WINDOWS))
    environment.ensure("runtime")
    command = [str(environment.python()), str(ROOT / "packaging" / "windows" / "chain.py")]
    return subprocess.run([*command, *arguments], cwd=ROOT, check=False).returncode


# -- Policies -------------------------------------------------------------------------------------


def make_policies(*, check: bool) -> int:
    """resources/policies and resources/docs/policies*.md from the one schema."""
    import policies  # noqa: PLC0415 it reads the program's schema

    return policies.main(check=check)


# -- Locks ----------------------------------------------------------------------------------------


def make_locks() -> int:
    """packaging/locks/*.txt from pyproject.toml: every platform, Python 3.11 and later, by hash."""
    need(())
    common = [
        *environment.uv(), "pip", "compile", "--quiet", "--universal",
        "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url",
        "--no-annotate", "--no-header",
    ]  # fmt: skip
    locks = "packaging/locks"
    for name, sources in (
        ("dev", ["pyproject.toml", "--extra", "demo", "--group", "dev"]),
        ("runtime", ["pyproject.toml", "--extra", "demo", "-c", f"{locks}/dev.txt"]),
        ("package", ["--group", "package"]),
        ("release", ["--group", "release", "-c", f"{locks}/dev.txt"]),
        ("lock", ["--group", "lock"]),
    ):
        print(f"packaging/locks/{name}.txt", flush=True)
        subprocess.run([*common, *sources, "-o", f"{locks}/{name}.txt"], cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
