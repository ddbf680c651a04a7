"""What Sent's word is worth after a lost answer, and the ways that are open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.unanswered import (
    RECHECK,
    SETTLES,
    is_absent,
    may_be_in_doubt,
    next_search,
    ways,
)
from mel_desktop.model.outgoing import OutboxState
from mel_desktop.model.sending import OutboxWay, Recipient, RecipientState, WordOfSent

S, W, R = OutboxState, OutboxWay, RecipientState
LOST = datetime(2026, 11, 27, 8, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return LOST + timedelta(seconds=seconds)


@pytest.mark.parametrize(("seconds", "counts"), [(0, False), (59.9, False), (60, True)])
def test_a_search_counts_only_after_a_while(seconds: float, counts: bool) -> None:
    assert is_absent(WordOfSent(LOST, at(seconds))) is counts


def test_when_sent_is_searched_next() -> None:
    assert next_search(WordOfSent(LOST)) < LOST  # never yet: now
    assert next_search(WordOfSent(LOST, at(10))) == LOST + SETTLES
    assert next_search(WordOfSent(LOST, at(70))) == at(70) + RECHECK


@given(
    lost=st.integers(-(10**6), 10**6),
    checked=st.none() | st.integers(-(10**6), 10**6),
    trouble=st.sampled_from(["", "unreachable"]),
    now=st.integers(-(10**6), 10**6),
)
def test_either_sent_has_spoken_or_a_person_may(
    lost: int, checked: int | None, trouble: str, now: int
) -> None:
    word = WordOfSent(at(lost), None if checked is None else at(checked), trouble)
    assert not is_absent(WordOfSent(word.since, None, trouble))
    if may_be_in_doubt(word, at(now)):
        assert trouble
        assert abs(now - lost) >= SETTLES.total_seconds()
    if is_absent(word):
        assert word.checked_at is not None
        assert next_search(word) > word.checked_at  # it is looked at again all the same


PEOPLE = st.lists(st.sampled_from(R), min_size=1, max_size=4)


@given(state=st.sampled_from(S), people=PEOPLE, checked=st.none() | st.integers(0, 200))
def test_ways(state: OutboxState, people: list[RecipientState], checked: int | None) -> None:
    word = WordOfSent(LOST, None if checked is None else at(checked), "unreachable")
    one_each = [Recipient(f"p{number}@b.test", one) for number, one in enumerate(people)]
    found = ways(state, one_each, word, at(100))
    assert (W.IT_LEFT in found) is (state is S.UNKNOWN)
    assert (W.STOP_FILING in found) is (state is S.ACCEPTED)
    if state is S.UNKNOWN:
        assert is_absent(word) or W.SEND_IN_DOUBT in found  # no dead end
    if W.LET_REST_BE in found:
        assert R.WAITING in people
        assert state not in (S.SENDING, S.ACCEPTED, S.FILED)
    if state in (S.SENDING, S.FILED):
        assert found == frozenset()
