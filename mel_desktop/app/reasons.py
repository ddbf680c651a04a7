"""Why a piece of offline work waits, was refused or needs a person: sentences in both languages.

(French, what to do, English, what to do) by the codes of ``JournalRow.reason``, of refusals of a
sync, and of ``why`` in a refusal of ours. An error's own code has its sentence in ``wording``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Sentences = tuple[str, str, str, str]

REASONS: Final[Mapping[str, Sentences]] = {
    # a wish about a message
    "read-only": (
        "Ce dossier ne peut pas être modifié sur le serveur.",
        "Annulez ce souhait dans le journal.",
        "This folder cannot be changed on the server.",
        "Undo this wish in the journal.",
    ),
    "keyword-not-kept": (
        "Le serveur ne conserve pas cette étiquette.",
        "Annulez ce souhait dans le journal.",
        "The server does not keep this tag.",
        "Undo this wish in the journal.",
    ),
    "unverified": (
        "On ne sait pas si la copie a abouti, et le message ne permet pas de le vérifier.",
        "Regardez dans le dossier d’arrivée, puis réessayez ou annulez.",
        "It is not known whether the copy went through, and the message gives no way to check.",
        "Look into the target folder, then try again or undo.",
    ),
    "not-removable": (
        "Le serveur ne sait pas retirer ce seul message sans en retirer d’autres.",
        "Supprimez-le sur le webmail.",
        "The server cannot remove just this message without removing others.",
        "Delete it on the webmail.",
    ),
    "renumbered": (
        "Le serveur a renuméroté le dossier et deux messages se ressemblent : rien n’a été fait.",
        "Vérifiez le message, puis réessayez.",
        "The server renumbered the folder and two messages look alike: nothing was done.",
        "Check the message, then try again.",
    ),
    "moved-elsewhere": (
        "Ce message a été déplacé ailleurs entre-temps, depuis un autre appareil.",
        "Choisissez : votre dossier, l’autre, ou les deux.",
        "This message was moved elsewhere meanwhile, from another device.",
        "Choose: your folder, the other one, or both.",
    ),
    "folder-not-made": (
        "Le dossier d’arrivée n’a pas pu être créé sur le serveur.",
        "Choisissez un autre dossier.",
        "The target folder could not be made on the server.",
        "Choose another folder.",
    ),
    # a wish about a folder
    "folder-exists": (
        "Un dossier porte déjà ce nom.",
        "Choisissez un autre nom.",
        "A folder has this name already.",
        "Choose another name.",
    ),
    "folder-not-empty": (
        "Le dossier contient sur le serveur des messages que vous n’avez pas supprimés.",
        "Synchronisez, regardez-les, puis réessayez.",
        "On the server the folder holds messages that you did not delete.",
        "Sync, look at them, then try again.",
    ),
    "folder-has-folders": (
        "Le dossier contient d’autres dossiers sur le serveur.",
        "Supprimez-les d’abord.",
        "The folder holds other folders on the server.",
        "Delete them first.",
    ),
    "folder-incomplete": (
        "Tous les messages de ce dossier ne sont pas encore connus ici.",
        "Synchronisez ce dossier, puis supprimez-le.",
        "Not every message of this folder is known here yet.",
        "Sync this folder, then delete it.",
    ),
    "folder-protected": (
        "Ce dossier est nécessaire (réception, envoyés, brouillons, corbeille…) ou en contient un.",
        "",
        "This folder is needed (inbox, sent, drafts, trash…) or holds one that is.",
        "",
    ),
    "folder-into-itself": (
        "Un dossier ne peut pas être placé dans lui-même.",
        "",
        "A folder cannot be put into itself.",
        "",
    ),
    "folder-name-empty": (
        "Un nom de dossier ne peut pas être vide.",
        "",
        "The name of a folder cannot be empty.",
        "",
    ),
    "folder-name-spaces": (
        "Un nom de dossier ne commence ni ne finit par une espace.",
        "",
        "The name of a folder neither begins nor ends with a space.",
        "",
    ),
    "folder-name-characters": (
        "Ce nom de dossier contient un caractère que le serveur ne peut pas garder.",
        "Retirez * % et les caractères invisibles.",
        "This name has a character that the server cannot keep.",
        "Leave out * % and invisible characters.",
    ),
    "folder-name-long": (
        "Ce nom de dossier est trop long.",
        "",
        "This name is too long for a folder.",
        "",
    ),
    "folder-holds-no-messages": (
        "Ce dossier ne peut contenir que d’autres dossiers.",
        "Choisissez un autre dossier.",
        "This folder can only hold other folders.",
        "Choose another folder.",
    ),
    "already-there": (
        "Le message est déjà dans ce dossier.",
        "",
        "The message is in this folder already.",
        "",
    ),
    "other-account": (
        "Le dossier appartient à un autre compte.",
        "",
        "The folder belongs to another account.",
        "",
    ),
    # a draft's copy
    "draft-edited-elsewhere": (
        "Ce brouillon a été modifié depuis un autre appareil ; les deux versions sont gardées.",
        "Choisissez : la vôtre, l’autre, ou les deux.",
        "This draft was changed from another device; both versions are kept.",
        "Choose: yours, the other one, or both.",
    ),
    "draft-gone-elsewhere": (
        "Ce brouillon a été envoyé ou supprimé depuis un autre appareil ; il est gardé ici.",
        "Choisissez : le garder, ou le supprimer ici aussi.",
        "This draft was sent or deleted from another device; it is kept here.",
        "Choose: keep it, or delete it here too.",
    ),
    # what the journal cannot do
    "on-its-way": (
        "C’est déjà parti vers le serveur : la réponse n’est pas encore connue.",
        "Attendez la prochaine synchronisation.",
        "It is on its way to the server: the answer is not known yet.",
        "Wait for the next sync.",
    ),
    "others-depend": (
        "D’autres souhaits en dépendent.",
        "Annulez d’abord les plus récents.",
        "Other wishes depend on it.",
        "Undo the newer ones first.",
    ),
    "not-refused": (
        "Ce souhait n’a pas été refusé : il attend déjà.",
        "",
        "This wish was not refused: it is waiting already.",
        "",
    ),
    "not-undoable": (
        "Cela ne s’annule pas ici : supprimez le brouillon lui-même.",
        "",
        "This is not undone here: delete the draft itself.",
        "",
    ),
    "no-conflict": (
        "Il n’y a rien à décider ici.",
        "",
        "There is nothing to decide here.",
        "",
    ),
    # moving an account
    "sending-under-way": (
        "Un message est en cours d’envoi, ou on ne sait pas s’il est parti.",
        "Réglez-le dans la boîte d’envoi, puis déplacez le compte.",
        "A message is being sent, or it is not known whether it left.",
        "Settle it in the outbox, then move the account.",
    ),
    "account-exists": (
        "Un compte a déjà cette adresse.",
        "",
        "An account has this address already.",
        "",
    ),
}
