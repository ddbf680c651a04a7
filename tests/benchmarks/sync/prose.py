"""French school prose without end, deterministic, that deflates about as real mail does.

Names of people and places are put together from syllables: none is anybody's.
"""

from __future__ import annotations

import random
from itertools import accumulate
from typing import Final


def _words(text: str, between: str | None = None) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in text.split(between))


_OPENINGS: Final = (
    "Bonjour,", "Bonjour à toutes et à tous,", "Chers collègues,", "Madame, Monsieur,",
    "Chers parents,", "Bonsoir,", "Cher collègue,", "Madame la principale,", "Bonjour à tous,",
)  # fmt: skip
_CLOSINGS: Final = (
    "Bien cordialement,", "Cordialement,", "Bonne journée,", "Bien à vous,", "Merci d’avance,",
    "Avec mes remerciements,", "Bonne fin de semaine,", "Salutations distinguées,",
)  # fmt: skip
_LINKS: Final = _words(
    """
    de la le les des et à un une en du que est pour dans qui sur ne pas au il par ce plus se
    avec sont nous vous ou son cette mais comme elle être on tout leur aux y même ces ses si
    été faire fait deux entre aussi dont lui sans où après avant ont peut bien notre votre
    depuis chaque afin lors selon sous très encore toujours déjà puis donc car ainsi quand
    toute tous
    """
)
_WORDS: Final = _words(
    """
    élève élèves classe classes cours réunion conseil professeur professeurs parents note
    notes évaluation évaluations compétences livret bulletin bulletins trimestre semestre
    semaine mardi jeudi vendredi lundi mercredi matin midi soir heure heures salle salles
    bâtiment cour préau cantine internat vie scolaire surveillant absence absences retard
    retards devoir devoirs exercice exercices leçon manuel manuels cahier carnet
    correspondance projet projets sortie voyage musée théâtre atelier ateliers club
    orchestre chorale sport association rencontre tournoi stage stages entreprise
    orientation lycée collège école rectorat inspection académie formation formateur dossier
    dossiers inscription inscriptions fiche fiches document documents pièce jointe courriel
    message téléphone adresse numéro liste calendrier emploi temps planning remplacement
    mathématiques français histoire géographie physique chimie technologie anglais allemand
    espagnol musique philosophie latin sciences laboratoire matériel ordinateur tablette
    imprimante réseau connexion mot passe identifiant plateforme espace numérique travail
    budget subvention facture devis commande gestion intendance secrétariat direction
    principal proviseur adjoint infirmière psychologue assistante sociale accompagnant
    besoin besoins aménagement protocole sécurité incendie exercice évacuation accident
    assurance autorisation signature représentant délégué délégués élection élections vote
    procès-verbal ordre jour séance point proposition propositions décision avis demande
    demandes réponse question questions problème solution organisation préparation
    participation présence accueil rentrée vacances brevet baccalauréat examen examens
    épreuve épreuves oral écrit sujet correction copie copies jury convocation surveillance
    candidat candidats résultat résultats moyenne progrès difficulté difficultés soutien
    aide devoirs faits tutorat groupe groupes niveau niveaux programme objectif envoyer
    transmettre préparer organiser vérifier remplir rendre apporter prévoir confirmer
    préciser proposer demander rappeler signaler compléter modifier annuler reporter
    déplacer prochaine prochain dernière première seconde nouvelle nouveau ancien important
    importante nécessaire possible disponible urgent complète commun commune pédagogique
    scolaire culturel artistique sportif numérique professionnel annuel mensuel hebdomadaire
    rapidement également notamment exceptionnellement ensemble simplement directement
    malheureusement bientôt vraiment pourrez-vous souhaite souhaitons attendons trouverez
    remercie remercions invitons informe informons rappelons pouvons devons aurons serons
    avons sommes seront aura sera pourra devra devront faudra reste restent arrive arrivent
    commence termine finit continue permet permettra concerne concernant présente présenter
    accompagne accompagner participe participer travailler mettre prendre tenir venir partir
    lire écrire comprendre apprendre expliquer montrer discuter bibliothèque documentaliste
    exposition affiche journal radio vidéo photo photos diaporama enquête sondage
    questionnaire tableau graphique rapport bilan synthèse compte rendu résumé transport
    autocar départ retour itinéraire repas pique-nique chaussures vêtement météo pluie
    jardin potager recyclage énergie climat biodiversité santé alimentation citoyenneté
    laïcité respect égalité harcèlement prévention dialogue écoute confiance sanction
    médiation règlement intérieur circulaire courrier officiel ministère décret arrêté note
    service mutation carrière entretien rendez-vous visite hiérarchique coordinateur
    référent équipe équipes disciplinaire
    """
)
_PHRASES: Final = _words(
    """
    conseil de classe; emploi du temps; vie scolaire; conseil d’administration; pièce
    jointe; à votre disposition; dans les meilleurs délais; merci de bien vouloir; je vous
    prie de; espace numérique de travail; vous trouverez en pièce jointe; carnet de
    correspondance; réunion parents-professeurs; prise en charge; avant la fin de la
    semaine; procès-verbal de la séance; je reste à votre disposition; mise en place; en
    fonction de; ordre du jour; salle des professeurs; autorisation de sortie; fiche de
    renseignements; conseil pédagogique; projet d’établissement; n’hésitez pas à me
    contacter; je vous remercie de votre réponse; à partir de la semaine prochaine; comme
    convenu; stage en entreprise; chef d’établissement
    """,
    ";",
)
_SYLLABLES: Final = (
    "ba", "bel", "bri", "cau", "cor", "dan", "del", "fau", "fer", "gal", "gri", "jo", "lam", "lo",
    "mar", "mel", "mou", "nau", "ni", "per", "plu", "ra", "ri", "ron", "sau", "ser", "ta", "tor",
    "val", "ver", "vil", "zé", "quin", "thi", "char", "croi", "pra", "sou", "len", "bur",
)  # fmt: skip
_ENDINGS: Final = ("tel", "rin", "meau", "dier", "sac", "goux", "nec", "lat", "ville", "court")
# Function words are half of running text; the others fall off as a power of their rank.
_LINK_WEIGHTS: Final = tuple(accumulate(1 / (rank + 2) ** 0.9 for rank in range(len(_LINKS))))
_WORD_WEIGHTS: Final = tuple(accumulate(1 / (rank + 8) ** 0.95 for rank in range(len(_WORDS))))


def surname(dice: random.Random) -> str:
    """A surname that nobody has."""
    count = dice.choice((1, 2, 2))
    return ("".join(dice.choices(_SYLLABLES, k=count)) + dice.choice(_ENDINGS)).capitalize()


def given_name(dice: random.Random) -> str:
    """The like for a first name."""
    return "".join(dice.choices(_SYLLABLES, k=2)).capitalize() + dice.choice(("", "e", "a", "o"))


def subject(dice: random.Random) -> str:
    """A few words."""
    words = dice.choices(_WORDS, k=dice.randint(2, 5))
    words.insert(1, dice.choice(_LINKS))
    if dice.random() < 0.3:
        words.append(f"{dice.randint(3, 6)}e{dice.choice('ABCDE')}")
    return " ".join(words).capitalize()


def sentence(dice: random.Random) -> str:
    """One sentence."""
    pairs = dice.randint(3, 9)
    links = dice.choices(_LINKS, cum_weights=_LINK_WEIGHTS, k=pairs)
    words = dice.choices(_WORDS, cum_weights=_WORD_WEIGHTS, k=pairs)
    mixed = [word for pair in zip(links, words, strict=True) for word in pair]
    for place in range(1, len(mixed), 6):
        if dice.random() < 0.45:
            mixed[place] = dice.choice(_PHRASES)
    chance = dice.random()
    if chance < 0.30:
        mixed.insert(pairs, surname(dice))
    if chance < 0.18:
        mixed.insert(pairs + 1, f"{dice.randint(8, 18)}h{dice.randint(0, 59):02}")
    elif chance > 0.85:
        mixed[pairs] += ","
    text = " ".join(mixed)
    return text[0].upper() + text[1:] + dice.choice((".", ".", ".", " !", " ?"))


class Writer:
    """Writes letters out of a stock of sentences: making each one anew would take a minute."""

    def __init__(self, dice: random.Random, stock: int = 20_000) -> None:
        self._dice = dice
        self._stock = [sentence(dice) for _ in range(stock)]

    def paragraphs(self, size: int, planted: str = "") -> list[str]:
        """A letter of about ``size`` characters. The planted word stands in its last third."""
        dice = self._dice
        parts = [dice.choice(_OPENINGS)]
        length = len(parts[0])
        closing = f"{dice.choice(_CLOSINGS)}\n{given_name(dice)} {surname(dice)}"
        while length < size - len(closing):
            block = " ".join(dice.choices(self._stock, k=dice.randint(2, 6)))
            if len(block) > size - length:
                block = block[: max(20, size - length - len(closing))].rpartition(" ")[0] + "."
            if planted and length + len(block) > size * 0.66:
                block, planted = f"{block} Voir {planted}.", ""
            parts.append(block)
            length += len(block) + 2
        if planted:
            parts.append(f"Voir {planted}.")
        return [*parts, closing]
