"""Windows programs on Linux, in a prefix of their own, without a screen.

Wine's ways: QT_ variables are kept from programs, WINEQT_ ones reach them; a program without a
console starts only when its output is a pipe; exit codes come back modulo 256 (1603 is 67). The
three libraries in stubs/ stand for parts of Windows 10 that Wine 8 lacks: in the prefix, and
never in an installer.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STUBS: Final = Path(__file__).resolve().parent / "stubs"
COMPILER: Final = "x86_64-w64-mingw32-gcc"
OVERRIDES: Final = "mscoree,mshtml=;winemenubuilder.exe=d;mscms=n;bcryptprimitives=n,b"
PATIENCE_S: Final = 300.0
VALUE: Final = re.compile(r"^ {4}(.*?) {4}(REG_\w+) {4}(.*)$")


class WineTrouble(Exception):
    """Wine is missing or does not work."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program did."""

    code: int
    said: str


@dataclass(frozen=True, slots=True)
class Wine:
    """One prefix."""

    prefix: Path

    @property
    def drive(self) -> Path:
        """C: of it."""
        return self.prefix / "drive_c"

    @property
    def user(self) -> Path:
        """The folder of the user that programs run as."""
        return next(one for one in (self.drive / "users").iterdir() if one.name != "Public")

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Nothing of the session's screen, nothing of Python's settings."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "QT_", "MEL_", "DISPLAY", "WAYLAND"))
        }
        return {
            **kept,
            "WINEDEBUG": "-all",
            "WINEARCH": "win64",
            "WINEPREFIX": str(self.prefix),
            "WINEDLLOVERRIDES": OVERRIDES,
            "WINEQT_QPA_PLATFORM": "offscreen",
            "HOME": str(self.prefix.parent / "home"),  # no shortcut on the person's own desktop
            **(more or {}),
        }

    def run(
        self,
        *command: str,
        more: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        patience_s: float = PATIENCE_S,
    ) -> Ran:
        """Run a Windows program and wait for it. WineTrouble when it takes longer; it ends then."""
        with subprocess.Popen(
            ["wine", *command],
            cwd=cwd,
            env=self.environment(more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # a file is no standard output to Python under Wine 8
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            said = heard(process, time.monotonic() + patience_s)
            if said is None:
                os.killpg(process.pid, signal.SIGKILL)
                raise WineTrouble(f"{command[0]} took longer than {patience_s:.0f} s")
        return Ran(process.returncode, _without_wine(said.decode("utf-8", "replace")))

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Something runs all the time: other programs find Wine's services up, and those do not
        hold the pipes of whoever starts them.
        """
        with subprocess.Popen(
            ["wine", "cmd", "/k"],
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as waiting:
            try:
                subprocess.run(
                    ["wine", "cmd", "/c", "exit"], env=self.environment(), check=False,
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )  # fmt: skip
                yield
            finally:
                assert waiting.stdin is not None
                waiting.stdin.close()
                self.stop()

    def stop(self) -> None:
        """End everything that runs in this prefix."""
        self._server("-k")

    def registry(self, key: str) -> dict[str, str]:
        r"""All values below a key as ``Key\Name`` -> data; empty when there is none."""
        ran = self.run("reg", "query", key, "/s")
        found, current = {}, ""
        for line in ran.said.splitlines() if ran.code == 0 else ():
            line = line.rstrip("\r")
            value = VALUE.match(line)
            if value:
                found[f"{current}\\{value[1]}"] = value[3]
            elif line.startswith("HKEY_"):
                current = line
        return found

    def settle(self) -> None:
        """Wait until nothing runs in the prefix, and the registry is on disk."""
        self._server("-w")

    def _server(self, option: str) -> None:
        server = shutil.which("wineserver") or "/usr/lib/wine/wineserver64"
        subprocess.run(
            [server, option], env=self.environment(), check=False, timeout=PATIENCE_S,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,  # a server that stays keeps pipes
            stderr=subprocess.DEVNULL,
        )  # fmt: skip


def make_prefix(prefix: Path) -> None:
    """A fresh Windows 10 with the stubs. WineTrouble."""
    if shutil.which("wine") is None or shutil.which(COMPILER) is None:
        raise WineTrouble(f"wine or {COMPILER} is missing")
    wine = Wine(prefix)
    if prefix.exists():
        wine.stop()
        shutil.rmtree(prefix)
    (prefix.parent / "home").mkdir(parents=True, exist_ok=True)
    wine.run("wineboot", "-i")
    system = wine.drive / "windows" / "system32"
    if not system.is_dir():
        raise WineTrouble("wineboot made no prefix")
    for source in sorted(STUBS.glob("*.c")):
        library = str(system / f"{source.stem}.dll")
        built = subprocess.run(
            [COMPILER, "-O2", "-s", "-shared", "-o", library, str(source), "-ladvapi32"],
            capture_output=True,
            check=False,
        )
        if built.returncode:
            raise WineTrouble(built.stderr.decode("utf-8", "replace"))
    wine.run("winecfg", "-v", "win10")
    for link in wine.user.iterdir():  # Desktop, Documents: of the person who runs this
        if link.is_symlink():
            link.unlink()
            link.mkdir()
    wine.settle()


def version() -> str:
    """As Wine names itself; "" without it."""
    if shutil.which("wine") is None:
        return ""
    said = subprocess.run(["wine", "--version"], capture_output=True, check=False, text=True)
    return said.stdout.strip()


def heard(process: subprocess.Popen[bytes], deadline: float) -> bytes | None:
    """What it says until it ends; None when it does not. The end of the pipe is not waited for:
    what it started (explorer, rpcss) keeps the other end.
    """
    assert process.stdout is not None
    said = b""
    while time.monotonic() < deadline:
        ended = process.poll() is not None
        readable, _, _ = select.select([process.stdout], [], [], 0 if ended else 0.05)
        if readable and (more := os.read(process.stdout.fileno(), 65536)):
            said += more
        elif ended:
            return said
        elif readable:  # closed by the program, which goes on
            time.sleep(0.05)
    return None


def windows_path(path: Path) -> str:
    """A path of this system as Windows programs in Wine see it."""
    return "Z:" + str(path.resolve()).replace("/", "\\")


def _without_wine(said: str) -> str:
    """Without what Debian's script says of 32-bit programs."""
    noise = ("it looks like wine32", "multiarch needs", 'execute "dpkg', "apt-get install wine32")
    return "\n".join(line for line in said.splitlines() if not line.startswith(noise))
