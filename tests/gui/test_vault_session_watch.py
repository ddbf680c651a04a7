"""The session of the PC says that it is locked and sleeps (a real D-Bus; Windows' messages)."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtDBus import QDBusConnection
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.ui import session_windows
from mel_desktop.ui.application import Session
from mel_desktop.ui.session_watch import SessionWatch
from mel_desktop.ui.theme import Theme
from tests.gui.vault_hands import WAIT_MS, begin, end, wait_locked
from tests.support.login_service import Login, login_service

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="dbus-daemon")


@pytest.fixture
def login() -> Iterator[Login]:
    with login_service() as service:
        yield service


@pytest.fixture
def watch(login: Login, qtbot: QtBot) -> Iterator[SessionWatch]:
    name = uuid.uuid4().hex
    bus = QDBusConnection.connectToBus(login.address, name)
    made = SessionWatch(system=bus, session=bus)
    made.start()
    made.hold_sleep()
    qtbot.waitUntil(lambda: made.holds_sleep and made.knows_session, timeout=WAIT_MS)
    yield made
    made.let_sleep()
    made.deleteLater()
    QDBusConnection.disconnectFromBus(name)


def test_each_signal_of_the_bus_is_heard(watch: SessionWatch, login: Login, qtbot: QtBot) -> None:
    said: list[str] = []
    watch.locked.connect(lambda: said.append("locked"))
    watch.sleeping.connect(lambda: said.append("sleeping"))
    login.tell("lock-other")
    login.tell("saver-off")
    login.tell("wake")
    for number, what in enumerate(("lock", "hint", "saver"), start=1):
        login.tell(what)
        qtbot.waitUntil(lambda number=number: len(said) == number, timeout=WAIT_MS)
    assert said == ["locked"] * 3, "neither another's session nor the end of a screen saver counts"
    login.tell("sleep")
    qtbot.waitUntil(lambda: len(said) == 4, timeout=WAIT_MS)
    assert said[-1] == "sleeping"


def test_the_pc_sleeps_only_when_the_vault_is_locked(
    watch: SessionWatch,
    login: Login,
    facade: Facade,
    settings: QSettings,
    theme: Theme,
    qtbot: QtBot,
) -> None:
    session: Session = begin(facade, settings, watch)
    login.tell("sleep")
    qtbot.waitUntil(lambda: session.window is None, timeout=WAIT_MS)
    assert watch.holds_sleep, "it is being locked"
    dialog = wait_locked(qtbot, session)
    assert not watch.holds_sleep
    assert login.tell("released") == "released", "the bus has its descriptor back"
    assert "veille" in dialog.notice.text
    end(session)


def test_a_locked_screen_locks_the_vault(
    watch: SessionWatch,
    login: Login,
    facade: Facade,
    settings: QSettings,
    theme: Theme,
    qtbot: QtBot,
) -> None:
    session = begin(facade, settings, watch)
    login.tell("hint")
    qtbot.waitUntil(lambda: session.window is None, timeout=WAIT_MS)
    wait_locked(qtbot, session)
    end(session)


def test_without_a_bus_nothing_is_said(qtbot: QtBot) -> None:
    nowhere = QDBusConnection.connectToBus("unix:path=/nonexistent", uuid.uuid4().hex)
    watch = SessionWatch(system=nowhere, session=nowhere)
    watch.start()
    watch.hold_sleep()
    assert not watch.holds_sleep


def test_messages_of_windows() -> None:
    lock, sleep = session_windows.is_lock, session_windows.is_sleep
    assert lock(0x02B1, 7)
    assert lock(0x02B1, 2)
    assert not lock(0x02B1, 8), "unlocked"
    assert not lock(0x0218, 7)
    assert sleep(0x0218, 4)
    assert not sleep(0x0218, 7), "resumed"
