"""Laws of the readers: what was written reads back; no octets whatever break them."""

from __future__ import annotations

import csv
import io
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.formats.detect import open_table
from mel_desktop.formats.ldap_entry import ATTRIBUTES, read_entry
from mel_desktop.formats.ldap_values import key_of, normal_dn
from mel_desktop.formats.table import Record, records
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import DirectoryEntry, EntryKind

LETTERS = string.ascii_letters + "éèàçœÉÀïŸ'-" + '"'
WORD = st.text(LETTERS, min_size=1, max_size=12).filter(lambda text: any(map(str.isalpha, text)))
CELL = st.text(LETTERS + ";,\t| \n0123456789", max_size=20)
ENDS = st.sampled_from(["\n", "\r\n"])


@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=12),
    delimiter=st.sampled_from(";,\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    end=ENDS,
    step=st.integers(1, 50),
)
def test_a_written_table_reads_back(
    rows: list[list[str]], delimiter: str, encoding: str, end: str, step: int
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["un", "deux", "trois"], *rows])
    data = out.getvalue().replace('"un"', "un", 1).encode(encoding)
    # the first line tells the delimiter: leave its quotes away as most programs do
    chunks = [data[start : start + step] for start in range(0, len(data), step)]
    found = [one.cells for one in records(chunks) if isinstance(one, Record)]
    written = [tuple(" ".join(cell.split()) for cell in row) for row in rows]
    assert found[1:] == [row for row in written if any(row)]


@given(
    persons=st.lists(st.tuples(WORD, WORD, st.sampled_from(["6A", "5B", ""])), max_size=15),
    delimiter=st.sampled_from(";,\t"),
    end=ENDS,
)
def test_written_people_read_back(
    persons: list[tuple[str, str, str]], delimiter: str, end: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(["Nom", "Prénom", "Classe"])
    writer.writerows(persons)
    found = [
        one
        for one in open_table([out.getvalue().encode()])
        if isinstance(one, DirectoryEntry) and one.kind is EntryKind.PERSON
    ]
    assert [one.name for one in found] == [f"{given_} {name}" for name, given_, _ in persons]
    assert [one.classes for one in found] == [(cls,) if cls else () for _, _, cls in persons]


HEADS = st.sampled_from([
    b"", b"nom;courriel\n", b"Nom,Prenom,Classe\r\n", b"\xff\xfen\x00o\x00m\x00",
    b"Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Nom_commune;Mail\n",
])  # fmt: skip
NASTY = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from([b'"', b'""', b";", b"\n", b"\r", b"\x00", b"\xef\xbb\xbf", b"sep=,\n"]),
    ),
    max_size=30,
)


@given(head=HEADS, chunks=NASTY, format_name=st.sampled_from(["auto", "annuaire", "csv"]))
def test_octets_whatever_raise_nothing_but_bad_file(
    head: bytes, chunks: list[bytes], format_name: str
) -> None:
    refusal: LocalRefusal | None = None
    try:
        for item in open_table([head, *chunks], format_name):
            assert item is not None
    except LocalRefusal as error:
        refusal = error
    assert refusal is None or refusal.code is ErrorCode.BAD_FILE


VALUES = st.lists(st.one_of(st.binary(max_size=30), st.just(b"1$2$3")), max_size=3)


@given(
    dn=st.text(max_size=40),
    raw=st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES, max_size=8),
    kind=st.sampled_from([b"person", b"groupOfNames", b"ENTEtablissement", b"top", b"posixGroup"]),
)
def test_an_ldap_entry_whatever_never_raises(
    dn: str, raw: dict[str, list[bytes]], kind: bytes
) -> None:
    found = read_entry(dn, {**raw, "objectClass": [kind]})
    assert found.entry is None or found.entry.name


@given(st.text(max_size=60))
def test_one_spelling_of_a_dn_is_final(dn: str) -> None:
    once = normal_dn(dn)
    assert normal_dn(once) == once


@given(st.one_of(
    st.text(max_size=60),
    st.lists(st.text("aZé=,\\\" +;@.-1", max_size=12), max_size=4).map("uid=".join),
    st.tuples(st.sampled_from(["uid=Jd", "cn=a\\", "ou=x y", "mail=a@b.c", "uid=", "é=a"]),
              st.sampled_from(["", "dc=X, dc=y", "ou=\"a,b\",dc=x", "ou=a\\,b", "OU=É"])
              ).map(",".join),
))  # fmt: skip
def test_keys_of_what_a_server_sends_are_normal_dns(dn: str) -> None:
    for _ in range(2):  # the second time from what was kept
        assert key_of(dn.encode()) == normal_dn(dn)


@pytest.mark.parametrize("same", ["UID=Prof1, OU=Personnes,dc=x", "uid=prof1,ou=personnes,DC=X"])
def test_spellings_of_a_dn(same: str) -> None:
    assert normal_dn(same) == "uid=prof1,ou=personnes,dc=x"
