"""SCRAM-SHA-256 with a real Dovecot and Postfix, and with servers that lie in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Account, AccountState, Secret
from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.net.imap import ImapConnector
from mel_desktop.net.probe import NetworkProbe
from mel_desktop.net.sasl import NoWays
from mel_desktop.net.smtp import SmtpSubmission
from mel_desktop.ports import Meter
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.sign_in_ways import RememberedWays
from mel_desktop.signin_ports import Way
from mel_desktop.store.database import Database
from mel_desktop.system.clock import SystemClock
from tests.support.imap_base import MailUser
from tests.support.sign_in_servers import SignInDovecot, SignInPostfix
from tests.support.store import open_store

pytestmark = pytest.mark.servers


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def user(sign_in_dovecot: SignInDovecot) -> MailUser:
    return sign_in_dovecot.new_user()


def mechanisms(server: SignInDovecot, user: MailUser) -> list[str]:
    """With what the user signed in so far, as the server tells."""
    return [
        line.partition("method=")[2].partition(",")[0]
        for line in server.logs().splitlines()
        if f"Login: user=<{user.login}>" in line
    ]


def since(server: SignInDovecot, user: MailUser, count: int) -> list[str]:
    """The same without the first one, which made the mailbox; once so many are in the log, which
    Dovecot writes a little later than it answers.
    """
    deadline = time.monotonic() + 60
    while len(found := mechanisms(server, user)) <= count and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    return found[1:]


def test_scram_comes_first(sign_in_dovecot: SignInDovecot, user: MailUser) -> None:
    ways = NoWays()
    account = sign_in_dovecot.account(user)
    for _ in range(2):
        session = ImapConnector(ways=ways).connect(account, Secret(user.password), Meter())
        assert session.list_folders()
        session.close()
    assert since(sign_in_dovecot, user, 2) == ["SCRAM-SHA-256"] * 2
    assert ways.way(account.imap, user.login) is Way.SCRAM


@pytest.mark.parametrize(
    ("number", "password", "mechanism"),
    [
        (1, "Clé, à l’été = €", "SCRAM-SHA-256"),
        # SASLprep makes other letters of these; Dovecot keeps the password as it was typed.
        (2, "Clé ½", "PLAIN"),
        (3, "espace\N{NO-BREAK SPACE}dur", "PLAIN"),
    ],
)
def test_passwords_beyond_ascii(
    sign_in_dovecot: SignInDovecot, number: int, password: str, mechanism: str
) -> None:
    user = sign_in_dovecot.new_user(f"zoé=virgule,{number}", password=password)
    session = ImapConnector().connect(sign_in_dovecot.account(user), Secret(user.password), Meter())
    session.close()
    assert since(sign_in_dovecot, user, 1) == [mechanism]


class World:
    def __init__(self, database: Database, server: SignInDovecot, user: MailUser) -> None:
        ways = RememberedWays(database)
        self.ways = ways
        self.server, self.user = server, user
        self.accounts = Accounts(database, SystemClock())
        self.sessions = Sessions(
            self.accounts, ImapConnector(ways=ways), SmtpSubmission(ways=ways), lambda: False
        )

    def add(self, password: str | None = None) -> Account:
        new = self.server.new_account(self.user)
        return self.accounts.add(new, Secret(password or self.user.password))

    def open(self, account: Account) -> None:
        self.sessions.drop(account.id)
        with self.sessions.mail(account.id) as mail:
            assert mail.list_folders()


@pytest.fixture
def world(database: Database, sign_in_dovecot: SignInDovecot, user: MailUser) -> Iterator[World]:
    made = World(database, sign_in_dovecot, user)
    yield made
    made.sessions.stop()


def test_one_refused_scram_stops_everything(world: World) -> None:
    account = world.add("wrong")
    before = world.server.refused_sign_ins(world.user.login)
    with pytest.raises(ServerSaid) as caught:
        world.open(account)
    assert caught.value.code is ErrorCode.SIGN_IN_REFUSED
    assert world.accounts.get(account.id).state is AccountState.ON_HOLD
    for _ in range(3):
        with pytest.raises(ServerSaid) as caught:
            world.open(account)
        assert caught.value.code is ErrorCode.SIGN_IN_ON_HOLD
    assert world.server.refused_sign_ins(world.user.login) - before <= 1
    assert world.ways.way(account.imap, account.login) is Way.SCRAM_REFUSED


def test_a_user_without_a_scram_record_gets_in_by_plain(world: World) -> None:
    world.user = world.server.new_hashed_user()
    account = world.add()
    with pytest.raises(ServerSaid):
        world.open(account)
    assert since(world.server, world.user, 0) == []  # no second try behind the first
    world.accounts.set_password(account.id, Secret(world.user.password))
    for _ in range(3):
        world.open(account)
    assert since(world.server, world.user, 3) == ["PLAIN"] * 3
    assert world.ways.way(account.imap, account.login) is Way.PLAIN


def test_refused_both_ways_it_was_the_password(world: World) -> None:
    account = world.add("wrong")
    for _ in range(2):
        with pytest.raises(ServerSaid):
            world.open(account)
        world.accounts.set_password(account.id, Secret("wrong too"))
    world.accounts.set_password(account.id, Secret(world.user.password))
    world.open(account)
    assert since(world.server, world.user, 1) == ["SCRAM-SHA-256"]


def test_an_account_that_signed_in_before_there_was_scram_goes_on(world: World) -> None:
    account = world.add()
    world.ways.remember(account.imap, account.login, Way.PLAIN)  # as the migration writes it
    world.open(account)
    assert since(world.server, world.user, 1) == ["PLAIN"]


def test_what_the_wizard_learnt_holds_for_the_account(world: World) -> None:
    world.user = world.server.new_hashed_user()
    candidate = world.server.account(world.user)
    probe = NetworkProbe(ways=world.ways)
    first = {one.id: one for one in probe.checks(candidate, Secret(world.user.password))}
    second = {one.id: one for one in probe.checks(candidate, Secret(world.user.password))}
    assert first["imap-sign-in"].detail.startswith("sign-in-refused")
    assert second["imap-sign-in"].detail.startswith("signed in")
    world.open(world.add())


def test_removing_the_account_forgets_its_way(world: World) -> None:
    account = world.add()
    world.open(account)
    assert world.ways.way(account.imap, account.login) is Way.SCRAM
    world.accounts.remove(account.id)
    assert world.ways.way(account.imap, account.login) is None


def test_scram_at_a_submission_server(
    sign_in_dovecot: SignInDovecot, sign_in_postfix: SignInPostfix, user: MailUser
) -> None:
    ways = NoWays()
    for endpoint in (sign_in_postfix.tls, sign_in_postfix.starttls):
        account = replace(sign_in_dovecot.account(user), smtp=endpoint)
        SmtpSubmission(ways=ways).sign_in(account, Secret(user.password), Meter())
        assert ways.way(endpoint, user.login) is Way.SCRAM
        with pytest.raises(ServerSaid) as caught:
            SmtpSubmission().sign_in(account, Secret("wrong"), Meter())
        assert caught.value.code is ErrorCode.SIGN_IN_REFUSED
