"""An LDAP source that is read once and then only for what changed, against a real slapd.

ldapsearch and ldapmodify look and change; they share no code with the program.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mel_desktop.formats.ldap_profiles import ANY
from mel_desktop.ldap_ports import State
from mel_desktop.model.accounts import Secret
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    ImportReport,
    LdapSettings,
    SourceId,
    SourceKind,
)
from mel_desktop.net.ldap import LdapReader
from mel_desktop.net.ldap_reading import Reading
from mel_desktop.services.directory import Directory
from mel_desktop.services.ldap_refresh import CENSUS_DAYS, WHOLE_DAYS, LdapRefresher
from tests.support import ldap_people
from tests.support.certificates import Certificates
from tests.support.clock import JumpingClock
from tests.support.ldap_servers import Slapd, running_slapd, tls_lines
from tests.support.store import store

pytestmark = pytest.mark.servers

MANY = 50_000


class Watched(LdapReader):
    """Remembers the last reading."""

    last: Reading

    def read(self, settings: LdapSettings, password: Secret | None, state: State) -> Reading:
        self.last = super().read(settings, password, state)
        return self.last


@dataclass
class School:
    """A slapd, and the program that reads it."""

    slapd: Slapd
    directory: Directory
    reader: Watched
    clock: JumpingClock
    source: SourceId

    def sync(self) -> ImportReport:
        self.clock.jump(seconds=1)  # what is remembered of a copy is told from the next by its time
        (report,) = self.directory.sync(self.source)
        return report

    def person(self, words: str) -> tuple[int, DirectoryEntry]:
        (hit,) = self.directory.search(words, kind=EntryKind.PERSON).hits
        return hit.id, hit.entry


Opener = Callable[..., School]


@pytest.fixture
def opened(certificates: Certificates, tmp_path: Path) -> Iterator[Opener]:
    closers = ExitStack()

    def open_(*, sync: bool, **changes: str) -> School:
        tls = tls_lines(certificates.cert, certificates.key)
        # Changed last year: what is of this minute is read twice, clocks of replicas differ.
        ldif = ldap_people.ldif().replace("\n\n", "\nmodifyTimestamp: 20250101000000Z\n\n")
        server = running_slapd(tmp_path / "slapd", certificates, tls, sync=sync, ldif=ldif)
        slapd = closers.enter_context(server)
        folder = tmp_path / "store"
        folder.mkdir()
        database = closers.enter_context(store(folder))
        clock, reader = JumpingClock(), Watched()
        directory = Directory(
            database, reader, clock, lambda: False,
            {SourceKind.LDAP: LdapRefresher(database, reader, clock)},
        )  # fmt: skip
        source = directory.add_ldap(replace(slapd.settings(), **changes), slapd.password)  # type: ignore[arg-type]
        return School(slapd, directory, reader, clock, source.id)

    with closers:
        yield open_


def arrival(number: int, name: str) -> str:
    given, surname = name.split()
    return ldap_people.entry(
        f"uid=prof{number},{ldap_people.PEOPLE}", objectClass="inetOrgPerson", uid=f"prof{number}",
        cn=name, sn=surname, givenName=given, mail=f"prof{number}@ac-demo.invalid",
    )  # fmt: skip


def moved(slapd: Slapd, dn: str, rdn: str) -> None:
    slapd.modify(f"dn: {dn}\nchangetype: modrdn\nnewrdn: {rdn}\ndeleteoldrdn: 1\n\n")


def changed(slapd: Slapd, dn: str, name: str, *values: str) -> None:
    slapd.modify(ldap_people.entry(dn, changetype="modify", replace=name, **{name: values}))


@pytest.mark.parametrize("sync", [True, False])
def test_only_what_changed_is_read(opened: Opener, sync: bool) -> None:
    school = opened(sync=sync)
    whole = school.sync()
    assert (whole.persons, whole.complete, school.reader.last.is_delta) == (324, True, False)
    octets = school.reader.last.octets
    school.slapd.add(arrival(99, "Nolwenn Yvinec"))
    changed(school.slapd, ldap_people.teacher_dn(5), "l", "Quimper")
    report = school.sync()
    assert school.reader.last.is_delta
    assert school.reader.last.octets < octets / 4
    assert (report.persons, report.removed, report.complete) == (325, 0, True)
    assert school.person("nolwenn yvinec")[1].email == "prof99@ac-demo.invalid"
    assert school.person("quimper")[1].key.startswith("uid=prof5,")


@pytest.mark.parametrize("sync", [True, False])
def test_who_moves_to_another_dn_stays_the_same_person(opened: Opener, sync: bool) -> None:
    school = opened(sync=sync)
    school.slapd.add(arrival(99, "Nolwenn Yvinec"))
    school.sync()
    before, _ = school.person("nolwenn yvinec")
    moved(school.slapd, f"uid=prof99,{ldap_people.PEOPLE}", "uid=nyvinec")
    report = school.sync()
    after, entry = school.person("nolwenn yvinec")
    assert (before, entry.key.split(",")[0]) == (after, "uid=nyvinec")
    assert (report.persons, report.removed) == (325, 0)


def test_the_server_tells_who_is_gone(opened: Opener) -> None:
    school = opened(sync=True)
    school.sync()
    school.slapd.delete(*[ldap_people.pupil_dn(number) for number in (3, 4, 5)])
    report = school.sync()
    assert school.reader.last.is_delta
    assert (report.persons, report.removed) == (321, 3)


def test_a_server_that_lost_its_log_names_who_is_still_there(
    opened: Opener, certificates: Certificates
) -> None:
    school = opened(sync=True)
    school.sync()
    school.slapd.delete(ldap_people.pupil_dn(3))
    school.slapd.stop()
    school.slapd.start()
    report = school.sync()
    assert school.reader.last.is_delta
    assert (report.persons, report.removed) == (323, 1)


def test_who_is_deleted_and_made_again_under_the_same_dn_stays(opened: Opener) -> None:
    school = opened(sync=True)
    school.slapd.add(arrival(99, "Nolwenn Yvinec"))
    school.sync()
    school.slapd.delete(f"uid=prof99,{ldap_people.PEOPLE}")
    school.slapd.add(arrival(99, "Riwal Yvinec"))
    assert school.sync().persons == 325
    assert school.person("yvinec")[1].name == "Riwal Yvinec"
    school.slapd.delete(f"uid=prof99,{ldap_people.PEOPLE}")
    assert school.sync().persons == 324


def test_without_synchronisation_a_census_finds_who_is_gone(opened: Opener) -> None:
    school = opened(sync=False)
    school.sync()
    octets = school.reader.last.octets
    school.slapd.delete(ldap_people.pupil_dn(3))
    assert school.sync().persons == 324  # no change tells of it
    school.clock.jump(days=CENSUS_DAYS)
    report = school.sync()
    assert school.reader.last.is_delta
    assert (report.persons, report.removed, report.complete) == (323, 1, True)
    assert school.reader.last.octets < octets / 2
    assert school.sync().persons == 323


def test_all_is_read_again_from_time_to_time(opened: Opener) -> None:
    school = opened(sync=True)
    school.sync()
    school.sync()
    assert school.reader.last.is_delta
    school.clock.jump(days=WHOLE_DAYS)
    assert school.sync().persons == 324
    assert not school.reader.last.is_delta


@pytest.mark.parametrize("cookie", ["", "!!", "bm9uc2Vuc2U=", "cmlkPTAwMCxjc249eA=="])
def test_whatever_became_of_the_cookie_all_are_found(opened: Opener, cookie: str) -> None:
    school = opened(sync=True)
    settings = school.slapd.settings()
    with closing(school.reader.read(settings, school.slapd.password, {})) as first:
        list(first)
        state = dict(first.state)
    with closing(
        school.reader.read(settings, school.slapd.password, {**state, "cookie": cookie})
    ) as again:
        found = {one.key for batch in again for one in batch.items
                 if isinstance(one, DirectoryEntry) and one.kind is EntryKind.PERSON}  # fmt: skip
    assert len(found) == 324
    assert again.complete


@pytest.mark.parametrize("sync", [True, False])
def test_other_settings_mean_all(opened: Opener, sync: bool) -> None:
    school = opened(sync=sync)
    school.sync()
    school.directory.add_ldap(school.slapd.settings(profile="ent"), school.slapd.password)
    school.sync()
    assert not school.reader.last.is_delta


@pytest.mark.parametrize("sync", [True, False])
def test_a_copy_that_was_cut_short_leaves_no_state(opened: Opener, sync: bool) -> None:
    school = opened(sync=sync, bind_dn=ldap_people.LIMITED_DN)
    report = school.sync()
    assert (report.complete, report.cuts) == (False, ("size-limit",))
    assert 0 < report.persons <= 100
    school.sync()
    assert not school.reader.last.is_delta


@pytest.mark.parametrize("sync", [True, False])
def test_a_branch_elsewhere_is_told_by_its_host(opened: Opener, sync: bool) -> None:
    school = opened(sync=sync, base=ldap_people.OTHER_BASE)
    report = school.sync()
    assert (report.persons, report.complete) == (1, False)
    assert report.cuts == ("referral:ailleurs.invalid",)


@pytest.mark.parametrize("sync", [True, False])
def test_a_look_tells_what_is_there(opened: Opener, sync: bool) -> None:
    school = opened(sync=sync)
    look = school.reader.look(school.slapd.settings(base=""), school.slapd.password)
    assert look.base == look.bases[0] == ldap_people.BASE
    assert set(look.bases) == {ldap_people.BASE, ldap_people.OTHER_BASE}
    assert (look.count, look.profile) == (324 + 1 + 1 + 3, "ent")
    assert (look.has_paging, look.has_sync, look.cuts) == (True, sync, ())
    assert len(look.names) == 5
    limited = school.reader.look(
        school.slapd.settings(bind_dn=ldap_people.LIMITED_DN), school.slapd.password
    )
    assert limited.cuts == ("size-limit",)
    assert limited.count <= 100


# -- An académie -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rectorat(
    certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Slapd]:
    folder = tmp_path_factory.mktemp("rectorat")
    tls = tls_lines(certificates.cert, certificates.key)
    ldif = ldap_people.rectorat_ldif(MANY)
    with running_slapd(folder, certificates, tls, sync=True, ldif=ldif) as server:
        yield server


def ldapsearch_seconds(slapd: Slapd) -> float:
    begin = time.monotonic()
    subprocess.run(
        ["ldapsearch", "-x", "-LLL", "-H", slapd.tls_url, "-b", slapd.base, "-D", slapd.reader_dn,
         "-w", ldap_people.PASSWORD, "-E", "pr=500/noprompt", "(objectClass=person)",
         *ANY.attributes],
        stdout=subprocess.DEVNULL, check=True, timeout=120,
        env={**os.environ, "LDAPTLS_CACERT": str(slapd.certificates.ca)},
    )  # fmt: skip
    return time.monotonic() - begin


def test_fifty_thousand_entries_and_then_a_hundred_changes(
    rectorat: Slapd, record_property: Callable[[str, object], None]
) -> None:
    """Time is only recorded: the bench compares it. Octets and memory are promised here."""
    reader = LdapReader(answer_bytes=8 << 20)  # begins anew all along the way: 32 MB come
    peer = ldapsearch_seconds(rectorat)
    begin, people, most = time.monotonic(), 0, 0
    with closing(reader.read(rectorat.settings(), rectorat.password, {})) as whole:
        for batch in whole:
            people += sum(
                isinstance(one, DirectoryEntry) and one.kind is EntryKind.PERSON
                for one in batch.items
            )
            most = max(most, len(batch.objects))
    seconds = time.monotonic() - begin
    assert people == MANY
    assert whole.complete
    assert most <= 500
    lines = [
        ldap_people.entry(
            ldap_people.teacher_dn(number * 7),
            changetype="modify",
            replace="title",
            title="Professeur certifié",
        )
        for number in range(90)
    ]
    rectorat.modify("".join(lines))
    rectorat.delete(*[ldap_people.teacher_dn(40_000 + number) for number in range(10)])
    with closing(reader.read(rectorat.settings(), rectorat.password, whole.state)) as part:
        batches = list(part)
    assert part.is_delta
    changed_ones = [
        one
        for batch in batches
        for one in batch.items
        if isinstance(one, DirectoryEntry) and one.kind is EntryKind.PERSON
    ]
    assert {one.role for one in changed_ones} == {"Professeur certifié"}
    assert (len(changed_ones), sum(len(batch.gone) for batch in batches)) == (90, 10)
    assert not part.names_the_rest
    share = part.octets / whole.octets
    assert share <= 0.02
    record_property("ldapsearch_s", round(peer, 2))
    record_property("read_s", round(seconds, 2))
    record_property("share", round(share, 4))
    print(f"ldapsearch {peer:.2f} s, read {seconds:.2f} s, {share:.2%} of {whole.octets} octets")
