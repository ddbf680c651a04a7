"""What a start does before the window is painted, and what it must not do yet.

The vault opens by the keyring, as with most people: what only a passphrase needs is not loaded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.system.keyring_store import NOT_NEEDED
from tests.benchmarks.start.started import make_profile
from tests.support.secret_service import secret_service

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("start")
    with secret_service() as bus:
        profile = make_profile(folder / "profile", bus)
        environment = {
            **os.environ,
            "DBUS_SESSION_BUS_ADDRESS": bus,
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
        }
        words = ["-m", "tests.support.start_child", "--profile", str(profile), "--offline"]
        done = subprocess.run(
            [sys.executable, *words],
            env=environment, cwd=ROOT, check=True, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_nothing_is_collected_until_the_window_stands(told: dict[str, Any]) -> None:
    assert told["collecting"] is False
    assert told["collecting_later"] is True


def test_the_keyring_brings_no_network_along(told: dict[str, Any]) -> None:
    loaded = set(told["modules"])
    assert "keyring.backends.SecretService" in loaded
    unneeded = (*NOT_NEEDED, "email.message", "http.client", "ssl")
    assert sorted(loaded.intersection(unneeded)) == []


def test_few_regular_expressions_are_compiled(told: dict[str, Any]) -> None:
    ours = [name for name in told["patterns"] if name.startswith("mel_desktop.")]
    assert len(ours) <= 4  # those that were used, by model.patterns; 340 before
