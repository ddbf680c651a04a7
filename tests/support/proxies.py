"""Real proxies on loopback: tinyproxy (CONNECT, Basic) and microsocks (SOCKS5, RFC 1929)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.ports import free_port, wait_for_port

USER, WORD = "prof", "mot:de passe"


@dataclass
class RunningProxy:
    """One proxy; ``log`` is what it wrote so far."""

    port: int
    log_file: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)


def _program(name: str) -> str:
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/bin:/usr/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@contextmanager
def tinyproxy(
    folder: Path, *, user: str = "", word: str = "", only_ports: tuple[int, ...] = ()
) -> Iterator[RunningProxy]:
    """CONNECT to any port, or to ``only_ports`` (403 for the rest)."""
    program, port = _program("tinyproxy"), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"Port {port}", "Listen 127.0.0.1", "Allow 127.0.0.1", "Timeout 60", "MaxClients 50",
        "LogLevel Connect", f'LogFile "{folder / "tinyproxy.log"}"',
        f'PidFile "{folder / "tinyproxy.pid"}"', *(f"ConnectPort {one}" for one in only_ports),
    ]  # fmt: skip
    if user:
        lines.append(f"BasicAuth {user} {word}")
    config = folder / "tinyproxy.conf"
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    yield from _running([program, "-d", "-c", str(config)], port, folder / "tinyproxy.log")


@contextmanager
def microsocks(folder: Path, *, user: str = "", word: str = "") -> Iterator[RunningProxy]:
    """SOCKS5, with or without a sign-in."""
    program, port = _program("microsocks"), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    command = [program, "-i", "127.0.0.1", "-p", str(port)]
    if user:
        command += ["-u", user, "-P", word]
    yield from _running(command, port, folder / "microsocks.log")


def _running(command: list[str], port: int, log: Path) -> Iterator[RunningProxy]:
    with log.open("ab") as sink:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink)
    try:
        wait_for_port(port)
        yield RunningProxy(port, log, process)
    finally:
        process.terminate()
        process.wait(60)
