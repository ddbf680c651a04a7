"""Laws of groups as recipients: nobody is lost, nobody stands there twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.directory_query import parse
from mel_desktop.logic.folding import fold
from mel_desktop.logic.merging import Member
from mel_desktop.logic.recipient_groups import asked_audience, hits_of
from mel_desktop.model.merging import Audience
from mel_desktop.model.people import DirectoryEntry, EntryId, EntryKind, Part

ROLES = ("Professeur", "Responsable de Léa Martin", "Élève", "Parent", "", "CPE")
MEMBERS = st.lists(
    st.builds(
        lambda number, role, spelt, parts: Member(DirectoryEntry(
            f"k{number}", EntryKind.PERSON, f"Nom {number}",
            {"": "", "as it is": f"p{number}@x.test", "capitals": f"P{number}@X.test"}[spelt],
            role=role,
        ), parts),
        st.integers(0, 12), st.sampled_from(ROLES),
        st.sampled_from(("", "as it is", "capitals")),
        st.frozensets(st.sampled_from(Part).filter(lambda one: one is not Part.MEMBER), max_size=2),
    ),
    max_size=20,
)  # fmt: skip


@given(MEMBERS, st.booleans())
def test_nobody_is_lost_and_each_address_stands_there_once(
    members: list[Member], is_class: bool
) -> None:
    group = DirectoryEntry("g", EntryKind.GROUP, "4B", classes=("4B",) if is_class else ())
    hits = hits_of(EntryId(1), group, members, "s", None)
    reachable = {one.entry.email.casefold() for one in members if one.entry.email}
    reached = {one.address.casefold() for hit in hits for one in hit.members}
    assert reached == reachable
    assert len({hit.audience for hit in hits}) == len(hits)
    for hit in hits:
        addresses = [one.address.casefold() for one in hit.members]
        assert hit.members
        assert len(set(addresses)) == len(addresses)
        assert len({fold(name) for name in hit.unreachable}) == len(hit.unreachable)
        only = hits_of(EntryId(1), group, members, "s", hit.audience)
        assert only == (hit,)
    everybody = [hit for hit in hits if hit.audience is Audience.ALL]
    assert len(everybody) == 1 or len(hits) <= 1 or is_class


@given(st.text(max_size=40))
def test_a_word_for_people_never_takes_the_last_word(typed: str) -> None:
    asked = parse(typed)
    audience, rest = asked_audience(asked)
    assert (audience is None) == (rest == asked)
    assert not asked.words or rest.words
