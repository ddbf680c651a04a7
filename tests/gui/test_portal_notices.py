"""Announcements through the portal, on a real bus with a portal of the test's own."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator

import pytest
from PySide6.QtCore import ClassInfo, QObject, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from pytestqt.qtbot import QtBot

from mel_desktop.ui.portal_notices import INTERFACE, NOTICE, OPEN, PATH, PORTAL, PortalNotices
from tests.support.login_service import Login, login_service

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="dbus-daemon")
WAIT_MS = 20_000


@ClassInfo({"D-Bus Interface": INTERFACE})  # type: ignore[call-arg]
class FakePortal(QObject):  # type: ignore[operator]
    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, dict[str, object]]] = []

    @Slot(str, "QVariantMap")
    def AddNotification(self, name: str, what: dict[str, object]) -> None:  # noqa: N802
        self.said.append((name, what))


@pytest.fixture
def login() -> Iterator[Login]:
    with login_service() as service:
        yield service


def test_it_is_said_and_a_click_is_heard(login: Login, qtbot: QtBot) -> None:
    names = [uuid.uuid4().hex for _ in range(2)]
    ours, theirs = (QDBusConnection.connectToBus(login.address, name) for name in names)
    portal = FakePortal()
    slots = QDBusConnection.RegisterOption.ExportAllSlots
    assert theirs.registerObject(PATH, portal, slots)
    assert theirs.registerService(PORTAL)
    notices = PortalNotices(bus=ours)
    clicks: list[bool] = []
    notices.clicked.connect(lambda: clicks.append(True))
    try:
        assert notices.say("Mel Desktop", "3 nouveaux messages")
        qtbot.waitUntil(lambda: bool(portal.said), timeout=WAIT_MS)
        name, what = portal.said[0]
        assert name == NOTICE
        assert (what["title"], what["body"]) == ("Mel Desktop", "3 nouveaux messages")
        for notice, action in (("other", OPEN), (NOTICE, "other"), (NOTICE, OPEN)):
            signal = QDBusMessage.createSignal(PATH, INTERFACE, "ActionInvoked")
            signal.setArguments([notice, action, []])
            assert theirs.send(signal)
        qtbot.waitUntil(lambda: bool(clicks), timeout=WAIT_MS)
        assert clicks == [True]
    finally:
        for one in names:
            QDBusConnection.disconnectFromBus(one)


def test_without_a_bus_nothing_is_said() -> None:
    assert not PortalNotices(bus=QDBusConnection("nowhere")).say("a", "b")
