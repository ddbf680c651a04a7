"""What a person decides during a pass, and recipients whom a refusal does not concern."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.outgoing import OutboxState
from mel_desktop.ports import HandedOver, Reports, SubmissionReceipt
from mel_desktop.services.outbox_wishes import OutboxWishes
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
