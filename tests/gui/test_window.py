"""The main window does what its words say, and shows what the store holds."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.changes import AccountStatus, Link, Status
from mel_desktop.model.errors import ErrorCode
from mel_desktop.model.mail import Flags, Marks, Role
from mel_desktop.ui import mail_commands
from mel_desktop.ui.dialogs import MoveDialog, PasswordDialog
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.settings_dialog import SettingsDialog
from mel_desktop.ui.theme import DARK, LIGHT, Theme


def test_opens_on_the_inbox(window: MainWindow, facade: Facade) -> None:
    folder = facade.find_folder("inbox")
    assert window.mail.folder() == folder
    assert window.mail.model.ids == facade.message_ids(folder.id)
    assert folder.unread > 1  # how many depends on the hour at which the school was made
    assert f"Boîte de réception ({folder.unread})" in window.windowTitle()
    words = window.status_line.text.text()
    assert "300 messages ici" in words
    assert "2 messages à envoyer" in words
    assert "Hors ligne" in words
    assert "synchronisé" in words


def test_choosing_reads(window: MainWindow, facade: Facade) -> None:
    ids = window.mail.model.ids
    window.mail.view.select(ids[3])
    read = window.mail.reader.message()
    assert read is not None
    assert read.id == ids[3]
    assert read.sender.address in window.mail.reader.head.from_.text()
    assert window.actions_.reply.isEnabled()
    window.mail.view.selectAll()
    assert window.mail.reader.message() is None
    assert not window.actions_.reply.isEnabled()
    assert window.actions_.delete.isEnabled()


def test_an_unread_message_becomes_read(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    folder = facade.find_folder("inbox")
    unread = facade.message_ids(folder.id, unread=True)[0]
    window.mail.view.select(unread)
    qtbot.waitUntil(
        lambda: bool(facade.message_rows([unread])[0].flags.marks & Marks.SEEN), timeout=5000
    )
    qtbot.waitUntil(lambda: f"({folder.unread - 1})" in window.windowTitle(), timeout=5000)
    row = window.mail.model.row_at(window.mail.model.place(unread) or 0)
    assert row is not None
    assert row.waiting


def test_flag_delete_move_and_undo(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    ids = window.mail.model.ids
    window.mail.view.select(ids[5])
    was = bool(facade.message_rows([ids[5]])[0].flags.marks & Marks.FLAGGED)
    window.actions_.flag.trigger()
    assert bool(facade.message_rows([ids[5]])[0].flags.marks & Marks.FLAGGED) is not was
    window.actions_.delete.trigger()
    qtbot.waitUntil(lambda: ids[5] not in window.mail.model.ids, timeout=5000)
    assert facade.message_rows([ids[5]])[0].folder == facade.find_folder("trash").id
    window.mail.view.select(ids[6])
    window.actions_.move.trigger()
    dialog = window.mail.findChild(MoveDialog)
    assert dialog is not None
    dialog.filter.setText("archives")
    dialog.accept()
    qtbot.waitUntil(lambda: ids[6] not in window.mail.model.ids, timeout=5000)
    assert facade.message_rows([ids[6]])[0].folder == facade.find_folder("archive").id
    window.actions_.journal.trigger()
    assert window.pages.currentWidget() is window.journal
    before = len(facade.journal())
    assert before >= 3
    window.journal.table.selectRow(0)
    window.journal.undo_chosen()
    qtbot.waitUntil(lambda: window.journal.model.rowCount() < before, timeout=5000)


def test_deleting_in_the_trash_asks(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    window.tree.choose(facade.find_folder("trash").id)
    ids = window.mail.model.ids
    window.mail.view.select(ids[0])
    window.actions_.delete.trigger()
    box = window.mail.findChild(QMessageBox)
    assert box is not None
    assert "définitivement" in box.text()
    assert ids[0] in facade.message_ids(facade.find_folder("trash").id)
    box.close()


def find(window: MainWindow, qtbot: QtBot, typed: str) -> None:
    """Type a query, and wait until all of its results stand there."""
    window.search_field.setText(typed)
    with qtbot.waitSignal(window.search_desk.settled):
        window.search()


def test_search_and_back(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    qtbot.keyClicks(window.search_field, "conseil de classe")
    with qtbot.waitSignal(window.search_desk.settled):
        qtbot.keyClick(window.search_field, Qt.Key.Key_Return)
    expected = facade.search("conseil de classe", limit=1000)
    assert window.mail.model.ids == tuple(hit.id for hit in expected.hits)
    assert f"{len(expected.hits)} messages trouvés" in window.mail._title.text()
    assert "300 parcourus" in window.mail._facts.text()
    window.mail.view.select(window.mail.model.ids[0])
    assert window.mail.reader.message() is not None
    window._on_escape()
    assert window.search_field.text() == ""
    assert len(window.mail.model.ids) == 155


def test_search_says_what_it_could_not_search(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    facade._services.database.write(
        lambda tx: tx.run("UPDATE message SET body = 0 WHERE id % 3 = 0")
    )
    find(window, qtbot, "réunion")
    result = facade.search("réunion", limit=1000)
    assert result.not_local > 0
    missed = window.mail.strip.parts.missed
    assert f"Le texte de {result.not_local} messages n’est pas ici" in missed.text()


def test_unread_filter(window: MainWindow, facade: Facade) -> None:
    window.actions_.unread_only.trigger()
    inbox = facade.find_folder("inbox")
    assert len(window.mail.model.ids) == inbox.unread > 1
    window.actions_.unread_only.trigger()
    assert len(window.mail.model.ids) == 155


def test_changes_made_elsewhere_appear(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    message = window.mail.model.ids[2]
    with qtbot.waitSignal(window.bridge.changed, timeout=5000):
        facade.flag([message], Flags(Marks.FLAGGED), Flags())
    row = window.mail.model.row_at(2)
    assert row is not None
    assert row.flags.marks & Marks.FLAGGED


def test_outbox_back_to_drafts(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    window.actions_.outbox.trigger()
    pane = window.outbox
    assert pane.model.index(0, 0).data() == "En attente du réseau"
    pane.table.selectRow(0)
    assert "réseau" in pane.explanation.text()
    subject = pane.model.values()[0].subject
    pane.edit_chosen()
    (composer,) = window.writing.composers()
    assert composer.subject.text() == subject
    qtbot.waitUntil(lambda: pane.model.rowCount() == 1, timeout=5000)
    composer.close()
    assert any(draft.content.subject == subject for draft in facade.drafts())


def test_a_failed_message_says_why(window: MainWindow, facade: Facade) -> None:
    facade._services.database.write(
        lambda tx: tx.run(
            """UPDATE outbox SET state = 'failed', reason = ?, detail = '550 No such user',
                                 attempts = 2""",
            ErrorCode.RECIPIENT_REFUSED.text,
        )
    )
    window.actions_.outbox.trigger()
    words = window.outbox.explanation.text()
    assert "refusé" in words
    assert "550 No such user" in words
    assert "2 essais" in words
    assert window.outbox._retry.isEnabled()
    window.outbox.retry_chosen()
    assert sum(row.state.value == "queued" for row in facade.outbox()) == 1


def test_directory_pane(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    window.actions_.directory.trigger()
    pane = window.directory
    pane.query.setText("oberlin")
    pane.search()
    assert "1 fiche trouvée" in pane.count.text()
    assert pane._name.text() == "Marc Oberlin"
    pane._on_write()
    (composer,) = window.writing.composers()
    assert composer.to.addresses()[0].address == "marc.oberlin@ac-exemple.invalid"
    texts = " ".join(
        label.text() for label in pane.sources.findChildren(type(pane.count)) if label.text()
    )
    assert "Annuaire de l'éducation" in texts  # attribution of the Licence Ouverte
    assert "mis à jour le" in texts


def test_import_says_what_it_did(
    window: MainWindow, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    window.actions_.directory.trigger()
    people = tmp_path / "collegues.csv"
    people.write_text("nom;prénom;mail\nMartin;Zoé;zoe.martin@exemple.invalid\n", encoding="utf-8")
    window.directory.import_files((people,))
    qtbot.waitUntil(lambda: len(facade.directory_sources()) == 3, timeout=10_000)
    qtbot.waitUntil(lambda: "1 fiche." in window.directory.notice.text, timeout=5000)
    bad = tmp_path / "image.csv"
    bad.write_bytes(bytes(range(256)) * 10)
    window.directory.import_files((bad,))
    qtbot.waitUntil(lambda: window.directory.notice.property("tone") == "danger", timeout=10_000)
    assert window.directory.sources.import_button.isEnabled()


def test_offline_toggle(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    assert facade.status().offline
    assert window.actions_.offline.isChecked()
    # nothing may reach for the network here: the account is taken away first
    for account in facade.accounts():
        facade.remove_account(account.id)
    window.actions_.offline.trigger()
    assert not facade.status().offline
    qtbot.waitUntil(lambda: "Hors ligne" not in window.status_line.text.text(), timeout=5000)
    window.actions_.offline.trigger()
    qtbot.waitUntil(lambda: "Hors ligne" in window.status_line.text.text(), timeout=5000)


def test_a_refused_password_asks_for_a_new_one(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    account = facade.accounts()[0]
    facade._services.accounts.hold(account.id)
    trouble = AccountStatus(
        account.id, Link.TROUBLE, ErrorCode.SIGN_IN_REFUSED.text, "imap.exemple.invalid"
    )
    window._on_status(Status(accounts=(trouble,), messages=3, bodies=3))
    assert "mot de passe" in window.notice.text
    assert account.email in window.notice.text
    qtbot.mouseClick(window.notice._button, Qt.MouseButton.LeftButton)
    dialog = window.findChild(PasswordDialog)
    assert dialog is not None
    dialog.password.setText("le nouveau")
    dialog.accept()
    assert facade._services.accounts.password(account.id) == Secret("le nouveau")
    assert facade.account(account.id).state.value == "ready"
    assert dialog.password.text() == ""


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status(), "Aucun compte"),
        (Status(accounts=(AccountStatus(1, Link.CONNECTING),)), "Connexion…"),  # type: ignore[arg-type]
        (
            Status(accounts=(AccountStatus(1, Link.WORKING, done=120, expected=2000),)),  # type: ignore[arg-type]
            "Synchronisation",
        ),
        (
            Status(
                accounts=(
                    AccountStatus(1, Link.UP_TO_DATE),  # type: ignore[arg-type]
                    AccountStatus(2, Link.TROUBLE, "name-not-found", "imap.x.invalid"),  # type: ignore[arg-type]
                )
            ),
            "imap.x.invalid",
        ),
        (Status(messages=5, bodies=3), "2 sans leur texte"),
        (Status(waiting_changes=1), "1 changement à transmettre"),
        (Status(failed_outbox=2), "2 messages non envoyés"),
    ],
)
def test_status_line(window: MainWindow, status: Status, words: str) -> None:
    window.status_line.show_status(status)
    assert words in window.status_line.text.text()


def test_ages_in_the_status_line(window: MainWindow) -> None:
    at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    status = Status(
        accounts=(
            AccountStatus(
                1,  # type: ignore[arg-type]
                Link.UP_TO_DATE,
                last_sync_at=datetime(2026, 11, 23, 11, 20, tzinfo=UTC),
            ),
        ),
        messages=12_482,
        bodies=12_482,
    )
    said = window.status_line.words.sentence(status, at).replace("\u202f", " ")
    assert said == "À jour · 12 482 messages ici · rien n’attend · synchronisé il y a 40 min"


def test_narrow_windows_take_turns(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(683, 384)
    qtbot.waitUntil(lambda: window.tree.isHidden(), timeout=2000)
    assert window.mail.reader.isHidden()
    window.mail.view.select(window.mail.model.ids[0])
    window.mail._on_opened()
    assert not window.mail.reader.isHidden()
    window._on_escape()
    assert window.mail.reader.isHidden()
    assert window.toolbar.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
    window.actions_.folders.trigger()
    assert not window.tree.isHidden()
    window.tree.choose(Place.OUTBOX)
    assert window.tree.isHidden()
    window.resize(1366, 768)
    qtbot.waitUntil(lambda: not window.tree.isHidden(), timeout=2000)
    assert not window.mail.reader.isHidden()


def test_nothing_is_wider_than_a_small_screen(window: MainWindow) -> None:
    """200 % at 1366x768 leaves 683x384."""
    for place in (None, Place.DRAFTS, Place.OUTBOX, Place.JOURNAL, Place.DIRECTORY):
        if place is not None:
            window.tree.choose(place)
        assert window.minimumSizeHint().width() <= 683
        assert window.minimumSizeHint().height() <= 384


def test_theme_and_settings(window: MainWindow, settings: QSettings, theme: Theme) -> None:
    window.actions_.settings.trigger()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.theme.setCurrentIndex(dialog.theme.findData(DARK))
    assert theme.tones.dark
    assert settings.value("theme") == DARK
    dialog.plain.setChecked(True)
    assert window.mail.reader.prefers_plain
    dialog.theme.setCurrentIndex(dialog.theme.findData(LIGHT))
    assert not theme.tones.dark
    dialog.close()


def test_panes_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    window.mail.view.select(window.mail.model.ids[0])
    window.activateWindow()
    window.mail.view.setFocus()
    seen = []
    for _ in range(4):
        window.actions_.next_pane.trigger()
        seen.append(window.focusWidget())
    assert set(seen) == {
        window.tree,
        window.mail.view,
        window.mail.reader.browser,
        window.search_field,
    }


def test_the_answers_awaited_are_reached_by_keyboard(window: MainWindow, facade: Facade) -> None:
    sent = next(one for one in facade.folders() if one.role is Role.SENT)
    (row, *_) = facade.messages(sent.id, limit=1)
    day = (row.received_at + timedelta(days=3)).date()
    facade.leaving.wait_for(row.id, facade.leaving.by(facade.accounts()[0].id, day))
    window.activateWindow()
    window.actions_.followups.trigger()
    window.search_field.setFocus()
    window.actions_.next_pane.trigger()
    window.actions_.next_pane.trigger()
    assert window.focusWidget() is window.late.followups.table


def test_screenshot(window: MainWindow, tmp_path: Path) -> None:
    path = grab(window, tmp_path / "window.png")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_closing_keeps_drafts_and_geometry(
    window: MainWindow, facade: Facade, settings: QSettings
) -> None:
    window.actions_.new.trigger()
    (composer,) = window.writing.composers()
    composer.subject.setText("Gardé")
    composer._on_edited()
    assert window.close()
    assert any(draft.content.subject == "Gardé" for draft in facade.drafts())
    assert settings.value("geometry") is not None


def test_the_next_message_follows_a_deleted_one(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    ids = window.mail.model.ids
    window.mail.view.select(ids[3])
    window.actions_.delete.trigger()
    assert window.mail.view.selected_ids() == (ids[4],)
    read = window.mail.reader.message()
    assert read is not None
    assert read.id == ids[4]
    qtbot.wait(200)  # what the store says later changes nothing
    assert window.mail.view.selected_ids() == (ids[4],)
    window.mail.view.select(ids[-1])
    window.mail.drop_on((ids[-1],), facade.find_folder("archive").id)
    assert window.mail.view.selected_ids() == (ids[-2],)


def test_a_deleted_message_leaves_the_results(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    find(window, qtbot, "sortie")
    ids = window.mail.model.ids
    window.mail.view.select(ids[0])
    window.actions_.delete.trigger()
    assert window.mail.model.ids == ids[1:]
    assert window.mail.is_search()


def test_reading_under_the_unread_filter(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    window.actions_.unread_only.trigger()
    ids = window.mail.model.ids
    window.mail.view.select(ids[1])
    qtbot.waitUntil(
        lambda: bool(facade.message_rows([ids[1]])[0].flags.marks & Marks.SEEN), timeout=5000
    )
    qtbot.waitUntil(lambda: f"({len(ids) - 1})" in window.windowTitle(), timeout=5000)
    read = window.mail.reader.message()  # not taken away while it is read
    assert read is not None
    assert read.id == ids[1]
    assert window.mail.model.ids == ids
    window.mail.view.select(ids[2])
    window.mail.refresh_ids()
    assert ids[1] not in window.mail.model.ids


def test_the_end_of_a_search_goes_back_to_where_it_began(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_.outbox.trigger()
    find(window, qtbot, "sortie")
    assert window.pages.currentWidget() is window.mail
    window.end_search()
    assert window.pages.currentWidget() is window.outbox
    window.go_inbox()
    find(window, qtbot, "xyzzy")
    inbox = window.tree.visualRect(window.tree.currentIndex()).center()
    qtbot.mouseClick(window.tree.viewport(), Qt.MouseButton.LeftButton, pos=inbox)
    assert not window.mail.is_search()
    assert window.mail.model.rowCount() > 0
    find(window, qtbot, "xyzzy")
    window.actions_.inbox.trigger()
    assert not window.mail.is_search()


def test_without_its_last_account_the_window_welcomes(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    window.mail.view.select(window.mail.model.ids[0])
    for account in facade.accounts():
        facade.remove_account(account.id)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.welcome, timeout=5000)
    assert window.mail.model.rowCount() == 0
    assert window.windowTitle() == "Mel Desktop"
    for label in window.welcome.findChildren(QLabel):  # no line of it is cut off
        assert label.height() >= label.heightForWidth(label.width())


def test_many_messages_are_marked_while_the_window_lives(
    window: MainWindow, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_commands, "AT_ONCE", 20)
    ids = window.mail.model.ids[:50]
    threads: set[int] = set()
    flag = facade.flag

    def watched(*given: object) -> None:
        threads.add(threading.get_ident())
        flag(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(facade, "flag", watched)
    window.mail.view.choose_all()
    window.actions_.read.trigger()
    qtbot.waitUntil(
        lambda: all(row.flags.marks & Marks.SEEN for row in facade.message_rows(ids)), timeout=5000
    )
    assert threading.get_ident() not in threads
