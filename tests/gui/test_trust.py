"""The shield in the window: strip, details, links before they open, reports to the help desk."""

from __future__ import annotations

import email
from email.message import Message

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import MessageId, ReadMessage, Role
from mel_desktop.model.trust import Severity, TrustCode
from mel_desktop.store import blobs
from mel_desktop.ui.link_dialog import LinkDialog, open_link
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.trust_dialog import TrustDialog
from mel_desktop.ui.trust_strip import TrustStrip

HELP_DESK = "assistance@ac-exemple.invalid"
# Letters of the demo school that are traps, by a word of their subject.
TRAPS = ("messagerie sera suspendue", "Mise a jour obligatoire")


def every_message(facade: Facade) -> list[ReadMessage]:
    return [
        facade.show(one)
        for folder in facade.folders()
        if folder.role not in (Role.SENT, Role.DRAFTS)
        for one in facade.message_ids(folder.id)
    ]


def trap(facade: Facade) -> ReadMessage:
    return next(one for one in every_message(facade) if TRAPS[0] in one.subject)


def show(window: MainWindow, message: MessageId) -> TrustStrip:
    window.mail.reader.open(message)
    strip = window.mail.reader.findChild(TrustStrip)
    assert strip is not None
    return strip


def press_report(window: MainWindow, qtbot: QtBot) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window.mail.view, Qt.Key.Key_F7, shift)  # type: ignore[no-untyped-call]


def choose(window: MainWindow, facade: Facade, found: ReadMessage, qtbot: QtBot) -> None:
    window._on_target(next(one.id for one in facade.folders() if one.id == found.folder))
    window.mail.view.select(found.id)

    def is_there() -> bool:
        shown = window.mail.reader.message()
        return shown is not None and shown.id == found.id

    qtbot.waitUntil(is_there, timeout=10_000)


def test_no_danger_is_seen_in_harmless_mail(facade: Facade) -> None:
    grave = [
        one.subject
        for one in every_message(facade)
        if one.shield is not None and one.shield.severity is Severity.DANGER
    ]
    assert grave
    assert all(any(word in subject for word in TRAPS) for subject in grave)


def test_the_strip_says_the_gravest(window: MainWindow, facade: Facade) -> None:
    found = trap(facade)
    strip = show(window, found.id)
    assert not strip.isHidden()
    assert strip.notice.text.startswith("Danger")
    assert strip.notice.property("tone") == "danger"
    codes = {one.code.value for one in found.warnings}
    assert {"look-alike-domain", "link-deceptive", "link-mismatch"} <= codes
    calm = next(
        one for one in every_message(facade)
        if one.shield is not None
        and not any(f.severity or f.code is TrustCode.FIRST_TIME for f in one.shield.findings)
    )  # fmt: skip
    assert show(window, calm.id).isHidden()


def test_details_by_key(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    found = trap(facade)
    choose(window, facade, found, qtbot)
    qtbot.keyClick(window.mail.view, Qt.Key.Key_F7)  # type: ignore[no-untyped-call]
    (dialog,) = window.findChildren(TrustDialog)
    texts = dialog.texts()
    assert found.sender.address in texts
    assert sum(one.startswith("Danger") for one in texts) >= 2
    dialog.close()


def test_a_link_that_deceives_cannot_be_remembered(window: MainWindow, facade: Facade) -> None:
    dialog = open_link(window, facade, "https://ac-rennes.tk/entrer", None)
    assert dialog is not None
    assert dialog.remember.isHidden()
    assert "ac-rennes.fr" in dialog.warnings[0].text()
    dialog.close()


def test_an_honest_site_is_remembered(
    window: MainWindow, facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    target = "https://www.education.gouv.fr/page"
    window.mail.reader.browser.anchorClicked.emit(QUrl(target))
    dialog = window.mail.reader.findChild(LinkDialog)
    assert dialog is not None
    assert "<b>education.gouv.fr</b>" in dialog.host.text()
    assert dialog.warnings == []
    dialog.remember.setChecked(True)
    dialog.go.click()
    assert opened == [target]
    assert open_link(window, facade, target + "/2", None) is None
    assert len(opened) == 2
    facade.trust.forget_sites()
    again = open_link(window, facade, target, None)
    assert again is not None
    again.close()


def test_report_by_key_then_junk(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    found = trap(facade)
    choose(window, facade, found, qtbot)
    press_report(window, qtbot)
    (asked,) = window.findChildren(QInputDialog)
    before = len(facade.outbox())
    line = asked.findChild(QLineEdit)
    assert line is not None
    line.setText(HELP_DESK)
    asked.accept()
    qtbot.waitUntil(lambda: len(facade.outbox()) > before, timeout=20_000)
    row = facade.outbox()[0]
    assert row.recipients == (HELP_DESK,)
    assert facade.trust.report_address() == (HELP_DESK, False)
    sent = email.message_from_bytes(raw_of(facade, row.id))
    inner = attached(sent)
    assert inner["Subject"] is not None
    qtbot.waitUntil(lambda: bool(window.notice.text), timeout=20_000)
    junk = next(one for one in facade.folders() if one.role is Role.JUNK)
    if found.folder != junk.id:
        assert window.notice._button.isVisibleTo(window.notice)
        window.notice._button.click()
        assert facade.show(found.id).folder == junk.id


def raw_of(facade: Facade, row: int) -> bytes:
    with facade._services.database.read() as reader:
        blob = reader.value("SELECT blob_id FROM outbox WHERE id = ?", row)
        return b"".join(blobs.read(reader, int(str(blob))))


def attached(sent: Message) -> Message:
    part = next(one for one in sent.walk() if one.get_content_type() == "message/rfc822")
    return list(part.walk())[1]
