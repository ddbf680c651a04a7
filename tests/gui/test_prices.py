"""What is on the server tells its price; a fetch shows how far it is, stops, and goes on."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.logic.mime import Readable
from mel_desktop.model.errors import Cancelled
from mel_desktop.model.links import LinkProfile, LinkSettings, Price
from mel_desktop.model.mail import MessageId, Part, ReadMessage
from mel_desktop.store import reading as rows
from mel_desktop.store.database import Transaction
from mel_desktop.ui.attachments_card import AttachmentCard
from mel_desktop.ui.main_window import MainWindow

DEAR = Price(3_200_000, 240.0, ask_first=True)
CHEAP = Price(3_200_000, 2.0, ask_first=False)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@dataclass
class Line:
    """A server that gives out a slice each time it is told to; it keeps what it gave."""

    size: int = 1_000_000
    slice: int = 100_000
    given: int = 0
    calls: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    step: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def fetch(self, message: MessageId, part: str, progress: object = None) -> None:
        self.calls += 1
        try:
            progress(self.given, self.size)  # type: ignore[operator]
            while self.given < self.size:
                assert self.step.acquire(timeout=60)
                self.given += self.slice
                progress(self.given, self.size)  # type: ignore[operator]
        finally:
            self.ended.set()

    def go(self, slices: int) -> None:
        for _ in range(slices):
            self.step.release()


@pytest.fixture
def line(facade: Facade, monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line()
    monkeypatch.setattr(facade, "fetch_attachment", made.fetch)
    monkeypatch.setattr(facade, "price", lambda *_: CHEAP)
    return made


@pytest.fixture
def card(window: MainWindow, facade: Facade) -> AttachmentCard:
    message = next(one for one in window.mail.model.ids if facade.show(one).attachments)
    window.mail.view.select(message)
    return window.mail.reader.attachments.cards()[0]


def test_a_card_tells_its_price(
    window: MainWindow, facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facade, "price", lambda *_: DEAR)
    message = next(one for one in window.mail.model.ids if facade.show(one).attachments)
    window.mail.view.select(message)
    card = window.mail.reader.attachments.cards()[0]
    assert plain(card.facts).endswith("sur le serveur · environ 4 min")


def test_a_dear_one_asks_first(
    window: MainWindow, facade: Facade, card: AttachmentCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    facade.set_offline(False)  # the engine was not started: nothing goes out
    monkeypatch.setattr(facade, "price", lambda *_: DEAR)
    card._save.click()
    bar = window.mail.reader.attachments
    box = bar.findChild(QMessageBox)
    assert box is not None
    assert "3,2 Mo, environ 4 min sur cette ligne" in plain(box.text())
    assert box.defaultButton().text() == "Plus tard"
    assert bar.findChild(QFileDialog) is None
    box.defaultButton().click()
    assert bar.findChild(QFileDialog) is None


def test_a_cheap_one_does_not(
    window: MainWindow, facade: Facade, card: AttachmentCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facade, "price", lambda *_: CHEAP)
    card._save.click()
    bar = window.mail.reader.attachments
    assert bar.findChild(QMessageBox) is None
    dialog = bar.findChild(QFileDialog)
    assert dialog is not None
    dialog.close()


def test_progress_stop_and_go_on(
    window: MainWindow, line: Line, card: AttachmentCard, qtbot: QtBot, tmp_path: Path
) -> None:
    bar = window.mail.reader.attachments
    bar.save_to(card.part, tmp_path / "x.pdf")
    assert card._stop.isVisible()
    assert not card._save.isVisible()
    line.go(3)
    qtbot.waitUntil(lambda: "300 Ko sur 1,0 Mo" in plain(card.facts), timeout=5000)
    assert card._progress.value() == 300_000
    card._stop.click()
    assert plain(card.facts) == "300 Ko sur 1,0 Mo déjà ici, arrêté"
    assert card._save.text() == "Reprendre…"
    line.go(1)  # the slice that was on its way
    assert line.ended.wait(60)
    assert line.given == 400_000
    line.ended.clear()
    bar.save_to(card.part, tmp_path / "x.pdf")
    qtbot.waitUntil(lambda: "400 Ko sur 1,0 Mo" in plain(card.facts), timeout=5000)
    assert card._stop.isVisible()
    line.go(6)
    assert line.ended.wait(60)
    assert line.calls == 2
    qtbot.waitUntil(lambda: "sur ce poste" in card.facts, timeout=5000)
    assert not card._progress.isVisible()
    assert card._save.text() == "Enregistrer…"


def test_a_fetch_goes_on_behind_another_message(
    window: MainWindow, line: Line, card: AttachmentCard, qtbot: QtBot, tmp_path: Path
) -> None:
    reader = window.mail.reader
    shown = reader.message()
    assert shown is not None
    reader.attachments.save_to(card.part, tmp_path / "x.pdf")
    window.mail.view.select(window.mail.model.ids[-1])
    line.go(5)
    key = (shown.id, card.part.number)
    qtbot.waitUntil(
        lambda: (one := reader.attachments.fetches.of(key)) is not None and one.done == 500_000,
        timeout=5000,
    )
    window.mail.view.select(shown.id)
    again = reader.attachments.cards()[0]
    assert "500 Ko sur 1,0 Mo" in plain(again.facts)
    assert again._stop.isVisible()
    line.go(5)
    qtbot.waitUntil(lambda: reader.attachments.fetches.of(key) is None, timeout=5000)


def test_time_left_is_told_by_how_fast_it_went(
    window: MainWindow, line: Line, card: AttachmentCard, qtbot: QtBot, tmp_path: Path
) -> None:
    reader = window.mail.reader
    shown = reader.message()
    assert shown is not None
    reader.attachments.save_to(card.part, tmp_path / "x.pdf")
    line.go(1)
    key = (shown.id, card.part.number)
    qtbot.waitUntil(
        lambda: (one := reader.attachments.fetches.of(key)) is not None and one.done == 100_000,
        timeout=5000,
    )
    fetch = reader.attachments.fetches.of(key)
    assert fetch is not None
    fetch.since -= 20  # 20 s for a tenth
    line.go(1)
    qtbot.waitUntil(lambda: "environ" in card.facts, timeout=5000)
    left = fetch.seconds_left()
    assert left is not None
    assert 60 < left < 120
    line.go(8)
    assert line.ended.wait(60)


def test_a_long_text_on_a_dear_line_asks(
    window: MainWindow, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    facade.set_offline(False)  # the engine was not started: nothing goes out
    message = window.mail.model.ids[0]

    def forget(tx: object) -> None:
        tx.run("DELETE FROM body WHERE message_id = ?", message)  # type: ignore[attr-defined]
        tx.run("UPDATE message SET body = 0 WHERE id = ?", message)  # type: ignore[attr-defined]

    facade._services.database.write(forget)
    loads: list[MessageId] = []
    load = facade.load_body
    monkeypatch.setattr(facade, "load_body", lambda one: (loads.append(one), load(one))[1])
    monkeypatch.setattr(facade, "price", lambda *_: DEAR)
    window.mail.view.select(message)
    state = window.mail.reader._state
    assert "sur le serveur : 3,2 Mo, environ 4 min" in plain(state.text)
    assert loads == []
    state._button.click()
    qtbot.waitUntil(lambda: loads == [message], timeout=5000)


def test_pictures_of_a_text_tell_their_price(
    window: MainWindow, facade: Facade, line: Line, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = window.mail.model.ids[3]
    show = facade.show
    pictures = tuple(
        Part(f"2.{n}", "image/png", "", "base64", "inline", "", f"p{n}@x", 1_600_000)
        for n in (1, 2)
    )
    monkeypatch.setattr(
        facade, "show", lambda one, most=0: replace(show(one, most), pictures=pictures)
    )
    monkeypatch.setattr(facade, "price", lambda *_: Price(1_600_000, 120.0, ask_first=True))
    window.mail.view.select(message)
    told = window.mail.reader._pictures
    assert "2 images de ce message" in plain(told.text)
    assert "3,2 Mo, environ 4 min" in plain(told.text)
    line.go(40)
    told._button.click()
    assert "Récupération" in told.text
    qtbot.waitUntil(lambda: line.calls == 2, timeout=5000)


def test_pictures_that_are_elsewhere_are_found(window: MainWindow, facade: Facade) -> None:
    """A letter with a logo, of which only the text is here."""
    message = window.mail.model.ids[0]
    html = '<p>Bonjour <img src="cid:Logo@x"></p>'
    text = Part("1.1", "text/html", "utf-8", "8bit", "", "", "", 40, within="related")
    logo = Part("1.2", "image/png", "", "base64", "inline", "", "logo@x", 400_000, within="related")
    other = replace(logo, number="1.3", content_id="unseen@x")

    def plant(tx: Transaction) -> None:
        now = datetime.now(UTC)
        rows.put_structure(tx, message, [text, logo, other])
        rows.put_body(
            tx,
            message,
            Readable("Bonjour", html, "Bonjour", "bonjour"),
            b"",
            complete=True,
            now=now,
        )

    facade._services.database.write(plant)
    assert [one.number for one in facade.show(message).pictures] == ["1.2"]
    window.mail.view.select(message)
    assert "1 image de ce message" in plain(window.mail.reader._pictures.text)
    facade._services.database.write(
        lambda tx: rows.put_part(tx, message, "1.2", b"x" * 300_000, datetime.now(UTC))
    )
    assert facade.show(message).pictures == ()


def left_on_server(facade: Facade, message: MessageId) -> None:
    """As a thrifty sync leaves a letter with both forms: its plain text alone is here."""
    plain_part = Part("1", "text/plain", "utf-8", "8bit", "", "", "", 40, within="alternative")
    html_part = replace(plain_part, number="2", media_type="text/html", size=64_000)

    def plant(tx: Transaction) -> None:
        now = datetime.now(UTC)
        rows.put_structure(tx, message, [plain_part, html_part])
        text_of = Readable("Bonjour", "", "Bonjour", "bonjour")
        rows.put_body(tx, message, text_of, b"", complete=True, now=now)

    facade._services.database.write(plant)


def test_formatting_that_is_elsewhere_tells_its_price(
    window: MainWindow, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = window.mail.model.ids[0]
    left_on_server(facade, message)
    loads: list[MessageId] = []
    load = facade.load_body
    monkeypatch.setattr(facade, "load_body", lambda one: (loads.append(one), load(one))[1])
    window.mail.view.select(message)
    reader = window.mail.reader
    assert reader.browser.toPlainText() == "Bonjour"
    assert plain(reader.head.form.text()) == "Afficher la mise en forme (64 Ko)"
    assert not reader.head.form.isHidden()
    assert loads == []  # offline: nothing is tried
    reader.head.form.click()
    qtbot.waitUntil(lambda: loads == [message], timeout=5000)
    assert reader.browser.toPlainText() == "Bonjour"


def test_cheap_formatting_comes_by_itself(
    window: MainWindow, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    facade.set_offline(False)  # the engine was not started: nothing goes out
    message = window.mail.model.ids[0]
    left_on_server(facade, message)
    show = facade.show
    came: set[MessageId] = set()

    def shown(one: MessageId, most: int = 0) -> ReadMessage:
        """What came is in the store as well: the letter is looked at again when it is read."""
        html = "<p>Bonjour <b>à tous</b></p>"
        return replace(show(one), html_safe=html, formatting=None) if one in came else show(one)

    monkeypatch.setattr(facade, "show", shown)
    monkeypatch.setattr(facade, "price", lambda *_: CHEAP)
    monkeypatch.setattr(facade, "load_body", lambda one: (came.add(one), shown(one))[1])
    window.mail.view.select(message)
    browser = window.mail.reader.browser
    qtbot.waitUntil(lambda: browser.toPlainText() == "Bonjour à tous", timeout=5000)
    monkeypatch.setattr(facade, "price", lambda *_: DEAR)
    loads: list[MessageId] = []
    monkeypatch.setattr(facade, "load_body", loads.append)
    dear = window.mail.model.ids[1]
    left_on_server(facade, dear)
    window.mail.view.select(dear)
    qtbot.wait(100)
    assert dear not in loads  # the first one may be looked at again, when it was marked as read


def test_frugal_lines_ask_and_full_ones_do_not(window: MainWindow, facade: Facade) -> None:
    facade.set_offline(False)  # the engine was not started: nothing goes out
    account = facade.accounts()[0].id
    found = next(
        (message, part)
        for message in window.mail.model.ids
        for part in facade.show(message).attachments
        if not part.local
    )
    facade.set_link_settings(account, LinkSettings(profile=LinkProfile.FRUGAL))
    price = facade.price(found[0], found[1].number)
    assert price.octets > 0
    facade.set_link_settings(account, LinkSettings(profile=LinkProfile.FULL))
    assert not facade.price(found[0], found[1].number).ask_first


def test_cancelled_is_silent(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    def stopped() -> None:
        raise Cancelled

    failed: list[object] = []
    window.bridge.run(window, stopped, done=failed.append, failed=failed.append)
    qtbot.wait(100)
    assert failed == []
