"""Tries the .deb where there is no Python: installed, used by a pupil's account, removed, purged.

The root is Debian 12 by debootstrap (minimal), kept as a tar in the cache. What runs in it has its
own mounts and processes; what runs of the program has no network but a loopback of its own. No
service starts. Needs root. Standard library only.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import debian

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".mel-test"
SUITE = "bookworm"
NAME = "mel-desktop"
USER = "eleve"
DISPLAY = ":77"
_NO_SERVICES = "#!/bin/sh\nexit 101\n"
_ENVIRONMENT = (
    "env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", "HOME=/root",
)  # fmt: skip
# Mounts of its own; with "alone" a network of its own that has a loopback and nothing else.
_INSIDE = """
mount --make-rprivate /
mount -t proc proc "$0/proc"; mount --rbind /dev "$0/dev"
exec chroot "$0" "$@"
"""
_COMPLETE = """
. /usr/share/bash-completion/completions/mel-desktop
COMP_WORDS=(mel-desktop vault re) COMP_CWORD=2; _mel_desktop; echo "${COMPREPLY[@]}"
"""


class RootFailed(Exception):
    """What went wrong with the package in the root: one sentence a line."""


class Root:
    """A Debian of its own below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(
        self, *words: str, alone: bool = False, user: str = "", may_fail: bool = False,
        more: Sequence[str] = (),
    ) -> subprocess.CompletedProcess[str]:  # fmt: skip
        """A command inside. RootFailed. ``alone``: without any network."""
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        inside = _INSIDE
        if alone:
            unshare += ["--net"]
            inside = "ip link set lo up\n" + _INSIDE
        become = ["runuser", "-u", user, "--"] if user else []
        home = [f"HOME=/home/{user}"] if user else []
        done = subprocess.run(
            [*unshare, "bash", "-ec", inside, str(self.folder),
             *_ENVIRONMENT, *become, "env", *home, *more, *words],
            capture_output=True, text=True, check=False, timeout=900, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode != 0 and not may_fail:
            said = (done.stdout + done.stderr).strip()[-2000:]
            raise RootFailed(f"{' '.join(words)}: {done.returncode}\n{said}")
        return done

    def has(self, name: str) -> bool:
        """Whether a file is there, broken links included."""
        return os.path.lexists(self.folder / name)


def bare(target: Path) -> Root:
    """The minimal system, unpacked as ``target``; made by debootstrap the first time."""
    kept = CACHE / f"root-{SUITE}.tar"
    if not kept.is_file():
        usual, _ = debian.mirrors()
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="mel-root-", dir=CACHE) as folder:
            fresh = Path(folder) / "root"
            words = ["debootstrap", "--variant=minbase", SUITE, str(fresh), usual]
            _must([*words] if usual else words[:-1])
            _must(["tar", "-C", str(fresh), "-cf", str(Path(folder) / "root.tar"), "."])
            (Path(folder) / "root.tar").rename(kept)
    target.mkdir(parents=True)
    _must(["tar", "-C", str(target), "-xf", str(kept)])
    usual, security = debian.mirrors()
    lines = [f"deb {usual} {SUITE} main\n"] if usual else []
    lines += [f"deb {security} {SUITE}-security main\n"] if usual and security else []
    if lines:
        (target / "etc/apt/sources.list").write_text("".join(lines))
    for name in ("etc/resolv.conf", "etc/hosts"):
        if Path("/", name).is_file():
            (target / name).write_bytes(Path("/", name).read_bytes())
    policy = target / "usr/sbin/policy-rc.d"
    policy.write_text(_NO_SERVICES)
    policy.chmod(0o755)
    return Root(target)


def exercise(package: Path) -> list[dict[str, object]]:
    """Every step with its time. RootFailed with the first that fails."""
    if os.geteuid() != 0:
        raise RootFailed("a root can be tried by root only (dev.py deb --no-root)")
    rows: list[dict[str, object]] = []

    def step(name: str, work: Callable[[], str]) -> None:
        started = time.monotonic()
        detail = work()
        seconds = round(time.monotonic() - started, 1)
        rows.append({"step": name, "ok": True, "seconds": seconds, "detail": detail})
        print(f"✓ {name} ({seconds} s) {detail}".rstrip(), flush=True)

    with tempfile.TemporaryDirectory(prefix="mel-deb-") as folder:
        place = Root(Path(folder) / "root")
        step("root", lambda: _start(place.folder))
        step("no Python", lambda: _no_python(place))
        step("install", lambda: _install(place, package))
        step("still no Python", lambda: _no_python(place))
        step("version", lambda: place.run(NAME, "--version", alone=True, user=USER).stdout.strip())
        step("self-test, no screen", lambda: _self_test(place, ()))
        step("self-test, X11", lambda: _on_x11(place))
        step("profile of the user untouched", lambda: _untouched(place))
        step("completion", lambda: _completion(place))
        step("manual", lambda: _manual(place))
        step("remove", lambda: _remove(place))
        step("purge", lambda: _purge(place))
    return rows


# -- Steps ----------------------------------------------------------------------------------------


def _start(folder: Path) -> str:
    place = bare(folder)
    archives = CACHE / "root-archives"
    if archives.is_dir():
        shutil.copytree(archives, folder / "var/cache/apt/archives", dirs_exist_ok=True)
    place.run("useradd", "--create-home", USER)
    place.run("apt-get", "-qq", "update")
    return f"Debian {(folder / 'etc/debian_version').read_text().strip()}, minimal"


def _no_python(place: Root) -> str:
    found = [f"usr/bin/{one.name}" for one in (place.folder / "usr/bin").glob("python*")]
    if found:
        raise RootFailed(f"the root has a Python: {', '.join(found)}")
    return ""


def _install(place: Root, package: Path) -> str:
    before = len(place.run("dpkg-query", "-W").stdout.splitlines())
    shutil.copy(package, place.folder / package.name)
    (place.folder / "etc/apt/apt.conf.d/99keep").write_text('APT::Keep-Downloaded-Packages "1";\n')
    place.run("apt-get", "-qq", "-y", "--no-install-recommends", "install", f"/{package.name}")
    (place.folder / package.name).unlink()
    kept = CACHE / "root-archives"
    kept.mkdir(exist_ok=True)
    for one in (place.folder / "var/cache/apt/archives").glob("*.deb"):
        if not (kept / one.name).exists():
            shutil.copy(one, kept / one.name)
    after = len(place.run("dpkg-query", "-W").stdout.splitlines())
    return f"with {after - before - 1} packages that it depends on"


def _self_test(place: Root, more: Sequence[str]) -> str:
    words = [NAME, "--self-test", "--quiet", "--out", f"/home/{USER}/report.json"]
    done = place.run(*words, alone=True, user=USER, more=more, may_fail=True)
    return _judged(place, done)


def _judged(place: Root, done: subprocess.CompletedProcess[str]) -> str:
    report = place.folder / f"home/{USER}/report.json"
    rows = json.loads(report.read_text(encoding="utf-8")) if report.is_file() else []
    bad = [f"{row['step']}: {row['detail']}" for row in rows if not row["ok"]]
    if done.returncode != 0 or bad or not rows:
        raise RootFailed("\n".join([f"self-test: {done.returncode}", *bad, done.stderr[-2000:]]))
    report.unlink()
    told = {row["step"]: row["detail"] for row in rows}
    return f"{len(rows)} steps; {told['program']}; {told['qt']}"


def _on_x11(place: Root) -> str:
    """A screen of this machine's Xvfb, in the network that the program has for itself."""
    script = f"""
Xvfb {DISPLAY} -screen 0 1280x1000x24 -ac -listen tcp -nolisten local -nolisten unix &>/dev/null &
screen=$!
for wait in $(seq 100); do (echo > /dev/tcp/127.0.0.1/6077) 2>/dev/null && break; sleep 0.1; done
code=0
unshare --mount --pid --fork --kill-child bash -ec "$1" "$0" "${{@:2}}" || code=$?
kill $screen; wait $screen 2>/dev/null || true
exit $code
"""
    words = [
        *_ENVIRONMENT, "runuser", "-u", USER, "--", "env", f"HOME=/home/{USER}",
        f"DISPLAY=127.0.0.1{DISPLAY}", NAME, "--self-test", "--quiet",
        "--out", f"/home/{USER}/report.json",
    ]  # fmt: skip
    done = subprocess.run(
        ["unshare", "--net", "bash", "-c", f"ip link set lo up\n{script}", str(place.folder),
         _INSIDE, *words],
        capture_output=True, text=True, check=False, timeout=900, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    told = _judged(place, done)
    if "platform xcb" not in told:
        raise RootFailed(f"not on X11: {told}")
    return told


def _untouched(place: Root) -> str:
    home = place.folder / "home" / USER
    left = [str(one.relative_to(home)) for one in home.rglob("*") if "mel" in one.name.lower()]
    inside = [name for name in left if any((home / name).rglob("*")) or (home / name).is_file()]
    left_in_temp = [one.name for one in (place.folder / "tmp").iterdir() if "mel" in one.name]
    if inside or left_in_temp:
        raise RootFailed(f"the self-test left {inside + left_in_temp}")
    return ""


def _completion(place: Root) -> str:
    offered = place.run("bash", "-c", _COMPLETE).stdout.split()
    if "rekey" not in offered or "create" in offered:
        raise RootFailed(f"completion of 'vault re': {offered}")
    return "vault re: " + " ".join(offered)


def _manual(place: Root) -> str:
    pages = [f"usr/share/man/{one}man1/{NAME}.1.gz" for one in ("", "fr/")]
    missing = [page for page in pages if not place.has(page)]
    if missing:
        raise RootFailed(f"missing: {', '.join(missing)}")
    return "English, French"


def _remove(place: Root) -> str:
    place.run("apt-get", "-qq", "-y", "remove", NAME)
    if place.has(f"usr/lib/{NAME}") or place.has(f"usr/bin/{NAME}"):
        raise RootFailed("files of the program stayed after removal")
    if not place.has(f"etc/{NAME}/policy.toml"):
        raise RootFailed("the administrator's file went with removal")
    return "the administrator's file stays"


def _purge(place: Root) -> str:
    place.run("apt-get", "-qq", "-y", "purge", NAME)
    left = [
        str(one.relative_to(place.folder))
        for top in ("etc", "usr", "var/lib", "opt", "srv")
        for one in (place.folder / top).rglob(f"*{NAME}*")
    ]
    if left:
        raise RootFailed(f"left after purge: {', '.join(left)}")
    return "nothing left"


def _must(words: Sequence[str]) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RootFailed(f"{words[0]}: {(done.stdout + done.stderr).strip()[-2000:]}")


if __name__ == "__main__":
    exercise(Path(sys.argv[1]))
