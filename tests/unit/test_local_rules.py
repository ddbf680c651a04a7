"""Rules on this PC: once a message, all or nothing, never on old mail, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import FolderId, Marks, MessageId, WantKind
from mel_desktop.model.rules import Action, Condition, Deed, Match, Offered, Rule, Topic
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.folderwishes import FolderWishes
from mel_desktop.services.local_rules import LocalRules
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.rules import Rules
from mel_desktop.store import rules as rows
from mel_desktop.store.database import Database, Transaction
from tests.support.clock import JumpingClock
from tests.support.store import START, plant_account, plant_folder, plant_message, store

COUNCIL = Rule(
    "Conseils",
    (Condition(Topic.SUBJECT, Match.CONTAINS, "conseil"),),
    (Action(Deed.FLAG), Action(Deed.COPY, "Copies"), Action(Deed.FILE, "Conseils")),
)
WORDS = Rule("Mot", (Condition(Topic.BODY, Match.CONTAINS, "cantine"),), (Action(Deed.READ),))


@dataclass
class Desk:
    database: Database
    account: AccountId
    inbox: FolderId
    target: FolderId
    rules: Rules
    local: LocalRules
    mail: MailboxService
    clock: JumpingClock

    def know(self, **values: object) -> None:
        self.database.write(lambda tx: rows.change(tx, self.account, **values))

    def come(self, number: int, subject: str = "Conseil", text: str | None = "x") -> MessageId:
        return self.database.write(
            lambda tx: plant_message(tx, self.inbox, number, subject=subject, text=text)
        )

    def wants(self) -> list[tuple[WantKind, MessageId]]:
        return sorted(
            ((one.kind, one.message) for one in self.mail.journal()), key=lambda one: one[0].value
        )

    def shown(self, folder: FolderId) -> list[str]:
        return [one.subject for one in self.mail.page(folder)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with store(tmp_path) as database:
        account = plant_account(database)
        inbox = plant_folder(database, account)
        target = plant_folder(database, account, "Conseils", role=None)
        plant_folder(database, account, "Copies", role=None)
        clock = JumpingClock()
        accounts = Accounts(database, clock)
        mail = MailboxService(database, clock)
        made = Desk(
            database, account, inbox, target, Rules(database, accounts, clock),
            LocalRules(database, accounts, clock, mail), mail, clock,
        )  # fmt: skip
        made.know(offered=Offered.NO)
        yield made


def test_old_mail_is_left_alone_and_new_mail_tried_once(desk: Desk) -> None:
    desk.come(1, "Conseil ancien")
    assert desk.local.after_sync(desk.account) == 0  # before there were rules
    desk.rules.save(desk.account, [COUNCIL])
    assert desk.local.after_sync(desk.account) == 0
    assert desk.wants() == []
    new = desk.come(2, "Conseil nouveau")
    assert desk.local.after_sync(desk.account) == 1
    assert desk.local.after_sync(desk.account) == 0
    assert desk.wants() == [(WantKind.COPY, new), (WantKind.FLAG, new), (WantKind.MOVE, new)]
    assert desk.shown(desk.inbox) == ["Conseil ancien"]
    assert desk.shown(desk.target) == ["Conseil nouveau"]


def test_what_was_done_is_taken_back_and_not_done_again(desk: Desk) -> None:
    desk.local.after_sync(desk.account)
    desk.rules.save(desk.account, [COUNCIL])
    desk.come(2)
    desk.local.after_sync(desk.account)
    (run,) = desk.local.runs(desk.account)
    assert (run.fired, run.source, run.target) == (("Conseils",), desk.inbox, desk.target)
    assert run.flags.marks is Marks.FLAGGED
    desk.local.undo(run.id)
    assert desk.shown(desk.inbox) == ["Conseil"]
    assert not desk.mail.page(desk.inbox)[0].flags.marks
    with pytest.raises(LocalRefusal):
        desk.local.undo(run.id)
    assert desk.local.after_sync(desk.account) == 0
    assert desk.shown(desk.inbox) == ["Conseil"]


def test_a_kill_in_the_middle_leaves_nothing_half_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.local.after_sync(desk.account)
    desk.rules.save(desk.account, [COUNCIL])
    desk.come(2)

    def killed(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("mel_desktop.store.rules.note_run", killed)
        with pytest.raises(RuntimeError):
            desk.local.after_sync(desk.account)
    assert desk.wants() == []
    assert desk.local.after_sync(desk.account) == 1
    assert len(desk.wants()) == 3


def test_a_text_that_is_not_here_is_waited_for(desk: Desk) -> None:
    desk.local.after_sync(desk.account)
    desk.rules.save(desk.account, [WORDS])
    late = desk.come(2, "Menu", text=None)
    assert desk.local.after_sync(desk.account) == 0
    assert desk.local.after_sync(desk.account) == 0
    assert desk.local.runs(desk.account) == ()
    facts = desk.local.preview(desk.account, desk.inbox, [0])
    assert (facts.looked_at, facts.not_known) == (1, 1)
    desk.clock.jump(days=30)
    assert desk.local.after_sync(desk.account) == 0  # given up: it is not tried for ever
    assert desk.wants() == []
    assert late


def test_a_renumbered_inbox_is_old_mail(desk: Desk) -> None:
    desk.local.after_sync(desk.account)
    desk.rules.save(desk.account, [COUNCIL])
    desk.come(2)
    desk.database.write(lambda tx: tx.run("UPDATE folder SET uidvalidity = 2"))
    desk.database.write(lambda tx: tx.run("UPDATE location SET uidvalidity = 2"))
    assert desk.local.after_sync(desk.account) == 0
    assert desk.wants() == []


def test_a_message_that_another_program_moved_back_is_not_new(desk: Desk) -> None:
    desk.come(100, "Récent")
    desk.local.after_sync(desk.account)
    desk.rules.save(desk.account, [COUNCIL])
    old = START - timedelta(days=30)
    desk.database.write(
        lambda tx: plant_message(tx, desk.inbox, 101, subject="Conseil", received_at=old)
    )
    assert desk.local.after_sync(desk.account) == 0
    assert desk.wants() == []


def test_nothing_runs_here_while_it_is_not_known_what_the_server_does(desk: Desk) -> None:
    desk.local.after_sync(desk.account)
    desk.know(offered=Offered.UNKNOWN)
    desk.rules.save(desk.account, [COUNCIL])
    desk.come(2)
    assert desk.local.after_sync(desk.account) == 0
    desk.know(offered=Offered.NO)
    assert desk.local.after_sync(desk.account) == 1  # and it was not forgotten


def test_what_the_server_does_is_not_done_here(desk: Desk) -> None:
    desk.local.after_sync(desk.account)
    desk.know(
        offered=Offered.YES, active="mel-desktop", extensions="fileinto copy imap4flags mailbox"
    )
    desk.rules.save(desk.account, [COUNCIL, WORDS])
    desk.come(2, text="cantine")
    desk.come(3, "Menu", text="la cantine")
    assert desk.local.after_sync(desk.account) == 1  # the first rule ends the list, there and here
    (run,) = desk.local.runs(desk.account)
    assert (run.fired, run.subject) == (("Mot",), "Menu")


def test_a_folder_that_is_gone_is_told(desk: Desk) -> None:
    desk.local.after_sync(desk.account)
    desk.rules.save(desk.account, [Rule("x", (), (Action(Deed.FILE, "Nulle part"),))])
    desk.come(2)
    desk.local.after_sync(desk.account)
    assert desk.shown(desk.inbox) == ["Conseil"]
    assert desk.rules.book(desk.account).trouble == "rule-folder-gone"


def test_rules_follow_a_folder_that_is_renamed(desk: Desk) -> None:
    desk.rules.save(desk.account, [COUNCIL])
    desk.rules.follow_folders(desk.account)
    before = desk.rules.book(desk.account)
    desk.rules.follow_folders(desk.account)
    assert desk.rules.book(desk.account) == before
    FolderWishes(desk.database, desk.clock).rename(desk.target, "Instances/Conseils")
    desk.rules.follow_folders(desk.account)  # not before the server has done it
    assert desk.rules.book(desk.account) == before

    def done(tx: Transaction) -> None:
        tx.run("DELETE FROM folder_want")
        tx.run("UPDATE folder SET path = 'Instances/Conseils' WHERE id = ?", desk.target)

    desk.database.write(done)
    desk.rules.follow_folders(desk.account)
    (placed,) = desk.rules.book(desk.account).rules
    assert [one.value for one in placed.rule.actions] == ["", "Copies", "Instances/Conseils"]
    # Another folder under the old name is another folder.
    plant_folder(desk.database, desk.account, "Conseils", role=None)
    desk.rules.follow_folders(desk.account)
    (placed,) = desk.rules.book(desk.account).rules
    assert placed.rule.actions[-1].value == "Instances/Conseils"
