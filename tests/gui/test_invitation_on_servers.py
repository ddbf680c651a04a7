"""An invitation answered in the window: received, offline, answered, delivered later."""

from __future__ import annotations

import base64
import email
from collections.abc import Iterator
from email.policy import default
from pathlib import Path

import icalendar
import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.agenda import Answer
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import OutboxState
from mel_desktop.store import keyslots
from mel_desktop.ui.invitation_strip import InvitationStrip
from mel_desktop.ui.theme import Theme
from tests.support.calendar_letters import ics
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.live_account import add_live_account
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer
from tests.support.windows import fresh_profile, shown_window

pytestmark = pytest.mark.servers

ALICE = f"alice@{DOMAIN}"
ORGANISER = f"direction@{DOMAIN}"
WAIT_MS = 60_000


@pytest.fixture
def mailbox(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user(ALICE, password=USERS[ALICE])


@pytest.fixture
def online(
    postfix: SubmissionServer, dovecot: Dovecot, mailbox: MailUser, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Facade]:  # fmt: skip
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    with fresh_profile(tmp_path) as facade:
        add_live_account(facade, dovecot, postfix, ALICE)
        yield facade


def like_google() -> bytes:
    """The part in base64, beside the text."""
    octets = ics(
        "LOCATION:Salle 12", organiser=f"ORGANIZER;CN=Direction:mailto:{ORGANISER}",
        guest=f"ATTENDEE;RSVP=TRUE:mailto:{ALICE}",
    )  # fmt: skip
    part = base64.encodebytes(octets).replace(b"\n", b"\r\n")
    return (
        f"From: Direction <{ORGANISER}>\r\nTo: {ALICE}\r\nSubject: Conseil\r\n"
        f"Message-ID: <conseil@{DOMAIN}>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nConvocation\r\n"
        "--b\r\nContent-Type: text/calendar; charset=UTF-8; method=REQUEST\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + part + b"\r\n--b--\r\n"  # fmt: skip


def test_received_answered_offline_delivered_later(
    online: Facade, dovecot: Dovecot, mailbox: MailUser, postfix: SubmissionServer,
    theme: Theme, settings: QSettings, qtbot: QtBot,
) -> None:  # fmt: skip
    with dovecot.observer(mailbox, "INBOX") as box:
        box.append(like_google(), "INBOX")
    with shown_window(online, theme, settings) as window:
        online.start_engine()

        def come() -> tuple[MessageId, ...]:
            inbox = [one for one in online.folders() if one.role and one.role.value == "inbox"]
            return online.message_ids(inbox[0].id) if inbox else ()

        qtbot.waitUntil(lambda: len(come()) == 1, timeout=WAIT_MS)
        (message,) = come()

        def part_is_here() -> bool:
            card = online.agenda.invitation(message)
            return card is not None and card.here

        qtbot.waitUntil(part_is_here, timeout=WAIT_MS)
        window.actions_.offline.trigger()
        window.go(online.show(message).folder)
        qtbot.waitUntil(lambda: message in window.mail.model.ids, timeout=WAIT_MS)
        window.mail.choose(message)
        card = next(one for one in window.mail.reader.strips if isinstance(one, InvitationStrip))
        qtbot.waitUntil(card.isVisible, timeout=WAIT_MS)
        assert card.title.text() == "Conseil de classe 6e B"
        card.buttons[Answer.TENTATIVE].click()
        assert card.state.text() == "Provisoire"
        (row,) = online.outbox()
        assert row.state is OutboxState.QUEUED
        window.actions_.offline.trigger()
        qtbot.waitUntil(lambda: online.outbox()[0].state is OutboxState.FILED, timeout=WAIT_MS)
    (copy,) = postfix.wait_for(row.message_id, 1)
    letter = email.message_from_bytes(copy.data, policy=default)
    (part,) = [one for one in letter.walk() if one.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))  # type: ignore[arg-type]
    (event,) = calendar.walk("VEVENT")
    assert event["ATTENDEE"].params["PARTSTAT"] == "TENTATIVE"
    assert copy.recipient == ORGANISER
