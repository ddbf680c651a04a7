"""What is news, how it is told, and when it is not."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.notifying import fresh, in_lesson, news_of, read_slots, write_slots
from mel_desktop.model.mail import (
    Address,
    BodyState,
    Flags,
    FolderId,
    Marks,
    MessageId,
    MessageRow,
    ThreadId,
)

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)


def row(number: int, *, age: timedelta = timedelta(), seen: bool = False) -> MessageRow:
    return MessageRow(
        id=MessageId(number),
        folder=FolderId(1),
        message_id=f"<{number}@exemple.invalid>",
        subject=f"Objet {number}",
        sender=Address("Marc Oberlin", "marc@exemple.invalid"),
        to=(),
        sent_at=None,
        received_at=NOW - age,
        size=1,
        flags=Flags(Marks.SEEN if seen else Marks(0)),
        has_attachments=False,
        body=BodyState.LOCAL,
        preview="",
        thread=ThreadId(1),
        waiting=False,
    )


def test_only_what_came_since_is_news() -> None:
    rows = [
        row(5),
        row(11, age=timedelta(hours=1)),
        row(12),
        row(13, seen=True),
        row(14, age=timedelta(days=3)),
    ]
    assert [one.id for one in fresh(rows, after=10, now=NOW)] == [12, 11]


def test_one_is_named_and_many_are_counted() -> None:
    one = news_of([row(3)], hidden=False)
    assert one is not None
    assert (one.count, one.sender, one.subject) == (1, "Marc Oberlin", "Objet 3")
    many = news_of([row(4), row(3)], hidden=False)
    assert many is not None
    assert (many.count, many.message, many.sender, many.subject) == (2, 4, "", "")
    assert news_of([], hidden=False) is None


def test_hidden_contents_are_not_told() -> None:
    news = news_of([row(3)], hidden=True)
    assert news is not None
    assert (news.count, news.sender, news.subject) == (1, "", "")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("8h-12h", "08:00-12:00"),
        ("13h30 – 17:00, 08:00-12:00", "08:00-12:00, 13:30-17:00"),
    ],
)
def test_hours_are_read(text: str, written: str) -> None:
    slots = read_slots(text)
    assert slots is not None
    assert write_slots(slots) == written


@pytest.mark.parametrize("text", ["8", "12:00-08:00", "25h-26h", "a-b", "08:00-08:60", "8h-9h,"])
def test_what_are_no_hours(text: str) -> None:
    assert read_slots(text) is None


def test_the_end_of_a_lesson_is_free() -> None:
    slots = read_slots("08:00-12:00")
    assert slots is not None
    assert [in_lesson(one, slots) for one in (time(7, 59), time(8), time(11, 59), time(12))] == [
        False, True, True, False,
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 1438), st.integers(1, 600)), max_size=12))
def test_hours_come_back_as_they_were(pairs: list[tuple[int, int]]) -> None:
    def at(minutes: int) -> time:
        return time(minutes // 60, minutes % 60)

    slots = tuple(sorted((at(one), at(min(1439, one + more))) for one, more in pairs))
    assert read_slots(write_slots(slots)) == slots
