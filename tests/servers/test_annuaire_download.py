"""The annuaire from a portal on loopback: cut at many places, changed meanwhile, hostile."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.model.links import LinkProfile, LinkSettings
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectorySource,
    Item,
    SkippedLine,
    SourceId,
    SourceKind,
)
from mel_desktop.net.download import HttpDownloads
from mel_desktop.net.transport import Lines
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.annuaire import AnnuaireRefresher, PcLine
from mel_desktop.services.links import Links
from mel_desktop.services.meters import Meters
from mel_desktop.store import downloads, people
from mel_desktop.store.database import Database
from tests.support.annuaire_rows import annuaire_octets
from tests.support.certificates import Certificates
from tests.support.clock import JumpingClock
from tests.support.https_files import FileServer, Publishing, file_server
from tests.support.store import plant_account, store

pytestmark = pytest.mark.servers

ROWS = 600
FILE = annuaire_octets(ROWS, layout=2026)
PACKED = len(gzip.compress(FILE, 6, mtime=0))


class World:
    """A profile, its line and a portal."""

    def __init__(self, database: Database, server: FileServer, certificates: Certificates) -> None:
        self.database, self.server = database, server
        self.page = server.page
        clock = JumpingClock()
        self.accounts = Accounts(database, clock)
        self.meters = Meters()
        self.links = Links(database, self.accounts, self.meters, clock, lambda: False)
        self.ca_pem = certificates.ca_pem
        self.refresher = self.with_patience(20.0)
        self.state: Mapping[str, Any] = {}
        self.settings: dict[str, Any] = {}
        made = database.write(
            lambda tx: people.put_source(tx, SourceKind.ANNUAIRE, "annuaire", server.url, None)
        )
        self.source = SourceId(made)

    def with_patience(self, silence_s: float, whole_s: float = 60.0) -> AnnuaireRefresher:
        reader = HttpDownloads(
            Lines(), ca_pem=self.ca_pem, silence_s=silence_s, whole_s=whole_s, pace=0
        )
        line = PcLine(self.accounts, self.links, self.meters)
        return AnnuaireRefresher(self.database, reader, line)

    def row(self) -> DirectorySource:
        with self.database.read() as reader:
            found = people.source(reader, self.source)
        assert found is not None
        return found

    def refresh(self, *, accepts: bool = True) -> list[Item]:
        """What services.directory does with it."""
        if accepts:
            self.refresher.accept(self.source)
        refresh = self.refresher(self.row(), self.settings, self.state)
        self.unchanged = refresh.unchanged
        items = list(refresh)
        self.attribution = refresh.attribution
        self.state = refresh.state
        return items

    def held(self) -> int:
        with self.database.read() as reader:
            part = downloads.part(reader, self.source, self.server.url)
        return 0 if part is None else part.came


@pytest.fixture
def world(tmp_path: Path, certificates: Certificates) -> Iterator[World]:
    with store(tmp_path) as database, file_server(certificates, Publishing(FILE)) as server:
        yield World(database, server, certificates)


def entries(items: list[Item]) -> list[DirectoryEntry]:
    return [one for one in items if isinstance(one, DirectoryEntry)]


def code_of(world: World, **changes: Any) -> ErrorCode:
    """Why a refresh fails with the page changed like this."""
    world.server.page = replace(world.page, **changes)
    with pytest.raises(MelError) as caught:
        world.refresh()
    return caught.value.code


@pytest.mark.parametrize("packs", [True, False])
@pytest.mark.parametrize("chunked", [True, False])
def test_the_whole_file(world: World, packs: bool, chunked: bool) -> None:
    world.page.packs, world.page.chunked = packs, chunked
    found = entries(world.refresh())
    assert len(found) == ROWS
    assert found[0].same_as == (f"uai:{found[0].uai}",)
    assert world.attribution.endswith("mise à jour du 2023-06-08")
    assert world.held() == 0, "what was read is not kept twice"
    assert world.state["octets"] == world.page.sent
    assert set(world.page.asked[0]) == {
        "host", "user-agent", "accept", "accept-encoding", "connection",
    }  # fmt: skip


def test_an_unchanged_file_costs_a_few_hundred_octets(world: World) -> None:
    account = plant_account(world.database)
    world.refresh()
    before = world.meters.of(account).received
    assert world.refresh() == []
    assert world.unchanged
    assert world.page.asked[-1]["if-none-match"] == '"v1"'
    again = world.meters.of(account).received - before
    assert again < 6_000  # the handshake
    world.page.etag = '"v2"'
    assert len(entries(world.refresh())) == ROWS
    assert not world.unchanged


def test_by_its_date_where_there_is_no_etag(world: World) -> None:
    world.page.etag = ""
    world.refresh()
    assert world.refresh() == []
    assert world.page.asked[-1]["if-modified-since"] == world.page.modified


@pytest.mark.parametrize("packs", [True, False])
@pytest.mark.parametrize("chunked", [True, False])
def test_cut_anywhere_and_taken_up_again(world: World, packs: bool, chunked: bool) -> None:
    """Each cut loses nothing of what came; the file is the same at the end."""
    world.page.packs, world.page.chunked = packs, chunked
    whole = PACKED if packs else len(FILE)
    came = 0
    for place in (0, 1, 17, 16_384, whole // 3, whole // 2 - 1):
        place = min(place, whole - came - 1)
        world.page.cut_after = place
        with pytest.raises(ConnectionTrouble) as caught:
            world.refresh()
        assert caught.value.code is ErrorCode.CONNECTION_LOST
        came += place
        assert world.held() == came
    found = entries(world.refresh())
    assert len(found) == ROWS
    assert world.page.asked[-1]["range"] == f"bytes={came}-"
    assert world.page.asked[-1]["if-range"] == '"v1"'
    assert world.page.sent == whole, "no octet came twice"


def test_a_file_that_changed_meanwhile_is_fetched_anew(world: World) -> None:
    world.page.cut_after = 20_000
    with pytest.raises(ConnectionTrouble):
        world.refresh()
    world.page.octets, world.page.etag = annuaire_octets(300), '"v2"'
    assert len(entries(world.refresh())) == 300
    assert world.state["etag"] == '"v2"'


def test_a_weak_etag_resumes_nothing(world: World) -> None:
    world.page.etag = 'W/"v1"'
    world.page.cut_after = 20_000
    with pytest.raises(ConnectionTrouble):
        world.refresh()
    assert len(entries(world.refresh())) == ROWS
    assert "range" not in world.page.asked[-1]


@pytest.mark.parametrize(
    "fields",
    [
        {"Content-Range": "bytes 5-10/11"},
        {"Content-Range": "bytes 0-99999999/100000000"},
        {"Content-Range": "rubbish"},
        {"Content-Range": ""},
        {"ETag": '"another"'},
        {"Content-Encoding": "identity"},
    ],
)
def test_a_rest_that_is_another_s_is_not_sewn_on(world: World, fields: dict[str, str]) -> None:
    """The lie is seen, and the whole is asked for, in the same refresh."""
    world.page.cut_after = 20_000
    with pytest.raises(ConnectionTrouble):
        world.refresh()
    page = world.page
    lying = replace(page, fields=fields, asked=page.asked)
    world.server.page = lying

    class Once(list[dict[str, str]]):
        def append(self, asked: dict[str, str]) -> None:
            super().append(asked)
            if len(self) > 1:
                lying.fields = {}

    lying.asked = Once()
    assert len(entries(world.refresh())) == ROWS
    assert ["range" in one for one in lying.asked] == [True, False]


def test_a_range_that_cannot_be_had(world: World) -> None:
    world.page.cut_after = 20_000
    with pytest.raises(ConnectionTrouble):
        world.refresh()
    world.page.status = 416
    with pytest.raises(ServerSaid):  # and asked for as a whole it is 416 too
        world.refresh()
    assert world.held() == 0
    world.page.status = 200
    assert len(entries(world.refresh())) == ROWS


def test_it_lasts_over_a_new_start(tmp_path: Path, certificates: Certificates) -> None:
    key = os.urandom(32)
    with file_server(certificates, Publishing(FILE)) as server:
        with store(tmp_path, key) as database:
            world = World(database, server, certificates)
            server.page.cut_after = 30_000
            with pytest.raises(ConnectionTrouble):
                world.refresh()
        with store(tmp_path, key) as database:
            world = World(database, server, certificates)
            assert world.held() == 30_000
            assert len(entries(world.refresh())) == ROWS
        assert server.page.sent == PACKED
    assert b"Identifiant_de" not in (tmp_path / "store.db").read_bytes()


# -- what is no file -------------------------------------------------------------------------------


def test_a_page_in_its_place(world: World) -> None:
    """A proxy that signs with the school's own authority can put a page there."""
    fields = {"Content-Type": "text/html"}
    code = code_of(world, octets=b"<html>Sign in</html>", fields=fields)
    assert code is ErrorCode.CAPTIVE_PORTAL
    assert code_of(world, octets=b"<html>Sign in</html>") is ErrorCode.BAD_FILE
    assert world.held() == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": 404}, ErrorCode.SERVER_REFUSED),
        ({"status": 403}, ErrorCode.SERVER_REFUSED),
        ({"status": 206}, ErrorCode.SERVER_REFUSED),  # unasked
        ({"status": 304}, ErrorCode.SERVER_REFUSED),  # unasked
        ({"status": 503}, ErrorCode.SERVER_TEMPORARY),
        ({"status": 429}, ErrorCode.SERVER_TEMPORARY),
        ({"fields": {"Content-Encoding": "br"}}, ErrorCode.PROTOCOL),
        ({"fields": {"Content-Length": "999999999999"}}, ErrorCode.PROTOCOL),
        ({"fields": {"Content-Length": ""}}, ErrorCode.PROTOCOL),  # a cut could not be told
        ({"fields": {"Content-Length": str(PACKED + 1)}}, ErrorCode.CONNECTION_LOST),
        ({"fields": {"Content-Length": str(PACKED - 1)}}, ErrorCode.BAD_FILE),  # gzip cut
        ({"status": 302, "fields": {"Location": "http://127.0.0.1:9/x"}}, ErrorCode.PROTOCOL),
        ({"status": 302, "fields": {"Location": "ftp://127.0.0.1/x"}}, ErrorCode.PROTOCOL),
        ({"raw": b"SSH-2.0-x\r\n\r\n"}, ErrorCode.PROTOCOL),
        ({"packs": False, "fields": {"Content-Encoding": "gzip"}}, ErrorCode.BAD_FILE),
        ({"octets": b"a;b;c\r\n1;2;3\r\n"}, ErrorCode.BAD_FILE),
        ({"octets": b""}, ErrorCode.BAD_FILE),
    ],
)
def test_what_is_refused(world: World, changes: dict[str, Any], code: ErrorCode) -> None:
    assert code_of(world, **changes) is code
    if code is ErrorCode.BAD_FILE:
        assert world.held() == 0, "a bad file is not tried again and again"


def test_redirects_stay_within_https(world: World) -> None:
    world.page.status, world.page.fields = 307, {"Location": "/elsewhere"}
    with pytest.raises(ServerBroken) as caught:
        world.refresh()
    assert caught.value.facts["why"] == "redirects"
    assert len(world.page.asked) == 4


def test_a_bomb_ends_early(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mel_desktop.services.annuaire.unpacked.__defaults__", (4_000_000,))
    head = FILE[: FILE.index(b"\n") + 1]
    for bomb in (head + b"\0" * 50_000_000, head + b";\r\n" * 2_000_000):
        code = code_of(world, octets=bomb)
        assert code is ErrorCode.TOO_LARGE


def test_a_drip_is_given_up(world: World) -> None:
    world.refresher = world.with_patience(5.0, whole_s=1.0)
    world.page.drip = True
    with pytest.raises(ConnectionTrouble) as caught:
        world.refresh()
    assert caught.value.code is ErrorCode.TIMED_OUT
    assert world.held() > 0


def test_addresses_that_are_none(world: World) -> None:
    for url in ("http://127.0.0.1/x", "file:///etc/passwd", "https://user:x@127.0.0.1/"):
        world.settings = {"url": url}
        with pytest.raises(LocalRefusal) as caught:
            world.refresh()
        assert caught.value.code is ErrorCode.USAGE


def test_an_unknown_authority_is_refused(world: World) -> None:
    world.ca_pem = ""
    world.refresher = world.with_patience(5.0)
    with pytest.raises(ConnectionTrouble) as caught:
        world.refresh()
    assert caught.value.code is ErrorCode.CERTIFICATE
    assert world.page.asked == []


# -- rows ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("only", [["35"], ["ille et vilaine"], ["rennes"], ["035", "Rennes"]])
def test_a_department_alone(world: World, only: list[str]) -> None:
    world.settings = {"only": only}
    items = world.refresh()
    assert len(entries(items)) == ROWS // 3
    assert not [one for one in items if isinstance(one, SkippedLine)]
    world.settings = {"only": ["974", "paris"]}  # other rows of the same version
    assert len(entries(world.refresh())) == ROWS * 2 // 3


# -- price and budget ------------------------------------------------------------------------------


def link(world: World, **settings: Any) -> AccountId:
    account = plant_account(world.database)
    world.links.set_settings(account, LinkSettings(**settings))
    return account


def test_a_price_waits_for_a_person(world: World) -> None:
    link(world, profile=LinkProfile.FRUGAL)
    with pytest.raises(LocalRefusal) as caught:
        world.refresh(accepts=False)
    assert caught.value.code is ErrorCode.NEEDS_DECISION
    assert caught.value.facts["why"] == "download-price"
    assert world.page.asked == [], "no octet before the answer"
    assert len(entries(world.refresh())) == ROWS
    # the same version is asked for freely, a new one is not fetched
    assert world.refresh(accepts=False) == []
    world.page.etag = '"v2"'
    sent = world.page.sent
    with pytest.raises(LocalRefusal) as caught:
        world.refresh(accepts=False)
    assert caught.value.code is ErrorCode.NEEDS_DECISION
    assert caught.value.facts["octets"] == PACKED
    assert world.page.sent - sent <= PACKED


def test_an_agreement_counts_once(world: World) -> None:
    link(world, profile=LinkProfile.FRUGAL)
    world.refresh()
    world.page.etag = '"v2"'
    with pytest.raises(LocalRefusal):
        world.refresh(accepts=False)


def test_a_budget_stops_it_and_keeps_the_part(world: World) -> None:
    account = link(world, day_bytes=30_000)
    with pytest.raises(LocalRefusal) as caught:
        world.refresh()
    assert caught.value.code is ErrorCode.BUDGET_USED
    assert 10_000 < world.held() < PACKED
    booked = world.links.traffic(account)
    assert booked.day_received >= 30_000
    with pytest.raises(LocalRefusal):
        world.refresh()
    assert len(world.page.asked) == 1, "nothing left: not even asked"
    world.links.set_settings(account, LinkSettings(day_bytes=50_000_000))
    assert len(entries(world.refresh())) == ROWS


def test_offline_by_policy_or_switch_opens_nothing(world: World) -> None:
    reader = HttpDownloads(Lines(lambda: True), ca_pem=world.ca_pem)
    line = PcLine(world.accounts, world.links, world.meters)
    world.refresher = AnnuaireRefresher(world.database, reader, line)
    with pytest.raises(ConnectionTrouble) as caught:
        world.refresh()
    assert caught.value.code is ErrorCode.OFFLINE
    assert world.page.asked == []

    world.refresher = world.with_patience(20.0)
    link(world, profile=LinkProfile.OFFLINE)
    with pytest.raises(ConnectionTrouble) as caught:
        world.refresh()
    assert caught.value.code is ErrorCode.OFFLINE
    assert world.page.asked == []
