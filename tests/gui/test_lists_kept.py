"""A large list through the window while messages come, change and go: kept by what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import Flags, FolderId, Marks, MessageId
from mel_desktop.model.organising import ListLook, QuickFilter, Sort
from mel_desktop.store import syncstate
from mel_desktop.store.database import Transaction
from mel_desktop.ui import figures, listing
from mel_desktop.ui.listing import Listing
from mel_desktop.ui.main_window import MainWindow

PATIENCE = 20_000
LOOKS = (
    ListLook(),
    ListLook(ascending=True),
    ListLook(sort=Sort.SENDER),
    ListLook(sort=Sort.UNREAD),
    ListLook(sort=Sort.SUBJECT, conversations=True),
    ListLook(conversations=True, flat=True),
    ListLook(filter=QuickFilter(flagged=True)),
)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """All lists are large and never compared with the store; how often one was read whole."""
    read: list[int] = []
    whole = Listing._read_whole

    def counted(self: Listing) -> None:
        read.append(1)
        whole(self)

    monkeypatch.setattr(Listing, "_read_whole", counted)
    monkeypatch.setattr(listing, "LARGE", 3)
    monkeypatch.setattr(listing, "FIRST", 4)
    monkeypatch.setattr(listing, "QUIET_MS", 10_000_000)
    return read


def receive(facade: Facade, folder: FolderId, count: int, *, after: int) -> list[MessageId]:
    """New messages, as a sync stores them."""
    account = next(one.account for one in facade.folders() if one.id == folder)
    ids = [MessageId(after + (n + 1) * 64) for n in range(count)]
    at = datetime(2030, 1, 1, tzinfo=UTC)

    def work(tx: Transaction) -> None:
        tx.many(
            """INSERT INTO message (id, account_id, folder_id, thread_id, subject, from_name,
                   from_address, received_at, marks) VALUES (?, ?, ?, ?, ?, ?, 'p@e.fr', ?, 2)""",
            [
                (
                    one, account, folder, one, f"N° {one}", "EMZ"[n % 3],
                    (at + timedelta(minutes=n)).isoformat(),
                )
                for n, one in enumerate(ids)
            ],
        )  # fmt: skip
        syncstate.tell(tx, folder, ids)

    facade._services.database.write(work)
    return ids


def as_read(facade: Facade, folder: FolderId, look: ListLook) -> list[MessageId]:
    """The rows that reading the whole would show."""
    ids = facade.organise.ids(folder, look)
    return list(facade.organise.leads(folder, ids)[0] if look.conversations else ids)


@pytest.mark.parametrize("look", LOOKS, ids=range(len(LOOKS)))
def test_a_list_is_kept_by_what_changed(
    window: MainWindow, facade: Facade, qtbot: QtBot, kept: list[int], look: ListLook
) -> None:
    inbox = facade.find_folder("inbox").id
    mail = window.mail
    window.tree.choose(facade.find_folder("archive").id)
    window.tree.choose(inbox)
    mail.set_look(replace(look, columns=mail.look.columns))
    look = mail.look

    def same() -> bool:
        return list(mail.model.ids) == as_read(facade, inbox, look)

    qtbot.waitUntil(lambda: same() and not mail.listing.is_partial, timeout=PATIENCE)
    chosen = mail.model.ids[3]
    mail.view.select(chosen)
    qtbot.waitUntil(
        lambda: bool(facade.message_rows([chosen])[0].flags.marks & Marks.SEEN), timeout=PATIENCE
    )
    qtbot.waitUntil(same, timeout=PATIENCE)
    del kept[:]
    news = receive(facade, inbox, 5, after=1 << 40)
    qtbot.waitUntil(lambda: same() and news[0] in mail.model.ids, timeout=PATIENCE)
    assert mail.view.selected_ids() == (chosen,)
    facade.flag(news[:2], Flags(Marks.SEEN), Flags())
    facade.flag(news[1:3], Flags(), Flags(Marks.FLAGGED))
    qtbot.waitUntil(same, timeout=PATIENCE)
    facade.organise.pin(news[2:4], True)
    qtbot.waitUntil(same, timeout=PATIENCE)
    facade.organise.snooze(news[:1], figures.now() + timedelta(days=1))
    facade.delete(news[4:])
    qtbot.waitUntil(lambda: same() and news[4] not in mail.model.ids, timeout=PATIENCE)
    assert mail.view.selected_ids() == (chosen,)
    assert kept == [], "nothing was read whole"


def test_what_is_in_sight_stays_there(
    window: MainWindow, facade: Facade, qtbot: QtBot, kept: list[int]
) -> None:
    """Messages that come above move nothing, but at the top, where they are to be seen."""
    inbox = facade.find_folder("inbox").id
    window.tree.choose(facade.find_folder("archive").id)
    window.tree.choose(inbox)
    mail = window.mail
    qtbot.waitUntil(lambda: not mail.listing.is_partial, timeout=PATIENCE)
    at_top = receive(facade, inbox, 40, after=1 << 40)
    qtbot.waitUntil(lambda: at_top[0] in mail.model.ids, timeout=PATIENCE)
    assert mail.view.verticalScrollBar().value() == 0
    seen = mail.model.ids[20]
    mail.view.scrollTo(mail.model.index(20, 0), mail.view.ScrollHint.PositionAtTop)
    before = mail.view.visualRect(mail.model.index(20, 0)).top()
    news = receive(facade, inbox, 7, after=1 << 41)
    qtbot.waitUntil(lambda: news[0] in mail.model.ids, timeout=PATIENCE)
    mail.view.doItemsLayout()
    place = mail.model.place(seen)
    assert place == 27
    assert mail.view.visualRect(mail.model.index(place, 0)).top() == before


def test_all_that_is_chosen_is_all(window: MainWindow, facade: Facade, kept: list[int]) -> None:
    """Also what is still on its way into the list, when everything is chosen at once."""
    inbox = facade.find_folder("inbox").id
    window.tree.choose(facade.find_folder("archive").id)
    window.tree.choose(inbox)
    mail = window.mail
    assert mail.listing.is_partial
    assert len(mail.model.ids) == 4
    window.actions_.select_all.trigger()
    assert set(mail.chosen_ids()) == set(facade.message_ids(inbox))
    window.tree.choose(facade.find_folder("archive").id)
    window.tree.choose(inbox)
    assert mail.listing.is_partial
    assert set(mail.listed_ids()) == set(facade.message_ids(inbox))


def test_the_whole_is_read_where_changes_are_not_told(
    window: MainWindow, facade: Facade, qtbot: QtBot, kept: list[int]
) -> None:
    """And when there is quiet: what was seen before it was told is put right."""
    inbox = facade.find_folder("inbox").id
    window.tree.choose(facade.find_folder("archive").id)
    window.tree.choose(inbox)
    mail = window.mail
    qtbot.waitUntil(lambda: not mail.listing.is_partial, timeout=PATIENCE)
    del kept[:]
    newest = max(facade.message_ids(inbox))
    facade._services.database.write(
        lambda tx: tx.run("UPDATE message SET hidden = 1 WHERE id = ?", newest)
    )
    news = receive(facade, inbox, 1, after=1 << 40)
    qtbot.waitUntil(lambda: news[0] in mail.model.ids, timeout=PATIENCE)
    assert newest in mail.model.ids
    assert kept == []
    mail.listing._quiet.setInterval(0)
    mail.listing._quiet.start()
    qtbot.waitUntil(lambda: newest not in mail.model.ids, timeout=PATIENCE)
    assert kept == [1]
