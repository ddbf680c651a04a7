"""Pictures of what the window as a whole shows: palette, help, settings, layouts, high contrast.

``python -m tests.support.desks_gallery FOLDER [SCENE...]``, in the looks of ``writing_gallery``.
"""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from mel_desktop.ui.layout_desk import CLASSIC, LIST
from mel_desktop.ui.palette_desk import Palette
from mel_desktop.ui.theme import HIGH, SYSTEM
from tests.support import window_gallery
from tests.support.writing_gallery import run

MESSAGE = (
    b"From: Claire Moreau <claire.moreau@ac-exemple.invalid>\r\n"
    b"To: marc.oberlin@ac-exemple.invalid, vie.scolaire@ac-exemple.invalid\r\n"
    b"Subject: Sortie du 12 decembre : accord du chef d'etablissement\r\n"
    b"Date: Tue, 24 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
    b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Bonjour,</p><p>La sortie est <b>autoris"
    b'\xc3\xa9e</b>.</p><img src="http://exemple.invalid/a.png">\r\n--b\r\n'
    b'Content-Type: application/pdf; name="accord.pdf"\r\nContent-Disposition: attachment;'
    b' filename="accord.pdf"\r\n\r\n%PDF-1.4\r\n--b--\r\n'
)


class Scenes(window_gallery.Scenes):
    """One method a screen."""

    def see_palette(self) -> QWidget:
        self.window.actions_.palette.trigger()
        palette = self.window.findChild(Palette)
        assert palette is not None
        palette.field.setText("en")
        QTest.qWait(200)
        return palette

    def see_palette_all(self) -> QWidget:
        self.window.actions_.palette.trigger()
        palette = self.window.findChild(Palette)
        assert palette is not None
        return palette

    def see_help(self) -> QWidget:
        return self.window.extras.help.open("writing")

    def see_help_keys(self) -> QWidget:
        return self.window.extras.help.open("keys")

    def see_settings_search(self) -> QWidget:
        dialog = self.window.settings_desk.open_settings()
        dialog.search.setText("contrast")
        return dialog

    def see_settings_news(self) -> QWidget:
        dialog = self.window.settings_desk.open_settings()
        dialog.pages.setCurrentRow(3)
        return dialog

    def see_settings_window(self) -> QWidget:
        dialog = self.window.settings_desk.open_settings()
        dialog.pages.setCurrentRow(1)
        return dialog

    def see_settings_here(self) -> QWidget:
        dialog = self.window.settings_desk.open_settings()
        dialog.pages.setCurrentRow(4)
        QTest.qWait(500)
        return dialog

    def see_settings_elsewhere(self) -> QWidget:
        dialog = self.window.settings_desk.open_settings()
        dialog.pages.setCurrentRow(5)
        return dialog

    def see_classic(self) -> QWidget:
        self.window.layout_desk.choose(CLASSIC)
        return self.see_mail()

    def see_list(self) -> QWidget:
        self.window.layout_desk.choose(LIST)
        QTest.qWait(200)
        return self.window

    def see_big_letters(self) -> QWidget:
        self.window.theme.dress(contrast=SYSTEM, size=150, compact=False)
        return self.see_mail()

    def see_compact(self) -> QWidget:
        self.window.theme.dress(contrast=SYSTEM, size=90, compact=True)
        return self.see_mail()

    def see_high_contrast(self) -> QWidget:
        self.window.theme.dress(contrast=HIGH, size=100, compact=False)
        return self.see_mail()

    def see_high_contrast_settings(self) -> QWidget:
        self.window.theme.dress(contrast=HIGH, size=100, compact=False)
        return self.window.settings_desk.open_settings()

    def see_file(self) -> QWidget:
        path = self.folder / "accord.eml"
        path.write_bytes(MESSAGE)
        shown = self.window.extras.requests.open_file(path)
        assert shown is not None
        return shown

    def see_menu_view_now(self) -> QWidget:
        return self.menu(3)

    def see_menu_help_now(self) -> QWidget:
        return self.menu(9)


SCENES = (
    "palette", "palette_all", "help", "help_keys", "settings_search", "settings_news",
    "settings_window", "settings_here", "settings_elsewhere", "classic", "list", "big_letters",
    "compact", "high_contrast", "high_contrast_settings", "file", "menu_view_now", "menu_help_now",
)  # fmt: skip

if __name__ == "__main__":
    run("tests.support.desks_gallery", Scenes, SCENES)
