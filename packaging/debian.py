"""The Debian packages that a task needs: which are missing, and how they are installed.

Rule 1: a server installed for the tests never runs as a system service. The suite starts its own
copies; what ran before the installation is left alone.
Rule 2: without root and without ``sudo -n``, nothing is tried: the caller names the packages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

# What Qt's wheels expect of the system (each one shown necessary on a bare Debian 12).
QT = (
    "libgl1",
    "libegl1",
    "libxkbcommon0",
    "libglib2.0-0",
    "libdbus-1-3",
    "libfontconfig1",
    "libgssapi-krb5-2",
    "fonts-dejavu-core",
    "fonts-liberation",
    "fonts-crosextra-carlito",  # the metrics of Calibri, which Outlook's mails name
)
QT_ON_X11 = (
    "libxcb-cursor0",
    "libxkbcommon-x11-0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
)
TEST_SERVERS = (
    "dovecot-imapd",
    "dovecot-lmtpd",  # where Postfix leaves what it gives back
    "dovecot-managesieved",
    "dovecot-sieve",
    "postfix",
    "slapd",
    "ldap-utils",
    "sasl2-bin",
    "libsasl2-modules",
    "tinyproxy-bin",  # the program alone: CONNECT with Basic
    "microsocks",  # SOCKS5 with a sign-in
    "dbus-daemon",  # a session bus of its own for the keyring tests
    "xvfb",
    "at-spi2-core",  # what screen readers listen to
    "nodejs",  # mailparser, another reader of what we write
    "npm",
)
# What `dev.py bench` needs: a server, the clients it is compared with, and the line between.
BENCH = ("dovecot-imapd", "iproute2", "isync", "offlineimap3")
# A screen of its own, and what a screen reader asks.
SCREEN = ("xvfb", "xauth", "at-spi2-core", "dbus-daemon")
OUTBOX_PEER = ("msmtp",)
# What `dev.py deb` needs beside Qt's: what the plugins of the frozen program are linked with, and
# the tools that make and judge a package.
DEB_LIBRARIES = ("libcups2", "libwayland-client0", "libwayland-cursor0", "libwayland-egl1")
DEB = (
    *DEB_LIBRARIES,
    "appstream",
    "binutils",
    "debootstrap",
    "desktop-file-utils",
    "dpkg-dev",
    "groff",
    "iproute2",
    "lintian",
    "man-db",
    "xvfb",
)
# What a CPython from source needs (packaging/frozen/cpython.py).
CPYTHON = (
    "dpkg-dev",
    "gcc",
    "libbz2-dev",
    "libc6-dev",
    "libffi-dev",
    "liblzma-dev",
    "libssl-dev",
    "make",
    "patch",
    "pkg-config",
    "xz-utils",
    "zlib1g-dev",
)
BENCH_STORE = ("notmuch", "maildir-utils")
# What the window starts beside; the rest is measured without it.
BENCH_WINDOW_PEER = ("thunderbird",)
# An LDAP server, and the client that ours is compared with.
BENCH_DIRECTORY = ("ldap-utils", "slapd")
# All of them: what cannot be had is told in the report, and the rest is measured.
BENCH_ALL = (
    *QT_ON_X11,
    *SCREEN,
    *BENCH,
    *BENCH_STORE,
    *BENCH_DIRECTORY,
    *BENCH_WINDOW_PEER,
)
# `dev.py windows`: 140 MB to fetch, 840 MB on the disk, most of it Wine; 64 bits alone.
WINDOWS = ("wine", "wine64", "wixl", "msitools", "gcab", "cabextract", "gcc-mingw-w64-x86-64-win32")
SIGNING = ("osslsigncode",)
# Package -> its services, which must not run on this PC because we installed it.
_SERVICES = {
    "dovecot-imapd": ("dovecot",),
    "dovecot-lmtpd": ("dovecot",),
    "postfix": ("postfix",),
    "slapd": ("slapd",),
    "sasl2-bin": ("saslauthd",),
}
_ANSWERS = """\
postfix postfix/main_mailer_type select No configuration
slapd slapd/no_configuration boolean true
"""
_POLICY = Path("/usr/sbin/policy-rc.d")
_POLICY_TEXT = (
    "#!/bin/sh\n# Put here by Mel Desktop's test set-up while it installs packages.\nexit 101\n"
)


class CannotInstall(Exception):
    """The packages that somebody must install by hand."""

    def __init__(self, packages: Sequence[str]) -> None:
        super().__init__(" ".join(packages))
        self.packages = tuple(packages)


def is_debian() -> bool:
    """Debian or a relative: its package database can be asked."""
    return sys.platform.startswith("linux") and shutil.which("dpkg-query") is not None


def venv_packages() -> tuple[str, ...]:
    """Debian keeps ensurepip in a package of its own; other Pythons bring it along."""
    found = subprocess.run(
        [sys.executable, "-c", "import ensurepip, venv"], capture_output=True, check=False
    )
    return () if found.returncode == 0 else ("python3-venv",)


def mirrors() -> tuple[str, str]:
    """Where this machine's apt takes Debian and its security updates from; "" for what it lacks."""
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
        capture_output=True, text=True, check=False,
    ).stdout.split()  # fmt: skip
    ours = [one for one in listed if one.rstrip("/").rpartition("/")[2].startswith("debian")]
    usual = [one for one in ours if "security" not in one]
    security = [one for one in ours if "security" in one]
    return (usual or [""])[0], (security or [""])[0]


def missing(packages: Iterable[str]) -> tuple[str, ...]:
    """Those that are not installed, nor provided under another name (libglib2.0-0t64)."""
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}\t${Package}\t${Provides}\n"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    there: set[str] = set()
    for line in listing.splitlines():
        status, _, rest = line.partition("\t")
        if status == "installed":
            name, _, provided = rest.partition("\t")
            there.add(name)
            there.update(one.split("(")[0].strip() for one in provided.split(",") if one.strip())
    return tuple(package for package in dict.fromkeys(packages) if package not in there)


def install(packages: Sequence[str]) -> None:
    """Install with apt-get. CannotInstall without the right to, or when apt-get fails."""
    become_root = _become_root(packages)
    fresh_policy = not _POLICY.exists()
    if fresh_policy:
        _run([*become_root, "tee", str(_POLICY)], text=_POLICY_TEXT)
        _run([*become_root, "chmod", "755", str(_POLICY)])
    try:
        apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        if shutil.which("debconf-set-selections"):
            _run([*become_root, "debconf-set-selections"], text=_ANSWERS)
        command = [*apt, "install", "-y", "--no-install-recommends", *packages]
        _run([*apt, "update"], may_fail=True)
        if _run(command, may_fail=True) != 0:
            raise CannotInstall(packages)
    finally:
        if fresh_policy:
            _run([*become_root, "rm", "-f", str(_POLICY)])
    for package in packages:
        for service in _SERVICES.get(package, ()):
            # not at the next start of the PC either
            if shutil.which("update-rc.d", path="/usr/sbin:/sbin:/usr/bin:/bin"):
                _run([*become_root, "/usr/sbin/update-rc.d", service, "disable"], may_fail=True)


def _become_root(packages: Sequence[str]) -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        allowed = subprocess.run(
            ["sudo", "-n", "true"], capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
        if allowed.returncode == 0:
            return ["sudo", "-n"]
    raise CannotInstall(packages)


def _run(command: Sequence[str], *, text: str | None = None, may_fail: bool = False) -> int:
    done = subprocess.run(
        command,
        input=text,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL if text is None else None,
        stdout=sys.stderr if text is None else subprocess.DEVNULL,
    )
    if done.returncode != 0 and not may_fail:
        raise subprocess.CalledProcessError(done.returncode, command)
    return done.returncode
