"""Address books of Radicale: whole copies, then only what changed; the store behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerSaid,
)
from mel_desktop.model.people import (
    Change,
    DirectoryEntry,
    DirectorySource,
    EntryKind,
    Gone,
    Item,
    Membership,
    Photo,
    SourceId,
    SourceKind,
)
from mel_desktop.net.carddav import CardDavReader
from mel_desktop.net.ldap import LdapReader
from mel_desktop.net.transport import Lines
from mel_desktop.ports import Meter
from mel_desktop.services.carddav import CardDavRefresher
from mel_desktop.services.directory import Directory
from tests.support.certificates import Certificates
from tests.support.clock import JumpingClock
from tests.support.dav_servers import LOGIN, PASSWORD, Radicale, card
from tests.support.store import store

pytestmark = pytest.mark.servers

JPEG = "/9j/4AAQSkZJRgABAQ=="


class Reading:
    """A source without a store: what comes, and what is kept for the next time."""

    def __init__(self, url: str, certificates: Certificates, password: str = PASSWORD) -> None:
        self.meter = Meter()
        self.refresher = CardDavRefresher(CardDavReader(Lines()), meter=lambda: self.meter)
        self.settings = {"login": LOGIN, "ca_pem": certificates.ca_pem}
        self.password = Secret(password)
        self.source = DirectorySource(SourceId(1), SourceKind.CARDDAV, "x", url, None, 0, True, "")
        self.state: Mapping[str, Any] = {}

    def refresh(self) -> list[Item]:
        self.meter.received = self.meter.sent = self.meter.flights = 0
        refresh = self.refresher(self.source, self.settings, self.state, self.password)
        self.unchanged, self.is_delta = refresh.unchanged, refresh.is_delta
        items = list(refresh)
        self.complete, self.state = refresh.complete, refresh.state
        return items

    @property
    def octets(self) -> int:
        return self.meter.received + self.meter.sent


@pytest.fixture
def reading(radicale: Radicale, certificates: Certificates) -> Reading:
    return Reading(radicale.url, certificates)


def names(items: list[Item]) -> list[str]:
    return sorted(
        one.name if isinstance(one, DirectoryEntry) else one.entry.name
        for one in items
        if isinstance(one, DirectoryEntry | Change)
    )


def test_the_books_are_found_from_the_bare_address(radicale: Radicale, reading: Reading) -> None:
    radicale.book("collegues", {"a.vcf": card(1), "b.vcf": card(2)})
    radicale.book("parents", {"c.vcf": card(3)})
    look = reading.refresher.look(radicale.url, reading.settings, reading.password)
    assert sorted(look) == ["Collegues", "Parents"]
    items = reading.refresh()
    assert names(items) == ["Personne 1", "Personne 2", "Personne 3"]
    first = min((one for one in items if isinstance(one, DirectoryEntry)), key=lambda one: one.key)
    assert (first.email, first.role) == ("personne1@ac-exemple.test", "Professeur")
    assert first.key == f"/{LOGIN}/collegues/a.vcf"
    assert (reading.is_delta, reading.complete) == (False, True)


def test_a_book_by_its_own_address(radicale: Radicale, certificates: Certificates) -> None:
    radicale.book("collegues", {"a.vcf": card(1)})
    radicale.book("parents", {"c.vcf": card(3)})
    reading = Reading(f"{radicale.url}{LOGIN}/parents/", certificates)
    assert names(reading.refresh()) == ["Personne 3"]


def test_no_book_and_an_empty_one(radicale: Radicale, reading: Reading) -> None:
    with pytest.raises(LocalRefusal) as caught:
        reading.refresh()
    assert caught.value.facts["why"] == "no-address-book"
    radicale.book("vide", {})
    assert reading.refresh() == []


def test_only_what_changed_comes(radicale: Radicale, reading: Reading) -> None:
    radicale.book("collegues", {f"{n}.vcf": card(n) for n in range(200)})
    assert len(reading.refresh()) == 200
    whole = reading.octets
    assert reading.refresh() == []
    assert reading.unchanged
    nothing = reading.octets
    radicale.put("collegues", "7.vcf", card(7, name="Zoé Neuve"))
    radicale.put("collegues", "x.vcf", card(900))
    radicale.delete("collegues", "8.vcf")
    items = reading.refresh()
    assert reading.is_delta
    assert names(items) == ["Personne 900", "Zoé Neuve"]
    assert [one for one in items if isinstance(one, Gone)] == [Gone(f"/{LOGIN}/collegues/8.vcf")]
    assert nothing < whole * 0.03
    assert reading.octets < whole * 0.05
    assert reading.refresh() == []


def test_a_token_that_the_server_forgot_costs_no_cards(
    radicale: Radicale, reading: Reading
) -> None:
    radicale.book("collegues", {f"{n}.vcf": card(n) for n in range(60)})
    reading.refresh()
    whole = reading.octets
    radicale.put("collegues", "7.vcf", card(7, name="Zoé Neuve"))
    radicale.delete("collegues", "8.vcf")
    (book,) = reading.state["books"].values()
    book["token"] = "http://radicale.org/ns/sync/" + "0" * 64
    items = reading.refresh()
    assert names(items) == ["Zoé Neuve"]
    assert [one.key for one in items if isinstance(one, Gone)] == [f"/{LOGIN}/collegues/8.vcf"]
    assert reading.octets < whole * 0.7
    assert reading.refresh() == []


def test_lists_categories_and_pictures(radicale: Radicale, reading: Reading) -> None:
    group = (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:liste\r\nKIND:group\r\nFN:Équipe 6e B\r\n"
        "MEMBER:urn:uuid:carte-1\r\nMEMBER:mailto:personne2@ac-exemple.test\r\nEND:VCARD\r\n"
    )
    more = f"CATEGORIES:Chorale\r\nPHOTO;ENCODING=b;TYPE=JPEG:{JPEG}\r\n"
    radicale.book(
        "collegues",
        {"a.vcf": card(1, more=more), "b.vcf": card(2), "l.vcf": group, "c.vcf": card(3)},
    )
    items = reading.refresh()
    place = f"/{LOGIN}/collegues/"
    groups = {one.name: one.key for one in items if isinstance(one, DirectoryEntry)
              and one.kind is EntryKind.GROUP}  # fmt: skip
    assert groups["Équipe 6e B"] == f"{place}l.vcf"
    members = {(one.group, one.member) for one in items if isinstance(one, Membership)}
    assert members == {
        (f"{place}l.vcf", f"{place}a.vcf"), (f"{place}l.vcf", f"{place}b.vcf"),
        (groups["Chorale"], f"{place}a.vcf"),
    }  # fmt: skip
    assert [one.key for one in items if isinstance(one, Photo)] == [f"{place}a.vcf"]
    # another member: a change list cannot say who left, so all comes
    radicale.put("collegues", "l.vcf", group.replace("carte-1", "carte-3"))
    again = reading.refresh()
    assert not reading.is_delta
    assert {one.member for one in again if isinstance(one, Membership)
            and one.group == f"{place}l.vcf"} == {f"{place}b.vcf", f"{place}c.vcf"}  # fmt: skip
    # out of the choir: in a change list
    radicale.put("collegues", "a.vcf", card(1))
    (change,) = reading.refresh()
    assert isinstance(change, Change)
    assert {role for role, _ in change.groups} == {"groupe"}


def test_books_that_come_and_go(radicale: Radicale, reading: Reading) -> None:
    radicale.book("collegues", {"a.vcf": card(1)})
    radicale.book("parents", {"c.vcf": card(3)})
    reading.refresh()
    assert radicale.ask("DELETE", f"/{LOGIN}/parents/") == 200
    assert reading.refresh() == [Gone(f"/{LOGIN}/parents/c.vcf")]
    radicale.book("voisins", {"d.vcf": card(4)})
    reading.state = {**reading.state, "turn": 20}
    assert names(reading.refresh()) == ["Personne 4"]


def test_cards_that_are_none_are_left_out(radicale: Radicale, reading: Reading) -> None:
    nobody = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:z\r\nFN:\r\nN:;;;;\r\nEND:VCARD\r\n"
    radicale.book("collegues", {"a.vcf": card(1), "z.vcf": nobody})
    assert names(reading.refresh()) == ["Personne 1"]
    assert reading.refresh() == []


# -- with the store behind it ----------------------------------------------------------------------


class Shelf:
    """A profile with the source in it."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    def found(self, query: str) -> list[str]:
        return [hit.entry.name for hit in self.directory.search(query).hits]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with store(tmp_path) as database:
        refreshers = {SourceKind.CARDDAV: CardDavRefresher(CardDavReader(Lines()))}
        yield Shelf(Directory(database, LdapReader(), JumpingClock(), lambda: False, refreshers))


def add(shelf: Shelf, url: str, certificates: Certificates, password: str) -> SourceId:
    settings = {"login": LOGIN, "ca_pem": certificates.ca_pem}
    return shelf.directory.add_network_source(
        SourceKind.CARDDAV, f"127.0.0.1/{LOGIN}", url, settings, Secret(password)
    ).id


def test_into_the_directory_and_out_of_it(
    radicale: Radicale, certificates: Certificates, shelf: Shelf
) -> None:
    more = "CATEGORIES:Chorale\r\n"
    radicale.book("collegues", {f"{n}.vcf": card(n, more=more) for n in range(30)})
    source = add(shelf, radicale.url, certificates, PASSWORD)
    (report,) = shelf.directory.sync(source)
    assert (report.format, report.persons, report.complete) == ("carddav", 30, True)
    radicale.put("collegues", "7.vcf", card(7, name="Zoé Neuve"))
    radicale.delete("collegues", "8.vcf")
    (report,) = shelf.directory.sync(source)
    assert (report.persons, report.removed) == (29, 1)
    assert shelf.found("Neuve") == ["Zoé Neuve"]
    assert shelf.found("Personne 8") == []
    (choir,) = shelf.directory.groups()
    assert choir[1].name == "Chorale"
    assert choir[2] == 28  # one left this PC, one the choir
    (report,) = shelf.directory.sync(source)
    assert report.persons == 29
    shelf.directory.remove(source)
    assert shelf.found("Neuve") == []


def test_one_refused_password_puts_it_on_hold(
    radicale: Radicale, certificates: Certificates, shelf: Shelf
) -> None:
    radicale.book("collegues", {"a.vcf": card(1)})
    source = add(shelf, radicale.url, certificates, "faux")
    codes = []
    for _ in range(2):
        with pytest.raises(MelError) as caught:
            shelf.directory.sync(source)
        codes.append(caught.value.code)
    assert codes == [ErrorCode.SIGN_IN_REFUSED, ErrorCode.SIGN_IN_ON_HOLD]
    source = add(shelf, radicale.url, certificates, PASSWORD)
    assert shelf.directory.sync(source)[0].persons == 1


def test_nobody_without_a_password(radicale: Radicale, reading: Reading) -> None:
    reading.password = Secret("")
    with pytest.raises(ServerSaid) as caught:
        reading.refresh()
    assert caught.value.code is ErrorCode.NO_PASSWORD


def test_an_unknown_authority_sees_no_password(
    radicale: Radicale, certificates: Certificates
) -> None:
    reading = Reading(radicale.url, certificates)
    reading.settings["ca_pem"] = ""
    with pytest.raises(ConnectionTrouble) as caught:
        reading.refresh()
    assert caught.value.code is ErrorCode.CERTIFICATE
