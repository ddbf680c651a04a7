"""How well searches find what a French reader means: ours, plain unicode61, English stemming.

``python -m tests.support.recall`` prints the table that tests/unit/test_recall.py checks. What is
expected comes from tests/data/recall: a reader wrote down by which forms each mail is known,
accents as they are written; no search had a hand in it.

unicode61: FTS5's tokenizer with its accents folded, the query's words as they are typed, all
wanted. porter: the same with English stemming, as Thunderbird's global index does (there Porter's
stemmer over folded words too). Both understand phrases, prefixes, columns and negation here: the
words alone differ.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import apsw

from mel_desktop.app.search_words import load_words
from mel_desktop.model.mail import Address, FolderId
from mel_desktop.services.search import SearchService
from mel_desktop.store import search
from mel_desktop.store.database import Database, Transaction
from tests.support.clock import JumpingClock
from tests.support.store import plant_account, plant_folder, plant_message, store

FOLDER = Path(__file__).resolve().parents[1] / "data" / "recall"
FIELDS = ("from", "subject", "text", "file")
COLUMNS = {
    "de": "sender", "from": "sender",
    "objet": "subject", "sujet": "subject", "subject": "subject",
}  # fmt: skip
LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Mail:
    """``number`` counts from 1."""

    number: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, the mails that a reader expects and those that do no harm."""

    kind: str
    query: str
    expected: frozenset[int]
    tolerated: frozenset[int]


@dataclass(frozen=True, slots=True)
class Score:
    """Sums over queries."""

    queries: int
    expected: int
    found: int
    wrong: int

    @property
    def recall(self) -> float:
        return self.found / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0


Search = Callable[[str], frozenset[int]]


# -- what is expected ------------------------------------------------------------------------------


def mails() -> tuple[Mail, ...]:
    """The texts."""
    return tuple(
        Mail(number, dict(zip(FIELDS, line, strict=True)))
        for number, line in enumerate(_lines("mails.txt"), 1)
    )


def asked(texts: tuple[Mail, ...]) -> tuple[Asked, ...]:
    """The queries with what is expected of each."""
    found = []
    for kind, query, told in _lines("queries.txt"):
        forms, _, also = told.partition("?")
        wanted = [_group(one) for one in forms.split("&")] if forms.strip() else None
        may = _group(also) if also.strip() else None
        expected, tolerated = set(), set()
        for mail in texts:
            if wanted is None:
                continue
            if all(group.holds(mail) for group in wanted):
                expected.add(mail.number)
            elif may is not None and may.holds(mail):
                tolerated.add(mail.number)
        found.append(Asked(kind, query, frozenset(expected), frozenset(tolerated)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Group:
    field: str
    forms: tuple[str, ...]
    negated: bool

    def holds(self, mail: Mail) -> bool:
        fields = [mail.fields[self.field]] if self.field else list(mail.fields.values())
        texts = [f" {' '.join(_tokens(one))} " for one in fields]
        return any(f" {form} " in text for form in self.forms for text in texts) != self.negated


def _group(told: str) -> _Group:
    told = told.strip()
    negated = told.startswith("!")
    told = told.removeprefix("!")
    field, colon, rest = told.partition(":")
    return _Group(
        field.strip() if colon else "",
        tuple(" ".join(_tokens(one)) for one in (rest if colon else told).split("/")),
        negated,
    )


@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


def _lines(name: str) -> list[list[str]]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [
        [part.strip() for part in line.split("|")]
        for line in lines
        if line.strip() and not line.startswith("#")
    ]


# -- the three searches ----------------------------------------------------------------------------


def plant(database: Database, texts: tuple[Mail, ...]) -> dict[int, int]:
    """The mails in a store; message id -> number."""
    folder = plant_folder(database, plant_account(database))
    return database.write(lambda tx: _plant(tx, folder, texts))


def _plant(tx: Transaction, folder: FolderId, texts: tuple[Mail, ...]) -> dict[int, int]:
    numbers = {}
    for mail in texts:
        sender = Address(mail.fields["from"], f"mail{mail.number}@ac-exemple.invalid")
        message = plant_message(
            tx,
            folder,
            mail.number,
            subject=mail.fields["subject"],
            sender=sender,
            to=(),
            text=mail.fields["text"],
        )
        search.index_message(
            tx,
            message,
            mail.fields["subject"],
            mail.fields["from"],
            "",
            mail.fields["text"],
            mail.fields["file"],
        )
        numbers[int(message)] = mail.number
    return numbers


def ours(database: Database, numbers: Mapping[int, int]) -> Search:
    """The search of the program, on its encrypted store."""
    service = SearchService(database, JumpingClock(), load_words)

    def find(query: str) -> frozenset[int]:
        # a space: the word is typed to its end
        result = service.search(f"{query} ", limit=LIMIT, everywhere=False)
        return frozenset(numbers[hit.id] for hit in result.hits)

    return find


def other(texts: tuple[Mail, ...], tokenizer: str) -> Search:
    """An index with another tokenizer over the same texts, in memory."""
    connection = apsw.Connection(":memory:")
    connection.execute(
        f"""CREATE VIRTUAL TABLE one USING fts5 (sender, subject, body, files,
                tokenize='{tokenizer}')"""
    )
    connection.executemany(
        "INSERT INTO one (rowid, sender, subject, body, files) VALUES (?, ?, ?, ?, ?)",
        [(mail.number, *mail.fields.values()) for mail in texts],
    )

    def find(query: str) -> frozenset[int]:
        match = _match(query)
        if not match:
            return frozenset()
        rows = connection.execute("SELECT rowid FROM one WHERE one MATCH ?", (match,))
        return frozenset(int(row[0]) for row in rows)

    return find


def _match(query: str) -> str:
    wanted, unwanted = [], []
    for minus, name, phrase, word in re.findall(r'(-)?(?:(\w+):)?(?:"([^"]*)"|(\S+))', query):
        star = " *" if word.endswith("*") else ""
        term = f'"{phrase or word.rstrip("*")}"{star}'
        if name in COLUMNS:
            term = f"{{{COLUMNS[name]}}} : {term}"
        (unwanted if minus else wanted).append(term)
    match = " AND ".join(wanted)
    return f"({match}) NOT ({' OR '.join(unwanted)})" if unwanted else match


# -- the table -------------------------------------------------------------------------------------


def score(find: Search, queries: tuple[Asked, ...]) -> Score:
    """Sums over these queries."""
    found = wrong = 0
    for one in queries:
        hits = find(one.query)
        found += len(hits & one.expected)
        wrong += len(hits - one.expected - one.tolerated)
    return Score(len(queries), sum(len(one.expected) for one in queries), found, wrong)


def misses(find: Search, queries: tuple[Asked, ...]) -> list[str]:
    """What was not found, and what was found wrongly, one line a query."""
    lines = []
    for one in queries:
        hits = find(one.query)
        absent, wrong = one.expected - hits, hits - one.expected - one.tolerated
        if absent or wrong:
            lines.append(
                f"{one.kind:<13} {one.query!r}: misses {sorted(absent)}, wrong {sorted(wrong)}"
            )
    return lines


def table(
    finders: Mapping[str, Search], queries: tuple[Asked, ...]
) -> tuple[str, dict[str, Score]]:
    """The printed table, and the score of each over all queries."""
    kinds = [(kind, tuple(some)) for kind, some in groupby(queries, key=lambda one: one.kind)]
    head = f"{'':<14}{'queries':>8}" + "".join(f"{name:>22}" for name in finders)
    lines = [head, f"{'':<22}" + f"{'recall  prec. wrong':>22}" * len(finders)]
    for kind, some in [*kinds, ("all", queries)]:
        cells = []
        for find in finders.values():
            one = score(find, some)
            cells.append(f"{one.recall:>9.3f}{one.precision:>7.3f}{one.wrong:>6}")
        lines.append(f"{kind:<14}{len(some):>8}" + "".join(cells))
    return "\n".join(lines), {name: score(find, queries) for name, find in finders.items()}


def finders(database: Database, texts: tuple[Mail, ...]) -> dict[str, Search]:
    """The three, over the same texts."""
    return {
        "ours": ours(database, plant(database, texts)),
        "unicode61": other(texts, "unicode61 remove_diacritics 2"),
        "porter (English)": other(texts, "porter unicode61 remove_diacritics 2"),
    }


def main() -> None:
    """Print the table and what ours does not do as a reader would."""
    texts = mails()
    queries = asked(texts)
    with tempfile.TemporaryDirectory() as folder, store(Path(folder)) as database:
        three = finders(database, texts)
        print(table(three, queries)[0])
        print("\nours:")
        print("\n".join(misses(three["ours"], queries)))


if __name__ == "__main__":
    main()
