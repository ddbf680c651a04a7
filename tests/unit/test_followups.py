"""Answers awaited: what ends the waiting, what does not; questions to oneself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mel_desktop.logic.answers import asks, is_answer, is_machine
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.followups import Followup, FollowupKind, FollowupState
from mel_desktop.model.mail import Address, FolderId, MessageId
from mel_desktop.model.outgoing import DraftContent, OutboxRow
from mel_desktop.services.followups import Followups
from mel_desktop.store import correspondents, outbox
from mel_desktop.store.database import Transaction
from tests.support.post_office import PostOffice, post_office
from tests.support.store import plant_folder, plant_message

PAUL = "paul@ac-exemple.test"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def account(office: PostOffice) -> AccountId:
    return office.add_account()


@pytest.fixture
def followups(office: PostOffice) -> Followups:
    return Followups(office.database, office.accounts, office.clock)


def write(office: PostOffice, account: AccountId, followups: Followups, due: datetime) -> OutboxRow:
    """A message with a reminder, accepted and filed; its copy is in Sent."""
    content = DraftContent(to=(Address("", PAUL),), subject="Conseil", text="Quand ?")
    draft = office.drafting.create(account, content)
    followups.wish(draft.id, due)
    row = office.drafting.send(draft.id)
    followups.settle()
    assert not followups.all()  # it has not left yet
    now = office.clock.now()
    office.database.write(lambda tx: outbox.set_accepted(tx, row.id, now))
    return row


def plant(
    office: PostOffice,
    folder: FolderId,
    *,
    sender: str,
    message_id: str = "",
    reply_to: str = "",
    text: str = "Bonjour",
    subject: str = "Re: Conseil",
    thread: int = 7,
    to: str = "claire.martin@ac-exemple.test",
) -> MessageId:
    def work(tx: Transaction) -> MessageId:
        number = int(str(tx.value("SELECT count(*) FROM message"))) + 1
        found = plant_message(
            tx, folder, number, sender=Address("", sender), subject=subject, text=text,
            to=(Address("", to),), received_at=office.clock.now(),
        )  # fmt: skip
        tx.run(
            """UPDATE message SET message_id = ?, in_reply_to = ?, thread_id = ?, preview = ?
                WHERE id = ?""",
            message_id,
            reply_to,
            thread,
            text,
            found,
        )
        return found

    return office.database.write(work)


def test_an_answer_ends_the_waiting_and_a_machine_does_not(
    office: PostOffice, account: AccountId, followups: Followups
) -> None:
    inbox = plant_folder(office.database, account, "INBOX")
    sent = plant_folder(office.database, account, "Sent", role="sent")
    due = office.clock.now() + timedelta(days=4)
    row = write(office, account, followups, due)
    plant(office, sent, sender="claire.martin@ac-exemple.test", message_id=row.message_id)
    (one,) = followups.all()
    assert (one.kind, one.state, one.people) == (
        FollowupKind.FROM_THEM, FollowupState.WAITING, (PAUL,),
    )  # fmt: skip
    assert one.message is not None
    office.clock.jump(hours=2)
    plant(office, inbox, sender="mailer-daemon@x.test", reply_to=row.message_id)
    plant(
        office, inbox, sender=PAUL, reply_to=row.message_id, subject="Réponse automatique : absent"
    )
    plant(office, inbox, sender="claire.martin@ac-exemple.test", reply_to=row.message_id)
    followups.settle()
    assert len(followups.all()) == 1
    office.clock.jump(days=5)
    (one,) = followups.all()
    assert one.state is FollowupState.DUE
    assert followups.newly_due() == 1
    assert followups.newly_due() == 0
    followups.postpone(one.id, office.clock.now() + timedelta(days=1))
    assert followups.newly_due() == 0
    plant(office, inbox, sender=PAUL, reply_to=row.message_id)
    followups.settle()
    assert not followups.all()


def test_an_undone_message_keeps_its_reminder(
    office: PostOffice, account: AccountId, followups: Followups
) -> None:
    content = DraftContent(to=(Address("", PAUL),), subject="Conseil", text="Quand ?")
    draft = office.drafting.create(account, content)
    followups.wish(draft.id, office.clock.now() + timedelta(days=4))
    first = office.drafting.send(draft.id)
    followups.settle()
    office.outbox.cancel(first.id)
    second = office.drafting.send(draft.id)
    followups.settle()
    office.database.write(lambda tx: outbox.set_accepted(tx, second.id, office.clock.now()))
    (one,) = followups.all()
    assert one.message_id == second.message_id


def test_dismissed_and_gone_with_the_account(
    office: PostOffice, account: AccountId, followups: Followups
) -> None:
    write(office, account, followups, office.clock.now() + timedelta(days=4))
    (one,) = followups.all()
    followups.dismiss(one.id)
    assert not followups.all()
    with pytest.raises(LocalRefusal):
        followups.dismiss("t99")
    with pytest.raises(LocalRefusal):
        followups.dismiss("bogus")
    office.accounts.remove(account)
    with office.database.read() as reader:
        assert reader.value("SELECT count(*) FROM followup") == 0


def asked(followups: Followups) -> list[Followup]:
    return [one for one in followups.all() if one.kind is FollowupKind.FROM_ME]


def test_a_question_to_me_alone_waits_for_me(
    office: PostOffice, account: AccountId, followups: Followups
) -> None:
    inbox = plant_folder(office.database, account, "INBOX")
    sent = plant_folder(office.database, account, "Sent", role="sent")
    now = office.clock.now()
    office.database.write(lambda tx: correspondents.note(tx, [Address("", PAUL)], now))
    question = "Bonjour, peux-tu me dire la salle de jeudi ?"
    plant(office, inbox, sender=PAUL, text=question, thread=1)
    plant(office, inbox, sender=PAUL, text=question, thread=2, to="tous@ac-exemple.test")
    plant(office, inbox, sender="inconnu@ailleurs.test", text=question, thread=3)
    plant(office, inbox, sender=PAUL, text="Voici le compte rendu.", thread=4)
    assert not asked(followups)  # a day is left to answer
    office.clock.jump(hours=25)
    (one,) = asked(followups)
    assert one.people == (PAUL,)
    plant(office, sent, sender="claire.martin@ac-exemple.test", thread=1)
    assert not asked(followups)
    office.database.write(lambda tx: tx.run("DELETE FROM message WHERE folder_id = ?", sent))
    (one,) = asked(followups)
    followups.dismiss(one.id)
    assert not asked(followups)


@pytest.mark.parametrize(
    ("header", "answers"),
    [
        (None, True),
        (b"Auto-Submitted: no\r\n", True),
        (b"Auto-Submitted: auto-replied\r\n", False),
        (b"Subject: x\r\nX-Autoreply: yes\r\n", False),
        (b"Precedence: bulk\r\n", False),
        (b"Content-Type: multipart/report; report-type=delivery-status\r\n", False),
    ],
)
def test_whose_words_are_an_answer(header: bytes | None, answers: bool) -> None:
    assert answers is is_answer(
        "A@x", [PAUL], ["moi@x.test"], sender=PAUL.upper(), in_reply_to="", references=[],
        subject="Re: x", header=header,
    )  # fmt: skip


def test_machines_and_questions() -> None:
    assert is_machine("no-reply@x.test")
    assert is_machine("")
    assert not is_machine("noel.reynaud@x.test")
    assert asks("Bonjour, viens-tu jeudi soir ?\nMerci")
    assert not asks("> viens-tu jeudi soir ?")
    assert not asks("Voir https://exemple.test/page?id=quelquechose")
    assert not asks("Merci ?")
