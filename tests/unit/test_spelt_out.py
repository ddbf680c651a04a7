"""A beginning of a word finds the same whether the index walks it or the words that there are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.app.search_words import load_words
from mel_desktop.logic.search_terms import Term, spelt_out
from mel_desktop.model.mail import FolderId
from mel_desktop.services import search as service
from mel_desktop.services.search import LISTED, MOST_WORDS, SearchService
from mel_desktop.store import search
from mel_desktop.store.database import Database, Transaction
from tests.support.clock import JumpingClock
from tests.support.store import plant_account, plant_folder, plant_message, store

WORDS = (
    "conseil", "conseils", "conseiller", "conseillère", "consigne", "Conservatoire", "classe",
    "élève", "élèves", "Élevage", "sortie", "sorties", "été", "cœur", "cœurs", "12345", "12399",
)  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with store(tmp_path) as opened:
        folder = plant_folder(opened, plant_account(opened))
        dice = random.Random(4)

        def some(tx: Transaction, first: int) -> None:
            for number in range(first, first + 20):
                plant_message(
                    tx,
                    FolderId(folder),
                    number,
                    subject=" ".join(dice.choices(WORDS, k=2)),
                    text=" ".join(dice.choices(WORDS, k=4)),
                )

        for first in range(0, 100, 20):  # several segments
            opened.write(lambda tx, first=first: some(tx, first))
        many = " ".join(f"zorgl{number}" for number in range(MOST_WORDS + 5))
        opened.write(lambda tx: plant_message(tx, FolderId(folder), 200, text=many))
        opened.write(lambda tx: search.drop_messages(tx, [tx.value("SELECT min(id) FROM message")]))  # type: ignore[list-item]
        yield opened


def test_words_from(database: Database) -> None:
    with database.read() as reader:
        found = search.words_from(reader, "conse", MOST_WORDS)
        assert found == ("conseil", "conseiller", "conseillere", "conseils", "conservatoire")
        assert search.words_from(reader, "xyzz", MOST_WORDS) == ()
        assert search.words_from(reader, "zorgl", MOST_WORDS) is None
        assert search.words_from(reader, "zorgl1", MOST_WORDS) is not None
        assert search.words_from(reader, "", 3) is None
        assert search.words_from(reader, "zz", 3) == ()  # behind the last word


def test_the_same_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    finder = SearchService(database, JumpingClock(), load_words)
    beginnings = {word[:n].lower() for word in WORDS for n in range(2, len(word) + 1)}
    queries = [
        *sorted(beginnings),
        *(f"classe {one}" for one in sorted(beginnings)),
        "objet:conse", "texte:conse* sortie ", '"élèves conse"* ', "sortie -conse* ",
        "(conse* OU sorti*) -élev* ", "-conse* ", "zorgl", "zorgl1", "conseillzz", "pj:conse",
    ]  # fmt: skip
    now = [finder.search(one, limit=200).ids for one in queries]
    monkeypatch.setattr(service, "_spelt_out", lambda reader, wanted: wanted)
    assert now == [finder.search(one, limit=200).ids for one in queries]
    assert sum(map(bool, now)) > 60
    assert finder.count("conse") == len(finder.search("conse", limit=200).ids)


def test_long_beginnings_only_are_spelt_out() -> None:
    asked: list[str] = []

    def vocabulary(start: str) -> tuple[str, ...] | None:
        asked.append(start)
        return {"conse": ("conseil", "conseils"), "sorti": ("sortie",)}.get(start)

    (both,) = spelt_out([Term(("le", "conse"), is_prefix=True, column="body")], vocabulary)
    assert both.match == '({body} : "le conseil" OR {body} : "le conseils")'
    assert spelt_out([Term(("sorti",), is_prefix=True)], vocabulary) == (Term(("sortie",)),)
    kept = (Term(("mu",), is_prefix=True), Term(("conse",)))
    assert spelt_out(kept, vocabulary) == kept
    assert asked == ["conse", "sorti", "mu"]
    assert LISTED == 3  # as message_fts has its prefix lists
