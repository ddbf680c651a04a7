"""Abbreviations of schools and their long forms, both ways: AESH <-> accompagnante d'élève en ...

Built from the parsed resources/lexicon/abbreviations.toml, which says how long forms are written.
Everything here is folded words as the index holds them ("d", "eleve").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import product
from typing import Any, Final

from mel_desktop.logic.folding import fold
from mel_desktop.model.values import dataclass

Words = tuple[str, ...]
ELISIONS: Final = frozenset({"l", "d", "j", "qu", "n", "s", "c", "m", "t"})
_TOKEN: Final = re.compile(r"[^\W_]+")
_CHOICE: Final = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """What stands for what."""

    long: Mapping[Words, tuple[Words, ...]] = field(default_factory=dict)
    short: Mapping[Words, tuple[Words, ...]] = field(default_factory=dict)  # without elisions
    capitals: frozenset[Words] = frozenset()  # words too: only as typed in capitals
    longest: int = 0  # words of the longest long form, without elisions
    spelt: Mapping[Words, str] = field(default_factory=dict)  # long forms with their accents

    def long_forms(self, words: Words, *, typed: str) -> tuple[Words, ...]:
        """What an abbreviation stands for; () where it is none."""
        if words in self.capitals and typed != typed.upper():
            return ()
        return self.long.get(words, ())

    def short_forms(self, words: Sequence[str]) -> tuple[Words, ...]:
        """Abbreviations of exactly these words (elisions do not count)."""
        return self.short.get(without_elisions(words), ())


def without_elisions(words: Sequence[str]) -> Words:
    """ "d", "eleve" -> "eleve"."""
    return tuple(word for word in words if word not in ELISIONS)


def build(told: Mapping[str, Any]) -> Abbreviations:
    """From the parsed file."""
    capitals = frozenset(_words(one) for one in told.get("words", ()))
    long: dict[Words, tuple[Words, ...]] = {}
    short: dict[Words, tuple[Words, ...]] = {}
    spelt: dict[Words, str] = {}
    for name, written in told.get("abbreviations", {}).items():
        abbreviation = _words(name)
        spellings = {_words(form): form for one in written for form in variants(one)}
        spelt |= spellings
        forms = tuple(spellings)
        long[abbreviation] = forms
        if abbreviation not in capitals:
            for form in map(without_elisions, forms):
                short[form] = (*short.get(form, ()), abbreviation)
    longest = max((len(form) for form in short), default=0)
    return Abbreviations(long, short, capitals, longest, spelt)


def variants(written: str) -> Iterator[str]:
    """``projet(s) [de|du] X(s)`` -> every form: endings go together, choices are free."""
    parts = _CHOICE.split(written)
    choices = [part.split("|") if at % 2 else [part] for at, part in enumerate(parts)]
    for chosen in product(*choices):
        form = "".join(chosen)
        endings = [one for one in ("(e)", "(s)") if one in form]
        for kept in product((False, True), repeat=len(endings)):
            one = form
            for ending, keep in zip(endings, kept, strict=True):
                one = one.replace(ending, ending[1:-1] if keep else "")
            yield one


def _words(text: str) -> Words:
    return tuple(_TOKEN.findall(fold(text)))
