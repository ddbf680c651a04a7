"""A second start hands over what it was asked to the window that is there, and ends."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mel_desktop.app import asked, wiring
from mel_desktop.model.accounts import Secret
from mel_desktop.store import keyslots
from mel_desktop.ui import language
from mel_desktop.ui.application import Session
from mel_desktop.ui.file_window import FileWindow
from mel_desktop.ui.instance import Instance, hand_over, name_of, requests_of
from tests.journey.program import ROOT
from tests.support import planted_school

WAIT_S = 90
PHRASE = "une phrase assez longue"


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder of its own, with a name short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="mel") as folder:
        os.chmod(folder, stat.S_IRWXU)
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
        yield Path(folder)


def start(profile: Path, *words: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT),
        "LANG": "fr_FR.UTF-8",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "mel_desktop", "--profile", str(profile), "--offline", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )


def end(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    if process.poll() is None:
        process.kill()
    return process.communicate(timeout=WAIT_S)


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes leave no file to look at")
def test_two_processes_and_one_that_was_killed(place: Path) -> None:
    profile = place / "profile"
    wiring.create_profile(profile, passphrase=Secret(PHRASE), use_keyring=False).close()
    socket = Path(name_of(profile))
    first = start(profile)
    second = third = None
    try:
        wait_for(lambda: socket.exists() and hears(profile), first)
        assert stat.S_IMODE(socket.stat().st_mode) & 0o077 == 0, "of this user only"
        second = start(profile, "mailto:lea@exemple.fr")
        assert second.wait(WAIT_S) == 0
        assert second.communicate() == (b"", b"")
        assert first.poll() is None
        end(first)
        assert socket.exists(), "left lying by the kill"
        third = start(profile)
        wait_for(lambda: hears(profile), third)
        assert third.poll() is None
    finally:
        for one in (first, second, third):
            if one is not None:
                end(one)


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes leave no file to look at")
def test_the_door_goes_with_its_window(place: Path, qapp: QApplication) -> None:
    profile = place / "profile"
    assert not hand_over(profile, ()), "nobody is there"
    instance = Instance(profile)
    assert instance.listen()
    assert hears(profile)
    instance.close()
    assert list(place.glob("mel-desktop-*")) == []
    instance.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a path, not the name of a pipe")
def test_where_nobody_can_listen_it_is_said(
    place: Path, qapp: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    Path(name_of(place / "profile")).mkdir()  # in the way
    assert not Instance(place / "profile").listen()
    assert "no other start" in caplog.text
    caplog.clear()


def is_open(session: Session) -> bool:
    return session.window is not None


def hears(profile: Path) -> bool:
    socket = QLocalSocket()
    socket.connectToServer(name_of(profile))
    found = socket.waitForConnected(200)
    socket.abort()
    return found


def wait_for(is_so: object, process: subprocess.Popen[bytes]) -> None:
    assert callable(is_so)
    until = time.monotonic() + WAIT_S
    while not is_so():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.1)


def test_what_is_asked_waits_until_the_vault_is_open(
    place: Path, profile: Path, tmp_path: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    letter = tmp_path / "Sortie.EML"
    letter.write_bytes(b"From: lea@exemple.fr\r\nSubject: Sortie\r\n\r\nBonjour\r\n")
    language.load(qapp, language.FRENCH)
    settings = QSettings(str(profile / "window.ini"), QSettings.Format.IniFormat)
    session = Session(profile, facade=None, offline=True, screenshot=None, settings=settings)
    instance = Instance(profile, session)
    instance.asked.connect(session.ask)
    assert instance.listen()
    try:
        session._ask(None, None)  # locked
        session.ask(("mailto:lea@exemple.fr?subject=Oui",))
        other = start(profile, str(letter))
        try:
            qtbot.waitUntil(lambda: other.poll() is not None, timeout=WAIT_S * 1000)
        finally:
            said = end(other)
        assert other.returncode == 0, said
        assert not is_open(session)
        session.take(planted_school.open_profile(profile))
        assert is_open(session)
        window = session.window
        assert window is not None
        assert [one.content().subject for one in window.writing.composers()] == ["Oui"]
        (shown,) = window.findChildren(FileWindow)
        assert shown.browser.toPlainText().strip() == "Bonjour"
        shown.close()
        window.writing.close_all()
        window.quit()
    finally:
        instance.close()
        session.close()


@pytest.mark.parametrize(
    "octets",
    [
        b"", b"{}", b"[1]", b'["--help"]', b'["/etc/passwd"]', b'["relative.eml"]', b"[[]]",
        b"\xff\xfe", b"[" * 100_000, json.dumps(["mailto:a@b.fr"] * 21).encode(),
        json.dumps(["mailto:" + "a" * 300_000]).encode(),
    ],
)  # fmt: skip
def test_what_a_stranger_says_is_not_taken(octets: bytes) -> None:
    assert requests_of(octets) is None


def test_what_may_be_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"Subject: a\r\n\r\n")
    assert asked.of_argument(str(path)) == str(path)
    assert asked.of_argument("mailto:a@b.fr") == "mailto:a@b.fr"
    for other in ("sync", "", str(tmp_path / "none.eml"), str(tmp_path), "http://a.fr", "a\0.eml"):
        assert asked.of_argument(other) == ""
    assert requests_of(json.dumps([str(path), "mailto:a@b.fr"]).encode()) == (
        str(path), "mailto:a@b.fr",
    )  # fmt: skip
    assert requests_of(b"[]") == ()
