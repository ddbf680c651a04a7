"""Invitations that come and their answers, on a real store."""

from __future__ import annotations

import email
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.policy import default
from pathlib import Path

import pytest

from mel_desktop.formats.icalendar_reading import read_calendar
from mel_desktop.model.agenda import (
    Answer,
    CalendarTrouble,
    Doubt,
    Invitation,
    Method,
    Standing,
)
from mel_desktop.model.errors import ErrorCode, LocalRefusal, ServerSaid
from mel_desktop.model.identities import EnvelopeSender, Identity, IdentityKind
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.policy import TrustPolicy
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.agenda import Agenda
from mel_desktop.services.identities import Identities
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.trust import Trust
from mel_desktop.store import blobs, outbox
from mel_desktop.store.database import Database
from tests.support.calendar_letters import ME, PAUL, deliver, ics, stamp_of
from tests.support.clock import CountingRandomness, JumpingClock
from tests.support.store import plant_account, plant_folder, store

SPAN = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC))
STRANGER = Address("Paul Durand", "paul.durand@attaque.test")
MOVED = {
    "start": "DTSTART;TZID=Europe/Paris:20261203T170000",
    "end": "DTEND;TZID=Europe/Paris:20261203T183000",
}


class World:
    """A store with an account and an agenda."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = JumpingClock()
        self.accounts = Accounts(database, self.clock)
        self.account = plant_account(database)
        self.inbox = plant_folder(database, self.account)
        self.sent = plant_folder(database, self.account, "Sent", role="sent")
        self.junk = plant_folder(database, self.account, "Junk", role="junk")
        no_sessions = None
        self.agenda = Agenda(
            database,
            self.accounts,
            ReadingService(database, no_sessions, self.clock),  # type: ignore[arg-type]  # all is local
            self.clock,
            CountingRandomness(),
            Trust(database, self.accounts, TrustPolicy()),
        )
        self._number = 0

    def comes(self, octets: bytes, sender: Address = PAUL) -> MessageId:
        self._number += 1
        return deliver(
            self.database, self.account, self.inbox, octets, number=self._number, sender=sender
        )

    def card(self, message: MessageId) -> Invitation:
        found = self.agenda.invitation(message)
        assert found is not None
        return found

    def opened(self, octets: bytes, sender: Address = PAUL) -> Invitation:
        return self.card(self.comes(octets, sender))

    def starts(self) -> list[str]:
        found = self.agenda.between(*SPAN, unanswered=True)
        return [one.starts.astimezone(UTC).strftime("%m%d%H%M") for one in found]

    def letters(self) -> list[Message]:
        found: list[Message] = []
        with self.database.read() as reader:
            for one in reversed(outbox.rows(reader, SPAN[0])):
                raw = b"".join(blobs.read(reader, outbox.blob_of(reader, one.id)))
                found.append(email.message_from_bytes(raw, policy=default))
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with store(tmp_path) as database:
        yield World(database)


def test_an_invitation_stands_unanswered_until_a_person_answers(world: World) -> None:
    card = world.opened(ics("LOCATION:Salle 12"))
    assert card.event is not None
    assert card.method is Method.REQUEST
    assert (card.event.title, card.event.place) == ("Conseil de classe 6e B", "Salle 12")
    assert card.may_answer
    assert card.doubts == ()
    assert card.troubles == ()
    assert card.conflicts == ()
    assert card.known is not None
    assert card.known.standing is Standing.NONE
    assert not world.agenda.between(*SPAN)
    assert world.letters() == []


@pytest.mark.parametrize(
    ("answer", "standing", "subject"),
    [
        (Answer.ACCEPTED, Standing.ACCEPTED, "Accepté : Conseil de classe 6e B"),
        (Answer.TENTATIVE, Standing.TENTATIVE, "Provisoire : Conseil de classe 6e B"),
        (Answer.DECLINED, Standing.DECLINED, "Refusé : Conseil de classe 6e B"),
    ],
)
def test_an_answer_is_a_letter_to_the_organiser(
    world: World, answer: Answer, standing: Standing, subject: str
) -> None:
    message = world.comes(ics("LOCATION:Salle 12", "DESCRIPTION:secret des autres"))
    row = world.agenda.answer(message, answer, comment="J’arrive\nà 17 h 10")
    assert row is not None
    known = world.card(message).known
    assert known is not None
    assert known.standing is standing
    (letter,) = world.letters()
    assert letter["Subject"] == subject
    assert letter["To"] == "Paul Durand <paul.durand@ac-exemple.fr>"
    assert letter["From"] == f"Claire Martin <{ME}>"
    assert letter.get_content_type() == "multipart/alternative"
    text, calendar = letter.iter_parts()  # type: ignore[attr-defined]
    assert "mardi 1er décembre 2026, 17\u00a0h – 18\u00a0h\u00a030" in text.get_content()
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "REPLY"
    assert calendar.get_param("charset") == "utf-8"
    found = read_calendar(calendar.get_payload(decode=True))
    assert found.method is Method.REPLY
    (event,) = found.events
    assert (event.uid, event.sequence) == ("conseil-6b@exemple", 0)
    assert [(one.who.address, one.answer) for one in event.guests] == [(ME, answer)]
    assert event.comment == "J’arrive\nà 17 h 10"
    assert event.description == ""


def test_accepted_without_telling(world: World) -> None:
    message = world.comes(ics())
    assert world.agenda.answer(message, Answer.ACCEPTED, tell=False) is None
    assert world.letters() == []
    assert world.starts() == ["12011600"]


def test_the_answer_leaves_from_the_address_that_was_invited(world: World) -> None:
    Identities(world.database, world.accounts, world.clock).save(
        Identity(
            0, world.account, IdentityKind.BOX, "Vie scolaire", "vie.scolaire@ac-exemple.fr",  # type: ignore[arg-type]
            envelope=EnvelopeSender.IDENTITY,
        )
    )  # fmt: skip
    message = world.comes(ics(guest="ATTENDEE:MAILTO:Vie.Scolaire@ac-exemple.fr"))
    world.agenda.answer(message, Answer.ACCEPTED)
    (letter,) = world.letters()
    assert letter["From"] == "Vie scolaire <vie.scolaire@ac-exemple.fr>"
    _, calendar = letter.iter_parts()  # type: ignore[attr-defined]
    (event,) = read_calendar(calendar.get_payload(decode=True)).events
    (guest,) = event.guests  # as the organiser spells it
    assert guest.who == Address("Vie scolaire", "Vie.Scolaire@ac-exemple.fr")


def test_an_update_of_the_time_asks_again_and_shows_both(world: World) -> None:
    first = world.comes(ics())
    world.agenda.answer(first, Answer.ACCEPTED)
    card = world.opened(ics(sequence=1, stamp=stamp_of(1), **MOVED))
    assert card.known is not None
    assert card.known.before is not None
    assert card.known.standing is Standing.NONE
    assert card.known.before.starts.day == 1
    assert card.event is not None
    assert card.event.starts.day == 3
    assert card.may_answer
    old = world.card(first)
    assert old.doubts == (Doubt.OUTDATED,)
    assert not old.may_answer
    with pytest.raises(LocalRefusal) as refused:
        world.agenda.answer(first, Answer.DECLINED)
    assert refused.value.facts["why"] == "invitation-closed"


def test_an_update_of_anything_else_keeps_the_answer(world: World) -> None:
    world.agenda.answer(world.comes(ics()), Answer.ACCEPTED)
    card = world.opened(ics("LOCATION:Salle 14", sequence=1, stamp=stamp_of(1)))
    assert card.known is not None
    assert card.known.standing is Standing.ACCEPTED
    assert card.known.event.place == "Salle 14"


def test_the_newer_version_stays_in_whatever_order_they_come(world: World) -> None:
    versions = [
        ics("LOCATION:A"),
        ics("LOCATION:B", stamp=stamp_of(3)),
        ics("LOCATION:C", sequence=1, stamp=stamp_of(1)),
        ics("LOCATION:D", sequence=2, stamp=stamp_of(0)),
    ]
    for number, order in enumerate(itertools.permutations(versions)):
        for one in order:
            card = world.opened(one.replace(b"conseil-6b", f"c{number}".encode()))
        assert card.known is not None
        assert card.known.event.place == "D"


def test_a_cancellation_takes_it_away_and_an_old_copy_does_not_bring_it_back(world: World) -> None:
    invitation = ics()
    world.agenda.answer(world.comes(invitation), Answer.ACCEPTED)
    cancel = ics("STATUS:CANCELLED", method="CANCEL", sequence=1, stamp=stamp_of(1))
    card = world.opened(cancel)
    assert card.known is not None
    assert card.known.standing is Standing.CANCELLED
    assert not card.may_answer
    assert world.starts() == []
    world.opened(invitation)
    assert world.starts() == []
    world.opened(ics(sequence=2, stamp=stamp_of(2)))
    assert world.starts() == ["12011600"]


def test_a_cancellation_that_comes_first_counts(world: World) -> None:
    world.opened(ics("STATUS:CANCELLED", method="CANCEL", sequence=1, stamp=stamp_of(1)))
    card = world.opened(ics())
    assert Doubt.OUTDATED in card.doubts
    assert not card.may_answer


def test_a_stranger_changes_nothing(world: World) -> None:
    world.agenda.answer(world.comes(ics()), Answer.ACCEPTED)
    for octets in (
        ics("STATUS:CANCELLED", method="CANCEL", sequence=9, stamp=stamp_of(9)),
        ics(sequence=9, stamp=stamp_of(9), **MOVED),
        ics(
            sequence=9, stamp=stamp_of(9),
            organiser="ORGANIZER:mailto:paul.durand@attaque.test", **MOVED,
        ),
    ):  # fmt: skip
        card = world.opened(octets, STRANGER)
        assert Doubt.NOT_ORGANISER in card.doubts
    assert world.starts() == ["12011600"]
    (one,) = world.agenda.between(*SPAN)
    assert one.of.standing is Standing.ACCEPTED


def test_who_acts_for_the_organiser_is_believed(world: World) -> None:
    secretary = Address("", "secretariat@ac-exemple.fr")
    organiser = (
        'ORGANIZER;SENT-BY="mailto:secretariat@ac-exemple.fr":mailto:paul.durand@ac-exemple.fr'
    )
    card = world.opened(ics(organiser=organiser), secretary)
    assert card.doubts == ()


def test_who_was_not_invited_is_told(world: World) -> None:
    card = world.opened(ics(guest="ATTENDEE:mailto:autre@ac-exemple.fr"))
    assert card.doubts == (Doubt.NOT_INVITED,)
    assert card.may_answer  # a list was invited, and the message came to me
    assert card.invited is not None
    assert card.invited.address == ME


def test_conflicts_with_what_was_accepted(world: World) -> None:
    world.agenda.answer(world.comes(ics(uid="a", title="Conseil de classe 6e A")), Answer.TENTATIVE)
    world.agenda.answer(world.comes(ics(uid="d", title="Refusé")), Answer.DECLINED)
    card = world.opened(
        ics(
            uid="b",
            start="DTSTART:20261201T170000Z",
            end="DTEND:20261201T180000Z",
        )
    )
    assert [one.of.event.title for one in card.conflicts] == ["Conseil de classe 6e A"]
    after = world.opened(
        ics(uid="c", start="DTSTART:20261201T173000Z", end="DTEND:20261201T180000Z")
    )
    assert after.conflicts == ()  # one ends when the other begins


SERIES = "RRULE:FREQ=WEEKLY;COUNT=4"


def test_a_series_with_exceptions(world: World) -> None:
    world.agenda.answer(world.comes(ics(SERIES)), Answer.ACCEPTED)
    assert world.starts() == ["12011600", "12081600", "12151600", "12221600"]
    moved = ics(
        "RECURRENCE-ID;TZID=Europe/Paris:20261208T170000",
        start="DTSTART;TZID=Europe/Paris:20261209T100000",
        end="DTEND;TZID=Europe/Paris:20261209T110000",
        sequence=1, stamp=stamp_of(1),
    )  # fmt: skip
    world.agenda.answer(world.comes(moved), Answer.ACCEPTED)
    assert world.starts() == ["12011600", "12090900", "12151600", "12221600"]
    gone = ics(
        "RECURRENCE-ID:20261215T160000Z", "STATUS:CANCELLED", method="CANCEL", sequence=2,
        stamp=stamp_of(2), start="", end="",
    )  # fmt: skip
    world.opened(gone)
    assert world.starts() == ["12011600", "12090900", "12221600"]
    whole = ics(
        "STATUS:CANCELLED", method="CANCEL", sequence=3, stamp=stamp_of(3), start="", end=""
    )
    world.opened(whole)
    assert world.starts() == []


def test_answers_of_guests_reach_the_organisers_own_copy(world: World) -> None:
    mine = ics(
        organiser=f"ORGANIZER:mailto:{ME}",
        guest="ATTENDEE;CN=Léa:mailto:lea@ac-exemple.fr",
    )
    sent = deliver(
        world.database, world.account, world.sent, mine, number=90,
        sender=Address("Claire Martin", ME),
    )  # fmt: skip
    assert world.card(sent).mine
    lea = Address("Léa", "lea@ac-exemple.fr")

    def answers(partstat: str, stamp: str, sender: Address = lea) -> Invitation:
        return world.opened(
            ics(
                f"COMMENT:{partstat}", method="REPLY", organiser=f"ORGANIZER:mailto:{ME}",
                guest=f"ATTENDEE;PARTSTAT={partstat}:mailto:lea@ac-exemple.fr", stamp=stamp,
            ),
            sender,
        )  # fmt: skip

    answers("DECLINED", stamp_of(2))
    answers("ACCEPTED", stamp_of(1))  # it was on its way for longer
    assert Doubt.NOT_GUEST in answers("ACCEPTED", stamp_of(5), STRANGER).doubts
    card = world.card(sent)
    assert card.event is not None
    (guest,) = card.event.guests
    assert (guest.answer, guest.comment) == (Answer.DECLINED, "DECLINED")


def test_another_answer_later(world: World) -> None:
    message = world.comes(ics())
    world.agenda.answer(message, Answer.ACCEPTED)
    (one,) = world.agenda.between(*SPAN)
    world.clock.jump(minutes=5)
    world.agenda.change(one.of.id, Answer.DECLINED, comment="Malade")
    assert world.agenda.between(*SPAN) == ()
    first, second = world.letters()
    assert (first["Subject"][:7], second["Subject"][:6]) == ("Accepté", "Refusé")
    assert first["Message-ID"] != second["Message-ID"]


def test_junk_changes_nothing(world: World) -> None:
    message = deliver(world.database, world.account, world.junk, ics())
    card = world.card(message)
    assert not card.may_answer
    assert world.starts() == []


def test_a_file_of_events_is_ones_own(world: World) -> None:
    octets = ics(method="", guest="", organiser="", uid="sortie", title="Sortie au musée")
    assert world.agenda.import_file(world.account, octets) == 1
    assert world.agenda.import_file(world.account, octets) == 0
    (one,) = world.agenda.between(*SPAN)
    assert one.of.standing is Standing.OWN
    out = world.agenda.export()
    assert [event.title for event in read_calendar(out).events] == ["Sortie au musée"]
    world.agenda.remove(one.of.id)
    assert world.agenda.between(*SPAN) == ()
    with pytest.raises(LocalRefusal) as refused:
        world.agenda.import_file(world.account, b"rien")
    assert refused.value.code is ErrorCode.BAD_FILE


def test_unknown_parts_are_kept(world: World) -> None:
    message = world.comes(ics("X-ECOLE-SALLE;X-ETAGE=2:Salle 12", "CATEGORIES:Conseil"))
    world.agenda.answer(message, Answer.ACCEPTED)
    out = world.agenda.export()
    assert b"X-ECOLE-SALLE;X-ETAGE=2:Salle 12" in out
    assert b"METHOD" not in out


def test_what_cannot_be_read_is_told(world: World) -> None:
    card = world.opened(b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:x\r\n")
    assert card.event is None
    assert card.troubles == (CalendarTrouble.BROKEN,)
    assert not card.may_answer


def test_events_go_with_their_account(world: World) -> None:
    world.agenda.answer(world.comes(ics()), Answer.ACCEPTED)
    world.accounts.remove(world.account)
    with world.database.read() as reader:
        for table in ("event", "event_answer", "calendar_seen", "receipt_done", "receipt"):
            assert reader.value(f"SELECT count(*) FROM {table}") == 0


def test_a_message_let_go_leaves_its_event(world: World) -> None:
    message = world.comes(ics())
    world.agenda.answer(message, Answer.ACCEPTED)
    world.database.write(lambda tx: tx.run("DELETE FROM message WHERE id = ?", message))
    (one,) = world.agenda.between(*SPAN)
    assert one.of.message is None
    assert world.agenda.change(one.of.id, Answer.DECLINED) is not None
    assert one.ends - one.starts == timedelta(minutes=90)


def test_an_invitation_that_says_it_is_accepted_is_not(world: World) -> None:
    card = world.opened(
        ics(
            guest=f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{ME}",
            organiser="ORGANIZER:mailto:paul.durand@attaque.test",
        ),
        STRANGER,
    )
    assert card.known is not None
    assert card.known.standing is Standing.NONE
    assert not world.agenda.between(*SPAN)


def test_my_address_in_the_from_of_a_mail_that_comes_organises_nothing(world: World) -> None:
    card = world.opened(ics(organiser=f"ORGANIZER:mailto:{ME}"), Address("Moi", ME))
    assert card.known is None or card.known.standing is not Standing.ORGANISED
    assert not world.agenda.between(*SPAN)


def test_a_password_that_ended_puts_no_invitation_away(world: World) -> None:
    class Refused:
        def fetch(self, message: MessageId, number: str) -> None:
            raise ServerSaid(ErrorCode.PASSWORD_EXPIRED)

    message = world.comes(ics())
    world.agenda._reading, reading = Refused(), world.agenda._reading  # type: ignore[assignment]
    assert world.agenda.look(world.account) == 0
    world.agenda._reading = reading
    assert world.agenda.look(world.account) == 1
    known = world.card(message).known
    assert known is not None
    assert known.standing is Standing.NONE
