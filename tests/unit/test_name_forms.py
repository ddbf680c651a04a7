"""One wrong key, French sounds, parts of names written as one, classes and telephone numbers."""

from __future__ import annotations

import random
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.directory_query import name_words
from mel_desktop.logic.directory_words import class_key, phone_key, phones_typed
from mel_desktop.logic.folding import fold
from mel_desktop.logic.name_forms import (
    LONG,
    Vocabulary,
    begins_one_key_off,
    is_one_key_off,
    joined,
    sound,
)

WORDS = st.text("abcd", min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("typed", "word"),
    [("dupnot", "dupont"), ("dupot", "dupont"), ("duponnt", "dupont"), ("dubont", "dupont")],
)
def test_one_wrong_key(typed: str, word: str) -> None:
    assert is_one_key_off(typed, word)
    assert is_one_key_off(word, typed)
    assert Vocabulary(["abel", word, "zoe"]).near(typed)[0] == (word,)


@pytest.mark.parametrize("typed", ["dupont", "dupnto", "dpont d", "martin", "dup"])
def test_no_or_more_wrong_keys(typed: str) -> None:
    assert not is_one_key_off(typed, "dupont")


@given(st.lists(WORDS, max_size=30), WORDS)
def test_the_vocabulary_finds_what_comparing_each_word_finds(words: list[str], typed: str) -> None:
    whole, begun = Vocabulary(set(words)).near(typed)
    expected = {word for word in set(words) if is_one_key_off(typed, word)}
    assert {word for word in whole if word != typed} == expected
    for word in set(words):
        if len(typed) <= LONG or word.startswith(typed):
            continue
        if begins_one_key_off(typed, word):
            assert word in whole or any(word.startswith(one) for one in begun), word


@pytest.mark.parametrize(
    "alike",
    [
        ("philippe", "filippe", "philipe", "filip"),
        ("yves", "ives"),
        ("thierry", "thiery", "tierri"),
        ("dupond", "dupont", "dupon"),
        ("mathieu", "matthieu", "mathieux"),
        ("lefebvre", "lefevre"),
        ("christophe", "cristophe", "kristof"),
        ("renault", "renaud", "reno"),
        ("marielle", "mariele"),
    ],
)
def test_sounds(alike: tuple[str, ...]) -> None:
    assert len({sound(one) for one in alike}) == 1, [sound(one) for one in alike]
    for typed in alike:
        assert set(alike) - {typed} <= {
            *Vocabulary(alike).alike(typed), *(one for one in alike if one.startswith(typed)),
            *Vocabulary(alike).near(typed)[0],
        }  # fmt: skip


@given(WORDS)
def test_a_sound_is_steady(word: str) -> None:
    assert sound(word) == sound(word)
    assert sound(word) or len(word) < 3 or set(word) <= set("h")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("le goff", ("legoff",)), ("jean-pierre de la tour", ("delatour", "jeanpierre")),
        ("d'artagnan", ("dartagnan",)), ("marie dupont", ()), ("de", ()),
    ],
)  # fmt: skip
def test_parts_written_as_one(name: str, words: tuple[str, ...]) -> None:
    assert joined(name.replace("-", " ").replace("'", " ").split(), name) == words


@pytest.mark.parametrize(
    ("key", "labels"),
    [
        ("6b", ("6b", "6eb", "6e b", "6eme b", "6ieme-b")),
        ("23", ("2nde 3", "2de3", "2nd 3", "23")),
        ("1s2", ("1ere s2", "1re s2", "1s2")),
        ("tstmg1", ("tle stmg1", "terminale stmg 1", "tstmg1")),
        ("cm2", ("cm2", "cm 2")),
    ],
)
def test_classes(key: str, labels: tuple[str, ...]) -> None:
    assert {class_key(label) for label in labels} == {key}


@pytest.mark.parametrize(
    "written",
    [
        "02 99 12 34 56",
        "+33 2 99 12 34 56",
        "+33 (0)2.99.12.34.56",
        "0033299123456",
        "02-99-12/3456",
    ],
)
def test_telephone_numbers(written: str) -> None:
    assert phone_key(written) == "0299123456"
    assert [digits for _, _, digits in phones_typed(f"mme {written} martin")] == ["0299123456"]


@given(st.text(max_size=40), st.integers(0, 2**32))
def test_nothing_typed_fails(text: str, seed: int) -> None:
    phones_typed(text)
    class_key(text)
    dice = random.Random(seed)
    words = {"".join(dice.choices(string.ascii_lowercase[:5], k=4)) for _ in range(20)}
    book = Vocabulary(words)
    book.near(text)
    book.alike(text)


@given(
    st.lists(
        st.sampled_from(["Le", "goff", "de", "d'Artagnan", "LA", "Jean-Pierre", "À", "é-a", "’l"]),
        max_size=5,
    ).map(" ".join)
)
def test_the_short_way_of_indexing_a_name_leaves_nothing_out(name: str) -> None:
    folded = fold(name)
    words = re.findall(r"[^\W_]+", folded)
    assert name_words(name) == " ".join((name, *joined(words, folded)))
