"""Invitations that come, their answers, and the agenda that they make. Local, ``look`` apart.

Rule 1: nothing is answered by itself, and what a stranger sends changes no event that another
organises (services.agenda_taking): it is shown with a warning, and a person decides (``apply``).
Rule 2: of two versions the newer one stays, whichever comes first; a cancelled event stays
cancelled until a newer invitation comes.
Rule 3: an answer is one transaction: the event's standing and the letter in the outbox.
Rule 4: bounded: so many messages a round, so many events a message.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from mel_desktop.logic import agenda as rules
from mel_desktop.logic.compose import Outgoing, new_message_id
from mel_desktop.logic.compose_answers import answer_subject, answer_text, compose_answer
from mel_desktop.logic.event_words import when
from mel_desktop.logic.identities import addressed
from mel_desktop.logic.mime import decode_octets
from mel_desktop.logic.mime_structure import split_structure
from mel_desktop.logic.recipients import same_key
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.agenda import (
    IN_AGENDA,
    Answer,
    CalendarTrouble,
    Doubt,
    Event,
    EventId,
    Invitation,
    Method,
    Occurrence,
    Standing,
    StoredEvent,
)
from mel_desktop.model.errors import (
    ErrorCode,
    LocalRefusal,
)
from mel_desktop.model.identities import EnvelopeSender, Identity
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.outgoing import OutboxId
from mel_desktop.ports import Clock, Randomness
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.agenda_taking import ASKING, Remembered, Taking, events_of
from mel_desktop.services.parts_that_came import read_each
from mel_desktop.services.posting import post, withdraw
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.trust import Trust
from mel_desktop.store import agenda, blobs, identities, outgoing, reading
from mel_desktop.store.database import Database, Reader, Transaction

MOST_PART: Final = 256 * 1024  # encoded octets of a part that is fetched by itself
ANSWERING: Final = frozenset({Method.REPLY, Method.COUNTER})
ANSWERS: Final = frozenset({Answer.ACCEPTED, Answer.TENTATIVE, Answer.DECLINED})


class Agenda:
    """Events of one profile."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        reading: ReadingService,
        clock: Clock,
        randomness: Randomness,
        trust: Trust,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._reading = reading
        self._clock = clock
        self._randomness = randomness
        self._read = Remembered()
        self._taking = Taking(accounts, trust, clock, self._read)

    # -- what comes --------------------------------------------------------------------------------

    def look(self, account: AccountId) -> int:
        """Read calendar parts that came, fetching them; how many. Blocks (network).

        Trouble with the line ends it: what was not read is read next time.
        """

        def read(one: agenda.CalendarPart) -> bool:
            self._reading.fetch(one.message, one.number)
            if self.take(one.message):
                return True
            self._reading.load(one.message)  # its header: who vouches for the sender
            return self.take(one.message)  # not where the line failed: it shows what is here

        return read_each(
            self._database, account, agenda.CALENDAR, read,
            most_bytes=MOST_PART, now=self._clock.now(),
        )  # fmt: skip

    def take(self, message: MessageId) -> bool:
        """What the part of a message says changes the agenda, once. False: it is about a known
        event, and the header that tells whether the sender is proven is not here yet.
        NOT_FOUND | NOT_LOCAL.
        """
        with self._database.read() as reader:
            if agenda.is_seen(reader, message):
                return True
            octets = self._octets(reader, message)
            if octets is None:
                raise LocalRefusal(ErrorCode.NOT_LOCAL, message=message)
            if self._taking.lacks_header(reader, message, octets):
                return False

        def work(tx: Transaction) -> None:
            if agenda.is_seen(tx, message):
                return
            agenda.seen(tx, message)
            self._taking.take(tx, message, octets)

        self._database.write(work)
        return True

    def apply(self, message: MessageId) -> None:
        """A person wants what a message changes although its sender is doubted. NOT_FOUND |
        NOT_LOCAL | USAGE where there is nothing of the kind.
        """
        card = self.invitation(message)
        if card is None or card.event is None or not card.may_apply:
            raise LocalRefusal(ErrorCode.USAGE, why="no-invitation")
        uid = card.event.uid

        def work(tx: Transaction) -> None:
            self._taking.take(tx, message, self._octets(tx, message) or b"", chosen=uid)

        self._database.write(work, durable=True)

    # -- a message's card --------------------------------------------------------------------------

    def invitation(self, message: MessageId) -> Invitation | None:
        """What the calendar part of a message says; None: it has none. NOT_FOUND."""
        with self._database.read() as reader:
            part = agenda.part_of(reader, message, agenda.CALENDAR)
            if part is None:
                return None
            octets = self._octets(reader, message)
            if octets is None:
                return Invitation(message, part.account, part.number, Method.PLAIN, here=False)
            _, role = agenda.sender_of(reader, message)
            wanted = role not in ("junk", "trash", "drafts")
            wanted = wanted and not agenda.is_seen(reader, message)
        if wanted:
            self.take(message)
        with self._database.read() as reader:
            return self._card(reader, message, part.account, part.number, octets)

    def _card(
        self, reader: Reader, message: MessageId, account: AccountId, number: str, octets: bytes
    ) -> Invitation:
        from mel_desktop.formats.icalendar_reading import read_calendar  # noqa: PLC0415 seldom
        from mel_desktop.logic.recurring import is_followed, next_times  # noqa: PLC0415 seldom

        found = read_calendar(octets)
        bare = Invitation(message, account, number, found.method, troubles=found.troubles)
        events = found.events
        if found.method is Method.ADD:  # each by itself, not the series that it adds to
            events = tuple(event for event, _ in events_of(octets)) or events
        if not events:
            return bare
        event = events[0]
        now = self._clock.now()
        _, role = agenda.sender_of(reader, message)
        known = agenda.find(reader, self._read, account, event.uid, event.recurrence)
        judged = self._taking.judge(reader, message, account, found.method, event)
        if known is not None and found.method not in ANSWERING:  # those say what they say
            event = self._newest_guests(reader, event, known)
        troubles = set(found.troubles)
        if not is_followed(event.rule):
            troubles.add(CalendarTrouble.RULE)
        asks = found.method in ASKING and not judged.mine
        asks = asks and role not in ("sent", "drafts", "junk")
        may = asks and Doubt.OUTDATED not in judged.doubts
        may = may and not self._is_closed(reader, account, event, known)
        others: tuple[StoredEvent, ...] = ()
        if asks or found.method in (Method.PUBLISH, Method.PLAIN, Method.COUNTER):
            span = timedelta(days=130)
            others = agenda.between(
                reader, self._read, min(event.starts, now), max(event.ends, now + span)
            )
        return replace(
            bare,
            event=event,
            more=events[1:],
            known=known,
            invited=self._invited(reader, message, account, event),
            doubts=judged.doubts,
            troubles=tuple(sorted(troubles, key=lambda one: one.value)),
            conflicts=rules.conflicts(event, others, now),
            next_times=next_times(event, now, 3)
            if event.repeats and is_followed(event.rule)
            else (),
            mine=judged.mine,
            may_answer=may and not self._accounts.get(account).read_only,
            may_apply=judged.waits,
        )

    def _is_closed(
        self, reader: Reader, account: AccountId, event: Event, known: StoredEvent | None
    ) -> bool:
        """Whether no answer to it is due: it is cancelled, or I organise it."""
        about = known or agenda.find(reader, self._read, account, event.uid, "")
        if about is None:
            return False
        is_over = known is not None and known.standing is Standing.CANCELLED
        return is_over or about.standing is Standing.ORGANISED

    def _newest_guests(self, reader: Reader, event: Event, known: StoredEvent) -> Event:
        """With what guests answered since, where the event is one's own."""
        for guest in agenda.answers(reader, known.id):
            event = rules.with_answer(event, guest)
        return event

    def _invited(
        self, reader: Reader, message: MessageId, account: AccountId, event: Event
    ) -> Address | None:
        """The own identity among the guests, else the one that the message was sent to."""
        ours = identities.of_account(reader, self._accounts.get(account))
        guest = rules.guest_of(event, [one.address for one in ours])
        if guest is not None:
            one = next(one for one in ours if same_key(one.address) == same_key(guest.who.address))
            return one.sender
        original = outgoing.original(reader, message)
        found = addressed(ours, original.to, original.cc)
        return None if found is None else found.sender

    # -- answers -----------------------------------------------------------------------------------

    def answer(
        self, message: MessageId, answer: Answer, *, comment: str = "", tell: bool = True
    ) -> OutboxId | None:
        """Answer the invitation of a message; the letter that tells it, None where nobody is told.

        NOT_FOUND | NOT_LOCAL | USAGE where it cannot be answered.
        """
        card = self.invitation(message)
        if card is None or card.event is None or answer not in ANSWERS:
            raise LocalRefusal(ErrorCode.USAGE, why="no-invitation")
        if not card.may_answer:
            raise LocalRefusal(ErrorCode.USAGE, why="invitation-closed")
        account, uid = self._accounts.get(card.account), card.event.uid
        with self._database.read() as reader:
            octets = self._octets(reader, message) or b""

        def work(tx: Transaction) -> OutboxId | None:
            first: StoredEvent | None = None
            for event, ics in events_of(octets):
                if event.uid != uid and not self._taking.may(tx, message, event):
                    continue  # whose doubts were told is the one that is shown alone
                known = agenda.find(tx, self._read, account.id, event.uid, event.recurrence)
                if known is None or rules.is_newer(event, known.event):
                    invited = "" if card.invited is None else card.invited.address
                    self._taking.put(tx, account.id, event, ics, Standing.NONE, message, invited)
                    known = agenda.find(tx, self._read, account.id, event.uid, event.recurrence)
                if known is not None:
                    self._settle(tx, known, answer)
                    first = first or known
            if first is None:
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="event")
            return self._tell(tx, account, first, message, answer, comment) if tell else None

        return self._database.write(work, durable=True)

    def change(
        self, event: EventId, answer: Answer, *, comment: str = "", tell: bool = True
    ) -> OutboxId | None:
        """Another answer to an event of the agenda. NOT_FOUND | USAGE."""

        def work(tx: Transaction) -> OutboxId | None:
            known = agenda.get(tx, self._read, event)
            if answer not in ANSWERS or known.standing in (
                Standing.CANCELLED, Standing.ORGANISED, Standing.OWN,
            ):  # fmt: skip
                raise LocalRefusal(ErrorCode.USAGE, why="invitation-closed")
            self._settle(tx, known, answer)
            if not tell:
                return None
            account = self._accounts.get(known.account)
            return self._tell(tx, account, known, known.message, answer, comment)

        return self._database.write(work, durable=True)

    def withdraw(self, row: OutboxId) -> None:
        """An answer or a receipt that waits is not sent. NOT_FOUND | USAGE."""
        self._database.write(lambda tx: withdraw(tx, row), durable=True)

    def _settle(self, tx: Transaction, known: StoredEvent, answer: Answer) -> None:
        standing, now = rules.standing_of(answer), self._clock.now()
        agenda.set_standing(tx, known.id, standing, now)
        if not known.event.recurrence:
            for one in agenda.occurrences_of(tx, known.account, known.event.uid):
                if agenda.get(tx, self._read, one).standing is not Standing.CANCELLED:
                    agenda.set_standing(tx, one, standing, now)

    def _tell(
        self,
        tx: Transaction,
        account: Account,
        known: StoredEvent,
        message: MessageId | None,
        answer: Answer,
        comment: str,
    ) -> OutboxId | None:
        """The letter to the organiser, from the address that was invited; none to oneself."""
        from mel_desktop.formats.icalendar_writing import reply  # noqa: PLC0415 seldom

        event = known.event
        if event.organiser is None or "@" not in event.organiser.address:
            return None
        if same_key(event.organiser.address) in self._taking.own(tx, account.id):
            return None
        identity = self._identity(tx, account, known)
        me, now = identity.sender, self._clock.now()
        in_reply_to = ""
        references: tuple[str, ...] = ()
        if message is not None:
            original = outgoing.original(tx, message)
            in_reply_to = original.message_id
            references = (*original.references, original.message_id)
        subject = answer_subject(answer, event.title)
        letter = Outgoing(
            sender=me,
            to=(event.organiser,),
            cc=(),
            subject=subject,
            text=answer_text(answer, me.name or me.address, event.title, when(event), comment),
            date=now.astimezone(),
            message_id=new_message_id(me.address, self._randomness.token(16)),
            boundary=self._randomness.token(16).hex(),
            in_reply_to=in_reply_to,
            references=references,
        )
        calendar = reply(event, self._asked(event, me), answer, comment, now)
        by_account = identity.envelope is EnvelopeSender.ACCOUNT
        return post(
            tx,
            account,
            compose_answer(letter, calendar),
            message_id=letter.message_id,
            subject=subject,
            sender=account.email if by_account else me.address,
            recipients=(event.organiser.address,),
            now=now,
        )

    def _identity(self, tx: Transaction, account: Account, known: StoredEvent) -> Identity:
        ours = identities.of_account(tx, account)
        wanted = same_key(known.invited)
        found = next((one for one in ours if same_key(one.address) == wanted), None)
        return found or next((one for one in ours if one.is_default), ours[0])

    def _asked(self, event: Event, me: Address) -> Address:
        """As the invitation spells the guest: some programs compare letter by letter."""
        guest = rules.guest_of(event, (me.address,))
        return me if guest is None else replace(guest.who, name=guest.who.name or me.name)

    # -- agenda ------------------------------------------------------------------------------------

    def between(
        self, since: datetime, until: datetime, *, unanswered: bool = False
    ) -> tuple[Occurrence, ...]:
        """What takes place within a span, in order."""
        with self._database.read() as reader:
            found = agenda.between(reader, self._read, since, until)
        return rules.spread(found, since, until, unanswered=unanswered)

    def event(self, event: EventId) -> StoredEvent:
        """One event, with what its guests answered. NOT_FOUND."""
        with self._database.read() as reader:
            found = agenda.get(reader, self._read, event)
            return replace(found, event=self._newest_guests(reader, found.event, found))

    def add(self, message: MessageId) -> int:
        """What a message publishes becomes one's own; how many events. NOT_LOCAL | USAGE."""
        with self._database.read() as reader:
            part = agenda.part_of(reader, message, agenda.CALENDAR)
            octets = self._octets(reader, message)
        if part is None or octets is None:
            raise LocalRefusal(ErrorCode.NOT_LOCAL, message=message)
        return self._take_own(part.account, octets, message)

    def import_file(self, account: AccountId, octets: bytes) -> int:
        """Events of a file become one's own; how many are new or newer. BAD_FILE."""
        self._accounts.get(account)
        return self._take_own(account, octets, None)

    def _take_own(self, account: AccountId, octets: bytes, message: MessageId | None) -> int:
        from mel_desktop.formats.icalendar_reading import MOST_OF_FILE  # noqa: PLC0415 seldom

        found = list(events_of(octets, MOST_OF_FILE))
        if not found:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="no-events")

        def work(tx: Transaction) -> int:
            count = 0
            for event, ics in found:
                known = agenda.find(tx, self._read, account, event.uid, event.recurrence)
                if known is not None and (
                    not rules.is_newer(event, known.event)
                    and known.standing not in (Standing.CANCELLED, Standing.DECLINED)
                ):
                    continue
                standing = Standing.CANCELLED if event.cancelled else Standing.OWN
                if known is not None and known.standing in IN_AGENDA:
                    standing = known.standing
                self._taking.put(tx, account, event, ics, standing, message, "")
                count += 1
            return count

        return self._database.write(work, durable=True)

    def export(self, event: EventId | None = None) -> bytes:
        """One event, or all of the agenda, as a file. NOT_FOUND."""
        from mel_desktop.formats.icalendar_writing import joined  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            if event is not None:
                whole = agenda.get(reader, self._read, event)
                parts = (event, *(
                    ()
                    if whole.event.recurrence
                    else agenda.occurrences_of(reader, whole.account, whole.event.uid)
                ))  # fmt: skip
            else:
                parts = agenda.ids(reader, *IN_AGENDA)
            return joined(agenda.calendar_of(reader, one) for one in parts)

    def remove(self, event: EventId) -> None:
        """Forget an event here; nobody is told. NOT_FOUND."""
        self.event(event)
        self._database.write(lambda tx: agenda.remove(tx, event), durable=True)

    # -- inside ------------------------------------------------------------------------------------

    def _octets(self, reader: Reader, message: MessageId) -> bytes | None:
        """The calendar part, decoded; None: it is not here."""
        part = agenda.part_of(reader, message, agenda.CALENDAR)
        if part is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part")
        stored = reading.part(reader, message, part.number)
        if stored is not None and stored.complete and stored.blob is not None:
            return b"".join(blobs.read(reader, stored.blob))
        whole = reading.part(reader, message, reading.WHOLE)
        if whole is None or not whole.complete or whole.blob is None:
            return None
        raw = b"".join(blobs.read(reader, whole.blob))
        for one in split_structure(raw):
            if one.part.number == part.number:
                return decode_octets(raw[one.start : one.end], one.part.encoding)
        return None
