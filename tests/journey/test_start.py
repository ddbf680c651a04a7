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

MOST_OWN_MODULES = 378  # 371 on 28 November 2026
ROOT = Path(__file__).resolve().parents[2]


# The engine and what it tends begin after the first painting; these are theirs, or nobody's yet.
NOT_YET = """
importlib.resources subprocess
mel_desktop.formats.detect mel_desktop.formats.providers mel_desktop.formats.school_calendar
mel_desktop.logic.big_mail mel_desktop.logic.compose
mel_desktop.logic.sanitize mel_desktop.services.annuaire mel_desktop.services.attachment_texts
mel_desktop.services.big_mail mel_desktop.services.dating mel_desktop.services.directory
mel_desktop.services.followups mel_desktop.services.indexing mel_desktop.services.old_subjects
mel_desktop.services.records mel_desktop.services.release_notice mel_desktop.services.retention
mel_desktop.services.search mel_desktop.services.sending_hours mel_desktop.services.storage
mel_desktop.services.undoing mel_desktop.services.weekly
"""


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


def test_what_the_first_painting_does_not_show_is_not_loaded_yet(told: dict[str, Any]) -> None:
    assert sorted(set(NOT_YET.split()).intersection(told["modules"])) == []
    ours = [name for name in told["modules"] if name.startswith("mel_desktop.")]
    assert len(ours) <= MOST_OWN_MODULES


def test_the_style_sheet_looks_at_the_widgets_once(told: dict[str, Any]) -> None:
    """With it, each widget that is put into another is styled anew with all that is in it."""
    assert told["sheet_while_built"] == ""
    assert "QPushButton" in told["sheet"]


def test_the_first_painting_shows_all_that_is_to_be_seen(told: dict[str, Any]) -> None:
    """Where it is a second later: words of the toolbar, the button that locks, folders."""
    assert len(told["places"]) > 30
    assert told["places"] == told["places_later"]
