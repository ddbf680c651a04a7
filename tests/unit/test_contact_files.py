"""Contacts that webmails export: vCard, LDIF, CSV."""

from __future__ import annotations

import base64
import io
import os
import tarfile
import tracemalloc
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.formats import zimbra
from mel_desktop.formats.contact_files import ContactFile, kind_of, open_contacts
from mel_desktop.formats.detect import open_table
from mel_desktop.formats.table import tidy
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.people import (
    Change,
    DirectoryEntry,
    EntryKind,
    Gone,
    Membership,
    Photo,
    SkippedLine,
)

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
        Membership(people[1].key, people[0].key, by_group=True)
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


# -- vCard -----------------------------------------------------------------------------------------

JPEG = b"\xff\xd8\xff\xe0" + bytes(200)
VCARD4 = f"""BEGIN:VCARD\r
VERSION:4.0\r
UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1\r
FN;PREF=1:Inès Hénoret\r
N:Hénoret;Inès;;Mme;\r
ORG:Lycée Rosa-Bonheur\\, Rennes;SVT\r
ROLE:Professeure\r
EMAIL;PREF=2;TYPE=home:ines@exemple.test\r
EMAIL;PREF=1;TYPE=work:mailto:ines.henoret@ac-rennes.fr\r
TEL;VALUE=uri;TYPE="voice,cell":tel:+33-6-00-00-00-00\r
TEL;TYPE=fax:02 99 99 99 99\r
TEL;TYPE=work:02 99 00 00 00\r
ADR;TYPE=home:;;1 rue du Secret;Cesson;;35510;France\r
BDAY:19800214\r
CATEGORIES:Équipe SVT,Sortie\r
PHOTO:data:image/jpeg;base64,{base64.b64encode(JPEG).decode()}\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:4.0\r
KIND:group\r
UID:g-1\r
FN:Conseil\r
MEMBER:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1\r
MEMBER:mailto:inconnue@exemple.test\r
END:VCARD\r
"""


def test_a_card_of_version_4_with_groups_and_a_picture() -> None:
    items = list(open_contacts([VCARD4.encode()], "vcard"))
    found = {one.key: one for one in items if isinstance(one, DirectoryEntry)}
    ines = found["vcard:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1"]
    assert ines == DirectoryEntry(
        ines.key, EntryKind.PERSON, "Inès Hénoret", "ines.henoret@ac-rennes.fr",
        role="Professeure · SVT", school="Lycée Rosa-Bonheur, Rennes", phone="02 99 00 00 00",
        family_name="Hénoret", title="Mme", more_emails=("ines@exemple.test",),
        more_phones=("+33-6-00-00-00-00",),
    )  # fmt: skip
    assert "Secret" not in repr(items)
    assert "1980" not in repr(items)
    assert Photo(ines.key, JPEG) in items
    links = {(one.group, one.member, one.by_group) for one in items if isinstance(one, Membership)}
    assert links == {
        ("groupe::equipesvt", ines.key, False),
        ("groupe::sortie", ines.key, False),
        ("vcard:g-1", ines.key, True),
        ("vcard:g-1", "mail:inconnue@exemple.test|", True),
    }
    assert found["mail:inconnue@exemple.test|"].email == "inconnue@exemple.test"


def test_apple_companies_and_groups() -> None:
    text = (
        "BEGIN:VCARD\nVERSION:3.0\nN:;;;;\nFN:Mairie\nORG:Mairie de Rennes;\n"
        "X-ABShowAs:COMPANY\nEMAIL;type=pref:contact@rennes.test\nURL:https://rennes.test\n"
        "UID:c1\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Ville\nUID:c2\n"
        "X-ADDRESSBOOKSERVER-KIND:group\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:c1\nEND:VCARD\n"
    )
    items = list(open_contacts([text.encode()], "vcard"))
    town, group, link = items
    assert isinstance(town, DirectoryEntry)
    assert (town.kind, town.name, town.web) == (
        EntryKind.SERVICE, "Mairie de Rennes", "https://rennes.test",
    )  # fmt: skip
    assert isinstance(group, DirectoryEntry)
    assert group.kind is EntryKind.GROUP
    assert link == Membership("vcard:c2", "vcard:c1", by_group=True)


def test_letters_cut_by_folding_and_pictures_of_3_and_2_1() -> None:
    name = "Zoé Lefèvre".encode()
    cut = name.index("é".encode()) + 1  # between the octets of a letter
    picture = base64.b64encode(JPEG).decode()
    data = (
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:" + name[:cut] + b"\r\n " + name[cut:] + b"\r\n"
        b"EMAIL:z@exemple.test\r\nPHOTO;ENCODING=b;TYPE=JPEG:" + picture[:40].encode() + b"\r\n "
        + picture[40:].encode() + b"\r\nEND:VCARD\r\n"
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Tom\r\nPHOTO;JPEG;BASE64:" + picture.encode()
        + b"\r\n\r\nNOTE;QUOTED-PRINTABLE:une=\r\n END:VCARD=\r\nEMAIL:faux@x.test\r\n"
        b"END:VCARD\r\n"
    )  # fmt: skip
    items = list(open_contacts([data], "vcard"))
    first, photo, second, *rest = items
    assert isinstance(first, DirectoryEntry)
    assert first.name == "Zoé Lefèvre"
    assert photo == Photo(first.key, JPEG)
    assert isinstance(second, DirectoryEntry)
    assert (second.name, second.email) == ("Tom", "")
    assert rest == [Photo(second.key, JPEG)]


def test_a_picture_named_by_its_address_is_not_fetched() -> None:
    text = "BEGIN:VCARD\nFN:A\nPHOTO;VALUE=uri:https://pixel.test/a.jpg\nEND:VCARD\n"
    assert [type(one) for one in open_contacts([text.encode()], "vcard")] == [DirectoryEntry]


def test_broken_cards_cost_themselves_and_are_told_with_their_line() -> None:
    text = (
        "BEGIN:VCARD\nFN:Un\nBEGIN:VCARD\nFN:Deux\nEND:VCARD\n"
        "BEGIN:VCARD\nNOTE:personne\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Trois\nUID:x\nEND:VCARD\nBEGIN:VCARD\nFN:Trois\nUID:x\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Quatre\n"
    )
    items = list(open_contacts([text.encode()], "vcard"))
    assert [one.name for one in items if isinstance(one, DirectoryEntry)] == ["Deux", "Trois"]
    assert [one for one in items if isinstance(one, SkippedLine)] == [
        SkippedLine(1, "a card is not closed"),
        SkippedLine(6, "no name in a card"),
        SkippedLine(13, "a card that is there twice"),
        SkippedLine(17, "a card is not closed"),
    ]


def test_a_line_of_many_megabytes_is_left_out_and_never_held() -> None:
    head = b"BEGIN:VCARD\r\nFN:Un\r\nPHOTO:data:image/jpeg;base64,"
    big = (b"A" * 65_536 for _ in range(400))
    tail = b"\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Deux\r\nEND:VCARD\r\n"
    tracemalloc.start()
    try:
        items = list(open_contacts(chain((head,), big, (tail,)), "vcard"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [one.name for one in items if isinstance(one, DirectoryEntry)] == ["Un", "Deux"]
    assert peak < 12_000_000


NAME = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=40
).filter(lambda text: any(map(str.isalnum, text)))


@given(
    people=st.lists(st.tuples(NAME, NAME, NAME, st.booleans()), min_size=1, max_size=6),
    width=st.integers(8, 75),
    step=st.integers(1, 60),
)
def test_a_written_card_reads_back(
    people: list[tuple[str, str, str, bool]], width: int, step: int
) -> None:
    """Escaped, folded between any two octets, cut into any chunks (RFC 6350 3.2, 3.4)."""

    def escaped(text: str) -> str:
        return "".join(f"\\{one}" if one in "\\,;" else one for one in text)

    odd = ';X-A=";:"'  # a parameter that holds what ends one
    data = b""
    for number, (given_, surname, org, is_quoted) in enumerate(people):
        lines = [
            "BEGIN:VCARD", "VERSION:4.0", f"UID:u{number}",
            f"N:{escaped(surname)};{escaped(given_)};;;", f"ORG:{escaped(org)}",
            f"FN{odd if is_quoted else ''}:{escaped(f'{given_} {surname}')}",
            f"EMAIL:p{number}@exemple.test", "END:VCARD",
        ]  # fmt: skip
        for line in lines:
            raw = line.encode()
            pieces = [raw[at : at + width] for at in range(0, len(raw), width)]
            data += b"\r\n ".join(pieces) + b"\r\n"
    chunks = [data[at : at + step] for at in range(0, len(data), step)]
    # the first chunk tells nothing of the format here: it is said
    found = [one for one in open_contacts(chunks, "vcard") if isinstance(one, DirectoryEntry)]
    assert [one.key for one in found] == [f"vcard:u{number}" for number in range(len(people))]
    for one, (given_, surname, org, _) in zip(found, people, strict=True):
        assert one.name == tidy(f"{given_} {surname}")
        assert one.family_name == tidy(surname)
        assert one.school == tidy(org)


# -- LDIF ------------------------------------------------------------------------------------------

CHANGES = """version: 1

dn: uid=a,dc=x
changetype: add
objectClass: person
cn: Anne
mail: a@exemple.test

dn: uid=b,dc=x
changetype: delete

dn: UID=C, dc=x
changetype: modify
replace: mail
mail: neuf@exemple.test
-
replace: title
title: CPE
-
add: mobile
mobile: 06
-

dn: uid=d,dc=x
changetype: modrdn
newrdn: uid=e
deleteoldrdn: 1

dn: uid=f,dc=x
cn: pas un changement
"""


def test_changes_of_a_directory() -> None:
    table = open_table([CHANGES.encode()])
    assert isinstance(table, ContactFile)
    assert table.is_delta
    items = list(table)
    added, gone, phone, change, *skipped = items
    assert isinstance(added, DirectoryEntry)
    assert (added.key, added.email) == ("uid=a,dc=x", "a@exemple.test")
    assert gone == Gone("uid=b,dc=x")
    assert isinstance(phone, Change)
    assert (phone.entry.key, phone.entry.phone, set(phone.added)) == (
        "uid=c,dc=x", "06", {"phone"},
    )  # fmt: skip
    assert isinstance(change, Change)
    assert (change.entry.email, change.entry.role) == ("neuf@exemple.test", "CPE")
    assert change.fields == {"email", "more_emails", "role"}
    assert skipped == [
        SkippedLine(24, "an entry that moves is not followed"),
        SkippedLine(29, "an entry among changes, or a change of entries"),
    ]


def test_values_by_address_are_refused_and_broken_records_told() -> None:
    text = (
        "dn: uid=a,dc=x\ncn: Anne\njpegPhoto:< file:///etc/passwd\n\n"
        "dn: uid=b,dc=x\ncn:: pas de base64 !\n\n"
        "cn: sans dn\n\n"
        "dn: uid=c,dc=x\nrien\n\n"
        "dn: uid=a,dc=x\ncn: encore\n"
    )
    items = list(open_contacts([text.encode()], "ldif"))
    assert [one.name for one in items if isinstance(one, DirectoryEntry)] == ["Anne"]
    assert [one for one in items if isinstance(one, SkippedLine)] == [
        SkippedLine(1, "a value named by its address was not read"),
        SkippedLine(5, "a value that is no base64"),
        SkippedLine(8, "a record that does not begin with its dn"),
        SkippedLine(10, "a line that is no attribute"),
        SkippedLine(13, "an entry that is there twice"),
    ]


def test_a_copy_of_a_school_s_directory_is_read_as_from_its_server() -> None:
    text = (
        "dn: uid=prof,ou=personnels,dc=x\nobjectClass: ENTPerson\nobjectClass: inetOrgPerson\n"
        "sn: Le Gall\ngivenName: Anne\ndisplayName: Anne Le Gall\nmail: anne@ac-x.test\n"
        "ENTPersonDateNaissance: 02/03/1984\nENTAuxEnsClasses: 0350001A$6A\n"
    )
    items = list(open_contacts([text.encode()], "ldif"))
    classes = [one for one in items if isinstance(one, DirectoryEntry)
               and one.kind is EntryKind.GROUP]  # fmt: skip
    assert [one.name for one in classes] == ["6A"]
    assert any(isinstance(one, Membership) for one in items)
    assert "1984" not in repr(items)


@given(
    people=st.lists(st.tuples(NAME, NAME), min_size=1, max_size=6),
    width=st.integers(10, 76),
    as_base64=st.booleans(),
)
def test_a_written_record_reads_back(
    people: list[tuple[str, str]], width: int, as_base64: bool
) -> None:
    data = b"version: 1\n\n"
    for number, (given_, surname) in enumerate(people):
        for name, value in (
            ("dn", f"uid=p{number},dc=x"), ("givenName", given_), ("sn", surname),
            ("cn", f"{given_} {surname}"), ("mail", f"p{number}@exemple.test"),
        ):  # fmt: skip
            safe = value.isascii() and value[0] not in " :<" and not as_base64
            told = f": {value}" if safe else f":: {base64.b64encode(value.encode()).decode()}"
            raw = f"{name}{told}".encode()
            data += b"\n ".join(raw[at : at + width] for at in range(0, len(raw), width)) + b"\n"
        data += b"\n"
    found = [one for one in open_contacts([data], "ldif") if isinstance(one, DirectoryEntry)]
    assert [(one.key, one.name, one.email, one.family_name) for one in found] == [
        (f"uid=p{n},dc=x", tidy(f"{given_} {surname}"), f"p{n}@exemple.test", tidy(surname))
        for n, (given_, surname) in enumerate(people)
    ]


# -- Zimbra ----------------------------------------------------------------------------------------

ZIMBRA = (
    '"email","email2","firstName","lastName","fullName","company","jobTitle","workPhone",'
    '"mobilePhone","homeStreet","birthday","nickname","dlist","type","fileAs"\n'
    '"anne@ac-x.test","anne@maison.test","Anne","Le Gall","Anne Le Gall","Collège","CPE","02",'
    '"06","1 rue du Secret","1984-03-02","","","",""\n'
    '"","","","","","","","","","","","Équipe","""Anne Le Gall"" <anne@ac-x.test>, '
    'autre@x.test","group","8:Équipe"\n'
)


def test_contacts_and_groups_of_zimbra() -> None:
    table = open_table([ZIMBRA.encode()])
    assert table.format_name == "zimbra"
    items = list(table)
    found = {one.name: one for one in items if isinstance(one, DirectoryEntry)}
    anne = found["Anne Le Gall"]
    assert (anne.email, anne.more_emails, anne.phone, anne.more_phones, anne.role) == (
        "anne@ac-x.test", ("anne@maison.test",), "02", ("06",), "CPE",
    )  # fmt: skip
    assert "Secret" not in repr(items)
    assert "1984" not in repr(items)
    assert found["Équipe"].kind is EntryKind.GROUP
    assert {one.member for one in items if isinstance(one, Membership)} == {
        anne.key, found["autre@x.test"].key,
    }  # fmt: skip


def test_a_group_of_two_hundred_loses_nobody() -> None:
    members = ", ".join(f"personne.numero{n}@exemple.test" for n in range(200))
    items = list(open_table([f'email,fullName,dlist,nickname\n,,"{members}",Tous\n'.encode()]))
    assert sum(isinstance(one, Membership) for one in items) == 200


def archive(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as made:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return out.getvalue()


FILES = {
    "Inbox/1-letter.eml": b"Subject: x\r\n\r\nne doit pas etre lu",
    "Contacts/Anne.vcf": b"BEGIN:VCARD\r\nFN:Anne\r\nEMAIL:a@x.test\r\nEND:VCARD\r\n",
    "../../Contacts/Tous.vcf": b"BEGIN:VCARD\r\nKIND:group\r\nFN:Tous\r\nMEMBER:mailto:a@x.test\r\n"
    b"END:VCARD\r\n",
    "Contacts/tous.csv": ZIMBRA.encode(),
}


@pytest.mark.parametrize("mode", ["w:gz", "w"])
def test_the_contacts_of_an_archive(mode: str) -> None:
    data = archive(FILES, mode)
    assert zimbra.is_archive([data])
    chunks = [data[at : at + 700] for at in range(0, len(data), 700)]
    items = list(zimbra.ZimbraArchive(chunks))
    people = {one.name: one for one in items if isinstance(one, DirectoryEntry)}
    assert {"Anne", "Tous", "Anne Le Gall", "Équipe"} <= people.keys()
    assert Membership(people["Tous"].key, people["Anne"].key, by_group=True) in items


@pytest.mark.parametrize("keep", [10, 300])
def test_a_truncated_archive_is_refused(keep: int) -> None:
    data = archive({**FILES, "Contacts/b.vcf": os.urandom(5000)})
    with pytest.raises(LocalRefusal) as caught:
        list(zimbra.ZimbraArchive([data[:keep]]))
    assert caught.value.facts["why"] == "archive damaged or cut off"


def test_an_archive_that_unpacks_to_far_more_is_refused() -> None:
    data = archive({"Inbox/0.eml": bytes(60_000_000), "Contacts/a.vcf": FILES["Contacts/Anne.vcf"]})
    assert len(data) < 400_000
    with pytest.raises(LocalRefusal) as caught:
        list(zimbra.ZimbraArchive([data]))
    assert caught.value.facts["why"] == "an archive that unpacks to far more than it is"
