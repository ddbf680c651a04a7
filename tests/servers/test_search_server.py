"""The server's own search on Dovecot and Cyrus: what is not on this PC is found, and nothing is
fetched for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from mel_desktop.app.search_words import load_words
from mel_desktop.logic.mime import parse_header
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal, ServerSaid
from mel_desktop.model.finding import ServerKey
from mel_desktop.model.mail import FolderId, MessageId
from mel_desktop.net.imap import ImapConnector, ImapSession
from mel_desktop.ports import Meter, RemoteMessage
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.links import Links
from mel_desktop.services.meters import Meters
from mel_desktop.services.search import SearchService
from mel_desktop.services.serversearch import OCTETS_A_FOLDER, OCTETS_TO_SIGN_IN, ServerSearch
from mel_desktop.services.sessions import Lane, Sessions
from mel_desktop.store import mailbox
from mel_desktop.store.database import Database
from tests.support.clock import JumpingClock
from tests.support.imap_servers import ImapServer, MailUser
from tests.support.store import plant_folder, store

pytestmark = pytest.mark.servers
WORDS = load_words()


def letter(subject: str, text: str, sender: str = "Zoé Lefèvre") -> bytes:
    made = EmailMessage(policy=SMTP)
    made["From"] = f"{sender} <zoe.lefevre@ac-demo.fr>"
    made["To"] = "paul.durand@ac-demo.fr"
    made["Subject"] = subject
    made.set_content(text)
    return made.as_bytes()


class Desk:
    """A profile with one account on a real server; only headers are here."""

    def __init__(self, database: Database, server: ImapServer, user: MailUser) -> None:
        self.database, self.user = database, user
        clock, self.meters = JumpingClock(), Meters()
        accounts = Accounts(database, clock)
        self.account = accounts.add(server.new_account(user), user.secret).id
        self.inbox = self.folder("INBOX", "inbox")
        self.sent = self.folder("Sent", "sent")
        links = Links(database, accounts, self.meters, clock, lambda: False)
        self.sessions = Sessions(
            accounts,
            ImapConnector(),
            _NoSubmission(),
            lambda: False,
            meters=self.meters,  # type: ignore[arg-type]
        )
        self.local = SearchService(database, clock)
        self.service = ServerSearch(database, self.sessions, links, clock, lambda: WORDS)

    def folder(self, path: str, role: str | None) -> FolderId:
        """One of which not all headers are here."""
        made = plant_folder(self.database, self.account, path, role=role)
        self.database.write(lambda tx: tx.run("UPDATE folder SET complete = 0"))
        return made

    def list_all(self, folder: FolderId, path: str) -> dict[int, MessageId]:
        with self.sessions.mail(self.account, Lane.SYNC) as server:
            status = server.select(path, read_only=True)
            remotes: list[RemoteMessage] = list(server.messages(server.all_uids()))
        incoming = [mailbox.Incoming(one, parse_header(one.header)) for one in remotes]
        ids = self.database.write(
            lambda tx: mailbox.insert_messages(
                tx, AccountId(self.account), folder, status.uidvalidity, incoming, downwards=False
            )
        )
        return {one.uid: id_ for id_, one in zip(ids, remotes, strict=True)}


class _NoSubmission:
    def abort(self) -> None:
        pass


@pytest.fixture(params=["dovecot", "cyrus"])
def server(request: pytest.FixtureRequest) -> ImapServer:
    found: ImapServer = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def desk(tmp_path: Path, server: ImapServer) -> Iterator[Desk]:
    with store(tmp_path) as database:
        made = Desk(database, server, server.new_user())
        try:
            yield made
        finally:
            made.sessions.drop()


def test_finds_what_only_the_server_has(desk: Desk, server: ImapServer) -> None:
    first = server.deliver(desk.user, "INBOX", letter("Sortie", "Le car part à Pâques."))
    second = server.deliver(desk.user, "INBOX", letter("Bulletins", "Rien d'autre."))
    third = server.deliver(desk.user, "Sent", letter("Réponse", "À Pâques, oui.", "Paul"))
    inbox = desk.list_all(desk.inbox, "INBOX")
    sent = desk.list_all(desk.sent, "Sent")
    late = server.deliver(desk.user, "INBOX", letter("Encore", "Pâques au balcon"))
    assert desk.local.search("Pâques").hits == ()
    assert desk.local.search("Pâques").not_local == 3

    def found(query: str) -> set[MessageId]:
        return set(desk.service.search(query).ids)

    whole = desk.service.search("Pâques")
    assert set(whole.ids) == {inbox[first], sent[third]}
    assert list(whole.ids) == sorted(whole.ids, reverse=True)
    assert (whole.unknown, whole.folders, whole.left_out) == (1, 2, ())
    assert late not in inbox
    assert found('"car part"') == {inbox[first]}
    assert found("objet:bulletins") == {inbox[second]}
    assert found("-Pâques") == {inbox[second]}
    assert found("bulletins OU Pâques") == {inbox[first], inbox[second], sent[third]}
    assert found("Pâques dossier:envoyés") == {sent[third]}
    assert found("de:paul Pâques") == {sent[third]}
    assert found("à:paul.durand est:non-lu objet:Sortie") == {inbox[first]}
    assert found("Pâques taille:>1Mo") == set()
    assert found("Pâques avant:2001") == set()
    assert found("Pâques mot-clé:urgent") == set()
    assert found('Pâques "quote\\" {12} NIL) LOGOUT') == set()
    assert "\\Seen" not in server.seen_flags(desk.user, "INBOX")[first]


def test_other_forms_of_a_word_are_asked_for(desk: Desk, server: ImapServer) -> None:
    texts = {
        "one": "Un élève absent sera convoqué.",
        "many": "Les élèves absents seront convoqués par le CPE.",
        "none": "Le courrier de la semaine.",
        "paper": "Le journal du collège.",
        "helped": "Une accompagnante d’élève en situation de handicap arrive.",
        "short": "L'AESH arrive lundi.",
    }
    uids = {
        name: server.deliver(desk.user, "INBOX", letter(f"Lettre {name}", text))
        for name, text in texts.items()
    }
    inbox = desk.list_all(desk.inbox, "INBOX")
    names = {inbox[uid]: name for name, uid in uids.items()}

    def found(query: str) -> set[str]:
        return {names[one] for one in desk.service.search(query).ids}

    assert found("élèves absents ") == {"one", "many"}
    assert found("journaux ") == {"paper"}
    assert found("AESH ") == {"helped", "short"}
    assert found("accompagnants d'élèves en situation de handicap ") == {"helped", "short"}
    assert found('"élèves absents" ') == {"many"}
    assert found("(journaux OU AESH) ") == {"paper", "helped", "short"}
    assert found("élèves -journaux -convoqués ") == {"one", "helped"}
    assert found("lettre -AESH ") == {"one", "many", "none", "paper"}
    assert found("cours ") == set()


def test_a_server_that_refuses_forms_is_asked_for_the_word(
    desk: Desk, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = server.deliver(desk.user, "INBOX", letter("Sortie", "Les journaux du matin"))
    inbox = desk.list_all(desk.inbox, "INBOX")
    tried: list[ServerKey] = []
    search = ImapSession.search

    def simple(session: ImapSession, key: ServerKey) -> tuple[int, ...]:
        tried.append(key)
        if "'OR'" in repr(key):
            raise ServerSaid(ErrorCode.SERVER_REFUSED)
        return search(session, key)

    monkeypatch.setattr(ImapSession, "search", simple)
    told = desk.service.search("journaux ")
    assert (set(told.ids), told.left_out) == ({inbox[uid]}, ())
    assert len(tried) == 2 * told.folders


def test_a_long_and_strange_query_is_no_trouble(desk: Desk, server: ImapServer) -> None:
    uid = server.deliver(desk.user, "INBOX", letter("Œuvre", "été " * 400))
    ids = desk.list_all(desk.inbox, "INBOX")
    assert set(desk.service.search("œuvre").ids) == {ids[uid]}
    strange = "é" * 900
    assert desk.service.search(strange).ids == ()
    assert desk.service.search(f"({strange} OU été) -'xyz'").folders == 2


def test_folders_that_are_whole_here_are_not_asked(desk: Desk, server: ImapServer) -> None:
    desk.database.write(lambda tx: tx.run("UPDATE folder SET complete = 1"))
    server.deliver(desk.user, "INBOX", letter("Sortie", "Le car"))
    before = desk.meters.of(desk.account).sent
    assert desk.service.search("car").folders == 0
    assert desk.service.price("car").octets == 0
    assert desk.meters.of(desk.account).sent == before  # nothing left this PC


def test_a_folder_that_is_gone_is_named(desk: Desk, server: ImapServer) -> None:
    server.deliver(desk.user, "INBOX", letter("Sortie", "Le car"))
    ids = desk.list_all(desk.inbox, "INBOX")
    desk.folder("Perdu", None)
    found = desk.service.search("car")
    assert found.left_out == ("Perdu",)
    assert set(found.ids) == set(ids.values())


def test_the_price_is_about_what_it_costs(desk: Desk, server: ImapServer) -> None:
    for number in range(10):
        server.deliver(desk.user, "INBOX", letter(f"Sortie {number}", "Le car"))
    desk.list_all(desk.inbox, "INBOX")
    price = desk.service.price("car")
    assert price.octets == OCTETS_TO_SIGN_IN + 2 * OCTETS_A_FOLDER
    meter = desk.meters.of(desk.account)
    before = meter.sent + meter.received
    desk.service.search("car")
    cost = meter.sent + meter.received - before
    assert price.octets / 4 < cost < price.octets * 1.5


def test_an_empty_query_is_refused(desk: Desk) -> None:
    with pytest.raises(LocalRefusal) as caught:
        desk.service.search("  ")
    assert caught.value.code is ErrorCode.USAGE


def test_search_keys_reach_the_server(server: ImapServer) -> None:
    """Nested keys with literals between them."""
    user = server.new_user()
    uid = server.deliver(user, "INBOX", letter("Réunion", "ordre du jour"))
    session = ImapConnector().connect(server.account(user), user.secret, Meter())
    try:
        session.select("INBOX", read_only=True)
        text = ServerKey("TEXT", "Réunion")
        body = ServerKey("BODY", "ordre du jour")
        assert session.search(ServerKey("AND", parts=(text, body))) == (uid,)
        nested = ServerKey(
            "OR", parts=(ServerKey("SUBJECT", "é€"), ServerKey("NOT", parts=(body,)))
        )
        assert session.search(ServerKey("AND", parts=(nested,))) == ()
        assert session.search(ServerKey("AND", parts=(text, ServerKey("UNSEEN")))) == (uid,)
        assert session.search(ServerKey("KEYWORD", "x) LOGOUT (")) == ()
        assert session.alive()
    finally:
        session.close()
