"""Sentences of writing and sending, as in ``reasons``: letters, checks, outbox, recipients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENDING: Final[Mapping[str, tuple[str, str, str, str]]] = {
    # letters: identities, templates, merges
    "merge-fields-missing": (
        "Des champs de la lettre n’ont pas de valeur pour tout le monde.",
        "Complétez-les, ou écartez les personnes concernées.",
        "Fields of the letter have no value for everybody.",
        "Fill them in, or leave these people out.",
    ),
    "merge-state": (
        "Cet envoi groupé n’est pas dans un état qui le permet.",
        "Regardez où il en est dans la liste des envois groupés.",
        "This mail merge is not in a state that allows it.",
        "See how it stands in the list of merges.",
    ),
    "file-name-empty": (
        "Un fichier a besoin d’un nom.",
        "",
        "A file needs a name.",
        "",
    ),
    "draft-changed": (
        "Le brouillon vient de changer.",
        "Vérifiez l’aperçu, puis recommencez.",
        "The draft has just changed.",
        "Look at the preview, then try again.",
    ),
    "identity-exists": (
        "Cette adresse figure déjà parmi les identités du compte.",
        "Modifiez l’identité qui existe.",
        "This address is among the identities of the account already.",
        "Change the identity that exists.",
    ),
    "no-word": (
        "Ceci n’est pas un mot.",
        "Saisissez un seul mot, sans chiffre ni ponctuation autour.",
        "This is no word.",
        "Type a single word, without punctuation around it.",
    ),
    "template-read-only": (
        "Ce modèle n’est pas à vous : il ne peut pas être supprimé.",
        "Enregistrez le vôtre sous le même nom, il le remplacera.",
        "This template is not yours: it cannot be deleted.",
        "Save your own under the same name, it takes its place.",
    ),
    "no-address-column": (
        "Aucune colonne ne contient d’adresses.",
        "Indiquez la colonne des adresses.",
        "No column holds addresses.",
        "Say which column holds the addresses.",
    ),
    "no-template": (
        "Ce fichier ne contient aucun modèle.",
        "Choisissez un fichier de modèles ou un message (.eml).",
        "This file holds no template.",
        "Choose a file of templates or a message (.eml).",
    ),
    "no-toml": (
        "Ce fichier de modèles n’est pas lisible.",
        "Vérifiez qu’il s’agit d’un fichier TOML en UTF-8.",
        "This file of templates cannot be read.",
        "Check that it is a TOML file in UTF-8.",
    ),
    # checks before a message leaves
    "warnings": (
        "Le message n’est pas parti : il y a des avertissements.",
        "Corrigez, ou acceptez chaque avertissement (--accept).",
        "The message was not sent: there are warnings.",
        "Mend them, or accept each warning (--accept).",
    ),
    "forbidden-warnings": (
        "Votre service informatique n’autorise pas ce message tel qu’il est.",
        "Corrigez ce qui est signalé.",
        "Your IT department does not allow this message as it is.",
        "Mend what is pointed out.",
    ),
    "outbox-sending": (
        "Ce message est en train de partir : il ne peut plus être repris.",
        "",
        "This message is leaving now: it cannot be taken back any more.",
        "",
    ),
    "outbox-accepted": (
        "Ce message est déjà parti : il ne peut plus être repris.",
        "",
        "This message has left already: it cannot be taken back any more.",
        "",
    ),
    "outbox-filed": (
        "Ce message est déjà parti : il ne peut plus être repris.",
        "",
        "This message has left already: it cannot be taken back any more.",
        "",
    ),
    # a message in the outbox
    "paced": (
        "Le serveur n’accepte qu’un certain nombre de destinataires à la fois : "
        "l’envoi continue par petites parts.",
        "Laissez Mel ouvert ; rien d’autre n’est à faire.",
        "The server takes so many recipients at a time: the sending goes on in portions.",
        "Leave Mel open; nothing else is to be done.",
    ),
    "hour-passed": (
        "L’heure choisie est passée pendant que ce poste était éteint ou hors ligne.",
        "Envoyez maintenant, choisissez une autre heure ou reprenez le message.",
        "The chosen hour passed while this PC was off or without a line.",
        "Send it now, choose another hour or take the message back.",
    ),
    "held-by-you": (
        "Vous avez mis ce message en attente.",
        "Envoyez-le quand vous le voulez.",
        "You put this message on hold.",
        "Send it when you want.",
    ),
    "hour-in-the-past": (
        "Cette heure est déjà passée.",
        "Choisissez une heure à venir.",
        "This hour is over already.",
        "Choose an hour to come.",
    ),
    "no-calendar": (
        "Ce fichier n’est pas un calendrier scolaire de Mel, ou il est plus ancien que celui "
        "en place.",
        "Choisissez un autre fichier.",
        "This file is no school calendar of Mel, or it is older than the one in place.",
        "Choose another file.",
    ),
    # a recipient whom a message did not reach
    "no-such-mailbox": (
        "cette adresse n’existe pas.",
        "",
        "this address does not exist.",
        "",
    ),
    "no-such-domain": (
        "le domaine de cette adresse n’existe pas.",
        "",
        "the domain of this address does not exist.",
        "",
    ),
    "no-letters-there": (
        "cette adresse contient des lettres accentuées que le serveur n’accepte pas.",
        "",
        "this address has letters outside ASCII, which the server does not take.",
        "",
    ),
    "recipient-full": ("sa boîte est pleine.", "", "the mailbox is full.", ""),
    "recipient-closed": ("sa boîte est fermée.", "", "the mailbox is closed.", ""),
    "too-large-there": (
        "le message est trop volumineux pour sa boîte.",
        "",
        "the message is too large for the mailbox.",
        "",
    ),
    "unreachable-there": (
        "son serveur n’a pas pu être joint.",
        "",
        "its server could not be reached.",
        "",
    ),
    "refused-there": (
        "son serveur a refusé le message.",
        "",
        "its server refused the message.",
        "",
    ),
    "not-delivered": ("le message n’a pas été remis.", "", "the message was not delivered.", ""),
}
