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
        "Regardez où il en est dans la liste des publipostages.",
        "This mail merge is not in a state that allows it.",
        "See how it stands in the list of merges.",
    ),
    "smime-no-own": (
        "Il n’y a pas ici de certificat en cours de validité pour cette adresse.",
        "Importez votre certificat (.p12), ou envoyez sans signer ni chiffrer.",
        "There is no certificate in force for this address here.",
        "Import your certificate (.p12), or send without signing or encrypting.",
    ),
    "smime-no-certificate": (
        "Le certificat d’un destinataire n’est pas connu : le message ne peut pas être chiffré.",
        "Demandez-lui un message signé, ou envoyez sans chiffrer.",
        "The certificate of a recipient is not known: the message cannot be encrypted.",
        "Ask for a signed message from them, or send without encrypting.",
    ),
    "smime-bcc": (
        "Un message qui a des destinataires cachés ne peut pas être chiffré.",
        "Écrivez-leur à part.",
        "A message with hidden recipients cannot be encrypted.",
        "Write to them apart.",
    ),
    "no-p12": (
        "Ce fichier n’est pas un certificat .p12 ou .pfx lisible.",
        "Choisissez le fichier que l’autorité vous a remis.",
        "This file is no readable .p12 or .pfx certificate.",
        "Choose the file that the authority handed to you.",
    ),
    "p12-passphrase": (
        "La phrase de passe du fichier n’est pas la bonne.",
        "Saisissez-la de nouveau.",
        "The passphrase of the file is wrong.",
        "Type it again.",
    ),
    "p12-no-key": (
        "Ce fichier ne contient pas de certificat avec sa clé (RSA ou EC).",
        "Exportez le certificat avec sa clé privée.",
        "This file holds no certificate with its key (RSA or EC).",
        "Export the certificate with its private key.",
    ),
    "p12-no-address": (
        "Ce certificat n’est pas fait pour le courriel : il ne nomme aucune adresse.",
        "Choisissez un certificat de messagerie.",
        "This certificate is not for mail: it names no address.",
        "Choose a certificate for mail.",
    ),
    "file-name-empty": (
        "Un fichier a besoin d’un nom.",
        "",
        "A file needs a name.",
        "",
    ),
    "no-picture": (
        "Cette image ne peut pas être lue ici.",
        "Choisissez une image PNG, JPEG, GIF ou WebP.",
        "This picture cannot be read here.",
        "Choose a PNG, JPEG, GIF or WebP picture.",
    ),
    "eight-bit": (
        "Ce serveur refuse les messages joints qui ont des caractères accentués non codés.",
        "Transférez-le dans le texte, ou joignez-le comme fichier enregistré.",
        "This server does not take an attached message with characters beyond ASCII.",
        "Forward it in the text, or attach it as a saved file.",
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
    "group-name": (
        "Un groupe doit avoir un nom, court et sur une seule ligne.",
        "Donnez-lui un nom.",
        "A group needs a short name, on one line.",
        "Give it a name.",
    ),
    "not-a-file": (
        "Ce n’est pas un fichier ordinaire.",
        "Choisissez un fichier.",
        "This is no ordinary file.",
        "Choose a file.",
    ),
    "folder-not-readable": (
        "Le dossier des modèles de l’établissement n’est pas accessible.",
        "Vérifiez la connexion au réseau de l’établissement.",
        "The school’s folder of templates cannot be reached.",
        "Check the connection to the school’s network.",
    ),
    "template-named-twice": (
        "Deux modèles de ce fichier portent le même nom.",
        "Donnez un nom différent à chacun.",
        "Two templates of this file have the same name.",
        "Give each a name of its own.",
    ),
    "too-many-templates": (
        "Ce fichier contient trop de modèles.",
        "Répartissez-les en plusieurs fichiers.",
        "This file holds too many templates.",
        "Spread them over several files.",
    ),
    "template-name": (
        "Un modèle doit avoir un nom sur une seule ligne.",
        "Donnez-lui un nom court.",
        "A template needs a name, on one line.",
        "Give it a short name.",
    ),
    "template-too-long": (
        "Ce modèle est trop long.",
        "Raccourcissez son texte ou son titre.",
        "This template is too long.",
        "Make its text or its title shorter.",
    ),
    "template-value": (
        "Une valeur de ce fichier de modèles n’est pas du texte.",
        "Mettez chaque valeur entre guillemets.",
        "A value in this file of templates is no text.",
        "Put each value between quotation marks.",
    ),
    "no-message": (
        "Ce fichier n’est pas un message.",
        "Choisissez un fichier .eml enregistré par une messagerie.",
        "This file is no message.",
        "Choose a .eml file saved by a mail program.",
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
    "waits-for-line": (
        "Ce message est volumineux et la ligne est lente, limitée ou payante : il attend une "
        "bonne ligne, les autres passent devant.",
        "Il part alors de lui-même ; « Envoyer maintenant » l’envoie tout de suite.",
        "This message is big and the line is slow, limited or paid for: it waits for a good line, "
        "and the others pass it.",
        "It leaves by itself then; “Send now” sends it at once.",
    ),
    "kept-here": (
        "Ce message est bien parti. À votre demande, la copie est gardée sur ce poste (dossier "
        "« Sur ce PC / Envoyés ») et non sur le serveur.",
        "Déplacez-la vers « Envoyés » si le serveur l’accepte de nouveau.",
        "This message was sent. As you asked, the copy is kept on this PC (folder “Sur ce PC / "
        "Envoyés”) and not on the server.",
        "Move it to Sent once the server takes it again.",
    ),
    "sent-not-searched": (
        "On ne sait pas si ce message est parti, et « Envoyés » n’a pas encore pu le dire : le "
        "serveur y range parfois sa copie avec retard.",
        "Attendez une minute, puis réessayez.",
        "It is not known whether this message left, and Sent could not tell yet: servers may "
        "file their copy late.",
        "Wait for a minute, then try again.",
    ),
    "partly-sent": (
        "Une partie des destinataires a déjà reçu ce message : il ne peut plus être repris.",
        "Envoyez-le aux autres, ou restez-en là.",
        "Some recipients have this message already: it cannot be taken back any more.",
        "Send it to the others, or leave it at that.",
    ),
    "not-partly-sent": (
        "Personne n’a encore reçu ce message, ou tous l’ont reçu.",
        "Envoyez-le ou reprenez-le.",
        "Nobody has this message yet, or all have it.",
        "Send it or take it back.",
    ),
    "big-mail": (
        "Cette taille n’est pas possible.",
        "Indiquez de 0 à 1000 Mo.",
        "This size is not possible.",
        "Give 0 to 1000 MB.",
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
    "no-invitation": (
        "Ce message ne contient pas d’invitation.",
        "",
        "This message has no invitation.",
        "",
    ),
    "invitation-closed": (
        "Cette invitation n’attend pas de réponse : elle est annulée, remplacée par une version "
        "plus récente, ou vous l’organisez.",
        "Ouvrez la version la plus récente.",
        "This invitation awaits no answer: it is cancelled, a newer version is known, or you "
        "organise it.",
        "Open the newest version.",
    ),
    "no-receipt-due": (
        "Aucun accusé de lecture n’est attendu pour ce message, ou il est déjà parti.",
        "",
        "No receipt of reading is due for this message, or it was sent already.",
        "",
    ),
    "no-events": (
        "Ce fichier ne contient aucun événement lisible.",
        "Choisissez un fichier .ics.",
        "There is no event in this file that can be read.",
        "Choose an .ics file.",
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
