"""Quota, namespaces and watching on real servers, where they offer them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mel_desktop.net.imap import ImapConnector, ImapSession
from mel_desktop.net.imap_watch import Way, way_of
from mel_desktop.ports import Meter, Namespace, Quota
from tests.support.imap_servers import Dovecot, ImapServer, MailUser, Pymap

pytestmark = pytest.mark.servers

MESSAGE = b"Subject: x\r\nMessage-ID: <%d@ac-demo.fr>\r\n\r\n" + b"y" * 3000 + b"\r\n"


@contextmanager
def session_of(server: ImapServer, user: MailUser) -> Iterator[ImapSession]:
    session = ImapConnector().connect(server.account(user), user.secret, Meter())
    try:
        yield session
    finally:
        session.close()


@contextmanager
def soon(deed: object) -> Iterator[None]:
    """The deed is done by another client while the block waits."""
    thread = threading.Timer(0.5, deed)  # type: ignore[arg-type]
    thread.start()
    try:
        yield
    finally:
        thread.join()


def test_quota(server: ImapServer) -> None:
    if isinstance(server, Dovecot):
        user = MailUser("quota-news", "quota@ac-demo.fr", "Sésame-quota!")
        server.register(user, quota="10M")
    else:
        user = server.new_user()
    server.deliver(user, "INBOX", MESSAGE % 1)
    with session_of(server, user) as session:
        quotas = session.quota()
        offered = any(name.startswith("QUOTA") for name in session.caps.names)
        assert session.select("INBOX").exists == 1  # the connection still stands
    if isinstance(server, Dovecot):
        (storage,) = [one for one in quotas if one.resource == "STORAGE"]
        assert storage.limit == 10 << 20
        assert 3000 < storage.used < 20_000
    else:
        assert quotas == () or offered
        assert all(isinstance(one, Quota) and one.limit > 0 for one in quotas)


def test_own_folders_are_personal(server: ImapServer) -> None:
    user = server.new_user()
    with session_of(server, user) as session:
        folders = session.list_folders()
    assert folders
    assert {one.namespace for one in folders} == {Namespace.PERSONAL}


def test_a_message_in_the_inbox_is_news(server: ImapServer) -> None:
    user = server.new_user()
    with session_of(server, user) as session:
        session.select("INBOX", read_only=True)
        with soon(lambda: server.deliver(user, "INBOX", MESSAGE % 1)):
            begin = time.monotonic()
            assert session.watch(20)
        assert time.monotonic() - begin < 15
        assert not session.watch(0.5)  # told once
        assert session.all_uids()  # and the session goes on


def test_nothing_new_is_no_news(server: ImapServer) -> None:
    user = server.new_user()
    with session_of(server, user) as session:
        assert not session.watch(0.5)
        assert session.select("Sent").exists == 0


def test_a_message_in_another_folder_is_news_by_notify(server: ImapServer) -> None:
    user = server.new_user()
    server.deliver(user, "Classe", MESSAGE % 1)
    with session_of(server, user) as session:
        if way_of(session.caps.names) is not Way.NOTIFY:
            pytest.skip("this server does not offer NOTIFY")
        session.select("INBOX", read_only=True)
        with soon(lambda: server.deliver(user, "Classe", MESSAGE % 2)):
            assert session.watch(20)
        assert not session.watch(0.5)
        status = {one.path: one.status for one in session.list_folders()}["Classe"]
        assert status is not None
        assert status.exists == 2
        session.select("Classe")  # STATUS that comes unasked disturbs no command
        assert len(session.all_uids()) == 2


def test_notify_is_offered_by_one_of_the_servers(dovecot: Dovecot, pymap_server: Pymap) -> None:
    """Else the test above would prove nothing."""
    user = dovecot.new_user()
    with session_of(dovecot, user) as session:
        assert way_of(session.caps.names) is Way.NOTIFY
