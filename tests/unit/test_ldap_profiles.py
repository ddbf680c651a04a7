"""Which kind of directory a server is taken for, and what each kind means."""

from __future__ import annotations

import pytest

from mel_desktop.formats import ldap_profiles
from mel_desktop.formats.ldap_entry import Mapper, read_entry
from mel_desktop.formats.ldap_profiles import ANY, PROFILES, Shown, guess
from mel_desktop.formats.ldap_values import normal_dn
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    Item,
    Membership,
    Part,
    Photo,
    Profile,
    Relation,
    SkippedLine,
    Tie,
)

SCRIBE = "ou=local,ou={},ou=utilisateurs,ou=0210999z,ou=ac-dijon,ou=education,o=gouv,c=fr"
PRIVATE = {
    "enteleveine", "entpersondatenaissance", "enteleveboursier", "entelevemef", "entpersonadresse",
    "entpersoncodepostal", "homephone", "homepostaladdress", "mobile", "entpersonmobilesms",
    "street", "postaladdress", "userpassword", "entelevelibellemef", "sambantpassword",
}  # fmt: skip


def raw(**values: object) -> dict[str, list[bytes]]:
    made: dict[str, list[bytes]] = {}
    for name, value in values.items():
        several = value if isinstance(value, tuple) else (value,)
        made[name.lower()] = [
            one if isinstance(one, bytes) else str(one).encode() for one in several
        ]
    return made


def items(mapper: Mapper, dn: str, **values: object) -> list[Item]:
    return mapper.items(normal_dn(dn), raw(**values), "u")


def person(found: list[Item]) -> DirectoryEntry:
    assert isinstance(found[0], DirectoryEntry)
    return found[0]


@pytest.mark.parametrize("profile", [*PROFILES.values(), ANY], ids=lambda one: one.id)
def test_no_profile_asks_for_private_things(profile: ldap_profiles.LdapProfile) -> None:
    assert not {name.lower() for name in profile.attributes} & PRIVATE
    assert "*" not in profile.attributes


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Shown(), ""),
        (Shown(seen=frozenset({"top", "person", "inetorgperson"})), "inetorgperson"),
        (Shown(seen=frozenset({"inetorgperson", "eduperson"})), "eduperson"),
        (Shown(seen=frozenset({"inetorgperson", "eduperson", "supannperson"})), "supann"),
        (Shown(seen=frozenset({"inetorgperson", "entperson"})), "ent"),
        (Shown(seen=frozenset({"entperson"}), person_profiles=frozenset({"eleve"})), "scribe"),
        (
            Shown(seen=frozenset({"entperson"}), dns=(f"uid=a,{SCRIBE.format('eleves')}",)),
            "scribe",
        ),
        (Shown(seen=frozenset({"inetorgperson", "educationnationale"})), "academie"),
        (
            Shown(
                seen=frozenset({"inetorgperson"}),
                dns=("uid=a,ou=personnels en,ou=ac-dijon,ou=education,o=gouv,c=fr",),
            ),
            "academie",
        ),
        (Shown(capabilities=frozenset({ldap_profiles.AD_OID})), "activedirectory"),
        # The schema allows more than the entries are: they count.
        (
            Shown(classes=frozenset({"supannperson"}), seen=frozenset({"inetorgperson"})),
            "inetorgperson",
        ),
        (Shown(classes=frozenset({"person", "supannperson"})), "supann"),
    ],
)
def test_guesses(shown: Shown, expected: str) -> None:
    assert guess(shown) == expected


def test_names_in_a_subschema() -> None:
    assert ldap_profiles.class_names(
        ["( 2.5.6.6 NAME 'person' SUP top STRUCTURAL )",
         "( 1.2 NAME ( 'ENTPerson' 'EntPersonne' ) AUXILIARY )", "( 1.3 OBSOLETE )", "nonsense"]
    ) == {"person", "entperson", "entpersonne"}  # fmt: skip


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(LocalRefusal) as caught:
        ldap_profiles.profile("notes")
    assert caught.value.code is ErrorCode.USAGE


def test_a_family_of_an_ent() -> None:
    """SDET: pupils name those who are responsible for them by DN."""
    mapper = Mapper("ent")
    found = items(
        mapper, "uid=p1,ou=people,dc=ent,dc=fr",
        objectClass=("ENTPerson", "ENTEleve"), cn="Pol Mével", ENTPersonProfils="National_1",
        ENTElevePere="uid=PERE,ou=people,dc=ent,dc=fr",
        ENTEleveMere="uid=mere,ou=people,dc=ent,dc=fr",
        ENTEleveAutoriteParentale=("uid=pere, ou=people,dc=ent,dc=fr",
                                   "uid=t,ou=people,dc=ent,dc=fr"),
        ENTElevePersRelEleve1="uid=mere,ou=people,dc=ent,dc=fr",
    )  # fmt: skip
    people = ",ou=people,dc=ent,dc=fr"
    assert person(found).profile is Profile.PUPIL
    assert {one for one in found if isinstance(one, Tie)} == {
        Tie(f"uid=p1{people}", f"uid=pere{people}", Relation.FATHER, True, True),
        Tie(f"uid=p1{people}", f"uid=mere{people}", Relation.MOTHER, False, True),
        Tie(f"uid=p1{people}", f"uid=t{people}", Relation.OTHER, True, True),
    }


def test_a_family_by_composed_values_and_from_the_parent_s_side() -> None:
    mapper = Mapper("ent")
    found = items(
        mapper, "uid=p,dc=fr", objectClass="ENTEleve", cn="Pol",
        ENTElevePersRelEleve=("uid=m,dc=fr$10$1$1$1$1", "uid=o,dc=fr$51$0$0$0$0",
                              "4711$20$1$1$1$1"),
    )  # fmt: skip
    # Nothing is said of the ASE's link; a number is no DN and ties nobody.
    assert [one for one in found if isinstance(one, Tie)] == []
    found = items(
        mapper, "uid=p,dc=fr", objectClass=("person", "ENTEleve"), cn="Pol",
        ENTElevePersRelEleve=("uid=m,dc=fr$10$1$1$1$1", "uid=o,dc=fr$51$0$0$0$0",
                              "4711$20$1$1$1$1"),
    )  # fmt: skip
    assert [one for one in found if isinstance(one, Tie)] == [
        Tie("uid=p,dc=fr", "uid=m,dc=fr", Relation.MOTHER, True, True),
        Tie("uid=p,dc=fr", "uid=o,dc=fr", Relation.OTHER, False, False),
    ]
    found = items(
        mapper, "uid=m,dc=fr", objectClass=("person", "ENTAuxPersRelEleve"), cn="Anna",
        ENTAuxPersRelEleveEleve=("uid=P,dc=fr", "12"),
    )  # fmt: skip
    assert person(found).profile is Profile.GUARDIAN
    assert [one for one in found if isinstance(one, Tie)] == [
        Tie("uid=p,dc=fr", "uid=m,dc=fr", is_contact=True)
    ]


def test_a_teacher_s_classes_subjects_and_part() -> None:
    found = items(
        Mapper("ent"), "uid=t,ou=people,dc=ent,dc=fr",
        objectClass=("inetOrgPerson", "ENTAuxEnseignant"), cn="Léa", uid="t", rne="0350896J",
        ENTPersonFonctions="1$ENS$ENSEIGNEMENT$L0202$LETTRES MODERNES",
        ENTAuxEnsClassesMatieres=("1$6A$LETTRES", "1$5B$LATIN"),
        ENTAuxEnsClassesPrincipal="ENTStructureSIREN=1,ou=structures,dc=esco,dc=fr$6A",
        ENTAuxEnsClasses="1$6A", mail=("lea@ac-rennes.fr", "lea@ent.fr"),
    )  # fmt: skip
    teacher = person(found)
    assert (teacher.profile, teacher.subjects) == (Profile.TEACHER, ("Lettres modernes",))
    assert teacher.classes == ("6A", "5B")
    assert teacher.more_emails == ("lea@ent.fr",)
    assert {one for one in found if isinstance(one, Membership)} == {
        Membership("classe:0350896J:6a", teacher.key, "LETTRES", Part.HEAD_TEACHER),
        Membership("classe:0350896J:5b", teacher.key, "LATIN", Part.TEACHER),
    }
    assert teacher.same_as == ("entryuuid:u", "uid:t@ent.fr", "mail:lea@ac-rennes.fr")


def test_a_pupil_s_own_address_and_a_family_s_are_no_key() -> None:
    found = items(
        Mapper("ent"), "uid=p,dc=ent,dc=fr", objectClass=("person", "ENTEleve"), cn="Pol",
        mail="famille@orange.fr", ENTPersonProfils="National_1",
    )  # fmt: skip
    assert person(found).same_as == ("entryuuid:u",)
    found = items(
        Mapper(), "uid=t,dc=ent,dc=fr", objectClass="person", cn="T", mail="t@orange.fr",
        ENTPersonProfils="National_3",
    )  # fmt: skip
    assert person(found).same_as == ("entryuuid:u",)


def test_a_login_is_unique_where_it_was_given() -> None:
    def keys(dn: str) -> tuple[str, ...]:
        return person(items(Mapper(), dn, objectClass="person", cn="A", uid="Jd")).same_as[1:]

    assert keys("uid=jd,ou=personnels EN,ou=ac-dijon,ou=education,o=gouv,c=fr") == (
        "uid:jd@ac-dijon",
    )
    assert keys(f"uid=jd,{SCRIBE.format('eleves')}") == ("uid:jd@0210999z.ac-dijon",)
    assert keys("uid=jd,o=gouv,c=fr") == ()


def test_groups_of_a_scribe() -> None:
    mapper = Mapper("scribe")
    for kind, role, part, classes in (
        ("Classe", "classe", Part.PUPIL, ("6a",)), ("Equipe", "équipe", Part.TEACHER, ()),
        ("Matiere", "matière", Part.TEACHER, ()), ("Autre", "groupe", Part.MEMBER, ()),
    ):  # fmt: skip
        found = items(mapper, "cn=6a,dc=fr", objectClass="posixGroup", cn="6a", type=kind,
                      memberUid="jean.dupont")  # fmt: skip
        group, member = found
        assert isinstance(group, DirectoryEntry)
        assert isinstance(member, Membership)
        assert (group.kind, group.role, group.classes) == (EntryKind.GROUP, role, classes)
        assert (member.member, member.part, member.by_group) == ("uid=jean.dupont,", part, True)


def test_a_directory_of_an_academie() -> None:
    base = "ou=personnels EN,ou=ac-dijon,ou=education,o=gouv,c=fr"
    found = items(
        Mapper("academie"), f"uid=pdupont,{base}",
        objectClass=("inetOrgPerson", "educationnationale"),
        cn="Dupont Paul", givenName="Paul", sn="Dupont", uid="pdupont", rne="0210999Z",
        mail="paul.dupont@ac-dijon.fr", mailEquivalentAddress="pdupont@ac-dijon.fr",
        mailAlternateAddress=("PDUPONT@ac-dijon.fr", "paul@ac-besancon.fr"), personalTitle="M.",
    )  # fmt: skip
    entry = person(found)
    assert (entry.profile, entry.uai, entry.title) == (Profile.STAFF, "0210999Z", "M.")
    assert entry.more_emails == ("pdupont@ac-dijon.fr", "paul@ac-besancon.fr")
    box = person(
        items(Mapper("academie"), "uid=ce,ou=fonctionnelles,ou=ac-dijon,c=fr",
              objectClass="inetOrgPerson", cn="Collège", mail="ce.0210999Z@ac-dijon.fr")
    )  # fmt: skip
    assert (box.kind, box.profile) == (EntryKind.SERVICE, Profile.OTHER)


def test_pictures_only_where_they_are_asked_for_and_not_too_large() -> None:
    about = {"objectClass": "person", "cn": "A", "jpegPhoto": b"\xff\xd8" + bytes(100)}
    assert items(Mapper(photos=True), "uid=a,dc=x", **about)[1:] == [
        Photo("uid=a,dc=x", b"\xff\xd8" + bytes(100))
    ]
    assert len(items(Mapper(), "uid=a,dc=x", **about)) == 1
    large = items(Mapper(photos=True), "uid=a,dc=x", **{**about, "jpegPhoto": bytes(300_000)})
    assert isinstance(large[1], SkippedLine)


def test_a_class_is_said_once_a_copy() -> None:
    mapper = Mapper("ent")
    said = [
        one.key
        for number in range(3)
        for one in items(mapper, f"uid=p{number},dc=x", objectClass=("person", "ENTEleve"),
                         cn="P", ENTEleveClasses="1$6A")
        if isinstance(one, DirectoryEntry) and one.kind is EntryKind.GROUP
    ]  # fmt: skip
    assert said == ["classe::6a"]


def test_options_of_attributes_are_set_aside() -> None:
    found = read_entry("uid=a,dc=x", {"objectClass": [b"person"], "cn;lang-fr": [b"Anne"]})
    assert found.entry is not None
    assert found.entry.name == "Anne"
