"""Conversations, tags, filters, views, pins, snoozes, archive, junk and undo through the window."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Endpoint, NewAccount, Security
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.mail import Flags, Folder, Marks, MessageId
from mel_desktop.model.organising import Column, QuickFilter, Sort, Tag, View
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.store.database import Transaction
from mel_desktop.ui import figures, listing, mail_commands, tag_words
from mel_desktop.ui.folder_delegate import FolderRole
from mel_desktop.ui.mail_page import MailPage
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.message_list import MessageRole
from mel_desktop.ui.organise_strips import ConversationStrip, TagsStrip
from mel_desktop.ui.quick_bar import as_query
from mel_desktop.ui.search_dialogs import SearchNameDialog

PATIENCE = 20_000


def talk_row(window: MainWindow) -> int:
    """The first row that stands for a conversation."""
    model = window.mail.model
    return next(n for n in range(len(model.ids)) if model.talk_at(n) is not None)


def key(window: MainWindow, qtbot: QtBot, which: Qt.Key, how: Qt.KeyboardModifier) -> None:
    window.activateWindow()
    window.mail.view.setFocus()
    qtbot.waitUntil(window.mail.view.hasFocus, timeout=PATIENCE)
    QTest.keyClick(window.mail.view, which, how)


NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def test_conversations_fold_and_unfold(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    mail = window.mail
    flat = mail.model.ids
    key(window, qtbot, Qt.Key.Key_H, CTRL)
    assert window.actions_.conversations.isChecked()
    assert len(mail.model.ids) < len(flat)
    place = talk_row(window)
    talk = mail.model.talk_at(place)
    assert talk is not None
    lead = mail.model.ids[place]
    mail.view.select(lead)
    assert f"conversation de {len(talk.members)} messages" in str(
        mail.model.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    )
    key(window, qtbot, Qt.Key.Key_Right, NONE)
    below = mail.model.ids[place + 1 : place + len(talk.members)]
    assert {lead, *below} == {one for one, _ in talk.members}
    assert mail.model.index(place + 1, 0).data(MessageRole.DEPTH) >= 1
    mail.view.select(below[-1])
    key(window, qtbot, Qt.Key.Key_Left, NONE)  # to its head
    assert mail.view.selected_ids() == (lead,)
    key(window, qtbot, Qt.Key.Key_Left, NONE)
    assert below[0] not in mail.model.ids
    QTest.mouseClick(
        mail.view.viewport(), Qt.MouseButton.LeftButton, NONE,
        QPoint(8, mail.view.visualRect(mail.model.index(place, 0)).center().y()),
    )  # fmt: skip
    assert below[0] in mail.model.ids
    window.tree.choose(facade.find_folder("archive").id)
    assert not window.actions_.conversations.isChecked()  # each folder has its own look
    window.tree.choose(facade.find_folder("inbox").id)
    assert window.actions_.conversations.isChecked()


def test_the_reader_steps_through_a_conversation(window: MainWindow, qtbot: QtBot) -> None:
    mail = window.mail
    mail.toggle_conversations()
    place = talk_row(window)
    talk = mail.model.talk_at(place)
    assert talk is not None
    order = sorted(one for one, _ in talk.members)
    mail.view.select(mail.model.ids[place])
    strip = mail.reader.findChild(ConversationStrip)
    assert strip is not None
    read = mail.reader.message()
    assert read is not None
    at = order.index(read.id)
    assert f"Message {at + 1} sur {len(order)}" in strip.words.text()
    step, which = (-1, Qt.Key.Key_P) if at else (1, Qt.Key.Key_N)
    key(window, qtbot, which, NONE)
    read = mail.reader.message()
    assert read is not None
    assert read.id == order[at + step]


def test_a_closed_conversation_moves_whole(window: MainWindow, facade: Facade) -> None:
    mail = window.mail
    before = set(mail.model.ids)
    mail.toggle_conversations()
    place = talk_row(window)
    talk = mail.model.talk_at(place)
    assert talk is not None
    here = {one for one, _ in talk.members} & before
    mail.view.select(mail.model.ids[place])
    window.actions_.delete.trigger()
    trash = facade.find_folder("trash").id
    assert {row.folder for row in facade.message_rows(tuple(here))} == {trash}
    window.undo.undo()
    archive = facade.find_folder("archive").id
    window.tree.dropped.emit((mail.model.ids[place],), archive, False)  # dragged, and dropped
    assert {row.folder for row in facade.message_rows(tuple(here))} == {archive}


def test_tags_by_key_menu_and_chip(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    mail = window.mail
    first = mail.model.ids[2]
    mail.view.select(first)
    key(window, qtbot, Qt.Key.Key_1, ALT)
    assert facade.message_rows([first])[0].flags.keywords == {"$label1"}
    assert facade.journal()[0].detail == "$label1"
    strip = mail.reader.findChild(TagsStrip)
    assert strip is not None
    qtbot.waitUntil(lambda: len(strip.chips()) == 1, timeout=PATIENCE)
    place = mail.model.place(first)
    assert place is not None
    assert "étiquettes : Important" in str(
        mail.model.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    ).replace("\u00a0", " ")
    menu = window.extras.organise.open_tag_menu()
    assert [one.isChecked() for one in menu.actions()[:2]] == [True, False]
    menu.actions()[1].trigger()
    menu.close()
    assert facade.message_rows([first])[0].flags.keywords == {"$label1", "$label2"}
    qtbot.waitUntil(lambda: len(strip.chips()) == 2, timeout=PATIENCE)
    strip.chips()[0].off.click()
    assert facade.message_rows([first])[0].flags.keywords == {"$label2"}


def test_tags_are_made_and_changed(window: MainWindow, facade: Facade) -> None:
    dialog = window.extras.organise.edit_tags()
    dialog.name.setText("Conseil de classe")
    dialog.colour.setCurrentIndex(3)
    dialog.new.click()
    assert facade.organise.tags()[-1] == Tag("conseil-de-classe", "Conseil de classe", "#18753c")
    dialog.new.click()
    assert "déjà ce nom" in dialog.notice.text
    dialog.name.setText("Conseils")
    dialog.change.click()
    assert facade.organise.tags()[-1].name == "Conseils"
    for _ in range(5):
        dialog.up.click()
    assert facade.organise.tags()[0].name == "Conseils"
    dialog.close()
    mail = window.mail
    assert mail.model.tags[0].name == "Conseils"


@pytest.mark.parametrize("colour", [*tag_words.COLOURS, "#777777", "#808080", "#ffffff"])
def test_chips_can_be_read(colour: str) -> None:
    ground = QColor(colour)
    one, two = sorted((tag_words.luminance(ground), tag_words.luminance(tag_words.ink_on(ground))))
    assert (two + 0.05) / (one + 0.05) >= 4.5


def test_quick_filters_are_live_and_kept(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    mail, bar = window.mail, window.mail.quick
    everything = mail.model.ids
    facade.flag([everything[3]], Flags(Marks.FLAGGED, frozenset({"$label1"})), Flags())
    key(window, qtbot, Qt.Key.Key_W, CTRL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(bar.row.text.hasFocus, timeout=PATIENCE)
    bar.row.flagged.click()
    flagged = mail.model.ids
    assert everything[3] in flagged
    assert all(row.flags.marks & Marks.FLAGGED for row in facade.message_rows(flagged))
    bar.row.menu.actions()[0].trigger()
    assert list(mail.model.ids) == [everything[3]]
    assert "1 affiché" in mail._facts.text()
    mail.view.setFocus()
    window.tree.choose(facade.find_folder("archive").id)
    assert mail.quick.filter().is_empty
    assert not bar.isVisible()
    window.tree.choose(facade.find_folder("inbox").id)
    assert list(mail.model.ids) == [everything[3]]
    assert bar.isVisible()
    assert bar.row.flagged.isChecked()
    bar.row.save.click()
    dialog = window.findChild(SearchNameDialog)
    assert dialog is not None
    dialog.close()
    bar.row.clear.click()
    assert mail.model.ids == everything
    subject = facade.message_rows([everything[5]])[0].subject
    bar.row.text.setText(f'objet:"{subject}"')
    bar.row.text.textEdited.emit(bar.row.text.text())
    qtbot.waitUntil(lambda: mail.model.ids != everything, timeout=PATIENCE)
    assert everything[5] in mail.model.ids


def test_a_filter_is_a_search(window: MainWindow, facade: Facade) -> None:
    ids = window.mail.model.ids
    facade.flag([ids[4]], Flags(Marks.FLAGGED, frozenset({"$label1"})), Flags())
    asked = QuickFilter(flagged=True, tags=("$label1",))
    found = facade.search(as_query(asked, "INBOX"), limit=50)
    assert [hit.id for hit in found.hits] == [ids[4]]


def test_sort_and_table(window: MainWindow, facade: Facade) -> None:
    mail = window.mail
    high = mail.delegate.sizeHint(_option(mail), mail.model.index(0, 0))
    mail.look_menu.table.trigger()
    assert mail.head.isVisible()
    low = mail.delegate.sizeHint(_option(mail), mail.model.index(0, 0))
    assert low.height() < high.height()
    mail.look_menu._sorts[Sort.SIZE].trigger()
    sizes = [row.size for row in facade.message_rows(mail.model.ids)]
    assert sizes == sorted(sizes, reverse=True)
    mail.head.sectionClicked.emit(list(Column).index(Column.SIZE))
    sizes = [row.size for row in facade.message_rows(mail.model.ids)]
    assert sizes == sorted(sizes)
    mail.look_menu._columns[Column.SIZE].trigger()
    assert Column.SIZE not in mail.look.columns
    cells = {column for column, _, _ in mail.head.cells(400)}
    assert Column.SIZE not in cells
    assert Column.SUBJECT in cells
    window.tree.choose(facade.find_folder("archive").id)
    assert not mail.head.isVisible()
    window.tree.choose(facade.find_folder("inbox").id)
    assert mail.head.isVisible()
    assert mail.look.sort is Sort.SIZE
    mail.view.grab()  # the table form is painted


def _option(mail: MailPage) -> QStyleOptionViewItem:
    option = QStyleOptionViewItem()
    option.font = mail.view.font()
    return option


def test_all_boxes(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    assert window.mail.box_names == {}  # of one account alone it says nothing
    end = Endpoint("127.0.0.1", 993, Security.TLS)
    facade.add_account(NewAccount("vie-scolaire@ac-exemple.invalid", "vs", end, end), None)
    qtbot.waitUntil(lambda: bool(window.mail.box_names), timeout=PATIENCE)
    key(window, qtbot, Qt.Key.Key_9, CTRL)
    mail = window.mail
    assert window.tree.target() is View.INBOXES
    assert mail.model.ids == facade.message_ids(facade.find_folder("inbox").id)
    assert mail._title.text() == "Toutes les boîtes"
    row = mail.model.row_at(0)
    assert row is not None
    assert mail.model.boxes[row.folder][0]
    mail.view.grab()
    mail.view.select(mail.model.ids[0])
    gone = mail.model.ids[0]
    window.actions_.delete.trigger()  # into the trash of its account, never for good
    assert facade.message_rows([gone])[0].folder == facade.find_folder("trash").id
    tree = window.tree.folder_model()
    unread = facade.organise.count(View.INBOXES)
    index = tree.index_of(View.INBOXES)
    qtbot.waitUntil(lambda: index.data(FolderRole.COUNT) == unread, timeout=PATIENCE)


def test_pin_archive_junk_and_undo(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    mail = window.mail
    ids = mail.model.ids
    mail.view.select(ids[4])
    window.actions_.pin.trigger()
    qtbot.waitUntil(lambda: mail.model.ids[0] == ids[4], timeout=PATIENCE)
    window.undo.undo()
    qtbot.waitUntil(lambda: mail.model.ids == ids, timeout=PATIENCE)
    mail.view.select(ids[5])
    key(window, qtbot, Qt.Key.Key_E, CTRL)
    folders = {one.id: one.path for one in facade.folders()}
    row = facade.message_rows([ids[5]])[0]
    year = row.received_at.astimezone().year
    assert folders[row.folder] == f"Archives/{year}"
    assert "1 message archivé." in window.undo.bar.text
    mail.view.select(ids[6])
    key(window, qtbot, Qt.Key.Key_J, CTRL)
    row = facade.message_rows([ids[6]])[0]
    assert row.folder == facade.find_folder("junk").id
    assert "$junk" in row.flags.keywords
    window.undo.undo()
    window.undo.undo()
    qtbot.waitUntil(lambda: mail.model.ids == ids, timeout=PATIENCE)
    assert not facade.message_rows([ids[6]])[0].flags.keywords
    assert not window.undo.can_undo()
    window.tree.choose(facade.find_folder("junk").id)
    junk = mail.model.ids[0]
    mail.view.select(junk)
    window.actions_.junk.trigger()
    assert facade.message_rows([junk])[0].folder == facade.find_folder("inbox").id


def test_ctrl_z_undoes(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    mail = window.mail
    ids = mail.model.ids
    mail.view.select(ids[2])
    window.actions_.delete.trigger()
    assert ids[2] not in mail.model.ids
    key(window, qtbot, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: mail.model.ids == ids, timeout=PATIENCE)
    was = facade.message_rows(ids)
    window.actions_.all_read.trigger()
    assert all(row.flags.marks & Marks.SEEN for row in facade.message_rows(ids))
    window.undo.undo()
    assert [one.flags for one in facade.message_rows(ids)] == [one.flags for one in was]


def test_snooze_and_back(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    mail = window.mail
    ids = mail.model.ids
    mail.view.select(ids[3])
    key(window, qtbot, Qt.Key.Key_M, CTRL)
    dialog = window.extras.organise.ask_snooze()
    assert dialog is not None
    assert dialog.presets.count() >= 3
    dialog.accept()
    assert ids[3] not in mail.model.ids
    window.tree.choose(View.SNOOZED)
    assert list(mail.model.ids) == [ids[3]]
    mail.view.select(ids[3])
    window.actions_.end_snooze.trigger()
    qtbot.waitUntil(lambda: not mail.model.ids, timeout=PATIENCE)
    window.tree.choose(facade.find_folder("inbox").id)
    assert mail.model.ids == ids
    facade.organise.snooze([ids[7]], figures.now() + timedelta(seconds=1))
    qtbot.waitUntil(lambda: ids[7] not in mail.model.ids, timeout=PATIENCE)
    qtbot.waitUntil(lambda: mail.model.ids[0] == ids[7], timeout=PATIENCE)  # by itself
    mail.view.select(ids[7])  # looked at: back in its place
    qtbot.waitUntil(lambda: mail.model.ids == ids, timeout=PATIENCE)


def plant_thousands(facade: Facade) -> Folder:
    folder = facade.find_folder("Archives")
    start = datetime(2020, 1, 1, tzinfo=UTC)

    def work(tx: Transaction) -> None:
        tx.many(
            """INSERT INTO message (id, account_id, folder_id, thread_id, subject, from_name,
                   from_address, received_at) VALUES (?, ?, ?, ?, ?, 'P', 'p@e.fr', ?)""",
            [
                (
                    (n + 1) << 6,
                    folder.account,
                    folder.id,
                    n + 1,
                    f"N° {n}",
                    (start + timedelta(minutes=n)).isoformat(),
                )
                for n in range(3000)
            ],
        )
        tx.many(
            "INSERT INTO location (message_id, folder_id, uidvalidity, uid) VALUES (?, ?, 1, ?)",
            [((n + 1) << 6, folder.id, 5000 + n) for n in range(3000)],
        )  # fmt: skip

    facade._services.database.write(work)
    return folder


def test_thousands_are_deleted_and_come_back(
    window: MainWindow, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_commands, "AT_ONCE", 50)
    monkeypatch.setattr(listing, "LARGE", 100)
    monkeypatch.setattr(listing, "FIRST", 40)
    folder = plant_thousands(facade)
    window._read_folders()
    window.tree.choose(folder.id)
    mail = window.mail
    assert len(mail.model.ids) == 40  # at once
    qtbot.waitUntil(lambda: len(mail.model.ids) >= 3000, timeout=PATIENCE)
    ids = mail.model.ids
    mail.view.choose_all()
    window.actions_.delete.trigger()
    assert mail.commands.is_running()  # beside the window
    qtbot.waitUntil(lambda: not mail.commands.is_running(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: not mail.model.ids, timeout=PATIENCE)
    window.undo.undo()
    qtbot.waitUntil(lambda: mail.model.ids == ids, timeout=PATIENCE)
    assert facade.journal() == () or all(
        row.message not in set(ids[:10]) for row in facade.journal()
    )


class FailingDisk:
    """Stands for a method of the mailbox: from its second call on, nothing can be written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        self.calls = 0
        self.is_over = False
        real = getattr(MailboxService, name)

        def method(mail: MailboxService, *args: object, **named: object) -> object:
            self.calls += 1
            found = real(mail, *args, **named)
            if self.calls >= 2 and not self.is_over:
                raise StoreTrouble(ErrorCode.NOT_WRITABLE)
            return found

        monkeypatch.setattr(MailboxService, name, method)


def test_a_full_disk_in_the_middle_leaves_undo_for_the_rest(
    window: MainWindow, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_commands, "AT_ONCE", 50)
    folder = plant_thousands(facade)
    window._read_folders()
    window.tree.choose(folder.id)
    mail, trash = window.mail, facade.find_folder("trash").id
    qtbot.waitUntil(lambda: len(mail.model.ids) >= 3000, timeout=PATIENCE)
    ids = mail.model.ids

    def in_trash() -> int:
        return sum(row.folder == trash for row in facade.message_rows(ids))

    mail.view.choose_all()
    window.actions_.delete.trigger()
    qtbot.waitUntil(lambda: not mail.commands.is_running(), timeout=PATIENCE)
    assert in_trash() == len(ids)
    disk = FailingDisk(monkeypatch, "move")
    window.undo.undo()
    qtbot.waitUntil(lambda: not mail.commands.is_running(), timeout=PATIENCE)
    left = in_trash()
    assert left == len(ids) - 1000
    assert "écri" in mail.notice.text
    assert f"{left} messages ne sont pas encore remis" in window.undo.bar.text
    disk.is_over = True
    window.undo.undo()
    qtbot.waitUntil(lambda: mail.model.ids == ids, timeout=PATIENCE)
    assert not window.undo.can_undo()


def test_what_a_command_did_before_the_disk_was_full_can_be_undone(
    window: MainWindow, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_commands, "AT_ONCE", 50)
    folder = plant_thousands(facade)
    window._read_folders()
    window.tree.choose(folder.id)
    mail = window.mail
    qtbot.waitUntil(lambda: len(mail.model.ids) >= 3000, timeout=PATIENCE)
    ids = mail.model.ids
    disk = FailingDisk(monkeypatch, "flag")
    window.actions_.all_read.trigger()
    qtbot.waitUntil(lambda: not mail.commands.is_running(), timeout=PATIENCE)
    read = [row.id for row in facade.message_rows(ids) if row.flags.marks & Marks.SEEN]
    assert len(read) >= 2000  # the second transaction was written before its error was told
    assert "écri" in mail.notice.text
    assert "avant l’erreur" in window.undo.bar.text
    disk.is_over = True
    window.undo.undo()
    qtbot.waitUntil(
        lambda: not any(row.flags.marks & Marks.SEEN for row in facade.message_rows(ids[-2000:])),
        timeout=PATIENCE,
    )
    assert not window.undo.can_undo()


def test_what_stands_far_down_is_chosen_when_it_comes(
    window: MainWindow, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "FIRST", 10)
    window.tree.choose(facade.find_folder("archive").id)
    last = facade.message_ids(facade.find_folder("inbox").id)[-1]
    inbox = facade.find_folder("inbox").id
    window._show_message(inbox, MessageId(last))
    qtbot.waitUntil(lambda: window.mail.view.selected_ids() == (last,), timeout=PATIENCE)
    look = replace(window.mail.look, sort=Sort.SENDER)
    window.mail.set_look(look)
    qtbot.waitUntil(
        lambda: window.mail.model.ids == facade.organise.ids(inbox, look),
        timeout=PATIENCE,
    )
