"""Deeds of who reads: tags, pins, sleep, looks of lists, invitations, receipts, certificates.

What is told is never taken back by a later deed, so that each line can be looked for by itself.
"keep": on the disk when it was told; "seen": with the next durable deed at the latest.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Final, cast

from mel_desktop.formats.icalendar_reading import read_calendar
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.agenda import Answer, Guest, Standing
from mel_desktop.model.mail import Address, FolderId, MessageId
from mel_desktop.model.policy import ReadingPolicy, TrustPolicy
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.agenda import Agenda
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.receipts import Receipts
from mel_desktop.services.snooze import Snoozes
from mel_desktop.services.tags import Tags
from mel_desktop.services.trust import Trust
from mel_desktop.store import agenda, organising, receipts, remote_images, smime
from mel_desktop.store.database import Database, Reader, Transaction
from mel_desktop.system.clock import SystemRandomness
from tests.support.calendar_letters import deliver, ics
from tests.support.clock import JumpingClock
from tests.support.store import START

MOST_TAGS: Final = 40
CHECKS: Final = {  # table or standing -> where what was told of it stands
    "tag": "tag WHERE keyword = ?",
    "pin": "pin WHERE message_id = ?",
    "snooze": "snooze WHERE message_id = ?",
    "list_look": "list_look WHERE place = ?",
    "calendar_seen": "calendar_seen WHERE message_id = ?",
    "event": "event WHERE uid = ?",
    "answered": "event WHERE uid = ? AND standing = 'accepted' AND answered_at IS NOT NULL",
    "event_answer": "event_answer WHERE address = ?",
    "receipt_done": "receipt_done WHERE message_id = ?",
    "receipt_never": "receipt_never WHERE address = ?",
    "receipt": "receipt WHERE recipient = ?",
    "remote_sender": "remote_sender WHERE address = ?",
    "remote_image": "remote_image WHERE hex(key) = ?",
    "smime_person": "smime_person WHERE hex(fingerprint) = ?",
}
KINDS: Final = ("keep", "seen")


def is_there(reader: Reader, kind: str, key: str) -> bool:
    """Whether what was told is there."""
    return reader.one(f"SELECT 1 FROM {CHECKS[kind]}", key) is not None


class ReadingLoad:
    """Deeds on one open store."""

    def __init__(
        self,
        database: Database,
        dice: random.Random,
        say: Callable[[str], None],
        next_uid: Callable[[], int],
    ) -> None:
        """``next_uid``: of a message more in the inbox."""
        clock = JumpingClock()
        accounts = Accounts(database, clock)
        self._database = database
        self._dice = dice
        self._say = say
        self._next_uid = next_uid
        self._clock = clock
        self._box = MailboxService(database, clock)
        self._tags = Tags(database, self._box)
        self._snoozes = Snoozes(database, clock)
        reading = ReadingService(database, None, clock)  # type: ignore[arg-type]  # all is local
        self._agenda = Agenda(
            database, accounts, reading, clock, SystemRandomness(),
            Trust(database, accounts, TrustPolicy()),
        )  # fmt: skip
        self._receipts = Receipts(
            database, accounts, reading, self._box, clock, SystemRandomness(), ReadingPolicy()
        )
        with database.read() as reader:
            self._account = AccountId(cast("int", reader.value("SELECT id FROM account")))
            inbox = reader.value("SELECT id FROM folder WHERE role = 'inbox'")
        self._folder = FolderId(cast("int", inbox))

    @property
    def deeds(self) -> tuple[Callable[[], None], ...]:
        """All kinds."""
        return (
            self._tag, self._pin, self._sleep, self._look, self._invitation, self._answer_came,
            self._no_receipt, self._receipt_came, self._picture, self._certificate,
        )  # fmt: skip

    def _any(self) -> MessageId:
        return self._dice.choice(self._box.message_ids(self._folder))

    def _name(self) -> str:
        return f"{self._dice.getrandbits(60):015x}"

    def _tag(self) -> None:
        listed = self._tags.all()
        if len(listed) >= MOST_TAGS:  # all of them are written anew, in another order
            self._tags.move(listed[0].keyword, 1)
            return
        made = self._tags.create(f"Groupe {self._name()}", "#c9191e")
        self._say(f"keep tag {made.keyword}")

    def _pin(self) -> None:
        wanted = self._any()
        self._snoozes.pin([wanted], True)
        self._say(f"keep pin {wanted}")

    def _sleep(self) -> None:
        wanted = self._any()
        self._snoozes.snooze([wanted], self._clock.now() + timedelta(days=400))
        self._say(f"keep snooze {wanted}")

    def _look(self) -> None:
        place = f"folder:{self._name()}"
        self._database.write(lambda tx: organising.set_look(tx, place, '{"sort": "size"}'))
        self._say(f"seen list_look {place}")

    def _comes(self, octets: bytes, header: str | None = None) -> MessageId:
        return deliver(
            self._database, self._account, self._folder, octets,
            number=self._next_uid() - 1, header=header,
        )  # fmt: skip

    def _invitation(self) -> None:
        uid = self._name()
        message = self._comes(ics(uid=uid))
        self._agenda.take(message)
        self._say(f"seen calendar_seen {message}")
        self._say(f"seen event {uid}")
        row = self._agenda.answer(message, Answer.ACCEPTED)  # one transaction with its letter
        self._say(f"keep answered {uid}")
        self._say(f"outbox {row}")

    def _answer_came(self) -> None:
        guest, uid = Address("Léa", f"{self._name()}@exemple.fr"), self._name()
        octets = ics(uid=uid, method="", organiser="ORGANIZER:mailto:claire.martin@ac-exemple.fr")
        (event,) = read_calendar(octets).events

        def work(tx: Transaction) -> None:
            mine = agenda.put(
                tx, self._account, event, octets,
                standing=Standing.ORGANISED, ends=event.ends, message=None, invited="",
            )  # fmt: skip
            agenda.note_answer(tx, mine, Guest(guest, Answer.ACCEPTED), 0, START)

        self._database.write(work)
        self._say(f"seen event {uid}")
        self._say(f"seen event_answer {guest.address}")

    def _no_receipt(self) -> None:
        name = self._name()
        message = self._comes(b"x", f"Disposition-Notification-To: {name}@exemple.fr\r\n\r\n")
        self._receipts.ignore(message, never=True)
        with self._database.read() as reader:
            own = str(reader.value("SELECT message_id FROM message WHERE id = ?", message))
        self._say(f"keep receipt_done {own}")
        self._say("keep receipt_never paul.durand@ac-exemple.fr")

    def _receipt_came(self) -> None:
        who, message = f"{self._name()}@exemple.fr", self._any()
        self._database.write(
            lambda tx: receipts.record(
                tx, self._account, "m1@exemple", who, displayed=True, at=START, report=message
            )
        )
        self._say(f"seen receipt {who}")

    def _picture(self) -> None:
        key, message, who = self._dice.randbytes(32), self._any(), f"{self._name()}@exemple.fr"
        octets = self._dice.randbytes(self._dice.randint(1, 20_000))
        self._database.write(lambda tx: remote_images.allow(tx, who, START))
        self._say(f"seen remote_sender {who}")
        self._database.write(lambda tx: remote_images.put(tx, message, key, octets, START))
        self._say(f"seen remote_image {key.hex().upper()}")

    def _certificate(self) -> None:
        mark = self._dice.randbytes(32)
        der = self._dice.randbytes(1500)
        self._database.write(
            lambda tx: smime.put_person(tx, mark, "a@b.fr", der, START + timedelta(days=900), START)
        )
        self._say(f"seen smime_person {mark.hex().upper()}")
