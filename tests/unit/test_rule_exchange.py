"""When the server of rules is asked, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mel_desktop.logic import sieve_reading
from mel_desktop.model.accounts import (
    Account,
    AccountId,
    Endpoint,
    NewHosts,
    Secret,
    Security,
)
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerSaid,
)
from mel_desktop.model.rules import (
    Absence,
    Action,
    BookState,
    Consent,
    Deed,
    Offered,
    Rule,
    Runs,
)
from mel_desktop.ports import Meter
from mel_desktop.services.migration import Migration
from mel_desktop.services.rule_exchange import RuleExchange
from mel_desktop.services.rules import OURS, Rules
from tests.support.post_office import PostOffice, post_office

READ = Rule("Lus", (), (Action(Deed.READ),))
ANSWERS = 'require "vacation"; vacation "absent";'


class Server:
    """A server of scripts in memory, with faults."""

    extensions = frozenset({
        "fileinto", "copy", "imap4flags", "include", "vacation", "date", "relational"
    })  # fmt: skip

    def __init__(self) -> None:
        self.calls = 0
        self.trouble: MelError | None = None
        self.texts: dict[str, str] = {}
        self.active = ""
        self.dies_after_put = False

    @contextmanager
    def open(
        self, account: Account, endpoint: Endpoint, password: Secret, meter: Meter
    ) -> Iterator[Server]:
        self.calls += 1
        self.place = (endpoint.host, endpoint.port)
        if self.trouble is not None:
            raise self.trouble
        yield self

    def scripts(self) -> tuple[tuple[str, bool], ...]:
        return tuple((name, name == self.active) for name in self.texts)

    def script(self, name: str) -> str:
        return self.texts[name]

    def has_room(self, name: str, size: int) -> None:
        pass

    def check(self, text: str) -> None:
        pass

    def put(self, name: str, text: str) -> None:
        self.texts[name] = text
        if self.dies_after_put:
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST)

    def activate(self, name: str) -> None:
        self.active = name


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def account(office: PostOffice) -> AccountId:
    return office.add_account()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def rules(office: PostOffice) -> Rules:
    return Rules(office.database, office.accounts, office.clock)


@pytest.fixture
def exchange(office: PostOffice, server: Server) -> RuleExchange:
    return RuleExchange(office.database, office.accounts, office.clock, office.sessions, server)


def test_a_server_without_it_is_remembered_and_asked_again_the_next_day(
    office: PostOffice, account: AccountId, server: Server, exchange: RuleExchange, rules: Rules
) -> None:
    server.trouble = ConnectionTrouble(ErrorCode.UNREACHABLE)
    with pytest.raises(ConnectionTrouble):
        exchange.perform(account)
    assert server.place == ("127.0.0.1", 4190)
    book = rules.book(account)
    assert (book.offered, book.trouble) == (Offered.NO, "")
    rules.save(account, [READ])
    assert rules.book(account).rules[0].runs is Runs.HERE
    with pytest.raises(LocalRefusal) as refused:
        rules.save_absence(account, Absence(True, text="Absent"))
    assert refused.value.facts["why"] == "absence-no-server"
    exchange.after_sync(account)
    office.clock.jump(hours=23)
    exchange.after_sync(account)
    assert server.calls == 1
    office.clock.jump(hours=2)
    server.trouble = None
    exchange.after_sync(account)
    assert server.calls == 2
    assert (rules.book(account).offered, server.active) == (Offered.YES, OURS)


def test_a_network_that_lets_it_not_through_changes_nothing(
    office: PostOffice, account: AccountId, server: Server, exchange: RuleExchange, rules: Rules
) -> None:
    rules.save(account, [READ])
    exchange.after_sync(account)
    server.trouble = ConnectionTrouble(ErrorCode.TIMED_OUT)
    office.clock.jump(hours=7)
    exchange.after_sync(account)
    book = rules.book(account)
    assert (book.offered, book.rules[0].runs) == (Offered.YES, Runs.SERVER)
    assert book.trouble == ErrorCode.TIMED_OUT.text
    exchange.after_sync(account)
    assert server.calls == 2  # not at each round
    office.clock.jump(minutes=16)
    exchange.after_sync(account)
    assert server.calls == 3


def test_a_refused_password_is_tried_again_only_when_a_person_wants_it(
    office: PostOffice, account: AccountId, server: Server, exchange: RuleExchange, rules: Rules
) -> None:
    exchange.perform(account)
    server.trouble = ServerSaid(ErrorCode.SIGN_IN_REFUSED)
    office.clock.jump(hours=7)
    exchange.after_sync(account)
    office.clock.jump(days=30)
    exchange.after_sync(account)
    assert server.calls == 2
    with pytest.raises(ServerSaid):
        exchange.perform(account)
    assert server.calls == 3


def test_nothing_is_uploaded_where_there_is_nothing_to_say(
    account: AccountId, server: Server, exchange: RuleExchange
) -> None:
    exchange.after_sync(account)
    assert server.calls == 0  # nobody pays for a blocked port who has no rules
    exchange.perform(account)
    assert server.texts == {}


def test_offline_says_nothing_about_the_server(
    office: PostOffice, account: AccountId, server: Server, exchange: RuleExchange, rules: Rules
) -> None:
    office.offline = True
    rules.save(account, [READ])
    exchange.after_sync(account)
    assert (server.calls, rules.book(account).offered) == (0, Offered.UNKNOWN)


def test_a_cut_after_the_upload_is_no_conflict(
    office: PostOffice, account: AccountId, server: Server, exchange: RuleExchange, rules: Rules
) -> None:
    rules.save(account, [READ])
    server.dies_after_put = True
    exchange.after_sync(account)
    assert rules.book(account).trouble
    server.dies_after_put = False
    exchange.perform(account)
    book = rules.book(account)
    assert (book.state, book.active) == (BookState.AGREED, OURS)


def test_an_edit_during_the_upload_waits_for_the_next_one(
    account: AccountId, server: Server, exchange: RuleExchange, rules: Rules
) -> None:
    rules.save(account, [READ])
    original = server.check

    def edited(text: str) -> None:
        rules.save(account, [])

    server.check = edited  # type: ignore[method-assign]
    exchange.perform(account)
    assert rules.book(account).state is BookState.WAITING
    server.check = original  # type: ignore[method-assign]
    exchange.perform(account)
    notes = sieve_reading.read(server.texts[OURS])
    assert notes is not None
    assert notes.rules == ()
    assert rules.book(account).state is BookState.AGREED


def test_two_absence_messages_are_refused(
    account: AccountId, server: Server, exchange: RuleExchange, rules: Rules
) -> None:
    server.texts["webmail"] = ANSWERS
    server.active = "webmail"
    exchange.perform(account)
    rules.consent(account, Consent.BESIDE)
    with pytest.raises(LocalRefusal) as refused:
        rules.save_absence(account, Absence(True, text="Absent"))
    assert refused.value.facts["why"] == "absence-twice"
    rules.consent(account, Consent.INSTEAD)
    rules.save_absence(account, Absence(True, text="Absent"))
    exchange.perform(account)
    assert server.active == OURS
    assert "vacation" in server.texts[OURS]
    assert server.texts["webmail"] == ANSWERS


def test_rules_go_along_to_another_host(
    office: PostOffice, account: AccountId, server: Server, exchange: RuleExchange, rules: Rules
) -> None:
    rules.save(account, [READ])
    exchange.perform(account)
    other = Endpoint("127.0.0.1", 2, Security.TLS)
    Migration(office.database, office.accounts).move(account, NewHosts(imap=other, smtp=other))
    book = rules.book(account)
    assert (book.state, book.offered) == (BookState.WAITING, Offered.UNKNOWN)
    server.texts, server.active = {}, ""  # the other host has none of it
    exchange.after_sync(account)
    assert (rules.book(account).state, server.active) == (BookState.AGREED, OURS)


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ('vacation "x";', True),
        ("# vacation\nkeep;", False),
        ("/* vacation */ keep;", False),
        ('fileinto "vacation";', False),
        ('fileinto "a\\"b vacation";', False),
        ("redirect text:\nvacation\n.\n;", False),
        ("VACATION :days 1 text:\nx\n.\n;", True),
    ],
)
def test_what_a_foreign_script_uses(script: str, *, found: bool) -> None:
    assert sieve_reading.uses(script, "vacation") is found
