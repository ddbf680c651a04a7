"""The list of ids behaves as the tuple that it stands for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.model.mail import MessageId
from mel_desktop.ui.id_list import IdList

ids = st.lists(st.integers(0, 2**63 - 1).map(MessageId), max_size=30)
places = st.none() | st.integers(-35, 35)


@given(ids, places, places, st.sampled_from((None, 1, -1, 3)))
def test_it_reads_as_a_list(some: list[MessageId], first: int, last: int, step: int) -> None:
    held = IdList(some)
    assert held == some
    assert held == tuple(some)
    assert held == IdList(held)
    assert tuple(held) == tuple(some)
    assert held[first:last:step] == some[first:last:step]
    assert len(held) == len(some)
    for one in some:
        assert one in held
        assert held[held.index(one)] == one
        assert held.index(one) == some.index(one)


@given(ids, ids, st.integers(0, 30), st.integers(0, 30))
def test_what_is_put_in_is_put_into_no_copy(
    some: list[MessageId], new: list[MessageId], first: int, gone: int
) -> None:
    held = IdList(some)
    before = IdList(held)
    held.replace(first, gone, new)
    wanted = list(some)
    wanted[first : first + gone] = new
    assert held == wanted
    assert before == some
    assert (held == before) is (wanted == some)


def test_it_is_no_text_and_no_other_list() -> None:
    held = IdList(map(MessageId, (1, 2)))
    assert held != "12"
    assert held != (1, 3)
    assert held != (1,)
    assert repr(held) == "IdList([1, 2])"
