"""Days with the directory in the window, on the embedded school's IMAP and SMTP servers."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.demo.host import RunningSchool, SchoolHost
from mel_desktop.demo.school import Person
from mel_desktop.demo.visit import new_account
from mel_desktop.model.accounts import Secret
from mel_desktop.model.outgoing import OutboxState
from mel_desktop.model.people import EntryKind
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.ui import language
from mel_desktop.ui.class_dialog import ClassDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import LIGHT, Theme
from tests.journey.hands import WAIT_MS, type_text
from tests.support.directory_gallery import SOURCE
from tests.support.families import FamilyReader
from tests.support.windows import delete_now, fresh_profile, shown_window

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSchool]:
    with SchoolHost(datetime.now(UTC)) as made:
        yield made


@pytest.fixture
def facade(running: RunningSchool, tmp_path: Path) -> Iterator[Facade]:
    with fresh_profile(tmp_path) as made:
        made.add_account(new_account(running), Secret(running.password))
        made.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.OFF)
        made.safety.set_undo(1)
        reader = FamilyReader(running.school)
        made._services.directory.import_reader(reader, name=SOURCE, url="export.zip")
        yield made


@pytest.fixture
def window(
    facade: Facade, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> Iterator[MainWindow]:
    language.load(qapp, language.FRENCH)
    theme = Theme(LIGHT)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    with shown_window(facade, theme, settings) as made:
        facade.start_engine()
        qtbot.waitUntil(lambda: bool(facade.folders()), timeout=WAIT_MS)
        yield made
    delete_now(theme)


def focus(qtbot: QtBot, widget: QWidget) -> None:
    widget.window().activateWindow()
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus, timeout=WAIT_MS)


def received(running: RunningSchool, person: Person, message_id: str) -> list[EmailMessage]:
    """Seen by another program."""
    context = ssl.create_default_context(cadata=running.servers.ca_pem)
    host, port = running.servers.host, running.servers.imap_port
    with imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=30) as box:
        box.login(running.login(person), running.password)
        box.select("INBOX", readonly=True)
        rows = box.fetch("1:*", "(BODY.PEEK[])")[1]
        made = [message_from_bytes(one[1], policy=policy.default)
                for one in rows if isinstance(one, tuple)]  # fmt: skip
        return [one for one in made if one["Message-ID"].strip("<> ") == message_id.strip("<>")]


def test_the_parents_of_a_class_are_written_to_and_see_nobody(
    window: MainWindow, facade: Facade, running: RunningSchool, qtbot: QtBot
) -> None:
    window.activateWindow()
    focus(qtbot, window.mail.view)
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL)  # one key
    dialog = window.findChild(ClassDialog)
    assert dialog is not None
    focus(qtbot, dialog.query)
    qtbot.keyClicks(dialog.query, "4b")  # two letters
    group = dialog.group()
    assert group is not None
    parents = {one.address: one for one in running.school.parents}
    assert {one.address for one in group.members} <= set(parents)
    assert len(group.members) > 30
    assert group.unreachable
    assert all(name in dialog.about.text() for name in group.unreachable)  # before it is sent
    qtbot.keyClick(dialog.query, Qt.Key.Key_Return)  # and Enter
    (composer,) = window.writing.composers()
    focus(qtbot, composer.subject)
    type_text(composer.subject, "Réunion de classe")
    composer.text.insert_text("Bonjour, la réunion est à 18 h.")
    assert composer.to.addresses() == composer.cc.addresses() == ()
    composer.send()
    assert composer.flow.dialog is None or not composer.flow.dialog.warnings()
    qtbot.waitUntil(
        lambda: bool(facade.outbox()) and facade.outbox()[0].state is OutboxState.FILED,
        timeout=WAIT_MS,
    )
    row = facade.outbox()[0]
    assert set(row.recipients) == {one.address for one in group.members}
    for address in (group.members[0].address, group.members[-1].address):
        (copy,) = received(running, parents[address], row.message_id)
        head = "\n".join(f"{name}: {value}" for name, value in copy.items())
        others = [one for one in parents if one != address]
        assert not any(one in head for one in others)
        assert copy["Bcc"] is None
        assert "18 h" in copy.get_content()


def test_a_teacher_and_a_family_are_found_without_a_line(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    facade.set_offline(True)
    window.activateWindow()
    focus(qtbot, window.mail.view)
    qtbot.keyClick(window, Qt.Key.Key_5, CTRL)
    pane = window.directory
    focus(qtbot, pane.query)
    qtbot.keyClicks(pane.query, "prof de maths de la 4B")
    qtbot.waitUntil(lambda: pane.hits.rowCount() > 0, timeout=WAIT_MS)
    shown = pane.card.shown
    assert shown is not None
    assert shown.entry.kind is EntryKind.PERSON
    assert shown.entry.subjects == ("Mathématiques",)
    assert "4B" in shown.entry.classes  # by function, subject and class, in a sentence

    qtbot.waitUntil(lambda: any("4B" in one.path for one in facade.folders()), timeout=WAIT_MS)
    qtbot.keyClick(pane.query, Qt.Key.Key_A, CTRL)
    qtbot.keyClicks(pane.query, "lucas girard")
    qtbot.waitUntil(lambda: pane._name.text() == "Lucas Girard", timeout=WAIT_MS)
    focus(qtbot, pane.card.family)
    qtbot.keyClick(pane.card.family, Qt.Key.Key_Space)
    assert not pane.family.isHidden()
    assert "Fabrice Girard" in pane.family.facts.text()
    assert "au " in pane.family.stamps.text()
    focus(qtbot, pane.family.write)
    qtbot.keyClick(pane.family.write, Qt.Key.Key_Space)
    (composer,) = window.writing.composers()
    assert [one.name for one in composer.to.addresses()] == ["Fabrice Girard"]
