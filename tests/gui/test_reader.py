"""The reader shows who really wrote, and a message reaches neither network nor disk."""

from __future__ import annotations

import base64
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt, QUrl
from PySide6.QtGui import QImage, QTextCursor, QTextDocument
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import BodyState, Part
from mel_desktop.ui.attachments_card import safe_name
from mel_desktop.ui.dialogs import RecipientsDialog
from mel_desktop.ui.link_dialog import LinkDialog
from mel_desktop.ui.mail_browser import MAX_WIDTH, MailBrowser, decode_picture
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import DARK, Theme
from mel_desktop.ui.trust_strip import TrustStrip
from tests.gui.test_remote_images import write_html

IMAGE = QTextDocument.ResourceType.ImageResource.value


def png(width: int = 4, height: int = 3) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


@pytest.fixture
def browser(qtbot: QtBot, theme: Theme) -> MailBrowser:
    made = MailBrowser(theme)
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    "address",
    [
        "http://example.invalid/pixel.png",
        "https://example.invalid/pixel.png",
        "//server/share/x.png",
        "file://server/share/x.png",
        "file:///etc/hostname",
        "qrc:/x.png",
        "ftp://example.invalid/x.png",
        "cid:unknown",
        "data:image/png;base64,!!!",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
        "data:text/html,<b>x</b>",
    ],
)
def test_nothing_is_loaded_from_elsewhere(browser: MailBrowser, address: str) -> None:
    found = browser.loadResource(IMAGE, QUrl(address))
    assert isinstance(found, QImage)
    assert found.isNull()


def test_files_are_not_read(browser: MailBrowser, tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(png())
    for address in (path.as_uri(), str(path), f"file:{path}"):
        assert browser.loadResource(IMAGE, QUrl(address)).isNull()
    asked = []
    browser.show_html(
        f'<img src="{path.as_uri()}"><img src="cid:x">', lambda cid: asked.append(cid)
    )  # type: ignore[func-returns-value]
    browser.resize(300, 300)
    browser.grab()
    assert asked == ["x"]  # once, however often it is laid out
    browser.setSource(QUrl(path.as_uri()))
    assert browser.source().isEmpty()


def test_own_pictures_are_shown(browser: MailBrowser) -> None:
    browser.show_html(
        '<img src="cid:logo@x">', lambda cid: ("image/png", png()) if cid == "logo@x" else None
    )
    assert browser.loadResource(IMAGE, QUrl("cid:logo@x")).width() == 4
    data = "data:image/png;base64," + base64.b64encode(png()).decode()
    assert browser.loadResource(IMAGE, QUrl(data)).height() == 3
    style = QTextDocument.ResourceType.StyleSheetResource.value
    assert browser.loadResource(style, QUrl("http://example.invalid/x.css")).isNull()


def test_pictures_are_bounded() -> None:
    assert decode_picture(png(3200, 10)).width() == MAX_WIDTH
    assert decode_picture(b"").isNull()
    assert decode_picture(
        b"<svg xmlns='http://www.w3.org/2000/svg' width='5' height='5'/>"
    ).isNull()
    assert decode_picture(b"x" * 9_000_000).isNull()
    bomb = bytearray(png())
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2  # claims 60,000 x 60,000
    assert decode_picture(bytes(bomb)).isNull()


def test_plain_text_links(browser: MailBrowser) -> None:
    browser.show_plain(
        "Voir https://exemple.invalid/a?b=1. <b>pas du HTML</b>\n> cité marc@x.invalid"
    )
    assert browser.toPlainText() == (
        "Voir https://exemple.invalid/a?b=1. <b>pas du HTML</b>\n> cité marc@x.invalid"
    )
    cursor = QTextCursor(browser.document())
    cursor.setPosition(8)
    assert cursor.charFormat().anchorHref() == "https://exemple.invalid/a?b=1"
    assert "mailto:marc@x.invalid" in browser.toHtml()


def test_a_link_asks_first(window: MainWindow) -> None:
    reader = window.mail.reader
    reader.browser.anchorClicked.emit(QUrl("https://xn--acadmie-dya.invalid/entrer?x=1"))
    box = reader.findChild(LinkDialog)
    assert box is not None
    assert "acadmie" in box.host.accessibleName()
    assert box.address.accessibleName() == "https://xn--acadmie-dya.invalid/entrer?x=1"
    assert box.stay.isDefault()
    box.close()


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "smb://x/y"])
def test_other_links_do_nothing(window: MainWindow, address: str) -> None:
    seen: list[str] = []
    window.mail.reader.browser.link_clicked.connect(seen.append)
    window.mail.reader.browser.anchorClicked.emit(QUrl(address))
    assert seen == []


def test_mailto_writes(window: MainWindow) -> None:
    window.mail.reader.browser.anchorClicked.emit(QUrl("mailto:marc@x.invalid"))
    (composer,) = window.writing.composers()
    assert composer.to.addresses()[0].address == "marc@x.invalid"


def find(facade: Facade, window: MainWindow, wanted: str) -> int:
    for one in window.mail.model.ids:
        if wanted in facade.show(one).subject:
            return one
    raise AssertionError(wanted)


def test_phishing_is_told(window: MainWindow, facade: Facade) -> None:
    window.mail.view.select(find(facade, window, "votre messagerie sera suspendue"))  # type: ignore[arg-type]
    reader = window.mail.reader
    read = reader.message()
    assert read is not None
    assert read.sender.address in reader.head.from_.text()
    strip = reader.findChild(TrustStrip)
    assert read.sender.address in strip.notice.text
    assert not strip.isHidden()


def test_remote_pictures_are_told(window: MainWindow, facade: Facade) -> None:
    window.mail.view.select(find(facade, window, "La lettre du numérique"))  # type: ignore[arg-type]
    reader = window.mail.reader
    assert "bloquée" in reader.remote.text
    assert "1 image distante" in reader.remote.text
    assert "1 image de suivi" in reader.remote.text
    shown = reader.browser.toPlainText()
    reader.toggle_form()
    assert reader.browser.toPlainText() != shown
    assert reader.remote.isHidden()
    reader.toggle_form()
    assert reader.browser.toPlainText() == shown


def test_dark_theme_turns_colours_until_those_of_the_sender_are_asked_for(
    window: MainWindow, facade: Facade, theme: Theme
) -> None:
    theme.apply(DARK)
    window.mail.view.select(find(facade, window, "La lettre du numérique"))  # type: ignore[arg-type]
    browser = window.mail.reader.browser
    assert browser.property("paper") is False
    window.actions_.colours.trigger()
    assert browser.property("paper") is True
    window.actions_.colours.trigger()
    assert browser.property("paper") is False


def test_text_that_is_not_here(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    message = window.mail.model.ids[0]

    def forget(tx: object) -> None:
        tx.run("DELETE FROM body WHERE message_id = ?", message)  # type: ignore[attr-defined]
        tx.run("UPDATE message SET body = 0 WHERE id = ?", message)  # type: ignore[attr-defined]

    facade._services.database.write(forget)
    window.mail.view.select(message)
    read = window.mail.reader.message()
    assert read is not None
    assert read.body is BodyState.ABSENT
    assert read.subject
    qtbot.waitUntil(lambda: "en ligne" in window.mail.reader._state.text, timeout=5000)


def test_attachments_offline(
    window: MainWindow, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    message = next(one for one in window.mail.model.ids if facade.show(one).attachments)
    window.mail.view.select(message)
    bar = window.mail.reader.attachments
    (card, *_) = bar.cards()
    assert "sur le serveur" in card._facts.text()
    target = tmp_path / "x.pdf"
    bar.save_to(card.part, target)  # offline: said, not waited for
    qtbot.waitUntil(lambda: bool(window.mail.reader.notice.text), timeout=5000)
    assert not target.exists()
    assert card._save.isEnabled()


def test_file_names_stay_in_their_folder() -> None:
    assert safe_name("../../etc/passwd") == "_.._etc_passwd"
    assert safe_name("a\u202efdp.exe") == "a_fdp.exe"
    assert safe_name("") == "attachment"
    assert safe_name("C:\\x|y?.txt") == "C__x_y_.txt"


def test_many_recipients_leave_room_for_the_text(window: MainWindow, facade: Facade) -> None:
    message = next(one for one in window.mail.model.ids if len(facade.show(one).to) > 10)
    window.resize(1024, 600)
    window.mail.view.select(message)
    reader = window.mail.reader
    assert "@" in reader.head.recipients.text()
    assert reader.browser.height() > 200
    assert reader.head.everyone.isVisible()
    reader.head.everyone.click()
    dialog = reader.findChild(RecipientsDialog)
    assert dialog is not None
    listed = dialog.people.toPlainText()
    assert all(one.address in listed for one in facade.show(message).to)
    dialog.close()


def test_saving_a_large_attachment_never_waits(
    window: MainWindow,
    facade: Facade,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    message = next(one for one in window.mail.model.ids if facade.show(one).attachments)
    window.mail.view.select(message)
    bar = window.mail.reader.attachments
    part = replace(bar.cards()[0].part, local=True)
    go_on = threading.Event()

    def slow(*_: object) -> int:
        assert go_on.wait(60)
        return 5

    monkeypatch.setattr(facade, "save_attachment", slow)
    bar.save_to(part, tmp_path / "x.pdf")  # a slow share: the window goes on
    go_on.set()
    qtbot.waitUntil(lambda: "x.pdf" in window.mail.reader.notice.text, timeout=5000)


def test_pictures_of_a_signature_are_no_attachments() -> None:
    picture = Part("2", "image/png", "", "base64", "", "image001.png", "x@y", 10, within="related")
    assert not picture.is_attachment
    assert replace(picture, within="mixed").is_attachment
    assert replace(picture, disposition="attachment").is_attachment
    assert replace(picture, media_type="application/pdf").is_attachment


def test_a_long_message_is_read_from_its_beginning_and_lost_nowhere(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    """Its beginning is drawn at once; the rest is there when somebody scrolls, seeks or prints."""
    first, second = window.mail.model.ids[:2]
    lines = "".join(f"<p>Ligne numéro {n} du compte rendu.</p>" for n in range(4000))
    for one in (first, second):
        write_html(facade, one, f"<style>p {{ margin: 2px }}</style>{lines}")
    reader = window.mail.reader
    window.mail.view.select(first)
    assert "Ligne numéro 20 " in reader.browser.toPlainText()
    assert "Ligne numéro 3999" not in reader.browser.toPlainText()
    qtbot.waitUntil(lambda: reader.browser.has_more, timeout=20_000)
    assert "Ligne numéro 3999" not in reader.browser.toPlainText()
    place = reader.browser.verticalScrollBar().maximum()
    reader.browser.verticalScrollBar().setValue(place)
    assert "Ligne numéro 3999" in reader.browser.toPlainText()
    assert reader.browser.verticalScrollBar().value() == place
    window.mail.view.select(second)
    reader.begin_find()
    reader.find_bar.field.setText("Ligne numéro 3999")
    assert reader.selected_text() == "Ligne numéro 3999"


def test_a_long_head_of_styles_is_no_beginning(window: MainWindow, facade: Facade) -> None:
    message = window.mail.model.ids[0]
    styles = "<style>" + "p.a { color: red }\n" * 2000 + "</style>"
    write_html(facade, message, f"{styles}<p>Bonjour</p>")
    window.mail.view.select(message)
    assert "Bonjour" in window.mail.reader.browser.toPlainText()
