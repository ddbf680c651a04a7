"""Damage, missing work and a full disk, as a teacher meets them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.outgoing import DraftContent, DraftId
from mel_desktop.model.soundness import LastCheck
from mel_desktop.store import btree
from mel_desktop.store.btree import Holes
from mel_desktop.store.pages import PAGE
from mel_desktop.ui import figures
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.soundness_dialog import SoundnessDialog
from mel_desktop.ui.theme import Theme
from tests.gui import vault_hands
from tests.support import planted_school

WAIT_MS = 20_000


def damage(facade: Facade, table: str) -> None:
    """Flip an octet of a leaf of a table, on the disk of the open profile."""
    database = facade._services.database
    database._checkpoint_idle()
    with database.read() as reader:
        root = reader.value("SELECT rootpage FROM sqlite_schema WHERE name = ?", table)
    seen: set[int] = set()
    with database.page_file() as pages:
        for _ in btree.walk(pages, int(str(root)), Holes(), seen):
            pass
    page = sorted(seen - {root})[1]
    with database.path.open("r+b") as file:
        file.seek((page - 1) * PAGE + 4000)
        octet = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([octet ^ 1]))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def words(dialog: SoundnessDialog) -> str:
    return plain(dialog.lines.toPlainText())


def open_dialog(window: MainWindow) -> SoundnessDialog:
    window.actions_.check.trigger()
    return next(one for one in window.findChildren(SoundnessDialog) if one.isVisible())


def test_a_sound_vault_is_said_to_be_sound(window: MainWindow, qtbot: QtBot) -> None:
    dialog = open_dialog(window)
    assert not dialog.repair_button.isVisible()
    dialog.check_button.click()
    assert dialog.cancel_button.isVisible()
    qtbot.waitUntil(lambda: dialog.head.text() == "Tout est intact.", timeout=WAIT_MS)
    assert not dialog.repair_button.isVisible()
    assert not dialog.let_go_button.isVisible()
    dialog.close_button.click()


def test_damage_is_found_named_and_repaired(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    inbox = facade.find_folder("inbox")
    before = facade.message_ids(inbox.id)
    damage(facade, "body")
    dialog = open_dialog(window)
    dialog.check_button.click()
    qtbot.waitUntil(dialog.repair_button.isVisible, timeout=WAIT_MS)
    assert "Endommagé : textes de messages (table body, store.db)" in words(dialog)
    named = [line for line in words(dialog).splitlines() if "message : " in line]
    assert named
    subjects = {row.subject for row in facade.messages(inbox.id, limit=1000)}
    assert any(line.split("message : ")[1] in subjects for line in named)
    dialog.repair_button.click()
    qtbot.waitUntil(lambda: dialog.head.text() == "Le coffre est réparé.", timeout=WAIT_MS)
    assert "store.damaged" in words(dialog)
    assert "reviennent du serveur" in words(dialog) or "revient du serveur" in words(dialog)
    assert facade.message_ids(inbox.id) == before  # the messages stayed, some without their text
    assert dialog.let_go_button.isVisible()
    dialog.let_go_button.click()
    assert facade.soundness.kept_aside() == ()
    dialog.check_button.click()
    qtbot.waitUntil(lambda: dialog.head.text() == "Tout est intact.", timeout=WAIT_MS)
    dialog.close_button.click()


def test_a_check_can_be_stopped(window: MainWindow, qtbot: QtBot) -> None:
    dialog = open_dialog(window)
    dialog.check_button.click()
    dialog.cancel_button.click()
    assert dialog.check_button.isVisible()
    assert not dialog.progress.isVisible()
    qtbot.wait(50)
    dialog.close_button.click()


def test_an_older_copy_is_told_until_somebody_has_read_it(
    profile: Path, qtbot: QtBot, theme: Theme, settings: QSettings, tmp_path: Path
) -> None:
    shutil.copy(profile / "store.db", tmp_path / "older")
    facade = planted_school.open_profile(profile)
    account = facade.accounts()[0].id
    facade.new_draft(account, DraftContent(subject="Perdu"))
    facade.close()
    shutil.copy(tmp_path / "older", profile / "store.db")
    for _ in range(2):  # told again at the next start
        facade = planted_school.open_profile(profile)
        window = MainWindow(facade, theme=theme, settings=settings)
        qtbot.addWidget(window)
        window.show()
        assert "une copie plus ancienne du coffre est revenue" in window.soundness.banner.text
        window.close()
        facade.close()
    facade = planted_school.open_profile(profile)
    window = MainWindow(facade, theme=theme, settings=settings)
    qtbot.addWidget(window)
    window.show()
    window.soundness.banner.findChildren(QPushButton)[0].click()
    dialog = next(one for one in window.findChildren(SoundnessDialog) if one.isVisible())
    assert "Regardez vos brouillons" in words(dialog)
    dialog.known_button.click()
    dialog.close_button.click()
    assert window.soundness.banner.text == ""
    assert facade.soundness.alarms() == ()
    window.close()
    facade.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("mounting a small tmpfs needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def _save_on(facade: Facade, draft: DraftId) -> None:
    for number in range(2000):
        facade.save_draft(draft, DraftContent(subject="Sortie", text=f"{number} " * 900))


def test_a_full_disk_is_told_and_work_goes_on_by_itself(
    small_disk: Path, planted: Path, qtbot: QtBot, theme: Theme, settings: QSettings
) -> None:
    profile = Path(shutil.copytree(planted, small_disk / "profile"))
    facade = planted_school.open_profile(profile)
    account = facade.accounts()[0].id
    draft = facade.new_draft(account, DraftContent(subject="Sortie", text="avant"))
    window = MainWindow(facade, theme=theme, settings=settings)
    qtbot.addWidget(window)
    window.show()
    (profile / "store.reserve").unlink(missing_ok=True)
    films = small_disk / "films.bin"
    with films.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    with pytest.raises(StoreTrouble) as caught:
        _save_on(facade, draft.id)
    assert caught.value.code is ErrorCode.DISK_FULL
    window.soundness.look()
    assert window.soundness.banner.text.startswith("Le disque est plein.")
    assert facade.draft(draft.id).content.subject == "Sortie"  # what is here can be read
    assert facade.search("classe").hits
    window.soundness.look()
    films.unlink()
    window.soundness._timer.setInterval(100)
    qtbot.waitUntil(lambda: window.soundness.banner.text == "", timeout=WAIT_MS)
    facade.save_draft(draft.id, DraftContent(subject="Sortie", text="après"))
    assert facade.draft(draft.id).content.text == "après"
    assert facade.soundness.check().sound
    window.close()
    facade.close()


def test_a_vault_that_cannot_be_opened_is_repaired_from_the_first_screen(
    profile: Path, qtbot: QtBot, settings: QSettings, theme: Theme
) -> None:
    store = profile / "store.db"
    octets = bytearray(store.read_bytes())
    octets[3000] ^= 1  # the first page: where each table begins
    store.write_bytes(octets)
    session = vault_hands.new_session(profile, settings)
    try:
        session.start()
        dialog = vault_hands.dialog_of(session)
        qtbot.waitUntil(lambda: not dialog.is_busy, timeout=WAIT_MS)
        dialog.passphrase.setText(planted_school.PASSPHRASE.reveal())
        dialog.go.click()
        mend = dialog.notice.findChildren(QPushButton)[0]
        qtbot.waitUntil(lambda: mend.isVisible() and mend.text() == "Réparer", timeout=WAIT_MS)
        assert "ne peut pas être ouvert en l’état" in dialog.notice.text
        mend.click()
        qtbot.waitUntil(lambda: session.window is not None, timeout=2 * WAIT_MS)
        window = session.window
        assert window is not None
        assert window.soundness.banner.text.startswith("Le coffre est réparé.")
        assert session.facade is not None
        facade = session.facade
        assert len(facade.messages(facade.find_folder("inbox").id, limit=500)) == 155
        assert facade.soundness.kept_aside() == ("store.damaged",)
        assert facade.soundness.check().sound
    finally:
        vault_hands.end(session)


def test_the_weekly_check_finds_damage_and_the_window_says_so(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    services = facade._services
    now = services.clock.now()
    services.soundness.note_check(LastCheck(now - timedelta(days=15)))
    services.weekly._is_loaded = lambda: False  # whatever else this PC does meanwhile
    assert open_dialog(window).last.text().endswith("Tout était intact.")
    damage(facade, "body")
    facade.start_engine()
    window.soundness._timer.setInterval(100)
    banner = window.soundness.banner
    qtbot.waitUntil(lambda: banner.text.startswith("Une partie du coffre"), timeout=WAIT_MS)
    for one in window.findChildren(SoundnessDialog):
        one.close()
    banner.findChildren(QPushButton)[0].click()
    dialog = next(one for one in window.findChildren(SoundnessDialog) if one.isVisible())
    assert "1 partie endommagée a été trouvée" in plain(dialog.last.text())
    assert figures.long_date(now).split(" à ")[0] in dialog.last.text()
    assert "Endommagé : textes de messages (table body, store.db)" in words(dialog)
    dialog.repair_button.click()
    qtbot.waitUntil(lambda: dialog.head.text() == "Le coffre est réparé.", timeout=WAIT_MS)
    assert "n’a pas encore été vérifié" in dialog.last.text()
    dialog.check_button.click()
    qtbot.waitUntil(lambda: dialog.head.text() == "Tout est intact.", timeout=WAIT_MS)
    assert plain(dialog.last.text()).startswith("Dernière vérification complète du coffre : ")
    assert dialog.last.text().endswith("Tout était intact.")
    dialog.close_button.click()
    qtbot.waitUntil(lambda: not banner.text.startswith("Une partie"), timeout=WAIT_MS)


def test_a_profile_that_comes_back_whole_is_told_and_may_be_wanted(
    profile: Path, qtbot: QtBot, theme: Theme, settings: QSettings, tmp_path: Path
) -> None:
    shutil.copytree(profile, tmp_path / "older")
    facade = planted_school.open_profile(profile)
    account = facade.accounts()[0].id
    facade.new_draft(account, DraftContent(subject="Perdu"))
    facade.new_draft(account, DraftContent(subject="Perdu aussi"))
    facade.close()
    shutil.rmtree(profile)
    shutil.copytree(tmp_path / "older", profile)
    facade = planted_school.open_profile(profile)
    window = MainWindow(facade, theme=theme, settings=settings)
    qtbot.addWidget(window)
    window.show()
    assert "Ce coffre est une copie plus ancienne : 2 modifications" in plain(
        window.soundness.banner.text
    )
    window.soundness.banner.findChildren(QPushButton)[0].click()
    dialog = next(one for one in window.findChildren(SoundnessDialog) if one.isVisible())
    assert "remettez en place la copie la plus récente" in words(dialog)
    assert dialog.known_button.text().replace("&", "") == "C’est ce que je veux"
    dialog.known_button.click()
    dialog.close_button.click()
    assert window.soundness.banner.text == ""
    window.close()
    facade.close()
    facade = planted_school.open_profile(profile)
    assert facade.soundness.alarms() == ()
    facade.close()
