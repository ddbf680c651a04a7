"""Laws of persons put together: the order in which sources come and go does not matter."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mel_desktop.logic.same_person import MOST_ROWS, keys_of, put_together, together
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryId,
    EntryKind,
    Item,
    Membership,
    Part,
    Profile,
    Relation,
    SourceId,
    Tie,
)
from mel_desktop.model.persons import PersonCard
from mel_desktop.store.people_rows import Stored
from tests.support.directory_world import World

NAMES = ("Marie Dupont", "Marie Martin", "Paul Roux")
EMAILS = ("", "marie.dupont@ac-rennes.fr", "paul.roux@ac-rennes.fr", "famille@free.fr")
SAME = ("uid:1", "uid:2", "aaf:1", "aaf:2")
UAIS = ("", "0350001A", "0350002B")
KINDS = ("aaf", "ldap", "csv", "vcard")

ENTRIES = st.builds(
    lambda kind, name, email, same, uai, profile, phone: DirectoryEntry(
        "", kind, name, email, uai=uai, profile=profile, same_as=tuple(sorted(same)), phone=phone
    ),
    st.sampled_from((EntryKind.PERSON, EntryKind.PERSON, EntryKind.SCHOOL, EntryKind.SERVICE)),
    st.sampled_from(NAMES), st.sampled_from(EMAILS),
    st.sets(st.sampled_from(SAME), max_size=2), st.sampled_from(UAIS),
    st.sampled_from((Profile.OTHER, Profile.TEACHER, Profile.GUARDIAN)),
    st.sampled_from(("", "02 99 11 22 33", "+33 2 99 11 22 33")),
)  # fmt: skip
SOURCES = st.lists(st.lists(ENTRIES, min_size=1, max_size=3), min_size=1, max_size=4)


def stored(sources: list[list[DirectoryEntry]]) -> list[Stored]:
    rows = []
    for number, entries in enumerate(sources):
        for place, entry in enumerate(entries):
            id_ = EntryId(10 * number + place + 1)
            rows.append(Stored(id_, replace(entry, key=f"k{place}"), "s", SourceId(number)))
    return rows


def cluster(rows: list[Stored], start: Stored) -> frozenset[EntryId]:
    def holders(key: str) -> list[Stored]:
        return [row for row in rows if key in keys_of(row.entry)][: MOST_ROWS + 1]

    return frozenset(one.id for one in together(start, holders))


@given(SOURCES, st.randoms(use_true_random=False))
def test_rows_fall_into_the_same_parts_whoever_asks(
    sources: list[list[DirectoryEntry]], dice: object
) -> None:
    rows = stored(sources)
    found = {row.id: cluster(rows, row) for row in rows}
    dice.shuffle(rows)  # type: ignore[attr-defined]
    for row in rows:
        assert cluster(rows, row) == found[row.id]
        assert row.id in found[row.id]
        for other in found[row.id]:  # each of them says the same
            assert found[other] == found[row.id]
    by_id = {row.id: row for row in rows}
    for ids in found.values():
        members = [by_id[id_] for id_ in ids]
        assert len({one.source_id for one in members}) == len(members)
        places = {one.entry.uai for one in members if one.entry.kind is not EntryKind.PERSON}
        assert len(places - {""}) <= 1
        if len(members) > 1:
            assert all(keys_of(one.entry) for one in members)


@given(st.lists(ENTRIES, min_size=1, max_size=5))
def test_nothing_is_lost_and_nothing_stands_twice(rows: list[DirectoryEntry]) -> None:
    one = put_together(rows)
    emails = [address.lower() for address in (one.email, *one.more_emails) if address]
    assert set(emails) == {row.email.lower() for row in rows if row.email}
    assert len(set(emails)) == len(emails)
    phones = ["".join(filter(str.isdigit, text))[-9:] for text in (one.phone, *one.more_phones)]
    assert len({text for text in phones if text}) == len([text for text in phones if text])
    assert put_together([one, *rows]) == one


def items(entries: list[DirectoryEntry]) -> list[Item]:
    keyed = [replace(entry, key=f"k{place}") for place, entry in enumerate(entries)]
    found: list[Item] = [*keyed, DirectoryEntry("g", EntryKind.GROUP, "6eB", uai="0350001A")]
    people = [one.key for one in keyed if one.kind is EntryKind.PERSON]
    found += [Membership("g", key, part=Part.TEACHER) for key in people]
    found += [Tie(people[0], key, Relation.TUTOR, is_legal=True) for key in people[1:]]
    return found


def card(world: World, id_: EntryId) -> tuple[object, ...]:
    made: PersonCard = world.persons.card(id_)
    return (
        made.entry,
        tuple((one.name, one.complete) for one in made.stamps),
        tuple((one.name, one.part) for one in made.classes),
        tuple((one.hit.entry, one.hit.source, one.relation) for one in made.family),
        made.note,
    )


def cards(world: World) -> set[tuple[object, ...]]:
    with world.database.read() as reader:
        rows = reader.all(
            """SELECT e.id FROM entry e JOIN source s ON s.id = e.source_id
                WHERE e.since <= s.generation AND e.seen >= s.generation"""
        )
    return {card(world, EntryId(int(str(id_)))) for (id_,) in rows}


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=8, deadline=None)
@given(SOURCES, st.data())
def test_any_order_of_coming_and_going_shows_the_same_cards(
    sources: list[list[DirectoryEntry]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(sources))))
    guests = data.draw(st.lists(st.integers(0, len(sources) - 1), max_size=2))
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        plain, moved = World(Path(first)), World(Path(second))
        try:
            for number, entries in enumerate(sources):
                plain.read(f"S{number}", *items(entries), format_name=KINDS[number], accept=True)
            for place, number in enumerate(order):
                name = f"S{number}"
                moved.read(name, *items(sources[number])[::-1], format_name=KINDS[number])
                if place < len(guests):  # somebody comes, and goes without a trace
                    other = [*items(sources[guests[place]]), replace(sources[0][0], key="zz")]
                    moved.read("Guest", *other, format_name="ldif")
                    moved.directory.remove(moved.source("Guest"))
                if place % 2:  # once more, half of it first
                    moved.read(name, items(sources[number])[0], format_name=KINDS[number],
                               accept=True)  # fmt: skip
                    moved.read(name, *items(sources[number]), format_name=KINDS[number])
            assert cards(plain) == cards(moved)
            for table in ("entry", "entry_same", "membership", "tie", "entry_fts"):
                assert plain.rows(table) == moved.rows(table), table
        finally:
            plain.close()
            moved.close()


DELTAS = st.lists(
    st.tuples(st.sampled_from(("put", "gone", "put")), st.integers(0, 4), st.sampled_from(NAMES)),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=8, deadline=None)
@given(st.lists(DELTAS, min_size=1, max_size=4))
def test_deltas_end_where_a_whole_copy_would(deltas: list[list[tuple[str, int, str]]]) -> None:
    from mel_desktop.model.people import Gone

    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            held = {one: f"Personne {one}" for one in range(5)}
            world.read("S", *(DirectoryEntry(f"k{one}", EntryKind.PERSON, name)
                              for one, name in held.items()))  # fmt: skip
            for delta in deltas:
                changes: list[Item] = []
                for what, number, name in delta:
                    if what == "gone":
                        held.pop(number, None)
                        changes.append(Gone(f"k{number}"))
                    else:
                        held[number] = name
                        changes.append(DirectoryEntry(f"k{number}", EntryKind.PERSON, name))
                report = world.read("S", *changes, is_delta=True, accept=True)
                assert report.persons == len(held)
                with world.database.read() as reader:
                    rows = reader.all(
                        """SELECT e.key, e.name FROM entry e JOIN source s ON s.id = e.source_id
                            WHERE e.since <= s.generation AND e.seen >= s.generation"""
                    )
                assert dict(rows) == {f"k{one}": name for one, name in held.items()}
                assert world.rows("entry") == world.rows("entry_fts") == len(held)
        finally:
            world.close()
