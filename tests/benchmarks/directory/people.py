"""100,000 persons and 70,000 schools, made up from a seed; nobody in it lives.

Names are distributed as French ones are (a few very common, thousands rare): 14,000 surnames, 1,500
given names, 20,000 communes. One person in three is a pupil, one in three works at a school.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from mel_desktop.logic.folding import fold
from mel_desktop.model.people import DirectoryEntry, EntryKind, Profile

_COMMON: Final = (
    "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefèvre "
    "Leroy Roux David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau "
    "Vincent Muller Lefebvre Faure Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand "
    "Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu Gautier Masson"
)
_GIVEN: Final = (
    "Marie Jean Pierre Michel Nathalie Isabelle Philippe Catherine Sylvie Christophe Nicolas "
    "Sophie Thomas Camille Léa Manon Chloé Inès Lucas Hugo Théo Élise Anaïs Jean-Pierre "
    "Marie-Claire Anne-Sophie Julien Mathieu Aurélie Stéphanie Frédéric Stéphane Yves Thierry"
)
_HEADS: Final = (
    "a an ar bar bel ber bou bra cha che cor cou da del des du fa fer fla ga gar gen gou gra gui "
    "ha hé ja jo la lan le li lou ma mar men mi mon mor na né ni pa per pi pou qué ra ré ri ro "
    "sa sé si so ta té thi tri va ver vi you"
)
_MIDDLES: Final = (
    "ba ber bi bo cha co da di do fa ga gi go la le li lo ma me mi mo na ni no pa pi qua ra "
    "ri ro sa si ta ti to va vi"
)
_TAILS: Final = (
    "ac ain and ant ard at aud ault aux ay beau ceau chet court dal de deau din don eau el et eux "
    "ey gnac gny in lac let lier lin lon mont my net nier on ot oux ron roy sac sart ssier tier "
    "ton val vel vin y"
)
COMMON, GIVEN, HEADS, MIDDLES, TAILS = (
    tuple(text.split()) for text in (_COMMON, _GIVEN, _HEADS, _MIDDLES, _TAILS)
)
SUBJECTS: Final = (
    "Mathématiques", "Lettres modernes", "Anglais", "Espagnol", "Allemand", "Histoire-géographie",
    "Sciences de la vie et de la Terre", "Physique-chimie", "Technologie", "Arts plastiques",
    "Éducation musicale", "Éducation physique et sportive", "Documentation", "Philosophie",
)  # fmt: skip
TYPES: Final = (
    ("École maternelle publique", "Ecole"), ("École primaire publique", "Ecole"),
    ("École élémentaire publique", "Ecole"), ("École primaire privée", "Ecole"),
    ("Collège", "Collège"), ("Lycée général", "Lycée"), ("Lycée professionnel", "Lycée"),
)  # fmt: skip
HONOURED: Final = ("Jean Moulin", "Jules Ferry", "Victor Hugo", "Marie Curie", "Louis Pasteur",
                   "Simone Veil", "Anne Frank", "Jean Jaurès", "Georges Brassens")  # fmt: skip


@dataclass(frozen=True)
class Country:
    """Names to take from, with their weights accumulated."""

    surnames: tuple[str, ...]
    given: tuple[str, ...]
    towns: tuple[str, ...]
    surname_weights: tuple[float, ...]
    given_weights: tuple[float, ...]


def country(seed: int) -> Country:
    """The same for the same seed."""
    dice = random.Random(seed)
    surnames = _distinct(dice, COMMON, 14_000, _word)
    given = _distinct(dice, GIVEN, 1_500, lambda dice: _word(dice, short=True))
    towns = _distinct(dice, ("Rennes", "Saint-Malo"), 20_000, _town)
    return Country(surnames, given, towns, _weights(len(surnames), 0.55), _weights(len(given), 0.9))


def schools(seed: int, count: int) -> Iterator[DirectoryEntry]:
    """``count`` schools as the annuaire de l'éducation lists them."""
    where = country(seed)
    dice = random.Random(seed + 1)
    for number in range(count):
        label, kind = dice.choices(TYPES, (15, 35, 15, 10, 12, 6, 7))[0]
        town = dice.choice(where.towns)
        whose = f"{dice.choice(where.given)} {dice.choice(where.surnames)}"
        patron = dice.choice((*HONOURED, town, f"Saint-{dice.choice(where.given)}", whose))
        uai = uai_of(number)
        yield DirectoryEntry(
            uai, EntryKind.SCHOOL, f"{label} {patron}",
            f"{'ce' if kind != 'Ecole' else 'ecole'}.{uai.lower()}@ac-exemple.invalid", role=kind,
            uai=uai, town=town, phone=f"02{dice.randrange(10**8):08}", same_as=(f"uai:{uai}",),
        )  # fmt: skip


def persons(seed: int, count: int) -> Iterator[DirectoryEntry]:
    """``count`` persons of collèges: a third staff, a third pupils, a third families."""
    where = country(seed)
    dice = random.Random(seed + 2)
    for number in range(count):
        given = dice.choices(where.given, cum_weights=where.given_weights)[0]
        surname = dice.choices(where.surnames, cum_weights=where.surname_weights)[0]
        if dice.random() < 0.03:
            surname = f"{dice.choice(('de', 'du', 'Le', 'de la'))} {surname}"
        elif dice.random() < 0.03:
            surname += "-" + dice.choices(where.surnames, cum_weights=where.surname_weights)[0]
        home = number % 1_000
        profile = (Profile.TEACHER, Profile.PUPIL, Profile.GUARDIAN)[number % 3]
        subject = dice.choice(SUBJECTS)
        classes = (f"{dice.randrange(3, 7)}e{dice.choice('ABCDEF')}",)
        role = {Profile.TEACHER: f"Enseignant, {subject}", Profile.PUPIL: "Élève"}
        words = fold(f"{given}.{surname}").replace(" ", "-")
        has_box = profile is Profile.TEACHER or dice.random() < 0.3
        yield DirectoryEntry(
            f"p{number}", EntryKind.PERSON, f"{given} {surname}",
            f"{words}{number}@{'ac-exemple' if profile is Profile.TEACHER else 'famille'}.invalid"
            if has_box else "",
            role=role.get(profile, "Responsable"), school=f"Collège {home}", uai=uai_of(home),
            classes=() if profile is Profile.GUARDIAN else classes, profile=profile,
            family_name=surname,
            subjects=(subject,) if profile is Profile.TEACHER else (),
            phone=f"06{dice.randrange(10**8):08}" if profile is Profile.GUARDIAN else "",
        )  # fmt: skip


def uai_of(number: int) -> str:
    """A UAI with its check letter (annexe of the BCE: modulo 23)."""
    digits = number + 350_000
    return f"{digits:07}{'ABCDEFGHJKLMNPRSTUVWXYZ'[digits % 23]}"


def with_one_typo(dice: random.Random, word: str) -> str:
    """One letter inserted, dropped, replaced, or two swapped."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    while True:
        at = dice.randrange(len(word))
        typed = dice.choice((
            word[:at] + dice.choice(letters) + word[at:],
            word[:at] + word[at + 1 :],
            word[:at] + dice.choice(letters) + word[at + 1 :],
            word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
        ))  # fmt: skip
        if fold(typed) != fold(word):
            return typed


def _distinct(
    dice: random.Random, first: tuple[str, ...] | list[str], count: int,
    make: Callable[[random.Random], str],
) -> tuple[str, ...]:  # fmt: skip
    found = dict.fromkeys(first)
    while len(found) < count:
        found[make(dice)] = None
    return tuple(found)


def _word(dice: random.Random, *, short: bool = False) -> str:
    middles = dice.choices(MIDDLES, k=dice.choice((0, 1) if short else (0, 1, 1, 2)))
    return (dice.choice(HEADS) + "".join(middles) + dice.choice(TAILS)).capitalize()


def _town(dice: random.Random) -> str:
    form = dice.choice(("{0}", "{0}", "{0}", "Saint-{0}", "{0}-sur-{1}", "{0}-le-{1}", "La {0}"))
    return form.format(_word(dice), _word(dice))


def _weights(count: int, slope: float) -> tuple[float, ...]:
    return tuple(itertools.accumulate(1 / (rank + 8) ** slope for rank in range(count)))
