"""The accessibility statement, in the words that the law asks for, from what was measured.

French law of 11 February 2005, article 47, and decree 2019-768 for the parts of the text; the
method of RGAA is for what a browser shows, so the requirements are those of EN 301 549 chapter 11.
It claims what was tested and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from mel_desktop.ui.typography import french
from tests.access.clauses import CLAUSES, State

MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
_THEMES: Final = {
    "light": "clair",
    "dark": "sombre",
    "high light": "contrasté clair",
    "high dark": "contrasté sombre",
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
    faults = (
        "Aucun défaut n’a été trouvé par cet essai."
        if not found.faults
        else f"Cet essai a trouvé {found.faults} défaut(s), à corriger."
    )
    states = {
        State.KEPT: "respectée", State.PART: "respectée en partie", State.UNTRIED: "non essayée",
        State.BROKEN: "non respectée", State.NONE: "sans objet",
    }  # fmt: skip
    clauses = "\n".join(
        f"| {one.number} {one.titre} | {states[one.state]} | {one.french} | {_tests(one.by)} |"
        for one in CLAUSES
    )
    number = Counter(one.state for one in CLAUSES)
    broken = "\n".join(
        f"- {one.titre} ({one.number}) : {one.french}."
        for one in CLAUSES if one.state is State.BROKEN
    )  # fmt: skip
    part = "\n".join(
        f"- {one.titre} ({one.number}) : {one.french}."
        for one in CLAUSES if one.state is State.PART
    )  # fmt: skip
    return french(f"""# Déclaration d’accessibilité

<!-- Écrite par `dev.py access` d’après ses essais : ne pas modifier à la main. -->

Les auteurs de Mel Desktop s’efforcent de le rendre accessible, dans l’esprit de l’article 47 de la
loi n° 2005-102 du 11 février 2005. Cette déclaration concerne le logiciel Mel Desktop, pour Linux
et Windows. Elle ne concerne ni le contenu des messages ni les serveurs de messagerie.

## État de conformité

Mel Desktop respecte **en partie** le chapitre 11 (logiciels) de la norme EN 301 549, version 3.2.1,
qui reprend les WCAG 2.1, niveau AA. C’est une **auto-évaluation** des auteurs, faite d’essais
automatiques : il n’y a eu **ni audit, ni essai par des personnes handicapées**. Le RGAA 4.1 n’est
pas la méthode retenue : ses critères sont ceux du Web.

Sur {len(CLAUSES) - number[State.NONE]} exigences applicables :

- essayées et respectées : {number[State.KEPT]} ;
- respectées en partie, ou essayées en partie : {number[State.PART]} ;
- non essayées : {number[State.UNTRIED]} ;
- non respectées : {number[State.BROKEN]}.

Cela ne vaut pas la mention légale « partiellement conforme », qui demande un audit et la moitié au
moins des critères respectés. L’organisme qui met ce logiciel à la disposition de ses agents publie
sa propre déclaration ; tant qu’aucun audit n’a eu lieu, elle porte la mention « non conforme ».

## Résultats des essais

- **Par AT-SPI**, l’interface des lecteurs d’écran sous Linux, les {found.screens} écrans de
  sa galerie d’essai, en français : {found.controls} commandes, chacune avec son nom ; pas deux
  boutons du même nom côte à côte ; chaque liste déroulante dit à quoi elle sert ; les lignes des
  listes sont dites comme une phrase.
- **Au clavier**, les mêmes écrans, touche Tab par touche Tab : {found.stops} arrêts, aucun piège,
  aucun arrêt sans nom. {faults}
- **Les contrastes**, calculés pour chaque couple de couleurs de chaque thème. Le plus faible d’un
  texte :

| Thème | Contraste |
|---|---|
{rows}

- **La taille** : les fenêtres tiennent dans un écran de 1366 × 768 agrandi à 200 %, sans texte
  coupé.

## Contenus et fonctions non accessibles

### Non-conformités

{broken}

### Conformités partielles

{part}

### Ce qui n’a pas été essayé

- Aucun lecteur d’écran (NVDA, JAWS, Orca, VoiceOver), aucune loupe, aucune commande vocale, aucune
  plage braille n’a servi aux essais.
- UI Automation, l’interface des aides techniques sous Windows, n’a pas été interrogée.
- Les écrans ont été interrogés en français et en thème clair seulement ; ceux qui précèdent
  l’ouverture du coffre (création, déverrouillage) ne l’ont pas été.

### Contenus qui ne dépendent pas du logiciel

Les messages reçus et leurs pièces jointes sont tels que leur auteur les a écrits : leurs contrastes
et leurs images sans texte n’engagent que lui. Tout message peut se lire en texte brut.

## Établissement de cette déclaration

Elle a été établie le {day} par les essais du dépôt du logiciel (`packaging/dev.py access`), sous
Debian 12 avec Qt, dans un écran virtuel de 1366 × 768.

## Retour d’information et contact

Si une fonction vous reste inaccessible, écrivez au service d’assistance de votre académie : il peut
vous proposer une autre voie, et transmet le défaut aux auteurs. Chacun peut aussi ouvrir un ticket
dans le dépôt du logiciel. Dites l’écran, ce que vous vouliez faire et votre aide technique ; ne
joignez ni message ni mot de passe.

## Voies de recours

Si vous avez signalé à votre académie un défaut d’accessibilité et n’avez pas eu de réponse
satisfaisante, vous pouvez saisir le Défenseur des droits : par le formulaire de son site
(defenseurdesdroits.fr), auprès de son délégué dans votre région, ou par courrier gratuit, sans
timbre : Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07.

## Annexe : exigence par exigence

| Exigence (EN 301 549) | État | Ce qui a été vu | Essai |
|---|---|---|---|
{clauses}
""")


def _tests(by: tuple[str, ...]) -> str:
    """Names of tests, without what would make a column too wide."""
    return ", ".join(f"`{one.rpartition('::')[2]}`" for one in by) or "–"


def _english(found: Found) -> str:
    rows = "\n".join(f"| {name} | {least:.1f} : 1 |" for name, least in found.contrast.items())
    faults = (
        "No fault was found."
        if not found.faults
        else f"{found.faults} fault(s) were found, to be mended."
    )
    states = {
        State.KEPT: "kept", State.PART: "kept in part", State.UNTRIED: "not tried",
        State.BROKEN: "not kept", State.NONE: "not applicable",
    }  # fmt: skip
    clauses = "\n".join(
        f"| {one.number} {one.title} | {states[one.state]} | {one.english} | {_tests(one.by)} |"
        for one in CLAUSES
    )
    number = Counter(one.state for one in CLAUSES)
    broken = "\n".join(
        f"- {one.title} ({one.number}): {one.english}."
        for one in CLAUSES if one.state is State.BROKEN
    )  # fmt: skip
    return f"""# Accessibility statement

<!-- Written by `dev.py access` from its trials: not to be edited by hand. -->

About the program Mel Desktop for Linux and Windows, as of {found.day.isoformat()}; not about the
contents of messages, nor about mail servers.

## Conformance

Chapter 11 (software) of EN 301 549 V3.2.1, which takes up WCAG 2.1 level AA, is kept **in part**,
by **the authors' own evaluation** with automatic trials. There was **no audit and no trial by
disabled people**. Of {len(CLAUSES) - number[State.NONE]} requirements that apply,
{number[State.KEPT]} were tried and are kept, {number[State.PART]} are kept or were tried in part,
{number[State.UNTRIED]} were not tried, {number[State.BROKEN]} are not kept. In France, an
organisation that gives the program to its staff publishes a statement of its own, which says “not
conformant” as long as there is no valid audit.

## Trials

- Through **AT-SPI**, the interface of screen readers on Linux, all {found.screens} screens, in
  French: {found.controls} controls, each with its name; no two buttons of one name side by side;
  every list that drops down says what it is for; rows spoken as a sentence.
- By **keyboard**, the same screens, Tab by Tab: {found.stops} stops, no trap, none without a name.
  {faults}
- **Contrast** of every pair of colours of every theme; the lowest of a text:

| theme | contrast |
|---|---|
{rows}

- **Size**: windows fit a screen of 1366 x 768 at 200 %, without cut text.

## What is not accessible, or not known

{broken}
- What is kept in part or was not tried: see the table below.
- No screen reader (NVDA, JAWS, Orca, VoiceOver), magnifier, voice control or braille display took
  part. UI Automation on Windows was not asked. Screens were asked in
  French and in the light theme only; those before the vault is open (creating, unlocking) were
  not asked.
- What others write in their messages is theirs; every message can be read as plain text.

## Contact

Write to the help desk of your académie, or open an issue in the program's repository: which screen,
what you wanted to do, with which assistive technology; no message, no password. In France, who got
no satisfying answer may turn to the Défenseur des droits (defenseurdesdroits.fr).

## Requirement by requirement

| requirement (EN 301 549) | state | what was seen | trial |
|---|---|---|---|
{clauses}
"""
