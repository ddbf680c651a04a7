"""The outbox: every message leaves once, is filed once, and is never a dead end.

::

    queued ──claim──> sending ──250──> accepted ──copy in Sent──> filed
      ^  ^               │ │
      │  └── 4yz, line ──┘ ├── 5yz ──────> failed ── person: retry, take back
      │      lost before   └── line lost after the final dot ──> unknown
      └───────── person, after Sent was searched ──────────────────┘ └─ found in Sent ─> filed

Rule 1: a row is claimed by one transaction; what is found in sending at the beginning of a pass is
the trace of a kill: back to queued when the final dot had not left, else unknown.
Rule 2: unknown is never sent again by itself: Sent is searched (``filing``), and only a search made
late enough counts (``logic.unanswered``); a person decides.
Rule 3: trouble with the line is no attempt and delays nothing. A temporary refusal is, and does.
Rule 4: one message never blocks another; one account never another. Passes of one account take
turns, or order would be lost.
Rule 5: filing searches Sent for the Message-ID before each APPEND.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from mel_desktop.logic.pacing import retry_delay
from mel_desktop.logic.recipients import same_key
from mel_desktop.logic.unanswered import RECHECK, is_absent, may_be_in_doubt, next_search
from mel_desktop.model.accounts import AccountId, AccountState
from mel_desktop.model.errors import (
    HOLDING,
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
    ServerSaid,
    StoreTrouble,
)
from mel_desktop.model.outgoing import (
    Draft,
    DraftState,
    OutboxId,
    OutboxRow,
    OutboxState,
    SendReport,
)
from mel_desktop.model.submission import NO_SENDER, WITHIN
from mel_desktop.model.values import dataclass
from mel_desktop.ports import (
    AllRefused,
    Clock,
    RefusedRecipient,
    Reports,
    SubmissionReceipt,
)
from mel_desktop.services.acceptance import Acceptance
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.filing import Filing, words
from mel_desktop.services.pacing import NoPace, Pacing
from mel_desktop.services.patience import Patience
from mel_desktop.services.sessions import Sessions
from mel_desktop.store import blobs, outbox, outboxbytes, outgoing
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.outbox import Waiting

if TYPE_CHECKING:
    from mel_desktop.services.big_mail import BigMail

logger = logging.getLogger("mel.outbox")

S = OutboxState
FILED_SHOWN: Final = timedelta(days=7)
DRAFTS_KEPT: Final = timedelta(days=30)
CLEAN_EVERY_S: Final = 3600.0
UNFINISHED_AFTER: Final = timedelta(hours=6)  # a copy of a file that was never listed
LIMIT_PAUSE: Final = timedelta(minutes=10)  # a window of the national service's sending limits
LONGEST_PAUSE: Final = timedelta(hours=2)
HOUR_PASSED: Final = "hour-passed"
WAITS_FOR_LINE: Final = "waits-for-line"
PACED: Final = "paced"  # app.reasons: the provider's limits let no more go for now
PARTIAL_ATTEMPTS: Final = 8  # then recipients that were put off are given up, and that is said
MAX_ROUNDS: Final = 50  # of one message, to servers that take few recipients at a time
SIGN_IN: Final = HOLDING | {ErrorCode.SIGN_IN_ON_HOLD, ErrorCode.NO_PASSWORD}
_SIGN_IN_TEXTS: Final = frozenset(code.text for code in SIGN_IN)
OF_THE_MESSAGE: Final = frozenset({
    ErrorCode.RECIPIENT_REFUSED, ErrorCode.SENDER_REFUSED, ErrorCode.MESSAGE_REFUSED,
    ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.NO_SMTPUTF8, ErrorCode.SERVER_REFUSED,
    ErrorCode.MAILBOX_FULL, ErrorCode.BAD_ADDRESS, ErrorCode.USAGE, ErrorCode.TOO_LARGE,
    ErrorCode.DAMAGED,
})  # fmt: skip
_NOT_READY: Final = {
    AccountState.ON_HOLD: ErrorCode.SIGN_IN_ON_HOLD,
    AccountState.NO_PASSWORD: ErrorCode.NO_PASSWORD,
}
BEFORE_MAIL: Final = frozenset({"connect", "ehlo", "auth"})  # says nothing about this message


class _StopAccount(Exception):
    """Nothing more can be sent for this account in this pass; not an error of the tree."""

    def __init__(self, *, sign_in: bool = False) -> None:
        super().__init__()
        self.sign_in = sign_in


@dataclass(slots=True)
class _Pass:
    """What one pass over one account did."""

    accepted: int = 0
    failed: int = 0
    filed: int = 0


class Outbox:
    """Outgoing messages of one profile."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        sessions: Sessions,
        clock: Clock,
        pace: Pacing | None = None,
        is_late: Callable[[Waiting, datetime], bool] = lambda one, now: False,
        big_mail: BigMail | None = None,
    ) -> None:
        """``is_late``: whether the hour that was chosen for a message is over for too long."""
        self._database = database
        self._accounts = accounts
        self._sessions = sessions
        self._clock = clock
        self._pace = pace or NoPace()
        self._is_late = is_late
        self._big_mail = big_mail
        self._turns: dict[AccountId, threading.Lock] = {}
        self._guard = threading.Lock()
        self._clean_after = float("-inf")
        self._patience = Patience()
        self._acceptance = Acceptance(database, clock)
        self._filing = Filing(database, sessions, clock, self._acceptance)

    # -- what screens ask --------------------------------------------------------------------------

    def rows(self) -> tuple[OutboxRow, ...]:
        """Newest first: all that is open, and what was filed in the last days."""
        with self._database.read() as reader:
            return outbox.rows(reader, self._clock.now() - FILED_SHOWN)

    def retry(self, row: OutboxId, *, in_doubt: bool = False) -> None:
        """Due at once, whatever it waited for, and on any line.

        NEEDS_DECISION of a message that may have left while Sent does not say that it is not there;
        ``in_doubt``: a person takes the risk where Sent cannot be searched.
        """

        def work(tx: Transaction) -> None:
            found = outbox.row(tx, row)
            if found.state is S.UNKNOWN:
                self._require_word_of_sent(tx, row, in_doubt=in_doubt)
            if found.state in (S.SENDING, S.FILED):
                raise LocalRefusal(ErrorCode.USAGE, why=f"outbox-{found.state.value}")
            outbox.set_next_attempt(tx, row, 0, None)
            outbox.set_due_now(tx, row)
            outbox.set_at_once(tx, row)
            if found.state is not S.ACCEPTED:  # accepted: only the filing is tried again
                now = self._clock.now()
                places = (S.FAILED, S.HELD, S.UNKNOWN, S.QUEUED)
                outbox.move(tx, row, S.QUEUED, come_from=places, now=now)

        self._database.write(work, durable=True)

    def cancel(self, row: OutboxId) -> Draft:
        """Back into the drafts, exactly the revision that was queued."""

        def work(tx: Transaction) -> Draft:
            found = outbox.row(tx, row)
            if found.state in (S.SENDING, S.ACCEPTED, S.FILED):
                raise LocalRefusal(ErrorCode.USAGE, why=f"outbox-{found.state.value}")
            if found.state is S.UNKNOWN:
                self._require_word_of_sent(tx, row, in_doubt=True)  # nothing leaves by itself
            if outbox.taken(tx, row):
                raise LocalRefusal(ErrorCode.NEEDS_DECISION, why="partly-sent", row=row)
            draft = outbox.draft_of(tx, row)
            if draft is None:
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="draft")
            outbox.delete(tx, row)
            outgoing.set_state(tx, draft, DraftState.EDITING, self._clock.now())
            blobs.drop_unused(tx)
            return outgoing.draft(tx, draft)

        return self._database.write(work, durable=True)

    def _require_word_of_sent(self, tx: Transaction, row: OutboxId, *, in_doubt: bool) -> None:
        """Sent was searched late enough; or it cannot be, and a person knows of the doubt."""
        word = outbox.word_of_sent(tx, row)
        if is_absent(word) or (in_doubt and may_be_in_doubt(word, self._clock.now())):
            return
        raise LocalRefusal(ErrorCode.NEEDS_DECISION, why="sent-not-searched", row=row)

    # -- the pass ----------------------------------------------------------------------------------

    def send_due(self, account: AccountId | None = None, row: OutboxId | None = None) -> SendReport:
        """One pass: send what is due, look for what is unknown, file what was accepted.

        ``row`` is tried now whatever was planned. Trouble with servers is in the rows, not raised;
        raises Cancelled, StoreTrouble, NOT_FOUND.
        """
        if row is not None:
            with self._database.read() as reader:
                account = outbox.account_of(reader, row)
        chosen = [one.id for one in self._accounts.all() if account in (None, one.id)]
        total = _Pass()
        for one in chosen:
            with self._turn(one):
                self._pass(one, row, total)
        states = [waits.state for one in chosen for waits in self._open(one)]
        self._clean()
        return SendReport(
            accepted=total.accepted,
            filed=total.filed,
            failed=total.failed,
            waiting=sum(state in (S.QUEUED, S.HELD, S.SENDING) for state in states),
            unknown=states.count(S.UNKNOWN),
        )

    def _pass(self, account: AccountId, only: OutboxId | None, total: _Pass) -> None:
        self._recover(account)
        waiting = [one for one in self._open(account) if only in (None, one.id)]
        forced = only is not None
        due = [one for one in waiting if one.state is S.QUEUED and self._is_due(one, forced)]
        if not forced:
            due = self._without_late(due)
        if not due and not any(self._wants_look(one, forced) for one in waiting):
            return
        state = self._accounts.get(account).state
        if state is not AccountState.READY:  # a person must act first; no reason is overwritten
            silent = [one for one in due if one.reason not in _SIGN_IN_TEXTS]
            self._say(silent, ServerSaid(_NOT_READY[state]))
            self._filing.cannot_search(waiting, _NOT_READY[state])
            return
        try:
            self._sessions.check()
            for one in self._patience.in_order(self._without_big(account, due)):
                self._send(one, total)
        except _StopAccount as stop:
            if stop.sign_in:
                return
        except ConnectionTrouble as error:  # offline: nothing was tried
            self._say(waiting, error)
            return
        self._file_all(account, only, total)

    @contextmanager
    def _turn(self, account: AccountId) -> Iterator[None]:
        with self._guard:
            turn = self._turns.setdefault(account, threading.Lock())
        with turn:
            yield

    def _recover(self, account: AccountId) -> None:
        """Nobody sends for this account now: rows in sending are what a kill left."""
        found = [one.id for one in self._open(account) if one.state is S.SENDING]
        if not found:
            return
        now = self._clock.now()

        def work(tx: Transaction) -> None:
            outbox.recover(tx, account, now)
            for one in found:
                if outbox.row(tx, one).state is S.UNKNOWN:  # as in _leave_sending
                    self._pace.note(tx, account, len(outbox.tried(tx, one)), now)

        self._database.write(work, durable=True)

    def _open(self, account: AccountId) -> tuple[Waiting, ...]:
        with self._database.read() as reader:
            return outbox.open_rows(reader, account)

    def _is_due(self, one: Waiting, forced: bool) -> bool:
        chosen = one.not_before is None or one.not_before <= self._clock.now()
        return forced or (chosen and self._is_time(one.next_attempt))

    def _without_late(self, due: list[Waiting]) -> list[Waiting]:
        """Those whose hour is over for too long are held: a person decides."""
        now = self._clock.now()
        late = [one.id for one in due if self._is_late(one, now)]
        if late:
            self._database.write(lambda tx: outbox.hold(tx, late, HOUR_PASSED, now), durable=True)
        return [one for one in due if one.id not in late]

    def _without_big(self, account: AccountId, due: list[Waiting]) -> list[Waiting]:
        """Big ones stay where the line is a bad one, and the others pass them."""
        rule = self._big_mail
        big = [one for one in due if rule and not one.at_once and rule.is_big(one.size)]
        if rule is None or not big:
            return due
        if not rule.knows_line(account):
            with (
                suppress(ConnectionTrouble, ServerSaid, ServerBroken),
                self._sessions.mail(account),
            ):
                pass  # filing needs it anyway, and to connect measures the line
        from mel_desktop.services.big_mail import waited  # noqa: PLC0415 first needed here

        now = self._clock.now()
        stay = [one for one in big if rule.waits(account, one.size, waited(one.since, now))]
        news = [one.id for one in stay if one.reason != WAITS_FOR_LINE]
        if news:
            self._database.write(lambda tx: outbox.set_reason(tx, news, WAITS_FOR_LINE))
        return [one for one in due if one not in stay]

    def _is_time(self, planned: datetime | None) -> bool:
        """Whether a pause is over; one longer than any we make came from a clock that was wrong."""
        now = self._clock.now()
        return planned is None or not now < planned <= now + LONGEST_PAUSE

    def _wants_look(self, one: Waiting, forced: bool) -> bool:
        """Whether Sent has to be opened for this row."""
        if one.state is S.ACCEPTED:
            return forced or self._is_time(one.next_attempt)
        if one.state is S.UNKNOWN:
            now = self._clock.now()
            return forced or not now < next_search(one.word) <= now + RECHECK
        return False

    def _say(self, rows: Iterable[Waiting], error: MelError) -> None:
        """Why rows wait, written only where that is news."""
        news = [one.id for one in rows if one.reason != error.code.text and one.state is S.QUEUED]
        if news:
            self._database.write(lambda tx: outbox.set_reason(tx, news, error.code.text))

    def _clean(self) -> None:
        """Now and then: rows filed long ago, drafts sent or thrown away long ago, their octets."""
        if self._clock.monotonic() < self._clean_after:
            return
        self._clean_after = self._clock.monotonic() + CLEAN_EVERY_S
        now = self._clock.now()

        def work(tx: Transaction) -> None:
            removed = outbox.remove_old(tx, now - FILED_SHOWN)
            removed += outgoing.remove_old(tx, now - DRAFTS_KEPT)
            removed += outgoing.remove_unlisted(tx, now - UNFINISHED_AFTER)
            if removed:
                blobs.drop_unused(tx, before=now - UNFINISHED_AFTER)

        self._database.write(work)

    # -- sending -----------------------------------------------------------------------------------

    def _send(self, one: Waiting, total: _Pass) -> None:
        """One message to its end; _StopAccount when the next one would fare no better."""
        for _ in range(MAX_ROUNDS):
            now = self._clock.now()
            tried = self._portion(one, now)
            if not tried:
                return  # the pace holds it
            if not self._database.write(
                partial(_claim, one=one, now=now, tried=tried), durable=True
            ):
                return  # taken back meanwhile, or put off
            try:
                receipt = self._submit(one, tried)
            except MelError as error:
                logger.info("outbox %d: %s", one.id, error)
                if not self._settle_trouble(one, error, total):
                    return
                one = replace(one, attempts=0)
                continue
            logger.info("outbox %d: taken, %d refused", one.id, len(receipt.refused))
            if not self._settle_receipt(one, tried, receipt, total):
                return

    def _portion(self, one: Waiting, now: datetime) -> tuple[str, ...]:
        """The recipients that may be written to now; () where the limits let none go yet."""
        with self._database.read() as reader:
            left = outbox.recipients_left(reader, one.id)
        if not left:
            return left
        found = self._pace.portion(one.account, now, len(left))
        if not found.recipients:
            until = found.until or now + LIMIT_PAUSE
            self._database.write(
                lambda tx: outbox.hold_back(tx, one.id, until, PACED, f"{len(left)}")
            )
        return left[: found.recipients]

    def _submit(self, one: Waiting, tried: Sequence[str]) -> SubmissionReceipt:
        with self._database.read() as reader:
            data = b"".join(blobs.read(reader, outbox.blob_of(reader, one.id)))

        def mark(refused: tuple[RefusedRecipient, ...]) -> None:
            missed = {who.address for who in refused}
            may_have_it = [who for who in tried if who not in missed]
            self._database.write(
                lambda tx: outbox.set_handed_over(tx, one.id, may_have_it), durable=True
            )

        return self._sessions.submit(
            one.account,
            one.sender,
            tried,
            data,
            before_final_dot=mark,
            reports=None if one.sender == NO_SENDER else Reports(one.message_id, one.confirm),
        )

    def _settle_receipt(
        self, one: Waiting, tried: Sequence[str], receipt: SubmissionReceipt, total: _Pass
    ) -> bool:
        """Record an acceptance. True when others are left who may be written to at once."""
        now = self._clock.now()
        later = [who for who in receipt.refused if who.reply_code // 100 == 4]
        if one.attempts + 1 >= PARTIAL_ATTEMPTS:
            later = []
        never = [who for who in receipt.refused if who not in later]
        full = bool(later) and all(who.reply_code == 452 for who in later)

        def work(tx: Transaction) -> bool:
            missed = {same_key(who.address) for who in receipt.refused}
            taken = [address for address in tried if same_key(address) not in missed]
            outbox.note_taken(tx, one.id, taken, never)
            self._pace.note(tx, one.account, len(taken), now)
            if not later:
                if not outbox.recipients_left(tx, one.id):
                    self._acceptance.accept(tx, one.id, now)
                    return False
                outbox.move(tx, one.id, S.QUEUED, come_from=(S.SENDING,), now=now)
                return True
            outbox.move(
                tx,
                one.id,
                S.QUEUED,
                come_from=(S.SENDING,),
                now=now,
                reason=ErrorCode.SERVER_TEMPORARY.text,
                detail=f"{later[0].reply_code} {later[0].reply}",
            )
            if not full:
                at = now + retry_delay(one.attempts + 1, one.id)
                outbox.set_next_attempt(tx, one.id, one.attempts + 1, at)
            return full

        again = self._database.write(work, durable=True)
        if not later and not again:
            total.accepted += 1
            self._acceptance.mark_original(one.draft)
        return again

    def _settle_trouble(self, one: Waiting, error: MelError, total: _Pass) -> bool:
        """Record why a message did not go; raise what ends the pass of this account or of all.

        True when others are left who may be written to at once.
        """
        early = error.facts.get("phase") in BEFORE_MAIL
        if error.code is ErrorCode.SENDING_UNKNOWN:
            self._leave_sending(one, S.UNKNOWN, error)
        elif error.code in OF_THE_MESSAGE and not early:
            return self._settle_permanent(one, error, total)
        elif isinstance(error, StoreTrouble):
            raise error  # the row stays in sending; the next pass knows what that means
        elif isinstance(error, Cancelled):
            self._leave_sending(one, S.QUEUED, None)
            raise error
        elif isinstance(error, (ConnectionTrouble, LocalRefusal)) or error.code in SIGN_IN:
            if error.facts.get("phase") == WITHIN:
                self._patience.note(one.id)
            self._leave_sending(one, S.QUEUED, error)
            self._say([other for other in self._open(one.account) if other.id != one.id], error)
            raise _StopAccount(sign_in=error.code in SIGN_IN)
        else:
            return self._settle_temporary(one, error, total, whole_account=early)
        return False

    def _leave_sending(self, one: Waiting, to: OutboxState, error: MelError | None) -> None:
        now = self._clock.now()
        reason, detail = words(error)

        def work(tx: Transaction) -> None:
            outbox.move(
                tx, one.id, to, come_from=(S.SENDING,), now=now, reason=reason, detail=detail
            )
            if to is S.UNKNOWN:  # the server may have taken it, and counted it
                self._pace.note(tx, one.account, len(outbox.tried(tx, one.id)), now)

        self._database.write(work, durable=True)

    def _settle_permanent(self, one: Waiting, error: MelError, total: _Pass) -> bool:
        """Failed; or, where some recipients have it already, accepted without the others."""
        left = self._give_up_rest(one, error, total)
        if left is None:
            self._leave_sending(one, S.FAILED, error)
            total.failed += 1
        return bool(left)

    def _give_up_rest(self, one: Waiting, error: MelError, total: _Pass) -> int | None:
        """Record the rest of a message that was taken for some as refused; None: for nobody yet.

        Of a portion whose recipients were all refused, these alone; how many are left then.
        """
        now = self._clock.now()
        reply_code = error.facts.get("reply", 0)
        code = reply_code if isinstance(reply_code, int) else 0

        def work(tx: Transaction) -> int | None:
            if not outbox.taken(tx, one.id):
                return None
            said = words(error)[1]
            gone = [RefusedRecipient(who, code, said) for who in outbox.recipients_left(tx, one.id)]
            if isinstance(error, AllRefused):  # the others were not asked for yet
                gone = list(error.refused)
            outbox.note_taken(tx, one.id, (), gone)
            left = outbox.recipients_left(tx, one.id)
            if left:
                outbox.move(tx, one.id, S.QUEUED, come_from=(S.SENDING,), now=now)
                outbox.set_next_attempt(tx, one.id, 0, None)
            else:
                self._acceptance.accept(tx, one.id, now)
            return len(left)

        left = self._database.write(work, durable=True)
        if left == 0:
            total.accepted += 1
            self._acceptance.mark_original(one.draft)
        return left

    def _settle_temporary(
        self, one: Waiting, error: MelError, total: _Pass, *, whole_account: bool
    ) -> bool:
        """Back into the queue with a pause; a reply about the sender pauses the whole account.

        True when others are left who may be written to at once.
        """
        now = self._clock.now()
        attempts = one.attempts + 1
        limit = error.code is ErrorCode.SENDING_LIMIT
        whole_account |= limit or isinstance(error, ServerBroken) or error.facts.get("reply") == 421
        if attempts >= PARTIAL_ATTEMPTS and not whole_account:  # it is about these recipients
            left = self._give_up_rest(one, error, total)
            if left is not None:
                return left > 0
        pause = retry_delay(attempts, one.id)
        at = now + (max(pause, LIMIT_PAUSE) if limit else pause)
        reason, detail = words(error)

        def work(tx: Transaction) -> None:
            outbox.move(
                tx, one.id, S.QUEUED, come_from=(S.SENDING,), now=now, reason=reason, detail=detail
            )
            outbox.set_next_attempt(tx, one.id, attempts, at)
            if whole_account:
                outbox.postpone(tx, one.account, at, reason)

        self._database.write(work, durable=True)
        if whole_account:
            raise _StopAccount
        return False

    # -- filing ------------------------------------------------------------------------------------

    def _file_all(self, account: AccountId, only: OutboxId | None, total: _Pass) -> None:
        """Look into Sent for what is unknown, put there what was accepted."""
        rows = [
            one
            for one in self._open(account)
            if only in (None, one.id) and self._wants_look(one, only is not None)
        ]
        filed = self._filing.file(account, rows) if rows else ()
        total.filed += len(filed)
        for one in filed:
            if one.state is S.UNKNOWN:
                total.accepted += 1
                self._acceptance.mark_original(one.draft)


def _claim(tx: Transaction, one: Waiting, now: datetime, tried: Sequence[str]) -> bool:
    is_first = outboxbytes.is_untouched(tx, one.id)
    if not outbox.claim(tx, one.id, now, tried, one.not_before):
        return False
    if is_first:
        from mel_desktop.services import dating  # noqa: PLC0415 writes messages anew: seldom

        dating.renew(tx, one, now)
    return True
