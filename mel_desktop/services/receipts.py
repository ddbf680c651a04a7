"""Receipts of reading (RFC 8098): sent by a person's choice only, and those that came shown.

Rule 1: nothing is sent by itself; at most one for a Message-ID, and none where another program of
the same person sent one ($MDNSent, RFC 3503) or decided not to.
Rule 2: not for lists, machines, junk, what I wrote myself, nor where IT says never.
Rule 3: a receipt that came is a stranger's word about a message that was sent from here.
"""

from __future__ import annotations

from typing import Final

from mel_desktop.logic.answers import is_machine
from mel_desktop.logic.compose import Outgoing, new_message_id, one_line
from mel_desktop.logic.compose_answers import (
    Shown,
    compose_receipt,
    receipt_subject,
    receipt_text,
)
from mel_desktop.logic.date_words import in_words
from mel_desktop.logic.identities import addressed, default_of
from mel_desktop.logic.mime import HeaderFields, parse_header
from mel_desktop.logic.paris import PARIS
from mel_desktop.logic.recipients import same_key
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.agenda import ReceiptAsked, ReceiptCame, ReceiptWish
from mel_desktop.model.errors import (
    ErrorCode,
    LocalRefusal,
)
from mel_desktop.model.mail import Address, Flags, MessageId
from mel_desktop.model.outgoing import OutboxId
from mel_desktop.model.policy import ReadingPolicy
from mel_desktop.model.submission import NO_SENDER
from mel_desktop.ports import Clock, Randomness
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.parts_that_came import read_each
from mel_desktop.services.posting import post
from mel_desktop.services.reading import ReadingService
from mel_desktop.store import agenda, deliveries, identities, outgoing, reading, receipts
from mel_desktop.store.database import Database, Reader, Transaction

SENT: Final = "$mdnsent"
MARK: Final = Flags(keywords=frozenset({SENT}))
ASKS: Final = b"disposition-notification-to"
NOTHING: Final = ReceiptAsked(ReceiptWish.NONE)
NOT_ANSWERED: Final = ("junk", "trash", "sent", "drafts")


class Receipts:
    """Receipts of one profile."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        reading: ReadingService,
        mailbox: MailboxService,
        clock: Clock,
        randomness: Randomness,
        policy: ReadingPolicy,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._reading = reading
        self._mailbox = mailbox
        self._clock = clock
        self._randomness = randomness
        self._policy = policy

    # -- asked for by others -----------------------------------------------------------------------

    def asked(self, message: MessageId) -> ReceiptAsked:
        """Whether somebody asks for a receipt of this message, and what was done. NOT_FOUND."""
        with self._database.read() as reader:
            return self._asked(reader, message)

    def _asked(self, reader: Reader, message: MessageId) -> ReceiptAsked:
        from mel_desktop.formats.disposition import asked_addresses  # noqa: PLC0415 seldom

        stored = reading.message(reader, message)
        if stored is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
        if self._policy.receipts == "never" or ASKS not in stored.header.lower():
            return NOTHING  # before anything is parsed: nearly every message goes here
        fields = parse_header(stored.header)
        wanted = asked_addresses(fields.headers.get("disposition-notification-to", ()))
        if not wanted:
            return NOTHING
        sender, role = agenda.sender_of(reader, message)
        own = identities.own_addresses(reader)
        if role in NOT_ANSWERED or _is_bulk(fields) or is_machine(sender.address):
            return NOTHING
        if same_key(sender.address) in own or receipts.never(reader, same_key(sender.address)):
            return NOTHING
        wish = ReceiptWish.ASKED
        decided = receipts.decided(reader, stored.account, stored.message_id)
        if decided is not None:
            wish = ReceiptWish.SENT if decided else ReceiptWish.IGNORED
        elif SENT in stored.flags.keywords:
            wish = ReceiptWish.SENT
        name = sender.name if same_key(sender.address) == same_key(wanted[0]) else ""
        return ReceiptAsked(wish, Address(name, wanted[0]), _elsewhere(fields, sender, wanted))

    def send(self, message: MessageId) -> OutboxId:
        """Queue the receipt. NOT_FOUND | USAGE where none is due."""

        def work(tx: Transaction) -> OutboxId:
            asked = self._asked(tx, message)
            if asked.wish is not ReceiptWish.ASKED or asked.to is None:
                raise LocalRefusal(ErrorCode.USAGE, why="no-receipt-due")
            original = outgoing.original(tx, message)
            account = self._accounts.get(original.account)
            if account.read_only:
                raise LocalRefusal(ErrorCode.USAGE, why="no-receipt-due")
            now = self._clock.now()
            ours = identities.of_account(tx, account)
            me = (addressed(ours, original.to, original.cc) or default_of(ours)).sender
            subject = receipt_subject(original.subject)
            sent = (
                ""
                if original.sent_at is None
                else in_words(original.sent_at.astimezone(PARIS).date(), "fr")
            )
            letter = Outgoing(
                sender=me,
                to=(Address("", asked.to.address),),
                cc=(),
                subject=subject,
                text=receipt_text(original.subject, sent),
                date=now.astimezone(),
                message_id=new_message_id(me.address, self._randomness.token(16)),
                boundary=self._randomness.token(16).hex(),
                in_reply_to=original.message_id,
                references=(*original.references, original.message_id),
            )
            stored = reading.message(tx, message)
            fields = parse_header(b"" if stored is None else stored.header)
            shown = Shown(
                me.address,
                one_line(next(iter(fields.headers.get("original-recipient", ())), ""))[:300],
                original.message_id,
            )
            row = post(
                tx,
                account,
                compose_receipt(letter, shown),
                message_id=letter.message_id,
                subject=subject,
                sender=NO_SENDER,  # RFC 8098 3: nothing ever answers a receipt
                recipients=(asked.to.address,),
                now=now,
            )
            self._decide(tx, message, account.id, original.message_id, sent=True)
            return row

        return self._database.write(work, durable=True)

    def ignore(self, message: MessageId, *, never: bool = False) -> None:
        """Send none; ``never``: nor for any other message of this sender. NOT_FOUND."""

        def work(tx: Transaction) -> None:
            original = outgoing.original(tx, message)
            if never:
                receipts.set_never(tx, same_key(original.sender.address))
            self._decide(tx, message, original.account, original.message_id, sent=False)

        self._database.write(work, durable=True)

    def never(self) -> tuple[str, ...]:
        """Senders that are never answered."""
        with self._database.read() as reader:
            return receipts.all_never(reader)

    def forget_never(self, address: str) -> None:
        """Ask again about this sender."""
        self._database.write(lambda tx: receipts.forget_never(tx, same_key(address)))

    def _decide(
        self, tx: Transaction, message: MessageId, account: AccountId, name: str, *, sent: bool
    ) -> None:
        receipts.decide(tx, account, name, sent=sent, now=self._clock.now())
        self._mailbox.flag((message,), MARK, Flags(), tx=tx)

    # -- that came for own messages ----------------------------------------------------------------

    def came(self, message: MessageId) -> tuple[ReceiptCame, ...]:
        """Receipts of a message in Sent, oldest first."""
        with self._database.read() as reader:
            return receipts.came(reader, message)

    def look(self, account: AccountId) -> int:
        """Read receipts that came, fetching them whole; how many. Blocks (network)."""
        from mel_desktop.formats.disposition import MOST_BYTES  # noqa: PLC0415 seldom

        return read_each(
            self._database, account, agenda.RECEIPT, lambda one: self._read(account, one.message),
            most_bytes=MOST_BYTES, now=self._clock.now(),
        )  # fmt: skip

    def _read(self, account: AccountId, message: MessageId) -> bool:
        from mel_desktop.formats.disposition import read_receipt  # noqa: PLC0415 seldom

        receipt = read_receipt(self._reading.load_raw(message))

        def work(tx: Transaction) -> bool:
            agenda.seen(tx, message)
            if receipt is None:
                return False
            about = deliveries.sent_from_here(tx, account, (receipt.message_id,))
            if about is None:
                return False
            at = outgoing.original(tx, message).received_at
            receipts.record(
                tx, account, about, receipt.recipient,
                displayed=receipt.displayed, at=at, report=message,
            )  # fmt: skip
            return True

        return self._database.write(work)


def _is_bulk(fields: HeaderFields) -> bool:
    """Lists and machines (RFC 2919, 3834): what they ask for is asked of everybody."""
    heads = fields.headers
    if "list-id" in heads or "list-post" in heads:
        return True
    if any(one.strip().lower() != "no" for one in heads.get("auto-submitted", ())):
        return True
    slow = {one.strip().lower() for one in heads.get("precedence", ())}
    return bool(slow & {"bulk", "list", "junk"})


def _elsewhere(fields: HeaderFields, sender: Address, wanted: tuple[str, ...]) -> bool:
    """Whether the receipt would go to another than who sent it (RFC 8098 2.1)."""
    if len(wanted) > 1:
        return True
    paths = {same_key(one.strip().strip("<>")) for one in fields.headers.get("return-path", ())} - {
        ""
    }
    key = same_key(wanted[0])
    return key != same_key(sender.address) or bool(paths and key not in paths)
