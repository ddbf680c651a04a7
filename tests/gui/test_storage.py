"""Room, rules and quota in the window: read by keyboard, done on other threads, said in French."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import BodyState, JournalRow, MessageId, WantKind
from mel_desktop.model.storage import KeptState, Retention, Stuff
from mel_desktop.ports import Quota
from mel_desktop.store import keeping, quota
from mel_desktop.store.database import Database
from mel_desktop.store.times import to_text
from mel_desktop.ui import screenshots
from mel_desktop.ui.folder_delegate import FolderRole
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.storage_dialog import StorageDialog
from mel_desktop.ui.theme import DARK, LIGHT


def database(facade: Facade) -> Database:
    return facade._services.database


def account(facade: Facade) -> AccountId:
    return facade.accounts()[0].id


def tell_quota(facade: Facade, used: int, limit: int = 1000) -> None:
    told = (Quota("", "STORAGE", used * 1_000_000, limit * 1_000_000),)
    at = datetime.now(UTC) - timedelta(hours=3)
    database(facade).write(lambda tx: quota.put(tx, account(facade), told, at))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def wishes(facade: Facade) -> list[JournalRow]:
    """What waits of messages: the school's drafts wait too."""
    return [one for one in facade.journal() if one.kind is not WantKind.DRAFT]


def message(window: MainWindow, place: int = 0) -> MessageId:
    return window.mail.model.ids[place]


@pytest.fixture
def dialog(window: MainWindow, facade: Facade, qtbot: QtBot) -> StorageDialog:
    now = to_text(datetime.now(UTC))
    database(facade).write(lambda tx: tx.run("UPDATE folder SET last_sync_at = ?", now))
    window.actions_.storage.trigger()
    opened = window.storage_desk.open()
    qtbot.waitUntil(lambda: bool(opened.room.kinds.rows.values()), timeout=10_000)
    return opened


def test_what_takes_room_is_read_in_a_table(dialog: StorageDialog) -> None:
    room = dialog.room
    assert plain(room.summary.text()).endswith("libres sur le disque.")
    kinds = dict(room.kinds.rows.values())
    assert set(kinds) == set(Stuff)
    assert kinds[Stuff.TEXTS] > 0
    model = room.kinds.rows
    words = [plain(str(model.data(model.index(0, at)))) for at in range(3)]
    assert words[1].split()[-1] in {"o", "Ko", "Mo", "Go"}
    assert words[2].endswith("%")
    assert room.bar.accessibleDescription()
    room.by.setCurrentIndex(1)
    assert room.folders.rows.values()[0].octets > 0
    room.by.setCurrentIndex(3)
    assert room.messages.rows.values()[0].here > 0


def test_junk_goes_from_this_pc_by_one_button(
    dialog: StorageDialog, facade: Facade, qtbot: QtBot
) -> None:
    junk = facade.find_folder("junk")
    assert any(one.body is BodyState.LOCAL for one in facade.messages(junk.id))
    room = dialog.room
    tick = next(one for what, one in room.proposals.items() if what.value == "junk")
    assert "Contenu des indésirables" in tick.text()
    assert not room.free.isEnabled()
    tick.setFocus()
    qtbot.keyClick(tick, Qt.Key.Key_Space)
    assert room.free.isEnabled()
    qtbot.mouseClick(room.free, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "libérés" in dialog.notice.text, timeout=10_000)
    assert all(one.body is BodyState.ABSENT for one in facade.messages(junk.id))
    assert wishes(facade) == []  # the server is not told
    qtbot.waitUntil(lambda: not tick.isEnabled())
    assert plain(tick.text()).endswith(": rien")


def test_compaction_says_what_it_gives_back(dialog: StorageDialog, qtbot: QtBot) -> None:
    room = dialog.room
    room.compact.click()
    assert not room.compact.isEnabled()
    assert room.progress.isVisibleTo(dialog)
    qtbot.waitUntil(lambda: "La base est passée de" in dialog.notice.text, timeout=10_000)
    qtbot.waitUntil(lambda: room.compact_words.text() == "La base ne contient aucune page libre.")


def test_a_disk_without_room_is_said_and_nothing_offered(
    dialog: StorageDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    view = dialog.room._view
    assert view is not None
    stuff = tuple((kind, 10**8 if kind is Stuff.FREE else n) for kind, n in view.stuff)
    dialog.room.show_view(replace(view, stuff=stuff, disk_free=1000))
    assert not dialog.room.compact.isEnabled()
    assert "une seconde copie n’y tient pas" in dialog.room.compact_words.text()


def test_rules_are_kept_as_they_are_chosen(dialog: StorageDialog, facade: Facade) -> None:
    rules = dialog.rules
    dialog.show_page(rules)
    assert rules.texts.text() == "toujours"
    rules.texts.setValue(365)
    rules.files.setValue(90)
    (rule,) = facade.storage.retention_rules()
    assert rule.retention == Retention(365, 90)
    rules.folder.setCurrentIndex(1)
    assert not rules.texts.isEnabled()  # it has the account's rule
    assert rules.texts.value() == 365
    rules.own.click()
    rules.texts.setValue(0)
    rules.spare.click()
    own = facade.storage.retention_rules()[1]
    assert own.folder == facade.find_folder("inbox").id
    assert own.retention == Retention(0, 90, spare_flagged=False)
    assert [one[1] for one in rules.rules.rows.values()] == ["365\u00a0jours", "toujours"] or [
        plain(one[1]) for one in rules.rules.rows.values()
    ] == ["365 jours", "toujours"]
    rules.own.click()
    assert len(facade.storage.retention_rules()) == 1


def test_a_mailbox_that_gets_full_is_told_once_aloud(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    status = window.status_line
    assert not status.quota.isVisible()
    tell_quota(facade, 790)
    qtbot.wait(150)
    assert not status.quota.isVisible()
    tell_quota(facade, 830)
    qtbot.waitUntil(status.quota.isVisible)
    assert plain(status.quota.words).endswith("pleine à 83 %")
    assert window.notice.text == ""
    tell_quota(facade, 920)
    qtbot.waitUntil(lambda: "pleine à 92" in plain(window.notice.text))
    window.notice.clear()
    tell_quota(facade, 930)
    qtbot.waitUntil(lambda: "93" in status.quota.words)
    assert window.notice.text == ""  # said already
    tell_quota(facade, 960)
    qtbot.waitUntil(lambda: "refusera bientôt" in window.notice.text)
    qtbot.mouseClick(status.quota, Qt.MouseButton.LeftButton)
    opened = window.storage_desk.open()
    assert opened.page() is opened.quota
    assert "il y a 3 h" in plain(opened.quota.state.text())


def test_heaviest_messages_are_kept_here_after_a_question(
    dialog: StorageDialog, facade: Facade, qtbot: QtBot, window: MainWindow
) -> None:
    page = dialog.quota
    dialog.show_page(page)
    assert "aucun quota" in page.state.text()
    sizes = [one.size for one in page.heaviest.rows.values()]
    assert sizes == sorted(sizes, reverse=True)
    assert not page.keep.isEnabled()
    page.heaviest.selectRow(0)
    chosen = page.heaviest.chosen()[0].id
    page.keep.click()
    box = next(one for one in page.findChildren(QMessageBox) if one.isVisible())
    assert "30 jours" in box.informativeText()
    assert box.defaultButton().text() == "Laisser sur le serveur"
    yes = next(one for one in box.buttons() if one.text() == "Garder ici seulement")
    qtbot.mouseClick(yes, Qt.MouseButton.LeftButton)
    (kept,) = facade.storage.kept()
    assert (kept.id, kept.state) == (chosen, KeptState.WANTED)
    (row,) = wishes(facade)
    assert row.undoable
    window.actions_.journal.trigger()
    assert row.id in {one.id for one in window.journal.model.values()}
    page.kept.selectRow(0)
    assert page.back.text().replace("&", "") == "Annuler"
    page.back.click()
    assert facade.storage.kept() == ()
    assert wishes(facade) == []


def test_one_that_is_here_only_is_marked_and_can_be_put_back(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    chosen = message(window)
    window.mail.view.select(chosen)
    window.actions_.keep_here.trigger()
    box = next(one for one in window.findChildren(QMessageBox) if one.isVisible())
    next(one for one in box.buttons() if "Garder" in one.text()).click()
    assert "sera téléchargé en entier" in window.notice.text

    def removed(tx: object) -> None:
        keeping.set_removing(tx, chosen, b"x" * 32, 1, datetime.now(UTC))  # type: ignore[arg-type]
        keeping.stay(tx, [chosen])  # type: ignore[arg-type]

    database(facade).write(removed)
    model = window.mail.model
    spoken = Qt.ItemDataRole.AccessibleTextRole
    qtbot.waitUntil(lambda: "sur ce poste seulement" in str(model.data(model.index(0, 0), spoken)))
    opened = window.storage_desk.open_quota()
    opened.quota.kept.selectRow(0)
    assert "peut être remis jusqu’au" in opened.quota.kept.rows.data(
        opened.quota.kept.rows.index(0, 1)
    )
    opened.quota.back.click()
    assert facade.storage.kept()[0].state is KeptState.RETURNING


@pytest.mark.parametrize("mode", [LIGHT, DARK])
def test_pictures_of_each_page(
    dialog: StorageDialog, window: MainWindow, facade: Facade, tmp_path: Path, mode: str
) -> None:
    window.theme.apply(mode)
    tell_quota(facade, 920)
    for page in (dialog.room, dialog.rules, dialog.quota):
        dialog.show_page(page)
        QApplication.processEvents()
        assert screenshots.grab(dialog, tmp_path / "page.png").stat().st_size > 5_000
        for place in range(dialog.pages.count()):
            words = dialog.pages.tabText(place).replace("&", "")
            room = dialog.pages.tabBar().tabRect(place).width()
            assert QFontMetrics(dialog.font()).horizontalAdvance(words) < room


def test_rules_are_carried_out_while_the_window_is_open(
    dialog: StorageDialog, facade: Facade, qtbot: QtBot
) -> None:
    inbox = facade.find_folder("inbox")
    old = [one for one in facade.messages(inbox.id, limit=500) if one.body is BodyState.LOCAL][-1]
    age = datetime.now(UTC) - old.received_at
    assert age > timedelta(days=2)
    facade.start_engine()  # offline: the chores need no line
    dialog.show_page(dialog.rules)
    dialog.rules.texts.setValue(max(1, age.days - 1))
    qtbot.waitUntil(
        lambda: facade.message_rows([old.id])[0].body is BodyState.ABSENT, timeout=20_000
    )


def test_a_full_mailbox_is_marked_among_the_folders(
    window: MainWindow, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    tree = window.tree
    model = tree.folder_model()

    def find() -> QModelIndex:
        """Below the views of all accounts; the tree may have been made anew."""
        rows = (model.index(row, 0) for row in range(model.rowCount()))
        return next(one for one in rows if one.data(FolderRole.ACCOUNT) is not None)

    head = find()
    email = facade.accounts()[0].email
    assert head.data(FolderRole.ACCOUNT) == account(facade)

    def told(used: int, level: int) -> None:
        tell_quota(facade, used)
        qtbot.waitUntil(lambda: find().data(FolderRole.FULL) == level, timeout=5000)

    told(700, 0)
    head = find()
    assert head.data(Qt.ItemDataRole.AccessibleTextRole) == email
    told(920, 90)
    words = plain(str(head.data(Qt.ItemDataRole.AccessibleTextRole)))
    assert words == f"{email}, boîte pleine à 92 % sur le serveur (920 Mo sur 1,0 Go)"
    assert "92 %" in plain(str(head.data(Qt.ItemDataRole.ToolTipRole)))
    area = tree.visualRect(head)
    marked = tree.viewport().grab(area).toImage()
    told(970, 95)
    assert tree.viewport().grab(area).toImage() != marked  # louder

    # by keyboard: up from the inbox, Return
    tree.setFocus()
    tree.setCurrentIndex(model.index(0, 0, head))
    before = window.mail.folder()
    assert before is not None
    qtbot.keyClick(tree, Qt.Key.Key_Up)
    assert tree.currentIndex() == head
    assert [one.data(FolderRole.FOLDER) for one in tree.selectedIndexes()] == [before.id]
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    opened = window.storage_desk.open()
    assert opened.page() is opened.quota
    assert opened.quota.account.currentData() == account(facade)
    assert window.mail.folder() == before
    opened.reject()

    # by mouse
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=area.center())
    opened = window.storage_desk.open()
    assert opened.page() is opened.quota
    opened.reject()

    # by the context menu
    (room,) = window.folder_desk.menu(tree.full_account(head)).actions()
    assert room.text() == "Faire de la place sur le serveur…"
    room.trigger()
    opened = window.storage_desk.open()
    assert opened.page() is opened.quota
    opened.reject()

    facade.create_folder(account(facade), "Nouveau")  # the tree is built anew
    qtbot.waitUntil(lambda: find().data(FolderRole.FULL) == 95, timeout=5000)
    told(100, 0)
    assert tree.full_account(model.index(0, 0)) is None
    assert len(window.folder_desk.menu(None).actions()) > 1
