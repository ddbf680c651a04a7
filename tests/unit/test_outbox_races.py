"""What a person decides during a pass, and recipients whom a refusal does not concern."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, ServerSaid
from mel_desktop.model.outgoing import OutboxId, OutboxState
from mel_desktop.model.sending import Allowance, RecipientState
from mel_desktop.model.submission import WITHIN
from mel_desktop.ports import (
    AllRefused,
    HandedOver,
    RefusedRecipient,
    Reports,
    SubmissionReceipt,
)
from mel_desktop.services.outbox import PARTIAL_ATTEMPTS, Outbox
from mel_desktop.services.outbox_wishes import OutboxWishes
from mel_desktop.services.patience import PATIENCE
from mel_desktop.store import outbox
from mel_desktop.store.database import Transaction
from tests.support.post_office import PostOffice, post_office


class Post:
    """A submission that takes everything; ``before`` is called first with the recipients."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, ...]] = []
        self.before: Callable[[tuple[str, ...]], object] = lambda people: None

    def submit(
        self,
        account: AccountId,
        sender: str,
        recipients: Sequence[str],
        data: bytes,
        *,
        before_final_dot: HandedOver | None = None,
        reports: Reports | None = None,
    ) -> SubmissionReceipt:
        people = tuple(recipients)
        self.before(people)
        assert before_final_dot is not None
        before_final_dot(())
        self.taken.append(people)
        return SubmissionReceipt()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def post(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post()
    monkeypatch.setattr(office.sessions, "submit", made.submit)
    return made


def test_an_hour_chosen_while_others_leave_is_kept(office: PostOffice, post: Post) -> None:
    account = office.add_account()
    office.queue(account, "paul@ac-exemple.test")
    second = office.queue(account, "anne@ac-exemple.test")
    at = office.clock.now() + timedelta(hours=12)

    def choose(people: tuple[str, ...]) -> None:
        if people == ("paul@ac-exemple.test",):
            OutboxWishes(office.database, office.clock).set_hour(second.id, at)

    post.before = choose
    office.outbox.send_due()
    assert post.taken == [("paul@ac-exemple.test",)]
    row = office.row(second.id)
    assert (row.state, row.next_attempt) == (OutboxState.QUEUED, at)
    office.outbox.send_due(row=second.id)  # a person wants it now
    assert post.taken[1:] == [("anne@ac-exemple.test",)]


class Two:
    """A pace that lets two recipients go at a time."""

    def portion(self, account: AccountId, now: datetime, left: int) -> Allowance:
        return Allowance(min(left, 2), None)

    def note(self, tx: Transaction, account: AccountId, recipients: int, now: datetime) -> None:
        """Nothing is kept."""


def paced(office: PostOffice) -> Outbox:
    return Outbox(office.database, office.accounts, office.sessions, office.clock, Two())


def refuse(*people: str, code: int = 550) -> None:
    kind = ErrorCode.RECIPIENT_REFUSED if code >= 500 else ErrorCode.SERVER_TEMPORARY
    error = ServerSaid(kind, said="no such person", phase="rcpt", reply=code)
    raise AllRefused(error, tuple(RefusedRecipient(one, code, "no such person") for one in people))


def letters(office: PostOffice, row: OutboxId) -> dict[str, RecipientState]:
    told = OutboxWishes(office.database, office.clock).details(row)
    return {one.address.partition("@")[0]: one.state for one in told.recipients}


def test_a_portion_refused_whole_says_nothing_of_those_not_asked_for_yet(
    office: PostOffice, post: Post
) -> None:
    office.outbox = paced(office)
    people = [f"{name}@ac-exemple.test" for name in "abcdef"]
    row = office.queue(office.add_account(), *people)
    post.before = lambda asked: refuse(*asked) if people[2] in asked else None
    office.outbox.send_due()
    assert post.taken == [tuple(people[:2]), tuple(people[4:])]
    assert office.row(row.id).state is OutboxState.FILED
    assert letters(office, row.id) == {
        **dict.fromkeys("abef", RecipientState.TAKEN),
        **dict.fromkeys("cd", RecipientState.REFUSED),
    }


def test_a_portion_put_off_too_often_gives_up_itself_alone(office: PostOffice, post: Post) -> None:
    office.outbox = paced(office)
    people = [f"{name}@ac-exemple.test" for name in "abcdef"]
    row = office.queue(office.add_account(), *people)
    post.before = lambda asked: refuse(*asked, code=450) if people[2] in asked else None
    for _ in range(PARTIAL_ATTEMPTS):
        office.outbox.send_due()
        office.clock.jump(hours=3)
    assert post.taken == [tuple(people[:2]), tuple(people[4:])]
    assert letters(office, row.id)["c"] is RecipientState.REFUSED


def test_where_nobody_has_it_a_refused_portion_fails_the_message(
    office: PostOffice, post: Post
) -> None:
    office.outbox = paced(office)
    people = [f"{name}@ac-exemple.test" for name in "abcd"]
    row = office.queue(office.add_account(), *people)
    post.before = lambda asked: refuse(*asked)
    assert office.outbox.send_due().failed == 1
    assert office.row(row.id).state is OutboxState.FAILED
    assert set(letters(office, row.id).values()) == {RecipientState.WAITING}


@pytest.mark.parametrize(
    ("code", "phase", "reply"),
    [
        (ErrorCode.SERVER_TEMPORARY, "connect", 421),
        (ErrorCode.SENDING_LIMIT, "rcpt", 452),
    ],
)
def test_a_server_that_is_down_for_long_gives_nobody_up(
    office: PostOffice, post: Post, code: ErrorCode, phase: str, reply: int
) -> None:
    office.outbox = paced(office)
    people = [f"{name}@ac-exemple.test" for name in "abcd"]
    row = office.queue(office.add_account(), *people)

    def down(asked: tuple[str, ...]) -> None:
        if people[2] in asked:
            raise ServerSaid(code, said="later", phase=phase, reply=reply)

    post.before = down
    for _ in range(PARTIAL_ATTEMPTS + 2):
        office.outbox.send_due()
        office.clock.jump(hours=3)
    assert office.row(row.id).state is OutboxState.QUEUED
    assert letters(office, row.id)["c"] is RecipientState.WAITING
    post.before = lambda asked: None
    office.outbox.send_due()
    assert post.taken == [tuple(people[:2]), tuple(people[2:])]


def test_a_message_that_breaks_the_line_each_time_lets_others_pass(
    office: PostOffice, post: Post
) -> None:
    account = office.add_account()
    first = office.queue(account, "paul@ac-exemple.test")
    office.queue(account, "anne@ac-exemple.test")

    def cut(people: tuple[str, ...]) -> None:
        if people == ("paul@ac-exemple.test",):
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST, phase=WITHIN)

    post.before = cut
    for _ in range(PATIENCE):
        office.outbox.send_due()
    assert post.taken == [], "the order is kept for a while"
    office.outbox.send_due()
    assert post.taken == [("anne@ac-exemple.test",)]
    assert office.row(first.id).state is OutboxState.QUEUED


def test_a_copy_that_breaks_the_line_each_time_lets_others_pass(
    office: PostOffice, post: Post
) -> None:
    account = office.add_account()
    first = office.queue(account, "paul@ac-exemple.test", subject="Cassant")
    second = office.queue(account, "anne@ac-exemple.test")
    office.sent_box.breaks_at = b"Cassant"
    for _ in range(PATIENCE + 1):
        office.outbox.send_due()
    assert office.row(second.id).state is OutboxState.FILED
    assert office.row(first.id).state is OutboxState.ACCEPTED


def test_what_a_kill_left_without_an_answer_counts_for_the_pace(
    office: PostOffice, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[int] = []
    pace = Two()
    monkeypatch.setattr(pace, "note", lambda tx, account, count, now: noted.append(count))
    office.outbox = Outbox(office.database, office.accounts, office.sessions, office.clock, pace)
    account = office.add_account()
    people = [f"{name}@ac-exemple.test" for name in "abcd"]
    rows = [office.queue(account, *people).id, office.queue(account, *people).id]

    def die(tx: Transaction) -> None:
        for row in rows:
            outbox.claim(tx, row, office.clock.now(), people[:2])
        outbox.set_handed_over(tx, rows[0], people[:2])

    office.database.write(die)
    office.offline = True
    office.outbox.send_due()
    assert [office.row(one).state for one in rows] == [OutboxState.UNKNOWN, OutboxState.QUEUED]
    assert noted == [2]
