"""The window as a whole: palette, help, settings, layouts, letters, tray, what it goes on with."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt, QUrl
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import FolderId, MessageId, Role
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.policy import InterfacePolicy, Policy
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.help_desk import KEYS, PAGES, read_page
from mel_desktop.ui.layout_desk import CLASSIC, LIST, WIDE
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.message_delegate import COMPACT_PAD, PAD
from mel_desktop.ui.palette_desk import Palette
from mel_desktop.ui.settings_dialog import SettingsDialog
from mel_desktop.ui.theme import (
    DARK,
    HIGH,
    HIGH_DARK_TONES,
    HIGH_LIGHT_TONES,
    LIGHT,
    SYSTEM,
    Theme,
    Tones,
)
from mel_desktop.ui.tray_desk import TrayDesk, badge
from tests.access.contrast import contrast
from tests.support.windows import shown_window

# -- palette ---------------------------------------------------------------------------------------


@pytest.fixture
def palette(window: MainWindow, qtbot: QtBot) -> Palette:
    window.actions_.palette.trigger()
    made = window.findChild(Palette)
    assert made is not None
    qtbot.waitUntil(made.field.hasFocus, timeout=10_000)
    return made


def test_a_command_is_found_and_done_by_keyboard(
    window: MainWindow, palette: Palette, qtbot: QtBot
) -> None:
    qtbot.keyClicks(palette.field, "boite envoi")  # type: ignore[no-untyped-call]
    first = palette.shown()[0]
    assert (first.title, first.key) == ("Boîte d’envoi", "Ctrl+3")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    assert window.tree.target() is Place.OUTBOX


def test_every_command_is_in_it_with_its_key(window: MainWindow, palette: Palette) -> None:
    found = {entry.title for entry in palette._entries if not entry.icon}
    wanted = {
        one.text().replace("&", "").rstrip("…")
        for one in window.actions_.all()
        if one is not window.actions_.palette
    }
    assert wanted <= found


def test_folders_settings_help_and_people_are_found(
    window: MainWindow, palette: Palette, facade: Facade, qtbot: QtBot
) -> None:
    for typed, where in (
        ("corbeille", "Dossier"), ("contraste", "Paramètre"), ("hors ligne", "Aide"),
    ):  # fmt: skip
        palette.field.setText(typed)
        assert where in [one.where for one in palette.shown()], typed
    someone = next(hit.entry for hit in facade.search_directory("a").hits if hit.entry.email)
    palette.field.setText(someone.email)
    people = [one for one in palette.shown() if one.icon == "person"]
    assert people
    people[0].do()
    (composer,) = window.writing.composers()
    assert [one.address for one in composer.content().to] == [someone.email]


def test_arrows_move_and_what_is_not_possible_is_not_done(
    window: MainWindow, palette: Palette, qtbot: QtBot
) -> None:
    qtbot.keyClicks(palette.field, "dossier")  # type: ignore[no-untyped-call]
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)  # type: ignore[no-untyped-call]
    assert palette.list.currentRow() == 1
    window.mail.view.clearSelection()
    palette.close()
    window.actions_.palette.trigger()
    again = next(one for one in window.findChildren(Palette) if one.isVisible())
    again.field.setText("transférer")
    assert not again.shown()[0].enabled
    qtbot.keyClick(again.field, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    assert again.isVisible()
    assert window.writing.composers() == ()
    again.field.setText("zzzzqqq")
    assert again.shown() == ()


# -- help ------------------------------------------------------------------------------------------


def test_f1_opens_the_page_that_fits(window: MainWindow) -> None:
    window.go(Place.DIRECTORY)
    window.actions_.help.trigger()
    shown = window.extras.help._shown
    assert shown is not None
    assert shown.page() == "directory"
    assert "annuaire" in shown.browser.toPlainText()
    window.go_inbox()
    window.actions_.help.trigger()
    assert shown.page() == "reading"


def test_the_list_of_keys_is_made_of_the_commands(window: MainWindow) -> None:
    window.actions_.keys.trigger()
    shown = window.extras.help._shown
    assert shown is not None
    assert shown.page() == KEYS
    text = shown.browser.toPlainText()
    for action in (window.actions_.reply, window.actions_.palette, window.actions_.full_screen):
        assert action.text().replace("&", "").rstrip("…") in text
        assert action.shortcut().toString() in text


def test_the_help_is_searched_and_its_links_lead_on(window: MainWindow, qtbot: QtBot) -> None:
    shown = window.extras.help.open("first-day")
    qtbot.keyClicks(shown.search, "publipostage")  # type: ignore[no-untyped-call]
    assert shown.page() == "writing"
    shown.search.setText("zzzz")
    assert shown._nothing.isVisible()
    shown.show_page("first-day")
    shown._on_link(QUrl("offline.md"))
    assert shown.page() == "offline"
    shown._on_link(QUrl("file:///etc/passwd"))
    assert shown.page() == "offline"


def test_pages_are_there_and_name_only_what_exists(window: MainWindow) -> None:
    keys = {one.shortcut().toString() for one in window.actions_.all()}
    keys |= {"F10", "Alt", "Esc", "Ctrl+Shift+Return", "Ctrl+Z"}
    french = {"Maj": "Shift", "Échap": "Esc", "Entrée": "Return"}
    for spoken in ("fr", "en"):
        for name in PAGES:
            page = read_page(name, spoken)
            assert page.text.startswith("# ")
            for link in re.findall(r"\(([a-z-]+)\.md\)", page.text):
                assert link in (*PAGES, KEYS), (name, link)
            for named in re.findall(r"\*\*((?:Ctrl|Maj|Shift|Alt|Échap|F\d)[^*]*)\*\*", page.text):
                key = named
                for word, plain in french.items():
                    key = key.replace(word, plain)
                assert key in keys, (name, named)


# -- settings --------------------------------------------------------------------------------------


FOUND_BY = (
    ("sombre", "Thème"), ("dark", "Thème"), ("malvoyant", "Contraste"),
    ("grossir", "Taille des lettres"), ("volets", "Disposition"),
    ("vidéoprojecteur", "Rien pendant les cours"),
)  # fmt: skip


def test_settings_are_found_by_their_words(window: MainWindow) -> None:
    dialog = window.settings_desk.open_settings()
    for typed, title in FOUND_BY:
        dialog.search.setText(typed)
        row = next(row for row in dialog.found() if row.title == title)
        assert row.frame.property("found"), typed
        assert not dialog.pages.item(row.page).isHidden(), typed
    dialog.search.setText("zzzz")
    assert dialog.found() == ()
    dialog.close()


def test_settings_of_other_dialogs_are_found_and_opened(window: MainWindow, qtbot: QtBot) -> None:
    dialog = window.settings_desk.open_settings()
    dialog.search.setText("heures calmes")
    others = [row for row in dialog.found() if row.title == ""]
    assert any("Vérifications" in row.words for row in others)


def test_what_it_fixed_is_shown_locked(window: MainWindow, settings: QSettings) -> None:
    policy = Policy(interface=InterfacePolicy(theme=LIGHT))
    dialog = SettingsDialog(settings, window.theme, window, policy=policy)
    assert not dialog.theme.isEnabled()
    assert dialog.theme.toolTip() == "Fixé par votre établissement"
    assert dialog.contrast.isEnabled()
    dialog.close()


def choose(box: QComboBox, value: str) -> None:
    box.setCurrentIndex(box.findData(value))


def test_contrast_letters_density_and_toolbar_hold_at_once(
    window: MainWindow, theme: Theme, settings: QSettings
) -> None:
    before = window.font().pointSizeF()
    row = window.mail.view.sizeHintForRow(0)
    title = window.mail._title.font().pointSizeF()
    dialog = window.settings_desk.open_settings()
    choose(dialog.contrast, HIGH)
    assert theme.tones == HIGH_LIGHT_TONES
    choose(dialog.theme, DARK)
    assert theme.tones == HIGH_DARK_TONES
    choose(dialog.theme, LIGHT)
    choose(dialog.letters, "150")
    assert window.font().pointSizeF() == pytest.approx(before * 1.5)
    assert window.mail._title.font().pointSizeF() == pytest.approx(title * 1.5, rel=0.02)
    assert window.mail.view.sizeHintForRow(0) > row
    choose(dialog.letters, "100")
    assert window.font().pointSizeF() == pytest.approx(before)
    choose(dialog.density, "compact")
    assert window.mail.view.sizeHintForRow(0) == row - 2 * (PAD - COMPACT_PAD)
    choose(dialog.density, "comfortable")
    choose(dialog.contrast, SYSTEM)
    assert not theme.tones.high
    choose(dialog.toolbar, "icons")
    assert window.toolbar.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
    assert settings.value("toolbar") == "icons"
    dialog.close()


@pytest.mark.parametrize("tones", [HIGH_LIGHT_TONES, HIGH_DARK_TONES], ids=["light", "dark"])
def test_high_contrast_is_seven_to_one(tones: Tones) -> None:
    grounds = ("window", "surface", "raised", "selected")
    inks = ("text", "muted", "accent", "info", "warning", "danger", "success", "star")
    for ground in grounds:
        for ink in inks:
            least = 4.5 if ground == "selected" else 7
            found = contrast(getattr(tones, ink), getattr(tones, ground))
            assert found >= least, (ink, ground, found)
    assert contrast(tones.selected_text, tones.selected) >= 7
    assert contrast(tones.on_accent, tones.accent) >= 7


# -- layouts ---------------------------------------------------------------------------------------


def test_layouts_keep_their_sizes(window: MainWindow, settings: QSettings) -> None:
    desk, inner = window.layout_desk, window.mail.splitter
    assert desk.layout == WIDE
    inner.setSizes([500, 600])
    inner.splitterMoved.emit(500, 1)
    wide = inner.sizes()
    window.actions_.layout.trigger()
    assert desk.layout == CLASSIC
    assert inner.orientation() is Qt.Orientation.Vertical
    assert window.mail.reader.isVisible()
    window.actions_.layout.trigger()
    assert desk.layout == LIST
    assert window.mail.reader.isHidden()
    window.mail.view.select(window.mail.model.ids[0])
    window.mail._on_opened()
    assert window.mail.reader.isVisible()
    window._on_escape()
    assert window.mail.reader.isHidden()
    window.actions_.layout.trigger()
    assert desk.layout == WIDE
    assert inner.orientation() is Qt.Orientation.Horizontal
    assert inner.sizes() == wide
    assert settings.value("layout") == WIDE
    window.extras.window_desk.layouts[CLASSIC].trigger()
    assert desk.layout == CLASSIC
    assert window.extras.window_desk.layouts[CLASSIC].isChecked()


def test_every_layout_fits_every_screen(window: MainWindow) -> None:
    for layout in (WIDE, CLASSIC, LIST):
        for size in ((1366, 768), (683, 384), (1920, 1080)):
            window.layout_desk.choose(layout)
            window.resize(*size)
            QApplication.processEvents()
            assert (window.width(), window.height()) == size, layout
            assert window.mail.view.isVisible(), (layout, size)
            both = layout != LIST and size[0] > 860
            assert window.mail.reader.isVisible() == both, (layout, size)


# -- what it goes on with --------------------------------------------------------------------------


def test_it_goes_on_where_it_stopped(
    facade: Facade, theme: Theme, settings: QSettings, qtbot: QtBot
) -> None:
    with shown_window(facade, theme, settings) as first:
        inbox = next(one for one in facade.folders() if one.role is Role.INBOX)
        read = facade.message_ids(inbox.id)[3]
        first.mail.view.select(read)
        composer = first.compose(DraftContent(subject="Sortie", text="En cours"))
        assert composer is not None
        composer.save_new()
        first.close()
    with shown_window(facade, theme, settings) as second:
        second.extras.resume.bring_back()
        found = second.mail.reader.message()
        assert found is not None
        assert found.id == read
        assert [one.content().subject for one in second.writing.composers()] == ["Sortie"]
        for one in second.writing.composers():
            one.close()
        second.go(Place.OUTBOX)
        second.close()
    with shown_window(facade, theme, settings) as third:
        third.extras.resume.bring_back()
        assert third.tree.target() is Place.OUTBOX
        settings.setValue("resume/folder", "99999999999999999999")
        settings.setValue("resume/drafts", "1 x -5 ٣")
        settings.setValue("resume/place", "nowhere")
        third.extras.resume.bring_back()
        settings.setValue("resume", "false")


# -- tray ------------------------------------------------------------------------------------------


class FakeTray:
    """A desktop that has a place for it."""

    def __init__(self) -> None:
        self.tip = ""
        self.shown = False
        self.said: list[tuple[str, str]] = []

    def is_there(self) -> bool:
        return True

    def show(self, icon: QIcon, tip: str) -> None:
        assert not icon.isNull()
        self.shown, self.tip = True, tip

    def hide(self) -> None:
        self.shown = False

    def say(self, title: str, text: str) -> None:
        self.said.append((title, text))


@pytest.fixture
def tray(window: MainWindow, facade: Facade, qtbot: QtBot) -> Iterator[tuple[TrayDesk, FakeTray]]:
    fake = FakeTray()
    inbox = next(one for one in facade.folders() if one.role is Role.INBOX)
    ids = facade.message_ids(inbox.id, unread=True)
    newest = max(row.received_at for row in facade.message_rows(ids))
    desk = TrayDesk(facade, window, fake, now=lambda: newest + timedelta(minutes=5))
    qtbot.waitUntil(lambda: desk._after is not None, timeout=20_000)
    window.settings.setValue("notify-quiet", "false")
    window.hide()
    yield desk, fake
    QApplication.setQuitOnLastWindowClosed(True)


def test_the_icon_counts(tray: tuple[TrayDesk, FakeTray], facade: Facade) -> None:
    _, fake = tray
    inbox = next(one for one in facade.folders() if one.role is Role.INBOX)
    assert fake.shown
    assert str(inbox.unread) in fake.tip
    assert not badge(7).isNull()
    assert badge(7).pixmap(64, 64).toImage() != badge(0).pixmap(64, 64).toImage()


def test_a_burst_is_one_announcement(tray: tuple[TrayDesk, FakeTray], facade: Facade) -> None:
    desk, fake = tray
    desk.look()
    assert fake.said == [], "what was there is no news"
    desk._after = 0
    desk.look()
    assert len(fake.said) == 1
    title, text = fake.said[0]
    assert title == "Mel Desktop", "hidden: the vault's own setting"
    assert "nouveau" in text
    desk.look()
    assert len(fake.said) == 1


def test_what_is_known_is_not_listed_again(
    tray: tuple[TrayDesk, FakeTray], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look every three seconds of a sync: thousands may be unread."""
    desk, _ = tray
    asked: list[object] = []
    listed = Facade.message_ids

    def told(self: Facade, folder: FolderId, **named: int) -> tuple[MessageId, ...]:
        asked.append((named, found := listed(self, folder, **named)))  # type: ignore[arg-type]
        return found

    monkeypatch.setattr(Facade, "message_ids", told)
    known = desk._after
    assert known
    desk.look()
    assert asked
    assert all(one == ({"unread": True, "after": known}, ()) for one in asked)


def test_one_message_is_named_only_where_it_may_be(
    tray: tuple[TrayDesk, FakeTray], facade: Facade, window: MainWindow
) -> None:
    desk, fake = tray
    inbox = next(one for one in facade.folders() if one.role is Role.INBOX)
    ids = sorted(int(one) for one in facade.message_ids(inbox.id, unread=True))
    rows = facade.message_rows(facade.message_ids(inbox.id, unread=True))
    newest = next(row for row in rows if int(row.id) == ids[-1])
    desk._now = lambda: newest.received_at + timedelta(minutes=1)
    dialog = window.settings_desk.open_settings()
    dialog.hiding.setChecked(False)
    dialog.close()
    shown = facade.vault.lock_settings()
    assert not shown.hide_notifications
    desk._after = ids[-1] - 1
    desk.look()
    assert fake.said[-1] == (newest.sender.name or newest.sender.address, newest.subject)
    facade.vault.set_lock_settings(replace(shown, hide_notifications=True))
    desk._after = ids[-1] - 1
    desk.look()
    assert newest.subject not in " ".join(fake.said[-1])
    desk.follow()
    read = window.mail.reader.message()
    assert read is not None
    assert read.id == newest.id
    assert window.isVisible()


def test_it_is_silent_when_it_was_asked_to_be(
    tray: tuple[TrayDesk, FakeTray], window: MainWindow, facade: Facade
) -> None:
    desk, _ = tray
    inbox = next(one for one in facade.folders() if one.role is Role.INBOX)
    settings = window.settings
    usual = {"notify": "details", "notify-class": "", "notify-quiet": "false"}
    in_the_night = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # a Tuesday
    desk._now = lambda: in_the_night
    for name, value in (
        ("notify", "off"), ("notify-class", "00:00-23:59"), ("notify-quiet", "true"),
    ):  # fmt: skip
        for other, plain in usual.items():
            settings.setValue(other, plain)
        assert not desk._is_silent(inbox), name
        settings.setValue(name, value)
        assert desk._is_silent(inbox), name


def test_closing_puts_it_away_by_choice_and_quitting_ends_it(
    tray: tuple[TrayDesk, FakeTray], window: MainWindow
) -> None:
    desk, _ = tray
    window.show()
    window.settings.setValue("close-to-tray", "true")
    ended = []
    window.closed.connect(lambda: ended.append(True))
    window.actions_.close_window.trigger()
    assert not window.isVisible()
    assert ended == []
    assert not QApplication.quitOnLastWindowClosed()
    desk.bring()
    assert window.isVisible()
    assert QApplication.quitOnLastWindowClosed()
    window.actions_.quit.trigger()
    assert ended == [True]


# -- what others ask for ---------------------------------------------------------------------------

MESSAGE = b"""From: =?utf-8?q?L=C3=A9a?= <lea@exemple.invalid>\r
To: marc@exemple.invalid\r
Subject: Sortie au mus\xc3\xa9e\r
Date: Tue, 24 Nov 2026 10:00:00 +0100\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary="b"\r
\r
--b\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Bonjour <img src="http://127.0.0.1:9/pixel.png"><script>x()</script></p>\r
--b\r
Content-Type: text/plain; name="notes.txt"\r
Content-Disposition: attachment; filename="notes.txt"\r
\r
12/20\r
--b--\r
"""


def test_a_message_file_is_read_only(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "sortie.eml"
    path.write_bytes(MESSAGE)
    shown = window.extras.requests.open_file(path)
    assert shown is not None
    assert "Sortie au mus" in shown.windowTitle()
    assert "Bonjour" in shown.browser.toPlainText()
    assert "x()" not in shown.browser.toHtml()
    assert "1 image" in shown.notice.text
    part = shown.files.item(0).data(Qt.ItemDataRole.UserRole)
    shown.save_part(part, tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_bytes().strip() == b"12/20"
    shown.close()


def test_what_is_no_message_is_refused(facade: Facade, tmp_path: Path) -> None:
    path = tmp_path / "x.eml"
    with pytest.raises(LocalRefusal):
        facade.message_files.open(path)
    for content in (b"", b"\x00\x01\x02"):
        path.write_bytes(content)
        with pytest.raises(LocalRefusal):
            facade.message_files.open(path)


def test_a_pipe_is_not_waited_for(facade: Facade, tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names here")
    os.mkfifo(tmp_path / "x.eml")
    with pytest.raises(LocalRefusal):
        facade.message_files.open(tmp_path / "x.eml")


def test_an_address_becomes_a_letter_and_what_was_left_out_is_said(window: MainWindow) -> None:
    window.extras.requests.take(
        ["mailto:lea@exemple.fr?subject=Sortie&body=Bonjour&attach=/etc/passwd"]
    )
    (composer,) = window.writing.composers()
    assert isinstance(composer, Composer)
    content = composer.content()
    assert [one.address for one in content.to] == ["lea@exemple.fr"]
    assert content.subject == "Sortie"
    assert content.text.startswith("Bonjour")
    assert "joindre" in composer.notice.text
