"""Printing, source, size, quotes, search in the text, people of the head: through the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import Address, Marks, MessageId
from mel_desktop.ui import mail_print
from mel_desktop.ui.mail_browser import MailBrowser
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.source_window import HeadersWindow, SourceWindow
from mel_desktop.ui.theme import DARK, Theme
from tests.gui.test_remote_images import write_html

QUOTE = "<blockquote>" + "".join(f"<p>ligne citée {n}</p>" for n in range(12)) + "</blockquote>"


@pytest.fixture
def message(window: MainWindow, facade: Facade) -> MessageId:
    chosen = next(one for one in window.mail.model.ids if facade.show(one).attachments)
    write_html(facade, chosen, f"<p>Bonjour à <b>toutes</b></p>{QUOTE}<p>Fin du mot</p>")
    window.mail.view.select(chosen)
    return chosen


def text_of(path: Path) -> tuple[str, int]:
    found = pypdfium2.PdfDocument(path)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in found]
        return "\n".join(pages), len(pages)
    finally:
        found.close()


# -- paper -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("message")
def test_a_pdf_holds_the_head_the_whole_text_and_its_pages(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, theme: Theme
) -> None:
    theme.apply(DARK)  # ink on paper all the same
    target = tmp_path / "message.pdf"
    window.actions_.pdf.trigger()
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(target))
    dialog.close()
    found = window.mail.reader.message()
    assert found is not None
    told, pages = text_of(target)
    assert pages == 1
    flat = " ".join(told.split())
    for one in (
        found.subject[:20], found.sender.address, found.to[0].address, "Bonjour à toutes",
        "ligne citée 11", "Fin du mot", "Page 1 sur 1", found.attachments[0].filename[:12],
    ):  # fmt: skip
        assert one in flat
    assert "message.pdf" in window.mail.reader.notice.text
    page = pypdfium2.PdfDocument(target)[0]
    assert set(bytes(page.render().buffer)[:300]) == {255}
    assert abs(page.get_width() - 595) < 2  # A4


def test_long_messages_are_numbered_and_lose_nothing(
    window: MainWindow, facade: Facade, message: MessageId, tmp_path: Path
) -> None:
    write_html(facade, message, "".join(f"<p>Alinéa numéro {n}.</p>" for n in range(200)))
    window.mail.reader.refresh()
    pages = window.extras.reading.save_pdf(tmp_path / "long.pdf")
    told, number = text_of(tmp_path / "long.pdf")
    assert number == pages > 3
    for n in range(200):
        assert f"Alinéa numéro {n}." in told
    assert f"Page {pages} sur {pages}" in told


@pytest.mark.usefixtures("message")
def test_plain_text_is_printed_as_it_is_shown(window: MainWindow, tmp_path: Path) -> None:
    window.mail.reader.toggle_form()
    assert window.extras.reading.save_pdf(tmp_path / "plain.pdf")
    told, _ = text_of(tmp_path / "plain.pdf")
    found = window.mail.reader.message()
    assert found is not None
    assert found.text.split()[0] in told


@pytest.mark.usefixtures("message")
def test_a_folder_that_cannot_be_written_is_told(window: MainWindow, tmp_path: Path) -> None:
    assert window.extras.reading.save_pdf(tmp_path / "nowhere" / "x.pdf") == 0
    assert window.mail.reader.notice.text


@pytest.mark.usefixtures("message")
def test_print_preview(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", staticmethod(lambda: []))
    assert window.extras.reading.open_print() is None
    assert "imprimante" in window.mail.reader.notice.text  # and PDF is offered beside it


def test_paper_loads_what_the_reader_loads(window: MainWindow, facade: Facade) -> None:
    found = facade.show(window.mail.model.ids[0])
    asked: list[str] = []

    def pictures(cid: str) -> None:
        asked.append(cid)

    html = "".join(
        f'<img src="{one}">'
        for one in ("cid:a", "file:///etc/hostname", "http://x.invalid/a.png", "//srv/share/x.png")
    )
    paper = mail_print.document(found, html, pictures)
    paper.setTextWidth(400)
    paper.size()
    assert asked == ["a"]


# -- the text --------------------------------------------------------------------------------------


def test_quotes_fold_and_unfold_by_link_and_key(
    window: MainWindow, message: MessageId, qtbot: QtBot
) -> None:
    window.mail.reader.refresh()
    browser = window.mail.reader.browser
    assert browser.quotes() == 1
    assert "ligne citée 3" not in browser.toPlainText()
    assert "afficher le texte cité (12 lignes)" in browser.toPlainText()
    browser.anchorClicked.emit(QUrl("mel-quote:0"))
    assert "ligne citée 3" in browser.toPlainText()
    window.actions_.quotes.trigger()
    assert "ligne citée 3" not in browser.toPlainText()
    window.actions_.quotes.trigger()
    assert "ligne citée 3" in browser.toPlainText()


def test_plain_quotes_fold_too(qtbot: QtBot, theme: Theme) -> None:
    browser = MailBrowser(theme)
    qtbot.addWidget(browser)
    browser.show_plain("Bonjour\n" + "> cité\n" * 9 + "Fin\n-- \nMarc")
    assert "cité\n" not in browser.toPlainText()
    assert "(9 lignes)" in browser.toPlainText()
    assert "mel-quote:0" in browser.toHtml()
    browser.toggle_quotes()
    assert browser.toPlainText().count("> cité") == 9


def test_zoom_is_remembered_and_scales_all_letters(
    window: MainWindow, message: MessageId, facade: Facade, settings: QSettings, qtbot: QtBot
) -> None:
    write_html(facade, message, '<p style="font-size:12px">petit</p><p>usuel</p>')
    window.mail.reader.refresh()
    browser = window.mail.reader.browser
    before = browser.document().defaultFont().pointSizeF()
    window.actions_.zoom_in.trigger()
    window.actions_.zoom_in.trigger()
    assert browser.zoom() == 125
    assert browser.document().defaultFont().pointSizeF() == pytest.approx(before * 1.25)
    assert "15px" in browser.toHtml()
    at = QPointF(20, 20)
    wheel = QWheelEvent(
        at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(browser.viewport(), wheel)
    assert browser.zoom() == 150
    assert str(settings.value("reader/zoom")) == "150"
    window.actions_.zoom_out.trigger()
    window.actions_.zoom_usual.trigger()
    assert browser.zoom() == 100
    browser.set_zoom(9999)
    assert browser.zoom() == 300


def test_find_in_the_text(window: MainWindow, message: MessageId, qtbot: QtBot) -> None:
    window.mail.reader.refresh()
    reader = window.mail.reader
    reader.browser.setFocus()
    qtbot.waitUntil(reader.browser.hasFocus)
    QTest.keyClicks(reader.browser, "/")
    qtbot.waitUntil(reader.find_bar.field.hasFocus)
    QTest.keyClicks(reader.find_bar.field, "mot")
    assert reader.selected_text() == "mot"
    reader.find_bar.field.setText("zzz")
    assert reader.find_bar.said.text() == "Introuvable"
    QTest.keyClick(reader.find_bar.field, Qt.Key.Key_Escape)
    assert reader.find_bar.isHidden()


def test_choice_and_place_stay_when_the_text_is_drawn_anew(
    window: MainWindow, message: MessageId, theme: Theme
) -> None:
    window.mail.reader.refresh()
    browser = window.mail.reader.browser
    assert browser.find("toutes")
    theme.apply(DARK)
    assert window.mail.reader.selected_text() == "toutes"


def test_space_reads_on_and_then_goes_to_the_next_unread(
    window: MainWindow, facade: Facade, message: MessageId, qtbot: QtBot
) -> None:
    write_html(facade, message, "<p>ligne</p>" * 200)
    window.mail.reader.refresh()
    browser = window.mail.reader.browser
    browser.setFocus()
    bar = browser.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    QTest.keyClick(browser, Qt.Key.Key_Space)
    assert 0 < bar.value() < bar.maximum()
    QTest.keyClick(browser, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    QTest.keyClick(browser, Qt.Key.Key_Space)
    shown = window.mail.reader.message()
    assert shown is not None
    assert shown.id != message
    assert not shown.flags.marks & Marks.SEEN
    window.mail.view.select(message)
    QTest.keyClick(browser, Qt.Key.Key_End)
    QTest.keyClick(browser, Qt.Key.Key_Home)
    assert bar.value() == 0


# -- as it came ------------------------------------------------------------------------------------


def test_source_and_header(
    window: MainWindow, facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = window.mail.model.ids[0]
    window.mail.view.select(message)
    raw = b"Subject: =?utf-8?q?=C3=A9?=\r\n\r\ncorps \xff\x00 fin\r\n"
    monkeypatch.setattr(facade, "raw", lambda _: raw)
    window.actions_.source.trigger()
    (shown,) = window.findChildren(SourceWindow)
    assert "Subject: =?utf-8?q?=C3=A9?=" in shown.text.toPlainText()
    assert "corps ÿ" in shown.text.toPlainText()
    shown.find_bar.begin()
    shown.find_bar.field.setText("corps")
    assert shown.text.textCursor().selectedText() == "corps"
    shown.close()
    window.actions_.headers.trigger()
    (header,) = window.findChildren(HeadersWindow)
    header.close()


def test_a_source_that_is_not_here_is_told_offline(window: MainWindow, facade: Facade) -> None:
    window.mail.view.select(window.mail.model.ids[0])
    window.actions_.source.trigger()
    if not window.findChildren(SourceWindow):
        assert window.mail.reader.notice.text


# -- people ----------------------------------------------------------------------------------------


@pytest.fixture
def clipboard(qapp: QApplication) -> Iterator[None]:
    yield
    QGuiApplication.clipboard().clear()


@pytest.mark.usefixtures("clipboard")
def test_the_head_offers_what_can_be_done_with_a_person(
    window: MainWindow, message: MessageId
) -> None:
    head = window.mail.reader.head
    found = window.mail.reader.message()
    assert found is not None
    menu = head.menu_of((found.sender,))
    write, copy, search, card = menu.actions()
    copy.trigger()
    assert QGuiApplication.clipboard().text() == found.sender.address
    write.trigger()
    (composer,) = window.writing.composers()
    assert composer.to.addresses()[0].address == found.sender.address
    composer.close()
    card.trigger()
    assert window.directory.query.text() == found.sender.address
    search.trigger()
    assert found.sender.address in window.search_field.text()
    several = head.menu_of((Address("A", "a@x.invalid"), Address("B", "b@x.invalid")))
    assert [len(one.actions()) for one in several.findChildren(QMenu)] == [4, 4]
