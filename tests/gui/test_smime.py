"""S/MIME in the window: read, own certificate, signed and encrypted; openssl is the other side."""

from __future__ import annotations

import base64
import email
import email.policy
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.logic.whole import read_whole
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import Address, MessageId, Role
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.smime import Protection, SignatureState
from mel_desktop.store import blobs, reading
from mel_desktop.ui.certificates_dialog import CertificatesDialog
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.smime_compose import Protecting
from mel_desktop.ui.smime_strip import SmimeStrip
from tests.support.smime_people import NOW, Person, authority, openssl, person, plant

ROOT = authority()
PAUL = "paul.durand@ac-exemple.fr"
HEAD = (
    f"From: Paul Durand <{PAUL}>\r\nTo: Moi <moi@ac-exemple.fr>\r\nSubject: Conseil\r\n"
    "Message-ID: <{}@ac-exemple.fr>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0100\r\n"
)
ENTITY = (
    "Content-Type: multipart/mixed; boundary=dedans\r\n\r\n--dedans\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nLe conseil est à 16 h.\r\n--dedans\r\n"
    'Content-Type: application/pdf; name="ordre.pdf"\r\nContent-Disposition: attachment;'
    ' filename="ordre.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n'
    "--dedans--\r\n"
).encode()


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    der = ROOT.certificate.public_bytes(Encoding.DER)
    monkeypatch.setattr("mel_desktop.app.smime_door.system_authorities", lambda: (der,))


@pytest.fixture
def me(facade: Facade, tmp_path: Path) -> Person:
    return person(ROOT, facade.accounts()[0].email, "Claire Moi")


def imported(facade: Facade, who: Person, tmp_path: Path) -> None:
    file = tmp_path / "moi.p12"
    file.write_bytes(who.p12())
    facade.smime.import_file(file, Secret("sésame"))


def signed(folder: Path, who: Person, *more: str, entity: bytes = ENTITY) -> bytes:
    cert, key = who.write(folder, "signer")
    return openssl("-sign", "-signer", str(cert), "-inkey", str(key), "-binary", *more,
                   octets=entity)  # fmt: skip


def encrypted(folder: Path, who: Person, entity: bytes = ENTITY, how: str = "-aes256") -> bytes:
    cert, _ = who.write(folder, "recipient")
    return openssl("-encrypt", "-binary", how, str(cert), octets=entity)


def came(facade: Facade, octets: bytes, number: int = 1) -> MessageId:
    folder = next(one.id for one in facade.folders() if one.role is Role.INBOX)
    raw = HEAD.format(number).encode() + octets
    return plant(facade._services.database, folder, raw, NOW)


def strip_of(window: MainWindow, message: MessageId, qtbot: QtBot) -> SmimeStrip:
    reader = window.mail.reader
    reader.open(message)
    strip = reader.findChild(SmimeStrip)
    assert strip is not None

    def is_checked() -> bool:
        return strip._looked is not None and strip._looked[0] == message

    qtbot.waitUntil(is_checked, timeout=20_000)
    return strip


def test_a_good_signature_is_said(
    window: MainWindow, facade: Facade, tmp_path: Path, qtbot: QtBot
) -> None:
    strip = strip_of(window, came(facade, signed(tmp_path, person(ROOT, PAUL, "Paul"))), qtbot)
    assert strip.notice.text.startswith(f"Signé par Paul <{PAUL}>")
    assert strip.notice.property("tone") == "info"
    assert window.mail.reader._warnings.isHidden()


def test_altered_and_unknown_are_warned_of(
    window: MainWindow, facade: Facade, tmp_path: Path, qtbot: QtBot
) -> None:
    made = signed(tmp_path, person(ROOT, PAUL, "Paul")).replace(b"16 h", b"17 h")
    strip = strip_of(window, came(facade, made), qtbot)
    assert strip.notice.property("tone") == "danger"
    assert "modifié" in strip.notice.text
    other = signed(tmp_path, person(authority("Inconnue"), PAUL, "Paul"))
    strip = strip_of(window, came(facade, other, 2), qtbot)
    assert strip.notice.property("tone") == "warning"
    else_ = signed(tmp_path, person(ROOT, "autre@ac-exemple.fr", "Autre"))
    strip = strip_of(window, came(facade, else_, 3), qtbot)
    assert strip._looked is not None
    assert [one.state for one in strip._looked[1].signatures] == [SignatureState.OTHER_ADDRESS]


def test_what_is_shown_is_what_was_checked(
    window: MainWindow, facade: Facade, tmp_path: Path, qtbot: QtBot
) -> None:
    message = came(facade, signed(tmp_path, person(ROOT, PAUL, "Paul")))
    database = facade._services.database
    lie = read_whole(b"Content-Type: text/plain\r\n\r\nVirement demande.\r\n")
    database.write(
        lambda tx: reading.put_body(tx, message, lie.text, lie.header, complete=True, now=NOW)
    )
    assert "Virement" in facade.show(message).text
    strip_of(window, message, qtbot)
    assert "16 h" in facade.show(message).text
    qtbot.waitUntil(lambda: "16 h" in window.mail.reader.browser.toPlainText(), timeout=10_000)


def test_an_opaque_message_is_shown_like_any(
    window: MainWindow, facade: Facade, tmp_path: Path, qtbot: QtBot
) -> None:
    message = came(facade, signed(tmp_path, person(ROOT, PAUL, "Paul"), "-nodetach"))
    strip_of(window, message, qtbot)
    qtbot.waitUntil(lambda: "16 h" in window.mail.reader.browser.toPlainText(), timeout=10_000)
    assert [one.filename for one in facade.show(message).attachments] == ["ordre.pdf"]
    target = tmp_path / "ordre.pdf"
    part = facade.show(message).attachments[0].number
    facade._services.reading.save(message, part, target)
    assert target.read_bytes() == b"%PDF-1.4\n"


def test_an_encrypted_message_needs_the_key(
    window: MainWindow, facade: Facade, me: Person, tmp_path: Path, qtbot: QtBot
) -> None:
    inside = signed(tmp_path, person(ROOT, PAUL, "Paul"))
    message = came(facade, encrypted(tmp_path, me, inside))
    strip = strip_of(window, message, qtbot)
    assert "Maj+F9" in strip.notice.text
    assert "16 h" not in facade.show(message).text
    imported(facade, me, tmp_path)
    window.mail.reader.show_nothing()
    strip = strip_of(window, message, qtbot)
    qtbot.waitUntil(lambda: "16 h" in window.mail.reader.browser.toPlainText(), timeout=10_000)
    assert "chiffré" in strip.notice.text
    assert f"Signé par Paul <{PAUL}>" in strip.notice.text
    # it is still there, and still checked, when it is opened again
    window.mail.reader.show_nothing()
    strip = strip_of(window, message, qtbot)
    assert f"Signé par Paul <{PAUL}>" in strip.notice.text
    assert "16 h" in facade.show(message).text


def test_what_gcm_vouches_for_is_opened_and_nothing_else(
    window: MainWindow, facade: Facade, me: Person, tmp_path: Path, qtbot: QtBot
) -> None:
    imported(facade, me, tmp_path)
    whole = encrypted(tmp_path, me, how="-aes-256-gcm")
    head, _, body = whole.replace(b"\r\n", b"\n").partition(b"\n\n")
    octets = base64.b64decode(body)
    changed = octets[:-1] + bytes([octets[-1] ^ 1])  # the end of the tag
    altered = came(facade, head + b"\n\n" + base64.encodebytes(changed))
    strip = strip_of(window, altered, qtbot)
    assert "modifié en chemin" in strip.notice.text
    assert "16 h" not in facade.show(altered).text
    strip = strip_of(window, came(facade, whole), qtbot)
    assert "chiffré" in strip.notice.text
    qtbot.waitUntil(lambda: "16 h" in window.mail.reader.browser.toPlainText(), timeout=10_000)


def test_outside_parts_are_never_joined_to_what_is_inside(
    window: MainWindow, facade: Facade, me: Person, tmp_path: Path, qtbot: QtBot
) -> None:
    imported(facade, me, tmp_path)
    wrapped = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
        b'Content-Type: text/html\r\n\r\n<img src="https://pirate.invalid/\r\n--x\r\n'
        + encrypted(tmp_path, me)
        + b'\r\n--x\r\nContent-Type: text/html\r\n\r\n">\r\n--x--\r\n'
    )
    message = came(facade, wrapped)
    strip = strip_of(window, message, qtbot)
    assert strip._looked is not None
    assert not strip._looked[1].is_encrypted  # not opened at all
    found = facade.show(message)
    assert "16 h" not in found.text + found.html_safe


def test_a_certificate_comes_from_a_file(
    window: MainWindow, facade: Facade, me: Person, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "moi.p12"
    file.write_bytes(me.p12())
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window.mail.view, Qt.Key.Key_F9, shift)  # type: ignore[no-untyped-call]
    (dialog,) = window.findChildren(CertificatesDialog)
    asked = dialog.ask_passphrase(file)
    assert isinstance(asked, QInputDialog)
    asked.setTextValue("faux")
    asked.accept()
    qtbot.waitUntil(lambda: "phrase de passe" in dialog.notice.text, timeout=5_000)
    assert not facade.smime.own()
    dialog.import_file(file, "sésame")
    assert [one.name for one in facade.smime.own()] == ["Claire Moi"]
    assert me.certificate.not_valid_after_utc == facade.smime.own()[0].not_after
    dialog.address.setCurrentIndex(0)
    dialog.chosen.setCurrentIndex(1)
    dialog._choose()
    assert facade.smime.chosen(dialog.address.currentText()) == facade.smime.own()[0].id
    dialog._remove(facade.smime.own()[0].id)
    assert not facade.smime.own()
    assert facade.smime.chosen(dialog.address.currentText()) is None
    dialog.close()


def written(window: MainWindow, **fields: object) -> tuple[Composer, Protecting]:
    usual = {"to": (Address("Paul", PAUL),), "subject": "Réponse", "text": "Entendu, à 16 h."}
    composer = window.compose(DraftContent(**{**usual, **fields}))  # type: ignore[arg-type]
    assert composer is not None
    protecting = composer.findChild(Protecting)
    assert protecting is not None
    return composer, protecting


def queued_octets(facade: Facade) -> bytes:
    row = next(one for one in facade.outbox() if one.subject == "Réponse")
    with facade._services.database.read() as reader:
        blob = reader.value("SELECT blob_id FROM outbox WHERE id = ?", row.id)
        return b"".join(blobs.read(reader, int(str(blob))))


def test_signed_and_encrypted_and_read_by_openssl(
    window: MainWindow, facade: Facade, me: Person, tmp_path: Path, qtbot: QtBot
) -> None:
    imported(facade, me, tmp_path)
    paul = person(ROOT, PAUL, "Paul")
    strip_of(window, came(facade, signed(tmp_path, paul)), qtbot)  # brings his certificate
    composer, protecting = written(window)
    shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    composer.activateWindow()
    qtbot.waitUntil(composer.isActiveWindow, timeout=10_000)
    qtbot.keyClick(composer.text, Qt.Key.Key_F9, shift)  # type: ignore[no-untyped-call]
    assert protecting.wanted() == Protection(sign=True)
    qtbot.keyClick(composer.text, Qt.Key.Key_F9, control)  # type: ignore[no-untyped-call]
    assert protecting.wanted() == Protection(sign=True, encrypt=True)
    assert protecting.state.text() == "Signé et chiffré à l’envoi"
    composer.send()
    assert composer.flow.dialog is not None  # another domain than ours
    composer.flow._accept(frozenset({"wrong-domain"}))
    qtbot.waitUntil(
        lambda: any(one.subject == "Réponse" for one in facade.outbox()), timeout=10_000
    )
    octets = queued_octets(facade)
    assert b"Entendu" not in octets
    assert b"smime-type=enveloped-data" in octets
    root = tmp_path / "root.pem"
    root.write_bytes(ROOT.certificate.public_bytes(Encoding.PEM))
    for who, name in ((paul, "paul"), (me, "me")):
        cert, key = who.write(tmp_path, name)
        opened = openssl("-decrypt", "-recip", str(cert), "-inkey", str(key), octets=octets)
        read = openssl("-verify", "-CAfile", str(root), "-purpose", "smimesign", octets=opened)
        inside = email.message_from_bytes(read, policy=email.policy.default)
        assert "Entendu, à 16 h." in inside.get_content()
    # our own copy is read again
    message = came(facade, octets.partition(b"MIME-Version: 1.0\r\n")[2], 7)
    strip = strip_of(window, message, qtbot)
    assert "chiffré" in strip.notice.text
    assert "Entendu" in facade.show(message).text


def test_who_has_no_certificate_is_named_and_nothing_leaves(
    window: MainWindow, facade: Facade, me: Person, tmp_path: Path
) -> None:
    composer, protecting = written(window)
    protecting.sign.setChecked(True)
    composer.send()
    assert "certificat" in composer.notice.text
    imported(facade, me, tmp_path)
    protecting.encrypt.setChecked(True)
    composer.send()
    assert PAUL in composer.notice.text
    protecting.encrypt.setChecked(False)
    hidden, other = written(window, bcc=(Address("", PAUL),))
    other.encrypt.setChecked(True)
    hidden.send()
    assert "destinataires cachés" in hidden.notice.text
    assert not [one for one in facade.outbox() if one.subject == "Réponse"]
    # not behind the window's back either
    draft = hidden.draft_id()
    assert draft is not None
    with pytest.raises(LocalRefusal):
        facade._services.drafting.send(draft)
    for one in (composer, hidden):
        one.discard()


def test_a_wish_stays_with_its_draft(
    window: MainWindow, facade: Facade, me: Person, tmp_path: Path
) -> None:
    imported(facade, me, tmp_path)
    composer, protecting = written(window)
    protecting.sign.setChecked(True)
    composer.text.insert_text("Bien à vous")
    assert composer.save()
    draft = composer.draft_id()
    assert draft is not None
    composer.close()
    assert facade.smime.wished(draft) == Protection(sign=True)


def test_pgp_is_named(window: MainWindow, facade: Facade) -> None:
    armour = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"
    message = came(
        facade,
        b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n" + armour.encode(),
    )
    window.mail.reader.open(message)
    strip = window.mail.reader.findChild(SmimeStrip)
    assert strip is not None
    assert "OpenPGP" in strip.notice.text
