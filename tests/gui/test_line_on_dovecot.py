"""The line in the window against a real server: counted, priced, stopped and gone on with."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Link
from mel_desktop.model.links import LinkProfile, LinkReason, LinkSettings
from mel_desktop.ui.line_dialog import LineDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import Theme
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.windows import fresh_profile, shown_window

pytestmark = pytest.mark.servers

WAIT_MS = 30_000
SLICE = 256 * 1024
FILM = random.Random(3).randbytes(18_000_000)
RAW = (
    b"From: Vie scolaire <vs@ac-exemple.invalid>\r\nSubject: Sortie\r\nMessage-ID: <film@x>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nVoici le film.\r\n"
    b"--b\r\nContent-Type: video/mp4; name=film.mp4\r\n"
    b"Content-Disposition: attachment; filename=film.mp4\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(FILM).replace(b"\n", b"\r\n")
    + b"--b--\r\n"
)


@pytest.fixture
def user(dovecot: Dovecot) -> MailUser:
    made = dovecot.new_user()
    dovecot.deliver_all(made, "INBOX", [(RAW, (), datetime.now(UTC))])
    return made


@pytest.fixture
def online(dovecot: Dovecot, user: MailUser, tmp_path: Path) -> Iterator[Facade]:
    with fresh_profile(tmp_path) as facade:
        account = facade.add_account(dovecot.new_account(user), user.secret)
        facade.set_link_settings(account.id, LinkSettings(profile=LinkProfile.FRUGAL))
        yield facade


@pytest.fixture
def live(online: Facade, theme: Theme, settings: QSettings, qtbot: QtBot) -> Iterator[MainWindow]:
    with shown_window(online, theme, settings) as window:
        online.start_engine()
        qtbot.waitUntil(lambda: window.mail.model.rowCount() == 1, timeout=WAIT_MS)
        qtbot.waitUntil(
            lambda: window.status_line.status().accounts[0].link is Link.UP_TO_DATE, timeout=WAIT_MS
        )
        yield window


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_film_on_a_frugal_line(
    live: MainWindow, online: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    account = online.accounts()[0].id
    (status,) = live.status_line.status().accounts
    assert status.in_force is not None
    assert (status.in_force.profile, status.in_force.reason) == (
        LinkProfile.FRUGAL,
        LinkReason.CHOSEN,
    )
    assert "Ligne frugale (choisie)" in plain(live.status_line.line.words)
    before = online.traffic(account)
    assert 0 < before.received < 200_000  # the film stayed on the server

    live.mail.view.select(live.mail.model.ids[0])
    reader = live.mail.reader
    qtbot.waitUntil(lambda: "Voici le film." in reader.browser.toPlainText(), timeout=WAIT_MS)
    (card,) = reader.attachments.cards()
    assert "18 Mo · sur le serveur" in plain(card.facts)
    card._save.click()
    box = reader.attachments.findChild(QMessageBox)
    assert box is not None
    assert "film.mp4" in box.text()
    box.close()

    target = tmp_path / "film.mp4"
    message, part = live.mail.model.ids[0], card.part
    fetches = reader.attachments.fetches
    key = (message, part.number)

    def stop_once(_: object) -> None:
        found = fetches.of(key)
        if found is not None and found.running and found.done > 4 * SLICE:
            fetches.stop(key)

    fetches.moved.connect(stop_once)
    reader.attachments.save_to(part, target)
    qtbot.waitUntil(lambda: "arrêté" in card.facts, timeout=WAIT_MS)
    fetches.moved.disconnect(stop_once)
    qtbot.wait(500)  # what was under way ends
    here = part.size - online.price(message, part.number).octets
    assert 4 * SLICE <= here < part.size
    middle = online.traffic(account)

    reader.attachments.save_to(part, target)
    qtbot.waitUntil(lambda: "enregistré" in reader.notice.text, timeout=WAIT_MS)
    assert target.read_bytes() == FILM
    after = online.traffic(account)
    assert after.received - middle.received < part.size - here + 2 * SLICE  # nothing twice
    qtbot.waitUntil(
        lambda: live.status_line.status().accounts[0].traffic.received >= after.received,
        timeout=WAIT_MS,
    )


def test_the_counters_of_the_dialog_and_the_plan(
    live: MainWindow, online: Facade, qtbot: QtBot
) -> None:
    live.actions_.line.trigger()
    dialog = live.findChild(LineDialog)
    assert dialog is not None
    assert plain(dialog.counters[1][0].text()) != "0 o"
    account = online.accounts()[0].id
    plan = live.line_desk.show_plan(account)
    qtbot.waitUntil(lambda: "a demandé" in plan.lines.toPlainText(), timeout=WAIT_MS)
    dialog.day.click()
    dialog.day_mb.setValue(1)
    assert online.link_settings(account).day_bytes == 1_000_000
    assert online.in_force(account).left_bytes is not None
    plan.close()
    dialog.close()
