"""Contacts that webmails export: vCard, LDIF, CSV."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.formats.contact_files import kind_of, open_contacts
from mel_desktop.formats.detect import open_table
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.people import DirectoryEntry, EntryKind, Membership, SkippedLine

VCARDS = """BEGIN:VCARD\r
VERSION:3.0\r
FN:Zoé Lefèvre\r
N:Lefèvre;Zoé;;;\r
ORG:Collège Jules-Verne;Lettres\r
TITLE:Professeure\r
item1.EMAIL;type=INTERNET:zoe.lefevre@ac-demo.fr\r
EMAIL;TYPE=home:zoe@\r
 example.org\r
TEL;TYPE=CELL:06 00 00 00 00\r
PHOTO;ENCODING=b:AAAA\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:2.1\r
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ben=C3=AFt;=\r
No=C3=ABl\r
EMAIL:noel@ac-demo.fr\r
END:VCARD\r
"""

LDIF = """version: 1

# un carnet de Thunderbird
dn: cn=Zo\xc3\xa9,mail=zoe@ac-demo.fr
objectclass: person
cn:: Wm/DqSBMZWbDqHZyZQ==
mail: zoe@ac-demo.fr
telephoneNumber: 01 00
 00 00 00
jpegPhoto:< file:///etc/passwd

dn: cn=3e B
objectclass: groupOfNames
cn: 3e B
member: cn=Zo\xc3\xa9,mail=zoe@ac-demo.fr
"""


def entries(text: str, kind: str) -> list[DirectoryEntry]:
    book = open_contacts([text.encode()], kind)
    return [one for one in book if isinstance(one, DirectoryEntry)]


def test_vcards_of_three_ages() -> None:
    found = entries(VCARDS, "vcard")
    assert [(one.name, one.email, one.more_emails) for one in found] == [
        ("Zoé Lefèvre", "zoe.lefevre@ac-demo.fr", ("zoe@example.org",)),
        ("Noël Benït", "noel@ac-demo.fr", ()),
    ]
    assert (found[0].role, found[0].school) == ("Professeure · Lettres", "Collège Jules-Verne")
    assert found[0].phone == "06 00 00 00 00"


def test_ldif_with_a_list() -> None:
    items = list(open_contacts([LDIF.encode("latin-1")], "ldif"))
    people = [one for one in items if isinstance(one, DirectoryEntry)]
    assert [(one.kind, one.name) for one in people] == [
        (EntryKind.PERSON, "Zoé Lefèvre"),
        (EntryKind.GROUP, "3e B"),
    ]
    assert people[0].phone == "01 0000 00 00"
    assert [one for one in items if isinstance(one, Membership)] == [
        Membership(people[1].key, people[0].key)
    ]


def test_the_format_is_seen_by_the_beginning() -> None:
    assert kind_of(b"\xef\xbb\xbfBEGIN:VCARD\r\n") == "vcard"
    assert kind_of(b"# x\r\n\r\ndn: cn=a\r\n") == "ldif"
    assert kind_of(b"nom;courriel\r\n") == ""
    assert open_table([VCARDS.encode()]).format_name == "vcard"
    assert open_table([LDIF.encode("latin-1")]).format_name == "ldif"
    zimbra = b'"email","firstName","lastName","fullName"\r\n"z@ac-demo.fr","Zo","L","Zo L"\r\n'
    thunderbird = b"First Name,Last Name,Display Name,Primary Email\r\nZo,L,Zo L,z@ac-demo.fr\r\n"
    for text in (zimbra, thunderbird):
        (one,) = [one for one in open_table([text]) if isinstance(one, DirectoryEntry)]
        assert (one.email, one.kind) == ("z@ac-demo.fr", EntryKind.PERSON)


def test_a_file_without_a_contact() -> None:
    with pytest.raises(LocalRefusal):
        open_contacts([b"BEGIN:VCARD\r\n"], "vcard")


@given(st.text(max_size=300), st.sampled_from(["vcard", "ldif"]))
def test_nothing_that_stands_there_breaks_it(text: str, kind: str) -> None:
    whole = f"BEGIN:VCARD\n{text}\nEND:VCARD\n" if kind == "vcard" else f"dn: a\ncn: b\n{text}\n"
    try:
        found = list(open_contacts([whole.encode("utf-8", "replace")], kind))
    except LocalRefusal:
        return
    assert any(not isinstance(one, SkippedLine) for one in found)
