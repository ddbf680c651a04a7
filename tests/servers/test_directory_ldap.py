"""The directory against a real OpenLDAP slapd; ldapsearch is the independent observer."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mel_desktop.formats import ldap_wire
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.model.people import EntryKind, LdapSettings
from mel_desktop.net.ldap import LdapReader
from mel_desktop.ports import LdapPage
from mel_desktop.services.directory import Directory
from tests.support import ldap_people
from tests.support.certificates import Certificates
from tests.support.clock import JumpingClock
from tests.support.ldap_servers import SIZE_LIMIT, Slapd, running_slapd, tls_lines
from tests.support.ports import free_port
from tests.support.store import store

pytestmark = pytest.mark.servers


def read(settings: LdapSettings, password: Secret | None) -> list[LdapPage]:
    return list(LdapReader().pages(settings, password))


def trouble(settings: LdapSettings, password: Secret | None) -> MelError:
    with pytest.raises(MelError) as caught:
        read(settings, password)
    assert "Mouette" not in str(caught.value)
    assert "dc=college" not in str(caught.value)
    return caught.value


def unique(pages: list[LdapPage], kind: EntryKind) -> set[str]:
    return {one.key for page in pages for one in page.entries if one.kind is kind}


def observed(slapd: Slapd, filter_text: str) -> set[str]:
    """Canonical names that ldapsearch sees."""
    printed = slapd.search(filter_text, "1.1")
    return {line[4:] for line in printed.splitlines() if line.startswith("dn: ")}


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    with store(tmp_path) as database:
        yield Directory(database, LdapReader(), JumpingClock(), lambda: False)


# -- Reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("starttls", [False, True])
@pytest.mark.parametrize("page_size", [10, 47, 500])
def test_all_pages_are_read(slapd: Slapd, starttls: bool, page_size: int) -> None:
    pages = read(slapd.settings(starttls=starttls, page_size=page_size), slapd.password)
    people = unique(pages, EntryKind.PERSON)
    assert people == {one.lower() for one in observed(slapd, "(uid=prof*)")} | {
        one.lower() for one in observed(slapd, "(uid=eleve*)")
    }
    assert len(people) == ldap_people.TEACHERS + ldap_people.PUPILS
    assert len(pages) >= 330 // page_size
    assert all(page.complete and page.skipped == 0 for page in pages)


def test_attributes_of_teachers_schools_and_boxes(slapd: Slapd) -> None:
    entries = [one for page in read(slapd.settings(), slapd.password) for one in page.entries]
    teacher = next(one for one in entries if one.key.startswith("uid=prof5,"))
    given, surname = ldap_people.person_name(5)
    assert teacher.name == f"{given} {surname}"
    assert teacher.role == "Enseignement · Arts plastiques"
    assert (teacher.uai, teacher.school) == (ldap_people.UAI, ldap_people.SCHOOL)
    assert teacher.classes == ("5C", "3B")
    assert (teacher.town, teacher.email.endswith("@ac-demo.invalid")) == ("Saint-Malo", True)
    (school,) = [one for one in entries if one.kind is EntryKind.SCHOOL]
    assert (school.name, school.uai, school.town) == (
        ldap_people.SCHOOL, ldap_people.UAI, "Saint-Malo",
    )  # fmt: skip
    (box,) = [one for one in entries if one.kind is EntryKind.SERVICE]
    assert box.email == f"secretariat.{ldap_people.UAI}@ac-demo.invalid"
    assert "01/02/2014" not in repr(entries)


def test_anonymous_reading_and_a_base_found_by_itself(slapd: Slapd) -> None:
    pages = read(slapd.settings(bind_dn="", base=""), None)
    assert len(unique(pages, EntryKind.PERSON)) == 324
    by_url = slapd.settings(bind_dn="", base="", url=f"{slapd.tls_url}/{slapd.base}")
    assert len(unique(read(by_url, None), EntryKind.PERSON)) == 324


def test_the_size_limit_is_told(slapd: Slapd) -> None:
    pages = read(slapd.settings(bind_dn=slapd.limited_dn, page_size=30), slapd.password)
    seen = unique(pages, EntryKind.PERSON) | unique(pages, EntryKind.SCHOOL)
    assert 0 < len(seen) <= SIZE_LIMIT
    assert [page.complete for page in pages][-1] is False


def test_a_branch_on_another_server_is_not_followed_and_told(slapd: Slapd) -> None:
    (page,) = read(slapd.settings(base=slapd.other_base), slapd.password)
    assert [one.name for one in page.entries] == ["Seule Ici"]
    assert page.complete is False


# -- Refusals --------------------------------------------------------------------------------------


def test_a_wrong_password_is_tried_once(slapd: Slapd) -> None:
    for dn in (slapd.reader_dn, f"uid=personne,{slapd.base}"):
        error = trouble(slapd.settings(bind_dn=dn), Secret("faux"))
        assert isinstance(error, ServerSaid)
        assert error.code is ErrorCode.SIGN_IN_REFUSED


@pytest.mark.parametrize("password", [None, Secret("")])
def test_a_name_without_password_is_not_sent(slapd: Slapd, password: Secret | None) -> None:
    assert trouble(slapd.settings(), password).code is ErrorCode.NO_PASSWORD


@pytest.mark.parametrize("base", ["dc=nulle-part,dc=invalid", "pas un DN"])
def test_a_base_that_is_not_there(slapd: Slapd, base: str) -> None:
    assert trouble(slapd.settings(base=base), slapd.password).code is ErrorCode.SERVER_REFUSED


def test_an_unknown_authority(slapd: Slapd) -> None:
    for starttls in (False, True):
        settings = slapd.settings(starttls=starttls, ca_pem="")
        assert trouble(settings, slapd.password).code is ErrorCode.CERTIFICATE


@pytest.mark.parametrize(
    ("which", "code"),
    [("expired", ErrorCode.CERTIFICATE_EXPIRED), ("other_name", ErrorCode.CERTIFICATE_NAME)],
)
def test_bad_certificates(
    certificates: Certificates, tmp_path: Path, which: str, code: ErrorCode
) -> None:
    cert, key = getattr(certificates, f"{which}_cert"), getattr(certificates, f"{which}_key")
    with running_slapd(tmp_path / "slapd", certificates, tls_lines(cert, key)) as server:
        for starttls in (False, True):
            error = trouble(server.settings(starttls=starttls), server.password)
            assert isinstance(error, ConnectionTrouble)
            assert error.code is code


def test_a_server_without_tls_is_left_before_the_password(
    certificates: Certificates, tmp_path: Path
) -> None:
    with running_slapd(tmp_path / "slapd", certificates, "") as server:
        error = trouble(server.settings(starttls=True), server.password)
    assert error.code is ErrorCode.NO_TLS_OFFERED


def test_nobody_listens_and_no_such_name(slapd: Slapd) -> None:
    url = f"ldaps://127.0.0.1:{free_port()}"
    assert trouble(slapd.settings(url=url), slapd.password).code is ErrorCode.UNREACHABLE
    url = "ldaps://annuaire.invalid"
    assert trouble(slapd.settings(url=url), slapd.password).code is ErrorCode.NAME_NOT_FOUND
    with pytest.raises(LocalRefusal):
        read(slapd.settings(url="http://127.0.0.1"), slapd.password)


Answer = Callable[[bytes], bytes]  # from the message id of the request, as BER has it


def message(payload: str, *, length: int | None = None, tail: int = 0) -> Answer:
    """An LDAP message; ``length``: what it claims instead of the truth."""
    octets = bytes.fromhex(payload)

    def made(number: bytes) -> bytes:
        body = number + octets
        return b"\x30\x84" + (length or len(body)).to_bytes(4, "big") + body + bytes(tail)

    return made


def raw(octets: bytes) -> Answer:
    return lambda _: octets


BIND_OK = message("61070a010004000400")


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")], ErrorCode.PROTOCOL),
        ([message("6100")], ErrorCode.PROTOCOL),
        ([raw(b"\x30\x0c\x02\x01\x7f\x61\x07\x0a\x01\x00\x04\x00\x04\x00")], ErrorCode.PROTOCOL),
        ([BIND_OK, message("63")], ErrorCode.PROTOCOL),
        ([BIND_OK, message("6403040178")], ErrorCode.PROTOCOL),
        ([BIND_OK, message("64", length=1 << 30, tail=300_000)], ErrorCode.PROTOCOL),
        ([BIND_OK, message("64", length=1000)], ErrorCode.TIMED_OUT),
        ([BIND_OK, raw(b"")], ErrorCode.CONNECTION_LOST),
        ([raw(b"")], ErrorCode.CONNECTION_LOST),
    ],
)
def test_servers_that_talk_nonsense(
    certificates: Certificates, answers: list[Answer], code: ErrorCode
) -> None:
    """A TLS server with prepared answers; b"" hangs up, the last answer keeps the line open."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.cert, certificates.key)
    with socket.create_server(("127.0.0.1", 0)) as listener, _served(listener, context, answers):
        settings = LdapSettings(
            f"ldaps://127.0.0.1:{listener.getsockname()[1]}", "dc=x", "uid=a",
            certificates.ca_pem,
        )  # fmt: skip
        reader = LdapReader(answer_seconds=1.0, answer_bytes=200_000)
        with pytest.raises(MelError) as caught:
            list(reader.pages(settings, Secret("x")))
    assert isinstance(caught.value, ServerBroken | ConnectionTrouble)
    assert caught.value.code is code


def test_a_server_without_pages_is_read_in_one(certificates: Certificates) -> None:
    """It hides its root entry, and says 12 (unavailableCriticalExtension) to the control."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.cert, certificates.key)
    done, refused = message("65070a010004000400"), message("65070a010c04000400")
    answers = [BIND_OK, done, done, refused, _one_person_and_done]
    with socket.create_server(("127.0.0.1", 0)) as listener, _served(listener, context, answers):
        settings = LdapSettings(
            f"ldaps://127.0.0.1:{listener.getsockname()[1]}", "c=x", "uid=a", certificates.ca_pem
        )
        pages = read(settings, Secret("x"))
    assert [one.name for page in pages for one in page.entries] == ["Anne"]
    assert pages[-1].complete


def _one_person_and_done(number: bytes) -> bytes:
    def attribute(name: bytes, value: bytes) -> bytes:
        values = ldap_wire.tlv(ldap_wire.SET, ldap_wire.tlv(ldap_wire.OCTETS, value))
        return ldap_wire.tlv(ldap_wire.SEQUENCE, ldap_wire.tlv(ldap_wire.OCTETS, name), values)

    attributes = ldap_wire.tlv(
        ldap_wire.SEQUENCE, attribute(b"objectClass", b"person"), attribute(b"cn", b"Anne")
    )
    dn = ldap_wire.tlv(ldap_wire.OCTETS, b"uid=anne,c=x")
    entry = ldap_wire.tlv(ldap_wire.ENTRY, dn, attributes)
    return ldap_wire.tlv(ldap_wire.SEQUENCE, number, entry) + message("65070a010004000400")(number)


class _Served:
    def __init__(self, thread: threading.Thread) -> None:
        self._thread = thread

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._thread.join(timeout=10)


def _served(listener: socket.socket, context: ssl.SSLContext, answers: list[Answer]) -> _Served:
    def serve() -> None:
        raw, _ = listener.accept()
        with closing(context.wrap_socket(raw, server_side=True)) as line:
            try:
                for answer in answers:
                    request = line.recv(65536)
                    start = 2 + (request[1] & 0x7F if request[1] & 0x80 else 0)
                    octets = answer(request[start : start + 2 + request[start + 1]])
                    if not octets:
                        return
                    line.sendall(octets)
                while line.recv(65536):
                    pass
            except OSError:
                return

    return _Served(threading.Thread(target=serve))


# -- The whole way: slapd, reader, service, encrypted store ----------------------------------------


@pytest.fixture
def changed(slapd: Slapd) -> Iterator[Callable[[], None]]:
    """Takes a pupil away, renames a team's members, adds a teacher; put back at the end."""
    gone = ldap_people.pupil_dn(11)
    team = f"cn=équipe 6A,{ldap_people.GROUPS}"
    arrived = f"uid=prof99,{ldap_people.PEOPLE}"
    done = []

    def change() -> None:
        slapd.delete(gone)
        slapd.add(
            ldap_people.entry(
                arrived, objectClass="inetOrgPerson", uid="prof99", cn="Nolwenn Yvinec",
                sn="Yvinec", givenName="Nolwenn", mail="nolwenn.yvinec@ac-demo.invalid",
            )
        )  # fmt: skip
        _replace_members(slapd, team, [arrived])
        done.append(True)

    yield change
    if done:
        slapd.delete(arrived)
        slapd.add(next(one for one in ldap_people.records() if one.startswith(f"dn: {gone}\n")))
        _replace_members(slapd, team, [ldap_people.teacher_dn(one) for one in (0, 7, 19)])


def _replace_members(slapd: Slapd, team: str, members: list[str]) -> None:
    lines = ldap_people.entry(team, changetype="modify", replace="member", member=tuple(members))
    slapd.modify(lines)


def test_sync_search_and_sync_again(
    slapd: Slapd, directory: Directory, changed: Callable[[], None]
) -> None:
    source = directory.add_ldap(slapd.settings(), slapd.password)
    (report,) = directory.sync(source.id)
    assert (report.persons, report.schools, report.services) == (324, 1, 1)
    assert report.groups == 12 + 3
    assert report.complete
    counts = {entry.name: count for _, entry, count in directory.groups()}
    assert counts["6A"] == 25 + 4
    assert counts["équipe 6A"] == 3
    assert counts["conseil d'administration"] == 2
    assert counts["chorale"] == 3  # one login is nobody's
    given, surname = ldap_people.person_name(5)
    assert f"{given} {surname}" in [
        hit.entry.name for hit in directory.search(f"{surname} {given}", kind=EntryKind.PERSON).hits
    ]
    assert directory.search(ldap_people.UAI).hits[0].entry.name == ldap_people.SCHOOL

    before = {hit.id for hit in directory.search("saint-malo", limit=400).hits}
    changed()
    (report,) = directory.sync(source.id)
    assert (report.persons, report.removed) == (324, 1)
    assert observed(slapd, "(uid=eleve11)") == set()
    counts = {entry.name: count for _, entry, count in directory.groups()}
    assert counts["équipe 6A"] == 1
    assert [hit.entry.name for hit in directory.complete("nolw yv").hits] == ["Nolwenn Yvinec"]
    assert before == {hit.id for hit in directory.search("saint-malo", limit=400).hits}


def test_a_limited_sync_keeps_what_it_could_not_see(slapd: Slapd, directory: Directory) -> None:
    source = directory.add_ldap(slapd.settings(), slapd.password)
    directory.sync(source.id)
    directory.add_ldap(slapd.settings(bind_dn=slapd.limited_dn), slapd.password)
    (report,) = directory.sync(source.id)
    assert (report.complete, report.removed, report.persons) == (False, 0, 324)
    assert directory.search("mouettes").complete is False
    assert directory.sources()[0].complete is False


def test_a_refused_password_stops_further_tries(slapd: Slapd, directory: Directory) -> None:
    source = directory.add_ldap(slapd.settings(), Secret("faux"))
    codes = []
    for _ in range(2):
        with pytest.raises(ServerSaid) as caught:
            directory.sync(source.id)
        codes.append(caught.value.code)
    assert codes == [ErrorCode.SIGN_IN_REFUSED, ErrorCode.SIGN_IN_ON_HOLD]
    directory.add_ldap(slapd.settings(), slapd.password)
    assert directory.sync(source.id)[0].persons == 324
