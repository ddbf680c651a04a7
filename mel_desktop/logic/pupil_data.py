"""Signs that a letter or a file holds data of pupils: national numbers, lists, plans of support.

A sign is no proof: it is said to the person who sends, who knows. Whole lists count, a word about
one pupil does not: families are written to about their own child every day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from mel_desktop.logic.folding import fold
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

MOST_LETTERS: Final = 200_000
DATES: Final = 2
NAMES_WITH_DATES: Final = 2
NAMES: Final = 5
NAMES_IN_SHEET: Final = 8  # more: first and last names of others meet there by chance
MOST_HEAD: Final = 60  # words in which headings stand
YOUNGEST: Final = 2
OLDEST: Final = 26

# National pupil number (INE): 9 digits and 2 letters (RNIE), or 10 digits and a letter (BEA).
_INE: Final = late(r"(?<![\w.-])\d{9}[A-HJKMNP-TV-Z]{2}(?![\w-])")
_INE_OLD: Final = late(r"(?<![\w.-])\d{10}[A-HJKMNP-TV-Z](?![\w-])")
_BORN: Final = late(r"\b(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d\d)\b")
_WORDS: Final = late(r"[^\W\d_]+")
_PLANS: Final = late(r"(?<![A-Za-z])(?:PAP|PAI|PPRE|PPS|GEVASCO|GEVA-?Sco|RASED|ULIS|SEGPA)"
                           r"(?![a-z])")  # fmt: skip
_LISTS: Final = late(
    r"\b(?:eleves(?:avec|sans)adresses|responsablesavecadresses|base ?eleves"
    r"|listes? (?:des |d')?eleves?|eleves? (?:de )?(?:la )?\d ?(?:e|eme)? ?[a-z]?\b"
    r"|notes? (?:de la |des )?(?:classe|eleves?|trimestre|[3-6] ?(?:e|eme)? ?[a-f])\b"
    r"|(?:bulletins?|releves? de notes)\b|infirmerie|informations? preoccupantes?"
    r"|conseil de discipline|dossiers? (?:scolaires?|medica(?:l|ux)))"
)
_HEADINGS: Final = {
    "ine": ("ine", "idnational", "numeronational", "numeroine", "idnat"),
    "birth": ("datedenaissance", "datenaissance", "naissance", "neele", "datenaiss", "neeele"),
    "name": ("nom", "nomeleve", "eleve", "nomprenom", "nomdefamille", "noms", "nomusage", "prenom"),
    "school": ("classe", "division", "note", "notes", "moyenne", "appreciation", "regime", "pap",
               "pai", "ppre", "pps", "absences", "sanction", "sanctions", "bourse"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sign:
    """What was found: ``number``, ``births``, ``names``, ``plan``, ``list``, ``table``.

    ``of_many``: of several pupils, so that even a parent of one must not have it.
    """

    kind: str
    count: int = 1
    of_many: bool = False


def in_text(text: str, pupils: Iterable[tuple[str, ...]], year: int) -> Sign | None:
    """Signs in the words of a letter or of a file. ``pupils``: folded words of each name.

    ``year``: of today, for the dates on which pupils can have been born.
    """
    text = text[:MOST_LETTERS]
    numbers = set(_INE.findall(text))
    old = set(_INE_OLD.findall(text))
    if len(old) > 1 or (old and re.search(r"\bINE\b", text)):
        numbers |= old
    if numbers:
        return Sign("number", len(numbers), of_many=len(numbers) > 1)
    words = [fold(one) for one in _WORDS.findall(text)]
    named = _named(words, pupils)
    births = sum(_is_of_a_pupil(found, year) for found in _BORN.finditer(text))
    if named >= NAMES_WITH_DATES and births >= DATES:
        return Sign("births", named, of_many=True)
    if named >= NAMES:
        return Sign("names", named, of_many=True)
    return None


def in_name(filename: str) -> Sign | None:
    """Signs in the name of a file."""
    stem = filename.rpartition(".")[0] or filename
    plain = fold(re.sub(r"[_\-.]+", " ", stem))
    if _LISTS.search(plain):
        return Sign("list", of_many="bulletin" not in plain and "dossier" not in plain)
    if _PLANS.search(stem):
        return Sign("plan")
    return None


def in_table(head: str, pupils: Iterable[tuple[str, ...]], year: int) -> Sign | None:
    """Signs in the first lines of a CSV file: its headings, then its words."""
    first = next((line for line in head.lstrip("\ufeff").splitlines() if line.strip()), "")
    cells = {
        re.sub(r"[^a-z]", "", fold(cell)) for cell in re.split(r"[;,\t|]", first.replace('"', ""))
    }
    kinds = {kind for kind, names in _HEADINGS.items() if cells & set(names)}
    if "ine" in kinds or {"birth", "name"} <= kinds or {"school", "name"} <= kinds:
        return Sign("table", of_many=True)
    return in_text(head, pupils, year)


def in_sheet(text: str, pupils: Iterable[tuple[str, ...]], year: int) -> Sign | None:
    """Signs in the words of a spreadsheet, whose cells may come in another order than they stand
    in, each word once: its headings, then names of which every word is somewhere.
    """
    head = fold(" ".join(text[: MOST_HEAD * 20].split()[:MOST_HEAD]))
    words = set(re.findall(r"[a-z]+", head))
    joined = re.sub(r"[^a-z]", "", head)
    has_name = bool(words & {"nom", "noms", "prenom", "prenoms", "eleve", "eleves"})
    has_birth = bool(re.search(r"\bnee?(?: ?\(e\))? le\b", head)) or any(
        one in joined for one in _HEADINGS["birth"] if len(one) > 5
    )
    has_school = bool(words & set(_HEADINGS["school"]))
    has_number = bool(words & {"ine"}) or any(
        one in joined for one in _HEADINGS["ine"] if len(one) > 5
    )
    if has_name and (has_birth or has_school or has_number):
        return Sign("table", of_many=True)
    pupils = tuple(pupils)
    found = in_text(text, pupils, year)
    if found is not None:
        return found
    there = {fold(one) for one in _WORDS.findall(text[:MOST_LETTERS])}
    named = sum(bool(name) and there.issuperset(name) for name in set(pupils))
    return Sign("names", named, of_many=True) if named >= NAMES_IN_SHEET else None


def name_words(name: str) -> tuple[str, ...]:
    """A pupil's name as ``in_text`` wants it; empty for what is too short to be told apart."""
    words = tuple(fold(one) for one in _WORDS.findall(name))
    return words if len(words) > 1 and all(len(one) > 1 for one in words) else ()


def _named(words: list[str], pupils: Iterable[tuple[str, ...]]) -> int:
    """How many pupils are named in full, in either order."""
    pairs: set[tuple[str, ...]] = set()
    by_length: dict[int, set[tuple[str, ...]]] = {}
    found = 0
    for name in pupils:
        if not name:
            continue
        size = len(name)
        if size not in by_length:
            by_length[size] = {
                tuple(sorted(words[at : at + size])) for at in range(len(words) - size + 1)
            }
        key = tuple(sorted(name))
        if key in by_length[size] and key not in pairs:
            pairs.add(key)
            found += 1
    return found


def _is_of_a_pupil(found: re.Match[str], year: int) -> bool:
    """A date on which a pupil of today can have been born: none of this school year."""
    day, month, born = int(found[1]), int(found[2]), int(found[3])
    return 1 <= day <= 31 and 1 <= month <= 12 and year - OLDEST <= born <= year - YOUNGEST
