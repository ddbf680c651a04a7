"""The assistant between two real servers: Dovecot with French folders, and Cyrus."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest

from mel_desktop.cli import main
from mel_desktop.logic.folder_mapping import with_choice
from mel_desktop.model.account_move import FolderPair, MoveStage, PairReason
from mel_desktop.model.accounts import AccountId, Secret, Security
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, LocalRefusal, MelError
from mel_desktop.model.identities import UNSTORED, Identity, IdentityKind
from mel_desktop.model.mail import Address, Flags, Marks
from mel_desktop.model.outgoing import DraftContent
from tests.support.imap_servers import Cyrus, Dovecot, MailUser
from tests.support.move_child import KEY
from tests.support.move_world import MoveWorld, deliver, hosts_of, on_server
from tests.support.store import store
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer

pytestmark = pytest.mark.servers

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass
class Two:
    """Twelve messages on Dovecot, of which Cyrus has the first eight already."""

    home: MoveWorld
    old: Dovecot
    new: Cyrus
    before: MailUser
    after: MailUser

    @property
    def old_account(self) -> AccountId:
        status = self.home.assistant.status(self.home.account)
        assert status is not None
        assert status.old_account is not None
        return status.old_account

    def move(self) -> None:
        plan = self.home.assistant.compare(
            self.home.account, hosts_of(self.new, self.after), self.after.secret
        )
        self.home.assistant.move(plan, password=self.after.secret)
        self.home.sessions.drop()

    def sync_all(self) -> None:
        for account in (self.old_account, self.home.account, self.home.account):
            self.home.sync(account)

    def there(self, folder: str = "INBOX") -> list[str]:
        return on_server(self.new, self.after, folder)


@pytest.fixture
def two(dovecot: Dovecot, cyrus: Cyrus, tmp_path: Path) -> Iterator[Two]:
    with store(tmp_path) as database:
        before, after = dovecot.new_user(french=True), cyrus.new_user()
        home = MoveWorld(database)
        deliver(dovecot, before, range(1, 13))
        deliver(dovecot, before, range(40, 43), "Élèves")
        deliver(dovecot, before, range(50, 52), "Courriers envoyés")
        home.begin(dovecot, before)
        home.sync()
        deliver(cyrus, after, range(1, 9))
        yield Two(home, dovecot, cyrus, before, after)
        home.sessions.drop()


def pair(pairs: tuple[FolderPair, ...], old: str) -> FolderPair:
    return next(one for one in pairs if one.old == old)


def test_the_new_host_is_looked_at_and_nothing_is_changed(two: Two) -> None:
    home = two.home
    plan = home.assistant.compare(home.account, hosts_of(two.new, two.after), two.after.secret)
    assert (plan.messages, plan.there) == (17, 8)
    assert pair(plan.pairs, "INBOX") == FolderPair(
        "INBOX", "INBOX", PairReason.ROLE, pair(plan.pairs, "INBOX").role, 12, 8
    )
    assert pair(plan.pairs, "Brouillons").new == "Drafts"
    assert pair(plan.pairs, "Indésirables").new == "Junk"
    made = pair(plan.pairs, "Élèves")
    assert (made.new, made.reason, made.creates) == ("Élèves", PairReason.CREATE, True)
    assert home.accounts.get(home.account).imap.port == two.old.imap_port
    assert home.connector.changes == []
    assert home.assistant.status(home.account) is None


def test_a_refused_password_changes_nothing(two: Two) -> None:
    home = two.home
    with pytest.raises(MelError) as caught:
        home.assistant.compare(home.account, hosts_of(two.new, two.after), Secret("faux"))
    assert caught.value.code is ErrorCode.SIGN_IN_REFUSED
    home.checks = (Check("smtp-sign-in", "", CheckState.FAIL, "sign-in-refused"),)
    with pytest.raises(MelError) as caught:
        home.assistant.compare(home.account, hosts_of(two.new, two.after), two.after.secret)
    assert caught.value.code is ErrorCode.SIGN_IN_REFUSED
    assert home.sync().complete


def test_the_whole_move(two: Two) -> None:
    home = two.home
    ids = {one.subject: one.id for one in home.mailbox.page(home.folder("inbox").id, limit=99)}
    home.mailbox.flag([ids["Sujet 3"]], Flags(Marks.FLAGGED), Flags())
    home.mailbox.move([ids["Sujet 4"]], home.folder("Élèves").id)
    home.folders.create(home.account, "Neuf")
    home.drafting.create(
        home.account,
        DraftContent(to=(Address("", "z@ac-demo.fr"),), subject="À finir", text="un"),
    )
    two.move()
    before = home.sessions.meter(home.account).received
    home.sync()
    home.sync()
    assert home.sessions.meter(home.account).received - before < 40_000, "no text came again"
    inbox = home.folder("inbox")
    now = {one.subject: one.id for one in home.mailbox.page(inbox.id, limit=99)}
    assert now == {name: ids[name] for name in ids if name != "Sujet 4"}
    assert inbox.local_bodies == 11
    assert two.new.seen_flags(two.after, "INBOX")[3] == {"\\Flagged"}
    assert two.there("Élèves") == ["Sujet 4"], "what waited goes on at the new host"
    assert two.there("Neuf") == []
    assert two.there("Drafts") == ["À finir"]
    # what IT has not brought yet stays, and is found when it turns up
    status = home.assistant.status(home.account)
    assert status is not None
    assert status.stage is MoveStage.MOVED
    assert status.looked_for == 4 + 3 + 2
    deliver(two.new, two.after, range(9, 11))
    before = home.sessions.meter(home.account).received
    home.sync()
    assert home.sessions.meter(home.account).received - before < 8_000
    assert home.subjects() == sorted(now)
    status = home.assistant.status(home.account)
    assert status is not None
    assert status.looked_for == 2 + 3 + 2
    assert {one.id for one in home.mailbox.page(inbox.id, limit=99)} == set(now.values())


def test_what_is_only_there_goes_up_once_and_the_old_account_ends(two: Two) -> None:
    home = two.home
    two.move()
    deliver(two.old, two.before, range(60, 62))  # came to the old address later
    two.sync_all()
    old = two.old_account
    assert home.subjects("inbox", old) == sorted(
        f"Sujet {one}" for one in (9, 10, 11, 12, 60, 61)
    ), "what both have is shown once"
    assert home.assistant.price_of_carrying(home.account)[0] == 6 + 3 + 2
    report = home.assistant.carry(home.account, max_octets=30_000)
    assert report.taken == 2
    assert report.left == 9
    report = home.assistant.carry(home.account)
    assert (report.taken, report.left, report.refused) == (9, 0, ())
    two.sync_all()
    assert two.there() == sorted(f"Sujet {one}" for one in (*range(1, 13), 60, 61))
    assert two.there("Élèves") == ["Sujet 40", "Sujet 41", "Sujet 42"]
    assert two.there("Sent") == ["Sujet 50", "Sujet 51"]
    status = home.assistant.status(home.account)
    assert status is not None
    assert (status.looked_for, status.on_their_way, status.only_there) == (0, 0, 0)
    assert home.subjects("inbox", old) == []
    end = home.assistant.finish(home.account)
    assert (end.only_there, end.kept_here, end.dropped) == (0, 0, 0)
    assert [one.id for one in home.accounts.all()] == [home.account]
    where = f"{two.old.host}:{two.old.imap_port}:{two.before.login}"
    assert [one for one in home.connector.changes if one[0] == where] == []
    assert len(on_server(two.old, two.before, "INBOX")) == 14


@pytest.mark.parametrize("seed", range(4))
def test_lines_that_end_anywhere_double_nothing(two: Two, seed: int) -> None:
    home = two.home
    two.move()
    two.sync_all()
    home.connector.roll = random.Random(seed)
    for _ in range(60):
        try:
            home.assistant.carry(home.account)
            report = home.sync()
        except ConnectionTrouble:
            continue
        status = home.assistant.status(home.account)
        assert status is not None
        if report.complete and not (status.looked_for or status.on_their_way):
            break
    home.connector.roll = None
    two.sync_all()
    assert two.there() == sorted(f"Sujet {one}" for one in range(1, 13))
    assert two.there("Élèves") == ["Sujet 40", "Sujet 41", "Sujet 42"]
    assert home.subjects() == two.there()


def killed_at(folder: Path, two: Two, last: int) -> int:
    """The move in a process that is killed at an event; how many events there were, if it ended."""
    new = two.new.new_account(two.after)
    told = {
        "imap": [new.imap.host, new.imap.port],
        "smtp": [new.smtp.host, new.smtp.port],
        "email": new.email,
        "login": new.login,
        "account": two.home.account,
        "password": two.after.password,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.move_child", str(folder), str(last)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(told) + "\n")
        process.stdin.flush()
        words = process.stdout.readline().split()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        process.stdin.close()
        process.stdout.close()
    assert words, "the child fell over"
    return int(words[1]) if words[0] == "over" else 0


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_any_instant_the_move_ends_the_same(
    dovecot: Dovecot, cyrus: Cyrus, tmp_path: Path, seed: int
) -> None:
    before, after = dovecot.new_user(french=True), cyrus.new_user()
    with store(tmp_path, KEY) as database:
        home = MoveWorld(database)
        deliver(dovecot, before, range(1, 9))
        deliver(dovecot, before, range(40, 42), "Élèves")
        home.begin(dovecot, before)
        home.sync()
        home.mailbox.flag(
            [home.mailbox.message_ids(home.folder("inbox").id)[0]], Flags(Marks.FLAGGED), Flags()
        )
        home.sessions.drop()
    deliver(cyrus, after, range(1, 5))
    two = Two(home, dovecot, cyrus, before, after)
    dice = random.Random(seed)
    kills, events = 0, 0
    while not events:
        # each life is a little longer than the one before, so that it comes to an end
        events = killed_at(tmp_path, two, dice.randint(2, 40) + 25 * kills)
        kills += not events
    assert kills >= 2
    assert two.there() == [f"Sujet {one}" for one in range(1, 9)]
    assert two.there("Élèves") == ["Sujet 40", "Sujet 41"]
    assert len(on_server(dovecot, before, "INBOX")) == 8
    with store(tmp_path, KEY) as database:
        home = MoveWorld(database)
        (account,) = home.accounts.all()
        home.account = account.id
        report = home.sync()
        assert report.complete, report
        assert home.subjects() == two.there()
        assert home.subjects("Élèves") == two.there("Élèves")
        assert home.folder("inbox").local_bodies == 8
        assert home.journal.rows() == ()
        (flagged,) = [
            one.subject
            for one in home.mailbox.page(home.folder("inbox").id, limit=50)
            if one.flags.marks & Marks.FLAGGED
        ]
        assert flagged == "Sujet 8"
        home.sessions.drop()


def test_nothing_is_changed_in_the_old_account(two: Two) -> None:
    home = two.home
    two.move()
    two.sync_all()
    old = two.old_account
    inbox = home.folder("inbox", old)
    some = home.mailbox.message_ids(inbox.id)[:1]
    refused = (
        lambda: home.mailbox.flag(some, Flags(Marks.FLAGGED), Flags()),
        lambda: home.mailbox.delete(some),
        lambda: home.mailbox.move(some, home.folder("Élèves", old).id),
        lambda: home.folders.create(old, "Neuf"),
        lambda: home.folders.rename(home.folder("Élèves", old).id, "Autre"),
        lambda: home.folders.delete(home.folder("Élèves", old).id),
        lambda: home.drafting.create(old, DraftContent(subject="Non")),
    )
    for call in refused:
        with pytest.raises(LocalRefusal) as caught:
            call()
        assert caught.value.facts["why"] == "account-read-only"
    for sql in (  # and below the services
        "INSERT INTO want (message_id, kind, since) VALUES (?, 'delete', '2026')",
        "INSERT INTO draft (account_id, created_at, saved_at) SELECT account_id, '', '' "
        "FROM message WHERE id = ?",
        "INSERT INTO folder_want (account_id, kind, path, since) SELECT account_id, 'create', 'x', "
        "'2026' FROM message WHERE id = ?",
    ):
        with pytest.raises(apsw.ConstraintError, match="read-only"):
            home.database.write(lambda tx, sql=sql: tx.run(sql, some[0]))  # type: ignore[misc]
    assert home.journal.rows() == ()
    assert [one.email for one, _ in home.identities.everyone()] == [two.after.email]
    assert home.reading.load_raw(some[0]).startswith(b"From: zoe")


def test_the_end_tells_what_is_only_there(two: Two) -> None:
    home = two.home
    two.move()
    two.sync_all()
    with pytest.raises(LocalRefusal) as caught:
        home.assistant.finish(home.account)
    assert caught.value.code is ErrorCode.NEEDS_DECISION
    assert caught.value.facts["only_there"] == 9
    end = home.assistant.finish(home.account, accept=True)
    assert (end.only_there, end.kept_here, end.dropped) == (9, 9, 0)
    names = [one.path for one in home.mailbox.folders(home.account) if one.local and one.total]
    assert names == [f"Sur ce PC/Ancienne messagerie/{one}" for one in ("Élèves", "INBOX", "Sent")]
    assert home.sync().complete
    assert home.subjects("Sur ce PC/Ancienne messagerie/Élèves") == [
        "Sujet 40", "Sujet 41", "Sujet 42",
    ]  # fmt: skip
    assert len(on_server(two.old, two.before, "INBOX")) == 12


def test_the_room_of_the_new_box_is_told_first(
    dovecot: Dovecot, cyrus: Cyrus, tmp_path: Path
) -> None:
    before = cyrus.new_user()
    after = MailUser("etroit", "etroit@ac-demo.fr", "Sésame-étroit!")
    dovecot.register(after, quota="40K")
    deliver(cyrus, before, range(1, 6))
    deliver(dovecot, after, range(1, 2))
    with store(tmp_path) as database:
        home = MoveWorld(database)
        home.begin(cyrus, before)
        home.sync()
        plan = home.assistant.compare(home.account, hosts_of(dovecot, after), after.secret)
        assert plan.quota_limit == 40 * 1024
        assert plan.room is not None
        assert 20_000 < plan.room < 40 * 1024
        assert plan.octets > plan.room
        home.assistant.move(plan, password=after.secret)
        home.sessions.drop()
        status = home.assistant.status(home.account)
        assert status is not None
        assert status.old_account is not None
        for account in (status.old_account, home.account):
            home.sync(account)
        assert home.assistant.carry(home.account).taken == 4
        report = home.sync()
        assert "mailbox-full" in [one.code for one in report.failures]
        there = on_server(dovecot, after, "INBOX")
        assert len(there) == len(set(there)) == 2, "what has room went up, once"
        assert len(home.subjects()) == 5, "the rest is here"
        status = home.assistant.status(home.account)
        assert status is not None
        assert status.on_their_way == 3
        end = home.assistant.finish(home.account, accept=True)
        assert (end.kept_here, end.dropped) == (0, 0)
        with dovecot.observer(after) as box:  # the teacher made room
            box.delete([one.uid for one in box.fetch(mark_seen=False, bulk=True)])
        home.clock.ahead += timedelta(hours=1)
        for _ in range(2):
            home.sync()
        there = on_server(dovecot, after, "INBOX")
        assert len(there) == len(set(there)) == 2, "what waited goes on without the old account"
        home.sessions.drop()


def test_folders_by_hand_and_the_old_address(two: Two) -> None:
    home = two.home
    deliver(two.new, two.after, range(70, 71), "Classes")
    plan = home.assistant.compare(home.account, hosts_of(two.new, two.after), two.after.secret)
    home.identities.save(
        Identity(
            UNSTORED, home.account, IdentityKind.BOX, "Vie scolaire", "vs@ac-demo.fr",
            sent_folder="Élèves",
        )
    )  # fmt: skip
    pairs = with_choice(plan.pairs, "Élèves", "Classes", {"Classes": 1})
    home.assistant.save_plan(plan, pairs)
    home.assistant.note(home.account, "Filtre : parents -> Classes")
    home.assistant.move(plan, pairs, two.after.secret)
    home.sessions.drop()
    two.sync_all()
    home.assistant.carry(home.account)
    two.sync_all()
    assert two.there("Classes") == ["Sujet 40", "Sujet 41", "Sujet 42", "Sujet 70"]
    assert home.subjects("Classes") == two.there("Classes")
    known = next(ours for one, ours in home.identities.everyone() if one.id == home.account)
    assert [(one.kind, one.address) for one in known] == [
        (IdentityKind.OWN, two.after.email),
        (IdentityKind.ALIAS, two.before.email),
        (IdentityKind.BOX, "vs@ac-demo.fr"),
    ]
    assert known[2].sent_folder == "Classes"
    status = home.assistant.status(home.account)
    assert status is not None
    assert status.notes == "Filtre : parents -> Classes"


def test_the_command_line_goes_all_the_way(
    dovecot: Dovecot,
    cyrus: Cyrus,
    postfix: SubmissionServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bruno = f"bruno@{DOMAIN}"
    before = cyrus.new_user(french=True)
    after = dovecot.new_user(bruno, password=USERS[bruno])
    deliver(cyrus, before, range(1, 5))
    deliver(cyrus, before, range(40, 42), "Élèves")
    deliver(dovecot, after, range(1, 3))
    deliver(dovecot, after, range(90, 91), "Classes")
    for name, text in (
        ("vault", "une phrase assez longue"),
        ("old", before.password),
        ("new", after.password),
        ("map", json.dumps({"Élèves": "Classes"})),
    ):
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "ca").write_text(dovecot.new_account(after).ca_pem, "utf-8")

    def program(*words: str) -> tuple[int, Any]:
        code = main.run(
            ["--profile", str(tmp_path / "profile"), "--passphrase-file", str(tmp_path / "vault"),
             "--json", "--quiet", *words]
        )  # fmt: skip
        return code, json.loads(capsys.readouterr().out)

    smtp = postfix.endpoint(Security.STARTTLS)
    trust = ("--ca-file", str(tmp_path / "ca"))
    old = cyrus.new_account(before)
    code, account = program(
        "account", "add", "--email", before.email, "--login", before.login, "--no-probe",
        "--imap", f"{old.imap.host}:{old.imap.port}", "--smtp", f"{smtp.host}:{smtp.port}",
        "--smtp-security", "starttls", "--password-file", str(tmp_path / "old"), *trust,
    )  # fmt: skip
    assert code == 0
    assert program("sync")[0] == 0
    where = (
        "account", "migrate", account["id"], "--email", bruno, "--login", bruno,
        "--imap", f"{dovecot.host}:{dovecot.imap_port}",
        "--smtp", f"{smtp.host}:{smtp.port}", "--smtp-security", "starttls",
        "--map", str(tmp_path / "map"), *trust,
    )  # fmt: skip
    code, told = program(*where, "--password-file", str(tmp_path / "old"))
    assert (code, told["error"]["code"]) == (3, "sign-in-refused")
    assert program("account", "list")[1][0]["imap"]["port"] == cyrus.imap_port
    code, moved = program(*where, "--password-file", str(tmp_path / "new"))
    assert code == 0, moved
    assert (moved["messages"], moved["messages_there"]) == (6, 3)
    pairs = {one["old"]: (one["new"], one["reason"]) for one in moved["map"]}
    assert pairs["Élèves"] == ("Classes", "hand")
    listed = program("account", "list")[1]
    assert [(one["email"], one["read_only"]) for one in listed] == [
        (bruno, False),
        (before.email, True),
    ]
    step = ("account", "migration", account["id"])
    code, state = program(*step, "status")
    assert (code, state["stage"], state["looked_for"]) == (0, "moved", 6)
    code, state = program(*step, "continue")
    assert (code, state["taken"], state["looked_for"]) == (0, 4, 0)
    assert on_server(dovecot, after, "INBOX") == [f"Sujet {one}" for one in range(1, 5)]
    assert on_server(dovecot, after, "Classes") == ["Sujet 40", "Sujet 41", "Sujet 90"]
    code, end = program(*step, "finish")
    assert (code, end["only_there"], end["kept_here"]) == (0, 0, 0)
    assert len(program("account", "list")[1]) == 1
    assert len(on_server(cyrus, before, "INBOX")) == 4
