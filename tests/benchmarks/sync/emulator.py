"""The line between two network namespaces, packet by packet: loss, queue, pace, delay.

``python -m tests.benchmarks.sync.emulator CLIENT SERVER SOCKET`` holds a TUN device in each
namespace, passes IP packets from one to the other and drops, queues, paces and delays them on the
way; TCP itself is the kernel's. (``tc netem`` does the like where the kernel has it; many do not.)
Profile "lan" is a veth pair that only a tap listens to. Commands come over a Unix socket, one line
each, answered by one JSON document.
"""

from __future__ import annotations

import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.sync.meter import DOWN, UP, Meter

TUN: Final = "mel0"  # the emulated line's device in either namespace
VETH: Final = "mel1"  # and the plain one's
_DIE_WITH_PARENT: Final = 1
_CLONE_NEWNET: Final = 0x40000000
_TUNSETIFF: Final = 0x400454CA
_IFF_TUN_NO_PI: Final = 0x0001 | 0x1000
_ETH_P_ALL: Final = 0x0003
_SO_RCVBUFFORCE: Final = 33
_PACKET_OUTGOING: Final = 4
_IPV4: Final = b"\x08\x00"
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Profile:
    """A line. ``loss`` is per packet and direction; a full queue drops its tail."""

    name: str
    down_bps: int = 0  # 0: not shaped
    up_bps: int = 0
    rtt_s: float = 0.0
    loss: float = 0.0
    down_queue: int = 0
    up_queue: int = 0


PROFILES: Final = {
    one.name: one
    for one in (
        Profile("lan"),
        Profile("adsl-rural", 2_000_000, 400_000, 0.060, 0.0, 64_000, 32_000),
        Profile("satellite", 1_000_000, 250_000, 0.600, 0.005, 96_000, 48_000),
        Profile("edge", 256_000, 256_000, 0.400, 0.02, 48_000, 48_000),
    )
}


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """This thread in another network namespace: sockets made meanwhile stay there."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        _enter(there)
        try:
            yield
        finally:
            _enter(home)
    finally:
        os.close(there)
        os.close(home)


def _enter(descriptor: int) -> None:
    if _LIBC.setns(descriptor, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def open_tun(namespace: str) -> int:
    """Descriptor of the namespace's end of the emulated line."""
    with inside(namespace):
        descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        request = struct.pack("16sH22s", TUN.encode(), _IFF_TUN_NO_PI, b"")
        fcntl.ioctl(descriptor, _TUNSETIFF, request)
    return descriptor


def open_tap(namespace: str) -> socket.socket:
    """A listener on the namespace's end of the plain line."""
    with inside(namespace):
        tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        tap.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 64 << 20)
        tap.bind((VETH, _ETH_P_ALL))
    tap.setblocking(False)
    return tap


class Emulator:
    """The daemon. One thread, one loop."""

    def __init__(self, client: str, server: str, control: Path) -> None:
        self._ends = (open_tun(client), open_tun(server))  # UP: packets of the client
        self._tap = open_tap(server)
        control.unlink(missing_ok=True)
        self._control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._control.bind(str(control))
        self._control.listen(8)
        self._poll = select.epoll()
        for descriptor in (*self._ends, self._tap.fileno(), self._control.fileno()):
            self._poll.register(descriptor, select.EPOLLIN)
        self._meter = Meter(time.monotonic())
        self._dice = random.Random(1)
        self._profile = PROFILES["lan"]
        self._free_at = [0.0, 0.0]  # when either direction's transmitter is free
        self._under_way: list[tuple[float, int, int, bytes]] = []
        self._number = 0
        self._is_cut = False
        self._cut_at: int | None = None
        self._ended = False

    def run(self) -> None:
        """Until told to quit."""
        while not self._ended:
            now = time.monotonic()
            while self._under_way and self._under_way[0][0] <= now:
                _, _, direction, packet = heapq.heappop(self._under_way)
                with suppress(OSError):
                    os.write(self._ends[1 - direction], packet)
            wait = -1.0
            if self._under_way:
                wait = max(0.0, self._under_way[0][0] - time.monotonic())
            for descriptor, _ in self._poll.poll(wait):
                if descriptor in self._ends:
                    self._shaped(self._ends.index(descriptor))
                elif descriptor == self._tap.fileno():
                    self._tapped()
                else:
                    self._asked()

    # -- packets -----------------------------------------------------------------------------------

    def _shaped(self, direction: int) -> None:
        for _ in range(64):
            try:
                packet = os.read(self._ends[direction], 65536)
            except BlockingIOError:
                return
            if self._profile.down_bps:
                self._take(direction, packet)

    def _take(self, direction: int, packet: bytes) -> None:
        now = time.monotonic()
        meter, profile = self._meter, self._profile
        if self._is_cut:
            return
        meter.packet(direction, packet, now, quiet=direction == UP and self._quiet())
        if self._cut_at is not None and meter.totals.down >= self._cut_at:
            self._is_cut, self._cut_at = True, None
        rate = profile.down_bps if direction == DOWN else profile.up_bps
        room = profile.down_queue if direction == DOWN else profile.up_queue
        waiting = max(0.0, self._free_at[direction] - now) * rate / 8
        if self._dice.random() < profile.loss or waiting + len(packet) > room:
            meter.totals.dropped += 1
            return
        self._free_at[direction] = max(self._free_at[direction], now) + len(packet) * 8 / rate
        self._number += 1
        due = self._free_at[direction] + profile.rtt_s / 2
        heapq.heappush(self._under_way, (due, self._number, direction, packet))

    def _quiet(self) -> bool:
        """No payload of the server is under way (an empty segment has at most 60 octets)."""
        if len(self._under_way) > 200:
            return False
        return not any(way == DOWN and len(packet) > 60 for _, _, way, packet in self._under_way)

    def _tapped(self) -> None:
        for _ in range(256):
            try:
                frame, address = self._tap.recvfrom(128)
            except BlockingIOError:
                return
            if not self._profile.down_bps and frame[12:14] == _IPV4:
                direction = DOWN if address[2] == _PACKET_OUTGOING else UP
                self._meter.packet(direction, frame[14:], time.monotonic(), quiet=False)

    # -- commands ----------------------------------------------------------------------------------

    def _asked(self) -> None:
        connection, _ = self._control.accept()
        with connection:
            connection.settimeout(2)
            with suppress(OSError):
                words = connection.recv(4096).decode().split()
                try:
                    answer = self._command(words)
                except (KeyError, IndexError, ValueError) as error:
                    answer = {"error": repr(error)}
                connection.sendall(json.dumps(answer).encode() + b"\n")

    def _command(self, words: list[str]) -> dict[str, Any]:
        match words:
            case ["profile", name]:
                self._profile = PROFILES[name]
            case ["loss", share]:
                self._profile = replace(self._profile, loss=float(share))
            case ["reset", seed]:
                self._meter.reset(time.monotonic())
                self._dice.seed(int(seed))
            case ["stats"]:
                dropped = struct.unpack("II", self._tap.getsockopt(263, 6, 8))[1]
                return {**self._meter.totals.as_json(), "missed": dropped}
            case ["cut"]:
                self._is_cut = True
            case ["cut-after", octets]:
                self._cut_at = int(octets)
            case ["restore"]:
                self._is_cut, self._cut_at = False, None
            case ["is-cut"]:
                return {"cut": self._is_cut}
            case ["quit"]:
                self._ended = True
            case _:
                raise ValueError(words)
        return {}


if __name__ == "__main__":
    _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGTERM)  # a bench that is killed leaves nothing
    Emulator(sys.argv[1], sys.argv[2], Path(sys.argv[3])).run()
