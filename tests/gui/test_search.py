"""The search box: while typing, marks, drafts and people, saved searches, the server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Link
from mel_desktop.model.finding import SearchOrder
from mel_desktop.model.links import LinkProfile, LinkSettings
from mel_desktop.model.mail import BodyState, Flags, Marks
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui.folder_delegate import FolderRole
from mel_desktop.ui.folder_tree import Place, Search
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.message_delegate import in_sight
from mel_desktop.ui.message_list import MessageRole
from mel_desktop.ui.search_dialogs import SearchNameDialog
from mel_desktop.ui.search_strip import ExtraRole
from mel_desktop.ui.theme import DARK, LIGHT, Theme
from tests.support.imap_servers import Dovecot
from tests.support.windows import fresh_profile, shown_window

WAIT_MS = 30_000


def find(window: MainWindow, qtbot: QtBot, typed: str) -> None:
    window.search_field.setText(typed)
    with qtbot.waitSignal(window.search_desk.settled, timeout=WAIT_MS):
        window.search()


def found_texts(window: MainWindow) -> list[str]:
    lines = window.mail.strip.parts.extras.model()
    return [str(lines.index(row, 0).data()) for row in range(lines.rowCount())]


def test_results_come_while_typing(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    for typed in ("conseil", " de", " clas"):
        qtbot.keyClicks(window.search_field, typed)
        with qtbot.waitSignal(window.search_desk.settled, timeout=WAIT_MS):
            pass  # nobody pressed Return
        expected = facade.finding.search(window.search_field.text(), limit=1000).ids
        assert window.mail.model.ids == expected
        assert expected
    assert window.search_field.text() == "conseil de clas"


def test_what_comes_late_is_dropped(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    shown: list[str] = []
    window.search_desk.shown.connect(lambda: shown.append(window.mail.query()))
    window.search_field.setText("conseil")
    window.search()
    window.search_field.setText("sortie")
    with qtbot.waitSignal(window.search_desk.settled, timeout=WAIT_MS):
        window.search()
    qtbot.wait(300)
    assert shown == ["sortie"]
    assert window.mail.model.ids == facade.finding.search("sortie", limit=1000).ids
    window.search_field.setText("conseil")
    window.search()
    window.end_search()  # before anything came
    qtbot.wait(300)
    assert not window.mail.is_search()


def test_the_first_rows_come_alone(window: MainWindow, qtbot: QtBot) -> None:
    numbers: list[int] = []
    window.search_desk.shown.connect(lambda: numbers.append(window.mail.model.rowCount()))
    find(window, qtbot, "bonjour")
    assert numbers == [15]
    assert window.mail.model.rowCount() > 100


def test_found_words_are_marked(window: MainWindow, theme: Theme, qtbot: QtBot) -> None:
    find(window, qtbot, "réunions ")
    index = next(
        window.mail.model.index(row, 0)
        for row in range(window.mail.model.rowCount())
        if window.mail.model.index(row, 0).data(MessageRole.HIT).marks
    )
    hit = index.data(MessageRole.HIT)
    assert {hit.snippet[a:b].lower() for a, b in hit.marks} <= {"réunion", "réunions"}
    window.mail.view.scrollTo(index)
    for wanted in (LIGHT, DARK):
        theme.apply(wanted)
        picture = window.mail.view.viewport().grab().toImage()
        mark = QColor(theme.tones.mark).rgb()
        seen = sum(
            picture.pixel(x, y) == mark
            for y in range(0, picture.height(), 2)
            for x in range(0, picture.width(), 2)
        )
        assert seen > 100


def test_a_found_word_is_brought_into_sight(window: MainWindow) -> None:
    metrics = window.mail.view.fontMetrics()
    text = "Une longue phrase avant que vienne le vélodrome de la ville"
    at = text.index("vélodrome")
    span = (at, at + len("vélodrome"))
    assert in_sight(text, [span], metrics, 2000) == (text, (span,))
    shown, ((first, last),) = in_sight(text, [span], metrics, 150)
    assert shown.startswith("… le vélodrome")
    assert shown[first:last] == "vélodrome"
    assert metrics.horizontalAdvance(shown[:last]) < 150


def test_rows_further_down_have_their_words_when_they_come_into_sight(
    window: MainWindow, qtbot: QtBot
) -> None:
    find(window, qtbot, "bonjour")
    model = window.mail.model
    window.mail.view.scrollToBottom()
    last = model.index(model.rowCount() - 1, 0)
    last.data(MessageRole.HIT)
    qtbot.waitUntil(lambda: last.data(MessageRole.HIT) is not None, timeout=WAIT_MS)
    assert "onjour" in last.data(MessageRole.HIT).snippet


def test_best_match_is_an_order(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    find(window, qtbot, "conseil classe ")
    newest = window.mail.model.ids
    with qtbot.waitSignal(window.search_desk.settled, timeout=WAIT_MS):
        window.mail.strip.parts.order.setCurrentIndex(1)
    best = facade.finding.search("conseil classe ", limit=1000, order=SearchOrder.BEST).ids
    assert window.mail.model.ids == best
    assert best != newest
    assert set(best) == set(newest)


def test_drafts_and_people_stand_beside(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    account = facade.accounts()[0]
    facade.new_draft(account.id, DraftContent(subject="Vautrin et le vélodrome"))
    find(window, qtbot, "vautrin")
    strip = window.mail.strip
    lines = found_texts(window)
    assert lines[0] == "Brouillons et envois en attente"
    assert lines[1].startswith("Vautrin et le vélodrome")
    assert "Annuaire" in lines
    lines_model = strip.parts.extras.model()
    assert strip.parts.extras.isVisible()
    strip.parts.extras.setFocus()
    strip.parts.extras.setCurrentIndex(lines_model.index(1, 0))
    qtbot.keyClick(strip.parts.extras, Qt.Key.Key_Return)
    (composer,) = window.writing.composers()
    assert composer.subject.text() == "Vautrin et le vélodrome"
    composer.close()
    row = next(
        row
        for row in range(2, len(lines))
        if lines_model.index(row, 0).data(ExtraRole.FOUND) is not None
    )
    person = lines_model.index(row, 0).data(ExtraRole.FOUND)
    strip.parts.extras.setCurrentIndex(lines_model.index(row, 0))
    qtbot.keyClick(strip.parts.extras, Qt.Key.Key_Return)
    assert window.pages.currentWidget() is window.directory
    assert window.directory._name.text() == person.entry.name
    find(window, qtbot, "xyzzy")
    assert not strip.parts.extras.isVisible()


def test_what_cannot_be_read_is_told_while_typing(window: MainWindow, qtbot: QtBot) -> None:
    find(window, qtbot, "sortie")
    window.search_field.setText("sortie avant:hierr")
    qtbot.waitUntil(lambda: "date" in window.mail._facts.text(), timeout=WAIT_MS)
    assert window.mail.notice.text == ""
    assert window.mail.model.rowCount() > 0  # what was found stays


def test_help_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    window.search_field.setFocus()
    qtbot.keyClick(window.search_field, Qt.Key.Key_Down)
    dialog = window.search_desk.open_help()
    assert dialog.table.rowCount() > 12
    dialog.table.setCurrentCell(5, 0)
    with qtbot.waitSignal(window.search_desk.settled, timeout=WAIT_MS):
        qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    assert window.search_field.text() == "de:durand"


def test_every_example_of_the_help_can_be_searched_for(window: MainWindow, facade: Facade) -> None:
    dialog = window.search_desk.open_help()
    for row in range(dialog.table.rowCount()):
        item = dialog.table.item(row, 0)
        assert item is not None
        facade.finding.search(item.text())
    dialog.close()


# -- saved searches --------------------------------------------------------------------------------


def test_a_saved_search_from_end_to_end(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    find(window, qtbot, "est:suivi")
    window.actions_.save_search.trigger()
    dialog = window.findChild(SearchNameDialog)
    assert dialog is not None
    dialog.name.setText("  À traiter ")
    dialog.accept()
    (saved,) = facade.finding.saved()
    assert (saved.name, saved.query) == ("À traiter", "est:suivi")
    target = Search(saved.id)
    qtbot.waitUntil(lambda: window.tree.target() == target, timeout=WAIT_MS)
    before = facade.finding.count("est:suivi ")
    qtbot.waitUntil(lambda: "À traiter" in window.mail._title.text(), timeout=WAIT_MS)
    index = window.tree.folder_model().index_of(target)
    qtbot.waitUntil(
        lambda: window.tree.folder_model().index_of(target).data(FolderRole.COUNT) == before,
        timeout=WAIT_MS,
    )
    assert index.data() == "À traiter"

    # live: what is flagged elsewhere comes by itself, in the list and in the number
    inbox = facade.find_folder("inbox")
    plain = next(
        row for row in facade.messages(inbox.id, limit=50) if not row.flags.marks & Marks.FLAGGED
    )
    facade.flag([plain.id], Flags(Marks.FLAGGED), Flags())
    qtbot.waitUntil(lambda: plain.id in window.mail.model.ids, timeout=WAIT_MS)
    qtbot.waitUntil(
        lambda: window.tree.folder_model().index_of(target).data(FolderRole.COUNT) == before + 1,
        timeout=WAIT_MS,
    )

    window.actions_.rename_search.trigger()
    dialog = window.findChild(SearchNameDialog)
    assert dialog is not None
    assert dialog.name.text() == "À traiter"
    dialog.name.setText("Suivis")
    dialog.accept()
    assert [one.name for one in facade.finding.saved()] == ["Suivis"]
    qtbot.waitUntil(
        lambda: window.tree.folder_model().index_of(target).data() == "Suivis", timeout=WAIT_MS
    )

    window.end_search()
    assert not window.mail.is_search()
    window.tree.choose(target)
    qtbot.waitUntil(window.mail.is_search, timeout=WAIT_MS)
    assert window.folder_desk.menu().actions()[0].text().startswith("Renommer")
    qtbot.keyClick(window.tree, Qt.Key.Key_Delete)
    box = window.findChild(QMessageBox)
    assert box is not None
    assert "Suivis" in box.text()
    next(one for one in box.findChildren(QPushButton) if one.text() == "Supprimer").click()
    assert facade.finding.saved() == ()
    qtbot.waitUntil(
        lambda: not window.tree.folder_model().index_of(target).isValid(), timeout=WAIT_MS
    )


def test_a_name_is_taken_once(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    facade.finding.save("Sorties", "sortie")
    window.saved.read()
    window.search_field.setText("musée")
    dialog = window.searching.save()
    assert dialog is not None
    dialog.name.setText("sorties")
    assert "déjà" in dialog.trouble.text()
    dialog.accept()
    assert len(facade.finding.saved()) == 1
    dialog.close()
    window.search_field.setText("  ")
    assert window.searching.save() is None


# -- the server ------------------------------------------------------------------------------------


def letter(number: int) -> bytes:
    return (
        f"From: Vie scolaire <vs@ac-exemple.invalid>\r\nSubject: Lettre {number}\r\n"
        f"Message-ID: <{number}@x>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Le vélodrome ouvre le {number} mai.\r\n"
    ).encode()


@pytest.fixture
def online(dovecot: Dovecot, tmp_path: Path) -> Iterator[Facade]:
    user = dovecot.new_user()
    letters = [(letter(number), (), datetime.now(UTC)) for number in range(1, 5)]
    dovecot.deliver_all(user, "INBOX", letters)
    with fresh_profile(tmp_path) as facade:
        account = facade.add_account(dovecot.new_account(user), user.secret)
        facade.set_link_settings(account.id, LinkSettings(profile=LinkProfile.FRUGAL))
        yield facade


@pytest.fixture
def live(online: Facade, theme: Theme, settings: QSettings, qtbot: QtBot) -> Iterator[MainWindow]:
    with shown_window(online, theme, settings) as window:
        online.start_engine()
        qtbot.waitUntil(lambda: window.mail.model.rowCount() == 4, timeout=WAIT_MS)
        qtbot.waitUntil(
            lambda: window.status_line.status().accounts[0].link is Link.UP_TO_DATE, timeout=WAIT_MS
        )
        yield window


@pytest.mark.servers
def test_the_server_is_asked_when_a_person_wants_it(
    live: MainWindow, online: Facade, qtbot: QtBot
) -> None:
    def forget_texts() -> None:
        online._services.database.write(
            lambda tx: (
                tx.run("DELETE FROM body"),
                tx.run("UPDATE part SET fetched = 0, blob_id = NULL"),
                tx.run("UPDATE message SET body = 0, preview = ''"),
                tx.run("INSERT INTO message_fts (message_fts) VALUES ('delete-all')"),
            )
        )

    forget_texts()
    strip = live.mail.strip
    account = online.accounts()[0].id
    before = online.traffic(account).sent
    find(live, qtbot, "vélodrome ")
    assert live.mail.model.rowCount() == 0
    assert "Le texte de 4 messages n’est pas ici" in strip.parts.missed.text()
    assert strip.parts.server.isVisible()
    assert online.traffic(account).sent == before  # nothing leaves by itself
    strip.parts.server.click()
    box = live.findChild(QMessageBox)  # a frugal line: its price first
    assert box is not None
    assert "Ko" in box.text()
    next(one for one in box.findChildren(QPushButton) if one.text() == "Chercher").click()
    qtbot.waitUntil(lambda: live.mail.model.rowCount() == 4, timeout=WAIT_MS)
    assert "4 messages de plus" in strip.parts.missed.text()
    assert not strip.parts.server.isVisible()
    index = live.mail.model.index(0, 0)
    assert index.data(MessageRole.REMOTE) is True
    assert "trouvé sur le serveur" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    live.mail.view.select(live.mail.model.ids[0])
    qtbot.waitUntil(lambda: "vélodrome" in live.mail.reader.browser.toPlainText(), timeout=WAIT_MS)
    assert online.show(live.mail.model.ids[0]).body is BodyState.LOCAL
    qtbot.wait(1500)  # results brought up to date keep what the server found
    assert live.mail.model.rowCount() == 4


def test_offline_the_server_is_not_offered(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    facade._services.database.write(lambda tx: tx.run("UPDATE message SET body = 0"))
    find(window, qtbot, "sortie")
    assert window.mail.strip.parts.missed.isVisible()
    assert not window.mail.strip.parts.server.isVisible()
    assert window.tree.target() is not Place.DRAFTS
