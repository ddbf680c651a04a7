"""The ways out of the outbox in the window, by key; big mail that waits; its setting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.links import Line, Price
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent, OutboxRow, OutboxState
from mel_desktop.model.sending import BigMailSettings, OutboxWay, RecipientState
from mel_desktop.services.big_mail import BigMail
from mel_desktop.store.database import Transaction
from mel_desktop.store.times import to_text
from mel_desktop.ui import line_words
from mel_desktop.ui.check_settings import CheckSettingsDialog
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.outbox_pane import OutboxPane

PEOPLE = ("lea.dupont@ac-exemple.invalid", "marc.oberlin@ac-exemple.invalid")
CONTENT = DraftContent(
    to=tuple(Address("", one) for one in PEOPLE), subject="Sortie au musée", text="Bonjour"
)
Mod = Qt.KeyboardModifier
CTRL, SHIFT = Mod.ControlModifier, Mod.ShiftModifier


@pytest.fixture
def row(facade: Facade) -> OutboxRow:
    return facade.send(facade.new_draft(facade.accounts()[0].id, CONTENT).id)


@pytest.fixture
def pane(window: MainWindow, row: OutboxRow, qtbot: QtBot) -> OutboxPane:
    window.go(Place.OUTBOX)
    found = window.outbox
    window.activateWindow()
    found.table.setFocus()
    qtbot.waitUntil(found.table.hasFocus)
    return found


def plant(facade: Facade, row: OutboxRow, state: OutboxState, **columns: str) -> None:
    """As a fault of servers would have left it."""
    named = {"state": state.value, **columns}
    sets = ", ".join(f"{name} = ?" for name in named)

    def work(tx: Transaction) -> None:
        tx.run(f"UPDATE outbox SET {sets} WHERE id = ?", *named.values(), row.id)

    facade._services.database.write(work)


def press(pane: OutboxPane, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> QMessageBox:
    QTest.keyClick(pane.table, key, modifiers)
    boxes = pane.findChildren(QMessageBox)
    assert len(boxes) == 1
    return boxes[0]


def answer(box: QMessageBox, words: str) -> None:
    """By the name of the button; the careful one is ahead."""
    (button,) = [one for one in box.buttons() if one.text().replace("&", "") == words]
    assert box.defaultButton() is not button
    button.click()


def after(facade: Facade, row: OutboxRow) -> OutboxRow:
    return next(one for one in facade.outbox() if one.id == row.id)


def long_ago(facade: Facade) -> str:
    return to_text(facade._services.clock.now() - timedelta(hours=1))


def test_unknown_is_not_sent_again_before_sent_was_searched_late_enough(
    pane: OutboxPane, facade: Facade, row: OutboxRow
) -> None:
    now = to_text(facade._services.clock.now())
    plant(facade, row, OutboxState.UNKNOWN, since=now, checked_at=now)
    pane.refresh()
    assert "consulté de nouveau" in pane.explanation.text()
    assert not pane._retry.isEnabled()
    assert not pane._ways[OutboxWay.SEND_IN_DOUBT].isEnabled()
    assert pane._ways[OutboxWay.IT_LEFT].isEnabled()
    plant(facade, row, OutboxState.UNKNOWN, since=long_ago(facade), checked_at=now)
    pane.refresh()
    assert "le message n’y est pas" in pane.explanation.text()
    assert pane._retry.isEnabled()


def test_it_did_leave(pane: OutboxPane, facade: Facade, row: OutboxRow) -> None:
    plant(facade, row, OutboxState.UNKNOWN, since=long_ago(facade), search_trouble="unreachable")
    pane.refresh()
    box = press(pane, Qt.Key.Key_J, CTRL)
    assert "webmail" in box.text()
    answer(box, "Il est bien parti")
    assert after(facade, row).state is OutboxState.ACCEPTED


def test_sent_all_the_same_with_the_risk_said(
    pane: OutboxPane, facade: Facade, row: OutboxRow
) -> None:
    plant(facade, row, OutboxState.UNKNOWN, since=long_ago(facade), search_trouble="unreachable")
    pane.refresh()
    assert "ne peut pas être consulté" in pane.explanation.text()
    box = press(pane, Qt.Key.Key_V, CTRL | SHIFT)
    assert "2 destinataires le recevront deux fois" in box.text()
    answer(box, "L’envoyer quand même")
    assert after(facade, row).state is OutboxState.QUEUED


def partly(facade: Facade, row: OutboxRow) -> None:
    plant(
        facade,
        row,
        OutboxState.QUEUED,
        taken=f'["{PEOPLE[0]}"]',
        reason="server-temporary",
        detail="450 4.2.0 later",
        attempts="3",
    )


def test_left_at_that(pane: OutboxPane, facade: Facade, row: OutboxRow) -> None:
    partly(facade, row)
    pane.refresh()
    assert not pane._edit.isEnabled()  # somebody has it: it is not taken back
    box = press(pane, Qt.Key.Key_Y, CTRL)
    assert PEOPLE[1] in box.informativeText()
    answer(box, "En rester là")
    assert after(facade, row).state is OutboxState.ACCEPTED
    states = [one.state for one in facade.leaving.details(row.id).recipients]
    assert states == [RecipientState.TAKEN, RecipientState.LEFT_OUT]
    pane.refresh()
    assert f"Non envoyé à {PEOPLE[1]}" in pane.explanation.text()


def test_the_rest_is_corrected(
    pane: OutboxPane, window: MainWindow, facade: Facade, row: OutboxRow
) -> None:
    partly(facade, row)
    pane.refresh()
    box = press(pane, Qt.Key.Key_K, CTRL | SHIFT)
    assert "1 destinataire n’a pas encore reçu" in box.text()
    answer(box, "Le corriger")
    (composer,) = window.writing.composers()
    draft = composer.draft_id()
    assert draft is not None
    assert [one.address for one in facade.draft(draft).content.to] == [PEOPLE[1]]
    assert after(facade, row).state is OutboxState.ACCEPTED  # it gets one of the two, not both


def test_filing_is_stopped(
    pane: OutboxPane, window: MainWindow, facade: Facade, row: OutboxRow, qtbot: QtBot
) -> None:
    plant(
        facade,
        row,
        OutboxState.ACCEPTED,
        accepted_at=long_ago(facade),
        reason="mailbox-full",
        attempts="4",
    )
    pane.refresh()
    assert "bien parti" in pane.explanation.text()
    assert pane._retry.text() == "Ranger maintenant"
    QTest.keyClick(pane.table, Qt.Key.Key_T, CTRL)
    tried = after(facade, row)
    assert (tried.state, tried.attempts) == (OutboxState.ACCEPTED, 0)  # due at once
    box = press(pane, Qt.Key.Key_W, CTRL | SHIFT)
    answer(box, "La garder sur ce poste")
    assert after(facade, row).state is OutboxState.FILED
    pane.refresh()
    assert pane.model.index(0, 0).data() == "Envoyé, gardé sur ce poste"
    with qtbot.waitSignal(pane.message_asked) as asked:
        pane.show_copy()
    assert asked.args is not None
    assert facade.show(asked.args[0]).subject == CONTENT.subject


def test_one_of_two_is_one_recipient(pane: OutboxPane, facade: Facade, row: OutboxRow) -> None:
    details = facade.leaving.details(row.id)
    first, second = details.recipients
    taken = (replace(first, state=RecipientState.TAKEN), second)
    said = pane._people(replace(details, recipients=taken))
    assert said == ["Envoyé à 1 destinataire sur 2."]


def test_big_mail_that_waits_is_told_and_sent_now(
    pane: OutboxPane, facade: Facade, row: OutboxRow
) -> None:
    plant(facade, row, OutboxState.QUEUED, reason="waits-for-line", size="9000000")
    pane.refresh()
    assert pane.model.index(0, 0).data() == "Attend une bonne ligne"
    assert "les autres passent devant" in pane.explanation.text()
    QTest.keyClick(pane.table, Qt.Key.Key_T, CTRL)
    with facade._services.database.read() as reader:
        assert reader.value("SELECT at_once FROM outbox WHERE id = ?", row.id) == 1


def test_the_threshold_in_the_settings(
    window: MainWindow, facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = CheckSettingsDialog(facade, window)
    assert dialog.big_mail.value() == 5
    dialog.big_mail.setValue(0)
    assert dialog.big_mail.text() == "Jamais d’attente"
    dialog.accept()
    assert facade.leaving.big_mail().megabytes == 0
    fixed = BigMailSettings(12, is_fixed=True)
    monkeypatch.setattr(BigMail, "settings", lambda _: fixed)
    again = CheckSettingsDialog(facade, window)
    assert not again.big_mail.isEnabled()
    assert again.big_mail.value() == 12
    again.accept()
    assert not again.note.isVisible()


def test_the_time_upwards_in_words(window: MainWindow) -> None:
    assert line_words.time_up(Price(9_000_000, None, ask_first=False)) == ""
    guessed = Price(9_000_000, 90.0, ask_first=False, at_least=True)
    assert line_words.time_up(guessed).startswith("au moins ")
    measured = Price(9_000_000, 90.0, ask_first=False)
    assert line_words.time_up(measured).startswith("environ ")
    line = Line(0.9, 1e6, None, 0.3e6)
    assert line_words.measured(line).endswith("300\N{NO-BREAK SPACE}kbit/s en envoi")
