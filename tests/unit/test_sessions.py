"""Connections for services: one sign-in, hold after a refused password, offline means no socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.model.accounts import (
    Account,
    AccountId,
    AccountState,
    Endpoint,
    NewAccount,
    Secret,
    Security,
)
from mel_desktop.model.errors import Cancelled, ConnectionTrouble, ErrorCode, MelError, ServerSaid
from mel_desktop.model.links import LinkProfile, LinkSettings
from mel_desktop.ports import Hints, Meter
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.links import Links
from mel_desktop.services.meters import Meters
from mel_desktop.services.sessions import Lane, Sessions
from mel_desktop.store.database import Database
from tests.support.clock import JumpingClock
from tests.support.store import store


class Server:
    """Counts what is done to it."""

    def __init__(self) -> None:
        self.aborted = 0
        self.closed = 0
        self.noops = 0
        self.stands = True
        self.hints = Hints(after=frozenset({"IMAP4REV1", "IDLE"}))

    def noop(self) -> None:
        self.noops += 1

    def alive(self) -> bool:
        return self.stands

    def abort(self) -> None:
        self.aborted += 1

    def close(self) -> None:
        self.closed += 1


class Connector:
    """A server room in memory: hands out servers, or refuses."""

    def __init__(self) -> None:
        self.servers: list[Server] = []
        self.trouble: MelError | None = None
        self.attempts = 0
        self.asked: list[tuple[Hints | None, bool]] = []

    def abort(self) -> None:
        """As the submission server: nothing is under way."""

    def connect(
        self,
        account: Account,
        password: Secret,
        meter: Meter,
        *,
        hints: Hints | None = None,
        folders: bool = False,
    ) -> Server:
        self.attempts += 1
        self.asked.append((hints, folders))
        if self.trouble is not None:
            raise self.trouble
        self.servers.append(Server())
        return self.servers[-1]


class Room:
    def __init__(self, database: Database, clock: JumpingClock) -> None:
        folder_accounts = Accounts(database, clock)
        self.accounts = folder_accounts
        self.connector = Connector()
        self.offline = False
        self.clock = clock
        self.meters = Meters()
        self.links = Links(database, folder_accounts, self.meters, clock, lambda: self.offline)
        self.sessions = Sessions(
            folder_accounts,
            self.connector,  # type: ignore[arg-type]  # only connect is asked for
            self.connector,  # type: ignore[arg-type]  # only abort is asked for
            lambda: self.offline,
            meters=self.meters,
            links=self.links,
            clock=clock,
        )
        endpoint = Endpoint("127.0.0.1", 1, Security.TLS)
        self.account: AccountId = folder_accounts.add(
            NewAccount("a@ac-exemple.invalid", "a", endpoint, endpoint), Secret("secret")
        ).id

    def choose(self, profile: LinkProfile) -> None:
        self.links.set_settings(self.account, LinkSettings(profile))

    def use(self, *lanes: Lane) -> None:
        for lane in lanes:
            with self.sessions.mail(self.account, lane):
                pass


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with store(tmp_path) as database:
        yield Room(database, JumpingClock())


def test_a_connection_is_kept_for_the_next_one(room: Room) -> None:
    with room.sessions.mail(room.account) as first:
        pass
    with room.sessions.mail(room.account) as second:
        assert second is first
    assert room.connector.attempts == 1


def test_a_connection_that_the_server_closed_meanwhile_is_made_anew(room: Room) -> None:
    with room.sessions.mail(room.account):
        pass
    room.connector.servers[0].stands = False
    with room.sessions.mail(room.account) as second:
        assert second is room.connector.servers[1]
    assert room.connector.attempts == 2


def test_a_reader_does_not_wait_for_a_long_sync(room: Room) -> None:
    with (
        room.sessions.mail(room.account) as sync,
        room.sessions.mail(room.account, Lane.READER) as reader,
    ):
        assert reader is not sync


def test_after_trouble_the_connection_is_thrown_away(room: Room) -> None:
    def lose() -> None:
        with room.sessions.mail(room.account):
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST)

    with pytest.raises(ConnectionTrouble):
        lose()
    assert room.connector.servers[0].aborted == 1
    with room.sessions.mail(room.account):
        pass
    assert room.connector.attempts == 2


def test_an_answer_that_says_no_keeps_the_connection(room: Room) -> None:
    def ask() -> None:
        with room.sessions.mail(room.account):
            raise ServerSaid(ErrorCode.FOLDER_GONE)

    with pytest.raises(ServerSaid):
        ask()
    assert room.connector.servers[0].aborted == 0


@pytest.mark.parametrize(
    "code",
    [ErrorCode.SIGN_IN_REFUSED, ErrorCode.PASSWORD_EXPIRED, ErrorCode.APP_PASSWORD_NEEDED],
)
def test_a_refused_password_is_tried_once(room: Room, code: ErrorCode) -> None:
    room.connector.trouble = ServerSaid(code)
    for expected in (code, ErrorCode.SIGN_IN_ON_HOLD, ErrorCode.SIGN_IN_ON_HOLD):
        with pytest.raises(ServerSaid) as refused, room.sessions.mail(room.account):
            pass
        assert refused.value.code is expected
    assert room.connector.attempts == 1
    assert room.accounts.get(room.account).state is AccountState.ON_HOLD
    room.connector.trouble = None
    room.accounts.set_password(room.account, Secret("the right one"))
    with room.sessions.mail(room.account):
        pass
    assert room.connector.attempts == 2


def test_a_dead_line_puts_nothing_on_hold(room: Room) -> None:
    room.connector.trouble = ConnectionTrouble(ErrorCode.UNREACHABLE)
    for _ in range(2):
        with pytest.raises(ConnectionTrouble), room.sessions.mail(room.account):
            pass
    assert room.connector.attempts == 2
    assert room.accounts.get(room.account).state is AccountState.READY


def test_offline_opens_no_socket(room: Room) -> None:
    room.offline = True
    with pytest.raises(ConnectionTrouble) as trouble, room.sessions.mail(room.account):
        pass
    assert trouble.value.code is ErrorCode.OFFLINE
    assert room.connector.attempts == 0


def test_stop_aborts_and_later_calls_are_cancelled(room: Room) -> None:
    with room.sessions.mail(room.account):
        stopper = threading.Thread(target=room.sessions.stop)
        stopper.start()
        stopper.join(60)
    assert room.connector.servers[0].aborted == 1
    with pytest.raises(Cancelled), room.sessions.mail(room.account):
        pass


def test_drop_closes_politely_and_connects_anew(room: Room) -> None:
    with room.sessions.mail(room.account):
        pass
    room.sessions.drop()
    assert room.connector.servers[0].closed == 1
    with room.sessions.mail(room.account):
        pass
    assert room.connector.attempts == 2


def test_drop_aborts_what_another_thread_uses(room: Room) -> None:
    with room.sessions.mail(room.account):
        other = threading.Thread(target=room.sessions.drop)
        other.start()
        other.join(60)
    assert (room.connector.servers[0].aborted, room.connector.servers[0].closed) == (1, 0)


def test_the_password_never_shows(room: Room) -> None:
    assert "secret" not in repr(room.accounts.password(room.account))
    assert "secret" not in str(room.accounts.password(room.account))


def test_what_a_sign_in_learnt_goes_into_the_next_one(room: Room) -> None:
    room.use(Lane.SYNC)
    room.sessions.drop()
    room.use(Lane.SYNC, Lane.READER)
    learnt = room.connector.servers[0].hints
    assert room.connector.asked == [(None, True), (learnt, True), (learnt, False)]
    assert room.accounts.hints(room.account) == learnt


def test_three_connections_at_most_and_two_on_a_thrifty_line(room: Room) -> None:
    room.choose(LinkProfile.FULL)
    for _ in range(3):
        room.use(*Lane)
    assert room.connector.attempts == 3
    for profile in (LinkProfile.THRIFTY, LinkProfile.FRUGAL):
        room.choose(profile)
        with pytest.raises(Cancelled):
            room.use(Lane.WATCH)
    room.sessions.tend()
    assert sum(one.aborted + one.closed for one in room.connector.servers) == 1
    room.use(Lane.SYNC, Lane.READER)
    assert room.connector.attempts == 3


def test_an_account_that_a_person_took_offline_opens_no_socket(room: Room) -> None:
    room.choose(LinkProfile.OFFLINE)
    for lane in Lane:
        with pytest.raises(ConnectionTrouble) as trouble:
            room.use(lane)
        assert trouble.value.code is ErrorCode.OFFLINE
    with pytest.raises(ConnectionTrouble):
        room.sessions.submit(room.account, "a@b.invalid", ["c@b.invalid"], b"")
    assert room.connector.attempts == 0


def test_idle_connections_are_kept_alive_and_a_readers_is_closed_at_last(room: Room) -> None:
    room.choose(LinkProfile.FULL)
    room.use(Lane.SYNC, Lane.READER)
    sync, reader = room.connector.servers
    room.clock.jump(seconds=100)
    room.sessions.tend()
    assert (sync.noops, reader.noops) == (0, 0), "not idle for long"
    for _ in range(5):
        room.clock.jump(seconds=250)
        room.sessions.tend()
    assert (sync.noops, sync.closed, sync.aborted) == (5, 0, 0)
    assert (reader.noops, reader.closed, reader.aborted) == (3, 1, 0)
    room.use(Lane.SYNC)
    assert room.connector.attempts == 2


def test_on_a_frugal_line_nothing_idles(room: Room) -> None:
    room.choose(LinkProfile.FRUGAL)
    room.use(Lane.SYNC, Lane.READER)
    room.clock.jump(seconds=130)
    room.sessions.tend()
    assert [(one.closed, one.noops) for one in room.connector.servers] == [(1, 0), (1, 0)]
    room.use(Lane.SYNC)
    assert room.connector.attempts == 3


def test_a_connection_in_use_is_not_tended(room: Room) -> None:
    room.choose(LinkProfile.FRUGAL)
    with room.sessions.mail(room.account) as server:
        room.clock.jump(hours=1)
        other = threading.Thread(target=room.sessions.tend)
        other.start()
        other.join(60)
        assert (server.closed, server.noops) == (0, 0)  # type: ignore[attr-defined]


def test_on_another_network_nobody_says_goodbye(room: Room) -> None:
    room.use(Lane.SYNC, Lane.READER)
    room.sessions.abandon()
    assert [(one.aborted, one.closed) for one in room.connector.servers] == [(1, 0), (1, 0)]
    room.use(Lane.SYNC)
    assert room.connector.attempts == 3
