"""The machine that figures depend on, and the versions of everybody who took part."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
# What figures depend on: a commit that touches nothing of it leaves them as they are.
SOURCES: Final = (
    "mel_desktop", "packaging/locks", "tests/benchmarks/goals.py",
    *(f"tests/benchmarks/{name}" for name in ("sync", "store", "directory", "window", "start")),
)  # fmt: skip
# who -> Debian package
PEERS: Final = {
    "Dovecot": "dovecot-core", "mbsync": "isync", "OfflineIMAP3": "offlineimap3",
    "notmuch": "notmuch", "mu": "maildir-utils", "ldapsearch": "ldap-utils", "slapd": "slapd",
    "Thunderbird": "thunderbird",
}  # fmt: skip


def facts() -> dict[str, str]:
    """CPU, cores, memory, kernel, distribution."""
    return {
        "CPU": _field(Path("/proc/cpuinfo"), "model name") or platform.machine(),
        "Cores": str(os.cpu_count()),
        "Memory": _memory(Path("/proc/meminfo")),
        "Kernel": f"{platform.system()} {platform.release()}",
        "System": _system(),
    }


def load() -> float | None:
    """Of the last minute; a busy machine makes figures worth little."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def versions(measured: Iterable[str] = ()) -> dict[str, str]:
    """Ours with the commits that were ``measured``, what it stands on, the peers installed."""
    import apsw
    from PySide6.QtCore import qVersion

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = {
        "Mel Desktop": f"{project['version']} ({', '.join(sorted({*measured})) or commit()})",
        "Python": platform.python_version(),
        "Qt": qVersion(),
        "SQLite": apsw.sqlite_lib_version(),
    }
    return found | {name: version for name in PEERS if (version := peer_version(name))}


def peer_version(name: str) -> str:
    """As Debian has it installed; "" where it has not."""
    try:
        done = subprocess.run(
            ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", PEERS[name]],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        return ""
    status, _, version = done.stdout.strip().partition(" ")
    return version if status == "installed" else ""


def commit() -> str:
    """Short; ``+`` where what was measured is not what was committed."""
    return (_git("rev-parse", "--short=10", "HEAD") or "no commit") + ("+" if _dirty() else "")


def shown(text: str) -> str:
    """What may be published of an error: no path and no name of this machine."""
    text = text.replace(f"{ROOT}/", "")
    text = re.sub(r"(?<![\w.:/-])(?:/[^\s/:;,'\"()]+)+/", "…/", text)
    name = platform.node()
    return re.sub(rf"\b{re.escape(name)}\b", "this machine", text) if name else text


def state() -> str:
    """Changes whenever a figure might; "" where that cannot be told."""
    trees = [_git("rev-parse", f"HEAD:{name}") for name in SOURCES]
    return "" if _dirty() or not all(trees) else " ".join(tree[:12] for tree in trees)


def _dirty() -> bool:
    return bool(_git("status", "--porcelain", "--", *SOURCES))


def _git(*words: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _field(path: Path, name: str) -> str:
    """The first line ``name : value`` of a file of /proc."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def _memory(path: Path) -> str:
    kilobytes = _field(path, "MemTotal").removesuffix(" kB")
    return f"{int(kilobytes) / 2**20:.1f} GiB" if kilobytes.isdecimal() else "unknown"


def _system() -> str:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return platform.platform(terse=True)
    name = release.get("PRETTY_NAME", release.get("NAME", "Linux"))
    exact = Path("/etc/debian_version")
    return f"{name}, {exact.read_text().strip()}" if exact.is_file() else name
