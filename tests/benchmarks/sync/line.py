"""Two network namespaces of our own, the line between them, and what is said to its emulator."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from tests.benchmarks.sync.emulator import PROFILES, TUN, VETH
from tests.benchmarks.sync.meter import Totals

HOST: Final = "imap.banc.test"
SERVER: Final = "10.99.0.1"  # on the server's loopback, whichever line leads there
NETNS: Final = Path("/etc/netns")  # `ip netns exec` lays what is in it over /etc
_PREFIX: Final = "melbanc"
_OURS: Final = re.compile(rf"{_PREFIX}(\d+)-[cst]")  # the number: whose they are
_REPOSITORY: Final = Path(__file__).resolve().parents[3]
_ENDS: Final = ((TUN, "10.99.2.1", "10.99.2.2"), (VETH, "10.99.1.1", "10.99.1.2"))


def why_not() -> str:
    """Why namespaces cannot be made here; "" where they can."""
    if not sys.platform.startswith("linux"):
        return "network namespaces need Linux"
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "iproute2 is not installed"
    try:
        os.close(os.open("/dev/net/tun", os.O_RDWR))
    except OSError:
        return "/dev/net/tun cannot be opened"
    name = f"{_PREFIX}{os.getpid()}-t"
    if _ip("netns", "add", name, may_fail=True) != 0:
        return "this system does not let us make network namespaces"
    _ip("netns", "del", name)
    return ""


class Line:
    """Both namespaces and the emulator's process, as long as the context lasts."""

    def __init__(self) -> None:
        self.client = f"{_PREFIX}{os.getpid()}-c"
        self.server = f"{_PREFIX}{os.getpid()}-s"
        self.profile = "lan"
        self._folder = Path(tempfile.mkdtemp(prefix="mel-line-"))
        self._socket = self._folder / "control"
        self._emulator: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Line:
        try:
            self._up()
        except BaseException:
            self._down()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._down()

    # -- the line ----------------------------------------------------------------------------------

    def use(self, profile: str) -> None:
        """Another line from now on."""
        device, gateway = (VETH, _ENDS[1][2]) if profile == "lan" else (TUN, _ENDS[0][2])
        self._ask("profile", profile)
        _ip("-n", self.client, "route", "replace", f"{SERVER}/32", "via", gateway, "dev", device)
        self.profile = profile

    def reset(self, seed: int = 1) -> None:
        """Count from nothing; the same seed loses the same packets."""
        self._ask("reset", seed)

    def totals(self) -> Totals:
        """What went over the line since the reset."""
        answer = self._ask("stats")
        if answer["missed"]:
            raise RuntimeError(f"the tap missed {answer['missed']} packets")
        return Totals.from_json(answer)

    def cut(self) -> None:
        """Silently: every packet is dropped."""
        self._ask("cut")

    def cut_after(self, octets: int) -> None:
        """The same, once so much payload has come down. Not on the plain line."""
        if not PROFILES[self.profile].down_bps:
            raise ValueError("the plain line cannot be cut")
        self._ask("cut-after", octets)

    def is_cut(self) -> bool:
        """Whether it is."""
        return bool(self._ask("is-cut")["cut"])

    def restore(self) -> None:
        """As it was."""
        self._ask("restore")

    def as_client(self, command: Sequence[str]) -> list[str]:
        """The command as it runs at the client's end."""
        return ["ip", "netns", "exec", self.client, *command]

    def as_server(self, command: Sequence[str]) -> list[str]:
        """The command as it runs at the server's end."""
        return ["ip", "netns", "exec", self.server, *command]

    # -- inside ------------------------------------------------------------------------------------

    def _up(self) -> None:
        sweep()
        for name in (self.client, self.server):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
            # or the second run would begin with what the first one learnt of the line
            command = ["sysctl", "-qw", "net.ipv4.tcp_no_metrics_save=1"]
            subprocess.run(["ip", "netns", "exec", name, *command], check=False)
        _ip("-n", self.server, "addr", "add", f"{SERVER}/32", "dev", "lo")
        pair = ["link", "add", VETH, "netns", self.client, "type", "veth"]
        _ip(*pair, "peer", "name", VETH, "netns", self.server)
        for name in (self.client, self.server):
            _ip("-n", name, "tuntap", "add", "dev", TUN, "mode", "tun")
        for device, left, right in _ENDS:
            for name, own, other in ((self.client, left, right), (self.server, right, left)):
                _ip("-n", name, "addr", "add", own, "peer", other, "dev", device)
                _ip("-n", name, "link", "set", device, "mtu", "1500", "up")
        etc = NETNS / self.client  # `ip netns exec` lays these over /etc
        etc.mkdir(parents=True, exist_ok=True)
        (etc / "hosts").write_text(f"127.0.0.1 localhost\n{SERVER} {HOST}\n")
        (etc / "resolv.conf").write_text("nameserver 127.0.0.1\n")
        with (self._folder / "log").open("wb") as log:
            self._emulator = subprocess.Popen(
                [
                    sys.executable, "-m", "tests.benchmarks.sync.emulator",
                    self.client, self.server, str(self._socket),
                ],
                cwd=_REPOSITORY, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 10
        while True:
            with suppress(OSError):
                self.use("lan")
                return
            if self._emulator.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"no emulator: {(self._folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def _down(self) -> None:
        if self._emulator is not None:
            with suppress(OSError):
                self._ask("quit")
            try:
                self._emulator.wait(3)
            except subprocess.TimeoutExpired:
                self._emulator.kill()
                self._emulator.wait()
        for name in (self.client, self.server):
            _ip("netns", "del", name, may_fail=True)
            shutil.rmtree(NETNS / name, ignore_errors=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _ask(self, *words: object) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(20)
            connection.connect(str(self._socket))
            connection.sendall(" ".join(map(str, words)).encode())
            answer = b""
            while block := connection.recv(1 << 20):
                answer += block
        document: dict[str, Any] = json.loads(answer)
        if "error" in document:
            raise RuntimeError(document["error"])
        return document


def sweep() -> None:
    """Away with namespaces of benches that were killed, and the servers left in them."""
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=False)
    for line in listed.stdout.splitlines():
        name = line.partition(" ")[0]
        found = _OURS.fullmatch(name)
        if found is not None and not Path("/proc", found[1]).exists():
            held = subprocess.run(
                ["ip", "netns", "pids", name], capture_output=True, text=True, check=False
            )
            for pid in held.stdout.split():
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            _ip("netns", "del", name, may_fail=True)
            shutil.rmtree(NETNS / name, ignore_errors=True)


def _ip(*words: str, may_fail: bool = False) -> int:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0 and not may_fail:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.returncode
