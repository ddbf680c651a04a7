"""CardDAV servers that lie, lead elsewhere, never end, or send bombs; and what still must work."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.formats import dav_xml
from mel_desktop.formats.dav_xml import DavResponse, Multistatus
from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError, ServerBroken, ServerSaid
from mel_desktop.model.people import (
    Change,
    DirectoryEntry,
    DirectorySource,
    Gone,
    Item,
    SkippedLine,
    SourceId,
    SourceKind,
)
from mel_desktop.net.carddav import CardDavReader
from mel_desktop.net.transport import Lines
from mel_desktop.services.carddav import CardDavRefresher
from tests.support.certificates import Certificates
from tests.support.dav_servers import Answer, Asked, ScriptedDav, card, scripted_dav

SECRET = "mot-de-passe"
SPACES = 'xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"'
BOOK = (
    "<resourcetype><collection/><c:addressbook/></resourcetype><displayname>Livre</displayname>"
    "<supported-report-set><supported-report><report><sync-collection/></report>"
    "</supported-report></supported-report-set>"
)


def multi(*responses: str, token: str = "") -> Answer:
    tail = f"<sync-token>{token}</sync-token>" if token else ""
    body = f'<?xml version="1.0"?><multistatus {SPACES}>{"".join(responses)}{tail}</multistatus>'
    return 207, {"Content-Type": "application/xml"}, body.encode()


def told(href: str, props: str = "", status: str = "HTTP/1.1 200 OK") -> str:
    return (
        f"<response><href>{href}</href><propstat><prop>{props}</prop><status>{status}</status>"
        "</propstat></response>"
    )


def lone(href: str, status: int) -> str:
    return f"<response><href>{href}</href><status>HTTP/1.1 {status} X</status></response>"


class Dav:
    """A good server with one book of some cards, of which a test replaces an answer."""

    def __init__(self) -> None:
        self.cards: dict[str, str] = {"a.vcf": card(1), "b.vcf": card(2)}
        self.etags: dict[str, str] = {}
        self.token = "urn:t:1"
        self.book = BOOK
        self.instead: dict[str, Callable[[Asked], Answer | None]] = {}

    def __call__(self, asked: Asked) -> Answer:
        kind = self.kind(asked)
        answer = self.instead[kind](asked) if kind in self.instead else None
        return answer or getattr(self, kind)(asked)

    @staticmethod
    def kind(asked: Asked) -> str:
        if b"sync-collection" in asked.body and asked.method == "REPORT":
            return "sync"
        if b"multiget" in asked.body:
            return "multiget"
        return "listing" if asked.fields.get("depth") == "1" else "discovery"

    def discovery(self, asked: Asked) -> Answer:
        return multi(told("/dav/", self.book))

    def etag(self, name: str) -> str:
        return f"<getetag>{self.etags.get(name, '1')}</getetag>"

    def sync(self, asked: Asked) -> Answer:
        return multi(*(told(f"/dav/{one}", self.etag(one)) for one in self.cards), token=self.token)

    def listing(self, asked: Asked) -> Answer:
        return multi(
            told("/dav/", "<resourcetype><collection/></resourcetype>"),
            *(told(f"/dav/{one}", self.etag(one)) for one in self.cards),
        )

    def multiget(self, asked: Asked) -> Answer:
        names = [one for one in self.cards if f"/dav/{one}<".encode() in asked.body]
        return multi(
            *(
                told(
                    f"/dav/{one}",
                    f"{self.etag(one)}<c:address-data>{self.cards[one]}</c:address-data>",
                )
                for one in names
            )
        )


class Client:
    """What services.directory does, without a store."""

    def __init__(self, certificates: Certificates, server: ScriptedDav, **patience: float) -> None:
        self.tokens: list[Secret | None] = []
        self.refresher = CardDavRefresher(CardDavReader(Lines(), **patience), self._token)
        self.settings: dict[str, Any] = {"login": "zoe", "ca_pem": certificates.ca_pem}
        self.url = server.url
        self.state: Mapping[str, Any] = {}

    def _token(self, account: AccountId, refused: Secret | None) -> Secret:
        self.tokens.append(refused)
        return Secret("old" if refused is None else "new")

    def refresh(self) -> list[Item]:
        source = DirectorySource(SourceId(1), SourceKind.CARDDAV, "x", self.url, None, 0, True, "")
        refresh = self.refresher(source, self.settings, self.state, Secret(SECRET))
        self.unchanged, self.is_delta = refresh.unchanged, refresh.is_delta
        items = list(refresh)
        self.state, self.complete = refresh.state, refresh.complete
        return items


@pytest.fixture
def dav() -> Dav:
    return Dav()


Open = Callable[..., Any]


@pytest.fixture
def opened(certificates: Certificates, dav: Dav) -> Open:
    @contextmanager
    def run(**patience: float) -> Iterator[tuple[Client, ScriptedDav]]:
        with scripted_dav(certificates, dav) as server:
            yield Client(certificates, server, **patience), server

    return run


def names(items: list[Item]) -> list[str]:
    return [
        one.name if isinstance(one, DirectoryEntry) else one.entry.name
        for one in items
        if isinstance(one, DirectoryEntry | Change)
    ]


def refused(client: Client) -> MelError:
    with pytest.raises(MelError) as caught:
        client.refresh()
    return caught.value


def test_the_good_server(opened: Open, dav: Dav) -> None:
    with opened() as (client, server):
        assert names(client.refresh()) == ["Personne 1", "Personne 2"]
        basic = base64.b64encode(f"zoe:{SECRET}".encode()).decode()
        assert {one.fields["authorization"] for one in server.asked} == {f"Basic {basic}"}
        assert client.refresh() == []
        assert client.unchanged


# -- the password stays where it belongs -----------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "target",
    [
        "https://localhost:{port}/dav/", "https://127.0.0.1:{other}/dav/",
        "http://evil.test/dav/", "//evil.test/dav/", "https://zoe:x@127.0.0.1:{port}/dav/",
        "ftp://127.0.0.1/dav/", "https://[::1/",
    ],
)  # fmt: skip
def test_a_redirect_elsewhere_ends_it(
    certificates: Certificates, opened: Open, dav: Dav, status: int, target: str
) -> None:
    other = Dav()
    with opened() as (client, server), scripted_dav(certificates, other) as second:
        where = target.format(port=server.port, other=second.port)
        dav.instead["discovery"] = lambda asked: (status, {"Location": where}, b"")
        error = refused(client)
        assert isinstance(error, ServerBroken)
        assert error.facts["why"] in ("led-elsewhere", "bad-address")
        assert (len(server.asked), second.asked) == (1, [])
        assert SECRET not in repr(error)


def test_hrefs_elsewhere_end_it_too(opened: Open, dav: Dav) -> None:
    for kind in ("sync", "multiget", "discovery"):
        dav.instead = {kind: lambda asked: multi(told("https://evil.test/a.vcf", BOOK), token="t")}
        with opened() as (client, _):
            assert refused(client).facts["why"] == "led-elsewhere"


def test_a_server_that_does_not_know_of_its_tls_proxy(opened: Open, dav: Dav) -> None:
    """It names itself by http:// and its own host: meant is this one."""
    dav.instead["discovery"] = lambda asked: multi(told("http://127.0.0.1/dav/", BOOK))
    with opened() as (client, _):
        assert len(names(client.refresh())) == 2


def test_redirects_of_its_own(opened: Open, dav: Dav) -> None:
    def lead(asked: Asked) -> Answer | None:
        return (308, {"Location": "/dav/"}, b"") if asked.path != "/dav/" else None

    dav.instead["discovery"] = lead
    with opened() as (client, server):
        client.url = f"https://127.0.0.1:{server.port}/"
        assert len(names(client.refresh())) == 2
        assert server.asked[0].path == "/.well-known/carddav"
        assert server.asked[1].method == "PROPFIND"
    dav.instead["discovery"] = lambda asked: (302, {"Location": "/again"}, b"")
    with opened() as (client, server):
        assert refused(client).facts["why"] == "redirects"


# -- bombs -----------------------------------------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
BOMBS = {
    "laughs": f"<!DOCTYPE x [{LAUGHS}]><multistatus {SPACES}>&l9;</multistatus>",
    "outside": f'<!DOCTYPE x SYSTEM "file:///etc/passwd"><multistatus {SPACES}/>',
    "entity": f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><multistatus {SPACES}>&e;'
    "</multistatus>",
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://evil.test/">%p;]>'
    f"<multistatus {SPACES}/>",
    "undeclared": f"<multistatus {SPACES}>&x;</multistatus>",
    "deep": f"<multistatus {SPACES}>" + "<a>" * 100_000,
    "cut": f"<multistatus {SPACES}><response><href>/dav/",
    "endless tag": f"<multistatus {SPACES}><response " + "x" * 3_000_000,
    "endless text": f"<multistatus {SPACES}><response><href>" + "x" * 100_000,
    "many properties": f"<multistatus {SPACES}><response><propstat><prop>"
    + "".join(f"<p{n}/>" for n in range(1_000)) + "</prop></propstat></response></multistatus>",
    "many attributes": f"<multistatus {SPACES} "
    + " ".join(f'a{n}="1"' for n in range(5_000)) + "/>",
    "html": "<html><body>Sign in</body></html>",
    "nothing": "",
    "junk": "\x00\x01\x02",
    "two roots": f"<multistatus {SPACES}/><multistatus {SPACES}/>",
    "encoding": '<?xml version="1.0" encoding="x-no-such"?><multistatus/>',
}  # fmt: skip


@pytest.mark.parametrize("kind", ["discovery", "sync", "multiget"])
@pytest.mark.parametrize("bomb", BOMBS, ids=str)
def test_bombs(opened: Open, dav: Dav, kind: str, bomb: str) -> None:
    dav.instead[kind] = lambda asked: (207, {}, BOMBS[bomb].encode())
    started = time.monotonic()
    with opened() as (client, _):
        error = refused(client)
    assert isinstance(error, ServerBroken)
    assert error.facts["why"] == "dav-xml"
    assert time.monotonic() - started < 20


def test_a_card_too_large_costs_itself(opened: Open, dav: Dav) -> None:
    dav.cards["b.vcf"] = card(2, more="NOTE:" + "x" * 3_000_000 + "\r\n")
    with opened() as (client, _):
        items = client.refresh()
        assert names(items) == ["Personne 1"]
        assert [one for one in items if isinstance(one, SkippedLine)]
        assert client.refresh() == []  # and is not fetched each time


# -- lists that do not end or lie ------------------------------------------------------------------


def test_an_answer_cut_by_the_servers_limit_goes_on(opened: Open, dav: Dav) -> None:
    """RFC 6578 3.6: 507 for the collection, and the token from which to go on."""
    dav.cards = {f"{n}.vcf": card(n) for n in range(25)}

    def piecewise(asked: Asked) -> Answer:
        start = int(asked.body.partition(b"urn:p:")[2].partition(b"<")[0] or 0)
        some = list(dav.cards)[start : start + 10]
        more = [lone("/dav/", 507)] if start + 10 < len(dav.cards) else []
        rows = [told(f"/dav/{one}", dav.etag(one)) for one in some]
        return multi(*rows, *more, token=f"urn:p:{start + 10}")

    dav.instead["sync"] = piecewise
    with opened() as (client, server):
        assert len(names(client.refresh())) == 25
        assert [one.method for one in server.asked if b"sync-coll" in one.body].count("REPORT") == 3


def test_more_without_end_is_broken(opened: Open, dav: Dav) -> None:
    dav.instead["sync"] = lambda asked: multi(lone("/dav/", 507), token="urn:p:same")
    with opened() as (client, server):
        assert refused(client).facts["why"] == "dav-token"
        assert len(server.asked) == 3
    dav.instead["sync"] = lambda asked: multi(told("/dav/a.vcf", "<getetag>1</getetag>"))
    with opened() as (client, server):
        assert refused(client).facts["why"] == "dav-token"


@pytest.mark.parametrize("status", [403, 409])
def test_a_token_of_yesterday(opened: Open, dav: Dav, status: int) -> None:
    with opened() as (client, _):
        client.refresh()
        dav.etags["b.vcf"], dav.cards["b.vcf"] = "2", card(2, name="Zoé Neuve")
        del dav.cards["a.vcf"]
        stale = f"<error {SPACES}><valid-sync-token/></error>".encode()
        dav.instead["sync"] = lambda asked: (
            (status, {}, stale) if b"urn:t:1" in asked.body else None
        )
        items = client.refresh()
        assert names(items) == ["Zoé Neuve"]
        assert [one for one in items if isinstance(one, Gone)] == [Gone("/dav/a.vcf")]


def test_without_sync_collection_by_the_list_of_etags(opened: Open, dav: Dav) -> None:
    dav.book = "<resourcetype><collection/><c:addressbook/></resourcetype>"
    with opened() as (client, _):
        assert len(names(client.refresh())) == 2
        assert client.refresh() == []
        dav.etags["b.vcf"] = "2"
        del dav.cards["a.vcf"]
        dav.cards["b.vcf"] = card(2, name="Zoé Neuve")
        items = client.refresh()
        assert names(items) == ["Zoé Neuve"]
        assert Gone("/dav/a.vcf") in items
        # a list cut by the server takes nobody away
        dav.instead["listing"] = lambda asked: multi(lone("/dav/", 507))
        assert client.refresh() == []


def test_cards_that_do_not_come_leave_the_copy_incomplete(opened: Open, dav: Dav) -> None:
    dav.instead["multiget"] = lambda asked: multi(
        told("/dav/a.vcf", f"<getetag>1</getetag><c:address-data>{card(1)}</c:address-data>"),
        told("/dav/other.vcf", f"<c:address-data>{card(9)}</c:address-data>"),  # unasked
    )
    with opened() as (client, _):
        assert names(client.refresh()) == ["Personne 1"]
        assert not client.complete
        dav.instead.clear()
        assert names(client.refresh()) == ["Personne 2"]
        assert client.complete


def test_paths_quoted_otherwise_are_the_same(opened: Open, dav: Dav) -> None:
    dav.cards = {"z@x.vcf": card(1)}
    dav.instead["multiget"] = lambda asked: multi(
        told("/dav/z%40x.vcf", f"<getetag>1</getetag><c:address-data>{card(1)}</c:address-data>")
    )
    with opened() as (client, _):
        assert names(client.refresh()) == ["Personne 1"]
        assert client.complete


# -- what servers say ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, ErrorCode.SIGN_IN_REFUSED), (403, ErrorCode.SERVER_REFUSED),
        (404, ErrorCode.SERVER_REFUSED), (405, ErrorCode.SERVER_REFUSED),
        (200, ErrorCode.SERVER_REFUSED), (503, ErrorCode.SERVER_TEMPORARY),
        (429, ErrorCode.SERVER_TEMPORARY),
    ],
)  # fmt: skip
def test_refusals(opened: Open, dav: Dav, status: int, code: ErrorCode) -> None:
    for kind in ("discovery", "sync", "multiget"):
        dav.instead = {kind: lambda asked: (status, {}, b"<html>no</html>")}
        with opened() as (client, server):
            assert refused(client).code is code
            if status == 401:
                assert sum(dav.kind(one) == kind for one in server.asked) == 1, "one try"


def test_a_drip_is_given_up(opened: Open, dav: Dav) -> None:
    def slow(asked: Asked) -> Answer:
        time.sleep(1.5)  # longer than the whole that is allowed
        return multi()

    dav.instead["discovery"] = slow
    with opened(silence_s=1.0, whole_s=0.5) as (client, _):
        assert refused(client).code is ErrorCode.TIMED_OUT


def test_a_book_that_is_gone_is_looked_for_anew(opened: Open, dav: Dav) -> None:
    with opened() as (client, _):
        client.refresh()
        dav.instead["sync"] = lambda asked: (404, {}, b"") if asked.path == "/dav/" else None
        dav.instead["discovery"] = lambda asked: multi(told("/moved/", BOOK))
        dav.cards = {}
        items = client.refresh()
        assert {one.key for one in items if isinstance(one, Gone)} == {"/dav/a.vcf", "/dav/b.vcf"}


def test_a_connection_that_was_closed_meanwhile(certificates: Certificates, dav: Dav) -> None:
    with scripted_dav(certificates, dav, keeps=False) as server:
        assert len(names(Client(certificates, server).refresh())) == 2


# -- bearer ----------------------------------------------------------------------------------------


def test_a_bearer_that_ended_is_renewed_once(opened: Open, dav: Dav) -> None:
    dav.instead["discovery"] = lambda asked: (
        (401, {}, b"") if asked.fields["authorization"] == "Bearer old" else None
    )
    with opened() as (client, server):
        client.settings["account"] = 1
        assert len(names(client.refresh())) == 2
        assert [one and one.reveal() for one in client.tokens] == [None, "old"]
        assert {one.fields["authorization"] for one in server.asked[1:]} == {"Bearer new"}
        dav.instead["sync"] = lambda asked: (401, {}, b"")
        assert isinstance(refused(client), ServerSaid)


# -- addresses and words ---------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["http://x.test/", "https://", "ldaps://x.test/", "https://a:b@x/"])
def test_addresses_that_are_none(opened: Open, url: str) -> None:
    with opened() as (client, server):
        client.url = url
        error = refused(client)
        assert isinstance(error, LocalRefusal)
        assert server.asked == []


@pytest.mark.parametrize("login", ["a:b", "a\r\nX: y", "a\0"])
def test_logins_that_would_be_another(opened: Open, login: str) -> None:
    with opened() as (client, server):
        client.settings["login"] = login
        assert refused(client).code is ErrorCode.USAGE
        assert server.asked == []


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), max_size=5))
def test_hrefs_of_any_letters_come_back_as_they_went(hrefs: list[str]) -> None:
    """What a request names stands in it, whatever it is, and nothing else."""
    found = ElementTree.fromstring(dav_xml.multiget(hrefs)).findall("{DAV:}href")
    assert [one.text for one in found] == hrefs


@given(st.binary(max_size=200), st.integers(1, 50))
def test_any_octets_end_in_an_error_of_ours(octets: bytes, size: int) -> None:
    reader = Multistatus()
    found: list[DavResponse] = []
    try:
        for start in range(0, len(octets), size):
            found += reader.feed(octets[start : start + size])
        reader.close()
    except ServerBroken:
        pass
    assert found == []


def test_it_does_not_matter_where_an_answer_is_cut() -> None:
    octets = multi(
        told("/dav/a.vcf", f"<getetag>1</getetag><c:address-data>{card(1)}</c:address-data>"),
        lone("/dav/b.vcf", 404),
        token="urn:t:2",
    )[2]
    whole = Multistatus()
    expected = whole.feed(octets) + whole.close()
    assert [one.status for one in expected] == [0, 404]
    for size in (1, 2, 3, 7, 100):
        reader = Multistatus()
        found = []
        for start in range(0, len(octets), size):
            found += reader.feed(octets[start : start + size])
        assert found + reader.close() == expected
        assert reader.sync_token == "urn:t:2"
