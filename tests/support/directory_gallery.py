"""Pictures of the directory's screens, to be looked at by people: see writing_gallery.

``python -m tests.support.directory_gallery FOLDER [SCENE...]``
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.contacts import OwnContact
from mel_desktop.model.mail import Address
from mel_desktop.model.people import DirectoryHit, EntryKind
from mel_desktop.store import correspondents
from mel_desktop.ui.directory_pane import DirectoryPane
from mel_desktop.ui.exchanged import Exchanged
from mel_desktop.ui.folder_tree import Place
from tests.support import writing_gallery
from tests.support.families import FamilyReader
from tests.support.writing_gallery import found, until

SOURCE = "Collège Jeanne-Barret (export)"


def picture() -> bytes:
    """An invented portrait, as octets of a PNG."""
    image = QImage(180, 240, QImage.Format.Format_RGB32)
    image.fill(QColor("#b9cfe4"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#e3b58f"))
    painter.drawEllipse(50, 40, 80, 100)
    painter.setBrush(QColor("#2f4077"))
    painter.drawEllipse(20, 150, 140, 160)
    painter.end()
    octets = QByteArray()
    buffer = QBuffer(octets)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(octets.data())


def import_families(facade: Facade) -> None:
    """The school with its families, in the place of what the plain lists had."""
    for source in facade.directory_sources():
        facade.remove_directory_source(source.id)
    reader = FamilyReader(photo=picture())
    facade._services.directory.import_reader(reader, name=SOURCE, url="export.zip")


def person(facade: Facade, name: str, kind: EntryKind | None = None) -> DirectoryHit:
    """By the whole name."""
    hits = facade.search_directory(name, kind=kind, limit=50).hits
    return next(hit for hit in hits if hit.entry.name == name)


def writers_child(facade: Facade) -> DirectoryHit:
    """A pupil one of whose guardians has written."""
    folder = facade.find_folder("Parents d'élèves/4B")
    for row in facade.messages(folder.id, limit=50):
        for hit in facade.search_directory(row.sender.address).hits:
            if hit.entry.email == row.sender.address:
                card = facade.people.card(hit.id)
                if card.family:
                    return card.family[0].hit
    raise AssertionError


def is_read(mail: Exchanged, pane: DirectoryPane) -> bool:
    """Nothing more comes."""
    return not mail.isVisibleTo(pane) or "…" not in mail.title.text()


class Scenes(writing_gallery.Scenes):
    """One method a screen."""

    rest_ms = 50  # pictures wait until what changed has been read again

    def pane(self, typed: str, kind: EntryKind | None = None) -> DirectoryPane:
        import_families(self.facade)
        self.window.go(Place.DIRECTORY)
        pane = self.window.directory
        pane.kind.setCurrentIndex(max(0, pane.kind.findData(kind)))
        pane.query.setText(typed)
        pane.search()
        pane.sources.refresh()
        return pane

    def settled(self, pane: DirectoryPane) -> QWidget:
        """Once the mail exchanged has been read."""
        for mail in (pane.card.mail, pane.family.mail):
            until(partial(is_read, mail, pane))
        QTest.qWait(self.rest_ms)
        return self.window

    def see_directory_teacher(self) -> QWidget:
        return self.settled(self.pane("oberlin"))

    def see_directory_pupil(self) -> QWidget:
        import_families(self.facade)
        return self.settled(self.pane(writers_child(self.facade).entry.name))

    def see_directory_family(self) -> QWidget:
        pane = self.pane("")
        child = writers_child(self.facade)
        pane.query.setText(child.entry.name)
        pane.search()
        pane.show_family(child.id)
        return self.settled(pane)

    def see_directory_class(self) -> QWidget:
        return self.settled(self.pane("4B", EntryKind.GROUP))

    def see_directory_service(self) -> QWidget:
        return self.settled(self.pane("mot de passe ARENA"))

    def see_directory_unverified(self) -> QWidget:
        return self.settled(self.pane("drane bretagne"))

    def see_directory_pending(self) -> QWidget:
        pane = self.pane("berger")
        reader = FamilyReader(only="6A")
        self.facade._services.directory.import_reader(reader, name=SOURCE, url="export.zip")
        pane.refresh()
        return self.settled(pane)

    def see_directory_narrow(self) -> QWidget:
        self.window.resize(683, 384)
        return self.settled(self.pane("oberlin"))

    def see_directory_own(self) -> QWidget:
        self.pane("")
        contact = OwnContact(
            "Agnès Delmas", ("agnes.delmas@mairie.invalid", "a.delmas@perso.invalid"),
            ("03 00 00 00 12",), "Service des écoles", "Mairie d’Exempleville",
        )  # fmt: skip
        self.facade.contacts.save(contact, "Mes contacts")
        return self.settled(self.pane_again("delmas"))

    def pane_again(self, typed: str) -> DirectoryPane:
        pane = self.window.directory
        pane.query.setText(typed)
        pane.search()
        pane.sources.refresh()
        return pane

    def see_write_class(self) -> QWidget:
        self.pane("")
        dialog = found(self.window.people.open_class())
        dialog.query.setText("4b")
        return dialog

    def see_write_class_empty(self) -> QWidget:
        self.pane("")
        return found(self.window.people.open_class())

    def see_write_family(self) -> QWidget:
        self.pane("")
        child = writers_child(self.facade)
        self.window.directory.show_family(child.id)
        composer = self.window.people.write_family(self.window.directory.family.addresses())
        return found(composer)

    def see_write_parents(self) -> QWidget:
        self.pane("")
        (hit, *_) = self.facade.letters.complete_groups("parents 4b")
        return found(self.window.people.write_group(hit))

    def see_contact(self) -> QWidget:
        self.pane("")
        hit = person(self.facade, "Marc Oberlin")
        return self.window.people._open(self.facade.contacts.contact(hit.id), "Vu en septembre.")

    def see_learned(self) -> QWidget:
        now = datetime.now(UTC)
        for days, name in enumerate(("Zyta Kowal", "Agnès Delmas", "Marc Oberlin")):
            one = Address(name, f"{name.split()[1].lower()}@appris.invalid")
            then = now - timedelta(days=days)
            self.facade._services.database.write(
                partial(correspondents.note, people=[one], now=then)
            )
        dialog = self.window.people.open_learned()
        dialog.list.setCurrentItem(found(dialog.list.topLevelItem(0)))
        return dialog


SCENES = tuple(one.removeprefix("see_") for one in vars(Scenes) if one.startswith("see_"))


if __name__ == "__main__":
    Scenes.rest_ms = 900
    writing_gallery.run("tests.support.directory_gallery", Scenes, SCENES)
