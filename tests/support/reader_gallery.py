"""Pictures of the reader: remote images, quotes, search, zoom, source, print, in every look.

``python -m tests.support.reader_gallery FOLDER [SCENE...]``.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from mel_desktop.model.mail import MessageId
from mel_desktop.store import bodytext
from mel_desktop.store.database import Transaction
from mel_desktop.ui.source_window import HeadersWindow, SourceWindow
from tests.support import writing_gallery

QUOTE = "<blockquote>" + "<p>Bonjour, la sortie est-elle maintenue ?</p>" * 12 + "</blockquote>"
LETTER = (
    '<table width="100%" bgcolor="#000091"><tr><td style="padding:12px;color:#ffffff">'
    "<b>La lettre de la DSDEN</b></td></tr></table>"
    '<p><img src="https://www.exemple.invalid/logo.png" width="200" height="60" alt="Logo"></p>'
    "<p>Madame, Monsieur,</p><p>Le calendrier des <b>conseils de classe</b> est arrêté"
    ' <a href="https://www.exemple.invalid/calendrier">en ligne</a>.</p>'
    '<img src="https://t.exemple.invalid/wf/open?u=1"><img src="https://t.exemple.invalid/p.gif"'
    f' width="1" height="1"><p style="color:#666666">Bien cordialement.</p>{QUOTE}'
)


class Scenes(writing_gallery.Scenes):
    """One method a state of the reader."""

    def message(self, html: str = LETTER) -> MessageId:
        chosen = self.window.mail.model.ids[0]

        def work(tx: Transaction) -> None:
            (packed,) = bodytext.pack(tx, [html.encode()])
            tx.run("UPDATE body SET html = ? WHERE message_id = ?", packed, chosen)

        self.facade._services.database.write(work)
        self.window.mail.view.select(chosen)
        QTest.qWait(200)
        return chosen

    def see_remote_blocked(self) -> QWidget:
        self.message()
        return self.window

    def see_remote_narrow(self) -> QWidget:
        self.message()
        self.window.resize(1024, 600)
        return self.window

    def see_remote_shown(self) -> QWidget:
        message = self.message()
        self.facade._services.remote_images._source = lambda *_, **__: picture()
        self.facade.set_offline(False)
        self.window.actions_.images_always.trigger()
        writing_gallery.until(lambda: self.facade.remote.view(message).here)
        QTest.qWait(300)
        return self.window

    def see_remote_never(self) -> QWidget:
        self.facade._services.remote_images._policy = "never"
        self.message()
        return self.window

    def see_quotes(self) -> QWidget:
        self.message()
        self.window.actions_.quotes.trigger()
        return self.window

    def see_original_colours(self) -> QWidget:
        self.message()
        self.window.actions_.colours.trigger()
        return self.window

    def see_zoomed(self) -> QWidget:
        self.message()
        self.window.mail.reader.browser.set_zoom(150)
        return self.window

    def see_find(self) -> QWidget:
        self.message()
        self.window.mail.reader.find_bar.begin()
        self.window.mail.reader.find_bar.field.setText("conseils")
        return self.window

    def see_plain_quotes(self) -> QWidget:
        self.message()
        text = "Bonjour,\n\nOui.\n\n" + "> cité\n" * 9 + "\n-- \nCamille Martin\n01 23 45 67"
        self.window.mail.reader.browser.show_plain(text)
        return self.window

    def see_menu_of_people(self) -> QWidget:
        self.message()
        read = self.window.mail.reader.message()
        assert read is not None
        menu: QMenu = self.window.mail.reader.head.menu_of((read.sender,))
        menu.popup(self.window.mapToGlobal(self.window.rect().center()))
        return menu

    def see_source(self) -> QWidget:
        raw = b"Return-Path: <a@exemple.invalid>\r\nSubject: Sortie\r\n\r\nBonjour\r\n" * 12
        made = SourceWindow(raw, self.window.theme, self.window)
        made.open()
        made.find_bar.begin()
        return made

    def see_headers(self) -> QWidget:
        self.message()
        read = self.window.mail.reader.message()
        assert read is not None
        made = HeadersWindow(read, self.window.theme, self.window)
        made.open()
        return made

    def see_allowed_senders(self) -> QWidget:
        message = self.message()
        self.facade.remote.allow_sender(message)
        dialog = self.window.extras.reading.open_senders()
        return dialog


def picture() -> bytes:
    image = QImage(200, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("#18753c"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


SCENES = tuple(one.removeprefix("see_") for one in vars(Scenes) if one.startswith("see_"))

if __name__ == "__main__":
    writing_gallery.run("tests.support.reader_gallery", Scenes, SCENES)
