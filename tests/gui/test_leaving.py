"""Send later, the outbox and the answers awaited, in the window."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt, QTime
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.formats.delivery_status import Outcome, Reported
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent, OutboxState
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.model.sending import PresetKind
from mel_desktop.model.submission import SubmissionFacts
from mel_desktop.store import deliveries, submission
from mel_desktop.store.database import Transaction
from mel_desktop.ui import figures
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.confirming import Confirming
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.send_later import PRESET, DayDialog, SendLaterDialog

FRIDAY_EVENING = datetime(2026, 12, 18, 20, 30, tzinfo=UTC)  # the eve of the holidays
CONTENT = DraftContent(
    to=(Address("", "lea.dupont@ac-exemple.invalid"),),
    subject="Réunion de rentrée",
    text="Bonjour",
)


@pytest.fixture
def composer(window: MainWindow, qtbot: QtBot) -> Composer:
    window.mail.view.setFocus()
    made = window.compose(CONTENT)
    assert made is not None
    return made


def later(composer: Composer) -> SendLaterDialog:
    action = next(
        one for one in composer.actions() if one.shortcut().toString() == "Ctrl+Shift+Return"
    )
    action.trigger()
    return composer.findChildren(SendLaterDialog)[-1]


def at_the_eve(facade: Facade, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the services and that of the screens stand on the eve of the holidays."""
    clock = facade._services.clock
    monkeypatch.setattr(type(clock), "now", lambda _: FRIDAY_EVENING)
    monkeypatch.setattr(figures, "now", lambda: FRIDAY_EVENING)


def test_send_later_over_the_holidays(
    window: MainWindow,
    composer: Composer,
    facade: Facade,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    at_the_eve(facade, monkeypatch)
    account = facade.accounts()[0].id
    facade.leaving.set_zone(account, "C")
    assert facade.leaving.proposal(account) is not None
    dialog = later(composer)
    chosen = dialog.presets.currentItem().data(PRESET)
    assert chosen.kind is PresetKind.NEXT_SCHOOL_DAY
    local = chosen.at.astimezone()
    assert (local.year, local.month, local.day, local.hour) == (2027, 1, 4, 8)
    assert dialog.note.text() == ""
    QTest.keyClick(dialog.presets, Qt.Key.Key_Return)
    (row,) = [one for one in facade.outbox() if one.subject == CONTENT.subject]
    assert row.state is OutboxState.QUEUED
    assert row.next_attempt == chosen.at
    assert composer not in window.writing.composers()
    window.go(Place.OUTBOX)
    pane = window.outbox
    pane.refresh()
    assert "4 janvier 2027" in pane.explanation.text()
    shown = pane.ask_hour()
    assert shown is not None
    shown.date.setDate(QDate(2027, 1, 5))
    shown.time.setTime(QTime(9, 15))
    shown.accept()
    moved = next(one for one in facade.outbox() if one.id == row.id).next_attempt
    assert moved is not None
    assert moved.astimezone().strftime("%d %H:%M") == "05 09:15"


def test_a_quiet_hour_and_an_hour_that_is_over_are_told(composer: Composer, facade: Facade) -> None:
    dialog = later(composer)
    sunday = QDate.currentDate().addDays(8 - QDate.currentDate().dayOfWeek() + 6)
    dialog.date.setDate(sunday)
    dialog.time.setTime(QTime(10, 0))
    assert "en dehors" in dialog.note.text()
    dialog.date.setDate(QDate(2020, 1, 1))
    dialog.accept()
    assert dialog.isVisible()
    assert not [one for one in facade.outbox() if one.subject == CONTENT.subject]


def test_a_zone_of_which_nothing_is_known_says_so(composer: Composer, facade: Facade) -> None:
    account = facade.accounts()[0].id
    facade.leaving.set_zone(account, "Mayotte")
    dialog = later(composer)
    assert "« Mayotte » ne sont pas connues" in dialog.note.text().replace("\xa0", " ")
    facade.leaving.set_zone(account, "Réunion")
    dialog._read_rules()
    assert dialog.note.text() == "" or "si loin" in dialog.note.text()  # by today's date


def test_hold_and_release(window: MainWindow, facade: Facade) -> None:
    account = facade.accounts()[0].id
    row = facade.send(facade.new_draft(account, CONTENT).id)
    window.go(Place.OUTBOX)
    pane = window.outbox
    pane.refresh()
    pane.hold_chosen()
    pane.refresh()
    assert next(one for one in facade.outbox() if one.id == row.id).state is OutboxState.HELD
    assert "mis ce message en attente" in pane.explanation.text()
    pane.retry_chosen()
    assert next(one for one in facade.outbox() if one.id == row.id).state is OutboxState.QUEUED


def test_the_badge_grows_loud(
    window: MainWindow, facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = facade.accounts()[0].id
    facade.send(facade.new_draft(account, CONTENT).id)
    status = facade.status()
    assert not window.outbox.badge(status)[1]
    now = datetime.now(UTC)
    monkeypatch.setattr(figures, "now", lambda: now + timedelta(days=2))
    assert window.outbox.badge(facade.status())[1]
    window.outbox.refresh()
    assert "plus ancien" in window.outbox.notice.text


def test_a_reminder_is_due_and_dismissed(
    window: MainWindow,
    facade: Facade,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    account = facade.accounts()[0]
    folder = next(
        one for one in facade.folders(account.id) if one.role and one.role.value == "sent"
    )
    (sent, *_) = facade.messages(folder.id, limit=1)
    due = facade.leaving.by(account.id, (datetime.now(UTC) + timedelta(days=4)).date())
    facade.leaving.wait_for(sent.id, due)
    window.go(Place.FOLLOWUPS)
    pane = window.late.followups
    pane.refresh()
    assert pane.chosen() is not None
    clock = facade._services.clock
    monkeypatch.setattr(type(clock), "now", lambda _: due + timedelta(hours=1))
    window.leaving.look()
    qtbot.waitUntil(lambda: "réponse" in window.notice.text, timeout=20000)
    chosen = pane.chosen()
    assert chosen is not None
    assert pane.model.index(0, 0).data() == "D’eux, échue"
    with qtbot.waitSignal(pane.message_asked):
        pane.open_chosen()
    pane.dismiss_chosen()
    assert not [one for one in facade.leaving.followups() if one.message == sent.id]


def test_school_days_are_set_and_a_newer_calendar_taken(
    composer: Composer, facade: Facade, tmp_path: Path
) -> None:
    account = facade.accounts()[0].id
    dialog = later(composer)
    rules = dialog.ask_rules()
    rules.wednesday.setChecked(False)
    rules.take_file(str(tmp_path / "nothing.toml"))
    assert "lu" in rules.calendar.text()
    shipped = Path("resources/calendars/school-holidays.toml").read_text("utf-8")
    newer = tmp_path / "newer.toml"
    newer.write_text(shipped.replace("as_of = 2026-11-27", "as_of = 2027-06-01", 1), "utf-8")
    rules.take_file(str(newer))
    assert "1 juin 2027" in rules.calendar.text()
    rules.accept()
    assert facade.leaving.hours(account).quiet.wednesday_until is None
    assert facade.leaving.hours(account).as_of == "2027-06-01"


def test_a_reminder_of_a_message_that_was_sent(window: MainWindow, facade: Facade) -> None:
    account = facade.accounts()[0]
    window.actions_.remind.trigger()
    assert "envoyé" in window.notice.text
    sent = next(one for one in facade.folders(account.id) if one.role and one.role.value == "sent")
    (first, *_) = facade.messages(sent.id, limit=1)
    dialog = window.leaving.ask_reminder(facade.show(first.id))
    assert dialog is not None
    dialog.accept()
    assert [one for one in facade.leaving.followups() if one.message == first.id]


def test_a_reminder_is_chosen_while_writing(composer: Composer, facade: Facade) -> None:
    action = next(one for one in composer.actions() if one.shortcut().toString() == "Ctrl+Shift+F8")
    action.trigger()
    (dialog,) = composer.findChildren(DayDialog)
    dialog.accept()
    assert action.isChecked()
    assert composer.remind_at is not None
    composer.send()
    with facade._services.database.read() as reader:
        facade.leaving.followups()
        (row,) = [one for one in facade.outbox() if one.subject == CONTENT.subject]
        assert reader.value("SELECT message_id FROM followup") == row.message_id


def test_a_message_that_came_back_is_corrected(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    account = facade.accounts()[0].id
    row = facade.send(facade.new_draft(account, CONTENT).id)

    def came_back(tx: Transaction) -> None:
        tx.run("UPDATE outbox SET state = 'filed', taken = recipients WHERE id = ?", row.id)
        tx.run(
            """INSERT INTO delivery (account_id, message_id, recipient, outcome, status, at)
               VALUES (?, ?, ?, 'failed', '5.1.1', '2026-11-27T08:00:00Z')""",
            account,
            row.message_id,
            CONTENT.to[0].address,
        )

    facade._services.database.write(came_back)
    window.go(Place.OUTBOX)
    pane = window.outbox
    pane.refresh()
    assert "n’existe pas" in pane.explanation.text()
    assert pane.model.index(0, 0).data() == "Non remis à tous"
    pane.correct_chosen()
    (composer,) = window.writing.composers()
    draft = composer.draft_id()
    assert draft is not None
    assert facade.draft(draft).content.to == CONTENT.to


def confirmation(composer: Composer) -> Confirming:
    found = composer.findChild(Confirming, "confirming")
    assert found is not None
    return found


def test_a_confirmation_of_delivery_is_kept_in_the_draft(
    window: MainWindow, composer: Composer, facade: Facade, qtbot: QtBot
) -> None:
    composer.activateWindow()
    composer.subject.setFocus()
    qtbot.waitUntil(composer.subject.hasFocus)
    ctrl_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(composer.subject, Qt.Key.Key_F9, ctrl_shift)
    assert confirmation(composer).action.isChecked()
    assert composer.notice.text
    assert composer.save()
    draft = composer.draft_id()
    assert draft is not None
    assert facade.draft(draft).content.confirm
    composer.close()
    again = window.writing.open_draft(draft)
    assert again is not None
    assert confirmation(again).action.isChecked()
    assert not again.is_edited
    confirmation(again).action.trigger()
    assert again.save()
    assert not facade.draft(draft).content.confirm


def test_a_server_that_confirms_nothing_is_told_of_at_once(
    composer: Composer, facade: Facade
) -> None:
    account = facade.account(composer.account())
    facts = SubmissionFacts(extensions=frozenset({"8BITMIME"}))
    facade._services.database.write(lambda tx: submission.learn(tx, account, facts, account.smtp))
    confirmation(composer).action.trigger()
    assert "ne confirme pas" in composer.notice.text


def test_the_outbox_says_who_has_it(window: MainWindow, composer: Composer, facade: Facade) -> None:
    people = tuple(Address("", f"{who}@ac-exemple.invalid") for who in ("ana", "bea", "cleo"))
    content = replace(CONTENT, to=people, confirm=True)
    row = facade.send(facade.new_draft(composer.account(), content).id)

    def settle(tx: Transaction) -> None:
        tx.run(
            "UPDATE outbox SET state = 'filed', taken = recipients WHERE id = ?",
            row.id,
        )
        said = [
            Reported("ana@ac-exemple.invalid", Outcome.DELIVERED, "2.0.0"),
            Reported("bea@ac-exemple.invalid", Outcome.RELAYED, "2.0.0"),
        ]
        deliveries.record(tx, row.account, row.message_id, said, None, figures.now())

    facade._services.database.write(settle)
    window.go(Place.OUTBOX)
    pane = window.outbox
    pane.refresh()
    words = pane.explanation.text()
    assert "Remis à ana@ac-exemple.invalid." in words
    assert "Transmis pour bea@ac-exemple.invalid" in words
    assert "Une confirmation de remise est demandée." in words


def test_whose_address_the_server_does_not_take_is_named(
    composer: Composer, facade: Facade, qtbot: QtBot
) -> None:
    facade.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.OFF)
    account = facade.account(composer.account())
    facts = SubmissionFacts(extensions=frozenset({"8BITMIME"}))
    facade._services.database.write(lambda tx: submission.learn(tx, account, facts, account.smtp))
    accented = Address("", "hélène@ac-exemple.invalid")
    composer.take(replace(CONTENT, cc=(accented,)))
    composer.send()
    if composer.flow.dialog is not None:  # other checks are others' tests
        composer.flow.dialog.accepted_all.emit(frozenset(one.value for one in WarningCode))
    qtbot.waitUntil(lambda: accented.address in composer.notice.text)
    assert "lettres accentuées" in composer.notice.text
    assert CONTENT.to[0].address not in composer.notice.text
    assert composer.content().cc == (accented,)
