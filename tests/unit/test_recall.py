"""Recall on French school mail, beside unicode61 and English stemming; the table is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import recall
from tests.support.store import store


def test_the_search_finds_what_a_french_reader_means(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = recall.mails()
    queries = recall.asked(texts)
    assert len(queries) >= 300
    with store(tmp_path) as database:
        finders = recall.finders(database, texts)
        printed, scores = recall.table(finders, queries)
        missed = recall.misses(finders["ours"], queries)
    with capsys.disabled():
        print(f"\n{printed}")
    ours, plain, stemmed = scores.values()
    assert ours.recall >= 0.98, missed
    assert ours.recall > plain.recall
    assert ours.recall > stemmed.recall
    assert ours.wrong <= stemmed.wrong / 2, missed


def test_expectations_are_the_forms_that_a_reader_wrote_down() -> None:
    texts = recall.mails()
    queries = {one.query: one for one in recall.asked(texts)}
    assert {texts[number - 1].fields["subject"] for number in queries["baux"].expected} == {
        "Bail de logement"
    }
    walk = {texts[number - 1].fields["subject"] for number in queries["marches"].expected}
    assert {"Marche dans les bois", "Marche du dimanche"} <= walk
    assert not walk & {"Marché de Noël", "Marché public"}  # accents count for a reader
    assert queries["cheque"].expected == frozenset()
    assert all(one.expected & one.tolerated == frozenset() for one in queries.values())
