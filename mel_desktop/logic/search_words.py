"""The words of a query, widened: inflected forms, school abbreviations and their long forms.

A word stands for its family (élève, élèves), an abbreviation for its long forms, and words in a row
that are a long form for the abbreviation too. What is quoted or starred stays as it was typed, and
so do names of people (``de:``, ``à:``). The word that is being typed stays a beginning besides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from mel_desktop.logic.abbreviations import Abbreviations
from mel_desktop.logic.search_query import Query
from mel_desktop.logic.search_terms import Group, Node, Term
from mel_desktop.model.values import dataclass

NAMES: Final = frozenset({"sender", "recipients"})
MOST_ADDED: Final = 160  # forms that a query may gain: the index walks each


class Forms(Protocol):
    """A lexicon."""

    @property
    def expand(self) -> Callable[[str], tuple[str, ...]]:
        """Of a folded word: the word first, then the other forms of its family."""


@dataclass(slots=True)
class _Budget:
    left: int = MOST_ADDED


def widen(query: Query, lexicon: Forms, abbreviations: Abbreviations) -> Query:
    """The query with every word that may be widened."""
    budget = _Budget()
    return replace(
        query,
        terms=_row(query.terms, lexicon, abbreviations, budget),
        without=_row(query.without, lexicon, abbreviations, budget, alone=True),
    )


def _row(
    nodes: Sequence[Node],
    lexicon: Forms,
    abbreviations: Abbreviations,
    budget: _Budget,
    *,
    alone: bool = False,
) -> tuple[Node, ...]:
    """Nodes that stand side by side; ``alone``: they are not read as one long form."""
    found: list[Node] = []
    place = 0
    while place < len(nodes):
        node = nodes[place]
        length, shorts = (0, ()) if alone else _long_form(nodes[place:], abbreviations)
        if length:
            inner = [_one(one, lexicon, abbreviations, budget) for one in nodes[place:][:length]]
            column = node.column if isinstance(node, Term) else ""
            spelt: Node = Group(tuple(inner)) if length > 1 else inner[0]
            short_terms = tuple(Term(words, column=column) for words in shorts)
            found.append(_any((spelt, *short_terms)))
            place += length
            continue
        found.append(_one(node, lexicon, abbreviations, budget))
        place += 1
    return tuple(found)


def _long_form(
    nodes: Sequence[Node], abbreviations: Abbreviations
) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """(how many of these nodes are one long form, its abbreviations); the longest wins."""
    words: list[str] = []
    best: tuple[int, tuple[tuple[str, ...], ...]] = (0, ())
    for number, node in enumerate(nodes, 1):
        first = nodes[0]
        if (
            not isinstance(node, Term)
            or not isinstance(first, Term)
            or node.is_exact
            or node.column != first.column
            or node.column in NAMES
        ):
            break
        words += node.words
        if len(words) > 2 * abbreviations.longest:
            break
        shorts = abbreviations.short_forms(words) if len(words) > 1 else ()
        if shorts:
            best = number, shorts
    return best


def _one(node: Node, lexicon: Forms, abbreviations: Abbreviations, budget: _Budget) -> Node:
    if isinstance(node, Group):
        return replace(
            node,
            parts=_row(node.parts, lexicon, abbreviations, budget, alone=node.any_of),
            without=_row(node.without, lexicon, abbreviations, budget, alone=True),
        )
    if node.is_exact or node.column in NAMES:
        return node
    forms = [node]
    if len(node.words) == 1:
        forms += [
            Term((word,), column=node.column)
            for word in lexicon.expand(node.words[0])[1:]
            if not (node.is_prefix and word.startswith(node.words[0]))
        ]
    long_forms = abbreviations.long_forms(node.words, typed=node.typed)
    forms += [Term(words, column=node.column) for words in long_forms]
    if len(forms) - 1 > budget.left:
        return node
    budget.left -= len(forms) - 1
    return _any(tuple(forms))


def _any(nodes: tuple[Node, ...]) -> Node:
    flat: dict[Node, None] = {}
    for node in nodes:
        if isinstance(node, Group) and node.any_of and not node.without:
            flat.update(dict.fromkeys(node.parts))
        else:
            flat[node] = None
    return Group(tuple(flat), any_of=True) if len(flat) > 1 else nodes[0]
