"""LDAP entries of the schemas met in schools."""

from __future__ import annotations

import pytest

from mel_desktop.formats import ldap_url
from mel_desktop.formats.ldap_entry import read_entry
from mel_desktop.formats.ldap_values import normal_dn
from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import EntryKind, Membership, Part


def raw(**values: str | tuple[str, ...] | bytes) -> dict[str, list[bytes]]:
    return {
        name: [value]
        if isinstance(value, bytes)
        else [one.encode() for one in (value if isinstance(value, tuple) else (value,))]
        for name, value in values.items()
    }


def test_a_teacher_of_an_ent() -> None:
    found = read_entry(
        "uid=LDUPOND1,ou=people,dc=ent,dc=fr",
        raw(
            objectClass=("top", "inetOrgPerson", "ENTPerson", "ENTAuxEnseignant"),
            cn="Dupond Léa", givenName="Léa", sn="Dupond", mail="lea.dupond@ac-x.invalid",
            ENTPersonProfils="National_3", o="CLG$ANNE FRANK$RENNES",
            ENTPersonFonctions="2605692$ENS$ENSEIGNEMENT$L0202$LETTRES MODERNES",
            ENTAuxEnsClasses=("2605692$6A", "ENTStructureSIREN=1,ou=structures,dc=ent$5B"),
            ENTAuxEnsGroupes="2605692$Latin", rne="0350896j",
        ),
    )  # fmt: skip
    assert found.entry is not None
    assert found.entry.kind is EntryKind.PERSON
    assert found.entry.name == "Léa Dupond"
    assert found.entry.role == "Enseignement · Lettres modernes"
    assert found.entry.school == "Clg Anne Frank Rennes"
    assert found.entry.uai == "0350896J"
    assert found.entry.classes == ("6A", "5B")
    assert [one.key for one in found.groups] == [
        "classe:0350896J:6a", "classe:0350896J:5b", "groupe:0350896J:latin",
    ]  # fmt: skip
    key = "uid=ldupond1,ou=people,dc=ent,dc=fr"
    assert found.memberships == tuple(
        Membership(one.key, key, part=Part.TEACHER) for one in found.groups
    )


def test_an_academie_s_person_with_its_other_address_and_latin_1() -> None:
    found = read_entry(
        "uid=fmevel,ou=personnels EN,ou=ac-x,ou=education,o=gouv,c=fr",
        {
            **raw(objectClass=("inetOrgPerson", "educationnationale"), rne="0350896J",
                  mailEquivalentAddress="f.mevel@ac-x.invalid", title="Principal"),
            "displayName": ["François Mével".encode("latin-1")],
        },
    )  # fmt: skip
    assert found.entry is not None
    assert (found.entry.name, found.entry.email) == ("François Mével", "f.mevel@ac-x.invalid")
    assert found.entry.role == "Principal"


def test_a_functional_box_is_a_service() -> None:
    found = read_entry(
        "uid=ce,ou=fonctionnelles,ou=ac-x,c=fr",
        raw(objectClass="inetOrgPerson", cn="Collège X", sn="ce", mail="ce.0350896J@ac-x.invalid"),
    )
    assert found.entry is not None
    assert (found.entry.kind, found.entry.name) == (EntryKind.SERVICE, "Collège X")


@pytest.mark.parametrize(
    ("profile", "role"),
    [("National_1", "élève"), ("National_2", "responsable légal"), ("enseignant", "enseignant"),
     ("National_5", "vie scolaire"), ("Autre chose", "Autre chose")],
)  # fmt: skip
def test_profiles_in_words(profile: str, role: str) -> None:
    found = read_entry("uid=a,c=fr", raw(objectClass="person", cn="A", ENTPersonProfils=profile))
    assert found.entry is not None
    assert found.entry.role == role


def test_groups_of_every_kind() -> None:
    group = read_entry(
        "cn=Équipe,c=fr",
        raw(objectClass="groupOfUniqueNames", cn="Équipe",
            uniqueMember=("UID=a, C=fr", "uid=b,c=fr#'0101'B"), memberUid="c,d"),
    )  # fmt: skip
    assert group.entry is not None
    assert group.entry.kind is EntryKind.GROUP
    assert [one.member for one in group.memberships] == [
        "uid=a,c=fr", "uid=b,c=fr", "uid=c\\,d,",
    ]  # fmt: skip


def test_what_is_no_person_is_left_out() -> None:
    assert read_entry("ou=x,c=fr", raw(objectClass="organizationalUnit", ou="x")).entry is None
    assert read_entry("cn=pc,c=fr", raw(objectClass=("person", "computer"), cn="pc")).entry is None
    assert read_entry("uid=x,c=fr", raw(objectClass="person")).entry is None


def test_private_data_is_not_even_asked_for() -> None:
    from mel_desktop.formats.ldap_entry import ATTRIBUTES

    asked = {name.lower() for name in ATTRIBUTES}
    assert not asked & {"entpersondatenaissance", "enteleveine", "homephone", "mobile", "street",
                        "userpassword", "entpersonadresse"}  # fmt: skip


def test_escapes_in_a_dn() -> None:
    assert normal_dn(r"cn=Le Goff\, Pol,c=fr") == normal_dn(r"CN=Le Goff\2C Pol, c=FR")
    assert normal_dn(r"cn=\C3\89ric,c=fr") == normal_dn("cn=éric,c=fr")


@pytest.mark.parametrize(
    ("url", "endpoint", "base"),
    [
        ("ldaps://ldap.x.invalid", Endpoint("ldap.x.invalid", 636, Security.TLS), ""),
        ("ldap://h:3389/dc=a,dc=b", Endpoint("h", 3389, Security.STARTTLS), "dc=a,dc=b"),
        ("ldaps://[::1]:1636/ou=%C3%A9l", Endpoint("::1", 1636, Security.TLS), "ou=él"),
    ],
)
def test_urls(url: str, endpoint: Endpoint, base: str) -> None:
    assert ldap_url.parse(url) == (endpoint, base)


@pytest.mark.parametrize(
    "url",
    ["", "http://x", "ldap://", "ldapi:///var/run", "ldap://a:b@h", "ldap://h:99999", "ldap://a b"],
)
def test_bad_urls(url: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        ldap_url.parse(url)
    assert caught.value.code is ErrorCode.USAGE
