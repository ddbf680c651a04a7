"""Pictures of what puts mail in order, to be looked at by people.

``python -m tests.support.organise_gallery FOLDER [SCENE...]``, in the looks of ``writing_gallery``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from mel_desktop.model.mail import Flags
from mel_desktop.model.organising import QuickFilter, View
from mel_desktop.ui import figures
from mel_desktop.ui.mail_page import MailPage
from tests.support import writing_gallery
from tests.support.writing_gallery import found


class Scenes(writing_gallery.Scenes):
    """One method a screen."""

    def see_conversations(self) -> QWidget:
        mail = self.tagged()
        mail.set_look(replace(mail.look, conversations=True))
        QTest.qWait(200)
        place = next(n for n in range(len(mail.model.ids)) if mail.model.talk_at(n) is not None)
        mail.unfold(place, True)
        mail.view.select(mail.model.ids[place])
        QTest.qWait(300)
        return self.window

    def see_table(self) -> QWidget:
        mail = self.tagged()
        mail.splitter.setSizes([760, 340])
        mail.set_look(replace(mail.look, table=True))
        mail.view.select(mail.model.ids[0])
        QTest.qWait(300)
        return self.window

    def see_all_boxes(self) -> QWidget:
        self.tagged()
        self.window.go(View.INBOXES)
        QTest.qWait(600)
        return self.window

    def see_quick_filters(self) -> QWidget:
        mail = self.tagged()
        self.window.actions_.quick_filter.trigger()
        mail.set_look(replace(mail.look, filter=QuickFilter(tags=("$label1", "$label3"))))
        QTest.qWait(300)
        return self.window

    def see_look_menu(self) -> QWidget:
        mail = self.tagged()
        mail.look_menu.popup(self.window.mapToGlobal(self.window.rect().center()))
        return mail.look_menu

    def see_tag_menu(self) -> QWidget:
        self.tagged()
        return self.window.extras.organise.open_tag_menu()

    def see_tags(self) -> QWidget:
        return self.window.extras.organise.edit_tags()

    def see_snooze(self) -> QWidget:
        self.window.mail.view.select(self.window.mail.model.ids[2])
        return found(self.window.extras.organise.ask_snooze())

    def see_snoozed(self) -> QWidget:
        ids = self.window.mail.model.ids
        until = figures.now() + timedelta(days=3)
        self.facade.organise.snooze(ids[1:4], until)
        self.window.go(View.SNOOZED)
        QTest.qWait(600)
        return self.window

    def see_undo(self) -> QWidget:
        mail = self.window.mail
        mail.view.select(mail.model.ids[1])
        self.window.actions_.archive.trigger()
        QTest.qWait(300)
        return self.window

    def see_menu_organise(self) -> QWidget:
        menu = self.window.menuBar().actions()[2].menu()
        assert isinstance(menu, QMenu)
        menu.popup(self.window.mapToGlobal(self.window.rect().center()))
        return menu

    def tagged(self) -> MailPage:
        """The inbox with tags, a pin and what came back."""
        mail = self.window.mail
        ids = mail.model.ids
        self.facade.organise.create_tag("Conseil de classe", "#f5c542")
        for place, names in enumerate((("$label1",), ("$label4", "conseil-de-classe"), ("$label3",),
                                       ("$label1", "$label2", "$label5"))):  # fmt: skip
            self.facade.flag([ids[place]], Flags(keywords=frozenset(names)), Flags())
        self.facade.organise.pin([ids[2]], True)
        QTest.qWait(400)
        mail.view.select(ids[1])
        QTest.qWait(300)
        return mail


SCENES = tuple(one.removeprefix("see_") for one in vars(Scenes) if one.startswith("see_"))


if __name__ == "__main__":
    writing_gallery.run("tests.support.organise_gallery", Scenes, SCENES)
