"""Models under QAbstractItemModelTester, on a real store."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import MessageRow
from mel_desktop.model.organising import View
from mel_desktop.store.database import Transaction
from mel_desktop.store.times import to_text
from mel_desktop.ui.directory_hits import HitModel
from mel_desktop.ui.folder_delegate import FolderRole
from mel_desktop.ui.folder_tree import FolderModel, Place
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.message_list import KEPT, MessageListModel, MessageRole

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def inbox(facade: Facade) -> tuple[int, ...]:
    return facade.message_ids(facade.find_folder("inbox").id)


def test_rows_come_in_the_order_of_ids(facade: Facade, qtbot: QtBot) -> None:
    model = MessageListModel(facade)
    QAbstractItemModelTester(model, FATAL, model)
    ids = inbox(facade)
    model.start_anew(ids)
    assert model.rowCount() == len(ids) == 155
    rows = [model.index(place, 0).data(MessageRole.ROW) for place in range(len(ids))]
    assert [row.id for row in rows if isinstance(row, MessageRow)] == list(ids)
    assert rows == list(facade.message_rows(ids))


@pytest.mark.parametrize("seed", range(20))
def test_update_ids_ends_at_what_is_wanted(facade: Facade, qtbot: QtBot, seed: int) -> None:
    rng = random.Random(seed)
    ids = inbox(facade)
    model = MessageListModel(facade)
    QAbstractItemModelTester(model, FATAL, model)
    model.start_anew([one for one in ids if rng.random() < 0.8])
    resets = []
    model.modelReset.connect(lambda: resets.append(1))
    for _ in range(4):
        share = rng.choice((0.02, 0.98, 0.5))
        wanted = [one for one in ids if rng.random() < share]
        model.update_ids(wanted)
        assert list(model.ids) == wanted
        for place in range(0, len(wanted), 7):
            assert model.index(place, 0).data(MessageRole.ROW).id == wanted[place]
            assert model.place(wanted[place]) == place


def test_one_new_message_is_one_insertion_and_keeps_the_choice(
    window: MainWindow, facade: Facade
) -> None:
    ids = window.mail.model.ids
    window.mail.model.start_anew(ids[1:])
    window.mail.view.select(ids[40])
    seen: list[tuple[int, int]] = []
    window.mail.model.rowsInserted.connect(lambda _parent, first, last: seen.append((first, last)))
    window.mail.model.update_ids(ids)
    assert seen == [(0, 0)]
    assert window.mail.view.selected_ids() == (ids[40],)


def test_folder_model(facade: Facade, qtbot: QtBot) -> None:
    model = FolderModel()
    QAbstractItemModelTester(model, FATAL, model)
    assert model.show(facade.accounts(), facade.folders())
    views, head = model.index(0, 0), model.index(1, 0)
    assert model.rowCount(views) == len(View)
    shown = [model.index(row, 0, head) for row in range(model.rowCount(head))]
    assert [index.data() for index in shown[:3]] == ["Inbox", "Sent", "Drafts"] or [
        index.data() for index in shown[:3]
    ] == ["Boîte de réception", "Envoyés", "Brouillons"]
    folder = facade.find_folder("inbox")
    assert model.index_of(folder.id).data(FolderRole.COUNT) == folder.unread > 1
    nested = facade.find_folder("4B")
    assert model.index_of(nested.id).parent().data() == "Parents d'élèves"
    assert model.index_of(Place.OUTBOX).isValid()
    assert not model.index_of(None).isValid()
    assert not model.show(facade.accounts(), facade.folders())  # only counts: nothing rebuilt


def test_hits_and_tables(window: MainWindow, facade: Facade) -> None:
    hits = HitModel(window)
    QAbstractItemModelTester(hits, FATAL, hits)
    found = facade.complete("mar").hits
    assert found
    hits.show(found)
    hits.show(())
    for pane in (window.drafts, window.outbox, window.journal):
        QAbstractItemModelTester(pane.model, FATAL, pane.model)
        pane.refresh()
        pane.show_rows(())
        pane.refresh()
    assert window.outbox.model.rowCount() == 2
    assert window.drafts.model.rowCount() == 2 + len(facade.revisions.foreign())
    assert window.outbox.model.index(0, 1, QModelIndex()).data() == "Clé de la salle 12"


def test_fifty_thousand_rows_scroll(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    folder = facade.find_folder("Archives")
    start = datetime(2020, 1, 1, tzinfo=UTC)

    def work(tx: Transaction) -> None:
        tx.many(
            """INSERT INTO message (id, account_id, folder_id, thread_id, subject, from_name,
                   from_address, received_at, body, preview)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)""",
            (
                (
                    (number + 1) << 6,
                    folder.account,
                    folder.id,
                    number + 1,
                    f"Objet numéro {number}",
                    "Paul Durand",
                    "paul.durand@ac-exemple.invalid",
                    to_text(start + timedelta(minutes=number)),
                    "Voici le début du texte de ce message.",
                )
                for number in range(50_000)
            ),
        )

    facade._services.database.write(work)
    window._read_folders()
    window.tree.choose(folder.id)
    qtbot.waitUntil(lambda: window.mail.model.rowCount() == 50_022, timeout=20000)
    view = window.mail.view
    bar = view.verticalScrollBar()
    times = []
    for step in range(200):
        bar.setValue(bar.maximum() * step // 199)
        before = time.perf_counter()
        view.viewport().repaint()
        times.append(time.perf_counter() - before)
    times.sort()
    assert times[189] < 0.1, times[-10:]  # 95 of 100 within a tenth on a busy machine
    assert bar.maximum() > 50_000 * 30
    assert len(window.mail.model._rows) <= KEPT
    before = time.perf_counter()
    window.mail.view.choose_all()
    assert len(window.mail.view.selected_ids()) == 50_022
    assert time.perf_counter() - before < 5
