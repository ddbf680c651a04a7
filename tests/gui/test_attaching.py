"""Files in the composer: cards and keys, what they weigh, photos, links, drop and paste."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage, QImageReader
from PySide6.QtWidgets import QInputDialog, QLabel
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.app.warning_words import link_placeholder
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftAttachment, DraftContent
from mel_desktop.model.submission import SubmissionFacts
from mel_desktop.services.submission_memory import RememberedSubmission
from mel_desktop.store import blobs, reading
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.composer_files import FileCard
from mel_desktop.ui.link_aside import LinkDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.message_list import MIME
from mel_desktop.ui.photo_dialog import PhotoDialog
from mel_desktop.ui.photos import shrunk

LOCKED = Path(__file__).parents[1] / "data" / "locked"


@pytest.fixture
def composer(window: MainWindow) -> Composer:
    made = window.compose(
        DraftContent(
            to=(Address("", "marc.oberlin@ac-exemple.invalid"),), subject="Photos", text="Bonjour"
        )
    )
    assert made is not None
    return made


@pytest.fixture
def attach(composer: Composer, qtbot: QtBot) -> Callable[[Path], FileCard]:
    def bring(path: Path) -> FileCard:
        number = len(composer.files.cards)
        composer.attach(path)
        qtbot.waitUntil(lambda: len(composer.files.cards) > number, timeout=8000)
        qtbot.waitUntil(lambda: not composer.attaching.is_busy(), timeout=8000)
        return composer.files.cards[-1]

    return bring


def files(composer: Composer, facade: Facade) -> tuple[DraftAttachment, ...]:
    found = composer.draft_id()
    assert found is not None
    return facade.draft(found).attachments


def photo(path: Path, *, wide: int = 2400, high: int = 1600, turned: bool = False) -> Path:
    """A JPEG that no encoder makes small; ``turned``: with EXIF that says how it was held."""
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    for x in range(0, wide, 3):
        for y in range(0, high, 7):
            image.setPixelColor(x, y, QColor((x * 7) % 256, (y * 13) % 256, (x * y) % 256))
    assert image.save(str(path))
    if turned:
        # a camera's note: orientation 6 (turn right), a maker's name that looks like a place
        fields = bytes.fromhex("002a000000080002011200030000000100060000")
        maker = bytes.fromhex("010f0002") + (8).to_bytes(4, "big") + (38).to_bytes(4, "big")
        exif = b"Exif\x00\x00MM" + fields + maker + bytes(4) + b"GPS48.8N"
        octets = path.read_bytes()
        head = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
        path.write_bytes(octets[:2] + head + octets[2:])
    return path


def test_cards_by_keyboard(
    composer: Composer,
    facade: Facade,
    attach: Callable[[Path], FileCard],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "Programme.pdf").write_bytes(b"%PDF-1.4")
    card = attach(tmp_path / "Programme.pdf")
    assert card.focusPolicy() is Qt.FocusPolicy.StrongFocus
    assert "Programme.pdf" in card.accessibleName()
    opened: list[Path] = []
    monkeypatch.setattr(
        "mel_desktop.ui.attaching.open_outside", lambda path: opened.append(path) or True
    )
    qtbot.keyClick(card, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: bool(opened), timeout=5000)
    assert opened[0].read_bytes() == b"%PDF-1.4"
    assert facade.vault.outside_files() == (opened[0],)
    qtbot.keyClick(card, Qt.Key.Key_F2)  # type: ignore[no-untyped-call]
    dialog = composer.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("Sortie au musée")
    dialog.accept()
    assert [one.filename for one in files(composer, facade)] == ["Sortie au musée.pdf"]
    assert files(composer, facade)[0].media_type == "application/pdf"
    (again,) = composer.files.cards
    qtbot.keyClick(again, Qt.Key.Key_Delete)  # type: ignore[no-untyped-call]
    assert files(composer, facade) == ()
    assert composer.files.isHidden()


def test_a_program_is_not_opened_from_here(
    composer: Composer, attach: Callable[[Path], FileCard], tmp_path: Path, facade: Facade
) -> None:
    (tmp_path / "jeu.exe").write_bytes(b"MZ")
    composer.attaching.open(attach(tmp_path / "jeu.exe").attachment)
    assert "jeu.exe" in composer.notice.text
    assert facade.vault.outside_files() == ()


@pytest.mark.parametrize("name", ["aes.zip", "crypt-r6.pdf", "crypt.odt"])
def test_a_locked_file_is_flagged_at_once(
    composer: Composer, attach: Callable[[Path], FileCard], qtbot: QtBot, name: str
) -> None:
    attach(LOCKED / name)
    qtbot.waitUntil(lambda: bool(composer.files.cards[0].warning.text()), timeout=5000)
    card = composer.files.cards[0]
    assert "messagerie nationale" in card.warning.text()
    assert "messagerie nationale" in card.accessibleName()


def test_the_limit_is_said_with_a_third_more(
    composer: Composer, facade: Facade, attach: Callable[[Path], FileCard], tmp_path: Path
) -> None:
    account = facade.accounts()[0]
    memory = RememberedSubmission(facade._services.database)
    memory.learn(account, SubmissionFacts(size_limit=1_000_000), account.smtp)
    (tmp_path / "a.bin").write_bytes(bytes(500_000))
    (tmp_path / "b.bin").write_bytes(bytes(120_000))
    (tmp_path / "c.bin").write_bytes(bytes(200_000))
    attach(tmp_path / "a.bin")
    label = composer.files.size_label
    assert "+33" in label.text()
    assert "imite" not in label.text()
    attach(tmp_path / "b.bin")
    assert "Proche de la limite" in label.text()
    assert label.property("careful") is True
    attach(tmp_path / "c.bin")
    assert "Trop volumineux" in label.text()
    assert label.property("wrong") is True


def test_the_time_on_the_line_is_said(
    composer: Composer, facade: Facade, attach: Callable[[Path], FileCard], tmp_path: Path
) -> None:
    account = facade.accounts()[0].id
    facade._services.meters.of(account).down_bps = 200_000.0
    (tmp_path / "a.bin").write_bytes(bytes(3_000_000))
    attach(tmp_path / "a.bin")
    text = composer.files.size_label.text()
    assert "3\N{NO-BREAK SPACE}min" in text
    assert "ligne est lente" in text


def test_a_photo_is_made_smaller_and_comes_back(
    window: MainWindow,
    composer: Composer,
    facade: Facade,
    attach: Callable[[Path], FileCard],
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    card = attach(photo(tmp_path / "classe.jpg"))
    before = files(composer, facade)[0]
    card.shrink_asked.emit(card.attachment)
    qtbot.waitUntil(lambda: composer.findChild(PhotoDialog) is not None, timeout=8000)
    dialog = composer.findChild(PhotoDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.shrink.isEnabled, timeout=20_000)
    assert "1920 × 1280" in dialog.choices[1920].text()
    assert "GPS" in dialog.note.text()
    dialog.choices[800].setChecked(True)
    dialog.accept()
    (after,) = files(composer, facade)
    assert (after.filename, after.media_type) == ("classe.jpg", "image/jpeg")
    assert after.size < before.size / 3
    small = composer.files.cards[0]
    assert any("original" in action.text().replace("&", "") for action in small.menu.actions())
    draft = composer.draft_id()
    assert draft is not None
    composer.close()
    again = window.writing.open_draft(draft)  # as after a restart: nothing of the window is left
    assert again is not None
    small = again.files.cards[0]
    (back,) = [one for one in small.menu.actions() if "original" in one.text().replace("&", "")]
    assert "Reprendre" in back.text()
    back.trigger()
    assert facade.draft(draft).attachments == (before,)
    assert not any("original" in one.text() for one in again.files.cards[0].menu.actions())


def test_pixels_alone_go_on_upright(tmp_path: Path, qapp: object) -> None:
    octets = photo(tmp_path / "a.jpg", wide=600, high=400, turned=True).read_bytes()
    assert b"GPS48.8N" in octets
    made = shrunk("a.jpg", octets, 300)
    assert (made.width, made.height) == (200, 300)  # turned as the camera noted
    for trace in (b"Exif", b"GPS", b"48.8"):
        assert trace not in made.octets
    transparent = QImage(50, 40, QImage.Format.Format_ARGB32)
    transparent.fill(Qt.GlobalColor.transparent)
    transparent.setText("Place", "Nancy")
    transparent.save(str(tmp_path / "b.png"))
    kept = shrunk("b.png", (tmp_path / "b.png").read_bytes(), 800)
    assert (kept.media_type, kept.width) == ("image/png", 50)
    assert b"Nancy" not in kept.octets
    (tmp_path / "kept.png").write_bytes(kept.octets)
    assert QImageReader(str(tmp_path / "kept.png")).read().pixelColor(3, 3).alpha() == 0


@pytest.mark.no_qt_log  # Qt says it on stderr too
def test_a_broken_photo_is_told(
    composer: Composer, attach: Callable[[Path], FileCard], qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "x.jpg").write_bytes(b"\xff\xd8nothing")
    card = attach(tmp_path / "x.jpg")
    card.shrink_asked.emit(card.attachment)
    qtbot.waitUntil(lambda: composer.findChild(PhotoDialog) is not None, timeout=8000)
    dialog = composer.findChild(PhotoDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: "image" in dialog.note.text(), timeout=8000)
    assert not dialog.shrink.isEnabled()


def test_a_file_put_elsewhere_leaves_a_paragraph_that_is_asked_about(
    composer: Composer,
    facade: Facade,
    attach: Callable[[Path], FileCard],
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    (tmp_path / "film.mp4").write_bytes(b"film" * 1000)
    card = attach(tmp_path / "film.mp4")
    dialog = composer.attaching.ask_aside(card.attachment)
    assert isinstance(dialog, LinkDialog)
    said = " ".join(one.text() for one in dialog.findChildren(QLabel))
    assert "Apps.education.fr" in said
    dialog.save_asked.emit(tmp_path / "copie.mp4")
    qtbot.waitUntil(lambda: "copie.mp4" in dialog.saved.text(), timeout=5000)
    assert (tmp_path / "copie.mp4").read_bytes() == b"film" * 1000
    dialog.accept()
    assert files(composer, facade) == ()
    assert link_placeholder("fr") in composer.content().text
    assert "film.mp4" in composer.content().text
    composer.send()
    assert composer.flow.dialog is not None
    assert [one.reason for one in composer.flow.dialog.warnings()] == ["link"]


def test_drop_and_paste(
    window: MainWindow, composer: Composer, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("a")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.txt"))])
    assert composer.attaching.can_take(data)
    composer.attaching.take(data)
    qtbot.waitUntil(lambda: len(composer.files.cards) == 1, timeout=5000)
    clipboard = QGuiApplication.clipboard()
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    clipboard.setImage(image)
    qtbot.keyClick(composer.text, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: len(composer.files.cards) == 2, timeout=5000)
    assert files(composer, facade)[1].media_type == "image/png"
    clipboard.setText("du texte")
    qtbot.keyClick(composer.text, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)  # type: ignore[no-untyped-call]
    assert "du texte" in composer.text.toPlainText()
    assert len(composer.files.cards) == 2
    message = window.mail.model.ids[0]
    raw = b"Subject: Ordre du jour\r\n\r\nBonjour\r\n"
    services = facade._services
    whole = [(int(message), blobs.pack(raw))]
    services.database.write(lambda tx: reading.put_wholes(tx, whole, services.clock.now()))
    dragged = QMimeData()
    dragged.setData(MIME, str(message).encode())
    assert composer.attaching.can_take(dragged)
    composer.attaching.take(dragged)
    qtbot.waitUntil(lambda: not composer.attaching.is_busy(), timeout=8000)
    last = files(composer, facade)[-1]
    assert (last.media_type, last.filename.endswith(".eml")) == ("message/rfc822", True)
    draft = composer.draft_id()
    assert draft is not None
    assert facade.safety.file_octets(draft, last.id) == raw
