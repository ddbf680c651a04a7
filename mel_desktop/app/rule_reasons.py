"""Why a rule or an absence message is not as wanted: sentences in both languages (app.reasons)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Sentences = tuple[str, str, str, str]

RULES: Final[Mapping[str, Sentences]] = {
    "rule-name": (
        "Cette règle n’a pas de nom.",
        "Donnez-lui un nom.",
        "This rule has no name.",
        "Give it a name.",
    ),
    "rule-too-long": (
        "Cette règle est trop longue.",
        "Faites-en deux règles.",
        "This rule is too long.",
        "Make two rules of it.",
    ),
    "too-many-rules": (
        "Il y a trop de règles.",
        "Supprimez celles qui ne servent plus.",
        "There are too many rules.",
        "Delete those that are not needed any more.",
    ),
    "rule-without-action": (
        "Cette règle ne fait rien.",
        "Ajoutez une action.",
        "This rule does nothing.",
        "Add an action.",
    ),
    "rule-files-twice": (
        "Un message ne peut être classé que dans un dossier.",
        "Gardez un seul classement ; pour les autres dossiers, choisissez une copie.",
        "A message can be filed in one folder only.",
        "Keep one; for other folders choose a copy.",
    ),
    "rule-size": (
        "La taille doit être un nombre de Ko.",
        "Écrivez par exemple 500.",
        "The size must be a number of KB.",
        "Write 500, for instance.",
    ),
    "rule-match": (
        "Cette comparaison n’est pas possible ici.",
        "Choisissez-en une autre.",
        "This comparison is not possible here.",
        "Choose another one.",
    ),
    "rule-header": (
        "Ce nom d’en-tête n’est pas valable.",
        "Écrivez par exemple X-Spam-Flag.",
        "This is no name of a header.",
        "Write X-Spam-Flag, for instance.",
    ),
    "rule-value": (
        "Une condition est vide.",
        "Écrivez ce qui est cherché.",
        "A condition is empty.",
        "Write what is looked for.",
    ),
    "rule-folder": (
        "Aucun dossier n’est choisi.",
        "Choisissez un dossier.",
        "No folder is chosen.",
        "Choose a folder.",
    ),
    "rule-tag": (
        "Cette étiquette n’est pas valable.",
        "Utilisez des lettres sans accent, des chiffres ou un tiret.",
        "This is no valid tag.",
        "Use letters without accents, digits or a hyphen.",
    ),
    "rule-address": (
        "Cette adresse n’est pas valable.",
        "Corrigez l’adresse.",
        "This address is not valid.",
        "Correct the address.",
    ),
    "rule-action": (
        "Cette action n’est pas possible.",
        "Choisissez-en une autre.",
        "This action is not possible.",
        "Choose another one.",
    ),
    "rule-undone": (
        "C’est déjà annulé.",
        "Il n’y a rien à faire.",
        "It was taken back already.",
        "There is nothing to do.",
    ),
    "rule-folder-gone": (
        "Le dossier d’une règle n’existe plus : le message est resté où il était.",
        "Choisissez un autre dossier dans la règle.",
        "The folder of a rule is gone: the message stayed where it was.",
        "Choose another folder in the rule.",
    ),
    "rule-server-cannot": (
        "Le serveur ne sait pas appliquer cette règle : elle l’est sur ce poste.",
        "Laissez Mel Desktop ouvert, ou simplifiez la règle.",
        "The server cannot run this rule: this PC does.",
        "Leave Mel Desktop open, or make the rule simpler.",
    ),
    "rule-redirect-needs-server": (
        "Seul le serveur peut rediriger : ce poste ne le fait pas.",
        "Retirez la redirection, ou utilisez un serveur qui accepte les règles.",
        "Only the server can redirect: this PC does not.",
        "Take the redirection away, or use a server that takes rules.",
    ),
    "rules-too-new": (
        "Ces règles viennent d’une version plus récente de Mel Desktop.",
        "Mettez Mel Desktop à jour.",
        "These rules are of a newer version of Mel Desktop.",
        "Update Mel Desktop.",
    ),
    "redirect": (
        "Votre service informatique ne permet pas de rediriger vers cette adresse.",
        "Choisissez une adresse académique.",
        "Your IT does not allow to redirect to this address.",
        "Choose an address of the académie.",
    ),
    "absence-text": (
        "Le message d’absence est vide.",
        "Écrivez ce qui sera répondu.",
        "The absence message is empty.",
        "Write what shall be answered.",
    ),
    "absence-too-long": (
        "Le message d’absence est trop long.",
        "Raccourcissez-le.",
        "The absence message is too long.",
        "Make it shorter.",
    ),
    "absence-dates": (
        "La fin de l’absence est avant son début.",
        "Corrigez les dates.",
        "The absence ends before it begins.",
        "Correct the dates.",
    ),
    "absence-days": (
        "Le délai entre deux réponses doit être de 1 à 30 jours.",
        "Corrigez le nombre de jours.",
        "Between two answers there must be 1 to 30 days.",
        "Correct the number of days.",
    ),
    "absence-no-server": (
        "Ce serveur ne sait pas répondre en votre absence, et un poste éteint ne répond pas.",
        "Activez le message d’absence dans le webmail.",
        "This server cannot answer for you, and a PC that is off answers nobody.",
        "Set the absence message in the webmail.",
    ),
    "absence-twice": (
        "Les règles de l’autre programme répondent déjà en votre absence.",
        "Désactivez cette réponse dans le webmail, ou gardez seulement vos règles.",
        "The rules of the other program answer in your absence already.",
        "Switch that answer off in the webmail, or keep only your rules.",
    ),
    "no-foreign-script": (
        "Aucun autre programme n’a de règles sur le serveur.",
        "Il n’y a rien à décider.",
        "No other program has rules on the server.",
        "There is nothing to decide.",
    ),
    "no-include": (
        "Ce serveur ne sait pas appliquer les deux jeux de règles.",
        "Choisissez l’un des deux.",
        "This server cannot run both sets of rules.",
        "Choose one of them.",
    ),
    "script-unreadable": (
        "Les règles du serveur ne peuvent pas être lues.",
        "Gardez celles de ce poste : une copie des autres est conservée.",
        "The rules on the server cannot be read.",
        "Keep those of this PC: a copy of the others is kept.",
    ),
    "server": (
        "Ce serveur de règles n’est pas valable.",
        "Écrivez un nom et un port.",
        "This is no valid server of rules.",
        "Write a name and a port.",
    ),
}
