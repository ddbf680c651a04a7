"""Each requirement of EN 301 549 V3.2.1, chapter 11 (software), and what shows that it is kept.

A claim names the test that would fail. ACCESS is `dev.py access` itself; the other names are
those of tests in tests/ (unit/test_statement.py looks whether they exist).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class State(Enum):
    """What can be said of a requirement."""

    KEPT = "kept"
    PART = "part"
    UNTRIED = "untried"
    BROKEN = "broken"
    NONE = "none"  # the program has nothing that it is about


@dataclass(frozen=True, slots=True)
class Clause:
    """``by``: tests. ``english``, ``french``: what was looked at, or why it is not."""

    number: str
    title: str
    titre: str
    state: State
    english: str
    french: str
    by: tuple[str, ...] = ()


ACCESS: Final = "dev.py access"
_READER: Final = "journey/test_screen_reader.py"
_CONTROLS: Final = "gui/test_accessibility.py"
_DESKS: Final = "gui/test_window_desks.py"
_WINDOW: Final = "gui/test_window.py"
_WORDS: Final = "gui/test_words.py"
_PICTURES: Final = "gui/test_letter_pictures.py"
K, P, U, B, N = State.KEPT, State.PART, State.UNTRIED, State.BROKEN, State.NONE

CLAUSES: Final = (
    Clause(
        "11.1.1.1", "Non-text content", "Contenu non textuel", K,
        "every control drawn as an icon has a name",
        "chaque commande dessinée par une icône a un nom",
        (ACCESS, f"{_CONTROLS}::test_every_control_of_the_window_has_a_name"),
    ),
    Clause(
        "11.1.2", "Time-based media", "Média temporel", N,
        "no sound or film is played", "aucun son ni film n’est joué",
    ),
    Clause(
        "11.1.3.1", "Info and relationships", "Information et relations", P,
        "roles, columns and rows are told; titles inside a window are told as plain texts",
        "rôles, colonnes et lignes sont dits ; les titres dans une fenêtre le sont comme de "
        "simples textes",
        (ACCESS,),
    ),
    Clause(
        "11.1.3.2", "Meaningful sequence", "Ordre logique", P,
        "the order of the main window only", "l’ordre de la fenêtre principale seulement",
        (f"{_READER}::test_the_focus_goes_as_the_eye_does",),
    ),
    Clause(
        "11.1.3.3", "Sensory characteristics", "Caractéristiques sensorielles", U,
        "texts were not searched for “on the right”, “the green one”",
        "les textes n’ont pas été relus à la recherche de « à droite » ou « en vert »",
    ),
    Clause(
        "11.1.3.4", "Orientation", "Orientation", K,
        "the window may be high or wide", "la fenêtre peut être haute ou large",
        (f"{_DESKS}::test_every_layout_fits_every_screen",),
    ),
    Clause(
        "11.1.3.5", "Identify input purpose", "Finalité de la saisie", U,
        "no tool of the desktop asks for it", "aucun outil du poste de travail ne la demande",
    ),
    Clause(
        "11.1.4.1", "Use of colour", "Utilisation de la couleur", P,
        "states of the rows have words; not every picture was judged",
        "les états des lignes ont un mot ; toutes les images n’ont pas été jugées",
        (f"{_READER}::test_rows_are_spoken_as_a_sentence",
         f"{_CONTROLS}::test_messages_are_spoken"),
    ),
    Clause(
        "11.1.4.2", "Audio control", "Contrôle du son", N, "no sound", "aucun son",
    ),
    Clause(
        "11.1.4.3", "Contrast (minimum)", "Contraste (minimum)", K,
        "computed for every pair of colours of every theme",
        "calculé pour chaque couple de couleurs de chaque thème",
        (f"{_CONTROLS}::test_contrast", f"{_DESKS}::test_high_contrast_is_seven_to_one",
         "gui/test_organising.py::test_chips_can_be_read"),
    ),
    Clause(
        "11.1.4.4", "Resize text", "Redimensionnement du texte", K,
        "200 % on a screen of 1366 x 768, without cut text",
        "200 % sur un écran de 1366 × 768, sans texte coupé",
        (f"{_CONTROLS}::test_dialogs_fit_a_small_screen_and_cut_no_words",
         f"{_WINDOW}::test_nothing_is_wider_than_a_small_screen"),
    ),
    Clause(
        "11.1.4.5", "Images of text", "Texte sous forme d’image", U,
        "icons hold no text as far as is known", "les icônes ne contiennent pas de texte, à "
        "notre connaissance",
    ),
    Clause(
        "11.1.4.10", "Reflow", "Redistribution", P,
        "down to 683 pixels of width; the norm asks for 320",
        "jusqu’à 683 pixels de large ; la norme demande 320",
        (f"{_WINDOW}::test_narrow_windows_take_turns",),
    ),
    Clause(
        "11.1.4.11", "Non-text contrast", "Contraste du contenu non textuel", P,
        "the ring of the focus; not the edges of every control",
        "le cadre du focus ; pas les bords de chaque commande",
        (f"{_CONTROLS}::test_contrast",),
    ),
    Clause(
        "11.1.4.12", "Text spacing", "Espacement du texte", U,
        "no setting for it beyond the size of the letters",
        "aucun réglage hormis la taille des lettres",
    ),
    Clause(
        "11.1.4.13", "Content on hover or focus", "Contenus au survol ou au focus", U,
        "tool tips are those of Qt", "les bulles d’aide sont celles de Qt",
    ),
    Clause(
        "11.2.1.1", "Keyboard", "Clavier", K,
        "every command has a key, every screen is gone through by Tab",
        "chaque commande a un raccourci, chaque écran se parcourt par Tab",
        (ACCESS, f"{_CONTROLS}::test_every_action_has_text_and_its_own_key",
         f"{_CONTROLS}::test_menus_hold_every_action", f"{_WINDOW}::test_panes_by_keyboard"),
    ),
    Clause(
        "11.2.1.2", "No keyboard trap", "Pas de piège au clavier", K,
        "Tab leads back to the beginning of every screen",
        "Tab ramène au début de chaque écran",
        (ACCESS,),
    ),
    Clause(
        "11.2.1.4", "Character key shortcuts", "Raccourcis à un seul caractère", K,
        "no command of the menus has a letter, a figure or a sign alone",
        "aucune commande des menus n’a pour raccourci un caractère seul",
        (f"{_CONTROLS}::test_no_key_is_taken_from_a_screen_reader",),
    ),
    Clause(
        "11.2.2.1", "Timing adjustable", "Réglage du délai", U,
        "delays can be set (sending, lock of the vault); not tried for this",
        "les délais se règlent (envoi, verrou du coffre) ; non essayé à ce titre",
    ),
    Clause(
        "11.2.2.2", "Pause, stop, hide", "Mettre en pause, arrêter, masquer", N,
        "nothing moves by itself", "rien ne bouge de soi-même",
    ),
    Clause("11.2.3.1", "Three flashes", "Trois flashs", N, "nothing flashes", "rien ne clignote"),
    Clause(
        "11.2.4.3", "Focus order", "Parcours du focus", P,
        "judged in the main window; elsewhere that it comes back",
        "jugé dans la fenêtre principale ; ailleurs, qu’il revienne à son début",
        (ACCESS, f"{_READER}::test_the_focus_goes_as_the_eye_does"),
    ),
    Clause(
        "11.2.4.4", "Link purpose", "Fonction du lien", U,
        "links of messages are their author’s", "les liens des messages sont ceux de leur auteur",
    ),
    Clause(
        "11.2.4.6", "Headings and labels", "En-têtes et étiquettes", P,
        "no two buttons of one name side by side; whether the words are good was not asked of "
        "anybody",
        "pas deux boutons du même nom côte à côte ; personne n’a été interrogé sur la clarté "
        "des mots",
        (ACCESS,),
    ),
    Clause(
        "11.2.4.7", "Focus visible", "Visibilité du focus", P,
        "the contrast of its ring", "le contraste de son cadre",
        (f"{_CONTROLS}::test_contrast",),
    ),
    Clause(
        "11.2.5.1", "Pointer gestures", "Gestes pour le contrôle du pointeur", N,
        "no gesture of several points or along a path is needed",
        "aucun geste à plusieurs points ou suivant un tracé n’est nécessaire",
    ),
    Clause(
        "11.2.5.2", "Pointer cancellation", "Annulation de l’action du pointeur", U,
        "buttons are those of Qt", "les boutons sont ceux de Qt",
    ),
    Clause(
        "11.2.5.3", "Label in name", "Étiquette dans le nom", U,
        "names and texts were not compared", "noms et textes n’ont pas été comparés",
    ),
    Clause(
        "11.2.5.4", "Motion actuation", "Activation par le mouvement", N,
        "no sensor of motion is used", "aucun capteur de mouvement n’est utilisé",
    ),
    Clause(
        "11.3.1.1", "Language of software", "Langue du logiciel", P,
        "French and English are complete; what is told to assistive technology was not asked for",
        "français et anglais sont complets ; ce qui en est dit aux aides techniques n’a pas été "
        "relevé",
        (f"{_WORDS}::test_translations_are_complete_and_compiled",),
    ),
    Clause(
        "11.3.2.1", "On focus", "Au focus", U,
        "Tab opens nothing as far as was seen", "Tab n’ouvre rien, autant qu’on l’ait vu",
    ),
    Clause("11.3.2.2", "On input", "À la saisie", U, "not tried", "non essayé"),
    Clause(
        "11.3.3.1", "Error identification", "Identification des erreurs", K,
        "every error has its sentence", "chaque erreur a sa phrase",
        (f"{_WORDS}::test_every_code_has_a_sentence_and_an_action",
         "gui/test_composer.py::test_send_without_and_with_wrong_recipients"),
    ),
    Clause(
        "11.3.3.2", "Labels or instructions", "Étiquettes ou instructions", K,
        "every field has a name", "chaque champ a un nom",
        (ACCESS, f"{_CONTROLS}::test_every_control_of_the_dialogs_has_a_name"),
    ),
    Clause(
        "11.3.3.3", "Error suggestion", "Suggestion après une erreur", K,
        "every error that a person can mend says how",
        "chaque erreur que l’on peut réparer dit comment",
        (f"{_WORDS}::test_every_code_has_a_sentence_and_an_action",),
    ),
    Clause(
        "11.3.3.4", "Error prevention", "Prévention des erreurs", K,
        "deleting and moving are undone, and the trash is not emptied unasked",
        "supprimer et déplacer s’annulent, et la corbeille ne se vide pas sans question",
        (f"{_WINDOW}::test_flag_delete_move_and_undo",
         f"{_WINDOW}::test_deleting_in_the_trash_asks"),
    ),
    Clause(
        "11.4.1.1", "Parsing", "Analyse syntaxique", N,
        "the interface is not written in a markup language",
        "l’interface n’est pas écrite dans un langage de balisage",
    ),
    Clause(
        "11.4.1.2", "Name, role, value", "Nom, rôle et valeur", K,
        "every control of every screen", "chaque commande de chaque écran",
        (ACCESS, f"{_READER}::test_everything_that_can_be_used_says_what_it_is"),
    ),
    Clause(
        "11.4.1.3", "Status messages", "Messages d’état", P,
        "notices are announced; the status line and progress bars are not",
        "les avis sont annoncés ; la ligne d’état et les barres de progression ne le sont pas",
        (f"{_CONTROLS}::test_a_notice_is_announced",),
    ),
    Clause(
        "11.5.1", "Closed functionality", "Fonctionnalité fermée", N,
        "assistive technology may be installed", "des aides techniques peuvent être installées",
    ),
    Clause(
        "11.5.2.3", "Use of accessibility services", "Utilisation des services d’accessibilité", K,
        "AT-SPI on Linux; UI Automation on Windows was not tried",
        "AT-SPI sous Linux ; UI Automation sous Windows n’a pas été essayé",
        (ACCESS,),
    ),
    Clause(
        "11.5.2.5", "Object information", "Information sur les objets", K,
        "role, states, name and description", "rôle, états, nom et description",
        (ACCESS,),
    ),
    Clause(
        "11.5.2.6", "Row, column, and headers", "Ligne, colonne et en-têtes", P,
        "cells and headings are told; their relation was not asked for",
        "cellules et en-têtes sont dits ; leur relation n’a pas été relevée",
        (ACCESS,),
    ),
    Clause("11.5.2.7", "Values", "Valeurs", U, "limits were not asked for",
           "les bornes n’ont pas été relevées"),
    Clause(
        "11.5.2.8", "Label relationships", "Relations d’étiquetage", K,
        "every list that drops down names what it is for",
        "chaque liste déroulante dit à quoi elle sert",
        (ACCESS,),
    ),
    Clause(
        "11.5.2.9", "Parent-child relationships", "Relations parent-enfant", K,
        "everything is reached from the root", "tout est atteint depuis la racine",
        (ACCESS,),
    ),
    Clause("11.5.2.10", "Text", "Texte", U, "not asked for", "non relevé"),
    Clause("11.5.2.11", "List of available actions", "Liste des actions disponibles", U,
           "not asked for", "non relevée"),
    Clause("11.5.2.12", "Execution of available actions", "Exécution des actions disponibles", U,
           "not tried", "non essayée"),
    Clause(
        "11.5.2.13", "Tracking of focus and selection attributes",
        "Suivi du focus et de la sélection", P,
        "the focus, at every step of Tab; not the selection",
        "le focus, à chaque pas de Tab ; pas la sélection",
        (ACCESS,),
    ),
    Clause("11.5.2.14", "Modification of focus and selection attributes",
           "Modification du focus et de la sélection", U, "not tried", "non essayée"),
    Clause(
        "11.5.2.15", "Change notification", "Notification des changements", P,
        "of the focus and of notices", "du focus et des avis",
        (ACCESS, f"{_CONTROLS}::test_a_notice_is_announced"),
    ),
    Clause("11.5.2.16", "Modifications of states and properties",
           "Modification des états et des propriétés", U, "not tried", "non essayée"),
    Clause("11.5.2.17", "Modifications of values and text",
           "Modification des valeurs et du texte", U, "not tried", "non essayée"),
    Clause(
        "11.6.2", "No disruption of accessibility features",
        "Pas d’interruption des fonctions d’accessibilité", P,
        "no command takes a key of screen readers (Insert, Caps Lock) or of the desktop",
        "aucune commande ne prend une touche des lecteurs d’écran (Inser, Verr. Maj) ni du bureau",
        (f"{_CONTROLS}::test_no_key_is_taken_from_a_screen_reader",),
    ),
    Clause(
        "11.7", "User preferences", "Préférences de l’utilisateur", P,
        "theme, contrast and font of the system are followed; tried by settings of the program",
        "thème, contraste et police du système sont suivis ; essayé par les réglages du logiciel",
        (f"{_DESKS}::test_contrast_letters_density_and_toolbar_hold_at_once",),
    ),
    Clause(
        "11.8.1", "Content technology", "Technologie de contenu", K,
        "letters are written in HTML or plain text", "les lettres s’écrivent en HTML ou en texte",
        (f"{_PICTURES}::test_it_leaves_beside_the_html",),
    ),
    Clause(
        "11.8.2", "Accessible content creation", "Création de contenu accessible", P,
        "a description is asked for every picture; headings and tables are not checked",
        "une description est demandée pour chaque image ; titres et tableaux ne sont pas vérifiés",
        (f"{_PICTURES}::test_the_button_puts_a_picture_in_and_asks_what_it_shows",),
    ),
    Clause(
        "11.8.3", "Preservation of accessibility information in transformations",
        "Conservation de l’accessibilité lors des transformations", P,
        "descriptions of pictures in drafts", "les descriptions des images dans les brouillons",
        (f"{_PICTURES}::test_the_draft_keeps_it_and_shows_it_again",),
    ),
    Clause(
        "11.8.4", "Repair assistance", "Assistance à la réparation", B,
        "nothing says which picture of a letter has no description",
        "rien ne signale une image sans description dans une lettre",
    ),
    Clause("11.8.5", "Templates", "Modèles", U, "not tried", "non essayés"),
)  # fmt: skip
