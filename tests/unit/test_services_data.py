"""The list of services: strict reading, finding, and its place beside the directory."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.formats.services_data import read_services
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectoryHit,
    DirectoryResult,
    EntryId,
    EntryKind,
)
from mel_desktop.model.services import Evidence
from mel_desktop.services.service_data import FIRST_ID, ServiceBook
from mel_desktop.system.shipped import shipped_octets
from tests.support.signing import LATER, TestKey

SHIPPED = shipped_octets("services.toml")
BOOK = ServiceBook(lambda: SHIPPED)
NOTHING = DirectoryResult((), 0, None, complete=True)


def refused(octets: bytes) -> str:
    with pytest.raises(LocalRefusal) as caught:
        read_services(octets)
    assert caught.value.code is ErrorCode.BAD_FILE
    assert caught.value.facts["why"] == "bad-service-list"
    return str(caught.value.facts["part"])


def test_the_shipped_list_names_who_the_issue_asks_for() -> None:
    ids = {one.id for one in BOOK.in_force().services}
    assert ids >= {
        "dne", "dne-sn", "dne-socle", "dne-tn", "dsp", "amdac", "assistance", "pix", "cned",
        "onisep", "clemi", "canope", "magistere", "apps", "tchap", "gar", "educonnect", "webmel",
        "dpd",
    }  # fmt: skip
    assert sum(one.startswith("drane-") for one in ids) == 18
    assert sum(one.startswith("assistance-") for one in ids) == 31  # 30 académies, Nouméa


def test_what_is_not_verified_has_no_address() -> None:
    """Addresses marked [?] in the notes are in no value of the file."""
    text = SHIPPED.decode()
    for host in ("pix.fr", "orga.pix.fr", "cned.fr", "onisep.fr", "phm.education.gouv.fr"):
        assert not re.search(rf"//(www\.)?{re.escape(host)}", text), host
    for one in BOOK.in_force().services:
        for contact in (one.web, one.mail, one.phone):
            assert contact is None or contact.proof.grade is not Evidence.UNVERIFIED
        assert one.proof.source
        assert one.proof.as_of <= BOOK.in_force().as_of


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ('grade = "A"\n', "", "grade"),
        ('source = "dne"\n', "", "source"),
        ('source = "dne"\n', 'source = "nowhere"\n', "source"),
        ('grade = "A"\n', 'grade = "sure"\n', "grade"),
        ("as_of = 2026-08-31\n", "", "as_of"),
        ('"https://drane.ac-lyon.fr/spip", grade = "A"', '"https://x.fr", grade = "?"', "web"),
        ('"https://drane.ac-lyon.fr/spip"', '"http://drane.ac-lyon.fr/spip"', "web"),
        ('"https://drane.ac-lyon.fr/spip"', '"https://drane@evil.fr/"', "web"),
        ('"0 808 807 003"', '"tel:0808"', "phone"),
        ('id = "dne"\n', 'id = "dne"\nprice = 3\n', "price"),
        ('id = "dne"\n', 'id = "pix"\n', "id"),
        ("version = 2026112700", "version = true", "version"),
        ('what = { fr = "', 'what = { de = "', "what"),
    ],
)
def test_a_list_that_breaks_a_rule_is_refused_whole(before: str, after: str, part: str) -> None:
    text = SHIPPED.decode()
    assert before in text
    assert part in refused(text.replace(before, after, 1).encode())


@given(st.integers(0, len(SHIPPED)), st.integers(0, 255))
def test_a_damaged_list_is_read_or_refused(place: int, octet: int) -> None:
    damaged = SHIPPED[:place] + bytes([octet]) + SHIPPED[place + 1 :]
    try:
        read_services(damaged)
    except LocalRefusal as error:
        assert error.code is ErrorCode.BAD_FILE  # noqa: PT017 either way is right


def first(typed: str) -> str:
    found = BOOK.find(typed)
    assert found, typed
    return found[0].entry.name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Pix certification", "Pix"),
        ("certification pix", "Pix"),
        ("mot de passe ARENA", "ARENA"),
        ("dne", "Direction du numérique"),
        ("socle numerique", "SOCLE"),
        ("drane bretagne", "DRANE Bretagne"),
        ("drane franche comte", "DRNE Bourgogne"),
        ("assistance toulouse", "Assistance informatique de l’académie – Toulouse"),
        ("m@gistère", "M@gistère"),
        ("magist", "M@gistère"),
        ("violation de donnees", "Délégué à la protection"),
        ("DPO", "Délégué à la protection"),
        ("edugar", "ÉduGAR"),
        ("tchap", "Tchap"),
        ("gros fichier", "Apps.education.fr"),
        ("nuage", "Apps.education.fr"),
        ("webmel", "Webmel"),
        ("orientation", "ONISEP"),
        ("Canopé", "Réseau Canopé"),
        ("clemi", "CLEMI"),
    ],
)
def test_found_by_what_a_teacher_types(typed: str, name: str) -> None:
    assert first(typed).startswith(name)


@given(st.text(max_size=60))
def test_nothing_typed_raises(typed: str) -> None:
    for hit in BOOK.find(typed):
        assert hit.entry.kind is EntryKind.SERVICE
        assert 0 < hit.score <= 1
        assert BOOK.entry(hit.id) == hit.entry


def hit(number: int, score: float) -> DirectoryHit:
    entry = DirectoryEntry(str(number), EntryKind.PERSON, f"Personne {number}")
    return DirectoryHit(EntryId(number), entry, "Liste", score)


def test_beside_people_in_the_order_of_both() -> None:
    people = DirectoryResult((hit(1, 1.0), hit(2, 0.2)), 2, None, complete=False)
    both = BOOK.beside(people, "tchap", kind=None, limit=10)
    assert [one.id < FIRST_ID for one in both.hits] == [True, False, True]
    assert (both.total, both.complete, both.as_of) == (3, False, None)
    assert BOOK.beside(people, "tchap", kind=EntryKind.PERSON, limit=10) == people
    assert len(BOOK.beside(NOTHING, "mot de passe", kind=EntryKind.SERVICE, limit=5).hits) == 5


def test_ids_are_no_rows_of_the_directory() -> None:
    assert BOOK.facts(EntryId(1)) is None
    with pytest.raises(LocalRefusal):
        BOOK.facts(EntryId(FIRST_ID + 10_000))


@pytest.fixture
def facade(tmp_path: Path) -> Iterator[Facade]:
    opened = wiring.create_profile(
        tmp_path / "p", passphrase=Secret("une phrase assez longue"), use_keyring=False,
        offline=True,
    )  # fmt: skip
    yield opened
    opened.close()


def test_no_source_of_the_person_and_no_completeness(facade: Facade) -> None:
    result = facade.search_directory("pix certification", kind=EntryKind.SERVICE)
    assert result.hits[0].entry.name == "Pix"
    assert facade.directory_sources() == ()
    assert result.as_of is None
    assert facade.directory_entry(result.hits[0].id).name == "Pix"
    assert "2026-11-27" in result.hits[0].source
    assert facade.complete("pix").hits == ()  # nobody to write to


def test_a_signed_list_is_in_force_at_once(facade: Facade) -> None:
    key = TestKey()
    facade._services.server_data.signed._keys = (key.public,)
    newer = SHIPPED.replace(b"version = 2026112700", b"version = %d" % LATER)
    newer = newer.replace(b'name = "Tchap"', b'name = "Tchap (nouveau)"')
    newer = newer.replace(b"as_of = 2026-11-27", b"as_of = 2026-12-01", 1)
    assert facade.search_directory("tchap").hits[0].entry.name == "Tchap"
    facade._services.server_data.signed.take(key.sign("services", LATER, newer))
    assert facade.search_directory("tchap").hits[0].entry.name == "Tchap (nouveau)"
    assert facade.contacts.services.in_force().as_of == date(2026, 12, 1)


def test_every_source_is_used() -> None:
    told = tomllib.loads(SHIPPED.decode())
    assert set(told["sources"]) == set(re.findall(r'source = "([a-z-]+)"', SHIPPED.decode()))
