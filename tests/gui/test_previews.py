"""Attachments of a message: looked at in the program, saved together, dragged, opened outside."""

from __future__ import annotations

from collections.abc import Callable
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.links import Price
from mel_desktop.model.mail import MessageId, Part
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.store import blobs, parts
from mel_desktop.store.database import Transaction
from mel_desktop.ui import attachments_bar
from mel_desktop.ui.attachments_files import FILES_MIME, FileDrag
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.own_contact_dialog import OwnContactDialog
from mel_desktop.ui.preview_window import PreviewWindow
from tests.support import documents
from tests.support.store import START
from tests.unit.test_previews import CARD, EVENT, MAIL, picture

Plant = Callable[..., None]
DEADLINE = 20_000


def photo(width: int = 300, height: int = 200) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#3366cc"))
    octets = QByteArray()
    buffer = QBuffer(octets)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(octets.data())


def put(facade: Facade, message: MessageId, files: dict[str, tuple[str, bytes | None]]) -> None:
    """These files and no others are the attachments of a message; None: still on the server."""

    def work(tx: Transaction) -> None:
        tx.run("DELETE FROM part WHERE message_id = ? AND disposition = 'attachment'", message)
        parts.insert(tx, message, [
            Part(f"9.{place}", media_type, "", "base64", "attachment", name, "", 64)
            for place, (name, (media_type, _)) in enumerate(files.items())
        ])  # fmt: skip
        for place, (_, data) in enumerate(files.values()):
            number = f"9.{place}"
            if data is not None:
                blob = blobs.store_bytes(tx, data, START)
                tx.run(
                    "UPDATE part SET blob_id = ? WHERE message_id = ? AND number = ?",
                    *(blob, message, number),
                )
        tx.run("UPDATE message SET has_attachments = 1 WHERE id = ?", message)

    facade._services.database.write(work)


@pytest.fixture
def plant(window: MainWindow, facade: Facade) -> Plant:
    def work(**files: tuple[str, bytes | None]) -> None:
        put(facade, window.mail.model.ids[0], {
            name.replace("_", "."): told for name, told in files.items()
        })  # fmt: skip
        window.mail.view.select(window.mail.model.ids[1])
        window.mail.view.select(window.mail.model.ids[0])
        assert len(window.mail.reader.attachments.cards()) >= len(files)

    return work


def looked_at(window: MainWindow) -> PreviewWindow:
    window.actions_.look.trigger()
    (shown,) = window.mail.reader.attachments.findChildren(PreviewWindow)
    return shown


def test_files_of_an_attached_message_are_looked_at_and_saved(
    window: MainWindow, plant: Plant, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    inner = MIMEMultipart()
    inner["Subject"] = "Sujets"
    inner.attach(MIMEText("Voici."))
    for name, data in (("note.txt", b"Bonjour"), ("a.bin", b"\x00\x01")):
        file = MIMEApplication(data, name=name)
        file.add_header("Content-Disposition", "attachment", filename=name)
        inner.attach(file)
    plant(e_eml=("message/rfc822", inner.as_bytes()))
    shown = looked_at(window)
    bar = window.mail.reader.attachments
    qtbot.waitUntil(lambda: shown.ready, timeout=DEADLINE)
    cards = len(bar.cards())
    mail = shown.mail
    assert [mail.files.item(n).text().split()[0] for n in range(2)] == ["note.txt", "a.bin"]
    mail.files.setFocus()
    qtbot.keyClick(mail.files, Qt.Key.Key_Return)
    (other,) = shown.findChildren(PreviewWindow)
    qtbot.waitUntil(lambda: other.ready, timeout=DEADLINE)
    assert other.text.text.toPlainText() == "Bonjour"
    other.step(1)
    qtbot.waitUntil(lambda: "type" in other.word.text(), timeout=DEADLINE)
    asked: list[Part] = []
    bar._on_open = asked.append  # type: ignore[method-assign,assignment]
    other.open_asked.emit(other.file)
    assert [(one.number.rpartition("!")[2], one.filename) for one in asked] == [("2", "a.bin")]
    other.close()
    chosen: list[object] = []
    shown.saving.ask_save = chosen.append  # type: ignore[method-assign,assignment]
    mail.save.click()
    (files,) = chosen
    shown.saving.save(files, tmp_path)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: "2 fichiers" in shown.notice.text, timeout=DEADLINE)
    assert (tmp_path / "a.bin").read_bytes() == b"\x00\x01"
    assert len(bar.cards()) == cards  # the message around has no files more
    shown.close()


def test_each_kind_is_looked_at_without_a_copy_outside(
    window: MainWindow, plant: Plant, facade: Facade, qtbot: QtBot
) -> None:
    plant(
        a_png=("image/png", photo()),
        b_pdf=("application/pdf", documents.pdf("Bonjour la classe", "Fin")),
        c_csv=("text/csv", "élève;note\nAnne;12\n".encode("cp1252")),
        d_vcf=("text/vcard", CARD),
        e_eml=("message/rfc822", MAIL),
        f_zip=("application/zip", documents.archive({"x/y.txt": "abc"})),
        g_ics=("text/calendar", EVENT),
        h_docx=("application/octet-stream", documents.docx("Un paragraphe")),
        i_html=("text/html", b"<p>page</p><img src='http://127.0.0.1:9/x'>"),
        j_svg=("image/svg+xml", b"<svg onload='x()'/>"),
        k_exe=("application/octet-stream", b"MZ"),
        l_png=("image/png", picture(100_000, 100_000)),
        m_pdf=("application/pdf", b"%PDF-1.7 broken"),
    )
    shown = looked_at(window)

    def after(page: object) -> None:
        qtbot.waitUntil(lambda: shown.ready and shown.pages.currentWidget() is page,
                        timeout=DEADLINE)  # fmt: skip

    after(shown.picture)
    assert shown.picture.scale == 1.0
    shown.picture.zoom(2.0)
    assert shown.picture.canvas.pixmap.width() == 600
    shown.picture.turn()
    assert shown.picture.canvas.pixmap.height() == 600
    assert "200 × 300" in shown.picture.said.text()
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow, timeout=DEADLINE)
    qtbot.keyClick(shown, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    after(shown.pdf)
    assert not shown.pdf.canvas.pixmap.isNull()
    shown.pdf.query.setText("fin")
    qtbot.keyClick(shown.pdf.query, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown.pdf.page is not None and shown.pdf.page.number == 1,
                    timeout=DEADLINE)  # fmt: skip
    assert shown.pdf.page is not None
    assert shown.pdf.page.marks
    shown.pdf.copy.click()
    assert QGuiApplication.clipboard().text() == "Fin"
    shown.step(1)
    after(shown.table)
    model = shown.table.table.model()
    assert model.index(1, 0).data() == "Anne"
    shown.step(1)
    after(shown.cards)
    shown.step(1)
    after(shown.mail)
    assert shown.mail.subject.text() == "Conseil"
    assert "ordre.pdf" in shown.mail.files.item(0).text()
    shown.step(1)
    after(shown.table)
    assert shown.table.table.model().index(0, 0).data() == "x/y.txt"
    for word in ("Conseil de classe\nlundi 3 novembre 2025, ", "Un paragraphe", "page", "<svg"):
        shown.step(1)
        after(shown.text)
        assert word in shown.text.text.toPlainText()
    for word in ("type", "endommagé", "endommagé"):  # a program, a bomb of a picture, a broken PDF
        shown.step(1)
        qtbot.waitUntil(lambda word=word: word in shown.word.text(), timeout=DEADLINE)
    assert not shown.on.isEnabled()
    assert facade.vault.outside_files() == ()
    shown.close()


def test_a_card_that_is_attached_becomes_a_contact(
    window: MainWindow, plant: Plant, qtbot: QtBot
) -> None:
    plant(d_vcf=("text/vcard", CARD))
    shown = looked_at(window)
    qtbot.waitUntil(lambda: shown.ready, timeout=DEADLINE)
    shown.cards.add_asked.emit(shown._facade.attachments.preview(*shown.file.key).cards[0])
    (dialog,) = window.findChildren(OwnContactDialog)
    assert dialog.name.text() == "Anne Petit"
    dialog.close()
    shown.close()


def test_what_is_on_the_server_is_fetched_only_when_asked(
    window: MainWindow, plant: Plant, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facade, "price", lambda *_: Price(3_200_000, 240.0, ask_first=False))
    plant(a_txt=("text/plain", None))
    asked: list[str] = []

    def fetch(message: MessageId, part: str, progress: object = None) -> None:
        asked.append(part)
        put(facade, message, {"a.txt": ("text/plain", b"arrived")})

    monkeypatch.setattr(facade, "fetch_attachment", fetch)
    shown = looked_at(window)
    assert "serveur" in shown.word.text()
    assert "4 min" in shown.word.text().replace("\u00a0", " ")
    assert not asked
    shown.fetch.click()
    qtbot.waitUntil(lambda: shown.ready, timeout=DEADLINE)
    assert shown.text.text.toPlainText() == "arrived"
    shown.close()


def test_all_are_saved_in_a_folder_chosen_once(
    window: MainWindow, plant: Plant, qtbot: QtBot, tmp_path: Path
) -> None:
    plant(a_txt=("text/plain", b"one"), b_exe=("application/octet-stream", b"MZ"))
    (tmp_path / "a.txt").write_bytes(b"mine")
    window.actions_.save_files.trigger()
    bar = window.mail.reader.attachments
    (box,) = bar.findChildren(QMessageBox)
    assert "b.exe" in box.informativeText()
    next(one for one in box.buttons() if "Enregistrer" in one.text()).click()
    (dialog,) = bar.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    qtbot.waitUntil(lambda: "2 fichiers" in window.mail.reader.notice.text, timeout=DEADLINE)
    assert (tmp_path / "a.txt").read_bytes() == b"mine"
    assert (tmp_path / "a (2).txt").read_bytes() == b"one"
    assert (tmp_path / "b.exe").read_bytes() == b"MZ"


def test_one_that_can_run_a_program_is_asked_about_before_it_is_saved(
    window: MainWindow, plant: Plant
) -> None:
    plant(b_exe=("application/octet-stream", b"MZ"))
    bar = window.mail.reader.attachments
    bar.cards()[0]._save.click()
    (box,) = bar.findChildren(QMessageBox)
    assert "b.exe" in box.informativeText()
    box.defaultButton().click()  # no
    assert not bar.findChildren(QFileDialog)


def test_offline_what_is_here_is_saved_and_the_rest_told(
    window: MainWindow, plant: Plant, qtbot: QtBot, tmp_path: Path
) -> None:
    plant(a_txt=("text/plain", None), b_txt=("text/plain", b"here"))
    bar = window.mail.reader.attachments
    bar.saving.save(bar.files(), tmp_path)
    qtbot.waitUntil(lambda: "1 fichier" in window.mail.reader.notice.text, timeout=DEADLINE)
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".txt"] == ["b.txt"]


def test_thumbnail_keys_and_menu_of_a_card(window: MainWindow, plant: Plant, qtbot: QtBot) -> None:
    plant(a_png=("image/png", photo()), b_txt=("text/plain", b"x"))
    bar = window.mail.reader.attachments
    first, second = bar.cards()
    qtbot.waitUntil(lambda: first.thumbnail.width() > 30, timeout=DEADLINE)
    window.activateWindow()
    window.actions_.to_files.trigger()
    qtbot.waitUntil(first.hasFocus, timeout=DEADLINE)
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert second.hasFocus()
    qtbot.keyClick(second, Qt.Key.Key_Space)
    (shown,) = bar.findChildren(PreviewWindow)
    assert shown.file.name == "b.txt"
    qtbot.waitUntil(lambda: shown.ready, timeout=DEADLINE)
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow, timeout=DEADLINE)
    qtbot.keyClick(shown, Qt.Key.Key_F3)
    qtbot.waitUntil(lambda: not bar.findChildren(PreviewWindow), timeout=DEADLINE)
    menu = bar.menu_of(second.part)
    assert len(menu.actions()) == 4
    menu.close()


def test_a_file_dragged_out_is_written_only_when_it_is_dropped(
    window: MainWindow, plant: Plant, facade: Facade
) -> None:
    plant(a_txt=("text/plain", b"dragged"), b_txt=("text/plain", None))
    bar = window.mail.reader.attachments
    here, away = bar.cards()
    assert bar.drag_of(away.part) is None
    data = bar.drag_of(here.part)
    assert data is not None
    assert data.hasUrls()
    assert facade.vault.outside_files() == ()
    (url,) = data.urls()
    path = Path(url.toLocalFile())
    assert path.read_bytes() == b"dragged"
    assert facade.vault.outside_files() == (path,)
    assert data.urls() == [url]  # no second copy
    facade.vault.clear_outside()
    assert not path.exists()


def test_a_file_dragged_onto_a_letter_is_attached_without_a_copy_outside(
    window: MainWindow, plant: Plant, facade: Facade, qtbot: QtBot
) -> None:
    plant(a_txt=("text/plain", b"dragged"))
    bar = window.mail.reader.attachments
    data = bar.drag_of(bar.cards()[0].part)
    assert isinstance(data, FileDrag)
    composer = window.compose(DraftContent(subject="x"))
    assert composer is not None
    assert composer.attaching.can_take(data)
    composer.attaching.take(data)
    qtbot.waitUntil(lambda: len(composer.attaching.bar.cards) == 1, timeout=DEADLINE)
    draft = composer.draft_id()
    assert draft is not None
    (file,) = facade.draft(draft).attachments
    assert (file.filename, file.size) == ("a.txt", 7)
    assert facade.vault.outside_files() == ()
    strange = QMimeData()
    strange.setData(FILES_MIME, QByteArray(b"[[1]] nonsense"))
    composer.attaching.take(strange)


def test_what_is_opened_outside_goes_with_the_vault(
    window: MainWindow, plant: Plant, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(attachments_bar, "open_outside", lambda path: not opened.append(path))
    plant(a_txt=("text/plain", b"outside"))
    shown = looked_at(window)
    shown.open_button.click()
    (box,) = window.mail.reader.attachments.findChildren(QMessageBox)
    box.defaultButton().click()
    qtbot.waitUntil(lambda: bool(opened), timeout=DEADLINE)
    assert opened[0].read_bytes() == b"outside"
    shown.close()
    facade.vault.lock()
    assert not opened[0].exists()
