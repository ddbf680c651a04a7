"""Why a piece of offline work waits, was refused or needs a person: sentences in both languages.

(French, what to do, English, what to do) by the codes of ``JournalRow.reason``, of refusals of a
sync, and of ``why`` in a refusal of ours. An error's own code has its sentence in ``wording``.

The one list of these codes and the one place of their words, for the window and the command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mel_desktop.app.directory_reasons import DIRECTORY
from mel_desktop.app.export_reasons import EXPORTS
from mel_desktop.app.network_words import REASONS as NETWORK
from mel_desktop.app.rule_reasons import RULES
from mel_desktop.app.sending_reasons import SENDING
from mel_desktop.app.server_reasons import SERVERS
from mel_desktop.app.sign_in_reasons import SIGN_IN
from mel_desktop.app.table_reasons import TABLES
from mel_desktop.app.tag_reasons import TAGS

Sentences = tuple[str, str, str, str]

REASONS: Final[Mapping[str, Sentences]] = {
    **SENDING,
    **NETWORK,
    **RULES,
    **SIGN_IN,
    **SERVERS,
    **TABLES,
    **DIRECTORY,
    **EXPORTS,
    **TAGS,
    # a wish about a message
    "read-only": (
        "Ce dossier ne peut pas être modifié sur le serveur.",
        "Annulez ce changement dans le journal.",
        "This folder cannot be changed on the server.",
        "Undo this change in the journal.",
    ),
    "keyword-not-kept": (
        "Le serveur ne conserve pas cette étiquette : elle reste sur ce PC.",
        "Annulez ce changement dans le journal.",
        "The server does not keep this tag: it stays on this PC.",
        "Undo this change in the journal.",
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
        "Le serveur a renuméroté ce dossier et le message n’a pas été retrouvé à coup sûr : "
        "rien n’a été fait.",
        "Vérifiez le message, puis réessayez ou annulez.",
        "The server numbered this folder anew and the message was not surely found again: "
        "nothing was done.",
        "Check the message, then try again or undo.",
    ),
    # a message that is kept on this PC only
    "only-here": (
        "Ce message n’est plus que sur ce poste.",
        "Remettez-le d’abord sur le serveur : Stockage, Quota.",
        "This message is on this PC only.",
        "Put it back on the server first: Storage, Quota.",
    ),
    "not-on-server": (
        "Le serveur n’a pas ce message, ou quelque chose l’attend déjà.",
        "Synchronisez, puis réessayez.",
        "The server does not have this message, or something waits for it already.",
        "Sync, then try again.",
    ),
    "size-differs": (
        "La taille reçue n’est pas celle que le serveur annonce : le message reste sur le serveur.",
        "Réessayez plus tard.",
        "The size that came is not the one that the server states: the message stays on the "
        "server.",
        "Try again later.",
    ),
    "copy-differs": (
        "La copie locale n’est pas identique à celle du serveur : rien n’a été retiré.",
        "Vérifiez le coffre, puis réessayez.",
        "The local copy is not the same as the server’s: nothing was removed.",
        "Check the vault, then try again.",
    ),
    "other-wish": (
        "Entre-temps, autre chose a été demandé pour ce message : il reste sur le serveur.",
        "Réessayez si c’est toujours voulu.",
        "Something else was wanted of this message meanwhile: it stays on the server.",
        "Try again if it is still wanted.",
    ),
    "too-late": (
        "Les trente jours sont passés : le message reste sur ce poste.",
        "Exportez-le si vous en avez besoin ailleurs.",
        "The thirty days are over: the message stays on this PC.",
        "Export it if you need it elsewhere.",
    ),
    "too-many-messages": (
        "C’est trop de messages à la fois.",
        "Choisissez-en moins.",
        "These are too many messages at once.",
        "Choose fewer.",
    ),
    "moved-elsewhere": (
        "Entre-temps, un autre logiciel a déplacé ce message dans un autre dossier.",
        "Choisissez : votre dossier, l’autre, ou une copie dans les deux.",
        "Another program moved this message to another folder meanwhile.",
        "Choose: your folder, the other one, or a copy in both.",
    ),
    "folder-not-made": (
        "Le dossier n’a pas pu être créé sur le serveur : le message reste où il est.",
        "Choisissez un autre dossier.",
        "The folder could not be made on the server: the message stays where it is.",
        "Choose another folder.",
    ),
    # a search
    "search-date": (
        "Cette date n’est pas comprise.",
        "Écrivez par exemple avant:2026-11-03, après:03/11/2026, après:11/2026 ou avant:hier.",
        "This date is not understood.",
        "Write for example before:2026-11-03, after:11/2026 or before:yesterday.",
    ),
    "search-size": (
        "Cette taille n’est pas comprise.",
        "Écrivez par exemple taille:>1Mo ou taille:<500ko.",
        "This size is not understood.",
        "Write for example size:>1Mo or size:<500ko.",
    ),
    "search-state": (
        "Après « est: », ce mot n’est pas compris.",
        "Écrivez lu, non-lu, suivi, répondu, transféré ou brouillon.",
        "This word after “is:” is not understood.",
        "Write read, unread, flagged, answered, forwarded or draft.",
    ),
    "search-mixed": (
        "OU et les parenthèses ne réunissent que des mots : ni dates, ni dossiers, ni états, ni "
        "mots exclus.",
        "Sortez le critère des parenthèses, ou faites deux recherches.",
        "OR and brackets join words only: no dates, folders, states or excluded words.",
        "Take the condition out of the brackets, or search twice.",
    ),
    "search-empty": (
        "Rien n’est cherché.",
        "Écrivez au moins un mot.",
        "Nothing is searched for.",
        "Write one word at least.",
    ),
    "search-name-empty": (
        "Une recherche enregistrée a besoin d’un nom.",
        "",
        "A saved search needs a name.",
        "",
    ),
    "search-name-taken": (
        "Une recherche enregistrée porte déjà ce nom.",
        "Choisissez un autre nom.",
        "A saved search has this name already.",
        "Choose another name.",
    ),
    # a wish about a folder
    "folder-exists": (
        "Un dossier porte déjà ce nom.",
        "Choisissez un autre nom.",
        "A folder has this name already.",
        "Choose another name.",
    ),
    "folder-not-empty": (
        "Ce dossier contient sur le serveur des messages inconnus ici. Rien n’a été supprimé.",
        "Synchronisez, regardez-les, puis réessayez.",
        "Messages that are not known here lie in this folder on the server. Nothing was deleted.",
        "Sync, look at them, then try again.",
    ),
    "folder-has-folders": (
        "D’autres dossiers se trouvent dans celui-ci sur le serveur. Rien n’a été supprimé.",
        "Supprimez-les d’abord.",
        "Other folders lie in this one on the server. Nothing was deleted.",
        "Delete these first.",
    ),
    "folder-incomplete": (
        "Les messages de ce dossier ne sont pas tous arrivés : ce que personne n’a vu n’est "
        "pas supprimé.",
        "Synchronisez ce dossier, puis supprimez-le.",
        "The messages of this folder have not all come yet: what nobody has seen is not deleted.",
        "Sync this folder, then delete it.",
    ),
    "folder-protected": (
        "Le logiciel a besoin de ce dossier (boîte de réception, envoyés, brouillons, "
        "corbeille…) ou d’un dossier qu’il contient : il ne peut être ni renommé ni "
        "supprimé.",
        "",
        "The program needs this folder (inbox, sent, drafts, trash…) or one that lies in it: "
        "it can be neither renamed nor deleted.",
        "",
    ),
    "folder-into-itself": (
        "Un dossier ne peut pas être placé dans lui-même.",
        "",
        "A folder cannot be put into itself.",
        "",
    ),
    "folder-name-empty": (
        "Un dossier a besoin d’un nom.",
        "",
        "A folder needs a name.",
        "",
    ),
    "folder-name-spaces": (
        "Le nom d’un dossier ne peut pas commencer ni finir par une espace.",
        "",
        "The name of a folder cannot begin or end with a space.",
        "",
    ),
    "folder-name-characters": (
        "Ce nom contient un caractère que le serveur ne peut pas garder.",
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
        "Les messages ne peuvent pas être déplacés ni copiés vers un autre compte.",
        "",
        "Messages cannot be moved or copied to another account.",
        "",
    ),
    # a draft's copy
    "draft-edited-elsewhere": (
        "Entre-temps, un autre logiciel a modifié ce brouillon sur le serveur ; les deux "
        "versions sont gardées.",
        "Choisissez : votre texte, l’autre, ou les deux.",
        "Another program changed this draft on the server meanwhile; both versions are kept.",
        "Choose: your text, the other one, or both.",
    ),
    "draft-gone-elsewhere": (
        "Entre-temps, un autre logiciel a envoyé ou supprimé ce brouillon ; il est gardé ici.",
        "Choisissez : garder le vôtre, ou le laisser partir aussi.",
        "Another program sent or removed this draft meanwhile; it is kept here.",
        "Choose: keep yours, or let it go too.",
    ),
    # a draft of another program
    "draft-not-here": (
        "Ce brouillon n’est pas encore entièrement sur ce poste, et le serveur ne répond pas.",
        "Rouvrez-le quand la connexion sera revenue.",
        "This draft is not wholly on this PC yet, and the server does not answer.",
        "Open it again when the connection is back.",
    ),
    "draft-sealed": (
        "Ce brouillon est chiffré par un autre logiciel.",
        "Continuez-le dans ce logiciel.",
        "This draft was encrypted by another program.",
        "Continue it in that program.",
    ),
    "draft-not-written": (
        "Ce brouillon n’est plus en cours d’écriture : il a été envoyé ou jeté.",
        "",
        "This draft is not being written any more: it was sent or thrown away.",
        "",
    ),
    "not-a-draft": (
        "Ce message n’est pas dans le dossier Brouillons du serveur.",
        "",
        "This message is not in the server’s Drafts folder.",
        "",
    ),
    # what the journal cannot do
    "on-its-way": (
        "Ce changement est en route vers le serveur : il ne peut pas être annulé pour l’instant.",
        "Attendez la prochaine synchronisation.",
        "This change is on its way to the server: it cannot be taken back now.",
        "Wait for the next sync.",
    ),
    "others-depend": (
        "Des changements plus récents en dépendent.",
        "Annulez-les d’abord.",
        "Later changes depend on this one.",
        "Undo these first.",
    ),
    "not-refused": (
        "Ce changement est déjà en attente.",
        "",
        "This change waits already.",
        "",
    ),
    "not-undoable": (
        "Cela ne s’annule pas ici : supprimez le brouillon lui-même.",
        "",
        "This is not undone here: delete the draft itself.",
        "",
    ),
    "draft-newer": (
        "Le brouillon vient de changer sur ce poste.",
        "Comparez de nouveau les deux versions.",
        "The draft has just changed on this PC.",
        "Compare both versions again.",
    ),
    "no-conflict": (
        "Il n’y a plus rien à décider.",
        "",
        "There is nothing to be decided any more.",
        "",
    ),
    # moving an account
    "sending-under-way": (
        "Un message est en cours d’envoi, ou on ne sait pas s’il est parti.",
        "Réglez-le dans la boîte d’envoi, puis déplacez le compte.",
        "A message is being sent, or it is not known whether it left.",
        "Settle it in the outbox, then move the account.",
    ),
    # an account that moves (services.account_migration)
    "account-read-only": (
        "Ce compte est l’ancien\u00a0: il est en lecture seule, rien n’y est modifié et rien n’en "
        "part.",
        "Faites-le dans le nouveau compte.",
        "This is the old account: it is read-only, nothing is changed there and nothing leaves "
        "from it.",
        "Do it in the new account.",
    ),
    "same-host": (
        "Ce sont les serveurs et l’identifiant actuels du compte.",
        "Indiquez ceux de la nouvelle messagerie.",
        "These are the servers and the login that the account has now.",
        "Give those of the new service.",
    ),
    "move-under-way": (
        "La migration de ce compte est déjà en cours.",
        "Continuez-la ou terminez-la d’abord.",
        "This account is being moved already.",
        "Go on with it, or end it first.",
    ),
    "no-move-under-way": (
        "Aucune migration de ce compte n’est en cours.",
        "",
        "This account is not being moved.",
        "",
    ),
    "only-on-old-host": (
        "Des messages ne sont que sur l’ancienne messagerie.",
        "Remontez-les d’abord, ou confirmez la fin.",
        "Some messages are on the old service only.",
        "Carry them up first, or confirm the end.",
    ),
    "same-account": (
        "C’est le même compte.",
        "Choisissez votre compte personnel.",
        "This is the same account.",
        "Choose your own account.",
    ),
    "box-not-readable": (
        "Le serveur ne vous laisse pas lire cette boîte.",
        "Demandez à son propriétaire de vous la partager.",
        "The server does not let you read this mailbox.",
        "Ask its owner to share it with you.",
    ),
    "here-already": (
        "Ce message est déjà ici.",
        "",
        "This message is here already.",
        "",
    ),
    "account-exists": (
        "Un compte a déjà cette adresse.",
        "",
        "An account has this address already.",
        "",
    ),
    # files that come in and go out
    "file-exists": (
        "Ce fichier existe déjà et n’est pas remplacé.",
        "Choisissez un autre nom.",
        "This file exists already and is not replaced.",
        "Choose another name.",
    ),
    "not-mail": (
        "Ce fichier ne contient pas de courrier que l’on sache lire.",
        "Choisissez un fichier EML ou mbox, une archive ZIP, un dossier Maildir ou un profil "
        "Thunderbird.",
        "This file holds no mail that can be read.",
        "Choose an EML or mbox file, a ZIP archive, a Maildir folder or a Thunderbird profile.",
    ),
    "no-mail-found": (
        "Aucun courrier n’a été trouvé dans ce dossier.",
        "Choisissez le dossier qui contient les boîtes aux lettres.",
        "No mail was found in this folder.",
        "Choose the folder that holds the mailboxes.",
    ),
    "profile-missing": (
        "Le profil Thunderbird indiqué n’est pas sur ce poste.",
        "Choisissez directement le dossier du profil.",
        "The Thunderbird profile that is named is not on this PC.",
        "Choose the folder of the profile itself.",
    ),
    "no-header": (
        "Ce n’est pas un message : il n’a pas d’en-tête.",
        "",
        "This is no message: it has no header.",
        "",
    ),
    "empty": ("Le message est vide.", "", "The message is empty.", ""),
    "no-from-line": (
        "Le début de ce fichier n’appartient à aucun message.",
        "",
        "The beginning of this file belongs to no message.",
        "",
    ),
    "unreadable": (
        "Ce fichier ne peut pas être lu.",
        "Vérifiez vos droits sur ce fichier, puis recommencez : le reste n’est pas repris deux "
        "fois.",
        "This file cannot be read.",
        "Check your rights on it, then begin again: nothing is taken twice.",
    ),
    "archive-damaged": (
        "Cette archive ZIP est incomplète ou abîmée.",
        "Utilisez une autre copie de l’archive.",
        "This ZIP archive is cut off or damaged.",
        "Use another copy of the archive.",
    ),
    "archive-too-large": (
        "Cette archive annonce plus de messages que l’on ne peut en lire à la fois.",
        "Exportez moins de dossiers par archive, ou des fichiers EML.",
        "This archive announces more messages than can be read at once.",
        "Export fewer folders into one archive, or EML files.",
    ),
    "archive-swollen": (
        "Ce contenu gonflerait démesurément une fois décompressé : il n’est pas lu.",
        "Demandez une autre archive à la personne qui vous l’a donnée.",
        "This content would swell beyond measure: it is not read.",
        "Ask who gave you the archive for another one.",
    ),
    "archive-name": (
        "Le nom de ce message sort de l’archive : il n’est pas lu.",
        "",
        "The name of this message leads out of the archive: it is not read.",
        "",
    ),
    "archive-table": (
        "La table des matières de l’archive est abîmée : des messages arrivent sans leurs "
        "drapeaux.",
        "",
        "The archive’s table of contents is damaged: messages come without their flags.",
        "",
    ),
    "archive-differs": (
        "Ce message n’est plus tel qu’il a été exporté ; il est importé comme il est.",
        "Comparez-le avec une autre copie.",
        "This message is not as it was exported; it is imported as it stands.",
        "Compare it with another copy.",
    ),
    "mork-book": (
        "Ce carnet d’adresses est à l’ancien format de Thunderbird (Mork) : il n’est pas lu.",
        "Ouvrez ce profil une fois avec un Thunderbird récent, qui le convertit, puis recommencez.",
        "This address book is in Thunderbird’s old format (Mork): it is not read.",
        "Open this profile once with a recent Thunderbird, which converts it, then begin again.",
    ),
    "not-a-book": (
        "Ce fichier n’est pas un carnet d’adresses de Thunderbird.",
        "Choisissez abook.sqlite, ou le dossier du profil.",
        "This file is no address book of Thunderbird.",
        "Choose abook.sqlite, or the folder of the profile.",
    ),
    "book-damaged": (
        "Ce carnet d’adresses est abîmé ou ne peut pas être lu.",
        "Fermez Thunderbird, puis recommencez.",
        "This address book is damaged or cannot be read.",
        "Close Thunderbird, then begin again.",
    ),
    "book-too-large": (
        "Ce carnet d’adresses est trop volumineux pour être lu.",
        "",
        "This address book is too large to be read.",
        "",
    ),
    "local-folder": (
        "Ce dossier est sur ce poste seulement : les messages du serveur n’y vont pas.",
        "Exportez-les, ou choisissez un dossier du serveur.",
        "This folder is on this PC only: messages of the server do not go there.",
        "Export them, or choose a folder of the server.",
    ),
    "local-copy": (
        "Un message qui n’est que sur ce poste se déplace, il ne se copie pas.",
        "Déplacez-le.",
        "A message that is on this PC only is moved, not copied.",
        "Move it.",
    ),
    "not-a-backup": (
        "Ce fichier n’est pas une sauvegarde de Mel Desktop.",
        "Choisissez un autre fichier.",
        "This file is no backup of Mel Desktop.",
        "Choose another file.",
    ),
    "backup-too-new": (
        "Cette sauvegarde a été faite par une version plus récente.",
        "Mettez Mel Desktop à jour.",
        "This backup was made by a later version.",
        "Update Mel Desktop.",
    ),
    "sealed-file": (
        "Ce fichier a été modifié ou abîmé : il n’en est repris rien de plus.",
        "Utilisez une autre copie du fichier.",
        "This file was changed or damaged: nothing more of it is taken.",
        "Use another copy of the file.",
    ),
    "not-a-seed": (
        "Ce fichier n’est pas une amorce de Mel Desktop.",
        "Choisissez un autre fichier.",
        "This file is no seed of Mel Desktop.",
        "Choose another file.",
    ),
    "seed-too-new": (
        "Cette amorce a été préparée par une version plus récente.",
        "Mettez Mel Desktop à jour.",
        "This seed was made by a later version.",
        "Update Mel Desktop.",
    ),
    "seed-for-another": (
        "Cette amorce a été préparée pour un autre poste.",
        "Donnez le code de ce poste à la personne qui la prépare.",
        "This seed was made for another PC.",
        "Give the code of this PC to the person who makes it.",
    ),
    "seed-code-wrong": (
        "Ce code n’est pas celui d’un poste : il a été mal recopié.",
        "Comparez-le avec le code affiché sur l’autre poste.",
        "This is no code of a PC: it was mistyped.",
        "Compare it with the code on the other PC.",
    ),
    "seed-own-code": (
        "C’est le code de ce poste-ci.",
        "Demandez le code de l’autre poste.",
        "This is the code of this very PC.",
        "Ask for the code of the other PC.",
    ),
    # a vault
    "wait": (
        "Après plusieurs essais manqués, le coffre demande d’attendre un peu.",
        "Patientez quelques minutes au plus, puis réessayez.",
        "After several wrong tries, the vault asks to wait a little.",
        "Wait for some minutes at most, then try again.",
    ),
    "keyring-not-allowed": (
        "Sur ce poste, le coffre ne s’ouvre pas par le trousseau de la session.",
        "Saisissez la phrase de passe ou le code de secours.",
        "On this PC the vault does not open by the session's keyring.",
        "Give the passphrase or the recovery code.",
    ),
}
