"""The accessibility statement, in the words that the law asks for, from what was measured.

French law of 11 February 2005, article 47; RGAA 4.1 for the form; EN 301 549 chapter 11 for
software. It claims what was tested and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
_THEMES: Final = {
    "light": "clair",
    "dark": "sombre",
    "high contrast": "contrasté",
    "high contrast light": "contrasté clair",
    "high contrast dark": "contrasté sombre",
}


@dataclass(frozen=True, slots=True)
class Found:
    """``contrast``: the lowest of a text, by theme."""

    day: date
    screens: int
    controls: int
    stops: int
    faults: int
    contrast: Mapping[str, float]


def texts(found: Found) -> dict[str, str]:
    """File name to text."""
    return {"accessibility.fr.md": _french(found), "accessibility.md": _english(found)}


def _french(found: Found) -> str:
    day = f"{found.day.day} {MONTHS[found.day.month - 1]} {found.day.year}"
    rows = "\n".join(
        f"| {_THEMES.get(name, name)} | {least:.1f} : 1 |".replace(".", ",")
        for name, least in found.contrast.items()
    )
    state = (
        "Aucun défaut n’a été trouvé par ces essais."
        if not found.faults
        else f"Ces essais ont trouvé {found.faults} défauts, qui restent à corriger."
    )
    return f"""# Déclaration d’accessibilité

<!-- Écrite par `dev.py access` d’après ses essais : ne pas modifier à la main. -->

Cette déclaration concerne le logiciel Mel Desktop. État du {day}.

## État de conformité

Mel Desktop est **partiellement conforme** : les essais automatiques décrits ci-dessous ont été
menés, mais aucun audit complet par une personne (EN 301 549, chapitre 11 ; WCAG 2.1, niveau AA ;
RGAA 4.1) n’a eu lieu.

## Ce qui a été essayé

- Les {found.screens} écrans du programme, en français, par l’interface AT-SPI, celle des
  lecteurs d’écran sous Linux : {found.controls} commandes, chacune avec son nom ; pas deux
  boutons du même nom côte à côte ; les lignes des listes dites comme une phrase.
- Le parcours au clavier de chaque écran, touche Tab par touche Tab : {found.stops} arrêts, aucun
  piège, aucun arrêt sans nom.
- Le contraste de chaque couple de couleurs de chaque thème ; le plus faible d’un texte :

| Thème | Contraste |
|---|---|
{rows}

- La taille : les fenêtres tiennent dans un écran de 1366 × 768 agrandi à 200 %, sans texte coupé.
- Les états sont dits par un mot ou une forme, jamais par la couleur seule.

{state}

## Ce qui n’a pas été essayé

- Aucune personne handicapée ni aucun lecteur d’écran (NVDA, JAWS, Orca, VoiceOver) n’a servi aux
  essais.
- Le contenu des messages reçus est celui que leur auteur a écrit : ses contrastes et ses images
  sans texte n’engagent que lui. L’affichage en texte brut reste toujours possible.
- L’accessibilité sous Windows (UI Automation) et macOS n’a pas été essayée.

## Retour d’information

Écrivez au service d’assistance de votre académie, ou aux auteurs du logiciel (fichier README).
"""


def _english(found: Found) -> str:
    rows = "\n".join(f"| {name} | {least:.1f} : 1 |" for name, least in found.contrast.items())
    state = (
        "These trials found no fault."
        if not found.faults
        else f"These trials found {found.faults} faults, which are still to be mended."
    )
    return f"""# Accessibility statement

<!-- Written by `dev.py access` from its trials: not to be edited by hand. -->

About the program Mel Desktop, as of {found.day.isoformat()}.

**Partially conformant**: the automatic trials below were made; there was no full audit by a person
(EN 301 549 chapter 11, WCAG 2.1 level AA, RGAA 4.1).

Tried: all {found.screens} screens, in French, through AT-SPI ({found.controls} controls, each with
its name; no two buttons of one name side by side; rows spoken as a sentence); the way of the
keyboard through each of them, Tab by Tab ({found.stops} stops, no trap, none without a name);
windows on 1366 x 768 at 200 %, without cut text; states by a word or a shape, never by colour
alone; the contrast of every pair of colours of every theme, the lowest of a text being:

| theme | contrast |
|---|---|
{rows}

{state}

Not tried: no disabled person and no screen reader (NVDA, JAWS, Orca, VoiceOver) took part; Windows
(UI Automation) and macOS were not tried; what others write in their messages is theirs, plain text
is always one key away.
"""
