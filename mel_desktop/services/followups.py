"""Answers that are waited for: from others by a day that was set, from oneself to a question.

Nothing of it needs the network: conversations tell. Replies of machines are no answers.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from mel_desktop.logic.answers import asks, is_answer, is_machine
from mel_desktop.logic.recipients import same_key
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.followups import Followup, FollowupKind, FollowupState
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import DraftId
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.store import followups, outgoing
from mel_desktop.store.database import Database, Transaction

ASKED_AFTER: Final = timedelta(days=1)
ASKED_UNTIL: Final = timedelta(days=30)


class Followups:
    """What waits for an answer."""

    def __init__(self, database: Database, accounts: Accounts, clock: Clock) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock

    def wish(self, draft: DraftId, due: datetime) -> None:
        """Wait for an answer to this draft, once it is sent. NOT_FOUND."""

        def work(tx: Transaction) -> None:
            found = outgoing.draft(tx, draft)
            people = (*found.content.to, *found.content.cc, *found.content.bcc)
            followups.wish(
                tx,
                found.account,
                draft,
                subject=found.content.subject,
                people=[one.address for one in people],
                due=due,
                now=self._clock.now(),
            )

        self._database.write(work, durable=True)

    def wait_for(self, message: MessageId, due: datetime) -> None:
        """Wait for an answer to a message in Sent. NOT_FOUND."""
        self._database.write(lambda tx: followups.wait_for(tx, message, due), durable=True)

    def settle(self) -> None:
        """Look at what came: wishes learn their Message-ID, answers end the waiting."""
        self._database.write(followups.link)
        own = [one.email for one in self._accounts.all()]
        with self._database.read() as reader:
            answered = [
                one.id
                for one in followups.awaited(reader)
                if one.message is not None
                and any(
                    is_answer(
                        one.message_id,
                        one.people,
                        own,
                        sender=later.sender,
                        in_reply_to=later.in_reply_to,
                        references=later.references,
                        subject=later.subject,
                        header=later.header,
                    )
                    for later in followups.later_in_conversation(reader, one)
                )
            ]
        if answered:
            self._database.write(lambda tx: self._end(tx, answered))

    def with_people(self, addresses: Collection[str]) -> tuple[Followup, ...]:
        """Those with any of these addresses (logic.recipients.same_key), ordered as all are."""
        if not addresses:
            return ()
        return tuple(
            one
            for one in self.all(addresses)
            if any(same_key(address) in addresses for address in one.people)
        )

    def all(self, senders: Collection[str] | None = None) -> tuple[Followup, ...]:
        """From them first, the first due ahead; then from me (asked by ``senders``, if given), the
        newest ahead.
        """
        now = self._clock.now()
        own = {one.email.lower() for one in self._accounts.all()}
        with self._database.read() as reader:
            awaited = followups.awaited(reader)
            asked = followups.asked(reader, now - ASKED_UNTIL, now - ASKED_AFTER, senders)
        theirs = [
            Followup(
                f"t{one.id}",
                FollowupKind.FROM_THEM,
                one.account,
                one.message,
                one.message_id,
                one.subject,
                one.people,
                one.sent_at,
                one.due_at,
                FollowupState.DUE if one.due_at <= now else FollowupState.WAITING,
            )
            for one in awaited
        ]
        mine = [
            Followup(
                f"m{found.message}",
                FollowupKind.FROM_ME,
                found.account,
                found.message,
                found.message_id,
                found.subject,
                (found.sender,),
                found.received_at,
                None,
                FollowupState.WAITING,
            )
            for found in asked
            if len(found.to) == 1
            and found.to[0].lower() in own
            and found.sender.lower() not in own
            and not is_machine(found.sender)
            and asks(found.text)
        ]
        return (*theirs, *mine)

    def _end(self, tx: Transaction, answered: list[int]) -> None:
        for id_ in answered:
            followups.set_state(tx, id_, "answered")

    def dismiss(self, wanted: str) -> None:
        """Nothing is waited for any more. NOT_FOUND."""
        kind, number = _parsed(wanted)
        if kind is FollowupKind.FROM_THEM:
            self._database.write(
                lambda tx: followups.set_state(tx, number, "dismissed"), durable=True
            )
        else:
            self._database.write(
                lambda tx: followups.dismiss_question(tx, MessageId(number)), durable=True
            )

    def postpone(self, wanted: str, due: datetime) -> None:
        """Another day. NOT_FOUND | USAGE: a question to oneself has none."""
        kind, number = _parsed(wanted)
        if kind is FollowupKind.FROM_ME:
            raise LocalRefusal(ErrorCode.USAGE, kind="followup")
        self._database.write(lambda tx: followups.postpone(tx, number, due), durable=True)

    def newly_due(self) -> int:
        """How many have become due since this was last asked."""
        now = self._clock.now()
        with self._database.read() as reader:
            live = [one.id for one in followups.awaited(reader) if one.due_at <= now]
        if not live:
            return 0
        return self._database.write(lambda tx: followups.tell_due(tx, now, live))


def _parsed(wanted: str) -> tuple[FollowupKind, int]:
    kind = {"t": FollowupKind.FROM_THEM, "m": FollowupKind.FROM_ME}.get(wanted[:1])
    if kind is None or not wanted[1:].isascii() or not wanted[1:].isdigit():
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="followup")
    return kind, int(wanted[1:])
