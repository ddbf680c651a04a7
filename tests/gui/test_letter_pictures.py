"""Pictures in a letter: put in, shown from the vault, described, resized, taken out, sent."""

from __future__ import annotations

import base64
import email
import email.policy
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from mel_desktop.app import letters
from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.letter import Picture
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftAttachment, DraftContent
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.store import blobs
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.composer_pictures import MEDIUM, SMALL
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.photo_dialog import PhotoDialog
from mel_desktop.ui.photos import PRESETS, drawn_anew, fit_for_text
from mel_desktop.ui.theme import DARK, Theme
from tests.support.html_attacks import VECTORS

CONTROL = Qt.KeyboardModifier.ControlModifier
Put = Callable[..., str]


def picture(kind: str = "png", width: int = 300, height: int = 200) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#0063cb"))
    held = QByteArray()
    target = QBuffer(held)
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(target, kind)
    return bytes(held.data())


@pytest.fixture
def rich(window: MainWindow, facade: Facade) -> Composer:
    facade.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.OFF)
    made = window.compose(
        DraftContent(to=(Address("", "marc.oberlin@ac-exemple.invalid"),), subject="Plan")
    )
    assert made is not None
    made.text.set_rich(True)
    made.text.insert_text("Voici : ")
    return made


@pytest.fixture
def put(rich: Composer, qtbot: QtBot, tmp_path: Path) -> Put:
    def bring(octets: bytes = b"", name: str = "plan.png", alt: str = "") -> str:
        before = [one.content_id for one in shown(rich)]
        path = tmp_path / name
        path.write_bytes(octets or picture())
        rich.pictures.put_files([path])
        settled(rich, qtbot)
        (made,) = [one.content_id for one in shown(rich) if one.content_id not in before]
        answer(rich, alt)
        return made

    return bring


def settled(composer: Composer, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not composer.attaching.is_busy(), timeout=15_000)


def answer(composer: Composer, alt: str) -> None:
    """What is asked after a picture came."""
    for dialog in composer.findChildren(QInputDialog):
        if dialog.isVisible():
            dialog.setTextValue(alt)
            dialog.accept() if alt else dialog.reject()


def shown(composer: Composer) -> tuple[Picture, ...]:
    return letters.pictures_in(composer.text.value())


def files(composer: Composer, facade: Facade) -> tuple[DraftAttachment, ...]:
    found = composer.draft_id()
    assert found is not None
    return facade.draft(found).attachments


def test_the_button_puts_a_picture_in_and_asks_what_it_shows(
    rich: Composer, facade: Facade, put: Put, qtbot: QtBot
) -> None:
    octets = picture("jpg")
    content_id = put(octets, "Plan du collège.JPG", alt="Le plan  du collège")
    assert shown(rich) == (Picture(content_id, "Le plan du collège"),)
    assert content_id.endswith("@" + facade.accounts()[0].email.partition("@")[2])
    assert rich.save()
    (file,) = files(rich, facade)
    assert (file.content_id, file.media_type) == (content_id, "image/jpeg")
    assert file.filename == "Plan du collège.JPG"
    assert not rich.files.cards  # it is no attachment, but it weighs
    assert rich.files.isVisible()
    assert rich.files.total() == len(octets)
    text, html = rich.text.letter()
    assert text == "Voici : [image: Le plan du collège]"
    assert html.startswith('<p>Voici :\xa0<img src="cid:')
    # from the vault, at its own size
    assert rich.text.document().size().height() > 200
    assert rich.formats.picture.shortcut().toString() == "Ctrl+Shift+P"


def test_it_leaves_beside_the_html(
    rich: Composer, facade: Facade, put: Put, tmp_path: Path
) -> None:
    octets = picture()
    content_id = put(octets, alt="plan")
    rich.send_action.trigger()
    row = facade.outbox()[0]
    assert row.subject == "Plan"
    with facade._services.database.read() as reader:
        blob = reader.value("SELECT blob_id FROM outbox WHERE id = ?", int(row.id))
        raw = b"".join(blobs.read(reader, int(str(blob))))
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message.get_content_type() == "multipart/alternative"
    plain, related = message.iter_parts()  # type: ignore[attr-defined]
    assert "[image: plan]" in plain.get_content()
    html, part = related.iter_parts()
    assert f'src="cid:{content_id}"' in html.get_content()
    assert part["Content-ID"] == f"<{content_id}>"
    assert part.get_content() == octets


def test_what_is_removed_goes_with_its_part_and_undo_brings_both_back(
    rich: Composer, facade: Facade, put: Put
) -> None:
    content_id = put(alt="plan")
    assert rich.save()
    assert len(files(rich, facade)) == 1
    rich.pictures._select(content_id)
    rich.pictures.remove_action.trigger()
    assert shown(rich) == ()
    assert rich.save()
    assert files(rich, facade) == ()
    assert not rich.files.isVisible()
    rich.text.undo()
    assert shown(rich) == (Picture(content_id, "plan"),)
    assert rich.save()
    (file,) = files(rich, facade)
    assert file.content_id == content_id
    assert rich.files.isVisible()


def test_it_is_resized_and_described_by_the_menu_and_each_can_be_undone(
    rich: Composer, put: Put, qtbot: QtBot
) -> None:
    content_id = put(picture(width=900, height=300))
    assert shown(rich) == (Picture(content_id, "", MEDIUM),)  # too wide to begin as it is
    rich.activateWindow()
    rich.text.setFocus()
    qtbot.waitUntil(rich.text.hasFocus, timeout=5000)
    rich.text.moveCursor(QTextCursor.MoveOperation.End)  # beside it
    QTest.keyClick(rich.text, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(rich.pictures.menu.isVisible, timeout=5000)
    assert rich.pictures.sizes[MEDIUM].isChecked()
    rich.pictures.menu.close()
    rich.pictures.sizes[SMALL].trigger()
    assert shown(rich)[0].width == SMALL
    assert f'width="{SMALL}"' in rich.text.letter()[1]
    rich.pictures.sizes[0].trigger()
    assert shown(rich)[0].width == 0
    rich.pictures.describe_action.trigger()
    answer(rich, "la cour")
    assert shown(rich)[0].alt == "la cour"
    for expected in (Picture(content_id, "", 0), Picture(content_id, "", SMALL)):
        rich.text.undo()
        assert shown(rich) == (expected,)


def test_a_heavy_photo_is_made_smaller_where_it_stands(
    rich: Composer, facade: Facade, put: Put, qtbot: QtBot
) -> None:
    noise = QImage(2200, 1500, QImage.Format.Format_RGB32)
    for y in range(0, 1500, 2):
        for x in range(0, 2200, 4):
            noise.setPixel(x, y, (x * 7919 + y * 104729) & 0xFFFFFF)
    held = QByteArray()
    target = QBuffer(held)
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    assert noise.save(target, "jpg", 95)
    octets = bytes(held.data())
    assert len(octets) > 1024 * 1024
    content_id = put(octets, "photo.jpg")
    assert "pèse" in rich.notice.text
    rich.pictures._select(content_id)
    rich.pictures.shrink_action.trigger()
    qtbot.waitUntil(lambda: bool(rich.findChildren(PhotoDialog)), timeout=10_000)
    (dialog,) = rich.findChildren(PhotoDialog)
    qtbot.waitUntil(dialog.shrink.isEnabled, timeout=20_000)
    dialog.choices[PRESETS[-1]].setChecked(True)
    dialog.accept()
    assert rich.text.width_of(content_id) == PRESETS[-1]
    (smaller,) = files(rich, facade)
    assert (smaller.content_id, smaller.media_type) == (content_id, "image/jpeg")
    assert smaller.size < len(octets) / 3
    rich.pictures._show_state()
    assert rich.pictures.restore_action.isVisible()
    rich.pictures.restore_action.trigger()
    assert files(rich, facade)[0].size == len(octets)


def test_paste_and_drop_stand_in_the_text_and_other_files_are_attached(
    rich: Composer, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    rich.activateWindow()
    rich.text.setFocus()
    qtbot.waitUntil(rich.text.hasFocus, timeout=5000)
    QTest.keyClick(rich.text, Qt.Key.Key_V, CONTROL)
    settled(rich, qtbot)
    answer(rich, "")
    assert len(shown(rich)) == 1
    (tmp_path / "b.webp").write_bytes(picture("webp"))
    (tmp_path / "c.bmp").write_bytes(picture("bmp"))
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / one)) for one in
                  ("b.webp", "notes.pdf", "c.bmp")])  # fmt: skip
    assert rich.text.canInsertFromMimeData(data)
    rich.text.insertFromMimeData(data)
    settled(rich, qtbot)
    assert len(shown(rich)) == 3
    assert rich.save()
    kinds = {one.filename: (one.media_type, bool(one.content_id)) for one in files(rich, facade)}
    assert kinds.pop("notes.pdf") == ("application/pdf", False)
    assert {"b.jpg", "c.jpg"} <= set(kinds)
    assert set(kinds.values()) == {("image/jpeg", True), ("image/png", True)}
    assert len(rich.files.cards) == 1


def test_in_a_plain_letter_a_picture_is_an_attachment(
    window: MainWindow, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    composer = window.compose(DraftContent(subject="Plan"))
    assert composer is not None
    (tmp_path / "a.png").write_bytes(picture())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    assert not composer.text.canInsertFromMimeData(data)  # the window takes it
    composer.attaching.take(data)
    settled(composer, qtbot)
    (file,) = files(composer, facade)
    assert file.content_id == ""
    assert not composer.formats.picture.isEnabled()


def test_what_is_no_picture_is_said_and_changes_nothing(
    rich: Composer, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "faux.png").write_bytes(b"<svg onload=alert(1)>")
    rich.pictures.put_files([tmp_path / "faux.png"])
    settled(rich, qtbot)
    assert rich.notice.text
    assert shown(rich) == ()
    assert files(rich, facade) == ()


def test_pictures_inside_pasted_html_are_drawn_anew_and_remote_ones_are_not_asked_for(
    rich: Composer, facade: Facade, qtbot: QtBot
) -> None:
    inside = picture("png", 30, 20) + b"<script>queue</script>"
    data = QMimeData()
    data.setHtml(
        f'<p>Avant <img alt="dedans" src="data:image/png;base64,{_b64(inside)}">'
        '<img alt="loin" src="https://piste.invalid/p.png">'
        '<img alt="faux" src="data:image/png;base64,AAAA">'
        '<img alt="autre" src="cid:inconnu@x"> après</p>'
    )
    rich.text.insertFromMimeData(data)
    settled(rich, qtbot)
    (kept,) = shown(rich)
    assert kept.alt == "dedans"
    assert "[loin][faux][autre]" in rich.text.letter()[0]
    assert rich.save()
    (file,) = files(rich, facade)
    draft = rich.draft_id()
    assert draft is not None
    stored = facade.safety.file_octets(draft, file.id)
    assert b"script" not in stored
    assert QImage.fromData(stored).width() == 30


def _b64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def test_a_picture_is_copied_within_the_letter_and_nowhere_else(
    rich: Composer, window: MainWindow, put: Put
) -> None:
    content_id = put(alt="plan")
    rich.text.selectAll()
    copied = rich.text.createMimeDataFromSelection()
    rich.text.moveCursor(QTextCursor.MoveOperation.End)
    rich.text.insertFromMimeData(copied)
    assert [one.content_id for one in shown(rich)] == [content_id, content_id]
    other = window.compose(DraftContent())
    assert other is not None
    other.text.set_rich(True)
    other.text.insertFromMimeData(copied)
    assert shown(other) == ()
    assert "[plan]" in other.text.letter()[0]


def test_the_draft_keeps_it_and_shows_it_again(
    rich: Composer, window: MainWindow, facade: Facade, theme: Theme, put: Put
) -> None:
    content_id = put(alt="plan")
    theme.apply(DARK)
    assert shown(rich) == (Picture(content_id, "plan"),)
    assert rich.save()
    draft = rich.draft_id()
    assert draft is not None
    rich.close()
    again = window.open_draft(draft)
    assert again is not None
    assert shown(again) == (Picture(content_id, "plan"),)
    assert again.text.width_of(content_id) == 300
    revision = facade.draft(draft).revision
    again.text.clear()
    again.text.insert_text("Sans image")
    assert again.save()
    assert files(again, facade) == ()
    back = facade._services.drafting.restore(draft, revision)
    assert [one.content_id for one in back.attachments] == [content_id]
    assert facade.safety.picture(draft, content_id)


def test_hostile_html_of_a_draft_shows_pictures_of_that_draft_alone(
    window: MainWindow, facade: Facade
) -> None:
    account = facade.accounts()[0].id
    naming = [one for one in VECTORS if re.search("(?i)cid:|img|image|url", one)]
    assert len(naming) > 100
    for vector in naming[::5]:
        draft = facade.new_draft(account, DraftContent(html=vector, subject="x"))
        composer = window.open_draft(draft.id)
        assert composer is not None
        for one in shown(composer):
            assert composer.pictures.octets(one.content_id) == b""
            assert composer.text.width_of(one.content_id) == 0
        composer.close()


def test_photos_fit_for_a_text() -> None:
    for kind, media_type in (("png", "image/png"), ("jpg", "image/jpeg")):
        octets = picture(kind)
        made = fit_for_text(f"a.{kind}", octets)
        assert (made.media_type, made.octets, made.width) == (media_type, octets, 300)
    assert fit_for_text("a.webp", picture("webp")).name == "a.jpg"
    assert fit_for_text("sans", picture()).name == "sans.png"
    large = fit_for_text("a.png", picture("png", 5000, 4000))  # more pixels than readers bear
    assert (large.width, large.height) == (PRESETS[0], 1536)
    assert drawn_anew("x", picture("webp")).media_type == "image/jpeg"
    for call in (fit_for_text, drawn_anew):
        with pytest.raises(LocalRefusal):
            call("a.png", b"GIF89a nothing")
