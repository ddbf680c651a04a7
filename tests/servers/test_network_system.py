"""The system's word on the line: NetworkManager on a real bus, and routes of a real namespace."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.system.network import SystemNetwork
from tests.support.network_manager import network_manager

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif(sys.platform != "linux", reason="D-Bus and namespaces"),
]
needs_bus = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="no dbus-daemon")


@needs_bus
@pytest.mark.parametrize(
    ("says", "metered"),
    [
        ("0", None),
        ("1", True),
        ("2", False),
        ("3", True),
        ("4", False),
        ("77", None),
        ("error", None),
        (None, None),
    ],
)
def test_network_manager_says_whether_the_line_is_paid(
    monkeypatch: pytest.MonkeyPatch, says: str | None, metered: bool | None
) -> None:
    with network_manager(says) as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        assert SystemNetwork().is_metered() is metered


@needs_bus
def test_a_network_manager_that_never_answers_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with network_manager("silent") as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        began = time.monotonic()
        assert SystemNetwork().is_metered() is None
        assert time.monotonic() - began < 15.0


def test_without_a_bus_nothing_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    assert SystemNetwork().is_metered() is None


@pytest.fixture
def namespace() -> Iterator[str]:
    """A network of its own, with one dummy card."""
    if shutil.which("ip") is None or os.getuid() != 0:
        pytest.skip("needs ip(8) and root")
    name = f"mel-net-{os.getpid()}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        yield name
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


def _identity(namespace: str) -> str:
    code = "from mel_desktop.system.network_changes import identity; print(identity())"
    done = subprocess.run(
        ["ip", "netns", "exec", namespace, sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_addresses_routes_and_cards_make_a_network(namespace: str) -> None:
    def ip(*words: str) -> None:
        subprocess.run(["ip", "-n", namespace, *words], check=True)

    seen = [_identity(namespace)]
    assert _identity(namespace) == seen[0]
    steps = (
        ("link", "add", "wifi", "type", "veth", "peer", "name", "ap"),
        ("address", "add", "10.1.0.7/24", "dev", "wifi"),
        ("link", "set", "ap", "up"),
        ("link", "set", "wifi", "up"),
        ("route", "add", "default", "via", "10.1.0.1"),
        # the same address behind another gateway: another school's network
        ("route", "replace", "default", "via", "10.1.0.254"),
        ("route", "delete", "default"),
    )
    for step in steps:
        ip(*step)
        seen.append(_identity(namespace))
    moves = [before != after for before, after in itertools.pairwise(seen)]
    # an address on a card that is down, and the far end of a cable, lead nowhere
    assert moves[0]
    assert moves[3:] == [True, True, True, True]
