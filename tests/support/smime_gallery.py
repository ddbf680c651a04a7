"""Pictures of what the window says of S/MIME, to be looked at by people.

``python -m tests.support.smime_gallery FOLDER [SCENE...]``, in the looks of ``writing_gallery``.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from mel_desktop.app import smime_door
from mel_desktop.model.accounts import Secret
from mel_desktop.model.mail import Address, Role
from mel_desktop.ui.certificates_dialog import CertificatesDialog
from mel_desktop.ui.smime_compose import Protecting
from tests.support import writing_gallery
from tests.support.smime_people import NOW, Person, authority, openssl, person, plant
from tests.support.writing_gallery import found

PAUL = "paul.durand@ac-exemple.invalid"
ROOT = authority("Autorité de certification de l’académie")
ENTITY = (
    "Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour,\r\n\r\nLe conseil de classe est à "
    "16 h, en salle 12.\r\n\r\nPaul Durand\r\n"
).encode()


@lru_cache
def _claire(address: str) -> Person:
    return person(ROOT, address, "Claire Delaunay")


class Scenes(writing_gallery.Scenes):
    """One method a screen."""

    def _trust(self) -> None:
        vars(smime_door)["system_authorities"] = lambda: (ROOT.der,)

    def _signed(self, who: Person, entity: bytes = ENTITY) -> bytes:
        cert, key = who.write(self.folder, "signer")
        return openssl("-sign", "-signer", str(cert), "-inkey", str(key), "-binary",
                       octets=entity)  # fmt: skip

    def _encrypted(self, octets: bytes) -> bytes:
        cert, _ = self._me().write(self.folder, "me")
        return openssl("-encrypt", "-binary", "-aes256", str(cert), octets=octets)

    def _me(self) -> Person:
        return _claire(self.facade.accounts()[0].email)

    def _import(self) -> None:
        file = self.folder / "moi.p12"
        file.write_bytes(self._me().p12())
        self.facade.smime.import_file(file, Secret("sésame"))

    def _show(self, octets: bytes, *, small: bool = False) -> QWidget:
        self._trust()
        inbox = next(one.id for one in self.facade.folders() if one.role is Role.INBOX)
        head = f"From: Paul Durand <{PAUL}>\r\nSubject: Conseil de classe\r\n".encode()
        message = plant(self.facade._services.database, inbox, head + octets, NOW)
        self.window._on_target(inbox)
        self.window.mail.view.select(message)
        QTest.qWait(1200)
        if small:
            self.window.resize(1366, 768)
        return self.window

    def see_smime_good(self) -> QWidget:
        return self._show(self._signed(person(ROOT, PAUL, "Paul Durand")), small=True)

    def see_smime_altered(self) -> QWidget:
        made = self._signed(person(ROOT, PAUL, "Paul Durand"))
        return self._show(made.replace(b"16 h", b"18 h"), small=True)

    def see_smime_unknown(self) -> QWidget:
        made = self._signed(person(authority("Autre autorité"), PAUL, "Paul Durand"))
        return self._show(made, small=True)

    def see_smime_no_key(self) -> QWidget:
        return self._show(self._encrypted(ENTITY), small=True)

    def see_smime_opened(self) -> QWidget:
        self._import()
        made = self._encrypted(self._signed(person(ROOT, PAUL, "Paul Durand")))
        return self._show(made, small=True)

    def see_smime_certificates(self) -> QWidget:
        self._import()
        self.window.actions_.certificates.trigger()
        return found(self.window.findChild(CertificatesDialog))

    def see_smime_certificates_none(self) -> QWidget:
        self.window.actions_.certificates.trigger()
        return found(self.window.findChild(CertificatesDialog))

    def see_smime_missing(self) -> QWidget:
        self._import()
        composer = self.compose(to=(Address("Paul Durand", PAUL),))
        protecting = found(composer.findChild(Protecting))
        protecting.sign.setChecked(True)
        protecting.encrypt.setChecked(True)
        composer.send()
        return composer


SCENES = tuple(one.removeprefix("see_") for one in vars(Scenes) if one.startswith("see_"))

if __name__ == "__main__":
    writing_gallery.run("tests.support.smime_gallery", Scenes, SCENES)
