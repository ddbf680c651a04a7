"""Laws of the SIECLE and STS-Web readers: what is true in a school is what is read."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from mel_desktop.formats.archives import Bundle
from mel_desktop.formats.siecle import SiecleFile
from mel_desktop.formats.sts import StsFile
from mel_desktop.model.people import EntryKind, Part, Profile, Relation, Tie
from tests.support import aaf_school, siecle_school
from tests.support.aaf_school import Export, packed
from tests.support.held_people import Held

RELATIONS = {
    "2": Relation.MOTHER, "10": Relation.MOTHER, "20": Relation.FATHER, "50": Relation.TUTOR,
    "39": Relation.FAMILY, "51": Relation.OTHER,
}  # fmt: skip
schools = st.builds(
    aaf_school.invent, st.integers(0, 10_000), st.integers(1, 12), schools=st.integers(1, 2)
)


def bundle(files: Mapping[str, bytes], how: str) -> Bundle:
    """Bare, in one ZIP, or each in a ZIP of its own as SIECLE gives them."""
    if how == "one":
        return Bundle([("export.zip", partial(io.BytesIO, packed(files)))])
    if how == "each":
        return Bundle(
            [
                (f"ExportXML_{name[:-4]}.zip", partial(io.BytesIO, packed({name: data})))
                for name, data in files.items()
            ]
        )
    return Bundle([(name, partial(io.BytesIO, data)) for name, data in files.items()])


def group_key(uai: str, role: str, code: str) -> str:
    return f"{uai}/{role}/" + "".join(one for one in code.lower() if one.isalnum())


@settings(max_examples=25)
@given(
    schools,
    st.sampled_from(["bare", "one", "each"]),
    st.booleans(),
    st.sampled_from(["UTF-8", "ISO-8859-15"]),
)
def test_siecle(export: Export, how: str, nomenclature: bool, encoding: str) -> None:
    files = siecle_school.siecle(export, nomenclature=nomenclature, encoding=encoding)
    reader = SiecleFile(bundle(files, how))
    school = export.schools[0]
    assert reader.source_name == f"SIECLE {school.uai}"
    held = Held().take(reader)
    assert not held.skipped
    pupils = [one for one in export.pupils if one.school == school.id]
    ties = {
        Tie(
            f"{school.uai}/e{pupil.id}", f"{school.uai}/p{who}", RELATIONS[link],
            is_legal=legal == "1", is_contact=contact == "1" or legal == "2",
        )
        for pupil in pupils for who, link, legal, contact in pupil.guardians
    }  # fmt: skip
    assert set(held.ties.values()) == ties
    assert held.members.keys() == {
        (group_key(school.uai, role, code), f"{school.uai}/e{pupil.id}", Part.PUPIL)
        for pupil in pupils
        for role, places in (("classe", pupil.classes), ("groupe", pupil.groups))
        for _, code in places
    }
    people = {key for key, one in held.entries.items() if one.kind is EntryKind.PERSON}
    assert people == {tie.guardian for tie in ties} | {f"{school.uai}/e{one.id}" for one in pupils}
    groups = {key for key, one in held.entries.items() if one.kind is EntryKind.GROUP}
    assert groups == {group for group, _, _ in held.members}
    for pupil in pupils:
        entry = held.entries[f"{school.uai}/e{pupil.id}"]
        assert (entry.name, entry.family_name) == (f"{pupil.given} {pupil.sn}", pupil.sn)
        assert (entry.uai, entry.profile) == (school.uai, Profile.PUPIL)
        assert entry.classes == tuple(code for _, code in pupil.classes)
    for guardian in export.guardians:
        entry_or_none = held.entries.get(f"{school.uai}/p{guardian.id}")
        if entry_or_none is not None:
            assert (entry_or_none.name, entry_or_none.email, entry_or_none.title) == (
                f"{guardian.given} {guardian.sn}", guardian.mail, guardian.title,
            )  # fmt: skip
            assert entry_or_none.phone == (guardian.mobile or guardian.home)


@settings(max_examples=25)
@given(schools, st.sampled_from(["bare", "one"]), st.sampled_from(["UTF-8", "ISO-8859-15"]))
def test_sts(export: Export, how: str, encoding: str) -> None:
    reader = StsFile(bundle(siecle_school.sts(export, encoding=encoding), how))
    school = export.schools[0]
    assert reader.source_name == f"STS {school.uai}"
    held = Held().take(reader)
    assert not held.skipped
    staff = [one for one in export.staff if one.functions[0].startswith(f"{school.id}$")]
    expected = set()
    for person in staff:
        key = f"{school.uai}/epp/{person.id}"
        entry = held.entries[key]
        assert entry.name == f"{person.given} {person.sn}"
        assert entry.title == person.title
        assert entry.uai == school.uai
        assert entry.same_as == (f"epp:{person.id}",)
        for role, taught in (("classe", person.taught), ("groupe", person.groups)):
            expected |= {
                (group_key(school.uai, role, label), key, Part.TEACHER)
                for where, label, _ in taught if where == school.id
            }  # fmt: skip
        expected |= {
            (group_key(school.uai, "classe", code), key, Part.HEAD_TEACHER)
            for _, code in person.heads
        }
        words = {
            export.subjects[code].casefold()
            for where, _, code in (*person.taught, *person.groups) if where == school.id
        }  # fmt: skip
        assert {one.casefold() for one in entry.subjects} == words
    assert held.members.keys() == expected
    assert held.entries[school.uai].kind is EntryKind.SCHOOL
