"""Invitations, receipts and the agenda, driven through the window."""

from __future__ import annotations

import email
from datetime import UTC, date, datetime, timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.formats.icalendar_reading import read_calendar
from mel_desktop.model.agenda import Answer, ReceiptWish, Standing
from mel_desktop.model.mail import Address, MessageId, Role
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.safety import WarningCode
from mel_desktop.store import blobs, outbox, receipts
from mel_desktop.ui import agenda_words
from mel_desktop.ui.agenda_pane import AgendaPane
from mel_desktop.ui.confirming import Confirming
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.invitation_strip import InvitationStrip, ReceivedStrip
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.receipt_strip import ReceiptStrip
from tests.support.calendar_letters import PAUL, deliver, ics

DAY = date(2027, 1, 12)  # a Tuesday of school
NB = "\N{NO-BREAK SPACE}"


class Hands:
    """What a test does in the window."""

    def __init__(self, window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
        self.window, self.facade, self.qtbot = window, facade, qtbot
        self.account = facade.accounts()[0]
        self._number = 900_000

    def comes(
        self, *lines: str, hour: int = 12, sender: Address = PAUL, **fields: object
    ) -> MessageId:
        usual = {
            "start": f"DTSTART:{DAY:%Y%m%d}T{hour:02d}0000Z",
            "end": f"DTEND:{DAY:%Y%m%d}T{hour + 1:02d}3000Z",
            "guest": f"ATTENDEE;CN=Claire:mailto:{self.account.email}",
        }
        return self.put(ics(*lines, **{**usual, **fields}), sender=sender)  # type: ignore[arg-type]

    def put(self, octets: bytes, *, sender: Address = PAUL, header: str | None = None,
            media_type: str = "text/calendar") -> MessageId:  # fmt: skip
        self._number += 1
        inbox = next(one for one in self.facade.folders() if one.role is Role.INBOX)
        return deliver(
            self.facade._services.database, self.account.id, inbox.id, octets,
            number=self._number, sender=sender, header=header, media_type=media_type,
            received_at=datetime(2027, 1, 4, tzinfo=UTC) + timedelta(hours=self._number % 1000),
        )  # fmt: skip

    def read(self, message: MessageId) -> None:
        self.window.go(self.facade.show(message).folder)
        self.qtbot.waitUntil(lambda: message in self.window.mail.model.ids, timeout=20_000)
        self.window.mail.choose(message)

        def shown() -> bool:
            found = self.window.mail.reader.message()
            return found is not None and found.id == message

        self.qtbot.waitUntil(shown, timeout=20_000)

    @property
    def card(self) -> InvitationStrip:
        return next(
            one for one in self.window.mail.reader.strips if isinstance(one, InvitationStrip)
        )

    @property
    def receipt(self) -> ReceiptStrip:
        return next(one for one in self.window.mail.reader.strips if isinstance(one, ReceiptStrip))

    @property
    def pane(self) -> AgendaPane:
        return self.window.extras.agenda.pane

    def letters(self) -> list[email.message.EmailMessage]:
        found = []
        with self.facade._services.database.read() as reader:
            for one in self.facade.outbox():
                raw = b"".join(blobs.read(reader, outbox.blob_of(reader, one.id)))
                found.append(email.message_from_bytes(raw, policy=default))
        return found  # newest first


@pytest.fixture
def hands(window: MainWindow, facade: Facade, qtbot: QtBot) -> Hands:
    return Hands(window, facade, qtbot)


def test_an_invitation_is_answered_offline(hands: Hands) -> None:
    before = len(hands.letters())
    message = hands.comes("LOCATION:Salle 12")
    hands.read(message)
    card = hands.card
    assert card.isVisible()
    assert card.title.text() == "Conseil de classe 6e B"
    assert card.when.text().startswith("mardi 12 janvier")
    assert card.place.text() == "Salle 12"
    assert card.organiser.text() == "Organisé par Paul Durand <paul.durand@ac-exemple.fr>"
    assert card.state.text() == "Sans réponse"
    assert len(hands.letters()) == before  # nothing leaves by itself
    hands.window.actions_.answer_invitation.trigger()
    card.comment.setFocus()
    QTest.keyClicks(card.comment, "Je viens")
    card.buttons[Answer.ACCEPTED].setFocus()
    QTest.keyClick(card.buttons[Answer.ACCEPTED], Qt.Key.Key_Space)
    assert card.state.text() == "Acceptée"
    assert card.answers.isHidden()
    letters = hands.letters()
    assert len(letters) == before + 1
    letter = letters[0]
    assert letter["To"] == "Paul Durand <paul.durand@ac-exemple.fr>"
    _, part = letter.iter_parts()
    (event,) = read_calendar(part.get_payload(decode=True)).events  # type: ignore[arg-type]
    assert (event.guests[0].answer, event.comment) == (Answer.ACCEPTED, "Je viens")
    hands.window.actions_.outbox.trigger()
    pane = hands.window.outbox
    row = next(n for n, one in enumerate(pane.model.values()) if one.draft is None)
    pane.table.selectRow(row)
    assert pane._edit.text() == "Ne pas envoyer"
    pane._edit.click()
    assert len(hands.letters()) == before
    hands.read(message)
    card.again.click()
    assert card.answers.isVisible()
    card.tell.setChecked(False)
    card.buttons[Answer.DECLINED].click()
    assert card.state.text() == "Déclinée"
    assert len(hands.letters()) == before


def test_conflicts_updates_cancellations_and_strangers(hands: Hands) -> None:
    first = hands.comes()
    hands.facade.agenda.answer(first, Answer.ACCEPTED, tell=False)
    hands.read(hands.comes(uid="autre", title="Oral blanc", hour=13))
    assert "Conseil de classe 6e B" in hands.card.overlap.text()
    hands.read(hands.comes("LOCATION:Salle 14", hour=15, sequence=1))
    assert hands.card.state.text() == "Sans réponse"
    assert hands.card.changed_words.text().startswith(f"Déplacé. Avant{NB}: mardi 12 janvier")
    hands.read(first)
    assert hands.card.answers.isHidden()
    assert "Une version plus récente" in hands.card.doubts.text()
    stranger = Address("Paul Durand", "paul@attaque.test")
    cancel: dict[str, Any] = {"method": "CANCEL", "sequence": 5}
    hands.read(hands.comes("STATUS:CANCELLED", sender=stranger, **cancel))
    assert "paul@attaque.test" in hands.card.doubts.text()
    assert "Rien n’a été modifié" in hands.card.doubts.text()
    assert hands.card.state.text() == "Sans réponse"
    hands.window.actions_.answer_invitation.trigger()  # the keyboard reaches what may be done
    assert hands.card.apply.hasFocus()
    QTest.keyClick(hands.card.apply, Qt.Key.Key_Space)
    assert hands.card.state.text() == "Annulée"
    assert hands.card.apply.isHidden()
    assert "Rien n’a été modifié" not in hands.card.doubts.text()
    hands.read(hands.comes(sequence=6))
    assert hands.card.apply.isHidden()
    cancel["sequence"] = 7
    hands.read(hands.comes("STATUS:CANCELLED", **cancel))
    assert hands.card.state.text() == "Annulée"
    assert hands.card.answers.isHidden()


def test_what_cannot_be_read_is_said_and_other_messages_have_no_card(hands: Hands) -> None:
    hands.read(hands.put(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\n"))
    assert "illisible" in hands.card.doubts.text()
    assert hands.card.answers.isHidden()
    hands.read(hands.put(b"x", media_type="text/x-none"))
    assert hands.card.isHidden()
    hands.window.actions_.answer_invitation.trigger()
    assert "pas d’invitation" in hands.window.notice.text


def test_words_of_strangers_are_no_markup(hands: Hands) -> None:
    hands.read(hands.comes(title="<b>gras</b><img src=x>"))
    assert hands.card.title.textFormat() is Qt.TextFormat.PlainText
    assert hands.card.title.text() == "<b>gras</b><img src=x>"


def test_the_agenda(hands: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    message = hands.comes("LOCATION:Salle 12")
    hands.facade.agenda.answer(message, Answer.ACCEPTED, tell=False)
    hands.window.actions_.agenda.trigger()
    pane = hands.pane
    assert hands.window.pages.currentWidget() is pane
    assert hands.window.tree.target() is Place.AGENDA
    pane.go(DAY)
    (row,) = [one for one in pane.model.values() if one.event is not None]
    place = pane.model.values().index(row)
    pane.table.selectRow(place)
    assert "Salle 12" in pane.explanation.text()
    pane.as_week.setChecked(True)
    assert pane.week.isVisible()
    cells = [
        pane.week.item(line, column) for line in range(pane.week.rowCount()) for column in range(7)
    ]
    texts = [one.text() for one in cells if one is not None]
    assert texts.count("Conseil de classe 6e B") == 1
    pane.as_week.setChecked(False)
    target = tmp_path / "agenda.ics"
    pane.export(target)
    assert b"Conseil de classe 6e B" in target.read_bytes()
    pane.table.selectRow(place)
    pane.change(Answer.DECLINED, tell=True)
    assert [one for one in pane.model.values() if one.event is not None] == []
    pane.unanswered.setChecked(True)
    other = tmp_path / "sortie.ics"
    other.write_bytes(
        ics(method="", uid="sortie", title="Sortie au musée", organiser="", guest="",
            start=f"DTSTART;VALUE=DATE:{DAY:%Y%m%d}", end="")
    )  # fmt: skip
    pane.import_file(other)
    assert "1 événement ajouté." in pane.notice.text
    (row,) = [one for one in pane.model.values() if one.event is not None]
    assert row.event is not None
    assert row.event.of.standing is Standing.OWN
    pane.table.selectRow(pane.model.values().index(row))
    pane.ask_remove()
    (box,) = hands.window.findChildren(QMessageBox)
    next(one for one in box.buttons() if one.text().replace("&", "") == "Retirer").click()
    qtbot.waitUntil(
        lambda: not [one for one in pane.model.values() if one.event is not None], timeout=10_000
    )
    pane.import_file(tmp_path / "rien.ics")
    assert pane.notice.text


def test_the_message_of_an_event_is_opened(hands: Hands, qtbot: QtBot) -> None:
    message = hands.comes()
    hands.facade.agenda.answer(message, Answer.ACCEPTED, tell=False)
    hands.window.actions_.agenda.trigger()
    hands.pane.go(DAY)
    row = next(n for n, one in enumerate(hands.pane.model.values()) if one.event is not None)
    hands.pane.table.selectRow(row)
    hands.pane.open_chosen()

    def shown() -> bool:
        found = hands.window.mail.reader.message()
        return found is not None and found.id == message

    qtbot.waitUntil(shown, timeout=20_000)
    assert hands.card.isVisible()


def test_school_holidays_stand_in_the_agenda(hands: Hands) -> None:
    hands.facade.leaving.set_zone(hands.account.id, "C")
    hands.window.actions_.agenda.trigger()
    hands.pane.go(date(2026, 12, 14))
    names = [one.holiday.name for one in hands.pane.model.values() if one.holiday is not None]
    assert any("Noël" in one for one in names)


def test_a_receipt_is_sent_only_by_choice(hands: Hands) -> None:
    before = len(hands.letters())
    asks = f"Disposition-Notification-To: {PAUL.address}\r\n\r\n"
    hands.read(hands.put(b"x", header=asks, media_type="text/x-none"))
    strip = hands.receipt
    assert strip.isVisible()
    assert PAUL.address in strip.words.text()
    assert len(hands.letters()) == before
    hands.window.actions_.answer_receipt.trigger()
    QTest.keyClick(strip.send, Qt.Key.Key_Space)
    assert strip.asked.wish is ReceiptWish.SENT
    letter = hands.letters()[0]
    assert letter.get_content_type() == "multipart/report"
    elsewhere = "Disposition-Notification-To: stat@publicite.example\r\n\r\n"
    hands.read(hands.put(b"x", header=elsewhere, media_type="text/x-none"))
    assert "Attention" in strip.words.text()
    strip.never.click()
    assert strip.isHidden()
    hands.read(hands.put(b"x", header=asks, media_type="text/x-none"))
    assert strip.isHidden()
    assert len(hands.letters()) == before + 1


def test_a_receipt_is_asked_for_in_the_composer(hands: Hands) -> None:
    composer = hands.window.compose(DraftContent(to=(PAUL,), subject="Convocation", text="t"))
    assert composer is not None
    assert composer.content().receipt is False
    asking = composer.findChild(Confirming)
    assert asking is not None
    asking.receipt.trigger()
    assert composer.content().receipt is True
    composer.save_new()
    draft = composer.draft_id()
    assert draft is not None
    assert hands.facade.draft(draft).content.receipt is True
    hands.facade.send(draft, accepted=frozenset(one.value for one in WarningCode))
    asked = hands.letters()[0]["Disposition-Notification-To"]
    assert asked == hands.account.email


def test_receipts_that_came_stand_at_the_sent_message(hands: Hands) -> None:
    sent = next(one for one in hands.facade.folders() if one.role is Role.SENT)
    (message, *_) = hands.facade.message_ids(sent.id)
    found = hands.facade.show(message)
    hands.facade._services.database.write(
        lambda tx: receipts.record(
            tx, hands.account.id, found.message_id, "lea@ac-exemple.fr",
            displayed=True, at=datetime(2027, 1, 4, 9, 12, tzinfo=UTC), report=message,
        )
    )  # fmt: skip
    hands.read(message)
    strip = next(one for one in hands.window.mail.reader.strips if isinstance(one, ReceivedStrip))
    assert strip.isVisible()
    assert strip.words.text().startswith("Lu le lundi 4 janvier 2027")


@pytest.mark.usefixtures("window")
@pytest.mark.parametrize(("wall", "said"), [("090000", "9 h"), ("093000", "9 h 30")])
def test_the_hour_of_another_zone_is_written_as_all_hours_are(wall: str, said: str) -> None:
    zone = "TZID=Pacific/Noumea"
    octets = ics(start=f"DTSTART;{zone}:20270112T{wall}", end=f"DTEND;{zone}:20270112T110000")
    (event,) = read_calendar(octets).events
    words = agenda_words.when(event).replace(NB, " ")
    assert words.endswith(f"(Pacific/Noumea : {said})")


def test_a_doubted_answer_says_who_claims_to_give_it_and_is_counted_by_choice(
    hands: Hands,
) -> None:
    me, lea = hands.account.email, "lea@ac-exemple.fr"
    fields: dict[str, Any] = {"uid": "a-moi", "organiser": f"ORGANIZER:mailto:{me}"}
    sent = next(one for one in hands.facade.folders() if one.role is Role.SENT)
    octets = ics(
        start=f"DTSTART:{DAY:%Y%m%d}T120000Z", end=f"DTEND:{DAY:%Y%m%d}T130000Z",
        guest=f"ATTENDEE:mailto:{lea}", **fields,
    )  # fmt: skip
    mine = deliver(
        hands.facade._services.database, hands.account.id, sent.id, octets,
        number=899_999, sender=Address("", me),
    )  # fmt: skip
    hands.read(mine)
    fields |= {"method": "REPLY", "guest": f"ATTENDEE;CN=Léa;PARTSTAT=ACCEPTED:mailto:{lea}"}
    hands.read(hands.comes(sender=Address("Léa", "lea@attaque.test"), **fields))
    assert lea in hands.card.doubts.text()
    assert "lea@attaque.test" in hands.card.doubts.text()
    assert "Cette réponse n’a pas été prise en compte." in hands.card.doubts.text()
    assert f"Léa <{lea}>{NB}: accepte" in hands.card.guests.text()
    hands.window.actions_.answer_invitation.trigger()
    assert hands.card.apply.hasFocus()
    assert hands.card.apply.accessibleName() == "Prendre quand même en compte cette réponse"
    QTest.keyClick(hands.card.apply, Qt.Key.Key_Space)
    assert hands.card.apply.isHidden()
    assert "n’a pas été prise en compte" not in hands.card.doubts.text()
    hands.read(mine)
    assert f"acceptent{NB}: 1" in hands.card.guests.text()


def test_what_a_stranger_says_that_i_organise_is_not_shown_as_mine(hands: Hands) -> None:
    me = hands.account.email
    hands.read(hands.comes(organiser=f"ORGANIZER:mailto:{me}", uid="pas-a-moi"))
    assert hands.card.kind.text() == "Invitation"
    assert me in hands.card.organiser.text()
    assert "vous désigne comme organisateur" in hands.card.doubts.text()
    assert not hands.card.tell.isEnabled()  # the answer would go to oneself
    assert not hands.card.buttons[Answer.ACCEPTED].isDefault()
