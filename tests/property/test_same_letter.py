"""A copy in Sent is found again whatever servers add to it, and never taken for another's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.same_letter import SLACK, Letter, copy_of

ids = st.text("abcdef0123456789", min_size=8, max_size=12)
dates = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 hypothesis wants it so
letters = st.builds(
    Letter,
    message_id=ids,
    date=dates,
    subject=st.text("abc é", max_size=8),
    people=st.frozensets(st.sampled_from(("a@b.test", "c@d.test", "e@f.test")), min_size=1),
    size=st.integers(200, 30_000_000),
)
zones = st.integers(-12, 12)


def _is_other(one: Letter, sent: Letter) -> bool:
    assert one.date is not None
    assert sent.date is not None
    apart = int(one.date.timestamp()) != int(sent.date.timestamp())
    return apart and one.message_id != sent.message_id


@given(letters, st.lists(letters, max_size=6), st.integers(0, SLACK), ids, zones, st.data())
def test_found_under_another_message_id(
    sent: Letter, around: list[Letter], more: int, new: str, hours: int, data: st.DataObject
) -> None:
    assert sent.date is not None
    shifted = sent.date.astimezone(timezone(timedelta(hours=hours)))
    copy = replace(sent, message_id=f"x{new}", date=shifted, size=sent.size + more)
    copy = replace(copy, subject=f" {copy.subject.replace(' ', '  ')} ")
    others = [one for one in around if _is_other(one, sent)]
    place = data.draw(st.integers(0, len(others)))
    copies = [*others[:place], copy, *others[place:]]
    assert copy_of(sent, copies) == place
    assert copy_of(sent, others) is None
    assert copy_of(sent, [*copies, replace(copy, message_id="y")]) is None  # two: not for certain
    assert copy_of(sent, [copy], others=[copy.message_id]) is None


@given(letters, letters, st.sampled_from(("date", "subject", "people", "size")))
def test_one_thing_that_differs_is_enough(sent: Letter, other: Letter, what: str) -> None:
    assert sent.date is not None
    different: dict[str, object] = {
        "date": sent.date + timedelta(seconds=1),
        "subject": f"{sent.subject}!",
        "people": sent.people | {"x@y.test"},
        "size": sent.size * 2 + 2 * SLACK,
    }
    copy = replace(sent, message_id=f"x{other.message_id}", **{what: different[what]})  # type: ignore[arg-type]
    assert copy_of(sent, [copy]) is None
    assert copy_of(sent, [replace(copy, date=None)]) is None


@given(letters, st.lists(letters, max_size=6))
def test_the_message_id_tells_whatever_else_differs(sent: Letter, around: list[Letter]) -> None:
    others = [one for one in around if one.message_id != sent.message_id]
    changed = Letter(sent.message_id, None, "", frozenset(), 0)
    assert copy_of(sent, [*others, changed], others=[sent.message_id]) == len(others)


@given(letters, st.lists(letters, max_size=4), ids, st.integers(0, SLACK), st.integers(0, 3))
def test_with_a_twin_of_ours_only_the_message_id_tells(
    sent: Letter, around: list[Letter], new: str, more: int, copies: int
) -> None:
    twin = replace(sent, message_id=f"t{new}", size=sent.size + more)
    like = [replace(sent, message_id=f"x{number}") for number in range(copies)]
    assert copy_of(sent, like, twins=[*around, twin]) is None
    assert copy_of(sent, [*like, sent], twins=[*around, twin]) == copies
