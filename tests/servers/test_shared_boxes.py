"""A functional box becomes a shared folder of a person: Dovecot, shared namespace, ACL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.cli import main
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.identities import IdentityKind
from mel_desktop.model.mail import Address, Flags, Marks
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.shared_boxes import BoxPlan
from mel_desktop.services.shared_boxes import SharedBoxes
from tests.support.certificates import Certificates
from tests.support.move_world import MoveWorld, deliver, on_server
from tests.support.sharing_dovecot import SharingDovecot
from tests.support.store import store

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def sharing(certificates: Certificates) -> Iterator[SharingDovecot]:
    server = SharingDovecot(certificates)
    try:
        server.start()
        yield server
    finally:
        server.remove()


class Office:
    """A person and a box, both accounts of one profile."""

    def __init__(self, home: MoveWorld, server: SharingDovecot) -> None:
        self.home, self.server = home, server
        self.person, self.box_user = server.new_user(), server.new_user()
        deliver(server, self.box_user, range(1, 6))
        deliver(server, self.box_user, range(20, 22), "Sent")
        deliver(server, self.box_user, range(30, 33), "Familles")
        home.begin(server, self.person)
        self.box: AccountId = home.accounts.add(
            server.new_account(self.box_user), self.box_user.secret
        ).id
        home.sync(self.box)
        self.boxes = SharedBoxes(home.database, home.accounts, home.sessions, home.clock)
        self.root = f"shared/{self.box_user.login}"

    def plan(self) -> BoxPlan:
        first = self.boxes.roots(self.box, self.home.account)[0]
        assert first.path == self.root
        return self.boxes.compare(self.box, self.home.account, first)

    def inbox(self) -> str:
        found = next(one.new for one in self.plan().pairs if one.old == "INBOX")
        assert found
        return found


@pytest.fixture
def office(sharing: SharingDovecot, tmp_path: Path) -> Iterator[Office]:
    with store(tmp_path) as database:
        home = MoveWorld(database)
        yield Office(home, sharing)
        home.sessions.drop()


@pytest.mark.parametrize("listed_before", [False, True])
def test_a_box_goes_on_as_a_shared_folder(office: Office, listed_before: bool) -> None:
    home, server = office.home, office.server
    server.share(office.box_user, office.person, "lrswipkxte", "INBOX", "Sent")
    home.sync()
    if not listed_before:  # it became a member later than the box was listed by others
        home.database.write(
            lambda tx: tx.run(
                """DELETE FROM message WHERE account_id = ? AND folder_id IN (
                       SELECT id FROM folder WHERE namespace <> 'personal')""",
                home.account,
            )
        )
    inbox = office.inbox()
    ids_before = {
        one.subject: one.id for one in home.mailbox.page(home.folder("inbox", office.box).id)
    }
    home.mailbox.flag([ids_before["Sujet 2"]], Flags(Marks.FLAGGED), Flags())
    draft = home.drafting.create(
        office.box, DraftContent(to=(Address("", "z@ac-demo.fr"),), subject="Absence", text="x")
    )
    plan = office.plan()
    assert plan.rights is not None
    assert {"l", "r", "s", "w", "i"} <= set(plan.rights)
    assert plan.may_read
    assert plan.may_change
    assert {one.old: one.new for one in plan.pairs if one.here} == {
        "INBOX": inbox,
        "Sent": f"{office.root}/Sent",
        "Familles": "",
    }
    before = home.sessions.meter(home.account).received
    joined = office.boxes.join(plan)
    assert (joined.messages, joined.kept_here, joined.drafts) == (7, 3, 1)
    assert [one.id for one in home.accounts.all()] == [home.account]
    for _ in range(2):
        report = home.sync()
    assert not report.failures, report
    assert home.sessions.meter(home.account).received - before < 30_000, "no text came again"
    assert home.subjects(inbox) == [f"Sujet {one}" for one in range(1, 6)]
    assert home.folder(inbox).local_bodies == 5
    assert home.subjects(f"{office.root}/Sent") == ["Sujet 20", "Sujet 21"]
    kept = f"Sur ce PC/{office.box_user.email}/Familles"
    assert home.subjects(kept) == ["Sujet 30", "Sujet 31", "Sujet 32"]
    assert server.seen_flags(office.box_user, "INBOX")[2] >= {"\\Flagged"}
    (known,) = [one for _, ours in home.identities.everyone() for one in ours
                if one.kind is IdentityKind.BOX]  # fmt: skip
    assert (known.address, known.sent_folder) == (
        office.box_user.email,
        f"{office.root}/Sent",
    )
    now = home.drafting.get(draft.id)
    assert now.account == home.account
    assert now.content.sender is not None
    assert now.content.sender.address == office.box_user.email
    assert home.journal.rows() == ()
    assert len(on_server(server, office.box_user, "INBOX")) == 5
    assert len(on_server(server, office.box_user, "Familles")) == 3
    home.mailbox.delete([home.mailbox.message_ids(home.folder(inbox).id)[0]])


def test_rights_are_told_and_respected(office: Office) -> None:
    home, server = office.home, office.server
    server.share(office.box_user, office.person, "lr", "INBOX")
    home.sync()
    plan = office.plan()
    assert plan.rights is not None
    assert set(plan.rights) == {"l", "r"}
    assert plan.may_read
    assert not plan.may_change
    with pytest.raises(LocalRefusal):
        office.boxes.compare(office.box, office.box, plan.root)


def test_nothing_shared_is_no_box(office: Office) -> None:
    office.home.sync()
    assert office.boxes.roots(office.box, office.home.account) == ()


def test_the_command_line_joins_a_box(
    sharing: SharingDovecot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person, box = sharing.new_user(), sharing.new_user()
    deliver(sharing, box, range(1, 4))
    deliver(sharing, box, range(10, 12), "Familles")
    (tmp_path / "vault").write_text("une phrase assez longue", "utf-8")
    (tmp_path / "ca").write_text(sharing.new_account(box).ca_pem, "utf-8")

    def program(*words: str) -> tuple[int, Any]:
        code = main.run(
            ["--profile", str(tmp_path / "profile"), "--passphrase-file", str(tmp_path / "vault"),
             "--json", "--quiet", *words]
        )  # fmt: skip
        return code, json.loads(capsys.readouterr().out)

    ids = []
    for user in (person, box):
        (tmp_path / user.login).write_text(user.password, "utf-8")
        code, account = program(
            "account", "add", "--email", user.email, "--login", user.login, "--no-probe",
            "--imap", f"{sharing.host}:{sharing.imap_port}", "--smtp", "127.0.0.1:9",
            "--password-file", str(tmp_path / user.login), "--ca-file", str(tmp_path / "ca"),
        )  # fmt: skip
        assert code == 0
        ids.append(account["id"])
    join = ("account", "migration", ids[1], "join", ids[0])
    assert program("sync")[0] == 0
    assert program(*join)[0] == 2, "nothing is shared"
    sharing.share(box, person, "lrswi", "INBOX", "Familles")
    assert program("sync")[0] == 0
    code, told = program(*join, "--dry-run")
    assert code == 0
    assert (told["root"], told["messages"]) == (f"shared/{box.login}", 5)
    assert set("lrswi") <= set(told["rights"])
    assert len(program("account", "list")[1]) == 2, "nothing was done"
    code, told = program(*join)
    assert (code, told["joined"], told["kept_here"]) == (0, 5, 0)
    assert told["identity"] == box.email
    assert [one["id"] for one in program("account", "list")[1]] == [ids[0]]
    code, report = program("sync")
    assert (code, report["bodies"]) == (0, 0), "every text was here"
    bodies = {one["path"]: one["local_bodies"] for one in program("folders")[1]}
    assert bodies[f"shared/{box.login}/Familles"] == 2
