"""A list that is kept by what changed is the list that would be read anew."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic import listedits
from mel_desktop.model.mail import MessageId
from mel_desktop.model.organising import ListEdit
from mel_desktop.ui.id_list import IdList

NUMBERS = st.integers(0, 60)


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[int], list[int], list[int], list[int], dict[int, int]]:
    """(before, changed, top, all below, weights): members weigh something, changed ones anew."""
    weights = {one: draw(st.integers(0, 9)) for one in draw(st.sets(NUMBERS))}
    top = draw(
        st.permutations(
            draw(st.lists(st.sampled_from(sorted(weights) or [0]), max_size=5, unique=True))
        )
    )
    top = [one for one in top if one in weights]
    before = top + sorted(weights.keys() - set(top), key=lambda one: (-weights[one], -one))
    changed = draw(st.lists(NUMBERS, max_size=20, unique=True))
    after = dict(weights)
    for one in changed:
        after.pop(one, None)
        if draw(st.booleans()):
            after[one] = draw(st.integers(0, 9))
    now = [one for one in [*top, *changed] if one in after and draw(st.booleans())]
    stays = [one for one in top if one in after and one not in changed and one not in now]
    now = list(dict.fromkeys([*now, *stays]))
    now = [one for one in now if one in changed or one in top]
    below = sorted(after.keys() - set(now), key=lambda one: (-after[one], -one))
    return before, changed, now, below, after


@given(lists())
def test_the_list_kept_is_the_list_read(
    given_: tuple[list[int], list[int], list[int], list[int], dict[int, int]],
) -> None:
    """Whatever comes, goes, moves, or is pinned."""
    before, changed, top, below, weights = given_
    moving = {*changed, *top}
    out = listedits.places(before, moving)
    found = listedits.edits(
        before,
        out,
        top,
        [one for one in below if one in moving],
        lambda pairs: {
            number: (-weights[one], -one) < (-weights[other], -other)
            for number, (one, other) in enumerate(pairs)
        },
    )
    assert found is not None
    assert list(IdList(map(MessageId, before)).edited(found)) == top + below
    assert [one.place for one in found] == sorted((one.place for one in found), reverse=True)
    for edit in found:  # nobody leaves and comes at one place
        assert edit.gone or edit.new


@given(
    st.sets(NUMBERS), st.lists(NUMBERS, max_size=6, unique=True), st.sets(NUMBERS), st.booleans()
)
def test_places_are_found_by_halving(
    ids: set[int], pinned: list[int], wanted: set[int], ascending: bool
) -> None:
    """Also where some stand on top in another order."""
    top = [one for one in pinned if one in ids]
    listed = top + sorted(ids - set(top), reverse=not ascending)
    found = listedits.places_by_id(listed, wanted, on_top=len(top), ascending=ascending)
    assert found == listedits.places(listed, wanted)


def test_what_stays_where_it_was_is_left_alone() -> None:
    """A message that was read moves nothing; what comes beside it is inserted alone."""
    precedes = listedits.by_id(ascending=False)
    listed = (9, 7, 5, 3)
    assert listedits.edits(listed, [1], [], [7], precedes) == ()
    assert listedits.edits(listed, [1, 2], [], [8, 7, 6], precedes) == (
        ListEdit(2, 1, (6,)),
        ListEdit(1, 0, (8,)),
    )


def test_an_order_that_cannot_be_told_is_said() -> None:
    """A neighbour left meanwhile: the list is read anew."""
    assert listedits.edits((5, 3), [], [], [4], lambda _: {}) is None
