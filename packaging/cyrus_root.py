"""Unpack Debian's Cyrus IMAP server into a folder of its own, for the test suite.

Debian's cyrus-imapd conflicts with dovecot-imapd, and the suite wants both. So its packages are
fetched with ``apt-get download`` and unpacked with ``dpkg-deb -x``, with those shared libraries
that the machine lacks: nothing is installed, no root is needed, nothing outside the folder changes.
Standard library only; ``packaging/dev.py`` calls ``ensure_cyrus`` before the tests.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = ("cyrus-imapd", "cyrus-common")
BINARIES = ("master", "imapd", "idled", "ctl_cyrusdb")
READY = "ready"
# Libraries whose package is not called after them.
ODD_NAMES = {"libpcreposix.so.3": "libpcre3"}


def binaries(root: Path) -> Path:
    """Where ``master`` and ``imapd`` lie."""
    return root / "usr/lib/cyrus/bin"


def library_path(root: Path) -> str:
    """What LD_LIBRARY_PATH must hold."""
    return ":".join(
        str(folder)
        for base in ("usr/lib", "lib")
        for folder in sorted(root.glob(f"{base}/*-linux-*"))
    )


def ensure_cyrus(cache: Path) -> Path | None:
    """Unpack Cyrus below ``cache`` unless it is there; None where that cannot be done."""
    if (cache / READY).exists() and not missing_libraries(cache):
        return cache
    if not all(shutil.which(tool) for tool in ("apt-get", "dpkg-deb", "ldd")):
        return None
    cache.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="cyrus-", dir=cache.parent))
    try:
        fresh.chmod(0o755)
        _unpack(fresh)
        (fresh / READY).touch()
        shutil.rmtree(cache, ignore_errors=True)
        fresh.rename(cache)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"Cyrus could not be unpacked: {error}", file=sys.stderr)
        return None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return cache


def missing_libraries(root: Path) -> tuple[str, ...]:
    """Shared libraries that the binaries need and that are neither here nor on the machine."""
    environment = {**os.environ, "LD_LIBRARY_PATH": library_path(root), "LC_ALL": "C"}
    missing: set[str] = set()
    for name in BINARIES:
        done = subprocess.run(
            ["ldd", str(binaries(root) / name)],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            missing.add(name)
        missing.update(re.findall(r"^\s*(\S+) => not found$", done.stdout, re.MULTILINE))
    return tuple(sorted(missing))


def _unpack(root: Path) -> None:
    with tempfile.TemporaryDirectory(dir=root) as folder:
        for package in PACKAGES:
            _fetch(package, Path(folder), root)
        for _ in range(5):  # a library may need another one
            missing = missing_libraries(root)
            if not missing:
                return
            for library in missing:
                _fetch(package_of(library), Path(folder), root)
    raise OSError(f"libraries not found: {', '.join(missing)}")


def package_of(library: str) -> str:
    """Debian's name for the package of a soname: ``libical.so.3`` lies in ``libical3``."""
    if library in ODD_NAMES:
        return ODD_NAMES[library]
    name, _, version = library.partition(".so.")
    return f"{name}-{version}" if name[-1:].isdigit() else f"{name}{version}"


def _fetch(package: str, folder: Path, root: Path) -> None:
    subprocess.run(
        ["apt-get", "download", "-q", package],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    (archive,) = folder.glob("*.deb")
    subprocess.run(["dpkg-deb", "-x", str(archive), str(root)], check=True)
    archive.unlink()


if __name__ == "__main__":
    print(ensure_cyrus(Path(__file__).resolve().parent.parent / ".mel-test" / "cyrus"))
