"""Rules and the absence message on a real server: Dovecot with Pigeonhole, ManageSieve and LMTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, Endpoint, Secret, Security
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError, ServerSaid
from mel_desktop.model.mail import Choice, Role
from mel_desktop.model.rules import (
    Absence,
    Action,
    BookState,
    Condition,
    Consent,
    Deed,
    Match,
    Offered,
    Rule,
    Runs,
    Topic,
)
from mel_desktop.model.sync import SyncOptions
from mel_desktop.net.managesieve import ManageSieve
from mel_desktop.ports import Meter
from mel_desktop.services.rules import OURS
from tests.support.certificates import Certificates
from tests.support.imap_servers import MailUser
from tests.support.sieve_dovecot import SieveDovecot

pytestmark = pytest.mark.servers

FOREIGN = (
    'require ["fileinto", "mailbox"];\r\n'
    'if header :contains "subject" "Cantine" { fileinto :create "Cantine"; stop; }\r\n'
)
COUNCIL = Rule(
    "Conseils",
    (Condition(Topic.SUBJECT, Match.CONTAINS, "conseil"),),
    (Action(Deed.FLAG), Action(Deed.FILE, "Conseils")),
)


@pytest.fixture(scope="module")
def server(certificates: Certificates) -> Iterator[SieveDovecot]:
    made = SieveDovecot(certificates)
    try:
        made.start()
        yield made
    finally:
        made.remove()


@dataclass
class Teacher:
    """A mailbox on the server, and this program with it."""

    server: SieveDovecot
    user: MailUser
    facade: Facade
    account: Account

    def sync(self) -> None:
        self.facade.sync(self.account.id, SyncOptions())

    def home(self) -> Path:
        return self.server.home(self.user)

    def scripts(self) -> dict[str, str]:
        return {
            path.stem: path.read_bytes().decode()
            for path in (self.home() / "sieve").glob("*.sieve")
        }

    def active(self) -> str:
        link = self.home() / "active.sieve"
        return link.readlink().stem if link.is_symlink() else ""

    def put(self, name: str, text: str, *, active: bool = True) -> None:
        """What another client does, through ManageSieve too."""
        services = self.facade._services
        where = Endpoint(self.server.host, self.server.sieve_port, Security.STARTTLS)
        connector = ManageSieve(services.randomness)
        with connector.open(self.account, where, self.user.secret, Meter()) as other:
            other.noop()
            other.put(name, text)
            if active:
                other.activate(name)

    def receive(self, subject: str, **heads: str) -> None:
        lines = [f"Subject: {subject}", f"To: {self.user.email}", "From: zoe@ac-demo.fr"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in heads.items()]
        lines += ["", "Bonjour", ""]
        self.server.receive(self.user, "\r\n".join(lines).encode(), "zoe@ac-demo.fr")

    def there(self, folder: str) -> dict[str, set[str]]:
        """Subjects and flags in a folder, as an independent observer sees them."""
        with self.server.observer(self.user) as box:
            if not box.folder.exists(folder):
                return {}
            box.folder.set(folder)
            found = box.fetch(headers_only=True, mark_seen=False)
            return {one.subject: set(one.flags) - {"\\Recent"} for one in found}

    def here(self, folder: str) -> list[str]:
        found = self.facade.find_folder(folder, self.account.id)
        return [one.subject for one in self.facade.messages(found.id)]


@pytest.fixture
def teacher(tmp_path: Path, server: SieveDovecot) -> Iterator[Teacher]:
    user = server.new_user()
    facade = wiring.create_profile(
        tmp_path / "p", passphrase=Secret("un secret"), use_keyring=False
    )
    try:
        account = facade.add_account(server.new_account(user), user.secret)
        facade.rules.set_server(account.id, "", server.sieve_port)
        yield Teacher(server, user, facade, account)
    finally:
        facade.close()


def test_rules_made_offline_are_uploaded_later_and_run_on_the_server(teacher: Teacher) -> None:
    rules, account = teacher.facade.rules, teacher.account.id
    teacher.facade.set_offline(True)
    rules.save(account, [COUNCIL])
    assert rules.book(account).state is BookState.WAITING
    assert rules.book(account).rules[0].runs is Runs.UNKNOWN
    with pytest.raises(MelError) as refused:
        rules.look(account)
    assert refused.value.code is ErrorCode.OFFLINE
    teacher.facade.set_offline(False)
    teacher.sync()
    book = rules.book(account)
    assert (book.state, book.offered, book.active) == (BookState.AGREED, Offered.YES, OURS)
    assert book.rules[0].runs is Runs.SERVER
    assert teacher.active() == OURS
    teacher.receive("Conseil de classe")
    teacher.receive("Autre chose")
    assert teacher.there("Conseils") == {"Conseil de classe": {"\\Flagged"}}
    assert teacher.there("INBOX") == {"Autre chose": set()}
    teacher.sync()
    assert teacher.here("inbox") == ["Autre chose"]
    assert rules.runs(account) == ()  # the server did it, nobody else


def test_another_pc_of_the_teacher_gets_the_same_rules(teacher: Teacher, tmp_path: Path) -> None:
    teacher.facade.rules.save(teacher.account.id, [COUNCIL])
    teacher.sync()
    other = wiring.create_profile(tmp_path / "q", passphrase=Secret("un autre"), use_keyring=False)
    try:
        account = other.add_account(teacher.server.new_account(teacher.user), teacher.user.secret)
        other.rules.set_server(account.id, "", teacher.server.sieve_port)
        book = other.rules.look(account.id)
        assert [one.rule for one in book.rules] == [COUNCIL]
        off = Rule(COUNCIL.name, COUNCIL.conditions, COUNCIL.actions, enabled=False)
        other.rules.save(account.id, [off])
        other.rules.look(account.id)
        # Nothing waits here: what the other one did is taken over.
        assert [one.rule for one in teacher.facade.rules.look(teacher.account.id).rules] == [off]
        # Both edit: a conflict, and nothing is overwritten.
        other.rules.save(account.id, [COUNCIL])
        other.rules.look(account.id)
        mine = Rule("Autre", (), (Action(Deed.READ),))
        teacher.facade.rules.save(teacher.account.id, [mine])
        before = teacher.scripts()[OURS]
        book = teacher.facade.rules.look(teacher.account.id)
        assert book.state is BookState.CONFLICT
        assert book.theirs_rules == (COUNCIL,)
        assert [one.rule for one in book.rules] == [mine]
        assert teacher.scripts()[OURS] == before
        teacher.facade.rules.resolve(teacher.account.id, Choice.MINE)
        book = teacher.facade.rules.look(teacher.account.id)
        assert book.state is BookState.AGREED
        assert teacher.scripts()[OURS] != before
        assert teacher.scripts()["mel-desktop-copy"] == before
        assert [one.rule for one in other.rules.look(account.id).rules] == [mine]
    finally:
        other.close()


def test_a_script_of_another_program_is_kept_and_runs_beside_ours(teacher: Teacher) -> None:
    rules, account = teacher.facade.rules, teacher.account.id
    teacher.put("roundcube", FOREIGN)
    rules.save(account, [COUNCIL])
    teacher.sync()
    book = rules.book(account)
    assert (book.state, book.foreign_name, book.active) == (
        BookState.ASKS,
        "roundcube",
        "roundcube",
    )
    assert book.foreign_text == FOREIGN
    assert book.rules[0].runs is Runs.HERE  # until the teacher has decided
    assert teacher.active() == "roundcube"
    assert [(name, text) for name, text, _ in rules.copies(account)] == [("roundcube", FOREIGN)]
    rules.consent(account, Consent.BESIDE)
    book = rules.look(account)
    assert (book.state, book.active) == (BookState.AGREED, OURS)
    assert teacher.scripts()["roundcube"] == FOREIGN
    teacher.receive("Cantine : menu du conseil")
    teacher.receive("Le conseil")
    assert teacher.there("Cantine") == {"Cantine : menu du conseil": set()}
    assert teacher.there("Conseils") == {"Le conseil": {"\\Flagged"}}
    # Another program takes over again: the teacher is asked again.
    teacher.put("roundcube", FOREIGN)
    book = rules.look(account)
    assert (book.state, book.consent, teacher.active()) == (
        BookState.ASKS,
        Consent.NONE,
        "roundcube",
    )
    rules.consent(account, Consent.INSTEAD)
    assert rules.look(account).active == OURS
    rules.consent(account, Consent.THEIRS)
    book = rules.look(account)
    assert (book.active, book.rules[0].runs) == ("roundcube", Runs.HERE)
    assert teacher.scripts()["roundcube"] == FOREIGN


def test_our_script_changed_by_hand_is_a_conflict(teacher: Teacher) -> None:
    rules, account = teacher.facade.rules, teacher.account.id
    rules.save(account, [COUNCIL])
    teacher.sync()
    touched = teacher.scripts()[OURS].replace("conseil", "cantine")
    teacher.put(OURS, touched)
    book = rules.look(account)
    assert (book.state, book.theirs, book.theirs_rules) == (BookState.CONFLICT, touched, None)
    with pytest.raises(LocalRefusal):
        rules.resolve(account, Choice.THEIRS)
    assert teacher.scripts()[OURS] == touched
    rules.resolve(account, Choice.MINE)
    assert rules.look(account).state is BookState.AGREED
    assert teacher.scripts()["mel-desktop-copy"] == touched


def test_the_absence_message_is_given_once_to_a_sender(teacher: Teacher) -> None:
    rules, account = teacher.facade.rules, teacher.account.id
    already = len(teacher.server.sent())
    rules.save_absence(account, Absence(True, None, None, "Absente", "Je suis absente.\nÀ lundi."))
    assert not rules.book(account).absence_on_server
    teacher.sync()
    assert rules.book(account).absence_on_server
    teacher.receive("Question 1")
    teacher.receive("Question 2")
    teacher.receive("Liste", List_Id="<profs.ac-demo.fr>")
    answers = teacher.server.sent()[already:]
    assert len(answers) == 1
    assert "zoe@ac-demo.fr" in answers[0].splitlines()[0]
    assert "Subject: Absente" in answers[0]
    assert set(teacher.there("INBOX")) == {"Question 1", "Question 2", "Liste"}
    rules.save_absence(account, Absence())
    teacher.sync()
    assert "vacation" not in teacher.scripts()[OURS].partition("#= ")[2]


def test_mail_is_redirected_to_colleagues_alone_and_stays(teacher: Teacher) -> None:
    rules, account = teacher.facade.rules, teacher.account.id
    already = len(teacher.server.sent())
    private = Rule("Privé", (), (Action(Deed.REDIRECT, "moi@exemple.com"),))
    with pytest.raises(LocalRefusal) as refused:
        rules.save(account, [private])
    assert refused.value.code is ErrorCode.POLICY
    rules.save(account, [Rule("Collègue", (), (Action(Deed.REDIRECT, "max@ac-demo.fr"),))])
    teacher.sync()
    teacher.receive("Pour deux")
    (sent,) = teacher.server.sent()[already:]
    assert "max@ac-demo.fr" in sent.splitlines()[0]
    assert set(teacher.there("INBOX")) == {"Pour deux"}


def test_a_server_that_refuses_a_script_says_why(teacher: Teacher) -> None:
    rules, account = teacher.facade.rules, teacher.account.id
    rules.look(account)
    many = [
        Rule(
            f"{number}",
            (Condition(Topic.SUBJECT, Match.CONTAINS, "x" * 480),) * 10,
            COUNCIL.actions,
        )
        for number in range(20)
    ]
    rules.save(account, many)  # more than the quota that this server has for scripts
    with pytest.raises(ServerSaid) as refused:
        rules.look(account)
    assert str(refused.value.facts["why"]).startswith("quota")
    assert refused.value.code is ErrorCode.SERVER_REFUSED
    book = rules.book(account)
    assert (book.state, book.trouble) == (BookState.WAITING, ErrorCode.SERVER_REFUSED.text)
    assert book.said


def test_rules_that_the_server_cannot_run_run_here_each_once(
    tmp_path: Path, certificates: Certificates
) -> None:
    server = SieveDovecot(certificates, extensions="-body")
    try:
        server.start()
        person = server.new_user()
        facade = wiring.create_profile(
            tmp_path / "p", passphrase=Secret("un secret"), use_keyring=False
        )
        try:
            account = facade.add_account(server.new_account(person), person.secret)
            facade.rules.set_server(account.id, "", server.sieve_port)
            me = Teacher(server, person, facade, account)
            me.receive("Ancien message")
            me.sync()
            words = Rule(
                "Mot",
                (Condition(Topic.BODY, Match.CONTAINS, "bonjour"),),
                (Action(Deed.TAG, "lu"), Action(Deed.TRASH)),
            )
            facade.rules.save(account.id, [COUNCIL, words])
            me.sync()
            runs = [one.runs for one in facade.rules.book(account.id).rules]
            assert runs == [Runs.SERVER, Runs.HERE]
            assert me.here("inbox") == ["Ancien message"]  # never on old mail unasked
            me.receive("Conseil bonjour")
            me.receive("Nouveau")
            me.sync()
            me.sync()
            assert set(me.there("Conseils")) == {"Conseil bonjour"}
            assert set(me.there("Trash")) == {"Nouveau"}
            assert set(me.there("INBOX")) == {"Ancien message"}
            (run,) = facade.rules.runs(account.id)
            assert run.fired == ("Mot",)
            facade.rules.undo(run.id)
            me.sync()
            me.sync()
            assert set(me.there("INBOX")) == {"Ancien message", "Nouveau"}  # and not done again
            inbox = facade.find_folder("inbox", account.id)
            assert inbox.role is Role.INBOX
            preview = facade.rules.preview(account.id, inbox.id, [1])
            assert (preview.looked_at, len(preview.fitting)) == (2, 2)
            assert facade.rules.apply(account.id, preview.fitting, [1]) == 2
            me.sync()
            assert set(me.there("INBOX")) == set()
        finally:
            facade.close()
    finally:
        server.remove()
